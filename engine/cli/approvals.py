"""``goodterms verify --approvals``: holds each approval against its proof."""

import os

import click

from engine.cli.output import tell, tell_problems
from engine.cli.place import find_root
from engine.forge.evidence import approvals, flaws
from engine.journal import Proof
from engine.problem import Problem, in_order
from engine.refusal import RefusalError
from engine.repo import Repo, open_repo
from engine.repo.git import line, run_git
from engine.settings import Settings
from engine.workspace import Workspace


def verify_approvals(ctx: click.Context, *, online: bool) -> int:
    """Hold every approval of the journals against its proof, and tell."""
    root = find_root(ctx)
    repo = open_repo(root)
    workspace, problems = Workspace.open(root)
    if workspace is None:
        return tell_problems(problems, root)
    asked = run_git(repo.top, "rev-parse", "--verify", "--quiet", "HEAD")
    if asked.returncode:
        raise RefusalError("there is no commit yet", "commit something first")
    head, proved = line(asked.stdout), 0
    every, unread = approvals(workspace)
    found: list[Problem] = list(unread)
    for given in every:
        wrong = list(flaws(repo, head, workspace, given))
        if online and given.doc.proof:
            wrong += _asked(repo, workspace.settings, given.doc.proof)
        found += map(given.problem, wrong)
        found += [] if given.doc.proof else [given.unproved()]
        proved += bool(given.doc.proof and not wrong)
    told = "1 approval is" if proved == 1 else f"{proved} approvals are"
    tell(f"{told} proved up to {head[:12]}")
    return tell_problems(in_order(found), root)


def _asked(repo: Repo, settings: Settings, proof: Proof) -> list[str]:
    """Ask GitHub; what it does not tell is not proved either."""
    if settings.forge != "github":
        raise RefusalError("--online is for 'forge: github'", "leave it out")
    from engine.forge.github.asking import unsaid  # noqa: PLC0415 - an extra
    from engine.forge.github.client import ApiError  # noqa: PLC0415 - an extra
    from engine.forge.github.forge import open_github  # noqa: PLC0415 - an extra

    try:
        return list(unsaid(open_github(settings, repo, os.environ).api, proof))
    except ApiError as error:
        return [f"GitHub could not be asked: {error}"]
