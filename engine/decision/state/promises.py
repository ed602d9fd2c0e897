"""Promises to pay: which have effect, and how they ended, judged by money."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from goodterms.decision.state.balances import Balances
from goodterms.decision.state.receipts import Receipts
from goodterms.model.calendar import add_months, plus
from goodterms.model.money import Money, parse_amount, total
from goodterms.model.policy import PausePolicy
from goodterms.model.records import Promise, Record

#: A promise further out than this has no effect until approved.
LONGEST = 60


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
    takings: Receipts,
    pauses_of: Callable[[str], PausePolicy],
    as_of: date,
) -> tuple[PromiseStatus, ...]:
    """Judge the promises of an account, earliest first, each currency for itself.

    *pauses_of* gives the pauses of an invoice's policy. No effect until
    approved: under half of what is open, more than 60 days out, or after
    ``promises`` broken ones in twelve months.
    """
    books = takings.balances
    made = sorted(
        (r for r in records if isinstance(r, Promise)), key=lambda r: (r.on, r.id)
    )
    judged: list[PromiseStatus] = []
    for record in made:
        parts = []
        for invoices in _by_currency(books, books.invoices_of(record)):
            pauses = pauses_of(min(invoices))
            flaw = _flaw(record, invoices, books, pauses, judged)
            pledge = _judge(record, invoices, takings, pauses, as_of)
            parts.append(replace(pledge, flaw=flaw))
        judged += parts
    return tuple(judged)


def _by_currency(books: Balances, targets: frozenset[str]) -> list[frozenset[str]]:
    """Part invoices that a promise is about by their currency, in its order."""
    found: dict[str, set[str]] = {}
    for id_ in targets & books.invoices.keys():
        found.setdefault(books.invoices[id_].currency, set()).add(id_)
    return [frozenset(found[currency]) for currency in sorted(found)]


def _judge(
    record: Promise,
    invoices: frozenset[str],
    takings: Receipts,
    pauses: PausePolicy,
    as_of: date,
) -> PromiseStatus:
    books = takings.balances
    amount = _promised(record, invoices, books)
    until = plus(record.pay_by, pauses.promise_grace)
    outcome = PromiseOutcome.OPEN if as_of <= until else PromiseOutcome.BROKEN
    received = takings.received(invoices, record.on, min(until, as_of), amount)
    if received >= amount or all(books.open[id_].amount <= 0 for id_ in invoices):
        outcome = PromiseOutcome.KEPT
    elif outcome is PromiseOutcome.BROKEN and received.amount > 0:
        outcome = PromiseOutcome.PARTLY
    return PromiseStatus(record, invoices, amount, until, outcome)


def _promised(record: Promise, invoices: frozenset[str], books: Balances) -> Money:
    currency = books.invoices[min(invoices)].currency
    if record.amount:
        return parse_amount(record.amount, currency)
    return _open_then(record, invoices, books)


def _open_then(record: Promise, invoices: frozenset[str], books: Balances) -> Money:
    currency = books.invoices[min(invoices)].currency
    about = (books.invoices[id_] for id_ in invoices)
    return total(
        (books.open_at(i, record.on) for i in about if i.currency == currency),
        currency,
    )


def _flaw(
    record: Promise,
    invoices: frozenset[str],
    books: Balances,
    pauses: PausePolicy,
    earlier: Iterable[PromiseStatus],
) -> str | None:
    if approved(record):
        return None
    amount = _promised(record, invoices, books)
    open_then = _open_then(record, invoices, books)
    if amount + amount < open_then:
        return f"it promises {amount} of {open_then}, less than half"
    if (record.pay_by - record.on).days > LONGEST:
        return f"it is more than {LONGEST} days out"
    broken = {
        pledge.record.id
        for pledge in earlier
        if pledge.outcome is PromiseOutcome.BROKEN
        and add_months(record.on, -12) <= pledge.until < record.on
    }
    if len(broken) >= pauses.promises:
        return f"{len(broken)} promises were broken in twelve months"
    return None
