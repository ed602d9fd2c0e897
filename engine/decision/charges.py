"""Late interest and fixed compensation, as the law of the creditor allows."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from engine.action import Charge
from engine.days import plus
from engine.model import Invoice
from engine.money import Money, rounded, zero
from engine.terms import Jurisdiction, Rate


class NoRateError(Exception):
    """The rate table lacks a day; nothing is extrapolated."""


Reductions = Sequence[tuple[date, Money]]


def charge(
    invoice: Invoice,
    reductions: Reductions,
    overdue_from: date,
    law: Jurisdiction,
    as_of: date,
) -> Charge:
    """Work out what may be claimed on an invoice up to and including a day.

    Simple interest, never compounded: for each day late, what was open on it
    times the yearly rate of that day over the days of the year. *reductions*
    (payments, credits, write-offs, settlements) split the span. Rounded half
    up once, at the end. Raises NoRateError when a day has no rate.
    """
    interest = Decimal(0)
    edges = sorted(_edges(reductions, overdue_from, law, as_of))
    for start, end in pairwise(edges):
        principal = _open_on(invoice, reductions, start)
        if principal > 0:
            rate = _rate(law, start)
            interest += principal * rate.percent / 100 * _years(start, end, law)
    return Charge(
        invoice=invoice.id,
        interest=rounded(interest, invoice.currency),
        compensation=_compensation(invoice, law),
        since=overdue_from,
        until=as_of,
    )


def _edges(
    reductions: Reductions, start: date, law: Jurisdiction, as_of: date
) -> set[date]:
    """Collect the days on which the principal, the rate or the year changes.

    Money that arrives on a day stops interest from that day on.
    """
    end = plus(as_of, 1)
    moves = [on for on, _ in reductions]
    moves += [rate.start for rate in law.rates]
    moves += [plus(rate.end, 1) for rate in law.rates]
    moves += [date(year, 1, 1) for year in range(start.year + 1, end.year + 1)]
    return {start, end, *(day for day in moves if start < day < end)}


def _open_on(invoice: Invoice, reductions: Reductions, day: date) -> Decimal:
    less = sum((amount.amount for on, amount in reductions if on <= day), Decimal(0))
    return invoice.total.amount - less


def _rate(law: Jurisdiction, day: date) -> Rate:
    for rate in law.rates:
        if rate.start <= day <= rate.end:
            return rate
    raise NoRateError(f"no rate of late interest for {law.country} on {day}")


def _years(start: date, end: date, law: Jurisdiction) -> Decimal:
    days = Decimal((end - start).days)
    if law.year_days:
        return days / law.year_days
    year = (date(start.year + 1, 1, 1) - date(start.year, 1, 1)).days
    return days / year


def _compensation(invoice: Invoice, law: Jurisdiction) -> Money:
    """Return the highest tier that the invoice's total reaches, in its currency."""
    reached = [
        tier
        for tier in law.compensation
        if tier.above.currency == invoice.currency and invoice.total >= tier.above
    ]
    if not reached:
        return zero(invoice.currency)
    return max(reached, key=lambda tier: tier.above.amount).amount
