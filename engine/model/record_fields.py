"""How a kind of record and its fields are declared, in one place for all that needs it.

``model/records.py`` declares the kinds. Reader, writer, JSON schema, the options of
``goodterms record``, issue form and ``docs/records.md`` are derived from that.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from goodterms.model.money import Money

#: What a name in a record must be the name of.
Target: TypeAlias = Literal["step", "template", "dispute", "journal entry"]

#: The word under which templates know a field of an event: ``event.until``.
EventWord: TypeAlias = Literal["on", "by", "said", "outcome", "until"]

_METADATA = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldType:
    """How a value is written.

    ``name`` is that of a definition in ``common.schema.json``, or ``flag``, ``words``
    (one of ``words``) and ``instalments``. ``item`` names one of a list on the command
    line. ``later``: a day not before the record's own. ``in_invoice_currency``: an
    amount whose currency is that of the invoices. ``example`` is a valid value.
    """

    name: str
    example: object
    metavar: str = "TEXT"
    words: tuple[str, ...] = ()
    item: str = ""
    target: Target | None = None
    later: bool = False
    in_invoice_currency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDeclaration:
    """What is said of a field, beside its name, its Python type and its default.

    ``about`` explains it in the schema, ``help`` on the command line. ``event`` is
    the word by which templates, so that partners too, see it; None: only we see it.
    ``preset`` is what the command line writes where the option is left out.
    """

    type: FieldType
    about: str = ""
    help: str = ""
    event: EventWord | None = None
    preset: str | None = None


def declare(
    type_: FieldType,
    about: str = "",
    *,
    help: str = "",  # noqa: A002 - as click calls it
    event: EventWord | None = None,
    preset: str | None = None,
) -> Mapping[str, FieldDeclaration]:
    """Return the metadata of a dataclass field."""
    declaration = FieldDeclaration(
        type=type_, about=about, help=help, event=event, preset=preset
    )
    return {_METADATA: declaration}


@dataclass(frozen=True, slots=True)
class FormField:
    """A question of an issue form about a key of the record, with its label.

    Without a placeholder of its own it shows the example of the key's type; a
    dropdown offers the type's words, or ``options`` where they come in another order.
    """

    key: str
    label: str
    description: str = ""
    placeholder: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormDeclaration:
    """An issue form: its name, what it is for, and its questions after the account."""

    name: str
    description: str
    questions: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class RequiredWhen:
    """``key`` is required where ``other`` is one of ``words``."""

    key: str
    other: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindDeclaration:
    """A kind of record: its word in files, what it stands for, and its form, if any.

    ``about`` explains it in the schema, ``help`` on the command line.
    ``schema_order`` lists keys that the published schema has in another order than
    the files have.
    """

    name: str
    about: str
    help: str
    form: FormDeclaration | None = None
    required_when: RequiredWhen | None = None
    schema_order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordKey:
    """A key of a record's file; ``default`` is None where it has none."""

    name: str
    declaration: FieldDeclaration
    required: bool
    default: object = None

    @property
    def type(self) -> FieldType:
        """Return how its value is written."""
        return self.declaration.type


DAY = FieldType(name="day", example=date(2026, 10, 22), metavar="DATE")
LATER_DAY = FieldType(name="day", example=date(2026, 11, 5), metavar="DATE", later=True)
NAME = FieldType(name="name", example="dana", metavar="NAME")
LINE = FieldType(name="line", example="stmt 2026-10-20/17")
TEXT = FieldType(name="text", example="Their bank changed.")
FLAG = FieldType(name="flag", example=True)
CHANNEL = FieldType(name="channel", example="email")
CURRENCY = FieldType(name="currency", example="EUR", metavar="CODE")
#: An amount of the invoices, as text: their currency is not said again.
AMOUNT = FieldType(
    name="amount_above_zero",
    example="600.00",
    metavar="AMOUNT",
    in_invoice_currency=True,
)
#: Amounts that stand for themselves: the key ``currency`` follows in the file.
MONEY = FieldType(
    name="amount", example=Money(Decimal("600.00"), "EUR"), metavar="AMOUNT"
)
MONEY_ABOVE_ZERO = FieldType(
    name="amount_above_zero",
    example=Money(Decimal("90.00"), "EUR"),
    metavar="AMOUNT",
)
INVOICES = FieldType(
    name="record_invoices",
    example=("INV-2026-0042", "INV-2026-0043"),
    metavar="ID",
    item="invoice",
)
STEP = FieldType(name="name", example="call", metavar="STEP", target="step")
TEMPLATE = FieldType(name="name", example="note", target="template")
DISPUTE = FieldType(
    name="name", example="2026-10-01-dispute", metavar="RECORD", target="dispute"
)
ENTRY = FieldType(
    name="entry_id",
    example="2026-10-08-reminder",
    metavar="ENTRY",
    target="journal entry",
)
_CURRENCY = FieldDeclaration(type=CURRENCY, help="Such as EUR.")


def one_of(*words: str) -> FieldType:
    """Return the type of a field that is one of a few words."""
    return FieldType(name="words", example=words[0], words=words)


def is_money(type_: FieldType) -> bool:
    """Say whether a field is an amount that has a currency of its own."""
    return isinstance(type_.example, Money)


def declaration_of(field: Field[Any]) -> FieldDeclaration:
    """Return what is declared of a field of a record. Raises KeyError without one."""
    declaration: FieldDeclaration = field.metadata[_METADATA]
    return declaration


def keys_of_fields(kind: type[Any]) -> tuple[RecordKey, ...]:
    """List the keys of a record class as its file may have them, in its fields' order.

    An amount with a currency is two keys. ``id`` is the file's name, and no key.
    """
    keys: list[RecordKey] = []
    for field in fields(kind):
        if field.name == "id":
            continue
        required = field.default is MISSING
        default = None if required else field.default
        declaration = declaration_of(field)
        keys.append(RecordKey(field.name, declaration, required, default))
        if is_money(declaration.type):
            keys.append(RecordKey("currency", _CURRENCY, required))
    return tuple(keys)


def examples(kind: type[Any], *, required_only: bool = False) -> dict[str, Any]:
    """Return a valid value for each field of a record class but ``id``.

    A flag gets the value that is not its default.
    """
    found: dict[str, Any] = {}
    for field in fields(kind):
        if field.name == "id" or (required_only and field.default is not MISSING):
            continue
        value = declaration_of(field).type.example
        found[field.name] = not field.default if value is True else value
    return found
