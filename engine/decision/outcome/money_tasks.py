"""What waits for one of us about money: unmatched, in their favour, taken back."""

from collections.abc import Iterable, Mapping
from datetime import date

from goodterms.decision.outcome.new_task import edit_option, make_task, record_option
from goodterms.decision.state.account_state import AccountState
from goodterms.model.money import Money, parse_amount
from goodterms.model.plan import Action, TaskOption
from goodterms.model.records import CashReceived, CreditNote, Record


def money_tasks(state: AccountState) -> tuple[Action, ...]:
    """List the tasks about money that is on no invoice, or on too many."""
    return (*_unapplied(state), *_credit_balances(state), *_revoked_discounts(state))


def _unapplied(state: AccountState) -> list[Action]:
    books = state.balances
    cash = "{} {} received and not matched to an invoice{}"
    note = "{} {} credited and not put on an invoice{}"
    return [
        *_unapplied_tasks(state, "unapplied-cash", cash, books.cash, CashReceived),
        *_unapplied_tasks(
            state, "unapplied-credit", note, books.unapplied_credits, CreditNote
        ),
    ]


def _credit_balances(state: AccountState) -> list[Action]:
    """Name the balances in the customer's favour that cover no open invoice."""
    tasks_ = []
    for currency, amount in sorted(state.balances.credit_balances.items()):
        idle = min(state.unused_cash(currency)["credit"], amount)
        if not idle.amount:
            continue
        invoice_ids = sorted(
            id_
            for id_, open_amount in state.balances.open.items()
            if open_amount.currency == currency and open_amount.amount < 0
        )
        head = f"{amount} {currency} in their favour on {', '.join(invoice_ids)}"
        some = "it" if idle == amount else f"the {idle} that covers nothing"
        then = f"refund {some}, or keep it for their next invoice: ask them"
        back = "a refund is a payment below zero"
        tasks_.append(
            make_task(
                state,
                "credit-balance",
                f"{head}; {then}",
                since=_last_money(state, invoice_ids),
                at_stake=[idle],
                way_out=edit_option(state, f"invoices/{invoice_ids[0]}.yaml", back),
            )
        )
    return tasks_


def _last_money(state: AccountState, invoices: Iterable[str]) -> date | None:
    """Return the day on which invoices last had a payment or a credit."""
    listed = [state.balances.invoices[id_] for id_ in invoices]
    days = [payment.on for invoice in listed for payment in invoice.payments]
    days += [credit.on for invoice in listed for credit in invoice.credits]
    return max((day for day in days if day <= state.as_of), default=None)


def _revoked_discounts(state: AccountState) -> list[Action]:
    """Name the discounts that count no longer, as their payment was taken back."""
    tasks_ = []
    for entry in state.revoked_credits:
        invoice_ids = [row.id for row in entry.rows]
        why = (
            f"the payment for {entry.doc.offer} on {', '.join(invoice_ids)} was"
            f" taken back: the discount of {entry.on} counts no longer; to grant it"
            " again, add a goodwill credit"
        )
        lost = [
            parse_amount(row.amount, state.balances.invoices[row.id].currency)
            for row in entry.rows
            if row.amount
        ]
        tasks_.append(
            make_task(
                state,
                "discount-ended",
                why,
                since=_last_money(state, invoice_ids),
                at_stake=lost,
                way_out=edit_option(
                    state,
                    f"invoices/{invoice_ids[0]}.yaml",
                    "a credit with 'goodwill: true'",
                ),
            )
        )
    return tasks_


def _unapplied_tasks(
    state: AccountState,
    name: str,
    why: str,
    sums: Mapping[str, Money],
    kind: type[Record],
) -> list[Action]:
    """Make a task for each currency, with the command for its oldest record."""
    if not sums:
        return []
    books = state.balances
    tasks_ = []
    for currency, sum_ in sorted(sums.items()):
        oldest = next(
            record
            for record in (*books.receipts, *books.credit_notes)
            if type(record.record) is kind
            and record.left.currency == currency
            and record.left.amount > 0
        )
        then, way_out = _for_unmatched(state, oldest.id, currency, kind)
        text = why.format(sum_, currency, then)
        tasks_.append(
            make_task(
                state,
                name,
                text,
                since=oldest.on,
                at_stake=[sum_],
                way_out=way_out,
            )
        )
    return tasks_


def _for_unmatched(
    state: AccountState, record: str, currency: str, kind: type[Record]
) -> tuple[str, TaskOption | None]:
    """Say what is to be done with a record that is on no invoice, and how."""
    if state.case(currency):
        command = f"goodterms allocate {state.account.id} {record} --oldest"
        return "", TaskOption(command, "allocation")
    none = f"; no invoice in {currency} is open"
    if kind is CashReceived and state.open_invoices:
        asks = "ask them what it is for; a resume lets the reminders go on"
        return f"{none}: {asks}", record_option(state, "resume")
    return f"{none}: it waits for the next one, or refund it: ask them", None
