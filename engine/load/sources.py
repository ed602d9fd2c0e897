"""How far an importer has read: ``ledger/_sources/<name>.yaml``."""

from dataclasses import dataclass
from datetime import date

from engine.load.explain import explained
from engine.load.fields import day
from engine.load.reading import Problems, single
from engine.load.shapes import mapping, one_of
from engine.text.source import Value

_kind = one_of("payments", "invoices")


@dataclass(frozen=True, slots=True)
class Source:
    """Everything of a kind up to ``until``, that day included, has been read."""

    kind: str
    until: date


def load_source(data: bytes, file: str) -> tuple[Source | None, Problems]:
    """Read how far a source has been imported."""
    return single(data, file, build_source, explain_source)


def build_source(raw: Value) -> Source:
    """Build a source from plain values. Raises ValueError or KeyError."""
    data = mapping(raw, frozenset({"kind", "until"}))
    return Source(_kind(data["kind"]), day(data["until"]))


explain_source = explained("source")
