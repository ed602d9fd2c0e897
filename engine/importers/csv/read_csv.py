"""Import invoices, and what was paid on them, from a CSV file."""

from collections.abc import Container

from goodterms.importers import GivenFile, GivenOptions, ImportBatch
from goodterms.importers.csv.group_rows import GroupedRows, gather
from goodterms.importers.csv.mapping import (
    NAMELESS,
    CsvMapping,
    column_problems,
    load_mapping,
)
from goodterms.importers.csv.table import read_table, rows
from goodterms.load import Problems


def read_csv(
    options: GivenOptions, people: Container[str]
) -> tuple[ImportBatch | None, Problems]:
    """Read a ``table`` as its ``mapping`` says; ``until`` goes before the mapping's."""
    mapping, groups = read_invoices(
        options.given_file("table"), options.given_file("mapping"), people
    )
    if mapping is None:
        return None, groups.problems
    batch = ImportBatch(
        source=mapping.source or NAMELESS,
        observations=groups.invoices,
        refused=groups.refused,
        problems=groups.problems,
        lost=groups.lost,
        kind=mapping.source_kind,
        until=options.given_date("until") or mapping.until,
        keeps_progress=mapping.source is not None,
        lists_all_open=mapping.holds == "open",
        by=mapping.by,
        review=mapping.review,
    )
    return batch, ()


def read_invoices(
    table: GivenFile, mapping_file: GivenFile, people: Container[str]
) -> tuple[CsvMapping | None, GroupedRows]:
    """Read a CSV file as its mapping says; a row that is refused is left out.

    Without a mapping that fits the file nothing is read. *people* are the
    keys that a mapping may sign records with.
    """
    mapping, problems = load_mapping(mapping_file.data, mapping_file.name, people)
    if mapping is None:
        return None, _nothing(problems)
    style = mapping.style
    content, problems = read_table(
        table.data, table.name, style.delimiter, style.encoding
    )
    if content is None:
        return None, _nothing(problems)
    problems = column_problems(mapping_file.data, mapping_file.name, content.header)
    if problems:
        return None, _nothing(problems)
    return mapping, gather(rows(content), mapping)


def _nothing(problems: Problems) -> GroupedRows:
    return GroupedRows((), (), problems, lost=True)
