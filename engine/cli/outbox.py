"""``goodterms outbox``: what is to be posted, and that it was."""

from datetime import date
from pathlib import Path

import click

from goodterms.channels import files_of
from goodterms.cli.environment import (
    find_root,
    open_workspace,
    read_clock,
    read_date,
    today,
)
from goodterms.cli.output import say, tell, tell_problems
from goodterms.cli.run import new_order
from goodterms.model.plan import Plan
from goodterms.model.refusal import RefusalError
from goodterms.provenance.workspace_history import with_past
from goodterms.run.posting import PostedMessages, note
from goodterms.views.tasks import as_played
from goodterms.views.tasks_text import speaks_for_it, to_post, to_post_text
from goodterms.workspace.plan_all import make_plan, with_problems


@click.command(short_help="What is to be posted; note that it was.")
@click.option("--done", is_flag=True, help="Note that these were posted.")
@click.option(
    "--drop", is_flag=True, help="Note that these never will be: they count as unsent."
)
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="With --done: all that nothing speaks against.",
)
@click.option("--by", metavar="NAME", help="Who says so: a key of 'people'.")
@click.option("--as-of", callback=read_date, metavar="DATE", help="Play another day.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    done: bool,
    drop: bool,
    ids: tuple[str, ...],
    every: bool,
    by: str | None,
    as_of: date | None,
) -> int:
    """List what lies in the outbox and is to be posted, the oldest first.

    With --done, say of messages such as acme-gmbh/2026-10-08-formal-letter that
    they were posted; with --drop that they will not be: then they count as never
    sent, and the customer hears that step when it is due again. Both are written
    into the journal, for everybody.
    """
    _refuse(done=done, drop=drop, ids=ids, every=every, by=by)
    if not done and not drop:
        return _list(ctx, as_of)
    if every:
        ids = _to_be_posted(ctx, as_of)
    if ids:
        say(note(PostedMessages(new_order(ctx, as_of), ids, done, by)))
    return 0


def _refuse(
    *, done: bool, drop: bool, ids: tuple[str, ...], every: bool, by: str | None
) -> None:
    """Refuse what contradicts itself, or leaves open what is meant."""
    if done and drop:
        raise RefusalError("it was posted, or never will be", "say --done or --drop")
    if not done and not drop and (ids or every or by):
        raise RefusalError("say what became of them", "--done or --drop")
    if drop and every:
        raise RefusalError("nothing is dropped unseen", "name each after --drop")
    if ids and every:
        raise RefusalError("say --all, or which", "not both")
    if (done or drop) and not ids and not every:
        raise RefusalError("say which", "see them with 'goodterms outbox'")


def _planned(ctx: click.Context, as_of: date | None) -> tuple[Path, Plan]:
    root = find_root(ctx)
    workspace, problems = open_workspace(root)
    workspace = with_past(workspace)
    day = as_of or today(workspace.settings, read_clock())
    return root, with_problems(make_plan(workspace, day), problems)


def _list(ctx: click.Context, as_of: date | None) -> int:
    root, plan = _planned(ctx, as_of)
    shown = as_played(plan, as_of)
    say(to_post_text(shown, lambda account, entry: files_of(root, account, entry)))
    return tell_problems(plan.problems, root)


def _to_be_posted(ctx: click.Context, as_of: date | None) -> tuple[str, ...]:
    """List all that is to be posted; what speaks against posting it is told."""
    _, plan = _planned(ctx, as_of)
    found = to_post(plan)
    for each in found:
        if not speaks_for_it(each):
            tell(f"{each.id} is left, name it: {'; '.join(each.why)}")
    if not found:
        tell("nothing to post")
    return tuple(each.id for each in found if speaks_for_it(each))
