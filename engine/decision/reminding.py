"""Reminders of agreed instalments, which take the place of the ladder."""

from engine.action import Action, Line
from engine.days import plus
from engine.decision.addressing import any_written
from engine.decision.compose import owner
from engine.decision.instalments import NOTICE, Agreement, Part
from engine.decision.situation import Item, Situation
from engine.decision.standing import Stand, stands_also
from engine.money import total

#: The step name of an instalment's reminder; it is on no ladder.
STEP = "instalment"
#: What silences the reminders of a plan too, though ``plan`` is the reason named.
_PROTECTING = frozenset(("promise", "extension", "pause", "reply", "autopay"))


def instalment_reminders(
    here: Situation, stands: tuple[Stand, ...]
) -> tuple[Action, ...]:
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
    actions = []
    for agreement in here.talk.agreements:
        part = agreement.part_to_remind(here.as_of)
        items = [i for i in here.items if i.id in agreement.invoices & on_plan]
        if part and items and not agreement.missed and not _reminded(here, part):
            actions += _reminder(here, agreement, part, items)
    return tuple(actions)


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
