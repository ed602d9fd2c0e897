"""Suspensions of the ladder by records, plans and remedies, and their ends."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from goodterms.decision.state.balances import Balances
from goodterms.decision.state.history import JournalEntry
from goodterms.decision.state.instalment_plans import InstalmentPlanStatus
from goodterms.decision.state.promises import PromiseOutcome, PromiseStatus, approved
from goodterms.model.calendar import plus
from goodterms.model.ledger import Invoice
from goodterms.model.plan import Standing
from goodterms.model.policy import Policy
from goodterms.model.records import (
    Call,
    ContactMade,
    Dispute,
    Extension,
    Pause,
    Record,
    Reply,
    Resolution,
    Resume,
)

#: What suspends an invoice; a reversal is over on the day it is known.
SuspensionStanding: TypeAlias = Standing | Literal["reversal"]


@dataclass(frozen=True, slots=True)
class Suspension:
    """A span of days in which an invoice is suspended.

    It protects from ``start`` to ``until``, both included; ``until`` is None
    where no date ends it. ``ended`` is the day from which the policy's
    ``resume_gap`` counts, None while that day is not known.
    """

    standing: SuspensionStanding
    start: date
    until: date | None
    ended: date | None
    why: str

    def covers(self, day: date) -> bool:
        """Whether the invoice is suspended on that day, the last day included."""
        return self.start <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class AccountRecords:
    """The records of an account, sorted out once for all its invoices.

    ``common_suspensions`` are those that depend on nothing but the records, each with
    the invoices that it is for.
    """

    records: tuple[Record, ...]
    common_suspensions: tuple[tuple[frozenset[str], Suspension], ...]
    promise_statuses: tuple[PromiseStatus, ...]
    plan_statuses: tuple[InstalmentPlanStatus, ...]
    entries: tuple[JournalEntry, ...]

    @property
    def extensions(self) -> tuple[Extension, ...]:
        """All extensions, earliest first."""
        extensions = (r for r in self.records if isinstance(r, Extension))
        return tuple(sorted(extensions, key=lambda r: (r.on, r.id)))


def suspensions(
    invoice: Invoice,
    policy: Policy,
    account_records: AccountRecords,
    balances: Balances,
) -> tuple[Suspension, ...]:
    """List the suspensions of an invoice, ended ones too, in no special order."""
    return (
        *(
            suspension
            for invoices, suspension in account_records.common_suspensions
            if invoice.id in invoices
        ),
        *_plans(invoice, account_records.plan_statuses),
        *_promises(invoice, account_records.promise_statuses),
        *_extensions(invoice, account_records.extensions, balances),
        *_pauses(invoice, account_records.records, balances),
        *_remedies(invoice, policy, account_records.entries),
        *_reversals(invoice, balances),
    )


def common_suspensions(
    records: Iterable[Record], balances: Balances
) -> tuple[tuple[frozenset[str], Suspension], ...]:
    """List the suspensions by disputes and replies, with their invoices."""
    listed = tuple(records)
    by_record = (*_disputes(listed), *_replies(listed))
    return tuple(
        (balances.invoices_of(record), suspension) for record, suspension in by_record
    )


def _disputes(records: Sequence[Record]) -> Iterator[tuple[Record, Suspension]]:
    ends = resolutions(records)
    for record in records:
        if isinstance(record, Dispute):
            ended = ends.get(record.id)
            until = plus(ended, -1) if ended else None
            end = f"resolved on {ended}" if ended else f"review by {record.review_by}"
            why = f"disputed on {record.on}, {end}"
            yield record, Suspension("dispute", record.on, until, ended, why)


def resolutions(records: Iterable[Record]) -> dict[str, date]:
    """Map dispute records to the day on which they were resolved."""
    ends: dict[str, date] = {}
    for record in records:
        if isinstance(record, Resolution):
            ends[record.of] = min(record.on, ends.get(record.of, record.on))
    return ends


def _plans(
    invoice: Invoice, statuses: Iterable[InstalmentPlanStatus]
) -> Iterable[Suspension]:
    for status in statuses:
        if invoice.id in status.invoices:
            ended = status.ended
            until = plus(ended, -1) if ended else None
            start = status.record.on
            yield Suspension("plan", start, until, ended, status.why)


def _promises(
    invoice: Invoice, statuses: Iterable[PromiseStatus]
) -> Iterable[Suspension]:
    for status in statuses:
        if invoice.id not in status.invoices or not status.has_effect:
            continue
        record = status.record
        why = f"promised {status.amount} by {record.pay_by}"
        if status.outcome is not PromiseOutcome.OPEN:
            why += f", {status.outcome.value}"
        yield Suspension("promise", record.on, status.until, status.until, why)


def _extensions(
    invoice: Invoice, extensions: Iterable[Extension], balances: Balances
) -> Iterable[Suspension]:
    """Give more time; after a final one a further one needs approval."""
    final = False
    for record in extensions:
        if invoice.id not in balances.invoices_of(record):
            continue
        if final and not approved(record):
            continue
        final = final or record.final
        why = f"extended on {record.on} until {record.until}"
        yield Suspension("extension", record.on, record.until, record.until, why)


def _pauses(
    invoice: Invoice, records: Iterable[Record], balances: Balances
) -> Iterable[Suspension]:
    listed = tuple(records)
    resumed = sorted(
        r.on
        for r in listed
        if isinstance(r, Resume) and invoice.id in balances.invoices_of(r)
    )
    for record in listed:
        if isinstance(record, Pause) and invoice.id in balances.invoices_of(record):
            early = next((on for on in resumed if record.on <= on), None)
            why = f"paused by {record.by} on {record.on} until {record.until}"
            if early and early <= record.until:
                why += f", resumed on {early}"
                yield Suspension("pause", record.on, plus(early, -1), early, why)
            else:
                yield Suspension("pause", record.on, record.until, record.until, why)


def _replies(records: Sequence[Record]) -> Iterator[tuple[Record, Suspension]]:
    answers = sorted(r.on for r in records if answers_a_reply(r))
    for record in records:
        if isinstance(record, Reply):
            ended = next((on for on in answers if record.on <= on), None)
            until = plus(ended, -1) if ended else None
            why = f"they replied on {record.on}"
            why += f", answered on {ended}" if ended else " and wait for our answer"
            yield record, Suspension("reply", record.on, until, ended, why)


def unanswered_replies(records: Iterable[Record]) -> tuple[Reply, ...]:
    """List the replies that nobody has answered yet, earliest first."""
    listed = tuple(records)
    answers = [r.on for r in listed if answers_a_reply(r)]
    replies = [r for r in listed if isinstance(r, Reply)]
    waiting = [r for r in replies if not any(r.on <= on for on in answers)]
    return tuple(sorted(waiting, key=lambda r: (r.on, r.id)))


def customer_replies(records: Iterable[Record]) -> tuple[Reply, ...]:
    """List what the customer answered, earliest first.

    A reply without words that is marked as answered, while an earlier one waited for
    us, only notes that we have answered: the customer has said nothing since.
    """
    listed = sorted(records, key=lambda record: (record.on, record.id))
    replies: list[Reply] = []
    waits = False
    for record in listed:
        if isinstance(record, Reply) and not _notes_our_answer(record, waits=waits):
            replies.append(record)
            waits = not record.answered
        elif answers_a_reply(record):
            waits = False
    return tuple(replies)


def _notes_our_answer(reply: Reply, *, waits: bool) -> bool:
    return waits and reply.answered and not reply.said


def answers_a_reply(record: Record) -> bool:
    """Whether a record shows that we have answered what a customer said."""
    if isinstance(record, Call):
        return record.outcome == "reached"
    if isinstance(record, Reply):
        return record.answered
    return isinstance(record, ContactMade)


def _remedies(
    invoice: Invoice, policy: Policy, entries: Iterable[JournalEntry]
) -> Iterable[Suspension]:
    """Suspend by an approved pause, and while the offer of a remedy is open."""
    for entry in entries:
        doc = entry.doc
        if doc.choose in (None, "approve") or invoice.id not in {
            row.id for row in entry.rows
        }:
            continue
        if doc.kind == "propose" and doc.state == "approved":
            step = policy.step(doc.step or "")
            remedy = step.remedy(doc.choose or "") if step else None
            if remedy and remedy.pause is not None:
                until = plus(entry.since, remedy.pause)
                why = f"{doc.choose} approved on {entry.since}"
                yield Suspension("pause", entry.since, until, until, why)
        elif doc.kind == "send" and entry.is_out and doc.valid_until:
            why = f"offer {doc.offer} is open until {doc.valid_until}"
            yield Suspension("pause", entry.on, doc.valid_until, doc.valid_until, why)


def _reversals(invoice: Invoice, balances: Balances) -> Iterable[Suspension]:
    for payment in invoice.payments:
        if payment.amount.amount < 0 and payment.on <= balances.as_of:
            day = payment.on
            why = f"payment of {-payment.amount} reversed on {day}"
            yield Suspension("reversal", day, plus(day, -1), day, why)


def by_standing(
    suspensions: Iterable[Suspension], day: date
) -> Mapping[str, Suspension]:
    """Map the standings of a day to the suspension that holds longest."""
    active: dict[str, Suspension] = {}
    for suspension in suspensions:
        if not suspension.covers(day):
            continue
        longest = active.get(suspension.standing)
        if longest is None or _is_later(suspension.until, longest.until):
            active[suspension.standing] = suspension
    return active


def _is_later(day: date | None, other: date | None) -> bool:
    if other is None:
        return False
    return day is None or day > other
