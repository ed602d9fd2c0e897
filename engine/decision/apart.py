"""What a message about some of a case's overdue invoices leaves out, and why."""

from collections.abc import Iterable
from datetime import date

from engine.action import Apart
from engine.decision.draft import Draft
from engine.decision.line import listed_line
from engine.decision.situation import Item, Situation
from engine.decision.standing import Stand

#: What a customer is told of a standing; of all others: it is dealt with separately.
_REASONS = {
    "dispute": "clarification",
    "differs": "clarification",
    "promise": "promised",
    "plan": "instalments",
    "extension": "extended",
    "credit": "covered",
    "tolerance": "small",
}

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
    reason = _REASONS.get(standing, "separately")
    until = None
    if reason == "promised":
        until = _promised_by(here, stand.item)
    elif reason == "extended" and stand.stop:
        until = stand.stop.until
    return Apart(listed_line(stand), reason, until)


def _promised_by(here: Situation, item: Item) -> date | None:
    days = (
        pledge.record.pay_by
        for pledge in here.talk.pledges
        if item.id in pledge.invoices
        and pledge.has_effect
        and pledge.record.on <= here.as_of <= pledge.until
    )
    return max(days, default=None)
