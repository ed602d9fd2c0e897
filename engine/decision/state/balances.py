"""What is open: every invoice's amount as of any day, and unapplied cash."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice

from goodterms.decision.state.claimed_charges import ClaimedCharges, settle_charges
from goodterms.decision.state.history import JournalEntry
from goodterms.decision.state.promised_credits import credited_resolutions
from goodterms.decision.state.reductions import InvoiceReduction, Kind, reversed_payment
from goodterms.decision.state.unapplied_cash import (
    UnappliedCash,
    net_of_reversals,
    unapplied_records,
)
from goodterms.model.ledger import Account, Invoice
from goodterms.model.money import Money, parse_amount, total, zero
from goodterms.model.records import (
    CashReceived,
    CreditNote,
    Dispute,
    Pause,
    Record,
    Reply,
    Resolution,
    Resume,
    Settlement,
)

#: Money that moved on a day.
Move = tuple[date, Money]


@dataclass(frozen=True, slots=True)
class Balances:
    """The open amounts of an account as of a day.

    ``invoices`` are those issued by then, by id, the oldest due first. ``open``
    holds what is open on each: total less payments, credits, write-offs and
    settlements; negative is a credit balance. ``cash`` is unapplied cash by
    currency, where there is any; ``receipts`` the payment records it comes from,
    ``credit_notes`` the credits that belong to no invoice yet, no money received.
    ``excess`` is what each settlement or resolution took off beyond what was open.
    ``charges`` are those that messages claimed, with what is settled of them, by
    invoice; money that settled charges is taken off no invoice.
    """

    as_of: date
    invoices: Mapping[str, Invoice]
    open: Mapping[str, Money]
    cash: Mapping[str, Money]
    receipts: tuple[UnappliedCash, ...]
    credit_notes: tuple[UnappliedCash, ...]
    reductions: Mapping[str, tuple[InvoiceReduction, ...]]
    excess: Mapping[str, Money]
    charges: Mapping[str, ClaimedCharges]
    _targets: dict[str, frozenset[str]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    _ends: list[tuple[date, str]] = field(
        default_factory=list, init=False, compare=False, repr=False
    )

    @property
    def unapplied_credits(self) -> Mapping[str, Money]:
        """Credit notes that belong to no invoice yet, by currency, where any."""
        return _sums(self.credit_notes)

    @property
    def credit_balances(self) -> Mapping[str, Money]:
        """Balances in the customer's favour, added up by currency."""
        sums: dict[str, Money] = {}
        for amount in self.open.values():
            if amount.amount < 0:
                before = sums.get(amount.currency, zero(amount.currency))
                sums[amount.currency] = before - amount
        return sums

    def open_at(self, invoice: Invoice, day: date) -> Money:
        """Return what was open at the end of an earlier day."""
        taken_off = (r.amount for r in self.reductions[invoice.id] if r.on <= day)
        return invoice.total - total(taken_off, invoice.currency)

    def settled_on(self, invoice: Invoice) -> date | None:
        """Return the day on which an invoice became settled, None while it is open."""
        if self.open[invoice.id].amount > 0:
            return None
        left = invoice.total
        for reduction in sorted(self.reductions[invoice.id], key=lambda r: r.on):
            left -= reduction.amount
            if left.amount <= 0:
                return reduction.on
        return invoice.issued

    def paid_on(self, invoice: Invoice) -> date | None:
        """Return the day on which what was owed on an invoice was paid or let go.

        Credit notes and upheld disputes correct it from the beginning, whenever
        they came: our mistake makes nobody late. None while it is open, and where
        they left nothing to pay.
        """
        moves = self.reductions[invoice.id]
        corrected = (move.amount for move in moves if move.kind == "correction")
        left = invoice.total - total(corrected, invoice.currency)
        if self.open[invoice.id].amount > 0 or left.amount <= 0:
            return None
        paid: date | None = None
        for move in sorted(moves, key=lambda m: m.on):
            if move.kind != "correction":
                left -= move.amount
                paid = None if left.amount > 0 else paid or move.on
        return paid

    def invoices_of(self, record: Record) -> frozenset[str]:
        """Return the invoices that a record stands for.

        Named ones; else those issued and open on its date. Replies, pauses and
        resumes without names stand for the whole account.
        """
        invoices = self._targets.get(record.id)
        if invoices is None:
            invoices = self._targets[record.id] = self._about(record)
        return invoices

    def _about(self, record: Record) -> frozenset[str]:
        if record.invoices:
            return frozenset(record.invoices)
        if isinstance(record, Reply | Pause | Resume):
            return frozenset(self.invoices)
        candidates = (self.invoices[id_] for id_ in self._ending_after(record.on))
        return frozenset(
            invoice.id
            for invoice in candidates
            if invoice.issued <= record.on
            and self.open_at(invoice, record.on).amount > 0
        )

    def _ending_after(self, day: date) -> Iterator[str]:
        """Yield the invoices that are open now, or changed after a day."""
        if not self._ends:
            self._ends.extend(sorted((self._end(id_), id_) for id_ in self.invoices))
        start = bisect_left(self._ends, (day + timedelta(days=1), ""))
        return (id_ for _, id_ in islice(self._ends, start, None))

    def _end(self, id_: str) -> date:
        if self.open[id_].amount > 0:
            return date.max
        days = (reduction.on for reduction in self.reductions[id_])
        return max(days, default=date.min)


