"""What becomes of proposals: carried out, refreshed, closed or left alone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from goodterms.decision.due.drafts import DraftAction
from goodterms.decision.proposals import (
    VOID_DAYS,
    execution_entries,
    expires_on,
    facts_digest,
    is_about,
    is_carried_out,
    is_option,
    proposal_state,
    proposals_in,
    remedy_of,
    same_amounts,
    step_of,
    unreadable_policy,
)
from goodterms.decision.standing.standing import ABOVE_DECIDING, InvoiceStanding
from goodterms.decision.state.account_state import AccountState
from goodterms.decision.state.history import JournalEntry
from goodterms.decision.state.recipients import (
    DeliveryAddress,
    best_written_address,
    delivery_address,
)
from goodterms.model.calendar import plus
from goodterms.model.journal import DecisionState
from goodterms.model.ledger import WRITTEN, Contact
from goodterms.model.policy import Remedy, Step


@dataclass(frozen=True, slots=True)
class ProposalUpdate:
    """What to do about a proposal: keep, close, refresh or carry out.

    ``state`` is what becomes of one that is closed.
    """

    entry: JournalEntry
    do: Literal["keep", "close", "refresh", "carry-out"]
    why: str = ""
    state: DecisionState | None = None


def proposal_updates(
    state: AccountState, standings: Iterable[InvoiceStanding]
) -> tuple[ProposalUpdate, ...]:
    """Decide what becomes of each unsettled proposal, in the order of the journal.

    Both open and approved ones are decided anew from the facts of the day. One is
    closed when an invoice of it is paid, when anything above ``deciding`` stops
    one, or when its step is no longer the one that is next and due for all of them
    under the same policy version. An open one is also closed when it has run out;
    other changed facts refresh it. An approved one is void by any change, and when
    14 days have gone by; else it is carried out on the first day that the plan
    allows. While its policy cannot be read, it is kept as it is.
    """
    listed = tuple(standings)
    return tuple(
        _update_of(
            state, entry, tuple(s for s in listed if is_about(entry, s.invoice_state))
        )
        for entry in proposals_in(state, "proposed", "expired", "approved")
        if entry.doc.state != "expired"
        and not (entry.doc.state == "approved" and is_carried_out(state, entry))
    )


def _update_of(
    state: AccountState, entry: JournalEntry, standings: tuple[InvoiceStanding, ...]
) -> ProposalUpdate:
    approved = entry.doc.state == "approved"
    if proposal_state(state, entry) == "expired":
        why = f"nobody decided by {expires_on(state, entry)}"
        return ProposalUpdate(entry, "close", why, "expired")
    void = _why_settled(state, entry)
    if void is None and unreadable_policy(state.rules.book, entry):
        return ProposalUpdate(entry, "keep")
    void = void or (_why_void(state, entry) if approved else None)
    void = void or _why_overtaken(state, entry, standings)
    if void:
        return ProposalUpdate(entry, "close", void, "void")
    if not standings or not _changed(state, entry, standings):
        return ProposalUpdate(entry, "carry-out" if approved and standings else "keep")
    if approved:
        return ProposalUpdate(entry, "close", "the facts have changed since", "void")
    return ProposalUpdate(entry, "refresh", "the facts have changed")


def _why_void(state: AccountState, entry: JournalEntry) -> str | None:
    """Say why an approval cannot be carried out whatever the facts are."""
    if state.as_of > plus(entry.since, VOID_DAYS):
        return f"approved on {entry.since}, not carried out within {VOID_DAYS} days"
    if not is_option(state, entry):
        return f"'{entry.doc.choose}' is no option of {entry.doc.step}"
    return None


def _why_settled(state: AccountState, entry: JournalEntry) -> str | None:
    for row in entry.rows:
        amount = state.balances.open.get(row.id)
        if amount is None or amount.amount <= 0:
            return f"{row.id} is settled"
    return None


def _why_overtaken(
    state: AccountState, entry: JournalEntry, standings: tuple[InvoiceStanding, ...]
) -> str | None:
    """Say what has overtaken a proposal, None while it stands."""
    for standing in standings:
        if standing.block and standing.block.standing in ABOVE_DECIDING:
            return f"{standing.id}: {standing.block.why}"
        reason = _not_next(state, entry, standing)
        if reason:
            return f"{standing.id}: {reason}"
    return None


def _not_next(
    state: AccountState, entry: JournalEntry, standing: InvoiceStanding
) -> str | None:
    """Say why a proposal's step is not what comes next for an invoice today."""
    invoice_state, next_step, name = (
        standing.invoice_state,
        standing.next_step,
        entry.doc.step,
    )
    row = next(row for row in entry.rows if row.id == invoice_state.id)
    under = row.policy or entry.doc.policy
    if invoice_state.policy.ref != under:
        return f"it is under {invoice_state.policy.ref} now, and {under} asked"
    if next_step is None:
        return f"{name} is not on its ladder any more"
    if next_step.step.name != name:
        skipped = (str(step) for step in next_step.skipped if step.name == name)
        return next(skipped, f"its next step is {next_step.step.name} now")
    if next_step.due is None or next_step.due > state.as_of:
        when = f"before {next_step.due}" if next_step.due else "yet"
        return f"due on {invoice_state.invoice.due}: {name} is not due {when}"
    return None


