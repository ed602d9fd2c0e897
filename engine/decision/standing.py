"""Why an invoice is not chased: everything that stops it, in order."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from engine.action import STANDINGS
from engine.days import plus
from engine.decision.addressing import address
from engine.decision.books import standing_money
from engine.decision.differing import in_words
from engine.decision.history import Entry
from engine.decision.ladder import Rung, next_rung
from engine.decision.pauses import Rest, by_standing
from engine.decision.proposals import declined_until, expires_on, state_of
from engine.decision.situation import Item, Situation
from engine.model import HARD_FLAGS, WRITTEN
from engine.money import Money, total, zero
from engine.records import Resume

#: What a written channel needs of a customer.
_ADDRESSES = {
    "email": "e-mail address",
    "letter": "postal address",
    "sms": "mobile number",
}


@dataclass(frozen=True, slots=True)
class Stop:
    """What stops an invoice. ``until`` is its last day, None where none is known.

    ``label`` is what people read in place of the standing, where that covers
    several: a proposal that was declined, one put off, and one that has expired; a
    message that came back, and a customer without an address.
    """

    standing: str
    why: str
    until: date | None = None
    label: str | None = None


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
    covered by credit or within the tolerance is not chased either, nor are those
    that are each within it and all together too, so that they do not lead others.
    An invoice that is stopped otherwise is asked the same as if it were not.
    """
    found = tuple(_stand(here, item) for item in here.items)
    asked = _asked_for(found)
    small = _asked_for(stand for stand in found if _is_small(here, stand))
    return tuple(_netted(here, stand, asked, small) for stand in found)


def _stand(here: Situation, item: Item) -> Stand:
    rung = next_rung(here, item)
    return Stand(item, rung, next(_stops(here, item, rung), None))


def stands_also(here: Situation, stand: Stand) -> frozenset[str]:
    """Name everything that stops an invoice, the reason it stands for included."""
    return frozenset(s.standing for s in _stops(here, stand.item, stand.rung))


def stopped_until(here: Situation, stand: Stand) -> date | None:
    """Return the last day of all that stops an invoice; None where one has no end."""
    days = [stop.until for stop in _stops(here, stand.item, stand.rung)]
    days += [stand.stop.until] if stand.stop else []
    return max((day for day in days if day), default=None) if all(days) else None


def is_small(here: Situation, item: Item) -> bool:
    """Whether an invoice is too little to ask for, with all others that are so too."""
    tolerance = here.tolerance(item.currency)
    if item.net > tolerance:
        return False
    small = (i.net for i in here.case(item.currency) if i.net <= tolerance)
    return total(small, item.currency) <= tolerance


def _stops(here: Situation, item: Item, rung: Rung | None) -> Iterator[Stop]:
    stops = (check(here, item, rung) for check in _CHECKS)
    return (stop for stop in stops if stop)


def _asked_for(found: Iterable[Stand]) -> Mapping[str, Money]:
    """Add up, by currency, what is overdue and chased, net of cover."""
    sums: dict[str, Money] = {}
    for stand in found:
        if stand.item.overdue and _is_chased(stand):
            known = sums.get(stand.currency, zero(stand.currency))
            sums[stand.currency] = known + stand.item.net
    return sums


def _netted(
    here: Situation,
    stand: Stand,
    asked: Mapping[str, Money],
    small: Mapping[str, Money],
) -> Stand:
    """Stop an invoice that cover leaves nothing of, or too little to ask for.

    *asked* are the overdue amounts of the cases, *small* those of invoices that are
    each within the tolerance. What cover leaves of a single
    invoice is within the tolerance on its own: it leads no message.
    """
    item, currency = stand.item, stand.currency
    cover, tolerance = item.cover.amount, here.tolerance(currency)
    if item.net.amount <= 0:
        why = f"{cover} {currency} of {_sources(item)} covers it"
        return replace(stand, stop=Stop("credit", why))
    if cover.amount and item.net <= tolerance:
        why = f"{item.net} {currency} left is within the tolerance of {tolerance}"
        return replace(stand, stop=Stop("tolerance", why))
    net = asked.get(currency, zero(currency))
    if item.overdue and not _is_chased(stand):
        net += item.net
    if stand.stop is None and _is_small(here, stand):
        net = min(net, small.get(currency, zero(currency)))
    if item.overdue and net <= tolerance:
        why = f"{net} {currency} overdue is within the tolerance of {tolerance}"
        return replace(stand, stop=Stop("tolerance", why))
    return stand


