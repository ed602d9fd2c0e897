"""``goodterms plan``: what is due today, and why everything else waits."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import click

from goodterms.cli.environment import (
    account_id,
    find_root,
    open_workspace,
    read_clock,
    read_date,
    today,
)
from goodterms.cli.output import say, say_json, set_outputs, tell, tell_problems
from goodterms.model.plan import Plan
from goodterms.model.refusal import RefusalError
from goodterms.provenance.workspace_history import with_past
from goodterms.views.plan_json import to_json, to_text
from goodterms.views.plan_text import plan_markdown, plan_text
from goodterms.views.tasks import as_played
from goodterms.workspace.plan_all import make_plan, with_problems
from goodterms.workspace.workspace import Workspace


@click.command(name="plan", short_help="What is due today, and why the rest waits.")
@click.option("--as-of", callback=read_date, metavar="DATE", help="Plan another day.")
@click.option(
    "--account", "accounts", multiple=True, metavar="ACCOUNT", help="Only this."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
)
@click.option("--out", type=click.Path(path_type=Path), help="Write it to a file.")
@click.option(
    "--policies",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Take the policies from another folder.",
)
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes to share the work.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    as_of: date | None,
    accounts: tuple[str, ...],
    form: str,
    out: Path | None,
    policies: Path | None,
    jobs: int | None,
) -> int:
    """Work out what is due today. Changes nothing.

    Exit 1 where a file has errors: its account is left out, the rest is
    planned.
    """
    root = find_root(ctx)
    workspace, problems = open_workspace(root, policies)
    workspace = with_past(workspace)
    day = as_of or today(workspace.settings, read_clock())
    chosen = _chosen(workspace, accounts)
    plan = with_problems(make_plan(workspace, day, chosen, jobs), problems)
    shown = plan if form == "json" else as_played(plan, as_of)
    _print(_shown(shown, workspace, form), out, say_json if form == "json" else say)
    _figures(plan)
    return tell_problems(plan.problems, root)


def _chosen(workspace: Workspace, accounts: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the accounts that were asked for, None for all."""
    ids = {account_id(workspace, name) for name in accounts}
    return tuple(sorted(ids)) or None


def _shown(plan: Plan, workspace: Workspace, form: str) -> str:
    if form == "json":
        return to_text(to_json(plan, workspace.book.templates))
    people = workspace.settings.people
    if form == "markdown":
        return plan_markdown(plan, people)
    return plan_text(plan, people)


def _print(text: str, out: Path | None, speak: Callable[[str], None]) -> None:
    if out is None:
        speak(text)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RefusalError(f"cannot write '{out}': {error.strerror}") from None
    tell(f"written to {out}")


def _figures(plan: Plan) -> None:
    kinds = [action.kind for action in plan.actions]
    set_outputs(
        {
            "messages": sum(action.is_message for action in plan.actions),
            "calls": kinds.count("call"),
            "proposals": kinds.count("propose"),
            "tasks": kinds.count("task"),
            "waiting": len(plan.waiting),
        }
    )
