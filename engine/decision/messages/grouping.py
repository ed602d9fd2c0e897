"""The due steps of a case, grouped into one message, or made to wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from goodterms.decision.due.contact_limits import last_heard, repeatable_from
from goodterms.decision.due.drafts import (
    DeferredStep,
    DraftAction,
    DueStep,
    due_step,
    is_call_pending,
)
from goodterms.decision.proposal_effects import recipient
from goodterms.decision.proposals import (
    execution_entries,
    expires_on,
    is_carried_out,
    proposals_in,
    step_of,
)
from goodterms.decision.standing.standing import InvoiceStanding
from goodterms.decision.state.account_state import AccountState
from goodterms.decision.state.history import JournalEntry
from goodterms.model.calendar import plus
from goodterms.model.money import total
from goodterms.model.plan import ActionKind, Standing


@dataclass(frozen=True, slots=True)
class GroupedMessages:
    """Drafts to act on, and the due steps that wait, each with its reason."""

    drafts: tuple[DraftAction, ...] = ()
    deferred: tuple[DeferredStep, ...] = ()

    def __add__(self, other: "GroupedMessages") -> "GroupedMessages":
        return GroupedMessages(
            self.drafts + other.drafts, self.deferred + other.deferred
        )


def group_due_steps(
    state: AccountState, free: Sequence[InvoiceStanding]
) -> GroupedMessages:
    """Draft what is due, case by case. *free* are the invoices without a block.

    Written steps of a case make one message, led by the firmest; steps with
    approval and calls take no riders.
    """
    grouped = GroupedMessages()
    for currency in dict.fromkeys(stand.currency for stand in free):
        grouped += _group_case(state, [s for s in free if s.currency == currency])
    return grouped


def _group_case(state: AccountState, case: list[InvoiceStanding]) -> GroupedMessages:
    calls = tuple(_still_to_call(stand) for stand in case if is_call_pending(stand))
    due = [ready_step for stand in case if (ready_step := due_step(state, stand))]
    unapprovable = [candidate for candidate in due if _lacks_approver(candidate)]
    due = [candidate for candidate in due if not _lacks_approver(candidate)]
    early, due = _before_due(state, due)
    asking = [candidate for candidate in due if candidate.step.approval]
    phoning = [
        candidate
        for candidate in due
        if not candidate.step.approval and _by_phone(candidate)
    ]
    writing = [
        candidate
        for candidate in due
        if not candidate.step.approval and not _by_phone(candidate)
    ]
    ids = {candidate.invoice_standing.id for candidate in asking}
    others = [stand for stand in case if stand.id not in ids]
    proposed = _group_proposals(state, asking)
    softer, phoning = _give_way_to_proposal(state, phoning, proposed.drafts)
    soft, writing = _give_way_to_proposal(state, writing, proposed.drafts)
    return (
        GroupedMessages(
            deferred=(
                *calls,
                *early,
                *map(_without_approver, unapprovable),
                *softer,
                *soft,
            )
        )
        + proposed
        + _group_calls(state, phoning, others)
        + _group_messages(state, writing, others)
    )


def _give_way_to_proposal(
    state: AccountState, due: list[DueStep], proposed: Sequence[DraftAction]
) -> tuple[tuple[DeferredStep, ...], list[DueStep]]:
    """Hold what is softer than what is proposed today for the case.

    What was due when an earlier proposal was made gave way to that one; it does not
    give way again, or it might for ever.
    """
    if not due or all(p.step.rank <= _firmest(due).step.rank for p in proposed):
        return (), due
    since = min(due_step.due for due_step in due)
    currency = due[0].invoice_standing.currency
    for entry in state.history.entries:
        proposes = entry.doc.kind == "propose" and entry.on >= since
        if proposes and currency in _currencies(state, entry):
            return (), due
    why = f"{proposed[0].step.name} of this case is proposed first; nothing softer now"
    return _deferred(due, why), []


def _lacks_approver(due_step: DueStep) -> bool:
    return bool(due_step.gate and not due_step.step.approval)


def _without_approver(due_step: DueStep) -> DeferredStep:
    """Hold a step that somebody must approve, where no policy says who."""
    item = due_step.invoice_standing.invoice_state
    why = (
        f"the account is under {item.moved_to}, {due_step.step.name} is of"
        f" {item.policy.ref}, and neither says who may approve it"
    )
    return DeferredStep(due_step.invoice_standing, "deciding", why)


def _by_phone(due_step: DueStep) -> bool:
    return due_step.step.channel == "phone"


def _still_to_call(standing: InvoiceStanding) -> DeferredStep:
    on = standing.next_step.handed_out if standing.next_step else None
    return DeferredStep(
        standing, "calling", f"the call handed out on {on} is still to be made"
    )


def _before_due(
    state: AccountState, due: list[DueStep]
) -> tuple[list[DeferredStep], list[DueStep]]:
    """Hold steps before the due date while anything of the case is overdue."""
    if not any(due_step.step.offset < 0 for due_step in due):
        return [], due
    currency = due[0].invoice_standing.currency
    late = [i for i in state.case(currency) if i.overdue and i.net.amount > 0]
    if total((i.net for i in late), currency) <= state.tolerance(currency):
        return [], due
    why = f"{late[0].id} is overdue; no note before a due date until it is paid"
    early = [due_step for due_step in due if due_step.step.offset < 0]
    return (
        [
            DeferredStep(due_step.invoice_standing, "one-conversation", why)
            for due_step in early
        ],
        [due_step for due_step in due if due_step.step.offset >= 0],
    )


def _group_proposals(state: AccountState, due: list[DueStep]) -> GroupedMessages:
    """Propose the firmest step that needs approval; one open proposal per case."""
    if not due:
        return GroupedMessages()
    case_ids = {item.id for item in state.case(due[0].invoice_standing.currency)}
    for entry in proposals_in(state, "proposed"):
        if any(row.id in case_ids for row in entry.rows):
            why = f"proposal {entry.id} of this case is still open"
            return GroupedMessages(deferred=_deferred(due, why))
    chosen, rest = _by_step(due)
    draft = _draft(state, "propose", chosen)
    reason = _too_little(state, draft)
    if reason:
        deferred = tuple(
            DeferredStep(due_step.invoice_standing, *reason) for due_step in chosen
        )
        return GroupedMessages(deferred=deferred) + _group_proposals(state, rest)
    why = f"{chosen[0].step.name} of this case is proposed first"
    return GroupedMessages((draft,), _deferred(rest, why))


def _group_calls(
    state: AccountState, due: list[DueStep], case: list[InvoiceStanding]
) -> GroupedMessages:
    """Hand out one call for the case; a call takes no riders."""
    if not due:
        return GroupedMessages()
    chosen, rest = _by_step(due)
    why = f"the call for {chosen[0].step.name} of this case comes first"
    return _one_message(state, "call", chosen, case) + GroupedMessages(
        deferred=_deferred(rest, why)
    )


def _group_messages(
    state: AccountState, due: list[DueStep], case: list[InvoiceStanding]
) -> GroupedMessages:
    return _one_message(state, "send", due, case) if due else GroupedMessages()


def _by_step(due: list[DueStep]) -> tuple[list[DueStep], list[DueStep]]:
    """Split what is due into the firmest step and the rest."""
    name = _firmest(due).step.name
    return (
        [due_step for due_step in due if due_step.step.name == name],
        [due_step for due_step in due if due_step.step.name != name],
    )


def _one_message(
    state: AccountState,
    kind: ActionKind,
    due: list[DueStep],
    case: list[InvoiceStanding],
) -> GroupedMessages:
    """Draft one message for what is due together, or hold it.

    While a proposal of the case is open, or approved and not carried out yet,
    nothing softer goes out about its other invoices. While another invoice of the
    case stands higher, a lower step is not sent alone: it waits, at most the
    ``wait`` of that invoice's last step. Words that it heard within ``again`` are not
    said to it alone.
    """
    pending = _firmer_proposal(state, _firmest(due))
    if pending:
        return GroupedMessages(deferred=pending.holding(state, due))
    alone = _alone_from(due, case)
    if state.as_of < alone:
        why = "another invoice of the case stands higher; it goes with that one"
        return GroupedMessages(
            deferred=_deferred(due, why, _business_day(state, due[0], alone))
        )
    repeated = _said_recently(state, kind, due)
    if repeated:
        return GroupedMessages(deferred=repeated)
    draft = _draft(state, kind, due, _listed(state, kind, due, case))
    reason = _too_little(state, draft)
    if reason:
        return GroupedMessages(
            deferred=tuple(
                DeferredStep(due_step.invoice_standing, *reason) for due_step in due
            )
        )
    return GroupedMessages((draft,))


@dataclass(frozen=True, slots=True)
class _OpenProposal:
    """A firmer proposal of a case that people have not answered, or we not acted on."""

    entry: JournalEntry

    def holding(
        self, state: AccountState, due: list[DueStep]
    ) -> tuple[DeferredStep, ...]:
        """Hold what is softer until the proposal is decided or has expired."""
        entry = self.entry
        until = expires_on(state, entry) if entry.doc.state == "proposed" else None
        status = "waits for a decision" if until else "is approved and comes first"
        why = f"{entry.doc.step} of this case {status} ({entry.id}); nothing softer now"
        on = _business_day(state, due[0], plus(until, 1)) if until else None
        return tuple(
            DeferredStep(due_step.invoice_standing, "one-conversation", why, until, on)
            for due_step in due
        )


def _firmer_proposal(state: AccountState, lead: DueStep) -> _OpenProposal | None:
    for entry in proposals_in(state, "proposed", "approved"):
        if entry.doc.state == "approved" and _took_effect_before(state, entry):
            continue
        step = step_of(state, entry)
        firmer = step is not None and step.rank > lead.step.rank
        if firmer and lead.invoice_standing.currency in _currencies(state, entry):
            return _OpenProposal(entry)
    return None


def _currencies(state: AccountState, entry: JournalEntry) -> set[str]:
    """Name the cases that an entry is about, also where it settled all of one."""
    invoices = (state.balances.invoices.get(row.id) for row in entry.rows)
    return {invoice.currency for invoice in invoices if invoice}


def _took_effect_before(state: AccountState, entry: JournalEntry) -> bool:
    """Whether an approval was carried out on an earlier day, or only pauses."""
    today = any(entry_.on == state.as_of for entry_ in execution_entries(state, entry))
    return is_carried_out(state, entry) and not today


def _alone_from(due: list[DueStep], case: list[InvoiceStanding]) -> date:
    """Return the day from which these may go without a firmer one.

    One waits from the day on which it is due and the other stands higher, for
    as many days as the ``wait`` of the other's last step.
    """
    lead = _firmest(due)
    ids = {due_step.invoice_standing.id for due_step in due}
    higher = {
        (on, step.wait)
        for stand in case
        if stand.id not in ids
        and stand.invoice_state.overdue
        and stand.invoice_state.last_step
        for step, on in [stand.invoice_state.last_step]
        if step.rank > lead.step.rank
    }
    return min(
        max((plus(max(day, on), wait) for on, wait in higher), default=day)
        for day in {due_step.due for due_step in due}
    )


def _said_recently(
    state: AccountState, kind: ActionKind, due: list[DueStep]
) -> tuple[DeferredStep, ...]:
    """Hold a message led by a step that the case heard within ``again``.

    It is said in one with a firmer message of the case, or when the time is over.
    """
    lead = _firmest(due)
    free = (
        repeatable_from(state, lead.step, lead.invoice_standing.invoice_state)
        if kind == "send"
        else None
    )
    if free is None or state.as_of >= free:
        return ()
    last_day = last_heard(state, lead.step, lead.invoice_standing.currency)
    why = (
        f"this case heard {lead.step.name} on {last_day}; not alone again"
        f" before {free}, but with the next message of the case"
    )
    return _deferred(due, why, _business_day(state, due[0], free))


def _business_day(state: AccountState, due_step: DueStep, day: date) -> date:
    calendar = state.rules.calendar(
        due_step.invoice_standing.invoice_state.policy, state.account
    )
    return calendar.on_or_after(day)


def _listed(
    state: AccountState,
    kind: ActionKind,
    due: list[DueStep],
    case: list[InvoiceStanding],
) -> tuple[InvoiceStanding, ...]:
    """Return the overdue invoices of the case that wait for their next step.

    One that was written about in a firmer tone is in no softer message. Who calls is
    shown it, and those too that a message of today advances.
    """
    ids = {due_step.invoice_standing.id for due_step in due}
    tone = _firmest(due).step.rank[0]
    return tuple(
        stand
        for stand in case
        if stand.id not in ids
        and not is_call_pending(stand)
        and (kind == "call" or _tone_heard(stand) <= tone)
        and stand.invoice_state.overdue
        and stand.next_step
        and stand.next_step.due
        and (stand.next_step.due > state.as_of or kind == "call")
    )


def _tone_heard(standing: InvoiceStanding) -> int:
    return (
        standing.invoice_state.last_step[0].rank[0]
        if standing.invoice_state.last_step
        else 0
    )


def _too_little(state: AccountState, draft: DraftAction) -> tuple[Standing, str] | None:
    """Say why there is too little to ask for, None when there is enough."""
    currency = draft.lead.currency
    shown = (*draft.advancing, *draft.listed)
    net = total((stand.invoice_state.net for stand in shown), currency)
    if net <= state.tolerance(currency):
        return "tolerance", f"{net} {currency} is within the tolerance"
    return None


def _draft(
    state: AccountState,
    kind: ActionKind,
    due: list[DueStep],
    listed: tuple[InvoiceStanding, ...] = (),
) -> DraftAction:
    lead = _firmest(due)
    return DraftAction(
        kind=kind,
        lead=lead.invoice_standing,
        step=lead.step,
        advancing=tuple(due_step.invoice_standing for due_step in due),
        listed=listed,
        address=recipient(state, lead.step),
        gate=lead.gate,
        why=tuple(_why(due_step) for due_step in due),
    )


def _why(due_step: DueStep) -> str:
    late = due_step.invoice_standing.invoice_state.days_overdue
    age = f"{late} days overdue" if late >= 0 else f"due in {-late} days"
    step = f"{due_step.step.name} is due from {due_step.due}"
    return f"{due_step.invoice_standing.id} is {age}; {step}"


def _firmest(due: list[DueStep]) -> DueStep:
    """Return the one that leads; of equals the oldest."""
    return max(due, key=lambda due_step: due_step.step.rank)


def _deferred(
    due: list[DueStep], why: str, alone: date | None = None
) -> tuple[DeferredStep, ...]:
    until = plus(alone, -1) if alone else None
    return tuple(
        DeferredStep(
            due_step.invoice_standing,
            "one-conversation",
            why,
            until,
            alone,
            alone is not None,
        )
        for due_step in due
    )
