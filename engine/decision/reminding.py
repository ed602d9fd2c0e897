"""Reminders of agreed instalments, which take the place of the ladder."""

from dataclasses import dataclass
from datetime import date

from engine.action import Action, Line
from engine.days import plus
from engine.decision.addressing import any_written
from engine.decision.compose import owner
from engine.decision.instalments import NOTICE, Agreement, Part
from engine.decision.situation import Item, Situation
from engine.decision.standing import Stand, stands_also
from engine.money import Money, total

#: The step name of an instalment's reminder; it is on no ladder.
STEP = "instalment"
#: What silences the reminders of a plan too, though ``plan`` is the reason named.
_PROTECTING = frozenset(("promise", "extension", "pause", "reply", "autopay"))


@dataclass(frozen=True, slots=True)
class Ahead:
    """A reminder that is still to come: of which sum, by what, from when until when."""

    asked: Money
    channel: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Reminders:
    """Reminders of instalments: those for today, and those still to come."""

    due: tuple[Action, ...] = ()
    ahead: tuple[Ahead, ...] = ()


def instalment_reminders(here: Situation, stands: tuple[Stand, ...]) -> Reminders:
    """Remind each instalment once, from three days before it is due until then.

    Only of a plan in good standing that names a template for it, and only
    where nothing else protects its invoices: not while a reply is unanswered.
    """
    on_plan = {
        s.id
        for s in stands
        if s.stop
        and s.stop.standing == "plan"
        and not stands_also(here, s) & _PROTECTING
    }
    actions: list[Action] = []
    ahead: list[Ahead] = []
    for agreement in here.talk.agreements:
        items = [i for i in here.items if i.id in agreement.invoices & on_plan]
        part = agreement.part_to_remind(here.as_of)
        if not items or agreement.missed:
            continue
        ahead += _ahead(here, agreement, items)
        if part and not _reminded(here, part):
            actions += _reminder(here, agreement, part, items)
    return Reminders(tuple(actions), tuple(ahead))


def last_reminded(here: Situation) -> date | None:
    """Return the day of the latest reminder of an instalment."""
    days = (e.on for e in here.history.entries if e.doc.step == STEP and e.is_out)
    return max(days, default=None)


def _ahead(here: Situation, agreement: Agreement, items: list[Item]) -> list[Ahead]:
    """Return the next reminder of a plan whose days have not begun yet."""
    to = any_written(here.account, here.dead)
    if agreement.record.template is None or agreement.ended or to is None:
        return []
    later = (p for p in agreement.parts if plus(p.due, -NOTICE) > here.as_of)
    part = next((part for part in later if part.open.amount > 0), None)
    if part is None:
        return []
    calendar = here.rules.calendar(items[0].policy, here.account)
    first = calendar.on_or_after(plus(part.due, -NOTICE))
    return [Ahead(part.open, to.channel, first, part.due)]


def _reminded(here: Situation, part: Part) -> bool:
    start = plus(part.due, -NOTICE)
    return any(
        entry.doc.step == STEP and entry.is_out and start <= entry.on <= part.due
        for entry in here.history.entries
    )


def _reminder(
    here: Situation, agreement: Agreement, part: Part, items: list[Item]
) -> list[Action]:
    policy = items[0].policy
    to = any_written(here.account, here.dead)
    calendar = here.rules.calendar(policy, here.account)
    if agreement.record.template is None or agreement.ended or to is None:
        return []
    currency = part.open.currency
    net = total((i.net for i in items if i.currency == currency), currency)
    asked = min(part.open, net)
    if not calendar.is_business_day(here.as_of) or asked.amount <= 0:
        return []
    return [
        Action(
            id="",
            kind="send",
            account=here.account.id,
            step=STEP,
            policy=policy.ref,
            channel=to.channel,
            tone="warm",
            to=to.to,
            contact=to.contact,
            template=agreement.record.template,
            owner=owner(here),
            totals=(asked,),
            listed=tuple(
                Line(i.id, i.open, i.net, part.due, i.days_overdue, None, policy.ref)
                for i in items
            ),
            why=(f"instalment of {asked} is due on {part.due}",),
        )
    ]
