"""What the journal leaves to one of us: proposals, doubts, letters to post.

Like tasks they are derived; unlike them they are no part of what a plan does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from goodterms.decision.messages.build_action import owner
from goodterms.decision.outcome.new_task import SOMEBODY
from goodterms.decision.proposals import expires_on, proposals_in, step_of
from goodterms.decision.standing.standing import InvoiceStanding
from goodterms.decision.state.account_state import AccountState
from goodterms.decision.state.history import JournalEntry
from goodterms.model.journal import JournalRow
from goodterms.model.money import Money, parse_amount
from goodterms.model.plan import IN_DOUBT, PROPOSAL, TO_POST, Action, TaskOption

#: What is to be done with a message that lies in the outbox.
_TO_POST = {"email": "draft to send", "letter": "letter to post", "sms": "text to send"}

#: What no message goes with: had it been so, this one would not have been written.
_STOPPED = ("flagged", "differs", "placed")

#: What may have come after a message was written, and speaks against posting it.
_RESTS = ("dispute", "plan", "promise", "extension", "pause", "reply")


def pending_tasks(
    state: AccountState, stands: Sequence[InvoiceStanding]
) -> tuple[Action, ...]:
    """List what waits for one of us by the journal, in its order.

    A proposal whose decision is merged waits for the next run, and for nobody.
    """
    entries = state.history.entries
    merged = state.account.decisions
    open_proposals = (e for e in proposals_in(state, "proposed") if e.id not in merged)
    return (
        *(_proposal(state, entry) for entry in open_proposals),
        *(_doubt(state, entry) for entry in entries if _is_doubtful(entry)),
        *(_to_post(state, entry, stands) for entry in entries if entry.is_to_post),
    )


def _is_doubtful(entry: JournalEntry) -> bool:
    return entry.doc.state == "in-doubt" and not entry.bounced


def _task(
    state: AccountState, name: str, entry: JournalEntry, why: str, out: TaskOption
) -> Action:
    return Action(
        id=f"{state.account.id}/{entry.id}",
        kind="task",
        account=state.account.id,
        step=name,
        channel=entry.doc.channel,
        to=entry.doc.to,
        owner=owner(state),
        since=entry.on,
        at_stake=tuple(_amounts(entry)),
        way_out=out,
        why=(why,),
    )


def _amounts(entry: JournalEntry) -> Iterable[Money]:
    """Return what an entry asks for, as it says itself."""
    totals = entry.doc.totals or ()
    return (parse_amount(amount, currency) for currency, amount in totals)


def _proposal(state: AccountState, entry: JournalEntry) -> Action:
    """Name a proposal, until when it can be decided, and who may."""
    step, id_ = step_of(state, entry), f"{state.account.id}/{entry.id}"
    until = expires_on(state, entry)
    why = f"{entry.doc.step} is proposed, to be decided by {until}"
    out = TaskOption(in_words=f"merge or close the pull request of {id_}")
    if state.rules.settings.forge == "local":
        yes = f"goodterms approve {id_} --by {SOMEBODY}"
        out = TaskOption(yes, read=f"goodterms show {id_}")
    task = _task(state, PROPOSAL, entry, why, out)
    return replace(task, approval=step.approval if step else None, expires=until)


def _doubt(state: AccountState, entry: JournalEntry) -> Action:
    why = f"nobody knows whether {entry.doc.step} arrived"
    out = TaskOption(
        f"goodterms resolve {state.account.id}/{entry.id} --sent",
        in_words="or --not-sent, if the mail server's log shows that nothing left",
    )
    return _task(state, IN_DOUBT, entry, why, out)


def _to_post(
    state: AccountState, entry: JournalEntry, stands: Sequence[InvoiceStanding]
) -> Action:
    """Name what lies in the outbox, and what has come since that speaks against it."""
    doc, id_ = entry.doc, f"{state.account.id}/{entry.id}"
    why = f"{_TO_POST.get(doc.channel or '', 'message to send')}: {doc.step}"
    against = _why_not_post(state, entry, stands)
    out = TaskOption(f"goodterms outbox --done {id_}")
    if against:
        why += f"; if it has not gone yet, keep it back: {against}"
        out = replace(out, in_words=f"kept back: goodterms outbox --drop {id_}")
    return _task(state, TO_POST, entry, why, out)


def _why_not_post(
    state: AccountState, entry: JournalEntry, stands: Sequence[InvoiceStanding]
) -> str:
    """Say what has come since a message was written that speaks against posting it."""
    if entry.doc.kind != "send":
        return ""
    ids = {row.id for row in _shown(entry)}
    later = (
        f"{other.id} was written since"
        for other in state.history.entries
        if other.doc.kind == "send" and other.is_out and other.on > entry.on
        if ids & {row.id for row in _shown(other)}
    )
    shown = (stand for stand in stands if stand.id in ids)
    stops = (
        f"{standing.id}: {why}"
        for standing in shown
        if (why := _since(state, standing, entry))
    )
    return _paid(state, entry) or next(later, "") or next(stops, "")


def _shown(entry: JournalEntry) -> tuple[JournalRow, ...]:
    return (*entry.rows, *(entry.doc.listed or ()))


def _paid(state: AccountState, entry: JournalEntry) -> str:
    """Say what has come in since a message was written."""
    books = state.balances
    shown = [row for row in _shown(entry) if row.id in books.open]
    if shown and not any(books.open[row.id].amount > 0 for row in shown):
        return "all of it is paid by now"
    for row in shown:
        left = books.open[row.id]
        if row.open and left < parse_amount(row.open, left.currency):
            return f"only {left} {left.currency} of {row.id} is open by now"
    new = (receipt for receipt in books.receipts if receipt.on > entry.on)
    return (
        "money has come in since"
        if any(receipt.left.amount > 0 for receipt in new)
        else ""
    )


def _since(state: AccountState, standing: InvoiceStanding, entry: JournalEntry) -> str:
    """Say what has stopped an invoice since a message about it was written."""
    if standing.block and standing.block.standing in _STOPPED:
        return standing.block.why
    offered = entry.doc.valid_until  # of the message itself, and no reason against it
    return next(
        (
            rest.why
            for rest in standing.invoice_state.suspensions
            if rest.standing in _RESTS
            and rest.start >= entry.on
            and rest.covers(state.as_of)
            and (offered is None or rest.until != offered)
        ),
        "",
    )
