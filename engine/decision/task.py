"""How a task is made: what is at stake, and what settles it."""

from collections.abc import Iterable
from datetime import date

from engine.action import Action, WayOut
from engine.decision.compose import owner
from engine.decision.line import line
from engine.decision.situation import Situation
from engine.decision.standing import Stand
from engine.money import Money, by_currency

#: Stands in a command for one of us, where nobody looks after the account.
SOMEBODY = "NAME"


def make_task(
    here: Situation,
    name: str,
    why: str,
    about: Iterable[Stand] = (),
    *,
    since: date | None = None,
    way_out: WayOut | None = None,
    at_stake: Iterable[Money] | None = None,
) -> Action:
    """Make a task; at stake is what is open on its invoices, net of what covers it."""
    shown = tuple(about)
    sums = (stand.item.net for stand in shown) if at_stake is None else at_stake
    return Action(
        id="",
        kind="task",
        account=here.account.id,
        step=name,
        owner=owner(here),
        listed=tuple(line(stand, None) for stand in shown),
        since=since,
        at_stake=tuple(each for each in by_currency(sums) if each.amount),
        way_out=way_out,
        why=(why,),
    )


def by_record(here: Situation, kind: str, *options: str, form: str = "") -> WayOut:
    """Let a record by the account's owner settle it, and the form of that kind."""
    command = record_command(here.account.id, owner(here), kind, *options)
    return WayOut(command, form or None)


def record_command(account: str, by: str | None, kind: str, *options: str) -> str:
    """Return the command that writes a record of an account, by its owner."""
    told = (f"goodterms record {kind} {account} --by {by or SOMEBODY}", *options)
    return " ".join(told)


def call_record(account: str, by: str | None, step: str) -> WayOut:
    """Return what settles a call that was handed out: the record of how it went."""
    options = ("--outcome OUTCOME", f"--step {step}")
    return WayOut(record_command(account, by, "call", *options), "call")


def by_edit(here: Situation, file: str, what: str) -> WayOut:
    """Let a line in a file of the account settle it."""
    return WayOut(in_words=f"in ledger/{here.account.id}/{file}: {what}")
