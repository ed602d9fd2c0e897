"""Recognise money that a person has recorded already: it counts once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import TypeAlias

from goodterms.decision import UnappliedCash, may_be_same_money, unapplied_records
from goodterms.importers.ledger_files import LedgerFiles, invoices_of, records_of
from goodterms.load.finding import Finding
from goodterms.load.money_checks import same_money, twin_payment
from goodterms.model.ledger import Payment
from goodterms.model.records import CashReceived

#: Of more payments than this nobody tries which add up to a record.
MANY = 10

#: A payment, and the id of the invoice that it is on.
Line: TypeAlias = tuple[str, Payment]


@dataclass(slots=True)
class RecordedPayments:
    """The payment records of one account of which something is left."""

    left: list[UnappliedCash] = field(default_factory=list)

    @classmethod
    def read(cls, files: LedgerFiles, account: str) -> "RecordedPayments":
        """Read them; without a payment record no invoice is looked at."""
        listed, _ = records_of(files, account)
        records = [record for record in listed if isinstance(record, CashReceived)]
        if not records:
            return cls()
        left = unapplied_records(invoices_of(files, account), records, date.max)
        return cls([receipt for receipt in left if receipt.left.amount > 0])

    def quoted(self, lines: Sequence[Line]) -> tuple[Line, ...]:
        """Let payments that are on record quote their records.

        First those that are a record each: the same amount and currency, within
        three days, and not recorded for another invoice; of several records the
        nearest, then the first. Then records that are the sum of several payments,
        of all that may be meant or of the only ones that add up to it.
        """
        singly = [self._alone(line) for line in lines]
        for record in tuple(self.left):
            parts = _parts(record, singly)
            for index in parts:
                invoice, payment = singly[index]
                singly[index] = (invoice, replace(payment, source=record.id))
            if parts:
                self.left.remove(record)
        return tuple(singly)

    def doubts(self, lines: Iterable[Line]) -> Iterator[tuple[str, Finding]]:
        """Name the records that payments may be money of, though none quotes them."""
        open_ = [line for line in lines if line[1].source is None]
        for record in self.left:
            twin = twin_payment(record, open_)
            if twin:
                yield record.id, same_money(record, *twin)

    def _alone(self, line: Line) -> Line:
        alike = [
            receipt
            for receipt in self.left
            if receipt.left == line[1].amount and _may_be(receipt, line)
        ]
        if not alike:
            return line
        invoice, payment = line
        best = min(alike, key=lambda e: (abs((e.on - payment.on).days), e.on, e.id))
        self.left.remove(best)
        return invoice, replace(payment, source=best.id)


def _may_be(record: UnappliedCash, line: Line) -> bool:
    """Whether a payment that comes in may be of a record's money."""
    invoice, payment = line
    return payment.amount.amount > 0 and may_be_same_money(record, invoice, payment)


def _parts(record: UnappliedCash, lines: Sequence[Line]) -> tuple[int, ...]:
    """Return the payments whose sum a record is; none where several sums would do."""
    open_ = [n for n, line in enumerate(lines) if _may_be(record, line)]
    if _sum(open_, lines) == record.left.amount:
        return tuple(open_)
    if len(open_) > MANY:
        return ()
    sums = [
        some
        for count in range(2, len(open_))
        for some in combinations(open_, count)
        if _sum(some, lines) == record.left.amount
    ]
    return sums[0] if len(sums) == 1 else ()


def _sum(some: Iterable[int], lines: Sequence[Line]) -> Decimal:
    return sum((lines[n][1].amount.amount for n in some), Decimal(0))
