"""Promises to pay: which have effect, and how they ended, judged by money."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from goodterms.decision.state.balances import Balances
from goodterms.decision.state.receipts import Receipts
from goodterms.model.calendar import add_months, plus
from goodterms.model.money import Money, parse_amount, total
from goodterms.model.policy import LONGEST_PROMISE_DAYS, PausePolicy
from goodterms.model.records import Promise, Record


class PromiseOutcome(Enum):
    """How a promise stands: open until its grace ends, then judged by money."""

    OPEN = "open"
    KEPT = "kept"
    PARTLY = "partly kept"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class PromiseStatus:
    """A promise with its invoices, amount and last protected day worked out.

    ``flaw`` says why it has no effect until a second person approves it.
    """

    record: Promise
    invoices: frozenset[str]
    amount: Money
    until: date
    outcome: PromiseOutcome
    flaw: str | None = None

    @property
    def has_effect(self) -> bool:
        """Whether it pauses the ladder."""
        return self.flaw is None


def approved(record: Record) -> bool:
    """Whether a second person has approved a record that needs it."""
    return record.approved_by not in (None, record.by)


def promise_statuses(
    records: Iterable[Record],
    receipts: Receipts,
    pauses_of: Callable[[str], PausePolicy],
    as_of: date,
) -> tuple[PromiseStatus, ...]:
    """Judge the promises of an account, earliest first, each currency for itself.

    *pauses_of* gives the pauses of an invoice's policy. No effect until
    approved: under half of what is open, more than 60 days out, or after
    ``promises`` broken ones in twelve months.
    """
    balances = receipts.balances
    promises = sorted(
        (r for r in records if isinstance(r, Promise)), key=lambda r: (r.on, r.id)
    )
    judged: list[PromiseStatus] = []
    for record in promises:
        parts = []
        for invoices in _by_currency(balances, balances.invoices_of(record)):
            pauses = pauses_of(min(invoices))
            flaw = _flaw(record, invoices, balances, pauses, judged)
            status = _judge(record, invoices, receipts, pauses, as_of)
            parts.append(replace(status, flaw=flaw))
        judged += parts
    return tuple(judged)


def _by_currency(balances: Balances, targets: frozenset[str]) -> list[frozenset[str]]:
    """Part invoices that a promise is about by their currency, in its order."""
    by_currency: dict[str, set[str]] = {}
    for id_ in targets & balances.invoices.keys():
        by_currency.setdefault(balances.invoices[id_].currency, set()).add(id_)
    return [frozenset(by_currency[currency]) for currency in sorted(by_currency)]


def _judge(
    record: Promise,
    invoices: frozenset[str],
    receipts: Receipts,
    pauses: PausePolicy,
    as_of: date,
) -> PromiseStatus:
    balances = receipts.balances
    amount = _promised(record, invoices, balances)
    until = plus(record.pay_by, pauses.promise_grace)
    outcome = PromiseOutcome.OPEN if as_of <= until else PromiseOutcome.BROKEN
    received = receipts.received(invoices, record.on, min(until, as_of), amount)
    if received >= amount or all(balances.open[id_].amount <= 0 for id_ in invoices):
        outcome = PromiseOutcome.KEPT
    elif outcome is PromiseOutcome.BROKEN and received.amount > 0:
        outcome = PromiseOutcome.PARTLY
    return PromiseStatus(record, invoices, amount, until, outcome)


def _promised(record: Promise, invoices: frozenset[str], balances: Balances) -> Money:
    currency = balances.invoices[min(invoices)].currency
    if record.amount:
        return parse_amount(record.amount, currency)
    return _open_then(record, invoices, balances)


def _open_then(record: Promise, invoices: frozenset[str], balances: Balances) -> Money:
    currency = balances.invoices[min(invoices)].currency
    named = (balances.invoices[id_] for id_ in invoices)
    return total(
        (balances.open_at(i, record.on) for i in named if i.currency == currency),
        currency,
    )


def _flaw(
    record: Promise,
    invoices: frozenset[str],
    balances: Balances,
    pauses: PausePolicy,
    earlier: Iterable[PromiseStatus],
) -> str | None:
    if approved(record):
        return None
    amount = _promised(record, invoices, balances)
    open_then = _open_then(record, invoices, balances)
    if amount + amount < open_then:
        return f"it promises {amount} of {open_then}, less than half"
    if (record.pay_by - record.on).days > LONGEST_PROMISE_DAYS:
        return f"it is more than {LONGEST_PROMISE_DAYS} days out"
    broken = {
        status.record.id
        for status in earlier
        if status.outcome is PromiseOutcome.BROKEN
        and add_months(record.on, -12) <= status.until < record.on
    }
    if len(broken) >= pauses.promises:
        return f"{len(broken)} promises were broken in twelve months"
    return None
