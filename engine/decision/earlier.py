"""What a case has heard already, so that the same words are not said again."""

from collections.abc import Iterable, Sequence
from datetime import date

from engine.action import Running
from engine.days import plus
from engine.decision.draft import Draft
from engine.decision.history import Entry
from engine.decision.situation import Item, Situation
from engine.terms import Step


def last_said(here: Situation, step: Step, currency: str) -> date | None:
    """Return the day on which a case last heard a message led by a step."""
    return max((e.on for e in _about(here, step, currency)), default=None)


def _about(here: Situation, step: Step, currency: str) -> Iterable[Entry]:
    for entry in here.history.entries:
        if entry.doc.kind != "send" or not entry.is_contact:
            continue
        if entry.doc.step == step.name and any(
            invoice.currency == currency
            for row in entry.rows
            if (invoice := here.books.invoices.get(row.id))
        ):
            yield entry


def again_from(here: Situation, step: Step, item: Item) -> date | None:
    """Return the first day on which a case may hear a step again, None for any day.

    *item* is the invoice that leads; its policy's ``again`` counts.
    """
    said = last_said(here, step, item.currency) if item.policy.again else None
    return plus(said, item.policy.again) if said else None


def running(here: Situation, draft: Draft) -> Running | None:
    """Say that a message goes on with a conversation, None where it begins one.

    So it is where some of its invoices were written about when they were overdue,
    and others have fallen due since.
    """
    if draft.kind not in ("send", "propose"):
        return None
    shown = [s.item for s in (*draft.advancing, *draft.listed) if s.item.overdue]
    told = _told(here, shown)
    if not told:
        return None
    last = max(told.values())
    more = [i for i in shown if i.id not in told and i.overdue_from > last]
    return Running(last, len(more)) if more else None


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
