"""What the conversation works with: drafts of actions, and reasons to wait."""

from dataclasses import dataclass
from datetime import date

from engine.action import Next, Waiting
from engine.days import plus
from engine.decision.addressing import Address
from engine.decision.history import Entry
from engine.decision.situation import Situation
from engine.decision.standing import Stand
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
    """A stand that is due and waits: the reason, and the last day it holds."""

    stand: Stand
    standing: str
    why: str
    until: date | None = None
    next_on: date | None = None


#: Stops after which nobody can say when, or whether, the ladder goes on.
_OPEN_ENDED = ("flagged", "placed", "exhausted", "autopay")


def waiting(here: Situation, stand: Stand, held: Held | None) -> Waiting:
    """Say why an invoice waits, until when, and what comes next."""
    skipped = stand.rung.skipped if stand.rung else ()
    if stand.stop:
        standing, until, why = stand.stop.standing, stand.stop.until, stand.stop.why
    elif held:
        standing, until, why = held.standing, held.until, held.why
    else:
        standing, until, why = "waiting", None, _due(stand)
    return Waiting(
        account=here.account.id,
        invoice=stand.id,
        standing=standing,
        until=until,
        next=_next(here, stand, held),
        why=(why, *skipped),
        open=stand.item.open,
        days_overdue=stand.item.days_overdue,
        label=stand.stop.label if stand.stop else None,
    )


def _due(stand: Stand) -> str:
    if stand.rung is None or stand.rung.due is None:
        return "nothing is due"
    return f"{stand.rung.step.name} is due from {stand.rung.due}"


def _next(here: Situation, stand: Stand, held: Held | None) -> Next | None:
    stop, rung = stand.stop, stand.rung
    if rung is None or (stop and stop.standing in _OPEN_ENDED):
        return None
    if held and not stop:
        return Next(rung.step.name, held.next_on)
    undecided = stop and (stop.until is None or stop.standing == "deciding")
    if rung.due is None or undecided:
        return Next(rung.step.name, None)
    calendar = here.rules.calendar(stand.item.policy, here.account)
    after = plus(stop.until, 1) if stop and stop.until else rung.due
    return Next(rung.step.name, calendar.on_or_after(max(rung.due, after)))
