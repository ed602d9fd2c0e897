"""How money that stands on no invoice covers the open ones.

Unapplied cash, and credit that belongs to no open invoice, are taken off before
anything is asked for. Each amount stands against open invoices of its currency
in this order, until it is used up:

1. cash: invoices under an instalment plan or promise in force on the day it came;
2. all others, the oldest due first;
3. last, those whose amount is contested or collected elsewhere (``apart``).

An amount covers one invoice only, and currencies never mix.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from engine.decision.pauses import Rest
from engine.model import Invoice
from engine.money import Money, total, zero

#: Rests that say what the next money is for.
_ARRANGED = ("plan", "promise")


@dataclass(frozen=True, slots=True)
class Free:
    """An amount above zero that stands on no open invoice, and since when."""

    kind: Literal["cash", "credit"]
    on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands against an open invoice, by its kind; both zero or more."""

    cash: Money
    credit: Money

    @property
    def amount(self) -> Money:
        """Both together; at most what is open on the invoice."""
        return self.cash + self.credit


@dataclass(frozen=True, slots=True)
class Debt:
    """An open invoice as cover sees it: ``open`` is above zero."""

    invoice: Invoice
    open: Money
    rests: tuple[Rest, ...]


def no_cover(currency: str) -> Cover:
    """Return the cover of an invoice against which nothing stands."""
    return Cover(zero(currency), zero(currency))


def coverage(
    debts: Iterable[Debt], free: Iterable[Free], apart: Collection[str] = ()
) -> Mapping[str, Cover]:
    """Set free amounts against debts; an invoice left out has no cover.

    *apart* names the invoices that are covered last.
    """
    listed = tuple(debts)
    covered: dict[str, Cover] = {}
    for amount in sorted(free, key=lambda each: (each.kind != "credit", each.on)):
        mine = [d for d in listed if d.open.currency == amount.amount.currency]
        _spend(amount, mine, apart, covered)
    return covered


def _spend(
    free: Free,
    debts: Sequence[Debt],
    apart: Collection[str],
    covered: dict[str, Cover],
) -> None:
    left = free.amount
    for debt in sorted(debts, key=lambda each: _turn(each, free, apart)):
        if left.amount <= 0:
            return
        id_ = debt.invoice.id
        known = covered.get(id_) or no_cover(left.currency)
        share = min(left, debt.open - known.amount)
        if share.amount > 0:
            grown: Money = getattr(known, free.kind) + share
            covered[id_] = replace(known, **{free.kind: grown})
            left -= share


def _turn(
    debt: Debt, free: Free, apart: Collection[str]
) -> tuple[bool, bool, date, str]:
    arranged = free.kind == "cash" and any(
        rest.standing in _ARRANGED and rest.covers(free.on) for rest in debt.rests
    )
    id_ = debt.invoice.id
    return (id_ in apart, not arranged, debt.invoice.due, id_)


def uncovering(
    free: Iterable[Free], covered: Iterable[Cover], currency: str
) -> Mapping[str, Money]:
    """Return what of the free amounts of a currency covers nothing, by its kind."""
    left: dict[str, Money] = {}
    known = tuple(covered)
    for kind in ("cash", "credit"):
        mine = (f.amount for f in free if f.kind == kind)
        whole = total((m for m in mine if m.currency == currency), currency)
        used = (getattr(cover, kind) for cover in known)
        spent = total((m for m in used if m.currency == currency), currency)
        left[kind] = whole - spent
    return left
