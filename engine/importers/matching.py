"""Recognise money that a person has recorded already: it counts once."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from engine.decision.unapplied import Unapplied, unapplied
from engine.importers.shelf import Shelf
from engine.load import load_invoice, load_record
from engine.model import Payment
from engine.records import CashReceived

#: A payment is the one on record if their days are no further apart.
DAYS = 3


@dataclass(slots=True)
class OnRecord:
    """The payment records of one account of which something is left."""

    left: list[Unapplied] = field(default_factory=list)

    @classmethod
    def read(cls, shelf: Shelf, account: str) -> "OnRecord":
        """Read them; without a payment record no invoice is looked at."""
        folder = f"ledger/{account}/records"
        names = [n for n in sorted(shelf.names(folder)) if "-payment" in n]
        read = (load_record(shelf.read(f"{folder}/{n}") or b"", n)[0] for n in names)
        records = [record for record in read if isinstance(record, CashReceived)]
        if not records:
            return cls()
        bills = f"ledger/{account}/invoices"
        invoices = (
            load_invoice(shelf.read(f"{bills}/{n}") or b"", n)[0]
            for n in sorted(shelf.names(bills))
            if n.endswith(".yaml")
        )
        known = [invoice for invoice in invoices if invoice is not None]
        found = unapplied(known, records, date.max)
        return cls([each for each in found if each.left.amount > 0])

    def quoted(self, invoice: str, payments: Sequence[Payment]) -> tuple[Payment, ...]:
        """Let payments that are on record quote their records, each record once.

        The same amount and currency, within three days, and not recorded for
        another invoice; of several the nearest day, then the first.
        """
        return tuple(self._quoted(invoice, payment) for payment in payments)

    def _quoted(self, invoice: str, payment: Payment) -> Payment:
        alike = [
            each
            for each in self.left
            if each.left == payment.amount
            and abs((each.on - payment.on).days) <= DAYS
            and invoice in (each.record.invoices or (invoice,))
        ]
        if not alike or payment.source:
            return payment
        best = min(alike, key=lambda e: (abs((e.on - payment.on).days), e.on, e.id))
        self.left.remove(best)
        return replace(payment, source=best.id)
