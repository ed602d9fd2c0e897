"""The nouns of the ledger: an account, its invoices, what it has paid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from goodterms.model.journal import Decision, JournalDocument
from goodterms.model.money import Money
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.records import Record

#: Channels that put words in writing; a phone step is never one of them.
WRITTEN = ("email", "letter", "sms")
CHANNELS = ("email", "letter", "sms", "phone")

#: Whom a step is for: who pays the invoices, or who answers for the firm.
ACCOUNTS_PAYABLE = "accounts-payable"
ADDRESSEES = (ACCOUNTS_PAYABLE, "management")

#: Flags that stop everything; no policy overrides them.
HARD_FLAGS = (
    "insolvent",
    "deceased",
    "vulnerable",
    "represented",
    "do-not-contact",
    "internal",
)
FLAGS = (*HARD_FLAGS, "autopay")


@dataclass(frozen=True, slots=True)
class Contact:
    """A person or desk at the customer's."""

    name: str
    role: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed about paying: days, credit, deposit, rhythm of billing."""

    net_days: int | None = None
    credit_limit: tuple[Money, ...] = ()
    deposit_percent: int | None = None
    billing: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """Who the customer is: the content of ``account.yaml``.

    What the file leaves out is None here; ``load`` has filled in what the
    creditor's settings say instead (language, country, time zone).
    ``keys`` are all that other systems call this customer, by the name of the source.
    From a ``consumer``, a private person, nothing is claimed by the law between
    businesses.
    """

    name: str
    contacts: tuple[Contact, ...]
    segment: str | None = None
    since: date | None = None
    owner: str | None = None
    language: str = "en"
    country: str = "DE"
    timezone: str = "Europe/Berlin"
    region: str | None = None
    address: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    terms: Terms = field(default_factory=Terms)
    annual_value: tuple[Money, ...] = ()
    policy: str | None = None
    keys: "Mapping[str, tuple[str, ...]]" = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    consumer: bool = False
    notes: str | None = None

    @property
    def place(self) -> str:
        """Where their holidays are: in a country, ``DE``, or a region, ``DE-BY``."""
        return f"{self.country}-{self.region}" if self.region else self.country


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received on an invoice; negative when it was reversed.

    ``source`` is the id of the payment record whose unapplied cash it uses
    (the key ``from`` of the file).
    """

    on: date
    amount: Money
    reference: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit note against an invoice.

    ``source`` is the id of the resolution that promised it, or of the credit
    note record that it uses (key ``from``). One given as ``goodwill`` lets go of
    what was owed; any other corrects the invoice from the beginning, also for
    late interest.
    """

    on: date
    amount: Money
    reason: str | None = None
    reference: str | None = None
    source: str | None = None
    goodwill: bool = False


@dataclass(frozen=True, slots=True)
class Invoice:
    """One open item, as its file states it.

    ``number`` is the invoice's own where no file can be called so.
    """

    id: str
    issued: date
    due: date
    total: Money
    payments: tuple[Payment, ...] = ()
    credits: tuple[Credit, ...] = ()
    reference: str | None = None
    purchase_order: str | None = None
    pay_url: str | None = None
    policy: PolicyRef | None = None
    number: str | None = None

    @property
    def called(self) -> str:
        """The number that is printed on it; its id is what a file can be called."""
        return self.number or self.id

    @property
    def currency(self) -> str:
        """The currency of the invoice and of everything paid on it."""
        return self.total.currency


@dataclass(frozen=True, slots=True)
class Difference:
    """What another system says otherwise than the ledger, of an invoice or customer.

    ``invoice`` is None for what is said of the customer. ``ours`` and ``theirs`` are
    texts as files write them; ``on`` is the day on which it was found.
    """

    invoice: str | None
    field: str
    ours: str
    theirs: str
    source: str
    on: date


@dataclass(frozen=True, slots=True)
class Account:
    """One customer as a debtor: everything its folder holds."""

    id: str
    profile: Profile
    invoices: tuple[Invoice, ...] = ()
    records: tuple[Record, ...] = ()
    journal: tuple[JournalDocument, ...] = ()
    decisions: "Mapping[str, Decision]" = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
