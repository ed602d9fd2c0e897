"""Add payments to the file of an invoice without touching what it says."""

from dataclasses import replace

from engine.importers.arrival import Arrival
from engine.importers.comparing import compare, remainder
from engine.load import Problems, load_invoice
from engine.load.grown import grown
from engine.load.reading import located
from engine.text.dump import document, invoice_document
from engine.text.source import documents_with_places


def new_text(arrival: Arrival) -> str:
    """Write the file of an invoice that the ledger does not have yet."""
    invoice = arrival.invoice
    payments = (*invoice.payments, *remainder(invoice, arrival))
    return document(invoice_document(replace(invoice, payments=payments)))


def added_text(data: bytes, file: str, arrival: Arrival) -> tuple[str | None, Problems]:
    """Return an invoice's file with the payments that it lacks.

    None where nothing is added; the problems say what differs. What the file
    says stays, to the character: lines come in, and are read back before
    anybody sees them.
    """
    invoice, problems = load_invoice(data, file)
    if invoice is None:
        return None, problems
    lacking, differences = compare(invoice, arrival)
    if differences:
        (placed,), _ = documents_with_places(data, file)
        problems = located(differences, placed.places)
    if not lacking:
        return None, problems
    text, unfit = grown(data, file, lacking)
    return text, (*problems, *unfit)
