"""What the conversation works with: drafts of actions, and reasons to wait."""

from dataclasses import dataclass
from datetime import date

from engine.action import Next, Waiting
from engine.days import plus
from engine.decision.addressing import Address
from engine.decision.history import Entry
from engine.decision.ladder import next_rung
from engine.decision.outlook import Outlook
from engine.decision.standing import Stand, is_small, stopped_until
from engine.model import PolicyRef
from engine.terms import Offer, Remedy, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An action in the making.

    ``advancing`` move, led by ``lead``; ``listed`` are shown. ``approved`` is
    the proposal that it carries out, ``remedy`` the option chosen there and
    ``offer`` what that offers, ``refreshes`` the open proposal whose facts have
    changed. ``gate`` is the policy that lends an approval to a step without one.
    """

    kind: str
    lead: Stand
    step: Step
    advancing: tuple[Stand, ...]
    listed: tuple[Stand, ...] = ()
    address: Address | None = None
    approved: Entry | None = None
    remedy: Remedy | None = None
    refreshes: Entry | None = None
    gate: PolicyRef | None = None
    offer: Offer | None = None
    why: tuple[str, ...] = ()

    @property
    def channel(self) -> str | None:
        """The channel by which it goes."""
        return self.address.channel if self.address else self.step.channel


@dataclass(frozen=True, slots=True)
class Held:
    """A stand that is due and waits: the reason, and the last day it holds.

    ``joins`` says that a firmer message of the case takes it along before that.
    """

    stand: Stand
    standing: str
    why: str
    until: date | None = None
    next_on: date | None = None
    joins: bool = False


#: Stops after which nobody can say when, or whether, the ladder goes on.
_OPEN_ENDED = ("flagged", "placed", "exhausted", "autopay")


def waiting(
    outlook: Outlook, stand: Stand, held: Held | None, kept: str | None = None
) -> Waiting:
    """Say why an invoice waits, until when, and what comes next.

    *kept* is what else is held back about it: the reminder of an instalment.
    """
    skipped = stand.rung.skipped if stand.rung else ()
    following = _next(outlook, stand, held)
    if stand.stop:
        standing, until, why = stand.stop.standing, stand.stop.until, stand.stop.why
    elif held:
        standing, until, why = held.standing, _until(held, following), held.why
    else:
        standing, until, why = "waiting", None, _due(stand)
    return Waiting(
        account=outlook.here.account.id,
        invoice=stand.id,
        standing=standing,
        until=until,
        next=following,
        why=(why, *([kept] if kept else []), *skipped),
        open=stand.item.open,
        days_overdue=stand.item.days_overdue,
        label=stand.stop.label if stand.stop else None,
    )


def _until(held: Held, following: Next | None) -> date | None:
    """Return the last day of waiting: it is sooner where a message takes it along."""
    if held.until and held.joins and following and following.on:
        return min(held.until, plus(following.on, -1))
    return held.until


def _due(stand: Stand) -> str:
    if stand.rung is None or stand.rung.due is None:
        return "nothing is due"
    return f"{stand.rung.step.name} is due from {stand.rung.due}"


def _next(outlook: Outlook, stand: Stand, held: Held | None) -> Next | None:
    stop, rung = stand.stop, stand.rung
    if rung is None or (stop and stop.standing in _OPEN_ENDED):
        return None
    if is_small(outlook.here, stand.item):
        return None
    if held and not stop:
        day = held.next_on
        if day and held.joins:
            day = min(day, outlook.joined(stand, rung) or day)
    elif rung.due is None or (stop and stop.standing == "deciding"):
        day = None
    elif stop:
        until = stopped_until(outlook.here, stand)
        day = plus(until, 1) if until else None
    else:
        day = rung.due
    while day and rung:
        on = outlook.first(stand, rung, max(day, rung.due or day))
        if on is None or not _too_late(stand, rung.step, on):
            return Next(rung.step.name, on)
        rung = next_rung(outlook.here, stand.item, rung.step)
    return Next(rung.step.name, None) if rung else None


def _too_late(stand: Stand, step: Step, on: date) -> bool:
    """Whether a step makes no sense any more on the day on which it could go."""
    if step.until is not None and on > plus(stand.item.invoice.due, step.until):
        return True
    rung = stand.rung
    handed = rung.handed if rung and rung.step.name == step.name else None
    return bool(handed and step.lapse is not None and on > plus(handed, step.lapse))
