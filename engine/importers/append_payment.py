"""Add payments to the file of an invoice without touching what it says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from goodterms.importers.diff import compare, remainder
from goodterms.importers.imported_invoice import ImportedInvoice
from goodterms.load import Problems, load_invoice
from goodterms.load.invoice_additions import grown
from goodterms.load.load_file import located
from goodterms.model.ledger import Payment
from goodterms.yaml.canonical_writer import document
from goodterms.yaml.ledger_documents import invoice_document
from goodterms.yaml.restricted_reader import documents_with_places

#: Writes an invoice's file with some payments; None, and why, where it cannot be.
Writing: TypeAlias = Callable[[Sequence[Payment]], tuple[str | None, Problems]]


@dataclass(frozen=True, slots=True)
class PaymentAddition:
    """The payments that the file of an invoice is to gain, and how they get there."""

    payments: tuple[Payment, ...]
    write: Writing


def new_file(arrival: ImportedInvoice) -> PaymentAddition:
    """Return the payments of an invoice that the ledger does not have yet."""
    invoice = arrival.invoice

    def write(payments: Sequence[Payment]) -> tuple[str | None, Problems]:
        with_them = replace(invoice, payments=tuple(payments))
        return document(invoice_document(with_them)), ()

    return PaymentAddition((*invoice.payments, *remainder(invoice, arrival)), write)


def lacking(
    data: bytes, file: str, arrival: ImportedInvoice
) -> tuple[PaymentAddition | None, Problems]:
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

    return PaymentAddition(payments, write), problems
