"""Bring in facts of other systems: importers yield observations, one merge files them.

An importer is a module of this package (or a package in it) with an ``IMPORTER``. Its
name is that of the command: ``csv`` serves ``goodterms import csv``. It reads what it
is given and touches nothing; ``merge`` decides which files of the ledger come of it.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Literal

from goodterms.importers.observations import (
    ImportBatch,
    ImportedInvoice,
    ImportedPayment,
    ImportedSettlement,
    Observation,
    RefusedRow,
)
from goodterms.load import Problems

__all__ = [
    "GivenFile",
    "GivenOptions",
    "ImportBatch",
    "ImportOption",
    "ImportedInvoice",
    "ImportedPayment",
    "ImportedSettlement",
    "Importer",
    "Observation",
    "RefusedRow",
    "find_importer",
    "importer_names",
]


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that a command was given: its name there, and what it holds."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class GivenOptions:
    """What a command was given, by the keys of an importer's options.

    The method to ask by is that of the option's kind.
    """

    values: Mapping[str, GivenFile | date | str | None]

    def given_file(self, key: str) -> GivenFile:
        """Return a file. Raises TypeError where none was given."""
        value = self.values[key]
        if not isinstance(value, GivenFile):
            raise TypeError(key)
        return value

    def given_date(self, key: str) -> date | None:
        """Return a date; None where none was given."""
        value = self.values[key]
        return value if isinstance(value, date) else None

    def given_text(self, key: str) -> str | None:
        """Return a text; None where none was given."""
        value = self.values[key]
        return value if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class ImportOption:
    """What a command takes: ``--map MAPPING.yaml``; an argument without ``flag``."""

    key: str
    kind: Literal["file", "date", "text"]
    metavar: str
    flag: str = ""
    help: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Importer:
    """How a kind of source is read.

    ``read`` takes the options and the keys of the people who may sign records. It
    returns what the source says, or None, and the problems that it met. Whatever is
    wrong with a single row goes into the batch instead, so that the rest goes in.
    """

    summary: str
    options: tuple[ImportOption, ...]
    read: Callable[[GivenOptions, Container[str]], tuple[ImportBatch | None, Problems]]


def importer_names() -> list[str]:
    """Name the importers there are, in alphabetical order."""
    modules = (module.name for module in iter_modules(__path__))
    return sorted(name for name in modules if find_importer(name))


def find_importer(name: str) -> Importer | None:
    """Load the importer of a name; None where there is none."""
    if not name.isidentifier() or find_spec(f"{__name__}.{name}") is None:
        return None
    importer = getattr(import_module(f"{__name__}.{name}"), "IMPORTER", None)
    return importer if isinstance(importer, Importer) else None
