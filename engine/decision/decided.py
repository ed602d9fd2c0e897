"""What becomes of proposals: carried out, refreshed, closed or left alone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.days import plus
from engine.decision.addressing import Address, address, any_written
from engine.decision.draft import Draft
from engine.decision.history import Entry
from engine.decision.proposals import (
    VOID_DAYS,
    carried_out,
    deeds,
    expires_on,
    facts_digest,
    is_option,
    names,
    proposals,
    remedy_of,
    same_amounts,
    state_of,
    step_of,
    unreadable,
)
from engine.decision.situation import Situation
from engine.decision.standing import ABOVE_DECIDING, Stand
from engine.model import WRITTEN, Contact
from engine.terms import Remedy, Step


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do about a proposal: keep, close, refresh or carry out.

    ``state`` is what becomes of one that is closed.
    """

    entry: Entry
    do: str
    why: str = ""
    state: str | None = None


def verdicts(here: Situation, stands: Iterable[Stand]) -> tuple[Verdict, ...]:
    """Judge every proposal that is not settled yet, in the order of the journal.

    Both open and approved ones are decided anew from the facts of the day. One is
    closed when an invoice of it is paid, when anything above ``deciding`` stops
    one, or when its step is no longer the one that is next and due for all of them
    under the same policy version. An open one is also closed when it has run out;
    other changed facts refresh it. An approved one is void by any change, and when
    14 days have gone by; else it is carried out on the first day that the plan
    allows. While its policy cannot be read, it is kept as it is.
    """
    known = tuple(stands)
    return tuple(
        _judge(here, entry, tuple(s for s in known if names(entry, s.item)))
        for entry in proposals(here, "proposed", "expired", "approved")
        if entry.doc.state != "expired"
        and not (entry.doc.state == "approved" and carried_out(here, entry))
    )


def _judge(here: Situation, entry: Entry, mine: tuple[Stand, ...]) -> Verdict:
    approved = entry.doc.state == "approved"
    if state_of(here, entry) == "expired":
        why = f"nobody decided by {expires_on(here, entry)}"
        return Verdict(entry, "close", why, "expired")
    void = _settled(here, entry)
    if void is None and unreadable(here.rules.book, entry):
        return Verdict(entry, "keep")
    void = void or (_undoable(here, entry) if approved else None)
    void = void or _overtaken(here, entry, mine)
    if void:
        return Verdict(entry, "close", void, "void")
    if not mine or not _changed(here, entry, mine):
        return Verdict(entry, "carry-out" if approved and mine else "keep")
    if approved:
        return Verdict(entry, "close", "the facts have changed since", "void")
    return Verdict(entry, "refresh", "the facts have changed")


def _undoable(here: Situation, entry: Entry) -> str | None:
    """Say why an approval cannot be carried out whatever the facts are."""
    if here.as_of > plus(entry.since, VOID_DAYS):
        return f"approved on {entry.since}, not carried out within {VOID_DAYS} days"
    if not is_option(here, entry):
        return f"'{entry.doc.choose}' is no option of {entry.doc.step}"
    return None


def _settled(here: Situation, entry: Entry) -> str | None:
    for row in entry.rows:
        amount = here.books.open.get(row.id)
        if amount is None or amount.amount <= 0:
            return f"{row.id} is settled"
    return None


def _overtaken(here: Situation, entry: Entry, mine: tuple[Stand, ...]) -> str | None:
    """Say what has overtaken a proposal, None while it stands."""
    for stand in mine:
        if stand.stop and stand.stop.standing in ABOVE_DECIDING:
            return f"{stand.id}: {stand.stop.why}"
        elsewhere = _not_next(here, entry, stand)
        if elsewhere:
            return f"{stand.id}: {elsewhere}"
    return None


def _not_next(here: Situation, entry: Entry, stand: Stand) -> str | None:
    """Say why a proposal's step is not what comes next for an invoice today."""
    item, rung, name = stand.item, stand.rung, entry.doc.step
    row = next(row for row in entry.rows if row.id == item.id)
    under = row.policy or entry.doc.policy
    if item.policy.ref != under:
        return f"it is under {item.policy.ref} now, and {under} asked"
    if rung is None:
        return f"{name} is not on its ladder any more"
    if rung.step.name != name:
        skipped = [why for why in rung.skipped if why.startswith(f"{name} is skipped")]
        return skipped[0] if skipped else f"its next step is {rung.step.name} now"
    if rung.due is None or rung.due > here.as_of:
        when = f"before {rung.due}" if rung.due else "yet"
        return f"due on {item.invoice.due}: {name} is not due {when}"
    return None


