"""Which steps a case has heard, and from when it may hear one again alone."""

from collections.abc import Collection, Mapping
from datetime import date

from engine.days import plus
from engine.decision.situation import Item, Situation
from engine.model import WRITTEN
from engine.terms import Step

#: A case heard a step: its currency, and the step that led the message.
Said = tuple[str, str]


def last_said(here: Situation, step: Step, currency: str) -> date | None:
    """Return the day on which a case last heard a message led by a step."""
    known = here.memo.get(("said", ""))
    if known is None:
        known = here.memo["said", ""] = _said(here)
    day = known.get(f"{currency} {step.name}")
    return day if isinstance(day, date) else None


def _said(here: Situation) -> Mapping[str, object]:
    days: dict[str, date] = {}
    for entry in here.history.entries:
        if entry.doc.kind != "send" or not entry.is_contact:
            continue
        bills = (here.books.invoices.get(row.id) for row in entry.rows)
        for currency in {bill.currency for bill in bills if bill}:
            key = f"{currency} {entry.doc.step}"
            days[key] = max(days.get(key, entry.on), entry.on)
    return days


def again_from(
    here: Situation, step: Step, item: Item, told: Collection[Said] = ()
) -> date | None:
    """Return the first day on which a case may hear a step again, None for any day.

    *item* is the invoice that leads; its policy's ``again`` counts. *told* is what
    goes out on the day. A call or a step that people decide about is no such step.
    """
    again = item.policy.again
    if not again or step.approval or step.channel not in WRITTEN:
        return None
    said = last_said(here, step, item.currency)
    if (item.currency, step.name) in told:
        said = here.as_of
    return plus(said, again) if said else None
