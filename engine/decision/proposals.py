"""Proposals: open, decided, expired, and what an approved one still holds on to."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from goodterms.decision.state.account_state import AccountState, InvoiceState
from goodterms.decision.state.history import JournalEntry
from goodterms.decision.state.recipients import DeliveryAddress
from goodterms.model.calendar import plus
from goodterms.model.policy import Policy, PolicyBook, Remedy, Step
from goodterms.model.policy_ref import PolicyRef

#: A declined step is not proposed again for the same invoices for so many days.
DECLINED_DAYS = 30
#: An approved proposal that no plan could carry out for so many days is void.
VOID_DAYS = 14


def proposals_in(state: AccountState, *states: str) -> tuple[JournalEntry, ...]:
    """List the proposals that stand in one of these states on the day.

    One that was proposed and has run out stands as ``expired``.
    """
    return tuple(
        entry
        for entry in state.history.entries
        if entry.doc.kind == "propose" and proposal_state(state, entry) in states
    )


def proposal_state(state: AccountState, entry: JournalEntry) -> str | None:
    """Return a proposal's state; proposed past its last day is ``expired``."""
    if entry.doc.state == "proposed" and state.as_of > expires_on(state, entry):
        return "expired"
    return entry.doc.state


def expires_on(state: AccountState, entry: JournalEntry) -> date:
    """Return the last day on which a proposal can be approved."""
    if entry.doc.expires:
        return entry.doc.expires
    step = step_of(state, entry)
    days = step.approval.expires if step and step.approval else VOID_DAYS
    return plus(entry.on, days)


def declined_until(account_state: AccountState, entry: JournalEntry) -> date | None:
    """Return the last day of quiet after a no, None where there was none.

    One that ran out counts from its last day, whenever a run came to close it. Who put
    it off named the day.
    """
    state = proposal_state(account_state, entry)
    if entry.doc.kind != "propose" or state not in ("declined", "expired"):
        return None
    if state == "declined" and entry.doc.until:
        return entry.doc.until
    decided = entry.since if state == "declined" else expires_on(account_state, entry)
    return plus(decided, DECLINED_DAYS)


def is_about(entry: JournalEntry, item: InvoiceState) -> bool:
    """Whether an entry has a row for an invoice."""
    return any(row.id == item.id for row in entry.rows)


def policy_of(state: AccountState, entry: JournalEntry) -> Policy | None:
    """Return the policy version under which a proposal was made."""
    ref = entry.doc.policy
    return state.rules.book.policies.get(ref) if ref else None


def step_of(state: AccountState, entry: JournalEntry) -> Step | None:
    """Return the step that a proposal is about, with the approval that it needs."""
    return proposed_step(state.rules.book, entry)


def proposed_step(book: PolicyBook, entry: JournalEntry) -> Step | None:
    """Return the step that a proposal is about; its ``gate`` may lend the approval."""
    ref = entry.doc.policy
    policy = book.policies.get(ref) if ref else None
    step = policy.step(entry.doc.step or "") if policy else None
    return (
        with_approval_of(book, step, entry.doc.gate)
        if step and entry.doc.gate
        else step
    )


def unreadable_policy(book: PolicyBook, entry: JournalEntry) -> str | None:
    """Say which policy of a proposal cannot be read, None where all can.

    Until it can be, nothing is decided about the proposal: its step may be there.
    """
    refs = (ref for ref in (entry.doc.policy, entry.doc.gate) if ref)
    return next((flaw for ref in refs if (flaw := book.flaw(ref))), None)


def with_approval_of(book: PolicyBook, step: Step, gate: PolicyRef) -> Step:
    """Return a step with the approval of a policy's first gated step."""
    policy = book.policies.get(gate)
    lent = policy.gate if policy else None
    return replace(step, approval=lent.approval) if lent else step


def remedy_of(state: AccountState, entry: JournalEntry) -> Remedy | None:
    """Return the remedy that was chosen; None where the step itself was approved."""
    step = step_of(state, entry)
    return step.remedy(entry.doc.choose) if step and entry.doc.choose else None


def is_option(state: AccountState, entry: JournalEntry) -> bool:
    """Whether what a proposal says to do is something that its step can do."""
    step = step_of(state, entry)
    if step and step.choose:
        return remedy_of(state, entry) is not None
    return entry.doc.choose in (None, "approve")


def is_carried_out(state: AccountState, entry: JournalEntry) -> bool:
    """Whether an approved proposal has had its effect already.

    A remedy that only pauses has it by being approved. A credit hold comes
    with a placement and does not stand for it.
    """
    remedy = remedy_of(state, entry)
    if remedy and remedy.pause is not None:
        return True
    if any(
        done.doc.kind not in ("propose", "hold")
        for done in execution_entries(state, entry)
    ):
        return True
    rows = [row.id for row in entry.rows]
    return bool(rows) and all(_taken_since(state, id_, entry) for id_ in rows)


def execution_entries(
    state: AccountState, entry: JournalEntry
) -> tuple[JournalEntry, ...]:
    """List what was done to carry a proposal out, and did not fail or bounce."""
    return tuple(
        other
        for other in state.history.entries
        if other.doc.decision == entry.id and other.is_out
    )


def _taken_since(state: AccountState, invoice: str, entry: JournalEntry) -> bool:
    steps = state.history.steps_taken.get(invoice, ())
    return any(t.step == entry.doc.step and t.on >= entry.on for t in steps)


def facts_digest(
    state: AccountState,
    items: Iterable[InvoiceState],
    step: Step,
    to: DeliveryAddress | None,
) -> str:
    """Digest what an approval is bound to.

    Its invoices with their open amounts and due dates, the step with its terms,
    the policy version, the template with its texts, and the addressee; never
    what is worked out anew on sending: days overdue, deadlines, interest.
    """
    listed = sorted(items, key=lambda item: item.id)
    template = step.template or ""
    parts = [
        *(f"{i.id} {i.open} {i.currency} {i.invoice.due}" for i in listed),
        f"{step.name} {listed[0].policy.ref}" if listed else step.name,
        _step_terms(step, listed[0].policy if listed else None),
        f"{template} {state.rules.book.templates.get(template, '')}",
        f"{to.channel} {to.to}" if to else "",
    ]
    return "sha256:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _step_terms(step: Step, policy: Policy | None) -> str:
    """Write out what a step does and when; equal texts mean the same."""
    offers = policy.offers if policy else {}
    offer_names = [step.offer, *(remedy.offer for remedy in step.choose)]
    parts = [
        f"due {step.offset:+} wait {step.wait} until {step.until}",
        f"{step.channel} {step.tone} charges {step.claims_charges}",
        step.when.source if step.when else "",
        *(str(remedy) for remedy in step.choose),
        *(str(offers.get(name)) for name in offer_names if name),
    ]
    return " | ".join(parts)


def same_amounts(entry: JournalEntry, items: Iterable[InvoiceState]) -> bool:
    """Whether a proposal's rows still state what is open."""
    stated = {row.id: row.open for row in entry.rows}
    by_id = {item.id: item for item in items}
    return all(
        id_ in by_id and (text is None or text == str(by_id[id_].open))
        for id_, text in stated.items()
    )
