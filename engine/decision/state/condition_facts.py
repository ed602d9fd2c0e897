"""The figures that a ``when`` may ask about, all as of the day."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import TypeAlias

from goodterms.decision.state.account_state import AccountState, InvoiceState
from goodterms.decision.state.promises import PromiseOutcome
from goodterms.decision.state.suspensions import customer_replies
from goodterms.model.calendar import plus
from goodterms.model.ledger import Invoice
from goodterms.model.money import total

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


def facts(
    state: AccountState, item: InvoiceState, on: date | None = None
) -> Mapping[str, object]:
    """Work out the vocabulary for one invoice; all but ``days_overdue`` per case.

    Amounts are decimals in the case's currency; ``balance`` and ``overdue``
    are net of unapplied cash, credit notes without an invoice and credit
    balances, and never below zero. With a later day *on* the facts are those of
    that day, if nothing changes until then.
    """
    shared = _case_facts(state, item.currency)
    if on is None or on <= state.as_of:
        return {**shared, "days_overdue": item.days_overdue}
    late = (on - item.invoice.due).days
    return {**shared, **_facts_ahead(state, item.currency, on), "days_overdue": late}


def _facts_ahead(state: AccountState, currency: str, on: date) -> Mapping[str, object]:
    """Work out what time alone changes in a case until a later day."""
    ahead = state.cache.get(("ahead", currency, on.isoformat()))
    if ahead is None:
        days, owed, first = _falling_due(state, currency)
        late = bisect_right(days, on)
        last_word = _last_reply_or_first_message(state, currency)
        since = state.account.profile.since
        contacts = state.history.contacts
        ahead = {
            "overdue": owed[late],
            "invoices_overdue": late,
            "oldest_days_overdue": (on - first[late - 1]).days if late else 0,
            "relationship_years": (on - since).days / 365.25 if since else 0,
            "last_reply_days": (on - last_word).days if last_word else 0,
            "contacts_30d": sum(1 for day, _ in contacts if day > plus(on, -30)),
        }
        state.cache["ahead", currency, on.isoformat()] = ahead
    return ahead


_Falling: TypeAlias = tuple[list[date], list[Decimal], list[date]]


def _falling_due(state: AccountState, currency: str) -> _Falling:
    """List the days from which invoices of a case are overdue, in order.

    With them come the sum of the first so many, and the oldest due date of them.
    """
    falling: _Falling | None = state.cache.get(("falling due", currency))
    if falling is None:
        case = sorted(state.case(currency), key=lambda item: item.overdue_from)
        falling = (
            [item.overdue_from for item in case],
            list(accumulate((item.net.amount for item in case), initial=Decimal(0))),
            list(accumulate((item.invoice.due for item in case), min)),
        )
        state.cache["falling due", currency] = falling
    return falling


def _case_facts(state: AccountState, currency: str) -> Mapping[str, object]:
    """Work out what all invoices of a case share, once for an account and day."""
    shared = state.cache.get(("facts", currency))
    if shared is None:
        shared = {
            **_amounts(state, state.case(currency), currency),
            **_relationship(state, currency),
            **_conversation(state, currency),
            "currency": currency,
        }
        state.cache["facts", currency] = shared
    return shared


def _amounts(
    state: AccountState, case: tuple[InvoiceState, ...], currency: str
) -> Mapping[str, object]:
    late = [item for item in case if item.overdue]
    disputed = [
        item.open
        for item in case
        if any(
            r.standing == "dispute" and r.covers(state.as_of) for r in item.suspensions
        )
    ]
    return {
        "balance": total((item.net for item in case), currency).amount,
        "overdue": total((item.net for item in late), currency).amount,
        "oldest_days_overdue": max((item.days_overdue for item in late), default=0),
        "invoices_open": len(case),
        "invoices_overdue": len(late),
        "disputed": total(disputed, currency).amount,
    }


def _relationship(state: AccountState, currency: str) -> Mapping[str, object]:
    profile = state.account.profile
    lateness = [
        late
        for invoice in state.balances.invoices.values()
        if invoice.currency == currency
        and (late := _days_late(state, invoice)) is not None
    ]
    on_time = sum(1 for late in lateness if late <= 0)
    days_late = sum(max(late, 0) for late in lateness)
    value = next((v for v in profile.annual_value if v.currency == currency), None)
    since = profile.since
    return {
        "segment": profile.segment or state.rules.settings.default_segment,
        "country": profile.country,
        "annual_value": value.amount if value else Decimal(0),
        "relationship_years": (state.as_of - since).days / 365.25 if since else 0,
        "on_time_rate": on_time / len(lateness) if lateness else 1,
        "average_days_late": days_late / len(lateness) if lateness else 0,
    }


def _days_late(state: AccountState, invoice: Invoice) -> int | None:
    """Count days from the due date to payment; None where none was owed or made."""
    paid = state.balances.paid_on(invoice)
    return (paid - invoice.due).days if paid else None


def _conversation(state: AccountState, currency: str) -> Mapping[str, object]:
    outcomes = [
        status.outcome
        for status in state.account_records.promise_statuses
        if status.has_effect and status.amount.currency == currency
    ]
    month_ago = plus(state.as_of, -30)
    replies = len(customer_replies(state.records))
    last_word = _last_reply_or_first_message(state, currency)
    return {
        "promises_kept": outcomes.count(PromiseOutcome.KEPT),
        "promises_broken": outcomes.count(PromiseOutcome.BROKEN),
        "replies": replies,
        "last_reply_days": (state.as_of - last_word).days if last_word else 0,
        "contacts_30d": sum(1 for on, _ in state.history.contacts if on > month_ago),
    }


def _last_reply_or_first_message(state: AccountState, currency: str) -> date | None:
    """Return the day of the last reply, else of the case's first message."""
    replies = [reply.on for reply in customer_replies(state.records)]
    if replies:
        return max(replies)
    in_case = {i.id for i in state.balances.invoices.values() if i.currency == currency}
    messages = [
        entry.on
        for entry in state.history.entries
        if entry.is_contact and any(row.id in in_case for row in entry.rows)
    ]
    return min(messages, default=None)
