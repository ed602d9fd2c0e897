"""Money of an account that contradicts itself, seen from its invoices.

Every rule goes by the dates of the ledger, so that what it says is the same
on every day.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from engine.decision.promised_credits import Match, matches
from engine.decision.unapplied import Unapplied, perhaps, unapplied
from engine.load.finding import Finding
from engine.load.known import Found, Known
from engine.model import Credit, Invoice, Payment
from engine.money import Money, total, zero
from engine.records import CashReceived, CreditNote, Resolution
from engine.text.places import Path

#: What uses a record: the invoice's file, where it stands there, and the line.
_Use = tuple[str, Path, Payment | Credit]


def money_findings(known: Known) -> Iterator[Found]:
    """Say what cannot be true about payments, credits and what they use."""
    for invoice in known.account.invoices:
        if invoice.payments or invoice.credits:
            file = f"invoices/{invoice.id}.yaml"
            yield from ((file, 0, each) for each in _reversals(invoice))
            yield from ((file, 0, each) for each in _credits(invoice))
    yield from _sources(known)
    yield from _taken_back(known)
    yield from _promised(known)
    yield from _twice(known)


def _reversals(invoice: Invoice) -> Iterator[Finding]:
    """Refuse a reversal of more than had been paid by its day."""
    if all(payment.amount.amount >= 0 for payment in invoice.payments):
        return
    left = zero(invoice.currency)
    lines = enumerate(invoice.payments)
    for index, payment in sorted(lines, key=lambda line: _in_time(line[1])):
        if (left + payment.amount).amount >= 0:
            left += payment.amount
            continue
        what = (
            f"{-payment.amount} is taken back, and only {left} of what was paid"
            f" by {payment.on} was left"
        )
        hint = "delete the reversal that is one too many, or enter its payment"
        yield Finding(("payments", index, "amount"), what, hint, "reversed")


def _in_time(line: Payment | Credit) -> tuple[date, bool]:
    """Sort by day, and on one day what comes before what is taken back."""
    return line.on, line.amount.amount < 0


def _credits(invoice: Invoice) -> Iterator[Finding]:
    """Refuse credits below zero, and more of them than the invoice comes to."""
    sum_ = zero(invoice.currency)
    for index, credit in enumerate(invoice.credits):
        path: Path = ("credits", index, "amount")
        if credit.amount.amount < 0:
            what = f"a credit of {credit.amount} would add to what is owed"
            hint = "delete the line of a credit withdrawn; more to pay is a new invoice"
            yield Finding(path, what, hint, "negative-credit")
            continue
        before, sum_ = sum_, sum_ + credit.amount
        if before <= invoice.total < sum_:
            what = f"the credits come to {sum_}, and the total is {invoice.total}"
            hint = "correct one; what is for no invoice is a credit-note record"
            yield Finding(path, what, hint, "credited-too-much")


def _sources(known: Known) -> Iterator[Found]:
    """Refuse what takes more of a payment or credit-note record than it holds."""
    used: dict[str, list[_Use]] = {}
    for invoice in known.account.invoices:
        file = f"invoices/{invoice.id}.yaml"
        for key, lines in _lines(invoice):
            for index, line in enumerate(lines):
                if line.source:
                    use = (file, (key, index, "amount"), line)
                    used.setdefault(line.source, []).append(use)
    for source, uses in used.items():
        record = known.records.get(source)
        if isinstance(record, CashReceived):
            yield from _overused("payment", record, uses)
        elif isinstance(record, CreditNote):
            yield from _overused("credit note", record, uses)
        elif isinstance(record, Resolution):
            yield from _otherwise(record, uses)


def _lines(invoice: Invoice) -> Iterable[tuple[str, Iterable[Payment | Credit]]]:
    return ("payments", invoice.payments), ("credits", invoice.credits)


def _overused(
    sort: str, record: CashReceived | CreditNote, uses: list[_Use]
) -> Iterator[Found]:
    """Name the line with which a record is first used up beyond what it holds."""
    holds = record.amount
    taken = zero(holds.currency)
    most, least = max(holds, taken), min(holds, taken)
    for file, path, line in sorted(uses, key=lambda use: _in_time(use[2])):
        if line.amount.currency != holds.currency:
            continue  # said elsewhere
        taken += line.amount
        if least <= taken <= most:
            continue
        what = f"{sort} '{record.id}' holds {holds}, and {taken} is taken from it"
        hint = f"take no more than {holds} altogether, or correct the record"
        yield file, 0, Finding(path, what, hint, "overused")
        return


def _otherwise(record: Resolution, uses: list[_Use]) -> Iterator[Found]:
    """Warn where other than what a resolution promised is credited for it."""
    file, path, last = max(uses, key=lambda use: _in_time(use[2]))
    currency = last.amount.currency
    amounts = [line.amount for _, _, line in uses if line.amount.currency == currency]
    credited = total(amounts, currency)
    if str(credited) != record.credit:
        promised = record.credit or "nothing"
        what = f"'{record.id}' promised {promised}, and {credited} is credited for it"
        hint = "the credits count; correct the one that is wrong"
        finding = Finding(path, what, hint, "promised-credit", severity="warning")
        yield file, 0, finding


def _taken_back(known: Known) -> Iterator[Found]:
    """Refuse a payment record below zero that takes back more than is unapplied."""
    left: dict[str, Money] = {}
    records = [r for r in known.account.records if isinstance(r, CashReceived)]
    for record in sorted(records, key=lambda r: (r.on, r.amount.amount < 0, r.id)):
        before = left.get(record.amount.currency, zero(record.amount.currency))
        left[record.amount.currency] = before + record.amount
        if (before + record.amount).amount < 0 and record.amount.amount < 0:
            what = f"{-record.amount} is taken back, and only {before} had come in"
            hint = "delete the record that is one too many, or enter its payment"
            finding = Finding(("amount",), what, hint, "reversed")
            yield f"records/{record.id}.yaml", 0, finding


def _twice(known: Known) -> Iterator[Found]:
    """Warn where a record may be money that an invoice says was paid, without it.

    No more than is left of the record, in its currency, within three days: most
    often an import brought it, and a person recorded it as well.
    """
    account = known.account
    left = unapplied(account.invoices, account.records, date.max)
    for each in left:
        if isinstance(each.record, CashReceived) and each.left.amount > 0:
            lines = ((i.id, paid) for i in account.invoices for paid in i.payments)
            twice = twin_payment(each, lines)
            if twice:
                yield f"records/{each.id}.yaml", 0, same_money(each, *twice)


def twin_payment(
    record: Unapplied, lines: Iterable[tuple[str, Payment]]
) -> tuple[str, Payment] | None:
    """Find the payment that is most likely a record's: all of it, then a part.

    The lines are payments, each with the id of its invoice.
    """
    found = [line for line in lines if perhaps(record, line[1])]
    return max(found, key=lambda line: line[1].amount, default=None)


def same_money(record: Unapplied, invoice: str, paid: Payment) -> Finding:
    """Say that a payment on an invoice may be money of a record."""
    if paid.amount == record.left:
        what = f"{paid.amount} is on {invoice} too, as a payment"
    else:
        what = f"{paid.amount} of these {record.left} may be on {invoice}, as a payment"
    hint = (
        f"if it is the same money, add 'from: {record.id}' to that"
        " payment; else ignore this"
    )
    return Finding(("amount",), what, hint, "same-money", severity="warning")


def _promised(known: Known) -> Iterator[Found]:
    """Say where a credit note is, or may be, the one that a resolution promised."""
    account = known.account
    said = set()
    for match in matches(account.invoices, account.records, date.max):
        place = (match.invoice.id, match.index)
        if place not in said:
            said.add(place)
            path = ("credits", match.index, "amount")
            finding = _same(match, path) if match.is_clear else _which(match, path)
            yield f"invoices/{match.invoice.id}.yaml", 0, finding


def _same(match: Match, path: Path) -> Finding:
    promise = match.resolution.id
    what = f"this credit is taken for the one that '{promise}' promised"
    hint = f"add 'from: {promise}'; a further one is a credit-note record, named there"
    return Finding(path, what, hint, "promised-credit", severity="warning")


def _which(match: Match, path: Path) -> Finding:
    promise = match.resolution.id
    what = f"nobody knows whether this is the credit that '{promise}' promised"
    hint = "several may be: add 'from:' with the resolution's name to the one that is"
    return Finding(path, what, hint, "promised-credit")
