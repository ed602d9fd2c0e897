"""What has happened between us and a customer about a proposal's invoices."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from goodterms.decision import JournalEntry, expires_on, proposal_state
from goodterms.model.calendar import plus
from goodterms.model.journal import JournalDocument
from goodterms.model.money import Money, by_currency, parse_amount
from goodterms.model.records import (
    KIND_OF,
    Call,
    CashReceived,
    ContactMade,
    CreditNote,
    Dispute,
    Promise,
    Record,
    Reply,
    Settlement,
)
from goodterms.views.file_links import FileLinks
from goodterms.views.markdown import Markdown, column_day, count, say, short_day, words
from goodterms.views.page_layout import paragraphs, table
from goodterms.views.proposal_page.context import ProposalContext
from goodterms.views.proposal_page.effects import (
    again_from,
    channel_name,
    outcome,
    sums,
)
from goodterms.views.proposal_page.records_section import (
    outcome_of,
    record_description,
    relevant_records,
)

#: So many of the latest events are shown.
_LATEST_EVENTS = 40

#: Records of what the customer did; the others are ours.
_THEIRS = (Reply, Promise, Dispute, Settlement, CashReceived)

_DONE = {
    "call": "{} handed to {}",
    "place": "{}: placed with {}",
    "hold": "credit hold",
    "release": "credit hold lifted",
    "write-off": "written off",
    "credit": "credited",
    "thank": "thanks",
}


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """Something that happened: whose doing it was, and what it was.

    ``label`` is a word or two of our own vocabulary for a chart; ``until``
    makes it a stretch of days.
    """

    on: date
    whose: str
    description: Markdown
    label: str
    until: date | None = None


def events(context: ProposalContext, history: FileLinks) -> list[TimelineEvent]:
    """List everything that happened by the page's day, the earliest first."""
    events_ = [
        *_due(context),
        *_entries(context, history),
        *_money(context),
        *(_recorded(context, record) for record in relevant_records(context)),
    ]
    return sorted(events_, key=lambda event: event.on)


def timeline(events: list[TimelineEvent], today: date) -> Markdown:
    """Show the latest events as a table, the earliest first."""
    shown = events[-_LATEST_EVENTS:]
    rows = [
        (column_day(event.on, today), say("{}", event.whose), event.description)
        for event in shown
    ]
    more = len(events) - len(shown)
    note = say("{} left out.", count(more, "earlier event")) if more else Markdown()
    return paragraphs(note, table(("On", "Who", "What"), rows))


def _due(context: ProposalContext) -> Iterator[TimelineEvent]:
    days = sorted({o.invoice.due for o in context.owed if o.invoice.due <= context.day})
    for on in days:
        due = [o.invoice.total for o in context.owed if o.invoice.due == on]
        description = say(
            "{} due, {}", count(len(due), "invoice"), sums(by_currency(due))
        )
        yield TimelineEvent(on, "due", description, "due")


def _entries(context: ProposalContext, history: FileLinks) -> Iterator[TimelineEvent]:
    for entry in context.state.history.entries:
        rows = (*entry.rows, *(entry.doc.listed or ()))
        if entry.id == context.entry.id or not any(
            row.id in context.ids for row in rows
        ):
            continue
        if entry.doc.kind == "propose":
            yield _proposal(context, entry)
        else:
            description = _entry_description(context, entry, history)
            yield TimelineEvent(
                entry.on, "we", description, entry.doc.step or entry.doc.kind or ""
            )


def _proposal(context: ProposalContext, entry: JournalEntry) -> TimelineEvent:
    doc = entry.doc
    description = say("{} proposed", doc.step or "")
    state = proposal_state(context.state, entry) or ""
    if state == "expired":
        description = say(
            "{}; nobody decided by {}", description, expires_on(context.state, entry)
        )
    elif state != "proposed":
        done = outcome(entry, state)
        description = say(
            "{}; {} on {}{}", description, done, entry.since, again_from(entry)
        )
    names = " and ".join(context.person(key) for key in doc.by or ())
    description = say("{} by {}", description, names) if names else description
    description = (
        say("{}: “{}”", description, words(doc.reason)) if doc.reason else description
    )
    return TimelineEvent(
        entry.on, "we", description, f"{doc.step} {outcome(entry, state)}"
    )


def _entry_description(
    context: ProposalContext, entry: JournalEntry, history: FileLinks
) -> Markdown:
    doc = entry.doc
    if doc.kind == "send":
        name = say("{}", doc.step or "message")
        path = f"{context.folder}/messages/{entry.id}.md"
        linked = history.file(path, name) if entry.is_out else name
        description = say(
            "{} by {}{}", linked, channel_name(doc.channel), _claiming(context, doc)
        )
    else:
        whom = doc.partner or context.person(doc.to)
        description = say(
            _DONE.get(doc.kind or "", "{}"), doc.step or doc.kind or "", whom
        )
    if entry.bounced:
        return say("{}: **bounced**", description)
    if doc.posted is False:
        return say("{}: **not posted**", description)
    return (
        description
        if doc.state == "sent"
        else say("{}: **{}**", description, doc.state or "")
    )


