"""One message, one voice: what is due in a case is grouped, or made to wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.days import plus
from engine.decision.decided import recipient
from engine.decision.draft import Draft, Held
from engine.decision.due import Ready, calling, ready
from engine.decision.history import Entry
from engine.decision.proposals import (
    carried_out,
    deeds,
    expires_on,
    proposals,
    step_of,
)
from engine.decision.repeating import again_from, last_said
from engine.decision.situation import Situation
from engine.decision.standing import Stand
from engine.money import total


@dataclass(frozen=True, slots=True)
class Talked:
    """What a conversation came to: drafts to act on, and stands held back."""

    drafts: tuple[Draft, ...] = ()
    held: tuple[Held, ...] = ()

    def __add__(self, other: "Talked") -> "Talked":
        return Talked(self.drafts + other.drafts, self.held + other.held)


def converse(here: Situation, free: Sequence[Stand]) -> Talked:
    """Draft what is due, case by case. *free* are the stands that nothing stops.

    Written steps of a case make one message, led by the firmest; steps with
    approval and calls take no riders.
    """
    talked = Talked()
    for currency in dict.fromkeys(stand.currency for stand in free):
        talked += _case(here, [s for s in free if s.currency == currency])
    return talked


def _case(here: Situation, case: list[Stand]) -> Talked:
    calls = tuple(_still_to_call(stand) for stand in case if calling(stand))
    due = [found for stand in case if (found := ready(here, stand))]
    shut = [each for each in due if _is_shut(each)]
    due = [each for each in due if not _is_shut(each)]
    early, due = _before_due(here, due)
    asking = [each for each in due if each.step.approval]
    phoning = [each for each in due if not each.step.approval and _by_phone(each)]
    writing = [each for each in due if not each.step.approval and not _by_phone(each)]
    asked = {each.stand.id for each in asking}
    others = [stand for stand in case if stand.id not in asked]
    proposed = _asked(here, asking)
    softer, phoning = _softer(here, phoning, proposed.drafts)
    soft, writing = _softer(here, writing, proposed.drafts)
    return (
        Talked(held=(*calls, *early, *map(_shut, shut), *softer, *soft))
        + proposed
        + _called(here, phoning, others)
        + _written(here, writing, others)
    )


def _softer(
    here: Situation, due: list[Ready], proposed: Sequence[Draft]
) -> tuple[tuple[Held, ...], list[Ready]]:
    """Hold what is softer than what is proposed today for the case.

    What was due when an earlier proposal was made gave way to that one; it does not
    give way again, or it might for ever.
    """
    if not due or all(p.step.rank <= _firmest(due).step.rank for p in proposed):
        return (), due
    since = min(each.due for each in due)
    currency = due[0].stand.currency
    for entry in here.history.entries:
        asked = entry.doc.kind == "propose" and entry.on >= since
        if asked and currency in _currencies(here, entry):
            return (), due
    why = f"{proposed[0].step.name} of this case is proposed first; nothing softer now"
    return _holding(due, why), []


def _is_shut(each: Ready) -> bool:
    return bool(each.gate and not each.step.approval)


def _shut(each: Ready) -> Held:
    """Hold a step that somebody must approve, where no policy says who."""
    item = each.stand.item
    why = (
        f"the account is under {item.moved_to}, {each.step.name} is of"
        f" {item.policy.ref}, and neither says who may approve it"
    )
    return Held(each.stand, "deciding", why)


def _by_phone(each: Ready) -> bool:
    return each.step.channel == "phone"


def _still_to_call(stand: Stand) -> Held:
    on = stand.rung.handed if stand.rung else None
    return Held(stand, "calling", f"the call handed out on {on} is still to be made")


def _before_due(here: Situation, due: list[Ready]) -> tuple[list[Held], list[Ready]]:
    """Hold steps before the due date while anything of the case is overdue."""
    if not any(each.step.offset < 0 for each in due):
        return [], due
    currency = due[0].stand.currency
    late = [i for i in here.case(currency) if i.overdue and i.net.amount > 0]
    if total((i.net for i in late), currency) <= here.tolerance(currency):
        return [], due
    why = f"{late[0].id} is overdue; no note before a due date until it is paid"
    early = [each for each in due if each.step.offset < 0]
    return (
        [Held(each.stand, "one-conversation", why) for each in early],
        [each for each in due if each.step.offset >= 0],
    )


def _asked(here: Situation, due: list[Ready]) -> Talked:
    """Propose the firmest step that needs approval; one open proposal per case."""
    if not due:
        return Talked()
    mine = {item.id for item in here.case(due[0].stand.currency)}
    for entry in proposals(here, "proposed"):
        if any(row.id in mine for row in entry.rows):
            why = f"proposal {entry.id} of this case is still open"
            return Talked(held=_holding(due, why))
    chosen, rest = _by_step(due)
    draft = _draft(here, "propose", chosen)
    covered = _covered(here, draft)
    if covered:
        held = tuple(Held(each.stand, *covered) for each in chosen)
        return Talked(held=held) + _asked(here, rest)
    why = f"{chosen[0].step.name} of this case is proposed first"
    return Talked((draft,), _holding(rest, why))


def _called(here: Situation, due: list[Ready], case: list[Stand]) -> Talked:
    """Hand out one call for the case; a call takes no riders."""
    if not due:
        return Talked()
    chosen, rest = _by_step(due)
    why = f"the call for {chosen[0].step.name} of this case comes first"
    return _spoken(here, "call", chosen, case) + Talked(held=_holding(rest, why))


def _written(here: Situation, due: list[Ready], case: list[Stand]) -> Talked:
    return _spoken(here, "send", due, case) if due else Talked()


def _by_step(due: list[Ready]) -> tuple[list[Ready], list[Ready]]:
    """Split what is due into the firmest step and the rest."""
    name = _firmest(due).step.name
    return (
        [each for each in due if each.step.name == name],
        [each for each in due if each.step.name != name],
    )


def _spoken(here: Situation, kind: str, due: list[Ready], case: list[Stand]) -> Talked:
    """Draft one message for what is due together, or hold it.

    While a proposal of the case is open, or approved and not carried out yet,
    nothing softer goes out about its other invoices. While another invoice of the
    case stands higher, a lower step is not sent alone: it waits, at most the
    ``wait`` of that invoice's last step. Words that it heard within ``again`` are not
    said to it alone.
    """
    pending = _pending(here, _firmest(due))
    if pending:
        return Talked(held=pending.holding(here, due))
    alone = _alone_from(due, case)
    if here.as_of < alone:
        why = "another invoice of the case stands higher; it goes with that one"
        return Talked(held=_holding(due, why, _business_day(here, due[0], alone)))
    repeated = _repeated(here, kind, due)
    if repeated:
        return Talked(held=repeated)
    draft = _draft(here, kind, due, _listed(here, kind, due, case))
    covered = _covered(here, draft)
    if covered:
        return Talked(held=tuple(Held(each.stand, *covered) for each in due))
    return Talked((draft,))


@dataclass(frozen=True, slots=True)
class _Pending:
    """A firmer proposal of a case that people have not answered, or we not acted on."""

    entry: Entry

    def holding(self, here: Situation, due: list[Ready]) -> tuple[Held, ...]:
        """Hold what is softer until the proposal is decided or has expired."""
        entry = self.entry
        until = expires_on(here, entry) if entry.doc.state == "proposed" else None
        what = "waits for a decision" if until else "is approved and comes first"
        why = f"{entry.doc.step} of this case {what} ({entry.id}); nothing softer now"
        on = _business_day(here, due[0], plus(until, 1)) if until else None
        return tuple(
            Held(each.stand, "one-conversation", why, until, on) for each in due
        )


def _pending(here: Situation, lead: Ready) -> _Pending | None:
    for entry in proposals(here, "proposed", "approved"):
        if entry.doc.state == "approved" and _is_behind(here, entry):
            continue
        step = step_of(here, entry)
        firmer = step is not None and step.rank > lead.step.rank
        if firmer and lead.stand.currency in _currencies(here, entry):
            return _Pending(entry)
    return None


def _currencies(here: Situation, entry: Entry) -> set[str]:
    """Name the cases that an entry is about, also where it settled all of one."""
    known = (here.books.invoices.get(row.id) for row in entry.rows)
    return {invoice.currency for invoice in known if invoice}


def _is_behind(here: Situation, entry: Entry) -> bool:
    """Whether an approval was carried out on an earlier day, or only pauses."""
    today = any(done.on == here.as_of for done in deeds(here, entry))
    return carried_out(here, entry) and not today


def _alone_from(due: list[Ready], case: list[Stand]) -> date:
    """Return the day from which these may go without a firmer one.

    One waits from the day on which it is due and the other stands higher, for
    as many days as the ``wait`` of the other's last step.
    """
    lead = _firmest(due)
    mine = {each.stand.id for each in due}
    higher = {
        (on, step.wait)
        for stand in case
        if stand.id not in mine and stand.item.overdue and stand.item.last
        for step, on in [stand.item.last]
        if step.rank > lead.step.rank
    }
    return min(
        max((plus(max(day, on), wait) for on, wait in higher), default=day)
        for day in {each.due for each in due}
    )


def _repeated(here: Situation, kind: str, due: list[Ready]) -> tuple[Held, ...]:
    """Hold a message led by a step that the case heard within ``again``.

    It is said in one with a firmer message of the case, or when the time is over.
    """
    lead = _firmest(due)
    free = again_from(here, lead.step, lead.stand.item) if kind == "send" else None
    if free is None or here.as_of >= free:
        return ()
    said = last_said(here, lead.step, lead.stand.currency)
    why = (
        f"this case heard {lead.step.name} on {said}; not alone again before {free},"
        " but with the next message of the case"
    )
    return _holding(due, why, _business_day(here, due[0], free))


def _business_day(here: Situation, each: Ready, day: date) -> date:
    calendar = here.rules.calendar(each.stand.item.policy, here.account)
    return calendar.on_or_after(day)


def _listed(
    here: Situation, kind: str, due: list[Ready], case: list[Stand]
) -> tuple[Stand, ...]:
    """Return the overdue invoices of the case that wait for their next step.

    One that was written about in a firmer tone is in no softer message. Who calls is
    shown it, and those too that a message of today advances.
    """
    mine = {each.stand.id for each in due}
    tone = _firmest(due).step.rank[0]
    return tuple(
        stand
        for stand in case
        if stand.id not in mine
        and not calling(stand)
        and (kind == "call" or _tone_heard(stand) <= tone)
        and stand.item.overdue
        and stand.rung
        and stand.rung.due
        and (stand.rung.due > here.as_of or kind == "call")
    )


def _tone_heard(stand: Stand) -> int:
    return stand.item.last[0].rank[0] if stand.item.last else 0


def _covered(here: Situation, draft: Draft) -> tuple[str, str] | None:
    """Say why there is too little to ask for, None when there is enough."""
    currency = draft.lead.currency
    shown = (*draft.advancing, *draft.listed)
    net = total((stand.item.net for stand in shown), currency)
    if net <= here.tolerance(currency):
        return "tolerance", f"{net} {currency} is within the tolerance"
    return None


def _draft(
    here: Situation, kind: str, due: list[Ready], listed: tuple[Stand, ...] = ()
) -> Draft:
    lead = _firmest(due)
    return Draft(
        kind=kind,
        lead=lead.stand,
        step=lead.step,
        advancing=tuple(each.stand for each in due),
        listed=listed,
        address=recipient(here, lead.step),
        gate=lead.gate,
        why=tuple(_why(each) for each in due),
    )


def _why(each: Ready) -> str:
    late = each.stand.item.days_overdue
    age = f"{late} days overdue" if late >= 0 else f"due in {-late} days"
    return f"{each.stand.id} is {age}; {each.step.name} is due from {each.due}"


def _firmest(due: list[Ready]) -> Ready:
    """Return the one that leads; of equals the oldest."""
    return max(due, key=lambda each: each.step.rank)


def _holding(due: list[Ready], why: str, alone: date | None = None) -> tuple[Held, ...]:
    until = plus(alone, -1) if alone else None
    return tuple(
        Held(each.stand, "one-conversation", why, until, alone, alone is not None)
        for each in due
    )
