"""The mapping: which column of a CSV file says what, and how its cells are written."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from goodterms.importers.cells import AmountStyle, is_date_style
from goodterms.load.finding import Finding, at
from goodterms.load.load_file import Explain, Problems, located, single
from goodterms.load.schema_errors import explained
from goodterms.load.value_readers import ValueNotAllowedError, email, read_date
from goodterms.model.calendar import parse_span
from goodterms.model.problem import did_you_mean
from goodterms.yaml.events import Value
from goodterms.yaml.places import Path
from goodterms.yaml.restricted_reader import documents_with_places

#: The name of a source whose mapping names none.
NAMELESS = "csv"

YES = ("yes", "y", "true", "1", "x")
NO = ("no", "n", "false", "0")


@dataclass(frozen=True, slots=True)
class PaymentColumns:
    """The names of the columns of one payment."""

    on: str
    amount: str
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class CsvStyle:
    """How a CSV file is written. ``yes`` and ``no`` are in small letters."""

    date: str = "%Y-%m-%d"
    amount: AmountStyle = field(default_factory=AmountStyle)
    delimiter: str = ","
    encoding: str = "utf-8"
    yes: frozenset[str] = frozenset(YES)
    no: frozenset[str] = frozenset(NO)


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvMapping:
    """How rows become invoices and accounts.

    ``columns`` maps what we know to the name of its column; ``account`` and
    ``contact`` are what a new account says where no column does; ``review`` is
    in days. ``holds`` is "open" where the file lists everything that is open, "some"
    where it lists only what is new.
    """

    columns: Mapping[str, str]
    payments: tuple[PaymentColumns, ...] = ()
    style: CsvStyle = field(default_factory=CsvStyle)
    currency: str | None = None
    countries: Mapping[str, str] = field(default_factory=dict)
    account: Mapping[str, Value] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)
    by: str | None = None
    review: int = 30
    source: str | None = None
    source_kind: str = "payments"
    until: date | None = None
    holds: str = "open"


def load_mapping(
    data: bytes, file: str, people: Container[str]
) -> tuple[CsvMapping | None, Problems]:
    """Read a mapping; ``people`` are the keys that records may be signed with."""
    explain = explained(
        "mapping", _styles, _signed, _priced, _email, partial(_known, people)
    )
    return single(data, file, partial(_checked, explain), explain)


def column_problems(data: bytes, file: str, header: Sequence[str]) -> Problems:
    """Say which columns of a mapping that was read the CSV file does not have."""
    (placed,), _ = documents_with_places(data, file)
    return located(_missing(placed.value, header), placed.places)


def _checked(explain: Explain, raw: Value) -> CsvMapping:
    if any(True for _ in explain(raw)):
        raise ValueNotAllowedError
    source, until = _part(raw, "source"), at(raw, "source", "until")
    return CsvMapping(
        columns=_texts(raw, "columns"),
        payments=tuple(PaymentColumns(**group) for _, group in _groups(raw)),
        style=_style(_part(raw, "format")),
        currency=_text(at(raw, "currency")),
        countries=_texts(raw, "countries"),
        account=_part(raw, "account"),
        contact=_texts(raw, "contact"),
        by=_text(at(raw, "by")),
        review=parse_span(str(_part(raw).get("review", "30d"))),
        source=_text(source.get("name")),
        source_kind=str(source.get("kind", "payments")),
        until=None if until is None else read_date(until),
        holds=str(_part(raw).get("holds", "open")),
    )


def _style(raw: Mapping[str, Value]) -> CsvStyle:
    return CsvStyle(
        date=str(raw.get("date", "%Y-%m-%d")),
        amount=AmountStyle(str(raw.get("decimal", ".")), str(raw.get("thousands", ""))),
        delimiter=str(raw.get("delimiter", ",")),
        encoding=str(raw.get("encoding", "utf-8")),
        yes=_words(raw.get("means_yes"), YES),
        no=_words(raw.get("means_no"), NO),
    )


def _styles(raw: Value) -> Iterator[Finding]:
    style = _part(raw, "format")
    date_style = str(style.get("date", "%Y-%m-%d"))
    if not is_date_style(date_style):
        message = f"'{date_style}' does not hold a day, a month and a year"
        yield Finding(
            ("format", "date"), message, "write it like %d.%m.%Y", "date-format"
        )
    encoding = str(style.get("encoding", "utf-8"))
    if not _is_encoding(encoding):
        message = f"'{encoding}' is no encoding of text"
        hint = "most files are utf-8 or cp1252"
        yield Finding(("format", "encoding"), message, hint, "encoding")
    if style.get("decimal", ".") == style.get("thousands"):
        message = f"'{style['thousands']}' also stands before the cents"
        hint = "name another 'decimal', or delete 'thousands'"
        yield Finding(("format", "thousands"), message, hint, "amount-format")


def _is_encoding(name: str) -> bool:
    try:
        b"a".decode(name, "replace")
    except LookupError:
        return False
    return True


def _signed(raw: Value) -> Iterator[Finding]:
    if at(raw, "columns", "disputed") is not None and at(raw, "by") is None:
        hint = "add 'by' with a key of people in goodterms.yaml"
        message = "a dispute is a record, and nobody signs it"
        yield Finding(("columns", "disputed"), message, hint, "no-author")


def _priced(raw: Value) -> Iterator[Finding]:
    columns = _part(raw, "columns")
    if columns and "currency" not in columns and "currency" not in _part(raw):
        hint = "add 'currency: EUR', or a column 'currency'"
        yield Finding((), "nothing says the currency", hint, "no-currency")


def _email(raw: Value) -> Iterator[Finding]:
    pattern = _text(at(raw, "contact", "email"))
    try:
        email(filled(pattern or "a@b.example", "acme"))
    except ValueError:
        message = f"'{pattern}' makes no e-mail addresses"
        hint = "write it like ap+{account}@example.com"
        yield Finding(("contact", "email"), message, hint, "email")


def filled(pattern: str, account: str) -> str:
    """Put an account's id into the pattern of an e-mail address."""
    return pattern.replace("{account}", account)