def unreversed_money(moves: Iterable[Move]) -> list[Move]:
    """Return the money that has not been reversed, the earliest first.

    A negative amount takes back the latest payment of exactly that amount; else
    the latest money before it, as far as it goes.
    """
    kept: list[Move] = []
    for on, amount in sorted(moves, key=lambda move: move[0]):
        if amount.amount > 0:
            kept.append((on, amount))
            continue
        back = -amount
        whole = reversed_payment([received for _, received in kept], back)
        if whole is not None:
            del kept[whole]
            continue
        while kept and back.amount > 0:
            last, received = kept.pop()
            if received > back:
                kept.append((last, received - back))
            back -= min(received, back)
    return kept


def balances(
    account: Account,
    records: Iterable[Record],
    entries: Iterable[JournalEntry],
    as_of: date,
) -> Balances:
    """Work out what is open as of a day; what is dated later does not exist yet."""
    listed, listed_entries = tuple(records), tuple(entries)
    oldest_first = sorted(
        account.invoices, key=lambda invoice: (invoice.due, invoice.id)
    )
    invoices = {i.id: i for i in oldest_first if i.issued <= as_of}
    reductions = {
        id_: _own_reductions(invoice, as_of) for id_, invoice in invoices.items()
    }
    _take_off_entries(reductions, invoices, listed_entries)
    excess = _take_off_records(reductions, invoices, listed, as_of)
    settled = settle_charges(listed_entries, invoices, reductions)
    reductions |= {id_: [*settlement.reductions] for id_, settlement in settled.items()}
    opened = {
        id_: invoice.total
        - total((r.amount for r in reductions[id_]), invoice.currency)
        for id_, invoice in invoices.items()
    }
    unapplied = unapplied_records(invoices.values(), listed, as_of)
    receipts = net_of_reversals(_of_kind(unapplied, CashReceived))
    return Balances(
        as_of=as_of,
        invoices=invoices,
        open=opened,
        cash=_sums(receipts),
        receipts=receipts,
        credit_notes=_of_kind(unapplied, CreditNote),
        reductions={id_: tuple(rows) for id_, rows in reductions.items()},
        excess=excess,
        charges={id_: settlement.claimed for id_, settlement in settled.items()},
    )


def _own_reductions(invoice: Invoice, as_of: date) -> list[InvoiceReduction]:
    paid = [InvoiceReduction(p.on, p.amount) for p in invoice.payments if p.on <= as_of]
    return paid + [
        InvoiceReduction(c.on, c.amount, "concession" if c.goodwill else "correction")
        for c in invoice.credits
        if c.on <= as_of
    ]


