"""Limits on how often an account is contacted."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from goodterms.decision.state.account_state import AccountState, InvoiceState
from goodterms.model.calendar import plus
from goodterms.model.ledger import WRITTEN
from goodterms.model.policy import Limit, Step

Contact = tuple[date, str | None]


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call handed out on a day and not made yet.

    ``last`` is the last day on which it may be made, None where it never lapses.
    """

    on: date
    last: date | None


@dataclass(frozen=True, slots=True)
class ContactAllowance:
    """When limits allow the next contact of an account; each day is worked out once.

    ``calls`` were handed out and are still to be made; ``heard_today`` are the steps
    that lead today's messages, each with the currency of a case that hears it.
    """

    limits: tuple[Limit, ...] = ()
    contacts: tuple[Contact, ...] = ()
    calls: tuple[OpenCall, ...] = ()
    heard_today: frozenset[tuple[str, str]] = frozenset()
    _known: dict[tuple[str, date], date | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def is_free(self) -> bool:
        """Whether nothing was said that a limit could count."""
        return not self.contacts and not self.calls

    def first_allowed(self, channel: str, day: date) -> date | None:
        """Return the first day, not before *day*, on which a contact is allowed."""
        key = (channel, day)
        if key not in self._known:
            self._known[key] = allowed_from(
                self.limits, self.contacts, channel, day, self.calls
            )
        return self._known[key]


@dataclass(frozen=True, slots=True)
class _CountedContact:
    """A contact for which a limit leaves no room before ``free`` (None: ever)."""

    free: date | None

    def holds(self, day: date) -> bool:
        return self.free is None or self.free > day


def allowed_from(
    limits: Iterable[Limit],
    contacts: Iterable[Contact],
    channel: str,
    day: date,
    calls: Iterable[OpenCall] = (),
) -> date | None:
    """Return the first day, not before *day*, on which a contact is within limits.

    All *limits* hold together. A limit of one per 5 days allows the next
    contact no sooner than 5 days after the last. *calls*, which may be made any
    day, count until they lapse. None: no day is known on which one is allowed.
    No further contacts are foreseen.
    """
    limits_of_channel = [limit for limit in limits if limit.channel in (None, channel)]
    made_contacts, open_calls = tuple(contacts), tuple(calls)
    allowed = day
    while True:
        days = [
            _free_from(limit, made_contacts, open_calls, allowed)
            for limit in limits_of_channel
        ]
        if None in days:
            return None
        later = max((first for first in days if first), default=allowed)
        if later <= allowed:
            return allowed
        allowed = later


def _free_from(
    limit: Limit,
    contacts: Sequence[Contact],
    calls: Sequence[OpenCall],
    day: date,
) -> date | None:
    if limit.contacts == 0:
        return None
    counted = [
        _CountedContact(plus(on, limit.per))
        for on, channel in contacts
        if on <= day and limit.channel in (None, channel)
    ]
    if limit.channel in (None, "phone"):
        counted += [
            _CountedContact(plus(call.last, 1) if call.last else None) for call in calls
        ]
    inside = [contact for contact in counted if contact.holds(day)]
    if len(inside) < limit.contacts:
        return day
    ends = sorted((contact.free for contact in inside), key=lambda end: end or date.max)
    return ends[len(ends) - limit.contacts]


#: A case heard a step: its currency, and the step that led the message.
HeardStep = tuple[str, str]


def last_heard(state: AccountState, step: Step, currency: str) -> date | None:
    """Return the day on which a case last heard a message led by a step."""
    days = state.cache.get(("said", ""))
    if days is None:
        days = state.cache["said", ""] = _last_heard_days(state)
    day = days.get(f"{currency} {step.name}")
    return day if isinstance(day, date) else None


def _last_heard_days(state: AccountState) -> Mapping[str, object]:
    days: dict[str, date] = {}
    for entry in state.history.entries:
        if entry.doc.kind != "send" or not entry.is_contact:
            continue
        bills = (state.balances.invoices.get(row.id) for row in entry.rows)
        for currency in {bill.currency for bill in bills if bill}:
            key = f"{currency} {entry.doc.step}"
            days[key] = max(days.get(key, entry.on), entry.on)
    return days


def repeatable_from(
    state: AccountState,
    step: Step,
    item: InvoiceState,
    heard_today: Collection[HeardStep] = (),
) -> date | None:
    """Return the first day on which a case may hear a step again, None for any day.

    *item* is the invoice that leads; its policy's ``again`` counts. *heard_today*
    is what goes out on the day. Calls and steps that need an approval are no such
    steps.
    """
    again = item.policy.again
    if not again or step.approval or step.channel not in WRITTEN:
        return None
    last_day = last_heard(state, step, item.currency)
    if (item.currency, step.name) in heard_today:
        last_day = state.as_of
    return plus(last_day, again) if last_day else None
