"""Import invoices, and what was paid on them, from a CSV file."""

from collections.abc import Container
from dataclasses import dataclass

from engine.importers.gather import Gathered, gather
from engine.importers.mapping import CsvMapping, column_problems, load_mapping
from engine.importers.table import read_table, rows
from engine.load import Problems


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that a command was given: its name there, and what it holds."""

    name: str
    data: bytes


def read_invoices(
    table: GivenFile, mapping: GivenFile, people: Container[str]
) -> tuple[CsvMapping | None, Gathered]:
    """Read a CSV file as its mapping says; a row that is refused is left out.

    Without a mapping that fits the file nothing is read. ``people`` are the
    keys that a mapping may sign records with.
    """
    known, problems = load_mapping(mapping.data, mapping.name, people)
    if known is None:
        return None, _nothing(problems)
    style = known.style
    found, problems = read_table(
        table.data, table.name, style.delimiter, style.encoding
    )
    if found is None:
        return None, _nothing(problems)
    problems = column_problems(mapping.data, mapping.name, found.header)
    if problems:
        return None, _nothing(problems)
    return known, gather(rows(found), known)


def _nothing(problems: Problems) -> Gathered:
    return Gathered((), (), problems, lost=True)
