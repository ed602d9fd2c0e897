"""What has happened between us and a customer about a proposal's invoices."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from engine.decision.history import Entry
from engine.decision.proposals import expires_on, state_of
from engine.journal import Document
from engine.money import Money, by_currency, parse_amount
from engine.page.deeds import again_from, by, outcome, sums
from engine.page.layout import paragraphs, table
from engine.page.links import Shelf
from engine.page.matter import Matter
from engine.page.safe import Md, column_day, count, say, words
from engine.page.said import outcome_of, told_of, what
from engine.records import (
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

#: So many of the latest events are shown.
LATEST = 40

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
class Event:
    """Something that happened: whose doing it was, and what it was.

    ``label`` is a word or two of our own vocabulary for a chart; ``until``
    makes it a stretch of days.
    """

    on: date
    whose: str
    what: Md
    label: str
    until: date | None = None


def events(about: Matter, shelf: Shelf) -> list[Event]:
    """List everything that happened by the page's day, the earliest first."""
    found = [
        *_due(about),
        *_entries(about, shelf),
        *_money(about),
        *(_recorded(about, record) for record in told_of(about)),
    ]
    return sorted(found, key=lambda event: event.on)


def timeline(found: list[Event], today: date) -> Md:
    """Show the latest events as a table, the earliest first."""
    shown = found[-LATEST:]
    rows = [
        (column_day(event.on, today), say("{}", event.whose), event.what)
        for event in shown
    ]
    more = len(found) - len(shown)
    note = say("{} left out.", count(more, "earlier event")) if more else Md()
    return paragraphs(note, table(("On", "Who", "What"), rows))


def _due(about: Matter) -> Iterator[Event]:
    days = sorted({o.invoice.due for o in about.owed if o.invoice.due <= about.day})
    for on in days:
        due = [o.invoice.total for o in about.owed if o.invoice.due == on]
        told = say("{} due, {}", count(len(due), "invoice"), sums(by_currency(due)))
        yield Event(on, "due", told, "due")


def _entries(about: Matter, shelf: Shelf) -> Iterator[Event]:
    for entry in about.here.history.entries:
        rows = (*entry.rows, *(entry.doc.listed or ()))
        if entry.id == about.entry.id or not any(row.id in about.ids for row in rows):
            continue
        if entry.doc.kind == "propose":
            yield _proposal(about, entry)
        else:
            told = _deed(about, entry, shelf)
            yield Event(entry.on, "we", told, entry.doc.step or entry.doc.kind or "")


def _proposal(about: Matter, entry: Entry) -> Event:
    doc = entry.doc
    told = say("{} proposed", doc.step or "")
    state = state_of(about.here, entry) or ""
    if state == "expired":
        told = say("{}; nobody decided by {}", told, expires_on(about.here, entry))
    elif state != "proposed":
        done = outcome(entry, state)
        told = say("{}; {} on {}{}", told, done, entry.since, again_from(entry))
    names = " and ".join(about.person(key) for key in doc.by or ())
    told = say("{} by {}", told, names) if names else told
    told = say("{}: “{}”", told, words(doc.reason)) if doc.reason else told
    return Event(entry.on, "we", told, f"{doc.step} {outcome(entry, state)}")


def _deed(about: Matter, entry: Entry, shelf: Shelf) -> Md:
    doc = entry.doc
    if doc.kind == "send":
        name = say("{}", doc.step or "message")
        path = f"{about.folder}/messages/{entry.id}.md"
        linked = shelf.file(path, name) if entry.is_out else name
        told = say("{} by {}{}", linked, by(doc.channel), _claiming(about, doc))
    else:
        whom = doc.partner or about.person(doc.to)
        told = say(_DONE.get(doc.kind or "", "{}"), doc.step or doc.kind or "", whom)
    if entry.bounced:
        return say("{}: **bounced**", told)
    if doc.posted is False:
        return say("{}: **not posted**", told)
    return told if doc.state == "sent" else say("{}: **{}**", told, doc.state or "")


def _claiming(about: Matter, doc: Document) -> Md:
    """Say what a message claimed for late payment."""
    known = about.here.books.invoices
    claims = [
        parse_amount(amount, known[row.invoice].currency)
        for row in doc.charges or ()
        if row.invoice in known
        for amount in (row.interest, row.compensation)
    ]
    if not claims:
        return Md()
    return say(", with {} of charges", sums(by_currency(claims)))


def _money(about: Matter) -> Iterator[Event]:
    for owed in about.owed:
        invoice = owed.invoice
        for payment in invoice.payments:
            yield from _received(about, payment.on, payment.amount, "paid", invoice.id)
        for credit in invoice.credits:
            yield from _received(
                about, credit.on, credit.amount, "credited", invoice.id
            )


def _received(
    about: Matter, on: date, amount: Money, how: str, invoice: str
) -> Iterable[Event]:
    if on > about.day:
        return
    if amount.amount < 0:
        amount, how = -amount, "payment reversed"
    whose = "we" if how == "credited" else "they"
    yield Event(on, whose, say("{} {} on {}", amount, how, invoice), f"{amount} {how}")


def _recorded(about: Matter, record: Record) -> Event:
    whose = "they" if isinstance(record, _THEIRS) else "we"
    until = getattr(record, "until", getattr(record, "pay_by", None))
    return Event(record.on, whose, what(about, record), _label(about, record), until)


def _label(about: Matter, record: Record) -> str:
    if isinstance(record, Call):
        return f"call {record.outcome}"
    if isinstance(record, ContactMade):
        return f"{record.step or 'contact'} by hand"
    if isinstance(record, Promise):
        return f"promise {outcome_of(about, record)}"
    if isinstance(record, CashReceived):
        return f"{record.amount} received"
    if isinstance(record, CreditNote):
        return f"{record.amount} credit note"
    return KIND_OF[type(record)]
