"""What a message about some of a case's overdue invoices leaves out, and why."""

from collections.abc import Iterable, Mapping
from datetime import date

from goodterms.decision.due.drafts import DraftAction, is_call_pending, listed_line
from goodterms.decision.standing.standing import InvoiceStanding
from goodterms.decision.state.account_state import AccountState, InvoiceState
from goodterms.model.plan import ExcludedInvoice, ExclusionReason

#: What a customer is told of a standing.
_REASONS: Mapping[str, ExclusionReason] = {
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


def excluded_invoices(
    state: AccountState, draft: DraftAction, standings: Iterable[InvoiceStanding]
) -> tuple[ExcludedInvoice, ...]:
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
        for stand in standings
        if stand.invoice_state.overdue
        and stand.currency in cases
        and stand.id not in ids
    )
    excluded = (_excluded(state, stand) for stand in others)
    return tuple(
        sorted(excluded, key=lambda invoice: (invoice.line.due, invoice.line.id))
    )


def _excluded(
    state: AccountState, invoice_standing: InvoiceStanding
) -> ExcludedInvoice:
    standing = invoice_standing.block.standing if invoice_standing.block else ""
    reason = _REASONS.get(standing)
    until = None
    if reason == "promised":
        until = _promised_by(state, invoice_standing.invoice_state)
    elif reason == "extended" and invoice_standing.block:
        until = invoice_standing.block.until
    if reason is None:
        reason, until = _where_handled(state, invoice_standing)
    return ExcludedInvoice(listed_line(invoice_standing), reason, until)


def _where_handled(
    state: AccountState, standing: InvoiceStanding
) -> tuple[ExclusionReason, date | None]:
    """Say of another one where it is dealt with: nothing that may never come.

    Separately, if a decision about it or a call is under way; else on the day of the
    last message about it, if there is one.
    """
    if is_call_pending(standing) or (
        standing.block and standing.block.standing in _ELSEWHERE
    ):
        return "separately", None
    entries = state.history.entries_showing(standing.id)
    days = [e.on for e in entries if e.doc.kind == "send" and e.is_contact]
    return ("written", max(days)) if days else ("another", None)


def _promised_by(state: AccountState, item: InvoiceState) -> date | None:
    days = (
        pledge.record.pay_by
        for pledge in state.account_records.promise_statuses
        if item.id in pledge.invoices
        and pledge.has_effect
        and pledge.record.on <= state.as_of <= pledge.until
    )
    return max(days, default=None)
