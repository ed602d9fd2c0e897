"""What an account of the ledger says, for importers to look at."""

from engine.importers.shelf import Shelf
from engine.load import Problems, load_invoice, load_record
from engine.model import Invoice
from engine.problem import Problem
from engine.records import Record


def records_of(shelf: Shelf, account: str) -> tuple[tuple[Record, ...], Problems]:
    """Read the records of an account, whatever their files are called."""
    folder = f"ledger/{account}/records"
    found: list[Record] = []
    problems: list[Problem] = []
    for name in _yaml(shelf, folder):
        path = f"{folder}/{name}"
        record, wrong = load_record(shelf.read(path) or b"", path)
        problems += wrong
        found += [record] if record else []
    return tuple(found), tuple(problems)


def invoices_of(shelf: Shelf, account: str) -> tuple[Invoice, ...]:
    """Read the invoices of an account that can be read."""
    folder = f"ledger/{account}/invoices"
    paths = (f"{folder}/{name}" for name in _yaml(shelf, folder))
    read = (load_invoice(shelf.read(path) or b"", path)[0] for path in paths)
    return tuple(invoice for invoice in read if invoice is not None)


def _yaml(shelf: Shelf, folder: str) -> list[str]:
    names = sorted(shelf.names(folder))
    return [n for n in names if n.endswith(".yaml") and not n.startswith(".")]
