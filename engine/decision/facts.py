"""The figures that a ``when`` may ask about, all as of the day."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

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


def facts(here: Situation, item: Item) -> Mapping[str, object]:
    """Work out the vocabulary for one invoice; all but ``days_overdue`` per case.

    Amounts are decimals in the case's currency; ``balance`` and ``overdue``
    are net of unapplied cash, credit notes without an invoice and credit
    balances, and never below zero.
    """
    return {**_of_case(here, item.currency), "days_overdue": item.days_overdue}


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
    replies = [record.on for record in here.records if isinstance(record, Reply)]
    return {
        "promises_kept": outcomes.count(Outcome.KEPT),
        "promises_broken": outcomes.count(Outcome.BROKEN),
        "replies": len(replies),
        "last_reply_days": _silence(here, replies, currency),
        "contacts_30d": sum(1 for on, _ in here.history.contacts if on > month_ago),
    }


def _silence(here: Situation, replies: list[date], currency: str) -> int:
    """Count days since the last reply, else since the case's first message."""
    if replies:
        return (here.as_of - max(replies)).days
    mine = {i.id for i in here.books.invoices.values() if i.currency == currency}
    messages = [
        entry.on
        for entry in here.history.entries
        if entry.is_contact and any(row.id in mine for row in entry.rows)
    ]
    return (here.as_of - min(messages)).days if messages else 0
