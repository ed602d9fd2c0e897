"""What a message about some of a case's overdue invoices leaves out, and why."""

from collections.abc import Iterable
from datetime import date

from engine.action import Apart
from engine.decision.draft import Draft
from engine.decision.due import calling
from engine.decision.line import listed_line
from engine.decision.situation import Item, Situation
from engine.decision.standing import Stand

#: What a customer is told of a standing.
_REASONS = {
    "dispute": "clarification",
    "differs": "clarification",
    "promise": "promised",
    "plan": "instalments",
    "extension": "extended",
    "credit": "covered",
    "tolerance": "small",
}

#: Standings of what somebody will say more about.
_ELSEWHERE = ("deciding", "placed")

#: Kinds of draft whose words are about invoices of a customer.
_TELLING = ("send", "call", "propose")


def apart(here: Situation, draft: Draft, known: Iterable[Stand]) -> tuple[Apart, ...]:
    """Return the other overdue invoices of the cases that a draft is about.

    Each has its reason: so no message about some invoices reads as if it were
    about all. The oldest comes first.
    """
    if draft.kind not in _TELLING:
        return ()
    shown = (*draft.advancing, *draft.listed)
    ids = {stand.id for stand in shown}
    cases = {stand.currency for stand in shown}
    others = (
        stand
        for stand in known
        if stand.item.overdue and stand.currency in cases and stand.id not in ids
    )
    found = (_apart(here, stand) for stand in others)
    return tuple(sorted(found, key=lambda each: (each.line.due, each.line.id)))


def _apart(here: Situation, stand: Stand) -> Apart:
    standing = stand.stop.standing if stand.stop else ""
    reason = _REASONS.get(standing)
    until = None
    if reason == "promised":
        until = _promised_by(here, stand.item)
    elif reason == "extended" and stand.stop:
        until = stand.stop.until
    if reason is None:
        reason, until = _dealt_with(here, stand)
    return Apart(listed_line(stand), reason, until)


def _dealt_with(here: Situation, stand: Stand) -> tuple[str, date | None]:
    """Say of another one where it is dealt with: nothing that may never come.

    Separately, if a decision about it or a call is under way; else on the day of the
    last message about it, if there is one.
    """
    if calling(stand) or (stand.stop and stand.stop.standing in _ELSEWHERE):
        return "separately", None
    entries = here.history.naming(stand.id)
    days = [e.on for e in entries if e.doc.kind == "send" and e.is_contact]
    return ("written", max(days)) if days else ("another", None)


def _promised_by(here: Situation, item: Item) -> date | None:
    days = (
        pledge.record.pay_by
        for pledge in here.talk.pledges
        if item.id in pledge.invoices
        and pledge.has_effect
        and pledge.record.on <= here.as_of <= pledge.until
    )
    return max(days, default=None)
