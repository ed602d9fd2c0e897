"""Add payments to the file of an invoice without touching what it says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from engine.importers.arrival import Arrival
from engine.importers.comparing import compare, remainder
from engine.load import Problems, load_invoice
from engine.load.grown import grown
from engine.load.reading import located
from engine.model import Payment
from engine.text.dump import document, invoice_document
from engine.text.source import documents_with_places

#: Writes an invoice's file with some payments; None, and why, where it cannot be.
Writing: TypeAlias = Callable[[Sequence[Payment]], tuple[str | None, Problems]]


@dataclass(frozen=True, slots=True)
class Addition:
    """The payments that the file of an invoice is to gain, and how they get there."""

    payments: tuple[Payment, ...]
    write: Writing


def new_file(arrival: Arrival) -> Addition:
    """Return the payments of an invoice that the ledger does not have yet."""
    invoice = arrival.invoice

    def write(payments: Sequence[Payment]) -> tuple[str | None, Problems]:
        with_them = replace(invoice, payments=tuple(payments))
        return document(invoice_document(with_them)), ()

    return Addition((*invoice.payments, *remainder(invoice, arrival)), write)


def lacking(
    data: bytes, file: str, arrival: Arrival
) -> tuple[Addition | None, Problems]:
    """Return the payments that an invoice's file lacks, None where it lacks none.

    The problems say what differs. What the file says stays, to the character:
    lines come in, and are read back before anybody sees them.
    """
    invoice, problems = load_invoice(data, file)
    if invoice is None:
        return None, problems
    payments, differences = compare(invoice, arrival)
    if differences:
        (placed,), _ = documents_with_places(data, file)
        problems = located(differences, placed.places)
    if not payments:
        return None, problems

    def write(quoted: Sequence[Payment]) -> tuple[str | None, Problems]:
        return grown(data, file, quoted)

    return Addition(payments, write), problems