def _take_off_entries(
    reductions: Mapping[str, list[InvoiceReduction]],
    invoices: Mapping[str, Invoice],
    entries: Iterable[JournalEntry],
) -> None:
    """Take off write-offs and credits; a credit without an offer is a correction."""
    for entry in entries:
        if entry.doc.kind not in ("write-off", "credit") or not entry.is_out:
            continue
        corrects = entry.doc.kind == "credit" and entry.doc.offer is None
        kind: Kind = "correction" if corrects else "concession"
        for row in entry.rows:
            amount = row.amount or row.open
            if row.id in invoices and amount:
                currency = invoices[row.id].currency
                taken_off = parse_amount(amount, currency)
                reductions[row.id].append(InvoiceReduction(entry.on, taken_off, kind))


def _take_off_records(
    reductions: Mapping[str, list[InvoiceReduction]],
    invoices: Mapping[str, Invoice],
    records: tuple[Record, ...],
    as_of: date,
) -> Mapping[str, Money]:
    """Spread settlements and credits of resolutions, earliest record first.

    Returns by record what was more than its invoices owed.
    """
    disputes = {r.id: r for r in records if isinstance(r, Dispute)}
    booked = credited_resolutions(invoices.values(), records, as_of)
    excess = {}
    for record in sorted(records, key=lambda r: (r.on, r.id)):
        if isinstance(record, Settlement):
            over = _spread(record.value, record, reductions, invoices, "concession")
        elif (
            isinstance(record, Resolution) and record.credit and record.id not in booked
        ):
            named = record if record.invoices else disputes.get(record.of, record)
            day = record.on
            over = _spread(
                record.credit, named, reductions, invoices, "correction", day
            )
        else:
            continue
        if over:
            excess[record.id] = over
    return excess


def _spread(
    value: str,
    record: Record,
    reductions: Mapping[str, list[InvoiceReduction]],
    invoices: Mapping[str, Invoice],
    kind: Kind,
    on: date | None = None,
) -> Money | None:
    """Take an amount off a record's invoices, the oldest due first.

    What is more than they owe goes on the last one and is returned; None: about none.
    """
    day = on or record.on
    targets = _invoices_of(record, reductions, invoices)
    if not targets:
        return None
    left = parse_amount(value, targets[0].currency)
    nothing = zero(left.currency)
    over = left
    for invoice in targets:
        owed = max(_open_at(invoice, reductions, day), nothing)
        over = max(over - owed, nothing)
        share = left if invoice is targets[-1] else min(left, owed)
        if share.amount:
            reductions[invoice.id].append(InvoiceReduction(day, share, kind))
        left -= share
    return over


def _invoices_of(
    record: Record,
    reductions: Mapping[str, list[InvoiceReduction]],
    invoices: Mapping[str, Invoice],
) -> list[Invoice]:
    if record.invoices:
        listed = [invoices[id_] for id_ in record.invoices if id_ in invoices]
    else:
        listed = [
            invoice
            for invoice in invoices.values()
            if invoice.issued <= record.on
            and _open_at(invoice, reductions, record.on).amount > 0
        ]
    listed.sort(key=lambda invoice: (invoice.due, invoice.id))
    return [invoice for invoice in listed if invoice.currency == listed[0].currency]


def _open_at(
    invoice: Invoice, reductions: Mapping[str, list[InvoiceReduction]], day: date
) -> Money:
    """Return what was left at the end of a day, as far as it is known yet."""
    taken_off = (r.amount for r in reductions[invoice.id] if r.on <= day)
    return invoice.total - total(taken_off, invoice.currency)


def _of_kind(
    amounts: Iterable[UnappliedCash], kind: type[Record]
) -> tuple[UnappliedCash, ...]:
    return tuple(amount for amount in amounts if type(amount.record) is kind)


def _sums(receipts: Iterable[UnappliedCash]) -> dict[str, Money]:
    sums: dict[str, Money] = {}
    for receipt in receipts:
        amount = receipt.left
        before = sums.get(amount.currency, zero(amount.currency))
        sums[amount.currency] = before + amount
    return {currency: sum_ for currency, sum_ in sums.items() if sum_.amount > 0}
