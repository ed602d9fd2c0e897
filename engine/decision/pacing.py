"""Limits and business days: what of a conversation may go out today."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from engine.days import plus
from engine.decision.conversation import Talked
from engine.decision.draft import Draft, Held
from engine.decision.heard import Heard, heard
from engine.decision.situation import Situation

#: Kinds that speak to the customer, now or by the owner's call.
_SPEAKING = ("send", "call")


def paced(
    here: Situation, approved: Sequence[Draft], talked: Talked
) -> tuple[Talked, Heard]:
    """Let drafts through, the approved and the firmest first, and hold the rest.

    Every message that goes, and every call that is handed out, counts for those
    after it; no second message goes by the same channel on the same day, and none
    on the day of a call. What the account will have heard is returned too.
    """
    merged = merge(talked.drafts)
    queue = [*approved, *sorted(merged, key=_firmness, reverse=True)]
    known = heard(here, talked.held)
    drafts: list[Draft] = []
    held = [_limit_first(here, each, known) for each in talked.held]
    for draft in queue:
        blocked = _blocked(here, draft, known) or _second(here, draft, known)
        if blocked:
            held += [replace(blocked, stand=stand) for stand in draft.advancing]
            continue
        drafts.append(draft)
        known = known.after_draft(draft)
    return Talked(tuple(drafts), tuple(held)), known


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
    """Name the limit as the reason where it would hold the step anyway."""
    rung = held.stand.rung
    if held.standing != "one-conversation" or rung is None or rung.step.approval:
        return held
    free = known.free(rung.step.channel, here.as_of)
    return held if free and free <= here.as_of else _limit(here, held, free, known)
