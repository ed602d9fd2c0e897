"""What the engine did: the documents of a journal, and merged decisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Literal, TypeAlias, get_args

from goodterms.model.policy_ref import PolicyRef
from goodterms.model.timestamps import timestamp

#: What becomes of a message, call, placement or other act, in their order.
SendState = Literal["claimed", "sent", "failed", "in-doubt"]
#: What becomes of a proposal, in their order.
DecisionState = Literal["proposed", "approved", "declined", "expired", "void"]
EntryState: TypeAlias = SendState | DecisionState
#: Whether something can have left of a claimed message; see ``JournalDocument``.
Handover = Literal["waits", "begun"]
EntryKind = Literal[
    "send",
    "call",
    "propose",
    "place",
    "hold",
    "release",
    "write-off",
    "credit",
    "thank",
]
SEND_STATES: tuple[SendState, ...] = get_args(SendState)
DECISION_STATES: tuple[DecisionState, ...] = get_args(DecisionState)
HANDOVERS: tuple[Handover, ...] = get_args(Handover)
ENTRY_KINDS: tuple[EntryKind, ...] = get_args(EntryKind)
OUTBOX: Literal["outbox"] = "outbox"

#: Kinds that leave by a channel.
DELIVERED: tuple[EntryKind, ...] = ("send", "call", "thank", "place")
#: Kinds that hand words to the customer, and so may hurt or help.
MESSAGES: tuple[EntryKind, ...] = ("send", "thank")
#: Kinds that chase: the customer is written to, or telephoned.
CHASING: tuple[EntryKind, ...] = ("send", "call")

#: The step of the reminder of an instalment, which is on no ladder.
INSTALMENT_STEP = "instalment"


def digest_of(data: bytes) -> str:
    """Return the digest by which journals name a file: ``sha256:9f2c…``."""
    return f"sha256:{sha256(data).hexdigest()}"


@dataclass(frozen=True, slots=True)
class EntryTime:
    """When something is written: the day it counts for, and the time in UTC."""

    day: date
    time: datetime

    @property
    def stamp(self) -> str:
        """The time as journals write it, ``2026-10-08T07:12:03Z``."""
        return timestamp(self.time)


@dataclass(frozen=True, slots=True)
class JournalRow:
    """An invoice in a journal entry: the step it took and what was open.

    ``amount`` is what a write-off or credit took off it; amounts are texts in
    the invoice's currency. ``policy`` is set where it differs from the entry's.
    """

    id: str
    step: str | None = None
    open: str | None = None
    amount: str | None = None
    policy: PolicyRef | None = None


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """What a message claimed on an invoice for late payment.

    Amounts are texts in the invoice's currency, each zero or more.
    """

    invoice: str
    interest: str
    compensation: str


@dataclass(frozen=True, slots=True)
class ApprovalReview:
    """A review that approved: its number, whose account, at which commit, when."""

    id: int
    user: int
    commit: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalProof:
    """What proves an approval, to be shown whenever somebody asks.

    ``head`` is the commit that was approved, ``merge`` the one that it became on
    main; ``blob`` is the decision's file as merged, ``approvers`` goodterms.yaml
    as main had it right before, ``logins`` what it knew of whose login is whose.
    Where a forge knows people: the pull request, and accounts by number.
    """

    head: str
    merge: str
    blob: str
    approvers: str
    merged_at: str
    logins: str | None = None
    pull: int | None = None
    merged_by: int | None = None
    reviews: tuple[ApprovalReview, ...] = ()


@dataclass(frozen=True, kw_only=True)
class JournalDocument:
    """One document of a journal; those with one id fold into an entry.

    Later keys win, but ``sent`` is final. A key that a document leaves out is
    None here. ``at`` is a UTC timestamp, ``2026-10-08T07:12:03Z``; ``day`` is
    the day the document is dated: its ``on``, else the day of ``at`` in the
    creditor's time zone, else the day of the id's first document. ``handover``
    says of a claim whether it ``waits``, so that nothing can have left yet, or has
    ``begun``; it is None where the channel sends no message twice.

    ``through`` is what it went through, where that leaves it to a person: ``outbox``.
    ``posted`` says whether a person has passed it on from there, False that nobody
    ever will: then it did not happen.
    ``until`` of a no is the last day on which it is not asked again.

    ``message`` is the digest of what leaves, ``text`` that of its file in
    ``messages/``.

    It has no slots: the defaults of its many keys stand once, at the class, so
    that ``of`` is quick; journals are most of what a ledger says.
    """

    id: str
    day: date
    on: date | None = None
    kind: EntryKind | None = None
    state: EntryState | None = None
    step: str | None = None
    policy: PolicyRef | None = None
    channel: str | None = None
    to: str | None = None
    invoices: tuple[JournalRow, ...] | None = None
    listed: tuple[JournalRow, ...] | None = None
    totals: tuple[tuple[str, str], ...] | None = None
    charges: tuple[ChargeRow, ...] | None = None
    message: str | None = None
    text: str | None = None
    run: str | None = None
    handover: Handover | None = None
    through: Literal["outbox"] | None = None
    posted: bool | None = None
    why: tuple[str, ...] | None = None
    at: str | None = None
    expires: date | None = None
    facts: str | None = None
    choose: str | None = None
    gate: PolicyRef | None = None
    decision: str | None = None
    offer: str | None = None
    valid_until: date | None = None
    partner: str | None = None
    by: tuple[str, ...] | None = None
    reason: str | None = None
    until: date | None = None
    error: str | None = None
    commit: str | None = None
    proof: ApprovalProof | None = None

    @classmethod
    def of(cls, values: Mapping[str, object]) -> "JournalDocument":
        """Make a document of values that have been checked, ``id`` and ``day`` too."""
        document = object.__new__(cls)
        vars(document).update(values)
        return document


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A proposal as its file states it, ``decisions/<id>.yaml``."""

    id: str
    proposed: date
    expires: date
    step: str
    policy: PolicyRef
    invoices: tuple[JournalRow, ...]
    choose: str
    facts: str
