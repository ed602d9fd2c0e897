"""What a run writes into journals: one document for each thing it did."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from goodterms.model.journal import (
    ChargeRow,
    DecisionState,
    EntryKind,
    EntryTime,
    Handover,
    JournalDocument,
    JournalRow,
    SendState,
)
from goodterms.model.plan import Action, Charge, InvoiceLine

#: Kinds that are done by being written down.
WRITTEN_DOWN = ("hold", "release", "write-off", "credit")


def claim(
    action: Action,
    when: EntryTime,
    run: str,
    message: str,
    *,
    text: str | None = None,
    handover: Handover | None = None,
) -> JournalDocument:
    """Say that a run is about to hand a message over; nothing has left yet.

    ``message`` is the digest of what will be handed over, ``text`` that of the file
    that keeps it, ``handover`` whether it waits for that or is next. A retry of a
    failed claim is written the same way, under the same id.
    """
    return replace(
        _entry(action, when),
        state="claimed",
        run=run,
        message=message,
        text=text,
        handover=handover,
        charges=tuple(map(_charge_row, action.charges)) or None,
    )


def begun(entry: str, when: EntryTime) -> JournalDocument:
    """Say that a claim that waited is handed over next: it may have left from now."""
    return JournalDocument(id=entry, day=when.day, at=when.stamp, handover="begun")


def written_down(action: Action, when: EntryTime) -> JournalDocument:
    """Say that something is so from today: a hold, its end, a write-off, a credit."""
    return replace(_entry(action, when), state="sent")


def proposal(action: Action, when: EntryTime, commit: str) -> JournalDocument:
    """Say that people are asked, on which commit; a later one refreshes it."""
    entry = _entry(action, when)
    return replace(
        entry,
        state="proposed",
        commit=commit,
        channel=None,
        to=None,
        listed=None,
        decision=None,
    )


def refreshed(action: Action, when: EntryTime, commit: str) -> JournalDocument:
    """Say that an open proposal now states other facts, in a new commit."""
    return JournalDocument(
        id=action.decision or action.entry,
        day=when.day,
        at=when.stamp,
        state="proposed",
        invoices=_rows(action, action.invoices or action.listed),
        totals=_totals(action),
        expires=action.expires,
        facts=action.facts,
        choose=action.choose,
        commit=commit,
        why=action.why or None,
    )


def settled(
    entry: str,
    state: DecisionState,
    when: EntryTime,
    *,
    by: Iterable[str] = (),
    choose: str | None = None,
    reason: str | None = None,
    why: Iterable[str] = (),
) -> JournalDocument:
    """Say what became of a proposal: approved, declined, expired or void.

    ``reason`` is what the people who decided gave as theirs.
    """
    return JournalDocument(
        id=entry,
        day=when.day,
        at=when.stamp,
        state=state,
        by=tuple(by) or None,
        choose=choose,
        reason=reason,
        why=tuple(why) or None,
    )


def outcome(
    entry: str,
    state: SendState,
    when: EntryTime,
    *,
    error: str | None = None,
    by: Iterable[str] = (),
    through: Literal["outbox"] | None = None,
) -> JournalDocument:
    """Say what became of a claim: sent, failed (nothing left) or in-doubt.

    ``through`` is said of what was left to a person, in the outbox.
    """
    return JournalDocument(
        id=entry,
        day=when.day,
        at=when.stamp,
        state=state,
        through=through,
        error=error,
        by=tuple(by) or None,
    )


def passed_on(
    entry: str, when: EntryTime, *, posted: bool, by: Iterable[str] = ()
) -> JournalDocument:
    """Say that somebody took a message out of the outbox, or that nobody will."""
    return JournalDocument(
        id=entry, day=when.day, at=when.stamp, posted=posted, by=tuple(by) or None
    )


def _entry_kind(action: Action) -> EntryKind:
    kind = action.kind
    if kind == "close" or kind == "task":  # noqa: PLR1714 - mypy narrows only so
        raise TypeError(f"'{kind}' has no entry of its own in a journal")
    return kind


def _entry(action: Action, when: EntryTime) -> JournalDocument:
    return JournalDocument(
        id=action.entry,
        day=when.day,
        on=when.day,
        at=when.stamp,
        kind=_entry_kind(action),
        step=action.step,
        policy=action.policy,
        channel=action.channel,
        to=action.to,
        invoices=_rows(action, action.invoices),
        listed=_rows(action, action.listed) or None,
        totals=_totals(action),
        decision=action.decision,
        choose=action.choose,
        gate=action.gate,
        offer=action.offer.name if action.offer else None,
        valid_until=action.offer.valid_until if action.offer else None,
        partner=action.partner,
        expires=action.expires,
        facts=action.facts,
        why=action.why or None,
    )


def _rows(action: Action, lines: Iterable[InvoiceLine]) -> tuple[JournalRow, ...]:
    return tuple(_row(action, line) for line in lines)


def _row(action: Action, line: InvoiceLine) -> JournalRow:
    return JournalRow(
        id=line.id,
        step=line.step,
        open=str(line.open),
        amount=str(line.net) if action.kind in ("write-off", "credit") else None,
        policy=line.policy if line.policy != action.policy else None,
    )


def _charge_row(charge: Charge) -> ChargeRow:
    return ChargeRow(charge.invoice, str(charge.interest), str(charge.compensation))


def _totals(action: Action) -> tuple[tuple[str, str], ...] | None:
    return tuple((total.currency, str(total)) for total in action.totals) or None
