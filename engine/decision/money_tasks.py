"""What waits for one of us about money: unmatched, in their favour, taken back."""

from collections.abc import Iterable, Mapping
from datetime import date

from engine.action import Action, WayOut
from engine.decision.situation import Situation
from engine.decision.task import by_edit, by_record, make_task
from engine.money import Money, parse_amount
from engine.records import CashReceived, CreditNote, Record


def money_tasks(here: Situation) -> tuple[Action, ...]:
    """List the tasks about money that is on no invoice, or on too many."""
    return (*_cash(here), *_favour(here), *_fallen(here))


def _cash(here: Situation) -> list[Action]:
    books = here.books
    cash = "{} {} received and not matched to an invoice{}"
    note = "{} {} credited and not put on an invoice{}"
    return [
        *_allocate(here, "unapplied-cash", cash, books.cash, CashReceived),
        *_allocate(here, "unapplied-credit", note, books.credited, CreditNote),
    ]


def _favour(here: Situation) -> list[Action]:
    """Name the balances in the customer's favour that cover no open invoice."""
    tasks_ = []
    for currency, amount in sorted(here.books.favour.items()):
        idle = min(here.idle(currency)["credit"], amount)
        if not idle.amount:
            continue
        about = sorted(
            id_
            for id_, each in here.books.open.items()
            if each.currency == currency and each.amount < 0
        )
        head = f"{amount} {currency} in their favour on {', '.join(about)}"
        some = "it" if idle == amount else f"the {idle} that covers nothing"
        then = f"refund {some}, or keep it for their next invoice: ask them"
        back = "a refund is a payment below zero"
        tasks_.append(
            make_task(
                here,
                "credit-balance",
                f"{head}; {then}",
                since=_last_money(here, about),
                at_stake=[idle],
                way_out=by_edit(here, f"invoices/{about[0]}.yaml", back),
            )
        )
    return tasks_


def _last_money(here: Situation, invoices: Iterable[str]) -> date | None:
    """Return the day on which invoices last had a payment or a credit."""
    known = [here.books.invoices[id_] for id_ in invoices]
    days = [payment.on for each in known for payment in each.payments]
    days += [credit.on for each in known for credit in each.credits]
    return max((day for day in days if day <= here.as_of), default=None)


def _fallen(here: Situation) -> list[Action]:
    """Name the discounts that count no longer, as their payment was taken back."""
    tasks_ = []
    for entry in here.fallen:
        about = [row.id for row in entry.rows]
        why = (
            f"the payment for {entry.doc.offer} on {', '.join(about)} was taken back:"
            f" the discount of {entry.on} counts no longer; to grant it again, add a"
            " goodwill credit"
        )
        lost = [
            parse_amount(row.amount, here.books.invoices[row.id].currency)
            for row in entry.rows
            if row.amount
        ]
        tasks_.append(
            make_task(
                here,
                "discount-ended",
                why,
                since=_last_money(here, about),
                at_stake=lost,
                way_out=by_edit(
                    here, f"invoices/{about[0]}.yaml", "a credit with 'goodwill: true'"
                ),
            )
        )
    return tasks_


def _allocate(
    here: Situation,
    name: str,
    why: str,
    sums: Mapping[str, Money],
    kind: type[Record],
) -> list[Action]:
    """Make a task for each currency, with the command for its oldest record."""
    if not sums:
        return []
    books = here.books
    tasks_ = []
    for currency, sum_ in sorted(sums.items()):
        oldest = next(
            each
            for each in (*books.receipts, *books.credit_notes)
            if type(each.record) is kind
            and each.left.currency == currency
            and each.left.amount > 0
        )
        then, way_out = _for_unmatched(here, oldest.id, currency, kind)
        told = why.format(sum_, currency, then)
        tasks_.append(
            make_task(
                here,
                name,
                told,
                since=oldest.on,
                at_stake=[sum_],
                way_out=way_out,
            )
        )
    return tasks_


def _for_unmatched(
    here: Situation, record: str, currency: str, kind: type[Record]
) -> tuple[str, WayOut | None]:
    """Say what is to be done with a record that is on no invoice, and how."""
    if here.case(currency):
        command = f"goodterms allocate {here.account.id} {record} --oldest"
        return "", WayOut(command, "allocation")
    none = f"; no invoice in {currency} is open"
    if kind is CashReceived and here.items:
        asks = "ask them what it is for; a resume lets the reminders go on"
        return f"{none}: {asks}", by_record(here, "resume")
    return f"{none}: it waits for the next one, or refund it: ask them", None
