"""Limits and business days: what of a conversation may go out today."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from engine.days import plus
from engine.decision.conversation import Talked
from engine.decision.draft import Draft, Held
from engine.decision.limits import Contact, allowed_from
from engine.decision.situation import Situation

#: Kinds that speak to the customer, now or by the owner's call.
_SPEAKING = ("send", "call")


def paced(here: Situation, approved: Sequence[Draft], talked: Talked) -> Talked:
    """Let drafts through, the approved and the firmest first, and hold the rest.

    Every message that goes counts for those after it, and no second one goes
    by the same channel on the same day. A call that is handed out is no contact
    yet, but waits for the same limits.
    """
    merged = merge(talked.drafts)
    queue = [*approved, *sorted(merged, key=_firmness, reverse=True)]
    contacts = list(here.history.contacts)
    drafts: list[Draft] = []
    held = [_limit_first(here, each, contacts) for each in talked.held]
    spoken = spoken_today(here)
    for draft in queue:
        blocked = _blocked(here, draft, contacts) or _second(here, draft, spoken)
        if blocked:
            held += [replace(blocked, stand=stand) for stand in draft.advancing]
            continue
        drafts.append(draft)
        if draft.kind == "send":
            contacts.append((here.as_of, draft.channel))
            spoken |= {draft.channel}
    return Talked(tuple(drafts), tuple(held))


def spoken_today(here: Situation) -> frozenset[str | None]:
    """Return the channels by which a message has gone out on the day already."""
    entries = here.history.entries
    return frozenset(
        each.doc.channel
        for each in entries
        if each.is_contact and each.on == here.as_of
    )


def _second(
    here: Situation, draft: Draft, spoken: frozenset[str | None]
) -> Held | None:
    if draft.kind != "send" or draft.channel not in spoken:
        return None
    calendar = here.rules.calendar(draft.lead.item.policy, here.account)
    on = calendar.on_or_after(plus(here.as_of, 1))
    why = f"one message by {draft.channel} goes out today already"
    return Held(draft.lead, "one-conversation", why, plus(on, -1), on)


def merge(drafts: Iterable[Draft]) -> tuple[Draft, ...]:
    """Join the cases of an account that speak by one channel on one day.

    Those that come to the same gate share the proposal, too: step and policy are
    the same, and so is who may approve it.
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
    return (draft.kind, draft.channel) if draft.kind in _SPEAKING else None


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


def _blocked(here: Situation, draft: Draft, contacts: list[Contact]) -> Held | None:
    """Say what holds a draft back: first the limits, then the calendar."""
    if draft.kind in _SPEAKING:
        channel = draft.channel or "email"
        free = allowed_from(here.limits, contacts, channel, here.as_of)
        if free is None or free > here.as_of:
            return _limit(here, Held(draft.lead, "limit", ""), free)
    calendar = here.rules.calendar(draft.lead.item.policy, here.account)
    if calendar.is_business_day(here.as_of):
        return None
    on = calendar.on_or_after(here.as_of)
    why = f"{here.as_of} is no business day of the customer"
    return Held(draft.lead, "calendar", why, plus(on, -1), on)


def _limit(here: Situation, held: Held, free: date | None) -> Held:
    item = held.stand.item
    calendar = here.rules.calendar(item.policy, here.account)
    last = max((on for on, _ in here.history.contacts), default=here.as_of)
    return replace(
        held,
        standing="limit",
        why=f"the limits of contacts allow no further one; the last was on {last}",
        until=plus(free, -1) if free else None,
        next_on=calendar.on_or_after(free) if free else None,
    )


def _limit_first(here: Situation, held: Held, contacts: list[Contact]) -> Held:
    """Name the limit as the reason where it would hold the step anyway."""
    rung = held.stand.rung
    if held.standing != "one-conversation" or rung is None or rung.step.approval:
        return held
    channel = rung.step.channel or "email"
    free = allowed_from(here.limits, contacts, channel, here.as_of)
    return held if free and free <= here.as_of else _limit(here, held, free)
