"""Make invoices of the rows of a CSV file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TypeVar

from goodterms.importers import cells
from goodterms.importers.cells import CellError
from goodterms.importers.country_names import read_country
from goodterms.importers.csv.mapping import NAMELESS, CsvMapping, filled
from goodterms.importers.csv.table import CsvRow
from goodterms.importers.observations import ImportedInvoice
from goodterms.load import value_readers
from goodterms.load.load_file import Problems
from goodterms.model.ledger import Invoice, Payment
from goodterms.model.money import Money
from goodterms.model.problem import Problem, has_errors

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of one row, and what is wrong with them."""

    row: CsvRow
    mapping: CsvMapping
    problems: list[Problem] = field(default_factory=list)

    def text(self, key: str) -> str:
        """Return what the column for *key* says, nothing where there is none."""
        column = self.mapping.columns.get(key)
        return "" if column is None else cells.one_line(self.row.cells[column])

    def read(self, key: str, read: Callable[[str], T]) -> T | None:
        """Read the column for *key*; None if it is empty or cannot be read."""
        return self.read_column(self.mapping.columns.get(key), read)

    def read_column(self, column: str | None, read: Callable[[str], T]) -> T | None:
        """Read a column by its name; an error becomes a problem of its cell."""
        text = "" if column is None else cells.one_line(self.row.cells[column])
        if column is None or not text:
            return None
        try:
            return read(text)
        except CellError as error:
            self.wrong(column, error.message, error.hint)
            return None

    def needed(self, key: str, read: Callable[[str], T]) -> T | None:
        """Read the column for *key*, which must not be empty."""
        column = self.mapping.columns[key]
        if not cells.one_line(self.row.cells[column]):
            self.wrong(column, f"'{column}' is empty", "every invoice needs it")
        return self.read(key, read)

    def wrong(self, column: str, message: str, hint: str) -> None:
        """Note what is wrong with a cell."""
        self.problems.append(
            Problem(self.row.place(column), message, hint, rule="cell")
        )

    def doubtful(self, column: str, message: str, hint: str) -> None:
        """Note what is strange about a cell, which is read all the same."""
        place = self.row.place(column)
        self.problems.append(Problem(place, message, hint, "warning", "cell"))


def read_row(
    row: CsvRow, mapping: CsvMapping
) -> tuple[ImportedInvoice | None, Problems]:
    """Read one row: an invoice, or all that keeps it from being one; and warnings."""
    row_cells = _Cells(row, mapping)
    if _has_no_dates(row_cells):
        issued, due = mapping.columns["issued"], mapping.columns["due"]
        message = f"'{issued}' and '{due}' are empty: a line of sums?"
        row_cells.wrong(
            issued, message, "every invoice needs both; delete a line of sums"
        )
        return None, tuple(row_cells.problems)
    account = row_cells.needed("account", _account_id) or ""
    invoice = _invoice(row_cells)
    profile = _profile(row_cells, account)
    settled = row_cells.read("settled", _date(mapping))
    disputed = row_cells.read("disputed", _flag(mapping))
    if invoice is None or has_errors(row_cells.problems):
        return None, tuple(row_cells.problems)
    imported = ImportedInvoice(
        account=account,
        source=mapping.source or NAMELESS,
        key=row_cells.text("account"),
        number=row_cells.text("invoice"),
        name=row_cells.text("name") or row_cells.text("account"),
        email=row_cells.read(
            "email", _checked(value_readers.email, "one e-mail address")
        )
        or "",
        profile=profile,
        invoice=invoice,
        lists_payments=bool(mapping.payments),
        lists_settled="settled" in mapping.columns,
        settled=settled,
        disputed=bool(disputed) if "disputed" in mapping.columns else None,
        place=row.place(mapping.columns["invoice"]),
    )
    return imported, tuple(row_cells.problems)


def below_zero(row: CsvRow, mapping: CsvMapping) -> tuple[Money, Problem] | None:
    """Return what a row takes off, and why it is no invoice; None for all others.

    A row over nothing takes nothing off. Its other cells may say what they like.
    """
    row_cells = _Cells(row, mapping)
    total = row_cells.read("total", partial(_amount, mapping, _currency(row_cells)))
    if total is None or total.amount > 0 or row_cells.problems:
        return None
    number, text = row_cells.text("invoice"), row_cells.text("total")
    if total.amount == 0:
        message = f"total '{text}' is nothing, and the ledger has '{number}' open"
        hint = "record what became of it"
    else:
        message = f"total '{text}' is below zero, and the ledger has no such sum"
        hint = (
            f"record the credit note or payment with 'reference: {number}', there or on"
            " the invoice that it lowers"
        )
    place = row.place(mapping.columns["total"])
    return -total, Problem(place, message, hint, rule="below-zero")


def names_no_invoice(row: CsvRow, mapping: CsvMapping) -> bool:
    """Whether a row has no number and no day at all, as a line of sums."""
    keys = ("invoice", "issued", "due", "settled")
    columns = [mapping.columns[key] for key in keys if key in mapping.columns]
    columns += [group.on for group in mapping.payments]
    return not any(cells.one_line(row.cells[column]) for column in columns)


