"""What a person learnt and wrote down, one file each.

Each kind of record is declared once, here or (those about sums) in ``money_records``:
reader, schema, options, form and reference page are derived. ``metadata`` is what
``record_fields.declare`` says of a field.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import ClassVar

from goodterms.model.money_records import (
    CashReceived,
    CreditNote,
    Instalment,
    InstalmentPlan,
    Settlement,
)
from goodterms.model.record import (
    ASK_INVOICES,
    ASK_REASON,
    ASK_SAID,
    REASONS,
    Record,
    ask_day,
)
from goodterms.model.record_fields import (
    AMOUNT,
    CHANNEL,
    DISPUTE,
    ENTRY,
    FLAG,
    LATER_DAY,
    STEP,
    FormDeclaration,
    FormField,
    KindDeclaration,
    RecordKey,
    RequiredWhen,
    declare,
    is_money,
    keys_of_fields,
    one_of,
)

__all__ = [
    "FIRST_KEYS",
    "KINDS",
    "KIND_OF",
    "LAST_KEYS",
    "REASONS",
    "Bounce",
    "Call",
    "CashReceived",
    "CheckIn",
    "ContactMade",
    "CreditNote",
    "Dispute",
    "Extension",
    "Instalment",
    "InstalmentPlan",
    "Note",
    "Pause",
    "Promise",
    "Record",
    "Reply",
    "Resolution",
    "Resume",
    "Settlement",
    "has_currency",
    "keys_of",
    "own_keys",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Record):
    """The customer answered; until *we* answer, the ladder is silent."""

    declared: ClassVar = KindDeclaration(
        name="reply",
        about="The customer answered. Until we answer, the ladder is silent.",
        help="The customer answered; until we answer, the ladder is silent.",
        form=FormDeclaration(
            "Reply",
            "The customer answered. Until we answer them, no reminder goes out.",
            (
                FormField(
                    "channel",
                    "How it came",
                    options=("email", "letter", "phone", "sms"),
                ),
                FormField("answered", "Have we answered"),
                ask_day("When it came"),
                ASK_REASON,
                ASK_SAID,
            ),
        ),
    )
    channel: str | None = field(
        default=None, metadata=declare(CHANNEL, help="By which channel.")
    )
    answered: bool = field(
        default=False,
        metadata=declare(
            FLAG, "We have answered. Default: false.", help="We answered already."
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Record):
    """Somebody telephoned. ``outcome``: reached, voicemail, no-answer, refused."""

    declared: ClassVar = KindDeclaration(
        name="call",
        about="Somebody telephoned.",
        help="Somebody telephoned.",
        form=FormDeclaration(
            "Call made",
            "Somebody telephoned the customer.",
            (
                FormField("outcome", "How it went"),
                ask_day("When it was"),
                ASK_INVOICES,
                ASK_REASON,
                ASK_SAID,
            ),
        ),
    )
    outcome: str = field(
        metadata=declare(
            one_of("reached", "voicemail", "no-answer", "refused"),
            help="How it went.",
            event="outcome",
        )
    )
    step: str | None = field(
        default=None,
        metadata=declare(
            STEP,
            "The phone step that this took.",
            help="The ladder's step that this took.",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMade(Record):
    """A person wrote to or met the customer outside the tool (kind contact)."""

    declared: ClassVar = KindDeclaration(
        name="contact",
        about="A person wrote to or met them outside the tool.",
        help="A person wrote to or met the customer.",
    )
    channel: str | None = field(
        default=None, metadata=declare(CHANNEL, help="By which channel.")
    )
    step: str | None = field(
        default=None,
        metadata=declare(
            STEP,
            "The ladder step that this took.",
            help="The ladder's step that this took.",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise(Record):
    """The customer will pay ``amount`` (None: all that is open) by ``pay_by``.

    ``amount`` is the text of the file: its currency is that of the invoices.
    """

    declared: ClassVar = KindDeclaration(
        name="promise",
        about="The customer will pay.",
        help="The customer will pay; without an amount, all that is open.",
        form=FormDeclaration(
            "Promise to pay",
            "The customer said when they will pay. No reminder goes out before then.",
            (
                FormField("pay_by", "Pays by", "The day by which they will pay."),
                FormField("amount", "Amount", "Leave it empty for all that is open."),
                ASK_INVOICES,
                ask_day("When they said so"),
                ASK_REASON,
                ASK_SAID,
            ),
        ),
        schema_order=("amount", "pay_by"),
    )
    pay_by: date = field(
        metadata=declare(
            LATER_DAY,
            "Not before the day of the record.",
            help="Until when.",
            event="until",
        )
    )
    amount: str | None = field(
        default=None,
        metadata=declare(AMOUNT, "Left out: all that is open.", help="Such as 600.00."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute(Record):
    """The customer contests the invoices; they stop as a whole."""

    declared: ClassVar = KindDeclaration(
        name="dispute",
        about="The customer contests the invoices; they stop as a whole.",
        help="The customer contests invoices; they stop as a whole.",
        form=FormDeclaration(
            "Dispute",
            "The customer contests invoices. They are not chased until somebody has"
            " looked into it.",
            (
                ASK_INVOICES,
                FormField(
                    "review_by",
                    "Look again by",
                    "The day by which somebody looks into it.",
                ),
                FormField("amount", "Amount", "How much of it they contest."),
                ask_day("When they said so"),
                FormField("said", "What they contest"),
            ),
        ),
        schema_order=("amount", "review_by"),
    )
    review_by: date = field(
        metadata=declare(
            LATER_DAY,
            "When we look at it again.",
            help="When we look again.",
            event="until",
        )
    )
    amount: str | None = field(
        default=None,
        metadata=declare(
            AMOUNT, "For information; the whole invoice stops.", help="Such as 600.00."
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution(Record):
    """The end of the dispute ``of``. ``outcome``: upheld, partly, rejected."""

    declared: ClassVar = KindDeclaration(
        name="resolution",
        about="The end of a dispute.",
        help="The end of a dispute.",
        required_when=RequiredWhen("credit", "outcome", ("upheld", "partly")),
    )
    of: str = field(
        metadata=declare(
            DISPUTE,
            "The dispute's file name without .yaml.",
            help="The dispute's file without .yaml.",
        )
    )
    outcome: str = field(
        metadata=declare(
            one_of("upheld", "partly", "rejected"),
            help="Who was right.",
            event="outcome",
        )
    )
    credit: str | None = field(
        default=None,
        metadata=declare(
            AMOUNT,
            "Counts from that day until the invoice's credits quote it.",
            help="What is taken off, such as 90.00.",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension(Record):
    """More time until a date; a second one after a final one needs approval."""

    declared: ClassVar = KindDeclaration(
        name="extension",
        about="More time.",
        help="More time until a date.",
        form=FormDeclaration(
            "More time",
            "We gave the customer more time.",
            (
                FormField("until", "Until", "The new last day."),
                FormField(
                    "final",
                    "Is it the last one",
                    "Yes unless said. After it, another one needs a second person.",
                ),
                ASK_INVOICES,
                ask_day("When we said so"),
                ASK_REASON,
                ASK_SAID,
            ),
        ),
    )
    until: date = field(
        metadata=declare(
            LATER_DAY, "The last day of it.", help="The new last day.", event="until"
        )
    )
    final: bool = field(
        default=True,
        metadata=declare(
            FLAG,
            "A further one has no effect until approved. Default: true.",
            help="The last one.",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Record):
    """No step for the account until a date, that day included."""

    declared: ClassVar = KindDeclaration(
        name="pause",
        about="No step for the account until a date.",
        help="No step until a date, that day included.",
        form=FormDeclaration(
            "Pause",
            "Nothing is sent to the customer for a while.",
            (
                FormField("until", "Until", "The last day of it."),
                ask_day("From when on"),
                FormField("said", "Why"),
            ),
        ),
    )
    until: date = field(
        metadata=declare(
            LATER_DAY, "The last day of it.", help="The last day of it.", event="until"
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Record):
    """The end of a pause, or of a plan that broke."""

    declared: ClassVar = KindDeclaration(
        name="resume",
        about="The end of a pause, or of a plan that broke.",
        help="The end of a pause, or of a plan that broke.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce(Record):
    """Journal entry ``of`` did not arrive on ``channel``."""

    declared: ClassVar = KindDeclaration(
        name="bounce",
        about="A message did not arrive.",
        help="A message did not arrive.",
    )
    of: str = field(
        metadata=declare(
            ENTRY, "The id of its journal entry.", help="The id of the message."
        )
    )
    channel: str = field(metadata=declare(CHANNEL, help="By which channel."))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn(Record):
    """A friendly word that is not about money."""

    declared: ClassVar = KindDeclaration(
        name="check-in",
        about="A friendly word that is not about money.",
        help="A friendly word that is not about money.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Record):
    """Anything else worth keeping."""

    declared: ClassVar = KindDeclaration(
        name="note",
        about="Anything else worth keeping.",
        help="Anything else worth keeping.",
    )


_CLASSES: tuple[type[Record], ...] = (
    Reply,
    Call,
    ContactMade,
    Promise,
    Dispute,
    Resolution,
    Extension,
    InstalmentPlan,
    Settlement,
    CashReceived,
    CreditNote,
    Pause,
    Resume,
    Bounce,
    CheckIn,
    Note,
)

#: The ``kind`` of a record file and the value that stands for it.
KINDS: dict[str, type[Record]] = {kind.declared.name: kind for kind in _CLASSES}
KIND_OF: dict[type[Record], str] = {kind: name for name, kind in KINDS.items()}

#: The keys of every record that come before those of its kind, and after.
FIRST_KEYS = ("on", "by", "invoices")
LAST_KEYS = ("said", "reason", "approved_by")


def keys_of(kind: type[Record]) -> tuple[RecordKey, ...]:
    """List the keys of a kind's files in their order, all but ``kind`` itself."""
    return _keys_of(kind.declared.name)


@cache
def _keys_of(kind_name: str) -> tuple[RecordKey, ...]:
    keys = {key.name: key for key in keys_of_fields(KINDS[kind_name])}
    own = (name for name in keys if name not in {*FIRST_KEYS, *LAST_KEYS})
    return tuple(keys[name] for name in (*FIRST_KEYS, *own, *LAST_KEYS))


def own_keys(kind: type[Record]) -> tuple[RecordKey, ...]:
    """List the keys that a kind has beside those that all records share."""
    return keys_of(kind)[len(FIRST_KEYS) : -len(LAST_KEYS)]


def has_currency(kind: type[Record]) -> bool:
    """Say whether a kind is an amount that names its own currency."""
    return any(is_money(key.type) for key in own_keys(kind))
