"""What a person learnt and wrote down, one file each."""

from dataclasses import dataclass
from datetime import date

from goodterms.model.money import Money

REASONS = (
    "cash-flow",
    "oversight",
    "admin",
    "dispute",
    "market",
    "lost-invoice",
    "other",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The part all records share.

    ``id`` is the file's name without ``.yaml``. ``invoices`` is empty when the
    file names none; the record then stands for those issued and open on its
    date. ``approved_by`` is a second person, where a record needs one.
    """

    id: str
    on: date
    by: str
    invoices: tuple[str, ...] = ()
    said: str | None = None
    reason: str | None = None
    approved_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Record):
    """The customer answered; until *we* answer, the ladder is silent."""

    channel: str | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Record):
    """Somebody telephoned. ``outcome``: reached, voicemail, no-answer, refused."""

    outcome: str
    step: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMade(Record):
    """A person wrote to or met the customer outside the tool (kind contact)."""

    channel: str | None = None
    step: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise(Record):
    """The customer will pay ``amount`` (None: all that is open) by ``pay_by``.

    ``amount`` is the text of the file: its currency is that of the invoices.
    """

    pay_by: date
    amount: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute(Record):
    """The customer contests the invoices; they stop as a whole."""

    review_by: date
    amount: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution(Record):
    """The end of the dispute ``of``. ``outcome``: upheld, partly, rejected."""

    of: str
    outcome: str
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension(Record):
    """More time until a date; a second one after a final one needs approval."""

    until: date
    final: bool = True


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment of a plan; ``amount`` in the currency of the invoices."""

    due: date
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentPlan(Record):
    """An agreed plan (kind plan); ``template`` is for its reminders."""

    instalments: tuple[Instalment, ...]
    template: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement(Record):
    """Value received other than as money; it lowers what is open."""

    value: str
    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CashReceived(Record):
    """Unapplied cash (kind payment): received, not yet matched to an invoice."""

    amount: Money
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNote(Record):
    """A credit that belongs to no invoice yet (kind credit-note), above zero.

    It is taken off what is asked as unapplied cash is, but no money came in.
    """

    amount: Money
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Record):
    """No step for the account until a date, that day included."""

    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Record):
    """The end of a pause, or of a plan that broke."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce(Record):
    """Journal entry ``of`` did not arrive on ``channel``."""

    of: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn(Record):
    """A friendly word that is not about money."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Record):
    """Anything else worth keeping."""


#: The ``kind`` of a record file and the value that stands for it.
KINDS: dict[str, type[Record]] = {
    "reply": Reply,
    "call": Call,
    "contact": ContactMade,
    "promise": Promise,
    "dispute": Dispute,
    "resolution": Resolution,
    "extension": Extension,
    "plan": InstalmentPlan,
    "settlement": Settlement,
    "payment": CashReceived,
    "credit-note": CreditNote,
    "pause": Pause,
    "resume": Resume,
    "bounce": Bounce,
    "check-in": CheckIn,
    "note": Note,
}
KIND_OF: dict[type[Record], str] = {made: kind for kind, made in KINDS.items()}
#: Records of money that stand for themselves: they name their own currency.
WITH_CURRENCY = ("payment", "credit-note")
