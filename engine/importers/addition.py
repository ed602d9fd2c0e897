"""Add payments to the file of an invoice without touching what it says."""

from collections.abc import Iterable
from dataclasses import replace

from engine.importers.arrival import Arrival
from engine.importers.comparing import compare, remainder
from engine.importers.matching import OnRecord
from engine.load import Problems, load_invoice
from engine.load.grown import grown
from engine.load.reading import located
from engine.model import Payment
from engine.text.dump import document, invoice_document
from engine.text.source import documents_with_places


def new_text(arrival: Arrival, money: OnRecord) -> tuple[str, int]:
    """Write the file of an invoice that the ledger does not have yet.

    Returns how many of its payments were on *record* already, too.
    """
    invoice = arrival.invoice
    payments = (*invoice.payments, *remainder(invoice, arrival))
    quoted = money.quoted(invoice.id, payments)
    text = document(invoice_document(replace(invoice, payments=quoted)))
    return text, _quoting(quoted)


def added_text(
    data: bytes, file: str, arrival: Arrival, money: OnRecord
) -> tuple[str | None, Problems, int]:
    """Return an invoice's file with the payments that it lacks.

    None where nothing is added; the problems say what differs. What the file
    says stays, to the character: lines come in, and are read back before
    anybody sees them. The number is that of payments that were on record.
    """
    invoice, problems = load_invoice(data, file)
    if invoice is None:
        return None, problems, 0
    lacking, differences = compare(invoice, arrival)
    if differences:
        (placed,), _ = documents_with_places(data, file)
        problems = located(differences, placed.places)
    if not lacking:
        return None, problems, 0
    quoted = money.quoted(invoice.id, lacking)
    text, unfit = grown(data, file, quoted)
    return text, (*problems, *unfit), _quoting(quoted)


def _quoting(payments: Iterable[Payment]) -> int:
    return sum(payment.source is not None for payment in payments)
