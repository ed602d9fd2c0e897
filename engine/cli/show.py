"""``goodterms show``: a message exactly as it will be, or was, sent."""

from datetime import date
from pathlib import Path

import click

from engine.cli.output import say, tell, tell_problems
from engine.cli.place import (
    find_root,
    open_workspace,
    read_account,
    read_clock,
    read_date,
    today,
)
from engine.cli.show_proposal import find_proposal, show_proposal
from engine.decision.plan import KEPT_OUT, NO_RATE
from engine.decision.rules import rules
from engine.files import read
from engine.journal import digest_of
from engine.load import load_journal
from engine.page.terminal import unfenced
from engine.planning import plan_one
from engine.problem import Problem, did_you_mean
from engine.provenance.look import look, with_past
from engine.provenance.messages import digests, other_text
from engine.provenance.shape import account_of, journal_of
from engine.provenance.telling import problem
from engine.refusal import RefusalError
from engine.render import record_text, render
from engine.workspace import Workspace


@click.command(name="show", short_help="A message as it will be, or was, sent.")
@click.argument("id_", metavar="ID")
@click.option("--as-of", callback=read_date, metavar="DATE", help="Plan another day.")
@click.option("--html", is_flag=True, help="The HTML part of one not sent yet.")
@click.pass_context
def command(ctx: click.Context, *, id_: str, as_of: date | None, html: bool) -> int:
    """Show message ID, such as acme-gmbh/2026-10-08-friendly-reminder.

    One that was sent is shown from the ledger, unless its text was changed since;
    one that is due is rendered as today's run would, and one that is proposed as
    it would be if it were approved.
    """
    root = find_root(ctx)
    account, _, entry = id_.partition("/")
    if not entry:
        raise RefusalError(f"'{id_}' is not an id", "write it as ACCOUNT/DATE-STEP")
    path = f"ledger/{account}/messages/{entry}.md"
    if (root / path).is_file() and not html:
        return _show_sent(root, path, entry)
    workspace = with_past(open_workspace(root)[0])
    day = as_of or today(workspace.settings, read_clock())
    return _show_due(workspace, root, id_, day, html=html)


def _show_sent(root: Path, path: str, entry: str) -> int:
    """Show the kept text of a message; one that was changed since is only named."""
    text = read(f"{root}/{path}")
    known = _digest(root, account_of(path), entry)
    found = _altered(root, path)
    if not found and known and known != digest_of(text):
        found = (other_text(path),)
    if found:
        return tell_problems(found, root)
    say(unfenced(text.decode(errors="replace")))
    return 0


def _digest(root: Path, account: str, entry: str) -> str | None:
    file = root / journal_of(account)
    journal = file.read_bytes() if file.is_file() else b""
    documents, _ = load_journal(journal, str(file), "UTC")
    return digests(documents or ()).get(entry)


def _altered(root: Path, path: str) -> tuple[Problem, ...]:
    verified = look(root)
    kept = (path, journal_of(account_of(path)))
    departures = verified.departures if verified else ()
    return tuple(problem(each) for each in departures if each.path in kept)


def _show_due(
    workspace: Workspace, root: Path, id_: str, day: date, *, html: bool
) -> int:
    _, found, problems = read_account(workspace, id_.partition("/")[0])
    if found is None:
        return tell_problems(problems, root)
    asked = find_proposal(found, id_.partition("/")[2], day)
    if asked:
        return show_proposal(workspace, found, asked, day, html=html)
    plan = plan_one(workspace, found, rules(workspace.book, workspace.settings, day))
    if any(problem.rule in KEPT_OUT for problem in plan.problems):
        return tell_problems((*problems, *plan.problems), root)
    due = {a.id: a for a in plan.actions if a.template}
    if id_ not in due and any(problem.rule == NO_RATE for problem in plan.problems):
        return tell_problems((*problems, *plan.problems), root)
    if id_ not in due:
        hint = did_you_mean(id_, due) or "see what is due with 'goodterms plan'"
        raise RefusalError(f"no message '{id_}' was sent or is due on {day}", hint)
    rendered, failed = render(
        workspace.templates, due[id_], found, workspace.settings, day, workspace.book
    )
    if rendered:
        say(rendered.html if html else unfenced(record_text(rendered, due[id_])))
        tell(f"not sent yet: due on {day}")
    return tell_problems((*problems, *failed), root)
