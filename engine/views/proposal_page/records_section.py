"""What the customer said and promised, and what has been tried."""

from collections.abc import Sequence

from goodterms.decision import PromiseOutcome, PromiseStatus, answers_a_reply
from goodterms.model.records import (
    KIND_OF,
    Call,
    CashReceived,
    ContactMade,
    CreditNote,
    Dispute,
    Extension,
    Pause,
    Promise,
    Record,
    Reply,
)
from goodterms.views.file_links import FileLinks
from goodterms.views.mail_body import gist, is_whole
from goodterms.views.markdown import (
    Markdown,
    code,
    column_day,
    count,
    joined,
    quoted,
    say,
    visible,
    words,
)
from goodterms.views.page_layout import folded, paragraphs, table
from goodterms.views.proposal_page.context import ProposalContext
from goodterms.views.proposal_page.effects import channel_name

#: So many of the latest are shown, and so many invoices named.
LATEST, _NAMED = 30, 5

#: So much of what they said last stands on the first screen, in characters.
_QUOTED = 320

#: So much of what was said stands in the list; the whole is folded away below it.
_LISTED = 200

#: So much of whole texts has room on a page, in characters of it.
_WHOLE = 24_000


def records_of(context: ProposalContext) -> list[Record]:
    """List the records about the proposal's invoices, the earliest first."""
    books = context.state.balances
    records = [r for r in context.state.records if books.invoices_of(r) & context.ids]
    return sorted(records, key=lambda r: (r.on, r.id))


def relevant_records(context: ProposalContext) -> list[Record]:
    """List those records, and what they told of their other open invoices."""
    own = records_of(context)
    others = [
        record
        for record in context.state.records
        if record not in own
        and _is_statement(record)
        and _other_invoices(context, record)
    ]
    return sorted((*own, *others), key=lambda r: (r.on, r.id))


def contact_summary(context: ProposalContext) -> Markdown:
    """Sum up what was tried and what came back, in a line."""
    records = records_of(context)
    sent = _messages(context)
    calls = sum(isinstance(r, Call) for r in records)
    tried = [say("{}{}", count(sent, "message"), _by_hand(records))]
    tried += [say("{}", count(calls, "call"))] if calls else []
    return say(
        "{}; {}; {}.",
        joined(tried, ", "),
        _last_answer(context, records),
        _promised(context),
    )


def _by_hand(records: Sequence[Record]) -> Markdown:
    """Count the times that one of us wrote to or met them, with the steps taken so."""
    contacts = [r for r in records if isinstance(r, ContactMade)]
    steps = dict.fromkeys(r.step for r in contacts if r.step)
    took = (
        say(" ({})", joined([say("{}", step) for step in steps]))
        if steps
        else Markdown()
    )
    return say(" and {} by hand{}", len(contacts), took) if contacts else Markdown()


def _messages(context: ProposalContext) -> int:
    """Count the messages that the engine sent about the invoices."""
    return sum(
        entry.is_out and any(row.id in context.ids for row in entry.rows)
        for entry in context.state.history.entries
        if entry.doc.kind == "send"
    )


def _last_answer(context: ProposalContext, records: Sequence[Record]) -> Markdown:
    """Say when they last answered: a reply, or a call that reached them."""
    answers = [r.on for r in records if isinstance(r, Reply | Promise) or _reached(r)]
    if not answers:
        return say("**no answer** so far")
    ago = (context.day - max(answers)).days
    when = say("{} ago", count(ago, "day")) if ago else say("today")
    return say("last answer {} ({})", max(answers), when)


def latest_quote(context: ProposalContext) -> Markdown:
    """Quote what they said last; empty where nothing is written down."""
    their_records = [
        r for r in records_of(context) if r.said and (_answers(r) or _reached(r))
    ]
    if not their_records:
        return Markdown()
    last = their_records[-1]
    own = gist(last.said or "")
    below = (
        Markdown()
        if is_whole(last.said or "", _QUOTED)
        else say(" (all of it is below)")
    )
    return say("**They said** on {}: “{}”{}", last.on, words(own, _QUOTED), below)


def _answers(record: Record) -> bool:
    return isinstance(record, Reply | Promise | Dispute)


def _reached(record: Record) -> bool:
    return isinstance(record, Call) and answers_a_reply(record)


def _promise_statuses(context: ProposalContext) -> list[PromiseStatus]:
    return [
        p
        for p in context.state.account_records.promise_statuses
        if p.invoices & context.ids
    ]


def _promised(context: ProposalContext) -> Markdown:
    """Count the promises about the invoices, and how each ended."""
    statuses = _promise_statuses(context)
    if not statuses and context.state.account_records.promise_statuses:
        return say("no promise about these invoices")
    if not statuses:
        return say("no promises")
    outcomes = [pledge.outcome for pledge in statuses]
    counted = [
        say("{} {}", outcomes.count(outcome), outcome.value)
        for outcome in PromiseOutcome
        if outcome in outcomes
    ]
    return say("{}: {}", count(len(statuses), "promise"), joined(counted))


