"""When two invoices, numbers or names are one and the same."""

import re

from goodterms.model.ledger import Invoice


def identity(invoice: Invoice) -> str:
    """Return what two files of one invoice have in common: number, date and amount.

    The number counts as ``normalised_number`` writes it.
    """
    number = normalised_number(invoice.called)
    return f"{number} {invoice.issued} {invoice.total} {invoice.currency}"


def normalised_number(number: str) -> str:
    """Return a number as all its spellings have it.

    Small letters, one ``-`` for whatever stands between letters and digits, and no
    leading zeros, which a spreadsheet may have eaten: ``2026/12`` is ``2026-12``, and
    ``00412`` is ``412``.
    """
    parts = re.findall(r"[^\W_]+", number.casefold())
    return "-".join(parts).lstrip("0") or "0"


def normalised_text(text: str) -> str:
    """Return a name or an address as two that are the same have it: no capitals."""
    return " ".join(text.split()).casefold()
