"""What imports know of a customer: ``ledger/<account>/import.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from goodterms.load.load_file import Problems, single
from goodterms.load.schema_errors import explained
from goodterms.load.value_readers import (
    distinct,
    invoice_id,
    line,
    listed,
    mapping,
    maybe,
    name,
    one_of,
    one_or_more,
    read_date,
    table,
    whole,
)
from goodterms.model.ledger import Difference
from goodterms.yaml.events import Value

#: Of an invoice, and of the customer; ``row`` is one that could not be read.
FIELDS = ("total", "due", "issued", "currency", "payments", "name", "email", "row")

_KEYS = frozenset({"invoice", "field", "ours", "theirs", "source", "on"})
_field = one_of(*FIELDS)


@dataclass(frozen=True, slots=True)
class ImportState:
    """What each source last said of a customer, and what differs from the ledger.

    ``seen`` maps a source to all that it said and nobody questions: names, e-mails.
    ``listed`` are the invoices that it listed as open.
    """

    seen: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    listed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def load_imported(data: bytes, file: str) -> tuple[ImportState | None, Problems]:
    """Read what imports know; only they write it."""
    return single(data, file, build_imported, explain_imported)


def build_imported(raw: Value) -> ImportState:
    """Build what imports know from plain values. Raises ValueError or KeyError."""
    data = mapping(raw, frozenset({"seen", "listed", "differences"}))
    return ImportState(
        {name(key): _seen(item) for key, item in table(data.get("seen", {})).items()},
        listed(data.get("differences", []), _difference),
        {
            name(key): distinct(item, invoice_id)
            for key, item in table(data.get("listed", {})).items()
        },
    )


def _seen(raw: Value) -> Mapping[str, tuple[str, ...]]:
    data = mapping(raw, frozenset({"name", "email"}))
    return {key: one_or_more(item, line) for key, item in data.items()}


def _difference(raw: Value) -> Difference:
    data = mapping(raw, _KEYS)
    return Difference(
        maybe(data, "invoice", invoice_id),
        _field(data["field"]),
        line(data["ours"]),
        line(data["theirs"]),
        name(data["source"]),
        read_date(data["on"]),
    )


explain_imported = explained("import")


_kind = one_of("payments", "invoices")


@dataclass(frozen=True, slots=True)
class SourceState:
    """Everything of a kind up to ``until``, that day included, has been read.

    ``rows`` is how many invoices it listed then.
    """

    kind: str
    until: date
    rows: int | None = None


def load_source(data: bytes, file: str) -> tuple[SourceState | None, Problems]:
    """Read how far a source has been imported."""
    return single(data, file, build_source, explain_source)


def build_source(raw: Value) -> SourceState:
    """Build a source from plain values. Raises ValueError or KeyError."""
    data = mapping(raw, frozenset({"kind", "until", "rows"}))
    rows = maybe(data, "rows", whole(0, 999_999_999))
    return SourceState(_kind(data["kind"]), read_date(data["until"]), rows)


explain_source = explained("source")
