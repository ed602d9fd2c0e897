"""What follows money and decisions: proposals closed, holds lifted, thanks."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from goodterms.decision.due.drafts import invoice_line
from goodterms.decision.messages.build_action import owner
from goodterms.decision.proposal_effects import ProposalUpdate
from goodterms.decision.proposals import is_about
from goodterms.decision.standing.standing import InvoiceStanding
from goodterms.decision.state.account_state import AccountState
from goodterms.decision.state.effective_policies import NoPolicyError
from goodterms.decision.state.history import JournalEntry
from goodterms.decision.state.recipients import delivery_address
from goodterms.model.calendar import plus
from goodterms.model.ledger import HARD_FLAGS, Invoice
from goodterms.model.money import zero
from goodterms.model.plan import Action, InvoiceLine
from goodterms.model.policy import Policy

#: A word of thanks is said within so many days of the last payment, or not.
THANKS_DAYS = 7


def closing_actions(
    state: AccountState,
    updates: Iterable[ProposalUpdate],
    standings: Iterable[InvoiceStanding],
) -> tuple[Action, ...]:
    """Close the proposals that ran out or were overtaken, each with its reason."""
    listed = tuple(standings)
    actions = []
    for update in updates:
        if update.do != "close":
            continue
        entry = update.entry
        named = [stand for stand in listed if is_about(entry, stand.invoice_state)]
        actions.append(
            Action(
                id="",
                kind="close",
                account=state.account.id,
                step=entry.doc.step or entry.id,
                policy=entry.doc.policy,
                owner=owner(state),
                listed=tuple(invoice_line(stand, entry.doc.step) for stand in named),
                decision=entry.id,
                state=update.state,
                why=(update.why,),
            )
        )
    return tuple(actions)


def hold_releases(state: AccountState) -> tuple[Action, ...]:
    """Lift the credit hold once every invoice that it was for is settled.

    Two holds of one account are one: it ends when both have no reason left.
    """
    holds: list[JournalEntry] = []
    for entry in state.history.entries:
        if entry.is_out and entry.doc.kind in ("hold", "release"):
            holds = [*holds, entry] if entry.doc.kind == "hold" else []
    invoice_ids = [
        row.id for hold in holds for row in (*hold.rows, *(hold.doc.listed or ()))
    ]
    owed = (
        state.balances.open[id_] for id_ in invoice_ids if id_ in state.balances.open
    )
    if not holds or any(amount.amount > 0 for amount in owed):
        return ()
    why = f"all that the credit hold of {holds[-1].on} was for is settled"
    return (
        Action(
            id="",
            kind="release",
            account=state.account.id,
            step="release",
            policy=holds[-1].doc.policy,
            owner=owner(state),
            why=(why,),
        ),
    )


def thank_actions(state: AccountState) -> tuple[Action, ...]:
    """Thank once for a case that is settled and had been reminded.

    Within seven days of the last payment, and not to a flagged or placed
    account. The message is about what was paid, and asks for nothing; cases
    settled together share it. It names what was reminded, and with it whatever
    else of settled cases was paid in full on the same days.
    """
    if _gets_no_thanks(state):
        return ()
    settled = _settled_cases(state)
    joined: dict[tuple[str, str | None], Action] = {}
    for currency in sorted(settled):
        thank = _thank(state, currency)
        if thank:
            earlier = joined.get((thank.step, thank.to))
            joined[thank.step, thank.to] = (
                _merged_thanks(earlier, thank) if earlier else thank
            )
    return tuple(joined.values())


def _settled_cases(state: AccountState) -> set[str]:
    """Return the currencies in which nothing is open."""
    currencies = {i.currency for i in state.balances.invoices.values()}
    return (
        currencies
        - {item.currency for item in state.open_invoices}
        - set(state.broken_cases)
    )


def _merged_thanks(action: Action, other: Action) -> Action:
    lines = {line.id: line for line in (*action.listed, *other.listed)}
    return replace(
        action,
        totals=tuple(dict.fromkeys((*action.totals, *other.totals))),
        listed=tuple(lines.values()),
        why=tuple(dict.fromkeys((*action.why, *other.why))),
    )


def _gets_no_thanks(state: AccountState) -> bool:
    if any(flag in state.account.profile.flags for flag in HARD_FLAGS):
        return True
    return any(e.doc.kind == "place" and e.is_out for e in state.history.entries)


def _thank(state: AccountState, currency: str) -> Action | None:
    invoices = [i for i in state.balances.invoices.values() if i.currency == currency]
    if any(state.balances.open[i.id].amount > 0 for i in invoices):
        return None
    paid = _last_paid(state, invoices)
    if paid is None or state.as_of > plus(paid[0], THANKS_DAYS):
        return None
    on, last = paid
    reminded = [i for i in invoices if _was_reminded(state, i, on)]
    named = (*reminded, *_settled_besides(state, reminded, on))
    policy = _policy(state, last)
    if not reminded or policy is None or policy.paid is None:
        return None
    if any(_written_off(state, invoice) for invoice in reminded):
        return None
    to = delivery_address(state.account, policy.paid.channel, state.dead_addresses)
    if to is None or not state.rules.calendar(policy, state.account).is_business_day(
        state.as_of
    ):
        return None
    return Action(
        id="",
        kind="thank",
        account=state.account.id,
        step=policy.paid.template,
        policy=policy.ref,
        channel=to.channel,
        tone="warm",
        to=to.to,
        contact=to.contact,
        template=policy.paid.template,
        owner=owner(state),
        totals=tuple(zero(c) for c in dict.fromkeys(i.currency for i in named)),
        listed=tuple(_settled_line(state, i, policy) for i in _by_due(named)),
        why=(f"paid in full on {on}, after a reminder",),
    )


def _by_due(invoices: Iterable[Invoice]) -> list[Invoice]:
    return sorted(invoices, key=lambda invoice: (invoice.due, invoice.id))


def _settled_besides(
    state: AccountState, reminded: Iterable[Invoice], last: date
) -> tuple[Invoice, ...]:
    """List what nobody reminded of, and the money of the same days settled as well.

    Who paid several invoices at once reads that each of them is settled. What an
    earlier word of thanks named is left out.
    """
    reminded_ids = {invoice.id for invoice in reminded}
    settled, cases = state.balances.settled_on, _settled_cases(state)
    days = {settled(invoice) for invoice in reminded}
    recent = {day for day in days if day and plus(day, THANKS_DAYS) >= last}
    return tuple(
        invoice
        for invoice in state.balances.invoices.values()
        if invoice.id not in reminded_ids
        and invoice.currency in cases
        and (day := settled(invoice)) in recent
        and any(p.on == day and p.amount.amount > 0 for p in invoice.payments)
        and max(_thank_days(state, invoice), default=date.min) < day
    )


def _thank_days(state: AccountState, invoice: Invoice) -> list[date]:
    """List the days on which a word of thanks named an invoice."""
    return [
        entry.on
        for entry in state.history.entries
        if entry.doc.kind == "thank"
        and entry.is_out
        and any(row.id == invoice.id for row in (entry.doc.listed or ()))
    ]


def _last_paid(
    state: AccountState, invoices: Iterable[Invoice]
) -> tuple[date, Invoice] | None:
    days = [
        (payment.on, invoice.id, invoice)
        for invoice in invoices
        for payment in invoice.payments
        if payment.on <= state.as_of and payment.amount.amount > 0
    ]
    if not days:
        return None
    on, _, invoice = max(days, key=lambda paid: paid[:2])
    return on, invoice


def _was_reminded(state: AccountState, invoice: Invoice, paid: date) -> bool:
    """Whether it was reminded in this episode, and not thanked for since."""
    thanked = _thank_days(state, invoice)
    reminders = [
        taken.on
        for taken in state.history.steps_taken.get(invoice.id, ())
        if taken.on > invoice.due and taken.on <= paid
    ]
    return bool(reminders) and (not thanked or max(thanked) < max(reminders))


def _written_off(state: AccountState, invoice: Invoice) -> bool:
    return any(
        entry.doc.kind == "write-off"
        and entry.is_out
        and any(row.id == invoice.id for row in entry.rows)
        for entry in state.history.entries
    )


def _policy(state: AccountState, invoice: Invoice) -> Policy | None:
    latest = state.history.policy_refs.get(invoice.id)
    try:
        return state.rules.policy_of(state.account, invoice, latest)
    except NoPolicyError:
        return None


def _settled_line(state: AccountState, invoice: Invoice, policy: Policy) -> InvoiceLine:
    return InvoiceLine(
        id=invoice.id,
        open=zero(invoice.currency),
        net=zero(invoice.currency),
        due=invoice.due,
        days_overdue=(state.as_of - invoice.due).days,
        step=None,
        policy=policy.ref,
    )