def _is_small(here: Situation, stand: Stand) -> bool:
    return stand.item.net <= here.tolerance(stand.currency)


def _sources(item: Item) -> str:
    """Name what covers an invoice."""
    if not item.cover.credit.amount:
        return "unmatched cash"
    return "credit and unmatched cash" if item.cover.cash.amount else "credit"


def _is_chased(stand: Stand) -> bool:
    """Whether it counts for the case; what people decide about is still chased."""
    return stand.stop is None or stand.stop.standing == "deciding"


def _flagged(here: Situation, _item: Item, _rung: Rung | None) -> Stop | None:
    flags = [flag for flag in HARD_FLAGS if flag in here.account.profile.flags]
    return Stop("flagged", "flagged " + ", ".join(flags)) if flags else None


def _differs(here: Situation, item: Item, _rung: Rung | None) -> Stop | None:
    for each in here.differences:
        if each.invoice in (None, item.id):
            return Stop("differs", in_words(each))
    return None


def _placed(here: Situation, item: Item, _rung: Rung | None) -> Stop | None:
    entry = here.history.placed.get(item.id)
    if entry is None:
        return None
    return Stop("placed", f"placed with {entry.doc.partner} on {entry.on}")


def _resting(standing: str) -> Check:
    def check(here: Situation, item: Item, _rung: Rung | None) -> Stop | None:
        rest = _rests_today(here, item).get(standing)
        return Stop(standing, rest.why, rest.until) if rest else None

    return check


def _rests_today(here: Situation, item: Item) -> Mapping[str, Rest]:
    return by_standing(item.rests, here.as_of) if item.rests else {}


def _in_doubt(here: Situation, item: Item, _rung: Rung | None) -> Stop | None:
    for entry in here.history.about(item.id):
        if entry.doc.state == "in-doubt" and not entry.bounced:
            return Stop("in-doubt", f"nobody knows whether {entry.id} arrived")
    return None


def _bounce(here: Situation, _item: Item, rung: Rung | None) -> Stop | None:
    if rung is None or rung.step.channel not in WRITTEN:
        return None
    if address(here.account, rung.step.channel, here.dead, rung.step.to):
        return None
    if here.dead:
        return Stop("bounce", f"no channel is left for {rung.step.name}")
    written = [each for each in here.account.profile.channels if each in WRITTEN]
    lacking = " or ".join(_ADDRESSES[each] for each in written or [rung.step.channel])
    why = f"there is no {lacking} for {rung.step.name}"
    return Stop("bounce", why, label="no address")


def _autopay(here: Situation, _item: Item, _rung: Rung | None) -> Stop | None:
    if "autopay" in here.account.profile.flags:
        return Stop("autopay", "collected automatically")
    return None


def _after_payment(here: Situation, item: Item, _rung: Rung | None) -> Stop | None:
    """Give time after money: paid on the invoice, or received for none of them.

    A payment that was reversed gives none. Unapplied cash of any currency counts
    for every overdue invoice of the account, as a part payment would.
    """
    days = item.policy.pauses.after_payment
    paid = [(on, f"paid on {on}") for on in _paid_days(here, item)]
    if item.overdue:
        paid += [
            (free.on, f"{free.amount} {free.amount.currency} received on {free.on}")
            for free in here.free
            if free.kind == "cash"
        ]
    if not days or not paid:
        return None
    on, why = max(paid)
    if here.as_of > plus(on, days):
        return None
    return Stop("after-payment", why, plus(on, days))


