"""What a case has heard already about the invoices of a message."""

from collections.abc import Sequence
from datetime import date

from engine.action import Running
from engine.decision.draft import Draft
from engine.decision.situation import Item, Situation


def running(here: Situation, draft: Draft) -> Running | None:
    """Say that a message goes on with a conversation, None where it begins one.

    So it is where some of its invoices were written about when they were overdue,
    and others have fallen due since; a warm message does so too where none have, as
    it would else ask whether they have arrived.
    """
    if draft.kind not in ("send", "propose"):
        return None
    shown = [s.item for s in (*draft.advancing, *draft.listed) if s.item.overdue]
    told = _told(here, shown)
    if not told:
        return None
    last = max(told.values())
    more = [i for i in shown if i.id not in told and i.overdue_from > last]
    again = draft.step.tone == "warm" and len(told) == len(shown)
    return Running(last, len(more)) if more or again else None


def _told(here: Situation, shown: Sequence[Item]) -> dict[str, date]:
    """Map the invoices that a message showed as overdue to the day of the latest."""
    told: dict[str, date] = {}
    for item in shown:
        entries = here.history.naming(item.id)
        days = [
            entry.on
            for entry in entries
            if entry.doc.kind == "send"
            and entry.is_contact
            and entry.on >= item.overdue_from
        ]
        if days:
            told[item.id] = max(days)
    return told