def _claiming(context: ProposalContext, doc: JournalDocument) -> Markdown:
    """Say what a message claimed for late payment."""
    invoices = context.state.balances.invoices
    claims = [
        parse_amount(amount, invoices[row.invoice].currency)
        for row in doc.charges or ()
        if row.invoice in invoices
        for amount in (row.interest, row.compensation)
    ]
    if not claims:
        return Markdown()
    return say(", with {} of charges", sums(by_currency(claims)))


def _money(context: ProposalContext) -> Iterator[TimelineEvent]:
    for owed in context.owed:
        invoice = owed.invoice
        for payment in invoice.payments:
            yield from _received(
                context, payment.on, payment.amount, "paid", invoice.id
            )
        for credit in invoice.credits:
            yield from _received(
                context, credit.on, credit.amount, "credited", invoice.id
            )


def _received(
    context: ProposalContext, on: date, amount: Money, how: str, invoice: str
) -> Iterable[TimelineEvent]:
    if on > context.day:
        return
    if amount.amount < 0:
        amount, how = -amount, "payment reversed"
    whose = "we" if how == "credited" else "they"
    yield TimelineEvent(
        on, whose, say("{} {} on {}", amount, how, invoice), f"{amount} {how}"
    )


def _recorded(context: ProposalContext, record: Record) -> TimelineEvent:
    whose = "they" if isinstance(record, _THEIRS) else "we"
    until = getattr(record, "until", getattr(record, "pay_by", None))
    return TimelineEvent(
        record.on,
        whose,
        record_description(context, record),
        _label(context, record),
        until,
    )


def _label(context: ProposalContext, record: Record) -> str:
    if isinstance(record, Call):
        return f"call {record.outcome}"
    if isinstance(record, ContactMade):
        return f"{record.step or 'contact'} by hand"
    if isinstance(record, Promise):
        return f"promise {outcome_of(context, record)}"
    if isinstance(record, CashReceived):
        return f"{record.amount} received"
    if isinstance(record, CreditNote):
        return f"{record.amount} credit note"
    return KIND_OF[type(record)]


#: So many of the latest marks of each side are drawn.
LATEST = 12

_OTHER = re.compile(r"[^A-Za-z0-9.-]+")
_LONGEST_LABEL = 32
_A_YEAR = 366


def chart(context: ProposalContext, events: Sequence[TimelineEvent]) -> Markdown:
    """Draw when it fell due, what we did, what they did, and until when to decide."""
    start = min((o.invoice.due for o in context.owed), default=context.day)
    last = expires_on(context.state, context.entry)
    lines = [
        "gantt",
        "dateFormat YYYY-MM-DD",
        f"axisFormat {'%d %b' if (last - start).days < _A_YEAR else '%b %Y'}",
        f"tickInterval {_interval(start, last)}",
        "todayMarker off",
        *_section("Owed", [_bar("crit", "overdue", start, context.day)]),
        *_section("We", [_mark(e) for e in events if e.whose == "we"]),
        *_section("They", [_mark(e) for e in events if e.whose == "they"]),
        *_section("Decide", [_bar("active", _until(last), context.entry.on, last)]),
    ]
    drawn = "\n".join(["```mermaid", lines[0], *(f"    {x}" for x in lines[1:]), "```"])
    return Markdown(drawn)


def _interval(start: date, end: date) -> str:
    """Space the marks of the axis so that a phone has room for them."""
    months = max(1, -(-(end - start).days // 150))
    return f"{months}month"


def _section(name: str, tasks: Iterable[str]) -> list[str]:
    drawn = list(tasks)[-LATEST:]
    return [f"section {name}", *drawn] if drawn else []


def _bar(style: str, label: str, start: date, end: date) -> str:
    """Draw a stretch of days, one day at least."""
    return f"{_named(label)} :{style}, {start}, {max(end, plus(start, 1))}"


def _mark(event: TimelineEvent) -> str:
    short = short_day(event.on)
    if event.until and event.until > event.on:
        return _bar("done", f"{short} {event.label}", event.on, event.until)
    return f"{_named(f'{short} {event.label}')} :milestone, {event.on}, 0d"


def _until(last: date) -> str:
    return f"until {short_day(last)}"


def _named(label: str) -> str:
    return _OTHER.sub(" ", label).strip()[:_LONGEST_LABEL].strip() or "event"
