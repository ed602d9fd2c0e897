"""What an importer brings, whatever it was read from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from goodterms.model.ledger import Invoice
from goodterms.model.problem import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedInvoice:
    """One invoice as another system states it.

    ``profile`` is what a new ``account.yaml`` would say. ``invoice`` has the
    payments that the system lists, if ``lists_payments``; ``settled`` is the
    day from which nothing was open, if ``lists_settled``. ``place`` is where
    it was read. ``source`` calls the customer ``key`` and the invoice ``number``;
    ``account`` is the folder that a new customer would have. ``name`` and ``email``
    are what it says of the customer now, "" where it says nothing.
    """

    account: str
    source: str
    key: str
    number: str
    name: str = ""
    email: str = ""
    profile: Mapping[str, object]
    invoice: Invoice
    lists_payments: bool = False
    lists_settled: bool = False
    settled: date | None = None
    disputed: bool = False
    place: Place


def as_in_ledger(arrival: ImportedInvoice, id_: str) -> ImportedInvoice:
    """Return an arrival whose invoice has the id that the ledger knows it by."""
    if arrival.invoice.id == id_:
        return arrival
    known_as = replace(arrival.invoice, id=id_, number=arrival.number)
    return replace(arrival, invoice=known_as)
