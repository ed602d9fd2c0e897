"""Drafts of actions, and the reasons why invoices wait."""

from dataclasses import dataclass
from datetime import date

from goodterms.decision.due.forecast import StepForecast
from goodterms.decision.proposals import with_approval_of
from goodterms.decision.standing.next_step import find_next_step
from goodterms.decision.standing.standing import (
    InvoiceStanding,
    blocked_until,
    is_small,
)
from goodterms.decision.state.account_state import AccountState
from goodterms.decision.state.history import JournalEntry
from goodterms.decision.state.recipients import DeliveryAddress
from goodterms.model.calendar import plus
from goodterms.model.plan import (
    ActionKind,
    InvoiceLine,
    Standing,
    UpcomingStep,
    WaitingInvoice,
)
from goodterms.model.policy import TONES, Offer, Remedy, Step
from goodterms.model.policy_ref import PolicyRef


@dataclass(frozen=True, slots=True)
class DueStep:
    """An invoice whose next step is due, and the day from which it is.

    ``gate`` is the policy that lends the step its approval, where its own policy
    asks for none.
    """

    invoice_standing: InvoiceStanding
    step: Step
    due: date
    gate: PolicyRef | None = None


def due_step(state: AccountState, standing: InvoiceStanding) -> DueStep | None:
    """Return the step of an invoice that is due today, None when none is."""
    next_step = standing.next_step
    if (
        next_step is None
        or next_step.due is None
        or next_step.due > state.as_of
        or is_call_pending(standing)
    ):
        return None
    gate = gate_for(state, standing, next_step.step)
    step = (
        with_approval_of(state.rules.book, next_step.step, gate)
        if gate
        else next_step.step
    )
    return DueStep(standing, step, next_step.due, gate)


def gate_for(
    state: AccountState, standing: InvoiceStanding, step: Step
) -> PolicyRef | None:
    """Return the policy whose approval a step needs though its own asks for none.

    The account was moved to another policy, which does not say how it takes the
    conversation over. A written step is asked about if its tone is firmer than that
    of the last step taken, or as firm as what the account's policy asks about. It
    is that policy's approval, or else that of the invoice's own.
    """
    item = standing.invoice_state
    own = state.rules.book.policies.get(item.moved_to) if item.moved_to else None
    if own is None or step.approval or step.channel == "phone":
        return None
    last = item.last_step[0].rank[0] if item.last_step else 0
    least = own.gate.rank[0] if own.gate else len(TONES)
    if step.rank[0] <= last and step.rank[0] < least:
        return None
    return own.ref if own.gate or not item.policy.gate else item.policy.ref


def is_call_pending(standing: InvoiceStanding) -> bool:
    """Whether its call was handed out and is still to be made."""
    next_step = standing.next_step
    return (
        next_step is not None
        and next_step.step.channel == "phone"
        and next_step.handed_out is not None
    )


def invoice_line(standing: InvoiceStanding, step: str | None) -> InvoiceLine:
    """Show an open invoice as a message does."""
    item = standing.invoice_state
    return InvoiceLine(
        id=item.id,
        open=item.open,
        net=item.net,
        due=item.invoice.due,
        days_overdue=item.days_overdue,
        step=step,
        policy=item.policy.ref,
    )


