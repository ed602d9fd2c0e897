"""What follows money and decisions: proposals closed, holds lifted, thanks."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from engine.action import Action, Line
from engine.days import plus
from engine.decision.addressing import address
from engine.decision.compose import owner
from engine.decision.decided import Verdict
from engine.decision.history import Entry
from engine.decision.line import line
from engine.decision.proposals import names
from engine.decision.rules import NoPolicyError
from engine.decision.situation import Situation
from engine.decision.standing import Stand
from engine.model import HARD_FLAGS, Invoice
from engine.money import zero
from engine.terms import Policy

#: A word of thanks is said within so many days of the last payment, or not.
THANKS_DAYS = 7


def closings(
    here: Situation, found: Iterable[Verdict], stands: Iterable[Stand]
) -> tuple[Action, ...]:
    """Close the proposals that ran out or were overtaken, each with its reason."""
    known = tuple(stands)
    actions = []
    for verdict in found:
        if verdict.do != "close":
            continue
        entry = verdict.entry
        mine = [stand for stand in known if names(entry, stand.item)]
        actions.append(
            Action(
                id="",
                kind="close",
                account=here.account.id,
                step=entry.doc.step or entry.id,
                policy=entry.doc.policy,
                owner=owner(here),
                listed=tuple(line(stand, entry.doc.step) for stand in mine),
                decision=entry.id,
                state=verdict.state,
                why=(verdict.why,),
            )
        )
    return tuple(actions)


def releases(here: Situation) -> tuple[Action, ...]:
    """Lift the credit hold once every invoice that it was for is settled.

    Two holds of one account are one: it ends when both have no reason left.
    """
    holds: list[Entry] = []
    for entry in here.history.entries:
        if entry.is_out and entry.doc.kind in ("hold", "release"):
            holds = [*holds, entry] if entry.doc.kind == "hold" else []
    about = [row.id for each in holds for row in (*each.rows, *(each.doc.listed or ()))]
    owed = (here.books.open[id_] for id_ in about if id_ in here.books.open)
    if not holds or any(amount.amount > 0 for amount in owed):
        return ()
    why = f"all that the credit hold of {holds[-1].on} was for is settled"
    return (
        Action(
            id="",
            kind="release",
            account=here.account.id,
            step="release",
            policy=holds[-1].doc.policy,
            owner=owner(here),
            why=(why,),
        ),
    )


def thanks(here: Situation) -> tuple[Action, ...]:
    """Thank once for a case that is settled and had been reminded.

    Within seven days of the last payment, and not to a flagged or placed
    account. The message is about what was paid, and asks for nothing; cases
    settled together share it. It names what was reminded, and with it whatever
    else of settled cases was paid in full on the same days.
    """
    if _unthankable(here):
        return ()
    settled = _settled_cases(here)
    joined: dict[tuple[str, str | None], Action] = {}
    for currency in sorted(settled):
        made = _thank(here, currency)
        if made:
            known = joined.get((made.step, made.to))
            joined[made.step, made.to] = _together(known, made) if known else made
    return tuple(joined.values())


def _settled_cases(here: Situation) -> set[str]:
    """Return the currencies in which nothing is open."""
    known = {i.currency for i in here.books.invoices.values()}
    return known - {item.currency for item in here.items} - set(here.broken)


def _together(one: Action, other: Action) -> Action:
    lines = {line.id: line for line in (*one.listed, *other.listed)}
    return replace(
        one,
        totals=tuple(dict.fromkeys((*one.totals, *other.totals))),
        listed=tuple(lines.values()),
        why=tuple(dict.fromkeys((*one.why, *other.why))),
    )


def _unthankable(here: Situation) -> bool:
    if any(flag in here.account.profile.flags for flag in HARD_FLAGS):
        return True
    return any(e.doc.kind == "place" and e.is_out for e in here.history.entries)


def _thank(here: Situation, currency: str) -> Action | None:
    invoices = [i for i in here.books.invoices.values() if i.currency == currency]
    if any(here.books.open[i.id].amount > 0 for i in invoices):
        return None
    paid = _last_paid(here, invoices)
    if paid is None or here.as_of > plus(paid[0], THANKS_DAYS):
        return None
    on, last = paid
    reminded = [i for i in invoices if _reminded(here, i, on)]
    named = (*reminded, *_beside(here, reminded, on))
    policy = _policy(here, last)
    if not reminded or policy is None or policy.paid is None:
        return None
    if any(_written_off(here, invoice) for invoice in reminded):
        return None
    to = address(here.account, policy.paid.channel, here.dead)
    if to is None or not here.rules.calendar(policy, here.account).is_business_day(
        here.as_of
    ):
        return None
    return Action(
        id="",
        kind="thank",
        account=here.account.id,
        step=policy.paid.template,
        policy=policy.ref,
        channel=to.channel,
        tone="warm",
        to=to.to,
        contact=to.contact,
        template=policy.paid.template,
        owner=owner(here),
        totals=tuple(zero(c) for c in dict.fromkeys(i.currency for i in named)),
        listed=tuple(_settled_line(here, i, policy) for i in _by_due(named)),
        why=(f"paid in full on {on}, after a reminder",),
    )


def _by_due(invoices: Iterable[Invoice]) -> list[Invoice]:
    return sorted(invoices, key=lambda invoice: (invoice.due, invoice.id))


def _beside(
    here: Situation, reminded: Iterable[Invoice], last: date
) -> tuple[Invoice, ...]:
    """List what nobody reminded of, and the money of the same days settled as well.

    Who paid several invoices at once reads that each of them is settled. What an
    earlier word of thanks named is left out.
    """
    known = {invoice.id for invoice in reminded}
    settled, cases = here.books.settled_on, _settled_cases(here)
    days = {settled(invoice) for invoice in reminded}
    recent = {day for day in days if day and plus(day, THANKS_DAYS) >= last}
    return tuple(
        invoice
        for invoice in here.books.invoices.values()
        if invoice.id not in known
        and invoice.currency in cases
        and (day := settled(invoice)) in recent
        and any(p.on == day and p.amount.amount > 0 for p in invoice.payments)
        and max(_thanked(here, invoice), default=date.min) < day
    )


def _thanked(here: Situation, invoice: Invoice) -> list[date]:
    """List the days on which a word of thanks named an invoice."""
    return [
        entry.on
        for entry in here.history.entries
        if entry.doc.kind == "thank"
        and entry.is_out
        and any(row.id == invoice.id for row in (entry.doc.listed or ()))
    ]


def _last_paid(
    here: Situation, invoices: Iterable[Invoice]
) -> tuple[date, Invoice] | None:
    days = [
        (payment.on, invoice.id, invoice)
        for invoice in invoices
        for payment in invoice.payments
        if payment.on <= here.as_of and payment.amount.amount > 0
    ]
    if not days:
        return None
    on, _, invoice = max(days, key=lambda found: found[:2])
    return on, invoice


def _reminded(here: Situation, invoice: Invoice, paid: date) -> bool:
    """Whether it was reminded in this episode, and not thanked for since."""
    thanked = _thanked(here, invoice)
    reminders = [
        taken.on
        for taken in here.history.taken.get(invoice.id, ())
        if taken.on > invoice.due and taken.on <= paid
    ]
    return bool(reminders) and (not thanked or max(thanked) < max(reminders))


def _written_off(here: Situation, invoice: Invoice) -> bool:
    return any(
        entry.doc.kind == "write-off"
        and entry.is_out
        and any(row.id == invoice.id for row in entry.rows)
        for entry in here.history.entries
    )


def _policy(here: Situation, invoice: Invoice) -> Policy | None:
    latest = here.history.refs.get(invoice.id)
    try:
        return here.rules.policy_of(here.account, invoice, latest)
    except NoPolicyError:
        return None


def _settled_line(here: Situation, invoice: Invoice, policy: Policy) -> Line:
    return Line(
        id=invoice.id,
        open=zero(invoice.currency),
        net=zero(invoice.currency),
        due=invoice.due,
        days_overdue=(here.as_of - invoice.due).days,
        step=None,
        policy=policy.ref,
    )
