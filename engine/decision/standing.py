"""Why an invoice is not chased: everything that stops it, in order."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from engine.action import STANDINGS
from engine.days import plus
from engine.decision.addressing import address
from engine.decision.facts import available
from engine.decision.ladder import Rung, next_rung
from engine.decision.pauses import Rest, by_standing
from engine.decision.proposals import declined_until, expires_on, names, proposals
from engine.decision.situation import Item, Situation
from engine.model import HARD_FLAGS, WRITTEN
from engine.money import total


@dataclass(frozen=True, slots=True)
class Stop:
    """What stops an invoice. ``until`` is its last day, None where none is known."""

    standing: str
    why: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Stand:
    """An open invoice, its next rung, and what stops it (None: nothing)."""

    item: Item
    rung: Rung | None
    stop: Stop | None

    @property
    def id(self) -> str:
        """The invoice's id."""
        return self.item.id

    @property
    def currency(self) -> str:
        """The currency, which names the case."""
        return self.item.currency


Check = Callable[[Situation, Item, Rung | None], Stop | None]


def stands(here: Situation) -> tuple[Stand, ...]:
    """Work out for every open invoice what stops it, first that applies.

    A case whose net overdue amount, of invoices not stopped otherwise, is
    covered by credit or within the tolerance is not chased either. An invoice
    that is stopped otherwise is asked the same as if it were not.
    """
    found = tuple(_stand(here, item) for item in here.items)
    return tuple(_netted(here, stand, found) for stand in found)


def _stand(here: Situation, item: Item) -> Stand:
    rung = next_rung(here, item)
    return Stand(item, rung, next(_stops(here, item, rung), None))


def stands_also(here: Situation, stand: Stand) -> frozenset[str]:
    """Name everything that stops an invoice, the reason it stands for included."""
    return frozenset(s.standing for s in _stops(here, stand.item, stand.rung))


def _stops(here: Situation, item: Item, rung: Rung | None) -> Iterator[Stop]:
    stops = (check(here, item, rung) for check in _CHECKS)
    return (stop for stop in stops if stop)


def _netted(here: Situation, stand: Stand, found: tuple[Stand, ...]) -> Stand:
    if not stand.item.overdue:
        return stand
    chased = [
        other.item.open
        for other in found
        if other.currency == stand.currency
        and other.item.overdue
        and (_is_chased(other) or other.id == stand.id)
    ]
    credit = available(here, stand.currency)
    net = total(chased, stand.currency) - credit
    if credit.amount and net.amount <= 0:
        why = f"{credit} {credit.currency} of credit covers what is overdue"
        return replace(stand, stop=Stop("credit", why))
    tolerance = here.tolerance(stand.currency)
    if net <= tolerance:
        why = f"{net} {net.currency} overdue is within the tolerance of {tolerance}"
        return replace(stand, stop=Stop("tolerance", why))
    return stand


def _is_chased(stand: Stand) -> bool:
    """Whether it counts for the case; what people decide about is still chased."""
    return stand.stop is None or stand.stop.standing == "deciding"


def _flagged(here: Situation, _item: Item, _rung: Rung | None) -> Stop | None:
    flags = [flag for flag in HARD_FLAGS if flag in here.account.profile.flags]
    return Stop("flagged", "flagged " + ", ".join(flags)) if flags else None


def _placed(here: Situation, item: Item, _rung: Rung | None) -> Stop | None:
    for entry in here.history.entries:
        if entry.doc.kind == "place" and entry.is_out and names(entry, item):
            return Stop("placed", f"placed with {entry.doc.partner} on {entry.on}")
    return None


def _resting(standing: str) -> Check:
    def check(here: Situation, item: Item, _rung: Rung | None) -> Stop | None:
        rest = _rests_today(here, item).get(standing)
        return Stop(standing, rest.why, rest.until) if rest else None

    return check


def _rests_today(here: Situation, item: Item) -> Mapping[str, Rest]:
    return by_standing(item.rests, here.as_of) if item.rests else {}


def _in_doubt(here: Situation, item: Item, _rung: Rung | None) -> Stop | None:
    for entry in here.history.entries:
        doubtful = entry.doc.state == "in-doubt" and not entry.bounced
        if doubtful and names(entry, item):
            return Stop("in-doubt", f"nobody knows whether {entry.id} arrived")
    return None


def _bounce(here: Situation, _item: Item, rung: Rung | None) -> Stop | None:
    if rung is None or rung.step.channel not in WRITTEN:
        return None
    if address(here.account, rung.step.channel, here.dead):
        return None
    return Stop("bounce", f"no channel is left for {rung.step.name}")


def _autopay(here: Situation, _item: Item, _rung: Rung | None) -> Stop | None:
    if "autopay" in here.account.profile.flags:
        return Stop("autopay", "collected automatically")
    return None


def _after_payment(here: Situation, item: Item, _rung: Rung | None) -> Stop | None:
    days = item.policy.pauses.after_payment
    paid = [
        payment.on
        for payment in item.invoice.payments
        if payment.amount.amount > 0 and payment.on <= here.as_of
    ]
    if not days or not paid or here.as_of > plus(max(paid), days):
        return None
    return Stop("after-payment", f"paid on {max(paid)}", plus(max(paid), days))


def _deciding(here: Situation, item: Item, _rung: Rung | None) -> Stop | None:
    for entry in proposals(here, "proposed"):
        if names(entry, item):
            why = f"proposal {entry.id} waits for a decision"
            return Stop("deciding", why, expires_on(here, entry))
    return None


def _declined(here: Situation, item: Item, rung: Rung | None) -> Stop | None:
    if rung is None:
        return None
    for entry in reversed(here.history.entries):
        if entry.doc.step != rung.step.name or not names(entry, item):
            continue
        until = declined_until(here, entry)
        if until and here.as_of <= until:
            return Stop("declined", f"proposal {entry.id} was declined", until)
    return None


def _exhausted(_here: Situation, item: Item, rung: Rung | None) -> Stop | None:
    if rung is not None:
        return None
    last = f"{item.last[0].name} of {item.last[1]}" if item.last else "no step"
    return Stop("exhausted", f"{last} was the last of {item.policy.ref}")


_CHECKS: tuple[Check, ...] = (
    _flagged,
    _placed,
    _resting("dispute"),
    _resting("plan"),
    _resting("promise"),
    _resting("extension"),
    _resting("pause"),
    _resting("reply"),
    _in_doubt,
    _bounce,
    _autopay,
    _after_payment,
    _deciding,
    _declined,
    _exhausted,
)

#: Standings that a decision in progress does not outrank: what closes it. What is
#: settled is closed as paid.
ABOVE_DECIDING = STANDINGS[1 : STANDINGS.index("deciding")]