def records_table(context: ProposalContext, history: FileLinks) -> Markdown:
    """List what they said and promised, the newest first."""
    records = [
        r for r in reversed(relevant_records(context)) if r.said or _is_statement(r)
    ]
    rows = [
        (
            history.file(_path(context, r), column_day(r.on, context.day)),
            record_description(context, r),
            _words(context, r),
        )
        for r in records[:LATEST]
    ]
    more = len(records) - len(rows)
    note = say("{} before that.", count(more, "record")) if more else Markdown()
    return paragraphs(table(("On", "What", "Said"), rows), note) if rows else Markdown()


def whole_texts(context: ProposalContext, history: FileLinks) -> Markdown:
    """Show whole what the list shows in part, the newest first, each folded away."""
    records = [r for r in reversed(relevant_records(context)) if r.said]
    parts: list[Markdown] = []
    room = _WHOLE
    for record in records[:LATEST]:
        if is_whole(record.said or "", _LISTED):
            continue
        part = _whole(context, record)
        room -= len(part)
        if room < 0:
            path = history.file(_path(context, record))
            part = say("All that was said on {} stands in {}.", record.on, path)
        parts.append(part)
    return paragraphs(*parts)


def _whole(context: ProposalContext, record: Record) -> Markdown:
    heading = say("All that was said on {}", record.on)
    lines = [quoted(line) for line in visible(record.said or "").strip().split("\n")]
    text = "<br>\n".join(lines)
    recorded_by = say("({})", context.person(record.by))
    return folded(
        heading, Markdown(f"<blockquote>\n{text}\n</blockquote>\n{recorded_by}")
    )


def _path(context: ProposalContext, record: Record) -> str:
    return f"{context.folder}/records/{record.id}.yaml"


def _words(context: ProposalContext, record: Record) -> Markdown:
    """Quote what was written down, and say who heard it."""
    recorded_by = say("({})", context.person(record.by))
    if not record.said:
        return recorded_by
    return say("{} {}", words(gist(record.said), _LISTED), recorded_by)


def _is_statement(record: Record) -> bool:
    return isinstance(record, Promise | Reply | Call | Dispute)


def _other_invoices(context: ProposalContext, record: Record) -> list[str]:
    """List the open invoices of a record that is about none of the proposal."""
    targets = context.state.balances.invoices_of(record)
    if targets & context.ids:
        return []
    return sorted(item.id for item in context.state.open_invoices if item.id in targets)


def record_description(context: ProposalContext, record: Record) -> Markdown:
    """Say what a record stands for, and of which invoices where they are others."""
    others = _other_invoices(context, record)
    if not others:
        return _kind(context, record)
    more = say(" and {} more", len(others) - _NAMED) if others[_NAMED:] else Markdown()
    named = joined([code(id_) for id_ in others[:_NAMED]])
    return say("{}; about {}{}", _kind(context, record), named, more)


def _kind(context: ProposalContext, record: Record) -> Markdown:
    """Say what a record stands for: its kind, what was agreed, what came of it."""
    if isinstance(record, Promise):
        return _promise(context, record)
    if isinstance(record, Call | ContactMade):
        return _contact_description(record)
    if isinstance(record, Dispute):
        return say("dispute, review by {}{}", record.review_by, _because(record))
    if isinstance(record, Extension | Pause):
        return say("{} until {}", KIND_OF[type(record)], record.until)
    if isinstance(record, CashReceived | CreditNote):
        return say(_ON_NO_INVOICE[KIND_OF[type(record)]], record.amount)
    return say("{}{}", KIND_OF[type(record)], _because(record))


def _contact_description(record: Call | ContactMade) -> Markdown:
    """Say how one of us spoke or wrote to them, and which step that took."""
    if isinstance(record, Call):
        took = say("{}: ", record.step) if record.step else Markdown()
        return say("{}call, {}{}", took, record.outcome, _because(record))
    how = say(", by {}", channel_name(record.channel)) if record.channel else Markdown()
    return say("{} by hand{}", record.step or "contact", how)


#: Unapplied cash, and a credit note that belongs to no invoice.
_ON_NO_INVOICE = {
    "payment": "{} received, matched to no invoice",
    "credit-note": "credit note of {}, put on no invoice",
}


def _because(record: Record) -> Markdown:
    return say(" ({})", record.reason) if record.reason else Markdown()


def _promise(context: ProposalContext, record: Promise) -> Markdown:
    status = _promise_status(context, record)
    sum_ = say(" {}", status.amount) if status else Markdown()
    outcome = outcome_of(context, record)
    return say("promised{} by {}: **{}**", sum_, record.pay_by, outcome)


def outcome_of(context: ProposalContext, record: Promise) -> str:
    """Say how a promise stands: open, kept, broken, or without effect."""
    status = _promise_status(context, record)
    if status is None or status.flaw:
        return "no effect until approved"
    return status.outcome.value


def _promise_status(context: ProposalContext, record: Promise) -> PromiseStatus | None:
    """Return what was promised: of the proposal's invoices, where it is about any."""
    statuses = [
        p for p in context.state.account_records.promise_statuses if p.record is record
    ]
    return next(
        (p for p in statuses if p.invoices & context.ids), next(iter(statuses), None)
    )
