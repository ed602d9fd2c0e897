"""``goodterms tasks``: all that waits for one of us, the most urgent first."""

from datetime import date

import click

from goodterms.cli.environment import (
    find_root,
    open_workspace,
    read_clock,
    read_date,
    today,
)
from goodterms.cli.output import say, say_json, tell_problems
from goodterms.forge.github.form_issues import forms_page
from goodterms.model.problem import did_you_mean
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Settings
from goodterms.provenance.workspace_history import with_past
from goodterms.run.approvals_so_far import with_approvals_so_far
from goodterms.views.plan_json import to_text
from goodterms.views.tasks import as_played, of_person, tasks_json, tasks_of
from goodterms.views.tasks_text import tasks_markdown, tasks_text
from goodterms.workspace.plan_all import make_plan, with_problems


@click.command(short_help="All that waits for one of us, most urgent first.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
)
@click.option(
    "--owner", metavar="PERSON", help="Only theirs, and what their team may decide."
)
@click.option(
    "--as-of", callback=read_date, metavar="DATE", help="Look at another day."
)
@click.pass_context
def command(
    ctx: click.Context, *, form: str, owner: str | None, as_of: date | None
) -> int:
    """List what waits for one of us, and the command or form that settles it.

    First what somebody waits for, then what holds up the next word, then the books;
    in each what has waited longest. Changes nothing. A word in capitals in a command
    stands for what only you know.
    """
    root = find_root(ctx)
    workspace, problems = open_workspace(root)
    settings = workspace.settings
    if owner is not None:
        _refuse_stranger(settings, owner)
    workspace = with_past(workspace)
    day = as_of or today(settings, read_clock())
    plan = with_problems(make_plan(workspace, day), problems)
    plan = with_approvals_so_far(plan, workspace, root)
    found = tasks_of(as_played(plan, as_of))
    found = of_person(found, owner, settings) if owner else found
    text = (found, day, settings.people, forms_page(settings, root))
    if form == "json":
        say_json(to_text(tasks_json(*text)))
    else:
        say(tasks_markdown(*text) if form == "markdown" else tasks_text(*text))
    return tell_problems(plan.problems, root)


def _refuse_stranger(settings: Settings, person: str) -> None:
    if person not in settings.people:
        hint = did_you_mean(person, settings.people) or "goodterms.yaml has nobody"
        raise RefusalError(f"'{person}' is nobody in 'people'", hint)
