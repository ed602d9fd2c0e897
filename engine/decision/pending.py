"""What the journal leaves to one of us: proposals, doubts, letters to post.

Like tasks they are derived; unlike them they are no part of what a plan does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.action import Action, WayOut
from engine.decision.compose import owner
from engine.decision.history import Entry
from engine.decision.proposals import expires_on, proposals, step_of
from engine.decision.situation import Situation
from engine.decision.standing import Stand
from engine.decision.tasks import SOMEBODY
from engine.money import Money, parse_amount

#: The names of these tasks.
PROPOSAL, IN_DOUBT, TO_POST = "proposal", "in-doubt", "to-post"

#: What is to be done with a message that lies in the outbox.
_TO_POST = {"email": "draft to send", "letter": "letter to post", "sms": "text to send"}

#: What may have come after a message was written, and speaks against posting it.
_SINCE: tuple[str, ...] = ("flagged", "differs", "placed", "dispute", "plan", "promise")
_SINCE += ("extension", "pause", "reply")


def pending(here: Situation, stands: Sequence[Stand]) -> tuple[Action, ...]:
    """List what waits for one of us by the journal, in its order."""
    entries = here.history.entries
    return (
        *(_proposal(here, entry) for entry in proposals(here, "proposed")),
        *(_doubt(here, entry) for entry in entries if _is_doubtful(entry)),
        *(_to_post(here, entry, stands) for entry in entries if entry.is_to_post),
    )


def _is_doubtful(entry: Entry) -> bool:
    return entry.doc.state == "in-doubt" and not entry.bounced


def _task(here: Situation, name: str, entry: Entry, why: str, out: WayOut) -> Action:
    return Action(
        id=f"{here.account.id}/{entry.id}",
        kind="task",
        account=here.account.id,
        step=name,
        channel=entry.doc.channel,
        to=entry.doc.to,
        owner=owner(here),
        since=entry.on,
        at_stake=tuple(_asked(entry)),
        way_out=out,
        why=(why,),
    )


def _asked(entry: Entry) -> Iterable[Money]:
    """Return what an entry asks for, as it says itself."""
    totals = entry.doc.totals or ()
    return (parse_amount(amount, currency) for currency, amount in totals)


def _proposal(here: Situation, entry: Entry) -> Action:
    """Name a proposal, until when it can be decided, and who may."""
    step, id_ = step_of(here, entry), f"{here.account.id}/{entry.id}"
    until = expires_on(here, entry)
    why = f"{entry.doc.step} is proposed, to be decided by {until}"
    out = WayOut(by_hand=f"merge or close the pull request of {id_}")
    if here.rules.settings.forge == "local":
        yes = f"goodterms approve {id_} --by {SOMEBODY}"
        out = WayOut(yes, read=f"goodterms show {id_}")
    made = _task(here, PROPOSAL, entry, why, out)
    return replace(made, approval=step.approval if step else None, expires=until)


def _doubt(here: Situation, entry: Entry) -> Action:
    why = f"nobody knows whether {entry.doc.step} arrived; look into the server's log"
    out = WayOut(f"goodterms resolve {here.account.id}/{entry.id} --sent")
    return _task(here, IN_DOUBT, entry, f"{why}, in doubt it did", out)


def _to_post(here: Situation, entry: Entry, stands: Sequence[Stand]) -> Action:
    """Name what lies in the outbox, and what has come since that speaks against it."""
    doc, id_ = entry.doc, f"{here.account.id}/{entry.id}"
    why = f"{_TO_POST.get(doc.channel or '', 'message to send')}: {doc.step}"
    against = _against(here, entry, stands)
    does = "--drop" if against else "--done"
    why += f"; do not post it, {against}" if against else ""
    return _task(here, TO_POST, entry, why, WayOut(f"goodterms outbox {does} {id_}"))


def _against(here: Situation, entry: Entry, stands: Sequence[Stand]) -> str:
    """Say why a message that asks for money is not to be posted any more."""
    if entry.doc.kind != "send":
        return ""
    rows = {row.id for row in (*entry.rows, *(entry.doc.listed or ()))}
    about = [stand for stand in stands if stand.id in rows]
    is_open = any(
        here.books.open[id_].amount > 0 for id_ in rows & here.books.open.keys()
    )
    if rows and not is_open:
        return "all of it is paid by now"
    for stand in about:
        if stand.stop and stand.stop.standing in _SINCE:
            return f"{stand.id}: {stand.stop.why}"
    return ""
