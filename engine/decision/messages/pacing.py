"""Limits and business days: what of a conversation may go out today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from goodterms.decision.due.drafts import DeferredStep, DraftAction
from goodterms.decision.messages.earlier_contacts import ContactHistory, contact_history
from goodterms.decision.messages.grouping import GroupedMessages
from goodterms.decision.messages.instalment_reminders import (
    InstalmentReminders,
    UpcomingReminder,
    last_reminded,
)
from goodterms.decision.state.account_state import AccountState
from goodterms.model.calendar import Calendar, plus
from goodterms.model.journal import CHASING
from goodterms.model.plan import Action
from goodterms.model.policy import TONES


@dataclass(frozen=True, slots=True)
class PacedActions:
    """What goes out today, what waits, and the contacts of the account by then.

    ``reminders`` of instalments go beside the drafts of ``grouped``; ``withheld`` says
    of an invoice why a reminder of its instalment does not go.
    """

    grouped: GroupedMessages
    reminders: tuple[Action, ...]
    withheld: Mapping[str, str]
    contact_history: ContactHistory


def apply_limits(
    state: AccountState,
    approved: Sequence[DraftAction],
    grouped: GroupedMessages,
    reminders: InstalmentReminders = InstalmentReminders(),  # noqa: B008 - it is frozen
) -> PacedActions:
    """Let drafts through, the approved and the firmest first, and hold the rest.

    Every message that goes, and every call that is handed out, counts for those
    after it; no second message goes by the same channel on the same day, and none
    on the day of a call. The reminder of an agreed instalment goes before anything
    that is not firmer than it, in foresight too; but a word that gave way to one
    reminder already does not give way to the next.
    """
    queue: list[DraftAction | Action] = [*merge(grouped.drafts), *reminders.due]
    queue.sort(key=lambda draft: _priority(state, draft), reverse=True)
    contacts = contact_history(state)
    drafts: list[DraftAction] = []
    reminded: list[Action] = []
    withheld: dict[str, str] = {}
    deferred = [_limit_first(state, step, contacts) for step in grouped.deferred]
    for draft in (*approved, *queue):
        if isinstance(draft, Action):
            why = _why_reminder_waits(state, draft, contacts)
            if why:
                withheld |= {line.id: why for line in draft.listed}
                continue
            reminded.append(draft)
            contacts = contacts.after(
                draft.kind, draft.channel, "a reminder of an instalment"
            )
            continue
        wait = _first_wait(state, draft, contacts, reminders.ahead)
        if wait:
            deferred += [replace(wait, invoice_standing=s) for s in draft.advancing]
            continue
        drafts.append(draft)
        contacts = contacts.after_draft(draft)
    return PacedActions(
        GroupedMessages(tuple(drafts), tuple(deferred)),
        tuple(reminded),
        withheld,
        contacts,
    )


def _first_wait(
    state: AccountState,
    draft: DraftAction,
    contacts: ContactHistory,
    ahead: Iterable[UpcomingReminder],
) -> DeferredStep | None:
    """Return why a draft waits, by the first rule that holds it; None if it goes."""
    return (
        _blocked(state, draft, contacts)
        or _after_other_contact(state, draft, contacts)
        or _gives_way(state, draft, contacts, ahead)
    )


def _priority(
    state: AccountState, draft: DraftAction | Action
) -> tuple[int, int, int, int]:
    """Order what is not approved yet: the firmest first, then what must not wait."""
    if isinstance(draft, Action):
        return (TONES.index(draft.tone or "warm"), 1, 0, 0)
    tone, offset, index = draft.step.rank
    return (tone, 2 if _gave_way(state, draft) else 0, offset, index)


def _gave_way(state: AccountState, draft: DraftAction) -> bool:
    """Whether a reminder of an instalment went out since the draft came due."""
    last = last_reminded(state)
    due = [s.next_step.due for s in draft.advancing if s.next_step and s.next_step.due]
    return last is not None and bool(due) and min(due) <= last


def _gives_way(
    state: AccountState,
    draft: DraftAction,
    contacts: ContactHistory,
    upcoming: Iterable[UpcomingReminder],
) -> DeferredStep | None:
    """Hold a word that would keep a reminder from going before its instalment is due.

    Only one that is no firmer than the reminder, and has not given way before.
    """
    soft = draft.step.tone == "warm" and draft.kind in CHASING
    if not soft or draft.approved or _gave_way(state, draft):
        return None
    after_draft = contacts.after_draft(draft)
    calendar = state.rules.calendar(draft.lead.invoice_state.policy, state.account)
    for reminder in upcoming:
        go = _in_time(contacts, reminder, calendar)
        if go is None or _in_time(after_draft, reminder, calendar):
            continue
        after = replace(contacts, contacts=(*contacts.contacts, (go, reminder.channel)))
        free = after.free(draft.channel, plus(go, 1))
        sum_ = f"{reminder.amount} {reminder.amount.currency}"
        why = (
            f"the reminder of the instalment of {sum_} due on {reminder.last} comes"
            " first; the limits of contacts leave room for one of them"
        )
        on = calendar.on_or_after(free) if free else None
        return DeferredStep(draft.lead, "limit", why, plus(on, -1) if on else None, on)
    return None


def _in_time(
    contacts: ContactHistory, upcoming_reminder: UpcomingReminder, calendar: Calendar
) -> date | None:
    """Return the day on which a reminder can go, None when it comes too late."""
    free = contacts.free(upcoming_reminder.channel, upcoming_reminder.first)
    on = calendar.on_or_after(free) if free else None
    return on if on and on <= upcoming_reminder.last else None


def _why_reminder_waits(
    state: AccountState, action: Action, contacts: ContactHistory
) -> str | None:
    """Say why the reminder of an instalment does not go today."""
    due = action.listed[0].due
    sum_ = " and ".join(f"{amount} {amount.currency}" for amount in action.totals)
    reminder = f"the reminder of the instalment of {sum_} due on {due}"
    free = contacts.free(action.channel, state.as_of)
    if free is None or free > state.as_of:
        when = f"before {free}" if free else "for now"
        late = ", when it is too late" if free is None or free > due else ""
        return f"{reminder} waits: the limits allow none {when}{late}; {contacts.last}"
    second = contacts.second(action.kind, action.channel)
    return f"{reminder} waits: {second}; one voice a day" if second else None


def _after_other_contact(
    state: AccountState, draft: DraftAction, contacts: ContactHistory
) -> DeferredStep | None:
    if draft.kind not in CHASING:
        return None
    why = contacts.second(draft.kind, draft.channel)
    if why is None:
        return None
    calendar = state.rules.calendar(draft.lead.invoice_state.policy, state.account)
    on = calendar.on_or_after(plus(state.as_of, 1))
    return DeferredStep(
        draft.lead, "one-conversation", f"{why}; one voice a day", plus(on, -1), on
    )


def merge(drafts: Iterable[DraftAction]) -> tuple[DraftAction, ...]:
    """Join the cases of an account that speak by one channel on one day.

    What is not due yet is not said in one with what is. Those that come to the same
    gate share the proposal, too: step and policy are the same, and so is who may
    approve it.
    """
    joined: dict[tuple[object, ...], DraftAction] = {}
    apart: list[DraftAction] = []
    for draft in drafts:
        key = _merge_key(draft)
        if key is None:
            apart.append(draft)
        elif key in joined:
            joined[key] = _merged(joined[key], draft)
        else:
            joined[key] = draft
    return (*joined.values(), *apart)


def _merge_key(draft: DraftAction) -> tuple[object, ...] | None:
    """Return what drafts have in common that become one, None for one by itself."""
    if draft.kind == "propose":
        return (
            draft.kind,
            draft.step.name,
            draft.lead.invoice_state.policy.ref,
            draft.gate,
        )
    if draft.kind not in CHASING:
        return None
    return (draft.kind, draft.channel, draft.step.offset < 0)


def _merged(draft: DraftAction, other: DraftAction) -> DraftAction:
    lead = max(draft, other, key=_firmness)
    return replace(
        lead,
        advancing=(*draft.advancing, *other.advancing),
        listed=(*draft.listed, *other.listed),
        why=(*draft.why, *other.why),
    )


def _firmness(draft: DraftAction) -> tuple[int, int, int]:
    return draft.step.rank


def _blocked(
    state: AccountState, draft: DraftAction, contacts: ContactHistory
) -> DeferredStep | None:
    """Say what holds a draft back: first the limits, then the calendar."""
    if draft.kind in CHASING:
        free = contacts.free(draft.channel, state.as_of)
        if free is None or free > state.as_of:
            return _limit(state, DeferredStep(draft.lead, "limit", ""), free, contacts)
    calendar = state.rules.calendar(draft.lead.invoice_state.policy, state.account)
    if calendar.is_business_day(state.as_of):
        return None
    on = calendar.on_or_after(state.as_of)
    why = f"{state.as_of} is no business day of the customer"
    return DeferredStep(draft.lead, "calendar", why, plus(on, -1), on)


def _limit(
    state: AccountState,
    deferred: DeferredStep,
    free: date | None,
    contacts: ContactHistory,
) -> DeferredStep:
    item = deferred.invoice_standing.invoice_state
    calendar = state.rules.calendar(item.policy, state.account)
    return replace(
        deferred,
        standing="limit",
        why=f"the limits of contacts allow no further one; {contacts.last}",
        until=plus(free, -1) if free else None,
        next_on=calendar.on_or_after(free) if free else None,
    )


def _limit_first(
    state: AccountState, deferred: DeferredStep, contacts: ContactHistory
) -> DeferredStep:
    """Name the limit as the reason where it would hold the step anyway.

    The day is the later of both.
    """
    rung = deferred.invoice_standing.next_step
    if deferred.standing != "one-conversation" or rung is None or rung.step.approval:
        return deferred
    free = contacts.free(rung.step.channel, state.as_of)
    if free and free <= state.as_of:
        return deferred
    limited = _limit(state, deferred, free, contacts)
    if limited.next_on and deferred.next_on and deferred.next_on > limited.next_on:
        why = f"{limited.why}; and {deferred.why}"
        return replace(limited, why=why, until=deferred.until, next_on=deferred.next_on)
    return limited
