"""``goodterms forms``: what people wrote into issue forms becomes records."""

import os

import click

from goodterms.cli.environment import find_root, open_workspace
from goodterms.cli.output import say, tell_problems
from goodterms.forge.github.api import Api
from goodterms.forge.github.client import Client
from goodterms.forge.github.config import where
from goodterms.forge.github.forge import pace
from goodterms.forge.github.issue_forms.intake import take_in
from goodterms.git import open_repo
from goodterms.model.refusal import RefusalError


@click.command(short_help="Record what people wrote into issue forms.")
@click.pass_context
def command(ctx: click.Context) -> int:
    """Read the open issue forms, commit their records to main, answer each.

    A form that cannot be recorded is told why, and is read again when it has
    changed. Doing it twice changes nothing.
    """
    root = find_root(ctx)
    workspace, _ = open_workspace(root)
    forge = workspace.settings.forge
    if forge != "github" and not os.environ.get("GITHUB_TOKEN"):
        raise RefusalError(
            f"forms need 'forge: github', and this is 'forge: {forge}'",
            "write records with 'goodterms record'",
        )
    repo = open_repo(root)
    client = Client(where(os.environ, repo), pace(os.environ))
    lines, problems = take_in(repo, Api(client))
    for line in lines:
        say(line)
    return tell_problems(problems, root)