def _changed(here: Situation, entry: Entry, mine: tuple[Stand, ...]) -> bool:
    items = [stand.item for stand in mine]
    if not same_amounts(entry, items):
        return True
    step = step_of(here, entry)
    if entry.doc.facts is None or step is None:
        return step is None
    to = recipient(here, step)
    return entry.doc.facts != facts_digest(here, items, step, to)


def closed(here: Situation, found: Iterable[Verdict]) -> Situation:
    """Return the situation in which what is closed today is closed already.

    So the invoices that a closed proposal held up are decided about at once,
    and a second run of the day finds nothing left to do.
    """
    states = {v.entry.id: v.state for v in found if v.do == "close"}
    if not states:
        return here
    entries = tuple(
        replace(each, doc=replace(each.doc, state=states.get(each.id, each.doc.state)))
        for each in here.history.entries
    )
    return replace(here, history=replace(here.history, entries=entries))


def recipient(here: Situation, step: Step) -> Address | None:
    """Return where a step of the account goes, None for one without a channel."""
    if step.channel in WRITTEN:
        return address(here.account, step.channel, here.dead, step.to)
    return None


def carrying_out(
    here: Situation, found: Iterable[Verdict], stands: Iterable[Stand]
) -> tuple[Draft, ...]:
    """Draft what approved proposals ask for."""
    known = tuple(stands)
    drafts: list[Draft] = []
    for verdict in found:
        if verdict.do == "carry-out":
            mine = tuple(s for s in known if names(verdict.entry, s.item))
            drafts += _approved(here, verdict.entry, mine)
    return tuple(drafts)


def refreshing(
    here: Situation, found: Iterable[Verdict], stands: Iterable[Stand]
) -> tuple[Draft, ...]:
    """Draft the proposals whose facts have changed anew, under their own ids."""
    known = tuple(stands)
    drafts = []
    for verdict in found:
        mine = tuple(s for s in known if names(verdict.entry, s.item))
        step = step_of(here, verdict.entry)
        if verdict.do == "refresh" and step:
            drafts.append(
                Draft(
                    kind="propose",
                    lead=mine[0],
                    step=step,
                    advancing=(),
                    listed=mine,
                    address=recipient(here, step),
                    refreshes=verdict.entry,
                    why=(verdict.why,),
                )
            )
    return tuple(drafts)


def _approved(here: Situation, entry: Entry, mine: tuple[Stand, ...]) -> list[Draft]:
    step = step_of(here, entry)
    if step is None:
        return []
    by = " and ".join(entry.doc.by or ())
    why = f"{entry.id} was approved on {entry.since}" + (f" by {by}" if by else "")
    remedy = remedy_of(here, entry)
    draft = Draft(
        kind="send",
        lead=mine[0],
        step=step,
        advancing=mine,
        address=recipient(here, step),
        approved=entry,
        remedy=remedy,
        why=(why,),
    )
    if remedy is None:
        return [draft]
    held = any(done.doc.kind == "hold" for done in deeds(here, entry))
    return _remedied(here, draft, remedy, held=held)


def _remedied(
    here: Situation, draft: Draft, remedy: Remedy, *, held: bool
) -> list[Draft]:
    """Draft a remedy: a write-off, an offer, or a placement, each with its hold.

    ``held`` says that credit is on hold for it since an attempt that failed.
    """
    drafts = []
    if remedy.write_off:
        drafts.append(replace(draft, kind="write-off", address=None))
    elif remedy.offer:
        drafts += _offering(here, draft, remedy.offer)
    elif remedy.place_with:
        to = _partner(here, remedy.place_with)
        drafts.append(replace(draft, kind="place", address=to))
    if remedy.credit_hold and not held:
        hold = replace(draft, kind="hold", address=None, advancing=())
        drafts.append(replace(hold, listed=draft.advancing))
    return drafts


def _partner(here: Situation, key: str) -> Address | None:
    partner = here.rules.settings.partners.get(key)
    if partner is None or partner.email is None:
        return None
    return Address("email", partner.email, Contact(partner.name, email=partner.email))


def _offering(here: Situation, draft: Draft, name: str) -> list[Draft]:
    """Send an offer by the account's best written channel; the step stays untaken."""
    offer = draft.lead.item.policy.offers.get(name)
    to = any_written(here.account, here.dead)
    if offer is None or to is None:
        return []
    return [replace(draft, address=to, offer=offer)]
