"""Money of an account that contradicts itself, seen from its invoices.

Every rule goes by the dates of the ledger, so that what it says is the same
on every day.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import TypeAlias, TypeGuard

from goodterms.decision import (
    Balances,
    CreditMatch,
    JournalEntry,
    UnappliedCash,
    balances,
    credit_matches,
    credited_resolutions,
    fold,
    may_be_part_of,
    unapplied_records,
)
from goodterms.load.finding import Finding
from goodterms.load.lookup import Found, Lookup
from goodterms.model.calendar import plus
from goodterms.model.ledger import Credit, Invoice, Payment
from goodterms.model.money import Money, parse_amount, total, zero
from goodterms.model.records import (
    CashReceived,
    CreditNote,
    Record,
    Resolution,
    Settlement,
)
from goodterms.yaml.places import Path

Giving: TypeAlias = Settlement | Resolution

#: Up to so many times the tolerance one person may give away alone.
_TIMES = 10


def forgiving_findings(lookup: Lookup) -> Iterator[Found]:
    """Say which settlements, resolutions, write-offs and payments go too far.

    Each is judged on its own day, with all that the ledger knows of it. Says
    nothing where amounts and currencies do not fit; other checks say that.
    """
    account = lookup.account
    given = [r for r in account.records if _gives(r)]
    written_off = any(entry.kind == "write-off" for entry in account.journal)
    over = [invoice for invoice in account.invoices if _overpaid(invoice)]
    if not (given or written_off or over):
        return
    entries = fold(account.journal, date.max, account.records)
    try:
        ledger = balances(account, account.records, entries, date.max)
    except ValueError:
        return
    yield from _given(lookup, ledger)
    yield from _written_off(lookup, ledger, entries)
    yield from _overpayments(ledger, over)


def _gives(record: Record) -> TypeGuard[Giving]:
    gives = isinstance(record, Resolution) and record.credit is not None
    return gives or isinstance(record, Settlement)


def _overpaid(invoice: Invoice) -> bool:
    paid = total((payment.amount for payment in invoice.payments), invoice.currency)
    credited = total((credit.amount for credit in invoice.credits), invoice.currency)
    return paid + credited > invoice.total


def _given(lookup: Lookup, ledger: Balances) -> Iterator[Found]:
    booked = credited_resolutions(
        lookup.account.invoices, lookup.account.records, date.max
    )
    for record in lookup.account.records:
        if not _gives(record) or record.id in booked:
            continue
        key, value = _value(record)
        over = ledger.excess.get(record.id)
        if over is None:
            finding: Finding | None = _nothing(record, key, value)
        else:
            amount = parse_amount(value, over.currency)
            finding = _judged(lookup, ledger, record, (key, amount))
        if finding:
            yield f"records/{record.id}.yaml", 0, finding


def _value(record: Giving) -> tuple[str, str]:
    """Return the key that says what a record takes off, and what it says."""
    if isinstance(record, Settlement):
        return "value", record.value
    return "credit", record.credit or ""


def _nothing(record: Giving, key: str, value: str) -> Finding:
    fault = f"nothing was open on {record.on} that {value} could be taken off"
    hint = "name its invoices, or correct the day"
    return Finding((key,), fault, hint, "given-too-much")


def _judged(
    lookup: Lookup, ledger: Balances, record: Giving, stated: tuple[str, Money]
) -> Finding | None:
    """Compare what a record takes off with what was open, and what was billed.

    A settlement ends at what is open; a resolution may pay back what was paid.
    """
    key, amount = stated
    over = ledger.excess[record.id]
    billed = _billed(lookup, ledger, record, amount.currency)
    if over.amount > 0:
        fault = f"{amount} is above the {amount - over} that was open on {record.on}"
        if isinstance(record, Resolution) and amount <= billed:
            hint = "if it is right, the rest is a balance in their favour"
            return Finding((key,), fault, hint, "given-too-much", severity="warning")
        hint = "take off no more than is open, or correct the invoices"
        return Finding((key,), fault, hint, "given-too-much")
    small = amount.amount <= _TIMES * _tolerance(lookup, amount.currency)
    if record.approved_by or small or amount + amount <= billed:
        return None
    fault = f"one person alone takes off {amount}, more than half of what was billed"
    hint = "a second person may put their name under approved_by"
    return Finding((key,), fault, hint, "approval", severity="warning")


def _billed(lookup: Lookup, ledger: Balances, record: Giving, currency: str) -> Money:
    """Add up the totals of the invoices that a record takes off from."""
    about: Record = record
    if isinstance(record, Resolution) and not record.invoices:
        about = lookup.records.get(record.of, record)
    if about.invoices:
        invoices = (lookup.invoices[i] for i in about.invoices if i in lookup.invoices)
    else:
        before = plus(about.on, -1)
        invoices = (
            invoice
            for invoice in ledger.invoices.values()
            if invoice.issued <= about.on and ledger.open_at(invoice, before).amount > 0
        )
    return total((i.total for i in invoices if i.currency == currency), currency)


def _tolerance(lookup: Lookup, currency: str) -> Decimal:
    """Return the highest tolerance of a currency that any policy has."""
    policies = lookup.book.policies.values()
    tolerances = (policy.tolerance.get(currency) for policy in policies)
    return max((money.amount for money in tolerances if money), default=Decimal(0))


def _written_off(
    lookup: Lookup, ledger: Balances, entries: tuple[JournalEntry, ...]
) -> Iterator[Found]:
    """Warn of a write-off beyond what turned out to be open on its day."""
    numbers = {doc.id: n for n, doc in reversed([*enumerate(lookup.account.journal)])}
    for entry in entries:
        if entry.doc.kind != "write-off" or not entry.is_out:
            continue
        for index, row in enumerate(entry.rows):
            invoice = ledger.invoices.get(row.id)
            left = ledger.open_at(invoice, entry.on) if invoice else None
            if left is not None and left.amount < 0:
                fault = f"{-left} more was written off than was open on {entry.on}"
                hint = "it stands in their favour; correct what is dated before"
                path = ("invoices", index)
                finding = Finding(path, fault, hint, "written-off", severity="warning")
                yield "journal.yaml", numbers[entry.id], finding


def _overpayments(ledger: Balances, over: list[Invoice]) -> Iterator[Found]:
    """Warn of payments beyond what was open on their day; it may be meant."""
    for invoice in over:
        left = ledger.open.get(invoice.id, zero(invoice.currency))
        paid = [
            n
            for n, item in enumerate(invoice.payments)
            if item.amount.amount > 0 and ledger.open_at(invoice, item.on).amount < 0
        ]
        if left.amount < 0 and paid:
            last = max(paid, key=lambda n: (invoice.payments[n].on, n))
            fault = f"{-left} more than is owed has been paid"
            hint = "if it is right, it is a balance in their favour; ask them"
            path: Path = ("payments", last, "amount")
            finding = Finding(path, fault, hint, "overpaid", severity="warning")
            yield f"invoices/{invoice.id}.yaml", 0, finding


#: What uses a record: the invoice's file, where it stands there, and the line.
_Use = tuple[str, Path, Payment | Credit]


def money_findings(lookup: Lookup) -> Iterator[Found]:
    """Say what cannot be true about payments, credits and what they use."""
    for invoice in lookup.account.invoices:
        if invoice.payments or invoice.credits:
            file = f"invoices/{invoice.id}.yaml"
            yield from ((file, 0, finding) for finding in _reversals(invoice))
            yield from ((file, 0, finding) for finding in _credits(invoice))
    yield from _sources(lookup)
    yield from _taken_back(lookup)
    yield from _promised(lookup)
    yield from _twice(lookup)
    yield from _recorded_twice(lookup)


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
        fault = (
            f"{-payment.amount} is taken back, and only {left} of what was paid"
            f" by {payment.on} was left"
        )
        hint = "delete the reversal that is one too many, or enter its payment"
        yield Finding(("payments", index, "amount"), fault, hint, "reversed")


def _in_time(line: Payment | Credit) -> tuple[date, bool]:
    """Sort by day, and on one day what comes before what is taken back."""
    return line.on, line.amount.amount < 0


def _credits(invoice: Invoice) -> Iterator[Finding]:
    """Refuse credits below zero, and more of them than the invoice comes to."""
    sum_ = zero(invoice.currency)
    for index, credit in enumerate(invoice.credits):
        path: Path = ("credits", index, "amount")
        if credit.amount.amount < 0:
            fault = f"a credit of {credit.amount} would add to what is owed"
            hint = "delete the line of a credit withdrawn; more to pay is a new invoice"
            yield Finding(path, fault, hint, "negative-credit")
            continue
        before, sum_ = sum_, sum_ + credit.amount
        if before <= invoice.total < sum_:
            fault = f"the credits come to {sum_}, and the total is {invoice.total}"
            hint = "correct one; what is for no invoice is a credit-note record"
            yield Finding(path, fault, hint, "credited-too-much")


def _sources(lookup: Lookup) -> Iterator[Found]:
    """Refuse what takes more of a payment or credit-note record than it holds."""
    used: dict[str, list[_Use]] = {}
    for invoice in lookup.account.invoices:
        file = f"invoices/{invoice.id}.yaml"
        for key, lines in _lines(invoice):
            for index, line in enumerate(lines):
                if line.source:
                    use = (file, (key, index, "amount"), line)
                    used.setdefault(line.source, []).append(use)
    for source, uses in used.items():
        record = lookup.records.get(source)
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
        fault = f"{sort} '{record.id}' holds {holds}, and {taken} is taken from it"
        hint = f"take no more than {holds} altogether, or correct the record"
        yield file, 0, Finding(path, fault, hint, "overused")
        return


def _otherwise(record: Resolution, uses: list[_Use]) -> Iterator[Found]:
    """Warn where other than what a resolution promised is credited for it."""
    file, path, last = max(uses, key=lambda use: _in_time(use[2]))
    currency = last.amount.currency
    amounts = [line.amount for _, _, line in uses if line.amount.currency == currency]
    credited = total(amounts, currency)
    if str(credited) != record.credit:
        promised = record.credit or "nothing"
        fault = f"'{record.id}' promised {promised}, and {credited} is credited for it"
        hint = "the credits count; correct the one that is wrong"
        finding = Finding(path, fault, hint, "promised-credit", severity="warning")
        yield file, 0, finding


def _taken_back(lookup: Lookup) -> Iterator[Found]:
    """Refuse a payment record below zero that takes back more than is unapplied."""
    left: dict[str, Money] = {}
    records = [r for r in lookup.account.records if isinstance(r, CashReceived)]
    for record in sorted(records, key=lambda r: (r.on, r.amount.amount < 0, r.id)):
        before = left.get(record.amount.currency, zero(record.amount.currency))
        left[record.amount.currency] = before + record.amount
        if (before + record.amount).amount < 0 and record.amount.amount < 0:
            fault = f"{-record.amount} is taken back, and only {before} had come in"
            hint = "delete the record that is one too many, or enter its payment"
            finding = Finding(("amount",), fault, hint, "reversed")
            yield f"records/{record.id}.yaml", 0, finding


def _twice(lookup: Lookup) -> Iterator[Found]:
    """Warn where a record may be money that an invoice says was paid, without it.

    No more than is left of the record, in its currency, within three days: most
    often an import brought it, and a person recorded it as well.
    """
    account = lookup.account
    left = unapplied_records(account.invoices, account.records, date.max)
    for item in left:
        if isinstance(item.record, CashReceived) and item.left.amount > 0:
            lines = ((i.id, paid) for i in account.invoices for paid in i.payments)
            twice = twin_payment(item, lines)
            if twice:
                yield f"records/{item.id}.yaml", 0, same_money(item, *twice)


def _recorded_twice(lookup: Lookup) -> Iterator[Found]:
    """Warn where a record of money says the same as another one of its day.

    The same sum with the same reference for the same invoices: two transfers can be
    alike, but most often one was recorded twice, and would count twice.
    """
    seen: dict[tuple[object, ...], str] = {}
    for record in sorted(lookup.account.records, key=lambda r: (r.on, r.id)):
        if not isinstance(record, CashReceived | CreditNote):
            continue
        money = (record.amount, record.reference, record.invoices)
        key = (type(record), record.on, *money)
        other = seen.setdefault(key, record.id)
        if other != record.id and record.amount.amount > 0:
            fault = f"it says the same as '{other}': {record.amount} counts twice"
            hint = "if it is the same money, delete this file; else ignore this"
            finding = Finding((), fault, hint, "recorded-twice", severity="warning")
            yield f"records/{record.id}.yaml", 0, finding


def twin_payment(
    record: UnappliedCash, lines: Iterable[tuple[str, Payment]]
) -> tuple[str, Payment] | None:
    """Find the payment that is most likely a record's: all of it, then a part.

    The lines are payments, each with the id of its invoice.
    """
    found = [line for line in lines if may_be_part_of(record, line[1])]
    return max(found, key=lambda line: line[1].amount, default=None)


def same_money(record: UnappliedCash, invoice: str, paid: Payment) -> Finding:
    """Say that a payment on an invoice may be money of a record."""
    if paid.amount == record.left:
        fault = f"{paid.amount} is on {invoice} too, as a payment"
    else:
        fault = (
            f"{paid.amount} of these {record.left} may be on {invoice}, as a payment"
        )
    hint = (
        f"if it is the same money, add 'from: {record.id}' to that"
        " payment; else ignore this"
    )
    return Finding(("amount",), fault, hint, "same-money", severity="warning")


def _promised(lookup: Lookup) -> Iterator[Found]:
    """Say where a credit note is, or may be, the one that a resolution promised."""
    account = lookup.account
    said = set()
    for match in credit_matches(account.invoices, account.records, date.max):
        place = (match.invoice.id, match.index)
        if place not in said:
            said.add(place)
            path = ("credits", match.index, "amount")
            finding = _same(match, path) if match.is_clear else _which(match, path)
            yield f"invoices/{match.invoice.id}.yaml", 0, finding


def _same(match: CreditMatch, path: Path) -> Finding:
    promise = match.resolution.id
    fault = f"this credit is taken for the one that '{promise}' promised"
    hint = f"add 'from: {promise}'; a further one is a credit-note record, named there"
    return Finding(path, fault, hint, "promised-credit", severity="warning")


def _which(match: CreditMatch, path: Path) -> Finding:
    promise = match.resolution.id
    fault = f"nobody knows whether this is the credit that '{promise}' promised"
    hint = "several may be: add 'from:' with the resolution's name to the one that is"
    return Finding(path, fault, hint, "promised-credit")
