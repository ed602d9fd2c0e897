"""Late interest and fixed compensation, as the law of the creditor allows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from goodterms.decision.state.claimed_charges import ChargeAmounts
from goodterms.decision.state.reductions import InvoiceReduction, principal
from goodterms.model.calendar import plus
from goodterms.model.ledger import Invoice
from goodterms.model.money import Money, rounded, zero
from goodterms.model.plan import Charge
from goodterms.model.policy import Jurisdiction, Rate


class NoRateError(Exception):
    """The rate table lacks a day, or there is none; nothing is extrapolated.

    ``file`` is what to mend, ``mend`` how; the words name both.
    """

    def __init__(self, what: str, file: str, mend: str) -> None:
        super().__init__(f"{what}; in {file}, {mend}")
        self.what = what
        self.file = file
        self.mend = mend


def jurisdiction_file(country: str) -> str:
    """Return the file that says what the law of a country allows to claim."""
    return f"policies/jurisdictions/{country.lower()}.yaml"


def missing_rate_line(jurisdiction: Jurisdiction, day: date) -> str:
    """Write the line that a rate table lacks on a day: its half-year, or the gap."""
    start, end = date(day.year, 1, 1), date(day.year, 6, 30)
    if day > end:
        start, end = date(day.year, 7, 1), date(day.year, 12, 31)
    before = [plus(rate.end, 1) for rate in jurisdiction.rates if rate.end < day]
    after = [plus(rate.start, -1) for rate in jurisdiction.rates if rate.start > day]
    start, end = max([start, *before]), min([end, *after])
    return f'- {{from: {start}, to: {end}, percent: "…"}}'


@dataclass(frozen=True, slots=True)
class _OwedPart:
    """A part of the principal that was owed from a day on, until another.

    ``rate_of`` is the day whose rate applies to it, None where each day has its own.
    """

    amount: Decimal
    start: date
    end: date
    rate_of: date | None


def charge(
    invoice: Invoice,
    reductions: Iterable[InvoiceReduction],
    overdue_from: date,
    jurisdiction: Jurisdiction,
    as_of: date,
) -> Charge:
    """Work out what may be claimed on an invoice up to and including a day.

    Simple interest, never compounded: for each day late, what was open on it
    times a yearly rate over the days of the year. Corrections lower the principal
    from the beginning, everything else from its day on; so the fixed sum goes by
    the corrected principal too. Which rate counts is the law's ``rate_rule``.
    Rounded half up once, at the end; where its ``rounding`` is daily, the interest
    of one day is rounded and then multiplied. Raises NoRateError when a day that
    counts has no rate.
    """
    listed = tuple(reductions)
    owed = principal(invoice.total, listed)
    moves = [reduction for reduction in listed if reduction.kind != "correction"]
    parts = tuple(_parts(owed, moves, overdue_from, jurisdiction, as_of))
    interest = Decimal(0)
    for start, end in pairwise(
        sorted(_edges(parts, overdue_from, jurisdiction, as_of))
    ):
        for percent, amount in _by_rate(parts, start, jurisdiction).items():
            a_year = amount * percent / 100
            interest += _accrued(a_year, start, end, jurisdiction, invoice.currency)
    return Charge(
        invoice=invoice.id,
        interest=rounded(interest, invoice.currency),
        compensation=_compensation(owed, jurisdiction),
        since=overdue_from,
        until=as_of,
    )


def unpaid_charge(charge: Charge, paid: ChargeAmounts) -> Charge:
    """Return what may still be claimed where some of it was paid before."""
    left = ChargeAmounts(charge.compensation, charge.interest).less(paid)
    return replace(charge, interest=left.interest, compensation=left.compensation)


def _parts(
    owed: Money,
    moves: Iterable[InvoiceReduction],
    start: date,
    jurisdiction: Jurisdiction,
    as_of: date,
) -> Iterator[_OwedPart]:
    """Cut the principal into parts by the days from which and until which it is owed.

    Money ends the oldest part first, and stops interest from its day on; what is
    taken back begins a new part. What is still open is owed to the end of *as_of*.
    """
    left = owed.amount
    running = [(max(left, Decimal(0)), start)]
    for move in sorted(moves, key=lambda move: move.on):
        before, left = max(left, Decimal(0)), left - move.amount.amount
        change = max(left, Decimal(0)) - before
        if change > 0:
            running.append((change, move.on))
        while change < 0:
            amount, since = running.pop(0)
            ended = min(amount, -change)
            change += ended
            if amount > ended:
                running.insert(0, (amount - ended, since))
            yield _OwedPart(
                ended, since, move.on, _rate_day(jurisdiction, start, move.on)
            )
    for amount, since in running:
        yield _OwedPart(
            amount, since, plus(as_of, 1), _rate_day(jurisdiction, start, as_of)
        )


def _rate_day(jurisdiction: Jurisdiction, start: date, paid: date) -> date | None:
    """Return the day whose rate applies to a part: see ``Jurisdiction.rate_rule``."""
    return {"fixed_at_start": start, "on_payment": paid}.get(jurisdiction.rate_rule)


def _edges(
    parts: Sequence[_OwedPart], start: date, jurisdiction: Jurisdiction, as_of: date
) -> set[date]:
    """Collect the days on which the principal, the rate or the year changes."""
    end = plus(as_of, 1)
    moves = [day for part in parts for day in (part.start, part.end)]
    moves += [rate.start for rate in jurisdiction.rates]
    moves += [plus(rate.end, 1) for rate in jurisdiction.rates]
    moves += [date(year, 1, 1) for year in range(start.year + 1, end.year + 1)]
    return {start, end, *(day for day in moves if start < day < end)}


def _by_rate(
    parts: Iterable[_OwedPart], day: date, jurisdiction: Jurisdiction
) -> Mapping[Decimal, Decimal]:
    """Add up what is owed on a day, by the yearly rate that counts for it."""
    sums: dict[Decimal, Decimal] = {}
    for part in parts:
        if part.amount and part.start <= day < part.end:
            percent = _rate(jurisdiction, part.rate_of or day).percent
            sums[percent] = sums.get(percent, Decimal(0)) + part.amount
    return sums


def _rate(jurisdiction: Jurisdiction, day: date) -> Rate:
    for rate in jurisdiction.rates:
        if rate.start <= day <= rate.end:
            return rate
    file = jurisdiction_file(jurisdiction.country)
    raise NoRateError(
        f"no rate of late interest for {jurisdiction.country} on {day}",
        file,
        f"add under rates: {missing_rate_line(jurisdiction, day)}",
    )


def _accrued(
    a_year: Decimal, start: date, end: date, jurisdiction: Jurisdiction, currency: str
) -> Decimal:
    """Return the interest of a span within one year, as the law rounds it."""
    days = Decimal((end - start).days)
    year = (
        jurisdiction.year_days
        or (date(start.year + 1, 1, 1) - date(start.year, 1, 1)).days
    )
    if jurisdiction.rounding == "daily":
        return rounded(a_year / year, currency).amount * days
    return a_year * days / year


def _compensation(owed: Money, jurisdiction: Jurisdiction) -> Money:
    """Return the highest tier that the principal reaches, in its currency."""
    reached = [
        tier
        for tier in jurisdiction.compensation
        if tier.above.currency == owed.currency and owed >= tier.above
    ]
    if owed.amount <= 0 or not reached:
        return zero(owed.currency)
    return max(reached, key=lambda tier: tier.above.amount).amount
