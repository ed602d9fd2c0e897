"""What an account has heard from us, up to a message of the day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from goodterms.decision.due.contact_limits import Contact, OpenCall, allowed_from
from goodterms.decision.due.drafts import DraftAction
from goodterms.decision.proposals import step_of
from goodterms.decision.state.account_state import AccountState, InvoiceState
from goodterms.decision.state.history import JournalEntry, is_contact
from goodterms.model.calendar import plus
from goodterms.model.journal import CHASING
from goodterms.model.plan import ActionKind, OngoingConversation
from goodterms.model.policy import Limit
from goodterms.model.records import Call, ContactMade


def ongoing_conversation(
    state: AccountState, draft: DraftAction
) -> OngoingConversation | None:
    """Say that a message goes on with a conversation, None where it begins one.

    So it is where some of its invoices were written about when they were overdue,
    and others have fallen due since; a warm message does so too where none have, as
    it would else ask whether they have arrived.
    """
    if draft.kind not in ("send", "propose"):
        return None
    shown = [
        s.invoice_state
        for s in (*draft.advancing, *draft.listed)
        if s.invoice_state.overdue
    ]
    last_shown = _last_shown(state, shown)
    if not last_shown:
        return None
    last = max(last_shown.values())
    new = [i for i in shown if i.id not in last_shown and i.overdue_from > last]
    again = draft.step.tone == "warm" and len(last_shown) == len(shown)
    return OngoingConversation(last, len(new)) if new or again else None


def _last_shown(state: AccountState, shown: Sequence[InvoiceState]) -> dict[str, date]:
    """Map the invoices that a message showed as overdue to the day of the latest."""
    last_days: dict[str, date] = {}
    for item in shown:
        entries = state.history.entries_showing(item.id)
        days = [
            entry.on
            for entry in entries
            if entry.doc.kind == "send"
            and entry.is_contact
            and entry.on >= item.overdue_from
        ]
        if days:
            last_days[item.id] = max(days)
    return last_days


@dataclass(frozen=True, slots=True)
class ContactHistory:
    """The contacts of an account so far, with those that the plan adds today.

    ``calls`` were handed out and are still to be made. ``today`` maps the
    channels by which something is said on the day to what it is.
    """

    state: AccountState
    contacts: tuple[Contact, ...]
    calls: tuple[OpenCall, ...]
    today: tuple[tuple[str | None, str], ...]

    def after(
        self, kind: ActionKind, channel: str | None, step: str, lapse: int | None = None
    ) -> "ContactHistory":
        """Return what they will have heard when one more thing is said today."""
        day = self.state.as_of
        spoken = (*self.today, (channel, step))
        if kind == "call":
            last = None if lapse is None else plus(day, lapse)
            return replace(self, calls=(*self.calls, OpenCall(day, last)), today=spoken)
        return replace(self, contacts=(*self.contacts, (day, channel)), today=spoken)

    def after_draft(self, draft: DraftAction) -> "ContactHistory":
        """Return what they will have heard after a draft; only words count."""
        if draft.kind not in CHASING:
            return self
        step = draft.step
        return self.after(draft.kind, draft.channel, step.name, step.lapse)

    def free(
        self, channel: str | None, day: date, limits: Iterable[Limit] | None = None
    ) -> date | None:
        """Return the first day from *day* on which the limits leave room.

        None where no day is known.
        """
        applicable = self.state.limits if limits is None else limits
        return allowed_from(
            applicable, self.contacts, channel or "email", day, self.calls
        )

    def second(self, kind: ActionKind, channel: str | None) -> str | None:
        """Say why this would be a second voice on one day, None when it is not.

        No two messages go by one channel on one day, and none on the day of a
        call that we hand out.
        """
        for used, step in self.today:
            if used == "phone" and kind != "call":
                return f"the call for {step} is handed out today"
            if used == channel or kind == "call":
                return f"{step} goes out by {used or 'hand'} today"
        return None

    @property
    def last(self) -> str:
        """Name the latest contact, in words."""
        if self.calls and self.calls[-1].on == self.state.as_of:
            return "a call is handed out today"
        if self.calls:
            return f"the call handed out on {self.calls[-1].on} is still to be made"
        if self.today:
            return f"{self.today[-1][1]} goes out today"
        if not self.contacts:
            return "they allow none"
        return f"the last was on {max(on for on, _ in self.contacts)}"


def contact_history(state: AccountState) -> ContactHistory:
    """Return what an account has heard by the day, before the plan adds to it.

    A call handed out is no contact yet, but may become one on any day: it counts
    until it is made, when its record takes its place, until it has lapsed, or until
    its invoices are settled. What else stops them does not take it out of a hand.
    """
    today = [entry for entry in state.history.entries if entry.on == state.as_of]
    spoken = [(e.doc.channel, e.doc.step or "a message") for e in today if e.is_contact]
    met = any(
        isinstance(record, Call | ContactMade) and record.on == state.as_of
        for record in state.records
    )
    if not met:
        calls = [e for e in today if e.doc.kind == "call" and e.is_out]
        spoken += [("phone", entry.doc.step or "a call") for entry in calls]
    return ContactHistory(
        state, state.history.contacts, _open_calls(state), tuple(spoken)
    )


def _open_calls(state: AccountState) -> tuple[OpenCall, ...]:
    """List the calls handed out and still to be made, one for a day."""
    unsettled = {item.id for item in state.open_invoices}
    reached = [r for r in state.records if is_contact(r)]
    calls: dict[date, OpenCall] = {}
    for entry in state.history.entries:
        invoices = {row.id for row in entry.rows} & unsettled
        if entry.doc.kind != "call" or not entry.is_out or not invoices:
            continue
        after = (r for r in reached if r.on >= entry.on)
        call = OpenCall(entry.on, _last_day(state, entry))
        lapsed = call.last is not None and state.as_of > call.last
        if lapsed or any(state.balances.invoices_of(r) & invoices for r in after):
            continue
        earlier = calls.setdefault(entry.on, call)
        if earlier.last and (call.last is None or call.last > earlier.last):
            calls[entry.on] = call
    return tuple(calls[on] for on in sorted(calls))


def _last_day(state: AccountState, entry: JournalEntry) -> date | None:
    step = step_of(state, entry)
    return None if step is None or step.lapse is None else plus(entry.on, step.lapse)
