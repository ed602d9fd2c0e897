"""Limits and business days: what of a conversation may go out today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from engine.action import Action
from engine.days import Calendar, plus
from engine.decision.conversation import Talked
from engine.decision.draft import Draft, Held
from engine.decision.heard import Heard, heard
from engine.decision.reminding import Ahead, Reminders, last_reminded
from engine.decision.situation import Situation
from engine.terms import TONES

#: Kinds that speak to the customer, now or by the owner's call.
_SPEAKING = ("send", "call")


@dataclass(frozen=True, slots=True)
class Paced:
    """What goes out today, what is held back, and what was heard by then.

    ``reminders`` of instalments go beside the drafts of ``talked``; ``kept`` says
    of an invoice why a reminder of its instalment does not go.
    """

    talked: Talked
    reminders: tuple[Action, ...]
    kept: Mapping[str, str]
    heard: Heard


def paced(
    here: Situation,
    approved: Sequence[Draft],
    talked: Talked,
    reminders: Reminders = Reminders(),  # noqa: B008 - it is frozen
) -> Paced:
    """Let drafts through, the approved and the firmest first, and hold the rest.

    Every message that goes, and every call that is handed out, counts for those
    after it; no second message goes by the same channel on the same day, and none
    on the day of a call. The reminder of an agreed instalment goes before anything
    that is not firmer than it, in foresight too; but a word that gave way to one
    reminder already does not give way to the next.
    """
    queue: list[Draft | Action] = [*merge(talked.drafts), *reminders.due]
    queue.sort(key=lambda each: _turn(here, each), reverse=True)
    known = heard(here)
    drafts: list[Draft] = []
    reminded: list[Action] = []
    kept: dict[str, str] = {}
    held = [_limit_first(here, each, known) for each in talked.held]
    for each in (*approved, *queue):
        if isinstance(each, Action):
            why = _reminder_kept(here, each, known)
            if why:
                kept |= {line.id: why for line in each.listed}
                continue
            reminded.append(each)
            known = known.after(each.kind, each.channel, "a reminder of an instalment")
            continue
        blocked = (
            _blocked(here, each, known)
            or _second(here, each, known)
            or _gives_way(here, each, known, reminders.ahead)
        )
        if blocked:
            held += [replace(blocked, stand=stand) for stand in each.advancing]
            continue
        drafts.append(each)
        known = known.after_draft(each)
    return Paced(Talked(tuple(drafts), tuple(held)), tuple(reminded), kept, known)


def _turn(here: Situation, each: Draft | Action) -> tuple[int, int, int, int]:
    """Order what is not approved yet: the firmest first, then what must not wait."""
    if isinstance(each, Action):
        return (TONES.index(each.tone or "warm"), 1, 0, 0)
    tone, offset, index = each.step.rank
    return (tone, 2 if _gave_way(here, each) else 0, offset, index)


def _gave_way(here: Situation, draft: Draft) -> bool:
    """Whether a reminder of an instalment went out since the draft came due."""
    last = last_reminded(here)
    due = [s.rung.due for s in draft.advancing if s.rung and s.rung.due]
    return last is not None and bool(due) and min(due) <= last


def _gives_way(
    here: Situation, draft: Draft, known: Heard, ahead: Iterable[Ahead]
) -> Held | None:
    """Hold a word that would keep a reminder from going before its instalment is due.

    Only one that is no firmer than the reminder, and has not given way before.
    """
    soft = draft.step.tone == "warm" and draft.kind in _SPEAKING
    if not soft or draft.approved or _gave_way(here, draft):
        return None
    then = known.after_draft(draft)
    calendar = here.rules.calendar(draft.lead.item.policy, here.account)
    for each in ahead:
        go = _in_time(known, each, calendar)
        if go is None or _in_time(then, each, calendar):
            continue
        after = replace(known, contacts=(*known.contacts, (go, each.channel)))
        free = after.free(draft.channel, plus(go, 1))
        sum_ = f"{each.asked} {each.asked.currency}"
        why = (
            f"the reminder of the instalment of {sum_} due on {each.last} comes first;"
            " the limits of contacts leave room for one of them"
        )
        on = calendar.on_or_after(free) if free else None
        return Held(draft.lead, "limit", why, plus(on, -1) if on else None, on)
    return None


def _in_time(known: Heard, each: Ahead, calendar: Calendar) -> date | None:
    """Return the day on which a reminder can go, None when it comes too late."""
    free = known.free(each.channel, each.first)
    on = calendar.on_or_after(free) if free else None
    return on if on and on <= each.last else None


def _reminder_kept(here: Situation, made: Action, known: Heard) -> str | None:
    """Say why the reminder of an instalment does not go today."""
    due = made.listed[0].due
    sum_ = " and ".join(f"{each} {each.currency}" for each in made.totals)
    what = f"the reminder of the instalment of {sum_} due on {due}"
    free = known.free(made.channel, here.as_of)
    if free is None or free > here.as_of:
        when = f"before {free}" if free else "for now"
        late = ", when it is too late" if free is None or free > due else ""
        return f"{what} waits: the limits allow none {when}{late}; {known.last}"
    second = known.second(made.kind, made.channel)
    return f"{what} waits: {second}; one voice a day" if second else None


def _second(here: Situation, draft: Draft, known: Heard) -> Held | None:
    if draft.kind not in _SPEAKING:
        return None
    why = known.second(draft.kind, draft.channel)
    if why is None:
        return None
    calendar = here.rules.calendar(draft.lead.item.policy, here.account)
    on = calendar.on_or_after(plus(here.as_of, 1))
    return Held(
        draft.lead, "one-conversation", f"{why}; one voice a day", plus(on, -1), on
    )


def merge(drafts: Iterable[Draft]) -> tuple[Draft, ...]:
    """Join the cases of an account that speak by one channel on one day.

    What is not due yet is not said in one with what is. Those that come to the same
    gate share the proposal, too: step and policy are the same, and so is who may
    approve it.
    """
    joined: dict[tuple[object, ...], Draft] = {}
    apart: list[Draft] = []
    for draft in drafts:
        key = _shared(draft)
        if key is None:
            apart.append(draft)
        elif key in joined:
            joined[key] = _joined(joined[key], draft)
        else:
            joined[key] = draft
    return (*joined.values(), *apart)


def _shared(draft: Draft) -> tuple[object, ...] | None:
    """Return what drafts have in common that become one, None for one by itself."""
    if draft.kind == "propose":
        return (draft.kind, draft.step.name, draft.lead.item.policy.ref, draft.gate)
    if draft.kind not in _SPEAKING:
        return None
    return (draft.kind, draft.channel, draft.step.offset < 0)


def _joined(one: Draft, other: Draft) -> Draft:
    lead = max(one, other, key=_firmness)
    return replace(
        lead,
        advancing=(*one.advancing, *other.advancing),
        listed=(*one.listed, *other.listed),
        why=(*one.why, *other.why),
    )


def _firmness(draft: Draft) -> tuple[int, int, int]:
    return draft.step.rank


def _blocked(here: Situation, draft: Draft, known: Heard) -> Held | None:
    """Say what holds a draft back: first the limits, then the calendar."""
    if draft.kind in _SPEAKING:
        free = known.free(draft.channel, here.as_of)
        if free is None or free > here.as_of:
            return _limit(here, Held(draft.lead, "limit", ""), free, known)
    calendar = here.rules.calendar(draft.lead.item.policy, here.account)
    if calendar.is_business_day(here.as_of):
        return None
    on = calendar.on_or_after(here.as_of)
    why = f"{here.as_of} is no business day of the customer"
    return Held(draft.lead, "calendar", why, plus(on, -1), on)


def _limit(here: Situation, held: Held, free: date | None, known: Heard) -> Held:
    item = held.stand.item
    calendar = here.rules.calendar(item.policy, here.account)
    return replace(
        held,
        standing="limit",
        why=f"the limits of contacts allow no further one; {known.last}",
        until=plus(free, -1) if free else None,
        next_on=calendar.on_or_after(free) if free else None,
    )


def _limit_first(here: Situation, held: Held, known: Heard) -> Held:
    """Name the limit as the reason where it would hold the step anyway.

    The day is the later of both.
    """
    rung = held.stand.rung
    if held.standing != "one-conversation" or rung is None or rung.step.approval:
        return held
    free = known.free(rung.step.channel, here.as_of)
    if free and free <= here.as_of:
        return held
    limited = _limit(here, held, free, known)
    if limited.next_on and held.next_on and held.next_on > limited.next_on:
        why = f"{limited.why}; and {held.why}"
        return replace(limited, why=why, until=held.until, next_on=held.next_on)
    return limited
