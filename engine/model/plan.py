"""The nouns of a plan: what to do today, what waits, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias, get_args

from goodterms.model.journal import MESSAGES, DecisionState, EntryKind
from goodterms.model.ledger import Contact
from goodterms.model.money import Money
from goodterms.model.policy import Approval, OfferKind
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.problem import Problem

#: What there is to do: an act that the journal will show, or a step beside it.
ActionKind: TypeAlias = EntryKind | Literal["close", "task"]

#: The names of the tasks that a journal leaves to us.
PROPOSAL, IN_DOUBT, TO_POST = "proposal", "in-doubt", "to-post"

#: Why an invoice is not chased today, first that applies.
Standing = Literal[
    "settled",
    "credit",
    "tolerance",
    "flagged",
    "differs",
    "placed",
    "dispute",
    "plan",
    "promise",
    "extension",
    "pause",
    "reply",
    "in-doubt",
    "bounce",
    "autopay",
    "after-payment",
    "deciding",
    "declined",
    "exhausted",
    "waiting",
    "calling",
    "limit",
    "one-conversation",
    "calendar",
]
STANDINGS: tuple[Standing, ...] = get_args(Standing)


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """An invoice as a message shows it.

    ``net`` is what is open less the unapplied cash and credit that stand against
    it. ``days_overdue`` counts from the contractual due date and is negative
    before it; ``step`` is the one it takes now, or for a listed one the last
    it took; ``policy`` is the version it is under.
    """

    id: str
    open: Money
    net: Money
    due: date
    days_overdue: int
    step: str | None
    policy: PolicyRef


#: Why an overdue invoice of a case is not part of a message about others.
ExclusionReason = Literal[
    "clarification",
    "promised",
    "instalments",
    "extended",
    "covered",
    "small",
    "written",
    "separately",
    "another",
]
APART: tuple[ExclusionReason, ...] = get_args(ExclusionReason)


@dataclass(frozen=True, slots=True)
class ExcludedInvoice:
    """An overdue invoice of the case that is not part of a message, and why.

    ``reason`` is one of ``APART``; ``until`` the day by which payment is promised,
    until which there is more time, or on which we wrote about it, None where no day
    is named.
    """

    line: InvoiceLine
    reason: ExclusionReason
    until: date | None = None


@dataclass(frozen=True, slots=True)
class OngoingConversation:
    """A conversation that goes on.

    ``on`` is the day of the last message about invoices that are shown, ``more``
    how many of them have fallen due since.
    """

    on: date
    more: int


@dataclass(frozen=True, slots=True)
class Charge:
    """Late interest and fixed compensation claimed on one invoice."""

    invoice: str
    interest: Money
    compensation: Money
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Deduction:
    """Something taken off before an action asks for the rest.

    ``cash`` is money received and not yet matched to an invoice, ``credit`` a
    credit note or a balance in the customer's favour.
    """

    kind: Literal["cash", "credit"]
    amount: Money


@dataclass(frozen=True, slots=True)
class ConcreteOffer:
    """An offer made concrete: amounts and dates.

    ``pay`` is, for each currency, the sum that settles everything (discount) or
    the sum of the instalments; ``parts`` are (due, amount) pairs of an
    instalment offer, in the order of their dates.
    """

    name: str
    kind: OfferKind
    valid_until: date
    pay: tuple[Money, ...]
    parts: tuple[tuple[date, Money], ...] = ()
    percent: str | None = None


@dataclass(frozen=True, slots=True)
class TaskOption:
    """What settles a task: a command, the form of that kind, or a line in a file.

    A word in capitals in ``command`` stands for what only a person knows; ``in_words``
    says what to do where there is no command, in a file or a pull request, or what
    else there is to do.
    ``read`` is the command that shows what it is about.
    """

    command: str | None = None
    form: str | None = None
    in_words: str | None = None
    read: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do today for one account.

    ``invoices`` advance by it, ``listed`` are shown and stay where they are;
    ``apart`` are the other overdue invoices of the case, of which it only says
    why they are left out; ``running`` says that it goes on with a conversation;
    ``totals`` is what the action asks for, one amount per currency, with
    ``deductions`` already taken off and ``charges`` added.
    ``decision`` is the id of the proposal that this opens, refreshes, closes
    or carries out; ``choose`` the remedy recommended or chosen; ``state`` what
    becomes of a closed proposal. ``gate`` is the policy whose approval a step
    needs that asks for none itself. ``retry`` says that the id is that of a
    failed claim.

    Of a task, ``since`` is the day from which it waits, ``at_stake`` what depends on
    it, one amount per currency, and ``way_out`` what settles it.
    """

    id: str
    kind: ActionKind
    account: str
    step: str
    policy: PolicyRef | None = None
    channel: str | None = None
    tone: str | None = None
    to: str | None = None
    contact: Contact | None = None
    template: str | None = None
    owner: str | None = None
    totals: tuple[Money, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    invoices: tuple[InvoiceLine, ...] = ()
    listed: tuple[InvoiceLine, ...] = ()
    apart: tuple[ExcludedInvoice, ...] = ()
    running: OngoingConversation | None = None
    charges: tuple[Charge, ...] = ()
    offer: ConcreteOffer | None = None
    decision: str | None = None
    choose: str | None = None
    approval: Approval | None = None
    gate: PolicyRef | None = None
    expires: date | None = None
    facts: str | None = None
    state: DecisionState | None = None
    partner: str | None = None
    retry: bool = False
    since: date | None = None
    at_stake: tuple[Money, ...] = ()
    way_out: TaskOption | None = None
    why: tuple[str, ...] = ()

    @property
    def entry(self) -> str:
        """The id of its journal entry: the part after the account."""
        return self.id.partition("/")[2]

    @property
    def is_message(self) -> bool:
        """Whether a customer hears something by it."""
        return self.kind in MESSAGES


@dataclass(frozen=True, slots=True)
class UpcomingStep:
    """The step that comes next, and when, if nothing changes (None: unknown)."""

    step: str
    on: date | None


@dataclass(frozen=True, slots=True)
class WaitingInvoice:
    """An open invoice for which nothing is done today, and the reason.

    ``until`` is the last day on which the reason holds, None where no date
    ends it. ``days_overdue`` counts from the contractual due date. ``label`` is
    what people read in place of the standing, where that covers two things.
    """

    account: str
    invoice: str
    standing: Standing
    until: date | None = None
    next: UpcomingStep | None = None
    why: tuple[str, ...] = ()
    open: Money | None = None
    days_overdue: int = 0
    label: str | None = None


def named(account: str, name: str) -> str:
    """Name an account for people: by its name, and its folder if that is another."""
    if not name or name.casefold() == account:
        return name or account
    return f"{name} ({account})"


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """What is decided for one account; it depends on no other.

    ``invoices`` are all it has, their ids and what they are known by outside;
    ``keys`` what other systems call the customer: source and name there; ``name``
    what we call them, ``owner`` who of us looks after them. ``pending`` are tasks that
    the journal leaves to us, beside those among the actions.
    """

    account: str
    actions: tuple[Action, ...] = ()
    waiting: tuple[WaitingInvoice, ...] = ()
    problems: tuple[Problem, ...] = ()
    invoices: tuple[tuple[str, str], ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    name: str = ""
    owner: str | None = None
    pending: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is due on a day, in total order. ``accounts`` is how many were read.

    ``customers`` are the names of the accounts that stand in it, ``owners`` who looks
    after those with problems; ``pending`` the tasks that journals leave to us, beside
    those among the actions.
    """

    as_of: date
    actions: tuple[Action, ...] = ()
    waiting: tuple[WaitingInvoice, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
    accounts: int = 0
    customers: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    pending: tuple[Action, ...] = ()

    def called(self, account: str) -> str:
        """Name an account for people, ``Tyne Brewing Ltd (10021)``."""
        return named(account, self.customers.get(account, ""))