def _has_no_dates(row_cells: _Cells) -> bool:
    """Whether an invoice lacks both its dates, so that one line says all of it."""
    return not row_cells.text("issued") and not row_cells.text("due")


def is_header(row: CsvRow, mapping: CsvMapping) -> bool:
    """Whether a row names the columns once more, as on a new page."""
    return all(row.cells[name] == name for name in mapping.columns.values())


def names_account(key: str) -> bool:
    """Whether the cell of a customer can be read: else nobody knows whose a row is."""
    try:
        return bool(_account_id(key))
    except CellError:
        return False


def _account_id(text: str) -> str:
    return cells.read_id(text).lower()


def _date(mapping: CsvMapping) -> Callable[[str], date]:
    return partial(cells.read_date, style=mapping.style.date)


def _flag(mapping: CsvMapping) -> Callable[[str], bool]:
    return partial(cells.read_flag, yes=mapping.style.yes, no=mapping.style.no)


def _invoice(row_cells: _Cells) -> Invoice | None:
    columns, day = row_cells.mapping.columns, _date(row_cells.mapping)
    name = row_cells.needed("invoice", cells.read_id)
    issued, due = row_cells.needed("issued", day), row_cells.needed("due", day)
    if issued and due and due < issued:
        message = f"due {due} is before issued {issued}; it is taken as due on {issued}"
        row_cells.doubtful(columns["due"], message, "one of the two dates is wrong")
        due = issued
    currency = _currency(row_cells)
    total = row_cells.needed("total", partial(_amount, row_cells.mapping, currency))
    payments = tuple(_payments(row_cells, currency))
    if name is None or issued is None or due is None or total is None:
        return None
    order = row_cells.text("purchase_order") or None
    reference = _reference(row_cells, name)
    number = row_cells.text("invoice")
    own = number if number != name else None
    return Invoice(name, issued, due, total, payments, (), reference, order, number=own)


def _currency(row_cells: _Cells) -> str:
    """Return the row's currency; one that cannot be read is noted."""
    if row_cells.mapping.currency is None:
        return row_cells.needed("currency", cells.read_currency) or ""
    return row_cells.read("currency", cells.read_currency) or row_cells.mapping.currency


def _amount(mapping: CsvMapping, currency: str, text: str) -> Money | None:
    return mapping.style.amount.read(text, currency) if currency else None


def _reference(row_cells: _Cells, name: str) -> str | None:
    """Return what the payer quotes: the number itself where no file can be so named."""
    number = row_cells.text("invoice")
    return row_cells.text("reference") or (number if number != name else None)


def _payments(row_cells: _Cells, currency: str) -> Iterator[Payment]:
    for group in row_cells.mapping.payments:
        on = row_cells.read_column(group.on, _date(row_cells.mapping))
        read = partial(_amount, row_cells.mapping, currency)
        amount = row_cells.read_column(group.amount, read)
        if amount is None and on is not None:
            column = row_cells.row.cells[group.amount]
            if not cells.one_line(column):
                message = f"a payment of {on} has no amount"
                hint = "write the amount, or name the column under 'settled'"
                row_cells.wrong(group.amount, message, hint)
            continue
        if amount is None or amount.amount == 0:
            continue
        if on is None:
            message = f"a payment of {amount} has no date"
            row_cells.wrong(group.on, message, "write the day of the payment")
            continue
        reference = row_cells.read_column(group.reference, str)
        yield Payment(on, amount, reference)


def _profile(row_cells: _Cells, account: str) -> dict[str, object]:
    name = row_cells.text("name") or row_cells.text("account")
    stated = {
        "segment": row_cells.read("segment", _checked(value_readers.name, "a segment")),
        "language": row_cells.read(
            "language", _checked(value_readers.language, "a language")
        ),
        "country": row_cells.read(
            "country", partial(_country, row_cells.mapping.countries)
        ),
    }
    profile = {**row_cells.mapping.account, **_given(stated)}
    source = row_cells.mapping.source or NAMELESS
    keys = ("segment", "owner", "language", "country", "timezone", "channels")
    return {
        "name": name,
        **{key: profile[key] for key in keys if key in profile},
        "contacts": [_contact(row_cells, account, name)],
        "keys": {source: row_cells.text("account")},
    }


def _contact(row_cells: _Cells, account: str, name: str) -> dict[str, object]:
    default = row_cells.mapping.contact
    pattern = default.get("email")
    address = row_cells.read(
        "email", _checked(value_readers.email, "one e-mail address")
    )
    stated = {
        "name": row_cells.text("contact") or default.get("name") or name,
        "role": default.get("role"),
        "email": address or (pattern and filled(pattern, account)),
        "phone": row_cells.text("phone") or None,
    }
    return _given(stated)


def _country(countries: Mapping[str, str], text: str) -> str:
    code = countries.get(text) or read_country(text)
    if code is None:
        hint = "list it under 'countries' in the mapping"
        raise CellError(f"'{text}' is no country of ISO 3166", hint)
    return code


def _checked(read: Callable[[str], str], kind: str) -> Callable[[str], str]:
    def checked(text: str) -> str:
        try:
            return read(text)
        except ValueError:
            raise CellError(f"'{text}' is not {kind}", "mend the cell") from None

    return checked


def _given(values: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in values.items() if value is not None}
