"""What was taken off beyond what was open, or given away by one person alone."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TypeAlias, TypeGuard

from engine.days import plus
from engine.decision.books import Books, books
from engine.decision.history import Entry, fold
from engine.decision.promised_credits import replaced
from engine.load.finding import Finding
from engine.load.known import Found, Known
from engine.model import Invoice
from engine.money import Money, parse_amount, total, zero
from engine.records import Record, Resolution, Settlement
from engine.text.places import Path

Giving: TypeAlias = Settlement | Resolution

#: Up to so many times the tolerance one person may give away alone.
_TIMES = 10


def forgiving_findings(known: Known) -> Iterator[Found]:
    """Say which settlements, resolutions, write-offs and payments go too far.

    Each is judged on its own day, with all that the ledger knows of it. Says
    nothing where amounts and currencies do not fit; other checks say that.
    """
    account = known.account
    given = [r for r in account.records if _gives(r)]
    written_off = any(each.kind == "write-off" for each in account.journal)
    over = [invoice for invoice in account.invoices if _overpaid(invoice)]
    if not (given or written_off or over):
        return
    entries = fold(account.journal, date.max, account.records)
    try:
        ledger = books(account, account.records, entries, date.max)
    except ValueError:
        return
    yield from _given(known, ledger)
    yield from _written_off(known, ledger, entries)
    yield from _overpayments(ledger, over)


def _gives(record: Record) -> TypeGuard[Giving]:
    gives = isinstance(record, Resolution) and record.credit is not None
    return gives or isinstance(record, Settlement)


def _overpaid(invoice: Invoice) -> bool:
    paid = total((each.amount for each in invoice.payments), invoice.currency)
    credited = total((each.amount for each in invoice.credits), invoice.currency)
    return paid + credited > invoice.total


def _given(known: Known, ledger: Books) -> Iterator[Found]:
    booked = replaced(known.account.invoices, known.account.records, date.max)
    for record in known.account.records:
        if not _gives(record) or record.id in booked:
            continue
        key, value = _value(record)
        over = ledger.excess.get(record.id)
        if over is None:
            finding: Finding | None = _nothing(record, key, value)
        else:
            amount = parse_amount(value, over.currency)
            finding = _judged(known, ledger, record, (key, amount))
        if finding:
            yield f"records/{record.id}.yaml", 0, finding


def _value(record: Giving) -> tuple[str, str]:
    """Return the key that says what a record takes off, and what it says."""
    if isinstance(record, Settlement):
        return "value", record.value
    return "credit", record.credit or ""


def _nothing(record: Giving, key: str, value: str) -> Finding:
    what = f"nothing was open on {record.on} that {value} could be taken off"
    hint = "name its invoices, or correct the day"
    return Finding((key,), what, hint, "given-too-much")


def _judged(
    known: Known, ledger: Books, record: Giving, stated: tuple[str, Money]
) -> Finding | None:
    """Compare what a record takes off with what was open, and what was billed.

    A settlement ends at what is open; a resolution may pay back what was paid.
    """
    key, amount = stated
    over = ledger.excess[record.id]
    billed = _billed(known, ledger, record, amount.currency)
    if over.amount > 0:
        what = f"{amount} is above the {amount - over} that was open on {record.on}"
        if isinstance(record, Resolution) and amount <= billed:
            hint = "if it is right, the rest is a balance in their favour"
            return Finding((key,), what, hint, "given-too-much", severity="warning")
        hint = "take off no more than is open, or correct the invoices"
        return Finding((key,), what, hint, "given-too-much")
    small = amount.amount <= _TIMES * _tolerance(known, amount.currency)
    if record.approved_by or small or amount + amount <= billed:
        return None
    what = f"one person alone takes off {amount}, more than half of what was billed"
    hint = "a second person may put their name under approved_by"
    return Finding((key,), what, hint, "approval", severity="warning")


def _billed(known: Known, ledger: Books, record: Giving, currency: str) -> Money:
    """Add up the totals of the invoices that a record takes off from."""
    about: Record = record
    if isinstance(record, Resolution) and not record.invoices:
        about = known.records.get(record.of, record)
    if about.invoices:
        invoices = (known.invoices[i] for i in about.invoices if i in known.invoices)
    else:
        before = plus(about.on, -1)
        invoices = (
            invoice
            for invoice in ledger.invoices.values()
            if invoice.issued <= about.on and ledger.open_at(invoice, before).amount > 0
        )
    return total((i.total for i in invoices if i.currency == currency), currency)


def _tolerance(known: Known, currency: str) -> Decimal:
    """Return the highest tolerance of a currency that any policy has."""
    policies = known.book.policies.values()
    found = (each.tolerance.get(currency) for each in policies)
    return max((each.amount for each in found if each), default=Decimal(0))


def _written_off(
    known: Known, ledger: Books, entries: tuple[Entry, ...]
) -> Iterator[Found]:
    """Warn of a write-off beyond what turned out to be open on its day."""
    numbers = {doc.id: n for n, doc in reversed([*enumerate(known.account.journal)])}
    for entry in entries:
        if entry.doc.kind != "write-off" or not entry.is_out:
            continue
        for index, row in enumerate(entry.rows):
            invoice = ledger.invoices.get(row.id)
            left = ledger.open_at(invoice, entry.on) if invoice else None
            if left is not None and left.amount < 0:
                what = f"{-left} more was written off than was open on {entry.on}"
                hint = "it stands in their favour; correct what is dated before"
                path = ("invoices", index)
                finding = Finding(path, what, hint, "written-off", severity="warning")
                yield "journal.yaml", numbers[entry.id], finding


def _overpayments(ledger: Books, over: list[Invoice]) -> Iterator[Found]:
    """Warn of payments beyond what was open on their day; it may be meant."""
    for invoice in over:
        left = ledger.open.get(invoice.id, zero(invoice.currency))
        paid = [
            n
            for n, each in enumerate(invoice.payments)
            if each.amount.amount > 0 and ledger.open_at(invoice, each.on).amount < 0
        ]
        if left.amount < 0 and paid:
            last = max(paid, key=lambda n: (invoice.payments[n].on, n))
            what = f"{-left} more than is owed has been paid"
            hint = "if it is right, it is a balance in their favour; ask them"
            path: Path = ("payments", last, "amount")
            finding = Finding(path, what, hint, "overpaid", severity="warning")
            yield f"invoices/{invoice.id}.yaml", 0, finding
