"""Read a CSV file row by row, with the place of every cell."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from goodterms.load.load_file import Problems
from goodterms.model.problem import Place, Problem


@dataclass(frozen=True, slots=True)
class CsvTable:
    """The lines of a CSV file and the names of its columns, in order."""

    file: str
    lines: Sequence[str]
    delimiter: str
    header: tuple[str, ...]
    begins: int


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row: the text of each cell, without spaces around it, by its column."""

    table: CsvTable
    line: int
    cells: Mapping[str, str]

    def place(self, column: str) -> Place:
        """Return where a cell begins; that of the row for an unknown column."""
        if column not in self.table.header:
            return Place(self.table.file, self.line)
        return _place(self.table, self.line, self.table.header.index(column))


def read_table(
    data: bytes, file: str, delimiter: str, encoding: str
) -> tuple[CsvTable | None, Problems]:
    """Decode a CSV file and read its first row, the names of the columns."""
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        return None, (_undecodable(error, data, file, encoding),)
    lines = list(StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        header = tuple(cell.strip() for cell in next(reader, ()))
    except csv.Error as error:
        return None, (_malformed(error, Place(file, 1)),)
    if not any(header):
        hint = "its first row names the columns"
        return None, (Problem(Place(file), "the file is empty", hint, rule="empty"),)
    return CsvTable(file, lines, delimiter, header, reader.line_num), ()


def rows(table: CsvTable) -> Iterator[CsvRow | Problem]:
    """Read row after row, a problem for each that is malformed; skip empty ones."""
    begins = table.begins
    reader = csv.reader(table.lines[begins:], delimiter=table.delimiter, strict=True)
    while True:
        line = begins + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _malformed(error, Place(table.file, line))
            continue
        if any(map(str.strip, cells)):
            yield _row(table, line, cells)


def _row(table: CsvTable, line: int, cells: Sequence[str]) -> CsvRow | Problem:
    wanted = len(table.header)
    if len(cells) < wanted or any(map(str.strip, cells[wanted:])):
        message = f"the row has {len(cells)} cells and the first row has {wanted}"
        hint = "a cell with a delimiter in it stands in double quotes"
        return Problem(Place(table.file, line), message, hint, rule="cells")
    texts = zip(table.header, map(str.strip, cells), strict=False)
    return CsvRow(table, line, dict(texts))


def _malformed(error: csv.Error, place: Place) -> Problem:
    if "unexpected end" in str(error):
        message, hint = "a double quote that opens here is never closed", "close it"
    else:
        message, hint = (
            f"the row is malformed: {error}",
            "write '\"\"' for a double quote",
        )
    return Problem(place, message, hint, rule="csv")


def _undecodable(
    error: UnicodeDecodeError, data: bytes, file: str, encoding: str
) -> Problem:
    line = data.count(b"\n", 0, error.start) + 1
    column = error.start - data.rfind(b"\n", 0, error.start)
    message = f"byte 0x{data[error.start]:02x} is not {encoding}"
    hint = "name the file's encoding in the mapping, such as 'encoding: cp1252'"
    return Problem(Place(file, line, column), message, hint, rule="encoding")


def _place(table: CsvTable, line: int, index: int) -> Place:
    """Find the cell with that number in the row that begins at a line."""
    column, quoted = 1, False
    for char in "".join(table.lines[line - 1 : line - 1 + _LONGEST_ROW]):
        if index == 0:
            break
        quoted ^= char == '"'
        index -= char == table.delimiter and not quoted
        ends_line = char == "\n"
        line, column = line + ends_line, 1 if ends_line else column + 1
    return Place(table.file, line, column)


#: Lines of one row among which a cell is looked for.
_LONGEST_ROW = 100
