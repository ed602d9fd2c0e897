"""Reminders of agreed instalments, which take the place of the ladder."""

from dataclasses import dataclass
from datetime import date

from goodterms.decision.messages.build_action import owner
from goodterms.decision.standing.standing import InvoiceStanding, all_block_standings
from goodterms.decision.state.account_state import AccountState, InvoiceState
from goodterms.decision.state.instalment_plans import (
    NOTICE_DAYS,
    InstalmentPlanStatus,
    InstalmentStatus,
)
from goodterms.decision.state.recipients import best_written_address
from goodterms.model.calendar import plus
from goodterms.model.journal import INSTALMENT_STEP
from goodterms.model.money import Money, total
from goodterms.model.plan import Action, InvoiceLine

#: What silences the reminders of a plan too, though ``plan`` is the reason named.
_PROTECTING = frozenset(("promise", "extension", "pause", "reply", "autopay"))


@dataclass(frozen=True, slots=True)
class UpcomingReminder:
    """A reminder that is still to come: of which sum, by what, from when until when."""

    amount: Money
    channel: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class InstalmentReminders:
    """Reminders of instalments: those for today, and those still to come."""

    due: tuple[Action, ...] = ()
    ahead: tuple[UpcomingReminder, ...] = ()


def instalment_reminders(
    state: AccountState, stands: tuple[InvoiceStanding, ...]
) -> InstalmentReminders:
    """Remind each instalment once, from three days before it is due until then.

    Only of a plan in good standing that names a template for it, and only
    where nothing else protects its invoices: not while a reply is unanswered.
    """
    on_plan = {
        s.id
        for s in stands
        if s.block
        and s.block.standing == "plan"
        and not all_block_standings(state, s) & _PROTECTING
    }
    actions: list[Action] = []
    ahead: list[UpcomingReminder] = []
    for agreement in state.account_records.plan_statuses:
        items = [i for i in state.open_invoices if i.id in agreement.invoices & on_plan]
        part = agreement.part_to_remind(state.as_of)
        if not items or agreement.missed:
            continue
        ahead += _upcoming_reminders(state, agreement, items)
        if part and not _was_reminded(state, part):
            actions += _reminder(state, agreement, part, items)
    return InstalmentReminders(tuple(actions), tuple(ahead))


def last_reminded(state: AccountState) -> date | None:
    """Return the day of the latest reminder of an instalment."""
    days = (
        e.on
        for e in state.history.entries
        if e.doc.step == INSTALMENT_STEP and e.is_out
    )
    return max(days, default=None)


def _upcoming_reminders(
    state: AccountState, agreement: InstalmentPlanStatus, items: list[InvoiceState]
) -> list[UpcomingReminder]:
    """Return the next reminder of a plan whose days have not begun yet."""
    to = best_written_address(state.account, state.dead_addresses)
    if agreement.record.template is None or agreement.ended or to is None:
        return []
    later = (p for p in agreement.parts if plus(p.due, -NOTICE_DAYS) > state.as_of)
    part = next((part for part in later if part.open.amount > 0), None)
    if part is None:
        return []
    calendar = state.rules.calendar(items[0].policy, state.account)
    first = calendar.on_or_after(plus(part.due, -NOTICE_DAYS))
    return [UpcomingReminder(part.open, to.channel, first, part.due)]


def _was_reminded(state: AccountState, part: InstalmentStatus) -> bool:
    start = plus(part.due, -NOTICE_DAYS)
    return any(
        entry.doc.step == INSTALMENT_STEP
        and entry.is_out
        and start <= entry.on <= part.due
        for entry in state.history.entries
    )


def _reminder(
    state: AccountState,
    agreement: InstalmentPlanStatus,
    part: InstalmentStatus,
    items: list[InvoiceState],
) -> list[Action]:
    policy = items[0].policy
    to = best_written_address(state.account, state.dead_addresses)
    calendar = state.rules.calendar(policy, state.account)
    if agreement.record.template is None or agreement.ended or to is None:
        return []
    currency = part.open.currency
    net = total((i.net for i in items if i.currency == currency), currency)
    amount = min(part.open, net)
    if not calendar.is_business_day(state.as_of) or amount.amount <= 0:
        return []
    return [
        Action(
            id="",
            kind="send",
            account=state.account.id,
            step=INSTALMENT_STEP,
            policy=policy.ref,
            channel=to.channel,
            tone="warm",
            to=to.to,
            contact=to.contact,
            template=agreement.record.template,
            owner=owner(state),
            totals=(amount,),
            listed=tuple(
                InvoiceLine(
                    i.id, i.open, i.net, part.due, i.days_overdue, None, policy.ref
                )
                for i in items
            ),
            why=(f"instalment of {amount} is due on {part.due}",),
        )
    ]
