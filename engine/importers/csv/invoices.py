"""Import invoices, and what was paid on them, from a CSV file."""

from collections.abc import Container
from dataclasses import dataclass

from goodterms.importers.csv.group_rows import GroupedRows, gather
from goodterms.importers.csv.mapping import CsvMapping, column_problems, load_mapping
from goodterms.importers.csv.table import read_table, rows
from goodterms.load import Problems


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that a command was given: its name there, and what it holds."""

    name: str
    data: bytes


def read_invoices(
    table: GivenFile, mapping: GivenFile, people: Container[str]
) -> tuple[CsvMapping | None, GroupedRows]:
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


def _nothing(problems: Problems) -> GroupedRows:
    return GroupedRows((), (), problems, lost=True)