def _changed(
    state: AccountState, entry: JournalEntry, standings: tuple[InvoiceStanding, ...]
) -> bool:
    items = [standing.invoice_state for standing in standings]
    if not same_amounts(entry, items):
        return True
    step = step_of(state, entry)
    if entry.doc.facts is None or step is None:
        return step is None
    to = recipient(state, step)
    return entry.doc.facts != facts_digest(state, items, step, to)


def with_closed_proposals(
    state: AccountState, updates: Iterable[ProposalUpdate]
) -> AccountState:
    """Return the account's state with the proposals closed that close today.

    So the invoices that a closed proposal held up are decided about at once,
    and a second run of the day finds nothing left to do.
    """
    states = {
        update.entry.id: update.state for update in updates if update.do == "close"
    }
    if not states:
        return state
    entries = tuple(
        replace(
            entry, doc=replace(entry.doc, state=states.get(entry.id, entry.doc.state))
        )
        for entry in state.history.entries
    )
    return replace(state, history=replace(state.history, entries=entries))


def recipient(state: AccountState, step: Step) -> DeliveryAddress | None:
    """Return where a step of the account goes, None for one without a channel."""
    if step.channel in WRITTEN:
        return delivery_address(
            state.account, step.channel, state.dead_addresses, step.to
        )
    return None


def approved_drafts(
    state: AccountState,
    updates: Iterable[ProposalUpdate],
    standings: Iterable[InvoiceStanding],
) -> tuple[DraftAction, ...]:
    """Draft what approved proposals ask for."""
    listed = tuple(standings)
    drafts: list[DraftAction] = []
    for update in updates:
        if update.do == "carry-out":
            named = tuple(s for s in listed if is_about(update.entry, s.invoice_state))
            drafts += _drafts_of_approval(state, update.entry, named)
    return tuple(drafts)


def refresh_drafts(
    state: AccountState,
    updates: Iterable[ProposalUpdate],
    standings: Iterable[InvoiceStanding],
) -> tuple[DraftAction, ...]:
    """Draft the proposals whose facts have changed anew, under their own ids."""
    listed = tuple(standings)
    drafts = []
    for update in updates:
        named = tuple(s for s in listed if is_about(update.entry, s.invoice_state))
        step = step_of(state, update.entry)
        if update.do == "refresh" and step:
            drafts.append(
                DraftAction(
                    kind="propose",
                    lead=named[0],
                    step=step,
                    advancing=(),
                    listed=named,
                    address=recipient(state, step),
                    refreshes=update.entry,
                    why=(update.why,),
                )
            )
    return tuple(drafts)


def _drafts_of_approval(
    state: AccountState, entry: JournalEntry, standings: tuple[InvoiceStanding, ...]
) -> list[DraftAction]:
    step = step_of(state, entry)
    if step is None:
        return []
    by = " and ".join(entry.doc.by or ())
    why = f"{entry.id} was approved on {entry.since}" + (f" by {by}" if by else "")
    remedy = remedy_of(state, entry)
    draft = DraftAction(
        kind="send",
        lead=standings[0],
        step=step,
        advancing=standings,
        address=recipient(state, step),
        approved=entry,
        remedy=remedy,
        why=(why,),
    )
    if remedy is None:
        return [draft]
    on_hold = any(done.doc.kind == "hold" for done in execution_entries(state, entry))
    return _remedy_drafts(state, draft, remedy, on_hold=on_hold)


def _remedy_drafts(
    state: AccountState, draft: DraftAction, remedy: Remedy, *, on_hold: bool
) -> list[DraftAction]:
    """Draft a remedy: a write-off, an offer, or a placement, each with its hold.

    ``held`` says that credit is on hold for it since an attempt that failed.
    """
    drafts = []
    if remedy.write_off:
        drafts.append(replace(draft, kind="write-off", address=None))
    elif remedy.offer:
        drafts += _offer_drafts(state, draft, remedy.offer)
    elif remedy.place_with:
        to = _partner(state, remedy.place_with)
        drafts.append(replace(draft, kind="place", address=to))
    if remedy.credit_hold and not on_hold:
        hold = replace(draft, kind="hold", address=None, advancing=())
        drafts.append(replace(hold, listed=draft.advancing))
    return drafts


def _partner(state: AccountState, key: str) -> DeliveryAddress | None:
    partner = state.rules.settings.partners.get(key)
    if partner is None or partner.email is None:
        return None
    return DeliveryAddress(
        "email", partner.email, Contact(partner.name, email=partner.email)
    )


def _offer_drafts(
    state: AccountState, draft: DraftAction, name: str
) -> list[DraftAction]:
    """Send an offer by the account's best written channel; the step stays untaken."""
    offer = draft.lead.invoice_state.policy.offers.get(name)
    to = best_written_address(state.account, state.dead_addresses)
    if offer is None or to is None:
        return []
    return [replace(draft, address=to, offer=offer)]
