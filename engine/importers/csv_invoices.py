"""Import invoices, and what was paid on them, from a CSV file."""

from collections.abc import Container
from dataclasses import dataclass

from engine.importers.arrival import Arrival
from engine.importers.gather import gather
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
) -> tuple[CsvMapping | None, tuple[Arrival, ...], Problems]:
    """Read a CSV file as its mapping says; a row that is refused is left out.

    Without a mapping that fits the file nothing is read. ``people`` are the
    keys that a mapping may sign records with.
    """
    known, problems = load_mapping(mapping.data, mapping.name, people)
    if known is None:
        return None, (), problems
    style = known.style
    found, problems = read_table(
        table.data, table.name, style.delimiter, style.encoding
    )
    if found is None:
        return None, (), problems
    problems = column_problems(mapping.data, mapping.name, found.header)
    if problems:
        return None, (), problems
    arrivals, problems = gather(rows(found), known)
    return known, arrivals, problems
