"""Offers made concrete: what is to be paid, and until when."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_DOWN

from engine.action import Offered
from engine.days import plus
from engine.money import Money, rounded, total, unit
from engine.terms import Offer


def offered(offer: Offer, amounts: Iterable[Money], day: date) -> Offered | None:
    """Work out an offer on what an action asks for; None when that is nothing.

    *amounts* are its totals, one a currency. Instalments are equal and rounded
    down to the minor unit, the last takes the rest, so that they add up to the
    total; the first is due ``first`` days from *day*, yet not while the offer may
    still be taken up, the others at the offer's period after it. A discount is taken
    from the total, rounded half up.
    """
    whole = tuple(amount for amount in amounts if amount.amount > 0)
    if not whole:
        return None
    until = plus(day, offer.valid)
    if offer.kind == "discount" and offer.percent is not None:
        pay = tuple(discounted(offer, each) for each in whole)
        return Offered(offer.name, offer.kind, until, pay, (), f"{offer.percent:f}")
    parts = [part for each in whole for part in _parts(offer, each, day)]
    parts.sort(key=lambda part: part[0])
    return Offered(offer.name, offer.kind, until, whole, tuple(parts))


def discounted(offer: Offer, whole: Money) -> Money:
    """Return what settles a whole sum under an offer; the rest is rounded half up."""
    less = rounded(whole.amount * (offer.percent or 0) / 100, whole.currency)
    return whole - less


def _parts(offer: Offer, whole: Money, day: date) -> tuple[tuple[date, Money], ...]:
    count = offer.count or 1
    each = (whole.amount / count).quantize(unit(whole.currency), ROUND_DOWN)
    part = Money(each, whole.currency)
    first = plus(day, max(offer.first or 0, offer.valid + 1))
    dues = [offer.every.after(first, n) if offer.every else first for n in range(count)]
    last = whole - total([part] * (count - 1), whole.currency)
    return (*((due, part) for due in dues[:-1]), (dues[-1], last))