def listed_line(standing: InvoiceStanding) -> InvoiceLine:
    """Show an invoice that does not advance: with the last step it took."""
    return invoice_line(
        standing,
        standing.invoice_state.last_step[0].name
        if standing.invoice_state.last_step
        else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAction:
    """A draft of an action.

    ``advancing`` move, led by ``lead``; ``listed`` are shown. ``approved`` is
    the proposal that it carries out, ``remedy`` the option chosen there and
    ``offer`` what that offers, ``refreshes`` the open proposal whose facts have
    changed. ``gate`` is the policy that lends an approval to a step without one.
    """

    kind: ActionKind
    lead: InvoiceStanding
    step: Step
    advancing: tuple[InvoiceStanding, ...]
    listed: tuple[InvoiceStanding, ...] = ()
    address: DeliveryAddress | None = None
    approved: JournalEntry | None = None
    remedy: Remedy | None = None
    refreshes: JournalEntry | None = None
    gate: PolicyRef | None = None
    offer: Offer | None = None
    why: tuple[str, ...] = ()

    @property
    def channel(self) -> str | None:
        """The channel by which it goes."""
        return self.address.channel if self.address else self.step.channel


@dataclass(frozen=True, slots=True)
class DeferredStep:
    """A due step that waits: the reason, and the last day on which it holds.

    ``joins`` says that a firmer message of the case takes it along before that.
    """

    invoice_standing: InvoiceStanding
    standing: Standing
    why: str
    until: date | None = None
    next_on: date | None = None
    joins: bool = False


#: Stops after which nobody can say when, or whether, the ladder goes on.
_OPEN_ENDED = ("flagged", "placed", "exhausted", "autopay")


def waiting_invoice(
    outlook: StepForecast,
    invoice_standing: InvoiceStanding,
    deferred: DeferredStep | None,
    held_back: str | None = None,
) -> WaitingInvoice:
    """Say why an invoice waits, until when, and what comes next.

    *held_back* is what else is held back about it: the reminder of an instalment.
    """
    skipped = invoice_standing.next_step.skipped if invoice_standing.next_step else ()
    following = _upcoming_step(outlook, invoice_standing, deferred)
    if invoice_standing.block:
        standing, until, why = (
            invoice_standing.block.standing,
            invoice_standing.block.until,
            invoice_standing.block.why,
        )
    elif deferred:
        standing, until, why = (
            deferred.standing,
            _waits_until(deferred, following),
            deferred.why,
        )
    else:
        standing, until, why = "waiting", None, _due_reason(invoice_standing)
    return WaitingInvoice(
        account=outlook.state.account.id,
        invoice=invoice_standing.id,
        standing=standing,
        until=until,
        next=following,
        why=(why, *([held_back] if held_back else []), *map(str, skipped)),
        open=invoice_standing.invoice_state.open,
        days_overdue=invoice_standing.invoice_state.days_overdue,
        label=invoice_standing.block.label if invoice_standing.block else None,
    )


def _waits_until(deferred: DeferredStep, following: UpcomingStep | None) -> date | None:
    """Return the last day of waiting: it is sooner where a message takes it along."""
    if deferred.until and deferred.joins and following and following.on:
        return min(deferred.until, plus(following.on, -1))
    return deferred.until


def _due_reason(standing: InvoiceStanding) -> str:
    if standing.next_step is None or standing.next_step.due is None:
        return "nothing is due"
    return f"{standing.next_step.step.name} is due from {standing.next_step.due}"


def _upcoming_step(
    outlook: StepForecast, standing: InvoiceStanding, deferred: DeferredStep | None
) -> UpcomingStep | None:
    block, step = standing.block, standing.next_step
    if step is None or (block and block.standing in _OPEN_ENDED):
        return None
    if is_small(outlook.state, standing.invoice_state):
        return None
    if deferred and not block:
        day = deferred.next_on
        if day and deferred.joins:
            day = min(day, outlook.joined(standing, step) or day)
    elif step.due is None or (block and block.standing == "deciding"):
        day = None
    elif block:
        until = blocked_until(outlook.state, standing)
        day = plus(until, 1) if until else None
    else:
        day = step.due
    while day and step:
        on = outlook.first(standing, step, max(day, step.due or day))
        if on is None or not _too_late(standing, step.step, on):
            return UpcomingStep(step.step.name, on)
        step = find_next_step(outlook.state, standing.invoice_state, step.step)
    return UpcomingStep(step.step.name, None) if step else None


def _too_late(standing: InvoiceStanding, step: Step, on: date) -> bool:
    """Whether a step makes no sense any more on the day on which it could go."""
    if step.until is not None and on > plus(
        standing.invoice_state.invoice.due, step.until
    ):
        return True
    next_step = standing.next_step
    handed_out = (
        next_step.handed_out if next_step and next_step.step.name == step.name else None
    )
    return bool(
        handed_out and step.lapse is not None and on > plus(handed_out, step.lapse)
    )
