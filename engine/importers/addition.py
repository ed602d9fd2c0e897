"""Add payments to the file of an invoice without touching what it says."""

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.importers.arrival import Arrival
from engine.importers.comparing import compare, remainder
from engine.load import Problems, load_invoice
from engine.load.reading import located
from engine.model import Invoice, Payment
from engine.problem import Place, Problem
from engine.text.dump import document, invoice_document, payment_document
from engine.text.source import documents_with_places

_KEY = re.compile(r"payments:\s*(#.*)?")
_ITEM = re.compile(r"( *)- ")
_NEXT_KEY = re.compile(r"[^\s#-]")


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
    text = _with(data.decode(), lacking)
    if not _says(text, file, invoice, lacking):
        return None, (*problems, _by_hand(file, lacking))
    return text, problems


def _says(text: str, file: str, before: Invoice, added: Sequence[Payment]) -> bool:
    """Say whether a text states an invoice as before, and the payments too."""
    after, _ = load_invoice(text.encode(), file)
    wanted = [*before.payments, *added]
    return (
        after is not None
        and replace(after, payments=()) == replace(before, payments=())
        and list(after.payments) == wanted
    )


def _with(text: str, payments: Sequence[Payment]) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.removesuffix(newline).split(newline)
    start = next((n for n, line in enumerate(lines) if _KEY.fullmatch(line)), None)
    if start is None:
        return newline.join([*lines, "payments:", *_items(payments, "  "), ""])
    rest = range(start + 1, len(lines))
    end = next((n for n in rest if _NEXT_KEY.match(lines[n])), len(lines))
    while not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#"):
        end -= 1
    first = next((_ITEM.match(line) for line in lines[start + 1 : end]), None)
    items = _items(payments, first[1] if first else "  ")
    return newline.join([*lines[:end], *items, *lines[end:], ""])


def _items(payments: Sequence[Payment], indent: str) -> list[str]:
    """Write payments as the items of a list, as ``dump`` does."""
    listed = document({"payments": [payment_document(each) for each in payments]})
    return [indent + line[2:] for line in listed.splitlines()[1:]]


def _by_hand(file: str, lacking: Sequence[Payment]) -> Problem:
    listed = ", ".join(f"{payment.amount} on {payment.on}" for payment in lacking)
    what = f"the file has no list of payments that a line can be added to: {listed}"
    hint = "write 'payments:' with '- {on: …, amount: …}' lines and import again"
    return Problem(Place(file), what, hint, rule="no-payments-list")
