"""How often an account may hear from us."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from engine.days import plus
from engine.terms import Limit

Contact = tuple[date, str | None]


@dataclass(frozen=True, slots=True)
class Room:
    """When limits let an account hear from us again; each day is worked out once."""

    limits: tuple[Limit, ...] = ()
    contacts: tuple[Contact, ...] = ()
    _known: dict[tuple[str, date], date | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    def free(self, channel: str, day: date) -> date | None:
        """Return the first day, not before *day*, on which a contact is allowed."""
        key = (channel, day)
        if key not in self._known:
            self._known[key] = allowed_from(self.limits, self.contacts, *key)
        return self._known[key]


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
