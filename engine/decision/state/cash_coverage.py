"""How money that is on no invoice covers the open ones.

Unapplied cash, and credit that belongs to no open invoice, are taken off before
anything is asked for. Each amount stands against open invoices of its currency
in this order, until it is used up:

1. the invoices that its record names, the oldest due first;
2. cash: invoices under an instalment plan or promise in force on the day it came;
3. all others, the oldest due first;
4. last, those whose amount is contested, or that are collected elsewhere since
   before the amount came (``apart``).

Amounts that name invoices come first; then credit before cash, the earliest first.

An amount covers one invoice only, and currencies never mix.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Literal

from goodterms.decision.state.suspensions import Suspension
from goodterms.model.ledger import Invoice
from goodterms.model.money import Money, total, zero

_NONE: Mapping[str, date] = {}

#: Suspensions that say what the next money is for.
_ARRANGED = ("plan", "promise")


@dataclass(frozen=True, slots=True)
class FreeCash:
    """An amount above zero that is on no open invoice, and since when.

    ``invoices`` are those that its record names, if any.
    """

    kind: Literal["cash", "credit"]
    on: date
    amount: Money
    invoices: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CashCover:
    """What covers an open invoice, by its kind; both zero or more.

    ``shares`` are the amounts that it is made of, each with the day it came.
    """

    cash: Money
    credit: Money
    shares: tuple[tuple[date, Money], ...] = ()

    @property
    def amount(self) -> Money:
        """Both together; at most what is open on the invoice."""
        return self.cash + self.credit


@dataclass(frozen=True, slots=True)
class OpenDebt:
    """An open invoice as cover sees it: ``open`` is above zero."""

    invoice: Invoice
    open: Money
    suspensions: tuple[Suspension, ...]


def no_cover(currency: str) -> CashCover:
    """Return the cover of an invoice that nothing covers."""
    return CashCover(zero(currency), zero(currency))


def coverage(
    debts: Iterable[OpenDebt],
    free: Iterable[FreeCash],
    apart: Mapping[str, date] = _NONE,
) -> Mapping[str, CashCover]:
    """Set free amounts against debts; an invoice left out has no cover.

    *apart* names the invoices that are covered last, by amounts that come after a
    day: those from before stay where they stood.
    """
    listed = tuple(debts)
    queues: dict[tuple[str, frozenset[str]], deque[OpenDebt]] = {}
    arranged = [
        d for d in listed if any(r.standing in _ARRANGED for r in d.suspensions)
    ]
    arranged.sort(key=lambda debt: _coverage_order(debt, apart))
    covered: dict[str, CashCover] = {}
    shares: dict[str, list[tuple[date, Money]]] = {}
    for amount in sorted(free, key=_spending_order):
        last = frozenset(id_ for id_, since in apart.items() if amount.on > since)
        key = (amount.amount.currency, last)
        if key not in queues:
            candidates = (debt for debt in listed if debt.open.currency == key[0])
            queues[key] = deque(
                sorted(candidates, key=lambda debt: _coverage_order(debt, key[1]))
            )
        queue = queues[key]
        while queue and _is_full(queue[0], covered):
            queue.popleft()
        queue_of_amount = chain(
            _named_debts(amount, queue), _arranged_debts(amount, arranged), queue
        )
        _spend(amount, queue_of_amount, covered, shares)
    return {
        id_: replace(cover, shares=tuple(shares[id_])) for id_, cover in covered.items()
    }


def _spending_order(free: FreeCash) -> tuple[bool, bool, date]:
    return (not free.invoices, free.kind != "credit", free.on)


def _coverage_order(debt: OpenDebt, apart: Collection[str]) -> tuple[bool, date, str]:
    return (debt.invoice.id in apart, debt.invoice.due, debt.invoice.id)


def _spend(
    free: FreeCash,
    debts: Iterable[OpenDebt],
    covered: dict[str, CashCover],
    shares: dict[str, list[tuple[date, Money]]],
) -> None:
    """Set one amount against debts, in their order."""
    left = free.amount
    for debt in debts:
        if left.amount <= 0:
            break
        before = covered.get(debt.invoice.id) or no_cover(left.currency)
        share = min(left, debt.open - before.amount)
        if share.amount > 0:
            covered[debt.invoice.id] = (
                CashCover(before.cash + share, before.credit)
                if free.kind == "cash"
                else CashCover(before.cash, before.credit + share)
            )
            shares.setdefault(debt.invoice.id, []).append((free.on, share))
            left -= share


def _named_debts(free: FreeCash, debts: Iterable[OpenDebt]) -> Iterator[OpenDebt]:
    """Find the debts that the record of an amount names."""
    if not free.invoices:
        return iter(())
    return (
        debt
        for debt in debts
        if debt.invoice.id in free.invoices
        and debt.open.currency == free.amount.currency
    )


def _arranged_debts(free: FreeCash, arranged: Iterable[OpenDebt]) -> Iterator[OpenDebt]:
    """Find the debts that a plan or promise in force meant the money for."""
    if free.kind != "cash":
        return iter(())
    return (
        debt
        for debt in arranged
        if debt.open.currency == free.amount.currency
        and any(r.standing in _ARRANGED and r.covers(free.on) for r in debt.suspensions)
    )


def _is_full(debt: OpenDebt, covered: Mapping[str, CashCover]) -> bool:
    cover = covered.get(debt.invoice.id)
    return cover is not None and cover.amount >= debt.open


def unused_amounts(
    free: Iterable[FreeCash], covered: Iterable[CashCover], currency: str
) -> Mapping[str, Money]:
    """Return what of the free amounts of a currency covers nothing, by its kind."""
    left: dict[str, Money] = {}
    covers = tuple(covered)
    for kind in ("cash", "credit"):
        of_kind = (f.amount for f in free if f.kind == kind)
        whole = total((m for m in of_kind if m.currency == currency), currency)
        used = (getattr(cover, kind) for cover in covers)
        spent = total((m for m in used if m.currency == currency), currency)
        left[kind] = whole - spent
    return left
