"""How often an account may hear from us."""

from collections.abc import Iterable
from datetime import date

from engine.days import plus
from engine.terms import Limit

Contact = tuple[date, str | None]


def allowed_from(
    limits: Iterable[Limit], contacts: Iterable[Contact], channel: str, day: date
) -> date | None:
    """Return the first day, not before *day*, on which a contact is within limits.

    All *limits* hold together. A limit of one per 5 days allows the next
    contact no sooner than 5 days after the last. None: a limit allows nothing
    at all. No further contacts are foreseen.
    """
    asked = [limit for limit in limits if limit.channel in (None, channel)]
    made = tuple(contacts)
    free = day
    while True:
        days = [_free(limit, made, free) for limit in asked]
        if None in days:
            return None
        later = max((found for found in days if found), default=free)
        if later <= free:
            return free
        free = later


def _free(limit: Limit, contacts: tuple[Contact, ...], day: date) -> date | None:
    if limit.contacts == 0:
        return None
    start = plus(day, -limit.per)
    inside = sorted(
        on
        for on, channel in contacts
        if start < on <= day and limit.channel in (None, channel)
    )
    if len(inside) < limit.contacts:
        return day
    return plus(inside[len(inside) - limit.contacts], limit.per)
