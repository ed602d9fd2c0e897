"""The sums of a plan, one amount per currency, each worked out in this one place."""

from collections.abc import Iterable
from dataclasses import dataclass

from goodterms.model.money import Money, by_currency
from goodterms.model.plan import STANDINGS, Plan, WaitingInvoice


@dataclass(frozen=True, slots=True)
class WaitingReason:
    """Invoices that wait for one reason, and what is open on them."""

    name: str
    waits: tuple[WaitingInvoice, ...]
    open: tuple[Money, ...]


def asked_by_messages(plan: Plan) -> tuple[Money, ...]:
    """Add up what the messages of a plan ask for."""
    messages = (action for action in plan.actions if action.is_message)
    return by_currency(
        amount
        for action in messages
        if action.kind != "thank"
        for amount in action.totals
    )


def waiting_by_reason(plan: Plan) -> tuple[WaitingReason, ...]:
    """Group the invoices that wait by what people read as the reason."""
    groups: dict[tuple[int, str], list[WaitingInvoice]] = {}
    for wait in plan.waiting:
        at = STANDINGS.index(wait.standing) if wait.standing in STANDINGS else -1
        groups.setdefault((at, wait.label or wait.standing), []).append(wait)
    return tuple(
        WaitingReason(name, tuple(waits), open_of(waits))
        for (_, name), waits in sorted(groups.items())
    )


def open_of(waits: Iterable[WaitingInvoice]) -> tuple[Money, ...]:
    """Add up what is open on invoices that wait."""
    return by_currency(wait.open for wait in waits if wait.open)


def overdue(plan: Plan) -> tuple[Money, ...]:
    """Add up what is overdue; every invoice counts once."""
    rows = [(a.account, waiting) for a in plan.actions for waiting in a.invoices]
    late = {
        (account, line.id): line.open for account, line in rows if line.days_overdue > 0
    }
    for waiting in plan.waiting:
        if waiting.open and waiting.open.amount > 0 and waiting.days_overdue > 0:
            late[waiting.account, waiting.invoice] = waiting.open
    return by_currency(late.values())
