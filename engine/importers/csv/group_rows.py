"""Gather the rows of a CSV file: one imported for each invoice, no name used twice."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from operator import attrgetter

from goodterms.importers.cells import one_line
from goodterms.importers.csv.mapping import CsvMapping
from goodterms.importers.csv.rows import (
    below_zero,
    is_header,
    names_account,
    names_no_invoice,
    read_row,
)
from goodterms.importers.csv.table import CsvRow
from goodterms.importers.observations import ImportedInvoice, RefusedRow
from goodterms.load.load_file import Problems
from goodterms.model.money import Money
from goodterms.model.problem import Place, Problem

#: What all rows of one invoice must say alike.
_ALIKE = (
    "invoice.issued",
    "invoice.due",
    "invoice.total",
    "invoice.reference",
    "invoice.purchase_order",
    "settled",
    "disputed",
)


@dataclass(frozen=True, slots=True)
class GroupedRows:
    """The invoices of a CSV file, and the rows that could not be read.

    ``lost`` says that rows were left out of which nobody knows whose they are.
    """

    invoices: tuple[ImportedInvoice, ...]
    refused: tuple[RefusedRow, ...]
    problems: Problems
    lost: bool


def gather(read: Iterable[CsvRow | Problem], mapping: CsvMapping) -> GroupedRows:
    """Make one imported of the rows of an invoice, in the order of the file.

    Rows of one invoice say the same of it and add up their payments; where one
    is refused, the invoice is left out. A row that repeats another in every
    cell, or names no invoice, is passed over, with a warning.
    """
    gathered = _RowGroups(mapping)
    for row in read:
        if isinstance(row, Problem):
            gathered.problems.append(row)
            gathered.lost = True
        elif not (
            is_header(row, mapping)
            or gathered.is_sum(row)
            or gathered.is_repeated(row)
            or gathered.is_below_zero(row)
        ):
            gathered.add(row)
    return GroupedRows(
        gathered.invoices(),
        tuple(gathered.left_out),
        tuple(gathered.problems),
        gathered.lost,
    )


@dataclass(slots=True)
class _RowGroups:
    """What was read so far; ``invoices`` by customer and the names of their files.

    Such a name in small letters stands for one number of a customer, so that no
    system takes two files for one. Which folder a customer has is not asked here.
    """

    mapping: CsvMapping
    problems: list[Problem] = field(default_factory=list)
    left_out: list[RefusedRow] = field(default_factory=list)
    lost: bool = False
    _rows: dict[frozenset[tuple[str, str]], int] = field(default_factory=dict)
    _invoices: dict[tuple[str, str], tuple[str, ImportedInvoice]] = field(
        default_factory=dict
    )
    _refused: set[tuple[str, str]] = field(default_factory=set)

    def is_repeated(self, row: CsvRow) -> bool:
        """Say whether a row before it said the same, and note it."""
        first = self._rows.setdefault(frozenset(row.cells.items()), row.line)
        if first != row.line:
            message = f"the row says the same as line {first} and is left out"
            hint = "tell two equal payments apart by a reference"
            place = Place(row.table.file, row.line)
            self.problems.append(
                Problem(place, message, hint, "warning", "repeated-row")
            )
        return first != row.line

    def is_sum(self, row: CsvRow) -> bool:
        """Say whether a row is of no invoice, and note it."""
        if not names_no_invoice(row, self.mapping):
            return False
        message = "the row has no number and no dates; it is taken for a line of sums"
        hint = "it is left out"
        place = Place(row.table.file, row.line)
        self.problems.append(Problem(place, message, hint, "warning", "no-invoice"))
        return True

    def is_below_zero(self, row: CsvRow) -> bool:
        """Say whether a row takes off what is owed; others know whether it may."""
        below = below_zero(row, self.mapping)
        if below is not None:
            self._leave_out(row, below[1], below[0])
        return below is not None

    def add(self, row: CsvRow) -> None:
        """Read a row and add it to its invoice, or note why not."""
        read, problems = read_row(row, self.mapping)
        if read is not None:
            problems = (*problems, *self._added(read))
        self.problems.extend(problems)
        errors = [problem for problem in problems if problem.severity == "error"]
        if errors:
            self._leave_out(row, errors[0])

    def _leave_out(self, row: CsvRow, why: Problem, off: Money | None = None) -> None:
        key, number = self._cell(row, "account"), self._cell(row, "invoice")
        self._refused.add((key, number))
        self.left_out.append(RefusedRow(key, number, why, off))
        self.lost = self.lost or not names_account(key)

    def invoices(self) -> tuple[ImportedInvoice, ...]:
        """Return the invoices of which every row could be read."""
        return tuple(
            invoice
            for number, invoice in self._invoices.values()
            if (invoice.key, number) not in self._refused
        )

    def _cell(self, row: CsvRow, key: str) -> str:
        return one_line(row.cells[self.mapping.columns[key]])

    def _added(self, read: ImportedInvoice) -> Problems:
        number = read.number
        key = (read.key, read.invoice.id.casefold())
        used, first = self._invoices.setdefault(key, (number, read))
        if used != number:
            return (_same_name(read, used, first.place.line),)
        if first is not read:
            self._invoices[key] = (number, _joined(first, read))
        return tuple(_disagreements(first, read))


def _same_name(read: ImportedInvoice, other: str, line: int) -> Problem:
    message = f"'{read.number}' would have the same file name as invoice '{other}'"
    hint = f"that is line {line}; rename one of them in the CSV file"
    return Problem(read.place, message, hint, rule="same-name")


def _joined(first: ImportedInvoice, further: ImportedInvoice) -> ImportedInvoice:
    payments = (*first.invoice.payments, *further.invoice.payments)
    return replace(first, invoice=replace(first.invoice, payments=payments))


def _disagreements(
    first: ImportedInvoice, further: ImportedInvoice
) -> Iterable[Problem]:
    for name in _ALIKE:
        earlier, value = attrgetter(name)(first), attrgetter(name)(further)
        if earlier != value:
            message = f"{name.rpartition('.')[2]} is {value} here"
            message += f" and {earlier} in another row of it"
            hint = f"that is line {first.place.line}; rows of one invoice say the same"
            yield Problem(further.place, message, hint, rule="row-disagrees")
