"""The latest messages and records of an account, for a call brief."""

from datetime import date

from goodterms.decision import fold
from goodterms.model.ledger import Account
from goodterms.model.records import KIND_OF, Record, own_keys
from goodterms.model.settings import Settings
from goodterms.render.locale_format import LocaleFormat
from goodterms.render.template_values import Day, View

#: How many of the latest events a brief shows.
LATEST = 8

#: Kinds of journal entries that a customer noticed.
_NOTICED = ("send", "thank", "place")


def past(
    account: Account, figures: LocaleFormat, as_of: date, settings: Settings
) -> tuple[View, ...]:
    """List the latest events, newest first: our messages, and what people wrote.

    What is dated after *as_of* has not happened yet.
    """
    events = [
        (record.on, record.id, _recorded(record, figures, settings))
        for record in account.records
        if record.on <= as_of
    ]
    events += [
        (entry.on, entry.id, _sent(entry.doc.kind, entry.doc.step, entry.on, figures))
        for entry in fold(account.journal, as_of)
        if entry.doc.kind in _NOTICED and entry.is_out
    ]
    events.sort(key=lambda event: event[:2], reverse=True)
    return tuple(view for _, _, view in events[:LATEST])


def _recorded(record: Record, figures: LocaleFormat, settings: Settings) -> View:
    person = settings.people.get(record.by)
    words = {key.declaration.event: key.name for key in own_keys(type(record))}
    until: date | None = getattr(record, words.get("until", ""), None)
    return _event(
        figures,
        on=record.on,
        kind=KIND_OF[type(record)],
        by=person.name if person else record.by,
        said=record.said,
        outcome=getattr(record, words.get("outcome", ""), None),
        until=Day(until, figures) if until else None,
    )


def _sent(kind: str | None, step: str | None, on: date, figures: LocaleFormat) -> View:
    return _event(figures, on=on, kind=kind, step=step)


def _event(figures: LocaleFormat, on: date, **values_given: object) -> View:
    keys = ("kind", "step", "by", "said", "outcome", "until")
    values = {"on": Day(on, figures), **dict.fromkeys(keys), **values_given}
    return View("event", values)