def _known(people: Container[str], raw: Value) -> Iterator[Finding]:
    for path in (("by",), ("account", "owner")):
        key = _text(at(raw, *path))
        if key is not None and key not in people:
            message = f"'{key}' is none of the people in goodterms.yaml"
            yield Finding(
                path, message, "add them there, or name another", "unknown-person"
            )


def _missing(raw: Value, header: Sequence[str]) -> Iterator[Finding]:
    for path, name in _named(raw):
        if header.count(name) != 1:
            count = "two columns are" if name in header else "no column is"
            message = f"{count} called '{name}' in the CSV file"
            hint = (
                "rename one of them there"
                if name in header
                else did_you_mean(name, header)
            )
            yield Finding(path, message, hint, "column")


def _named(raw: Value) -> Iterator[tuple[Path, str]]:
    for key, name in _texts(raw, "columns").items():
        yield ("columns", key), name
    for index, group in _groups(raw):
        for key, name in group.items():
            yield ("payments", index, key), name


def _part(raw: Value, *path: str) -> Mapping[str, Value]:
    part = at(raw, *path)
    return part if isinstance(part, dict) else {}


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _texts(raw: Value, key: str) -> dict[str, str]:
    return {name: str(value) for name, value in _part(raw, key).items()}


def _groups(raw: Value) -> list[tuple[int, dict[str, str]]]:
    groups = at(raw, "payments")
    listed = groups if isinstance(groups, list) else []
    return [
        (index, {key: str(name) for key, name in group.items()})
        for index, group in enumerate(listed)
        if isinstance(group, dict)
    ]


def _words(value: Value, default: Sequence[str]) -> frozenset[str]:
    words = value if isinstance(value, list) else default
    return frozenset(str(word).casefold() for word in words)
