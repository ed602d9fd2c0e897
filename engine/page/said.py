"""What the customer said and promised, and what has been tried."""

from collections.abc import Sequence

from engine.decision.pauses import answers_a_reply
from engine.decision.promises import Outcome, Pledge
from engine.page.layout import paragraphs, table
from engine.page.links import Shelf
from engine.page.matter import Matter
from engine.page.safe import Md, column_day, count, joined, say, words
from engine.records import (
    KIND_OF,
    Call,
    CashReceived,
    CreditNote,
    Dispute,
    Extension,
    Pause,
    Promise,
    Record,
    Reply,
)

#: So many of the latest are shown.
LATEST = 30

#: So much of what they said last stands on the first screen, in characters.
_QUOTED = 160


def records_of(about: Matter) -> list[Record]:
    """List the records about the proposal's invoices, the earliest first."""
    books = about.here.books
    found = [r for r in about.here.records if books.targets(r) & about.ids]
    return sorted(found, key=lambda r: (r.on, r.id))


def in_short(about: Matter) -> Md:
    """Sum up what was tried and what came back, in a line."""
    records = records_of(about)
    sent = _messages(about)
    calls = sum(isinstance(r, Call) for r in records)
    tried = [say("{}", count(sent, "message"))]
    tried += [say("{}", count(calls, "call"))] if calls else []
    return say(
        "{}; {}; {}.",
        joined(tried, ", "),
        _heard(about, records),
        _promised(_pledges(about)),
    )


def _messages(about: Matter) -> int:
    return sum(
        entry.is_out and any(row.id in about.ids for row in entry.rows)
        for entry in about.here.history.entries
        if entry.doc.kind == "send"
    )


def _heard(about: Matter, records: Sequence[Record]) -> Md:
    """Say when they last answered: a reply, or a call that reached them."""
    answers = [r.on for r in records if isinstance(r, Reply | Promise) or _reached(r)]
    if not answers:
        return say("**no answer** so far")
    ago = (about.day - max(answers)).days
    when = say("{} ago", count(ago, "day")) if ago else say("today")
    return say("last answer {} ({})", max(answers), when)


def last_words(about: Matter) -> Md:
    """Quote what they said last; empty where nothing is written down."""
    theirs = [r for r in records_of(about) if r.said and (_answers(r) or _reached(r))]
    if not theirs:
        return Md()
    last = theirs[-1]
    return say("**They said** on {}: “{}”", last.on, words(last.said or "", _QUOTED))


def _answers(record: Record) -> bool:
    return isinstance(record, Reply | Promise | Dispute)


def _reached(record: Record) -> bool:
    return isinstance(record, Call) and answers_a_reply(record)


def _pledges(about: Matter) -> list[Pledge]:
    return [p for p in about.here.talk.pledges if p.invoices & about.ids]


def _promised(pledges: Sequence[Pledge]) -> Md:
    if not pledges:
        return say("no promises")
    outcomes = [pledge.outcome for pledge in pledges]
    counted = [
        say("{} {}", outcomes.count(each), each.value)
        for each in Outcome
        if each in outcomes
    ]
    return say("{}: {}", count(len(pledges), "promise"), joined(counted))


def said(about: Matter, shelf: Shelf) -> Md:
    """List what they said and promised, the newest first."""
    found = [r for r in reversed(records_of(about)) if r.said or _is_telling(r)]
    rows = [
        (
            shelf.file(_path(about, r), column_day(r.on, about.day)),
            what(about, r),
            _words(about, r),
        )
        for r in found[:LATEST]
    ]
    more = len(found) - len(rows)
    note = say("{} before that.", count(more, "record")) if more else Md()
    return paragraphs(table(("On", "What", "Said"), rows), note) if rows else Md()


def _path(about: Matter, record: Record) -> str:
    return f"{about.folder}/records/{record.id}.yaml"


def _words(about: Matter, record: Record) -> Md:
    """Quote what was written down, and say who heard it."""
    heard = say("({})", about.person(record.by))
    return say("{} {}", record.said, heard) if record.said else heard


def _is_telling(record: Record) -> bool:
    return isinstance(record, Promise | Reply | Call | Dispute)


def what(about: Matter, record: Record) -> Md:
    """Say what a record stands for: its kind, what was agreed, what came of it."""
    if isinstance(record, Promise):
        return _promise(about, record)
    if isinstance(record, Call):
        return say("call, {}{}", record.outcome, _because(record))
    if isinstance(record, Dispute):
        return say("dispute, review by {}{}", record.review_by, _because(record))
    if isinstance(record, Extension | Pause):
        return say("{} until {}", KIND_OF[type(record)], record.until)
    if isinstance(record, CashReceived | CreditNote):
        return say(_ON_NO_INVOICE[KIND_OF[type(record)]], record.amount)
    return say("{}{}", KIND_OF[type(record)], _because(record))


#: Unapplied cash, and a credit note that belongs to no invoice.
_ON_NO_INVOICE = {
    "payment": "{} received, matched to no invoice",
    "credit-note": "credit note of {}, put on no invoice",
}


def _because(record: Record) -> Md:
    return say(" ({})", record.reason) if record.reason else Md()


def _promise(about: Matter, record: Promise) -> Md:
    pledge = _pledge(about, record)
    sum_ = say(" {}", pledge.amount) if pledge else Md()
    outcome = outcome_of(about, record)
    return say("promised{} by {}: **{}**", sum_, record.pay_by, outcome)


def outcome_of(about: Matter, record: Promise) -> str:
    """Say how a promise stands: open, kept, broken, or without effect."""
    pledge = _pledge(about, record)
    if pledge is None or pledge.flaw:
        return "no effect until approved"
    return pledge.outcome.value


def _pledge(about: Matter, record: Promise) -> Pledge | None:
    """Return what was promised: of the proposal's invoices, where it is about any."""
    found = [p for p in about.here.talk.pledges if p.record is record]
    return next((p for p in found if p.invoices & about.ids), next(iter(found), None))
