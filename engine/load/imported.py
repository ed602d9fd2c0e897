"""What imports know of a customer: ``ledger/<account>/import.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.load.explain import explained
from engine.load.fields import day, invoice_id, line, name
from engine.load.reading import Problems, single
from engine.load.shapes import (
    distinct,
    listed,
    mapping,
    maybe,
    one_of,
    one_or_more,
    table,
)
from engine.model import Difference
from engine.text.source import Value

#: Of an invoice, and of the customer; ``row`` is one that could not be read.
FIELDS = ("total", "due", "issued", "currency", "payments", "name", "email", "row")

_KEYS = frozenset({"invoice", "field", "ours", "theirs", "source", "on"})
_field = one_of(*FIELDS)


@dataclass(frozen=True, slots=True)
class Imported:
    """What each source last said of a customer, and what differs from the ledger.

    ``seen`` maps a source to all that it said and nobody questions: names, e-mails.
    ``listed`` are the invoices that it listed as open.
    """

    seen: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    listed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def load_imported(data: bytes, file: str) -> tuple[Imported | None, Problems]:
    """Read what imports know; only they write it."""
    return single(data, file, build_imported, explain_imported)


def build_imported(raw: Value) -> Imported:
    """Build what imports know from plain values. Raises ValueError or KeyError."""
    data = mapping(raw, frozenset({"seen", "listed", "differences"}))
    return Imported(
        {name(key): _seen(each) for key, each in table(data.get("seen", {})).items()},
        listed(data.get("differences", []), _difference),
        {
            name(key): distinct(each, invoice_id)
            for key, each in table(data.get("listed", {})).items()
        },
    )


def _seen(raw: Value) -> Mapping[str, tuple[str, ...]]:
    data = mapping(raw, frozenset({"name", "email"}))
    return {key: one_or_more(each, line) for key, each in data.items()}


def _difference(raw: Value) -> Difference:
    data = mapping(raw, _KEYS)
    return Difference(
        maybe(data, "invoice", invoice_id),
        _field(data["field"]),
        line(data["ours"]),
        line(data["theirs"]),
        name(data["source"]),
        day(data["on"]),
    )


explain_imported = explained("import")
