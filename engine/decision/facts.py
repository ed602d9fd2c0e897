"""The figures that a ``when`` may ask about, all as of the day."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import TypeAlias

from engine.days import plus
from engine.decision.promises import Outcome
from engine.decision.situation import Item, Situation
from engine.model import Invoice
from engine.money import total
from engine.records import Reply

#: Every name that a ``when`` may use.
VOCABULARY = (
    "balance",
    "overdue",
    "oldest_days_overdue",
    "days_overdue",
    "invoices_open",
    "invoices_overdue",
    "currency",
    "segment",
    "country",
    "annual_value",
    "relationship_years",
    "on_time_rate",
    "average_days_late",
    "promises_kept",
    "promises_broken",
    "replies",
    "last_reply_days",
    "contacts_30d",
    "disputed",
)


def facts(here: Situation, item: Item, on: date | None = None) -> Mapping[str, object]:
    """Work out the vocabulary for one invoice; all but ``days_overdue`` per case.

    Amounts are decimals in the case's currency; ``balance`` and ``overdue``
    are net of unapplied cash, credit notes without an invoice and credit
    balances, and never below zero. With a later day *on* the facts are those of
    that day, if nothing changes until then.
    """
    known = _of_case(here, item.currency)
    if on is None or on <= here.as_of:
        return {**known, "days_overdue": item.days_overdue}
    late = (on - item.invoice.due).days
    return {**known, **_ahead(here, item.currency, on), "days_overdue": late}


def _ahead(here: Situation, currency: str, on: date) -> Mapping[str, object]:
    """Work out what time alone changes in a case until a later day."""
    known = here.memo.get(("ahead", currency, on.isoformat()))
    if known is None:
        days, owed, first = _falling_due(here, currency)
        late = bisect_right(days, on)
        spoke = _last_word(here, currency)
        since = here.account.profile.since
        contacts = here.history.contacts
        known = {
            "overdue": owed[late],
            "invoices_overdue": late,
            "oldest_days_overdue": (on - first[late - 1]).days if late else 0,
            "relationship_years": (on - since).days / 365.25 if since else 0,
            "last_reply_days": (on - spoke).days if spoke else 0,
            "contacts_30d": sum(1 for day, _ in contacts if day > plus(on, -30)),
        }
        here.memo["ahead", currency, on.isoformat()] = known
    return known


_Falling: TypeAlias = tuple[list[date], list[Decimal], list[date]]


def _falling_due(here: Situation, currency: str) -> _Falling:
    """List the days from which invoices of a case are overdue, in order.

    With them come the sum of the first so many, and the oldest due date of them.
    """
    known: _Falling | None = here.memo.get(("falling due", currency))
    if known is None:
        case = sorted(here.case(currency), key=lambda item: item.overdue_from)
        known = (
            [item.overdue_from for item in case],
            list(accumulate((item.net.amount for item in case), initial=Decimal(0))),
            list(accumulate((item.invoice.due for item in case), min)),
        )
        here.memo["falling due", currency] = known
    return known


def _of_case(here: Situation, currency: str) -> Mapping[str, object]:
    """Work out what all invoices of a case share, once for an account and day."""
    known = here.memo.get(("facts", currency))
    if known is None:
        known = {
            **_amounts(here, here.case(currency), currency),
            **_relationship(here, currency),
            **_conversation(here, currency),
            "currency": currency,
        }
        here.memo["facts", currency] = known
    return known


def _amounts(
    here: Situation, case: tuple[Item, ...], currency: str
) -> Mapping[str, object]:
    late = [item for item in case if item.overdue]
    disputed = [
        item.open
        for item in case
        if any(r.standing == "dispute" and r.covers(here.as_of) for r in item.rests)
    ]
    return {
        "balance": total((item.net for item in case), currency).amount,
        "overdue": total((item.net for item in late), currency).amount,
        "oldest_days_overdue": max((item.days_overdue for item in late), default=0),
        "invoices_open": len(case),
        "invoices_overdue": len(late),
        "disputed": total(disputed, currency).amount,
    }


def _relationship(here: Situation, currency: str) -> Mapping[str, object]:
    profile = here.account.profile
    lateness = [
        late
        for invoice in here.books.invoices.values()
        if invoice.currency == currency
        and (late := _days_late(here, invoice)) is not None
    ]
    on_time = sum(1 for late in lateness if late <= 0)
    days_late = sum(max(late, 0) for late in lateness)
    value = next((v for v in profile.annual_value if v.currency == currency), None)
    since = profile.since
    return {
        "segment": profile.segment or here.rules.settings.default_segment,
        "country": profile.country,
        "annual_value": value.amount if value else Decimal(0),
        "relationship_years": (here.as_of - since).days / 365.25 if since else 0,
        "on_time_rate": on_time / len(lateness) if lateness else 1,
        "average_days_late": days_late / len(lateness) if lateness else 0,
    }


def _days_late(here: Situation, invoice: Invoice) -> int | None:
    """Count days from the due date to payment; None where none was owed or made."""
    paid = here.books.paid_on(invoice)
    return (paid - invoice.due).days if paid else None


def _conversation(here: Situation, currency: str) -> Mapping[str, object]:
    outcomes = [
        pledge.outcome
        for pledge in here.talk.pledges
        if pledge.has_effect and pledge.amount.currency == currency
    ]
    month_ago = plus(here.as_of, -30)
    replies = sum(1 for record in here.records if isinstance(record, Reply))
    spoke = _last_word(here, currency)
    return {
        "promises_kept": outcomes.count(Outcome.KEPT),
        "promises_broken": outcomes.count(Outcome.BROKEN),
        "replies": replies,
        "last_reply_days": (here.as_of - spoke).days if spoke else 0,
        "contacts_30d": sum(1 for on, _ in here.history.contacts if on > month_ago),
    }


def _last_word(here: Situation, currency: str) -> date | None:
    """Return the day of the last reply, else of the case's first message."""
    replies = [record.on for record in here.records if isinstance(record, Reply)]
    if replies:
        return max(replies)
    mine = {i.id for i in here.books.invoices.values() if i.currency == currency}
    messages = [
        entry.on
        for entry in here.history.entries
        if entry.is_contact and any(row.id in mine for row in entry.rows)
    ]
    return min(messages, default=None)
