"""How a task is made: what is at stake, and what settles it."""

from collections.abc import Iterable
from datetime import date

from goodterms.decision.due.drafts import invoice_line
from goodterms.decision.messages.build_action import owner
from goodterms.decision.standing.standing import InvoiceStanding
from goodterms.decision.state.account_state import AccountState
from goodterms.model.money import Money, by_currency
from goodterms.model.paths import account_folder
from goodterms.model.plan import Action, TaskOption

#: Stands in a command for one of us, where nobody looks after the account.
SOMEBODY = "NAME"


def make_task(
    state: AccountState,
    name: str,
    why: str,
    standings: Iterable[InvoiceStanding] = (),
    *,
    since: date | None = None,
    way_out: TaskOption | None = None,
    at_stake: Iterable[Money] | None = None,
) -> Action:
    """Make a task; at stake is what is open on its invoices, net of what covers it."""
    shown = tuple(standings)
    sums = (
        (stand.invoice_state.net for stand in shown) if at_stake is None else at_stake
    )
    return Action(
        id="",
        kind="task",
        account=state.account.id,
        step=name,
        owner=owner(state),
        listed=tuple(invoice_line(stand, None) for stand in shown),
        since=since,
        at_stake=tuple(amount for amount in by_currency(sums) if amount.amount),
        way_out=way_out,
        why=(why,),
    )


def record_option(
    state: AccountState, kind: str, *options: str, form: str = ""
) -> TaskOption:
    """Let a record by the account's owner settle it, and the form of that kind."""
    command = record_command(state.account.id, owner(state), kind, *options)
    return TaskOption(command, form or None)


def record_command(account: str, by: str | None, kind: str, *options: str) -> str:
    """Return the command that writes a record of an account, by its owner."""
    words = (f"goodterms record {kind} {account} --by {by or SOMEBODY}", *options)
    return " ".join(words)


def call_option(account: str, by: str | None, step: str) -> TaskOption:
    """Return what settles a call that was handed out: the record of how it went."""
    options = ("--outcome OUTCOME", f"--step {step}")
    return TaskOption(record_command(account, by, "call", *options), "call")


def edit_option(state: AccountState, file: str, line_: str) -> TaskOption:
    """Let a line in a file of the account settle it."""
    path = f"{account_folder(state.account.id)}/{file}"
    return TaskOption(in_words=f"in {path}: {line_}")
