"""What people wrote down that makes the ladder pause, and until when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from goodterms.decision.state.balances import Balances
from goodterms.decision.state.history import JournalEntry
from goodterms.decision.state.instalment_plans import InstalmentPlanStatus
from goodterms.decision.state.promises import PromiseOutcome, PromiseStatus, approved
from goodterms.model.calendar import plus
from goodterms.model.ledger import Invoice
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


@dataclass(frozen=True, slots=True)
class Suspension:
    """A stretch of days in which an invoice rests.

    It protects from ``start`` to ``until``, both included; ``until`` is None
    where no date ends it. ``ended`` is the day from which the policy's
    ``resume_gap`` counts, None while that day is not known.
    """

    standing: str
    start: date
    until: date | None
    ended: date | None
    why: str

    def covers(self, day: date) -> bool:
        """Whether the invoice rests on that day; the last day still protects."""
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
        found = (r for r in self.records if isinstance(r, Extension))
        return tuple(sorted(found, key=lambda r: (r.on, r.id)))


def suspensions(
    invoice: Invoice, policy: Policy, talk: AccountRecords, books: Balances
) -> tuple[Suspension, ...]:
    """List every rest of an invoice so far, ended ones too, in no special order."""
    return (
        *(rest for about, rest in talk.common_suspensions if invoice.id in about),
        *_plans(invoice, talk.plan_statuses),
        *_promises(invoice, talk.promise_statuses),
        *_extensions(invoice, talk.extensions, books),
        *_pauses(invoice, talk.records, books),
        *_remedies(invoice, policy, talk.entries),
        *_reversals(invoice, books),
    )


def common_suspensions(
    records: Iterable[Record], books: Balances
) -> tuple[tuple[frozenset[str], Suspension], ...]:
    """List the rests by disputes and replies, with their invoices."""
    known = tuple(records)
    found = (*_disputes(known), *_replies(known))
    return tuple((books.invoices_of(record), rest) for record, rest in found)


def _disputes(records: Sequence[Record]) -> Iterator[tuple[Record, Suspension]]:
    ends = resolutions(records)
    for record in records:
        if isinstance(record, Dispute):
            ended = ends.get(record.id)
            until = plus(ended, -1) if ended else None
            why = f"disputed on {record.on}, review by {record.review_by}"
            yield record, Suspension("dispute", record.on, until, ended, why)


def resolutions(records: Iterable[Record]) -> dict[str, date]:
    """Map dispute records to the day on which they were resolved."""
    ends: dict[str, date] = {}
    for record in records:
        if isinstance(record, Resolution):
            ends[record.of] = min(record.on, ends.get(record.of, record.on))
    return ends


def _plans(
    invoice: Invoice, agreements: Iterable[InstalmentPlanStatus]
) -> Iterable[Suspension]:
    for agreement in agreements:
        if invoice.id in agreement.invoices:
            ended = agreement.ended
            until = plus(ended, -1) if ended else None
            start = agreement.record.on
            yield Suspension("plan", start, until, ended, agreement.why)


def _promises(
    invoice: Invoice, pledges: Iterable[PromiseStatus]
) -> Iterable[Suspension]:
    for pledge in pledges:
        if invoice.id not in pledge.invoices or not pledge.has_effect:
            continue
        record = pledge.record
        why = f"promised {pledge.amount} by {record.pay_by}"
        if pledge.outcome is not PromiseOutcome.OPEN:
            why += f", {pledge.outcome.value}"
        yield Suspension("promise", record.on, pledge.until, pledge.until, why)


def _extensions(
    invoice: Invoice, extensions: Iterable[Extension], books: Balances
) -> Iterable[Suspension]:
    """Give more time; after a final one a further one needs approval."""
    final = False
    for record in extensions:
        if invoice.id not in books.invoices_of(record):
            continue
        if final and not approved(record):
            continue
        final = final or record.final
        why = f"extended on {record.on} until {record.until}"
        yield Suspension("extension", record.on, record.until, record.until, why)


def _pauses(
    invoice: Invoice, records: Iterable[Record], books: Balances
) -> Iterable[Suspension]:
    known = tuple(records)
    resumed = sorted(
        r.on
        for r in known
        if isinstance(r, Resume) and invoice.id in books.invoices_of(r)
    )
    for record in known:
        if isinstance(record, Pause) and invoice.id in books.invoices_of(record):
            early = next((on for on in resumed if record.on <= on), None)
            why = f"paused by {record.by} on {record.on} until {record.until}"
            if early and early <= record.until:
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
    known = tuple(records)
    answers = [r.on for r in known if answers_a_reply(r)]
    replies = [r for r in known if isinstance(r, Reply)]
    waiting = [r for r in replies if not any(r.on <= on for on in answers)]
    return tuple(sorted(waiting, key=lambda r: (r.on, r.id)))


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
    """Rest by an approved pause, and while the offer of a remedy is open."""
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


def _reversals(invoice: Invoice, books: Balances) -> Iterable[Suspension]:
    for payment in invoice.payments:
        if payment.amount.amount < 0 and payment.on <= books.as_of:
            day = payment.on
            why = f"payment of {-payment.amount} reversed on {day}"
            yield Suspension("reversal", day, plus(day, -1), day, why)


def by_standing(found: Iterable[Suspension], day: date) -> Mapping[str, Suspension]:
    """Map the standings that hold on a day to the rest that holds longest."""
    active: dict[str, Suspension] = {}
    for rest in found:
        if not rest.covers(day):
            continue
        known = active.get(rest.standing)
        if known is None or _is_later(rest.until, known.until):
            active[rest.standing] = rest
    return active


def _is_later(day: date | None, other: date | None) -> bool:
    if other is None:
        return False
    return day is None or day > other