def _paid_days(here: Situation, item: Item) -> list[date]:
    paid = [(p.on, p.amount) for p in item.invoice.payments if p.on <= here.as_of]
    return [on for on, _ in standing_money(paid)]


def _foreign_cash(here: Situation, item: Item, _rung: Rung | None) -> Stop | None:
    """Wait for a person while money of another currency is matched to nothing.

    It is more than the tolerance, covers no invoice of its own currency, and no
    ``resume`` has been recorded since it came.
    """
    if not item.overdue:
        return None
    for on, idle in _idle_cash(here):
        if idle.currency != item.currency:
            why = (
                f"{idle} {idle.currency} received on {on} is matched to nothing:"
                " ask what it is for, then allocate it or record a resume"
            )
            return Stop("after-payment", why)
    return None


def _idle_cash(here: Situation) -> list[tuple[date, Money]]:
    """List the cash that covers nothing, by currency, with the day that it came."""
    known: list[tuple[date, Money]] | None = here.memo.get(("idle cash",))
    if known is None:
        came: dict[str, date] = {}
        for free in here.free:
            if free.kind == "cash" and not _resumed(here, free.on):
                came.setdefault(free.amount.currency, free.on)
        sums = [(on, here.idle(currency)["cash"]) for currency, on in came.items()]
        known = [(on, s) for on, s in sums if s > here.tolerance(s.currency)]
        here.memo["idle cash",] = known
    return known


def _resumed(here: Situation, since: date) -> bool:
    return any(isinstance(r, Resume) and r.on >= since for r in here.records)


def _deciding(here: Situation, item: Item, _rung: Rung | None) -> Stop | None:
    for entry in here.history.about(item.id):
        if entry.doc.kind == "propose" and state_of(here, entry) == "proposed":
            why = f"proposal {entry.id} waits for a decision"
            return Stop("deciding", why, expires_on(here, entry))
    return None


def _declined(here: Situation, item: Item, rung: Rung | None) -> Stop | None:
    if rung is None:
        return None
    for entry in reversed(here.history.about(item.id)):
        doc = entry.doc
        now = doc.step and here.rules.step_now(
            doc.step, doc.policy, item.policy, here.account
        )
        if now != rung.step.name:
            continue
        until = declined_until(here, entry)
        if until and here.as_of <= until:
            return _after_no(here, entry, until)
    return None


def _after_no(here: Situation, entry: Entry, until: date) -> Stop:
    """Say whether a proposal was declined or put off, by whom and why, or expired."""
    if state_of(here, entry) == "expired":
        last = expires_on(here, entry)
        why = f"proposal {entry.id} expired: nobody decided by {last}"
        return Stop("declined", why, until, "expired")
    put_off = entry.doc.until is not None
    done = "put off" if put_off else "declined"
    why = f"proposal {entry.id} was {done} on {entry.since}"
    if entry.doc.by:
        why += f" by {' and '.join(entry.doc.by)}"
    if entry.doc.reason:
        why += f": {entry.doc.reason}"
    return Stop("declined", why, until, "put off" if put_off else None)


def _exhausted(_here: Situation, item: Item, rung: Rung | None) -> Stop | None:
    if rung is not None:
        return None
    last = f"{item.last[0].name} of {item.last[1]}" if item.last else "no step"
    return Stop("exhausted", f"{last} was the last of {item.policy.ref}")


_CHECKS: tuple[Check, ...] = (
    _flagged,
    _differs,
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
    _foreign_cash,
    _deciding,
    _declined,
    _exhausted,
)

#: Standings that a decision in progress does not outrank: what closes it. What is
#: settled is closed as paid.
ABOVE_DECIDING = STANDINGS[1 : STANDINGS.index("deciding")]
