"""How far an importer has read: ``ledger/_sources/<name>.yaml``."""

from dataclasses import dataclass
from datetime import date

from engine.load.explain import explained
from engine.load.fields import day
from engine.load.reading import Problems, single
from engine.load.shapes import mapping, maybe, one_of, whole
from engine.text.source import Value

_kind = one_of("payments", "invoices")


@dataclass(frozen=True, slots=True)
class Source:
    """Everything of a kind up to ``until``, that day included, has been read.

    ``rows`` is how many invoices it listed then.
    """

    kind: str
    until: date
    rows: int | None = None


def load_source(data: bytes, file: str) -> tuple[Source | None, Problems]:
    """Read how far a source has been imported."""
    return single(data, file, build_source, explain_source)


def build_source(raw: Value) -> Source:
    """Build a source from plain values. Raises ValueError or KeyError."""
    data = mapping(raw, frozenset({"kind", "until", "rows"}))
    rows = maybe(data, "rows", whole(0, 999_999_999))
    return Source(_kind(data["kind"]), day(data["until"]), rows)


explain_source = explained("source")
