"""From drafts to actions: amounts, offers, charges, addressees, reasons."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from goodterms.decision.due.drafts import DraftAction, invoice_line, listed_line
from goodterms.decision.messages.earlier_contacts import ongoing_conversation
from goodterms.decision.messages.excluded_invoices import excluded_invoices
from goodterms.decision.proposals import expires_on, facts_digest
from goodterms.decision.standing.claimable_charges import claim
from goodterms.decision.standing.standing import InvoiceStanding
from goodterms.decision.state.account_state import AccountState
from goodterms.decision.state.amount_asked import AmountAsked, Debit, amounts_asked
from goodterms.decision.state.condition_facts import facts
from goodterms.decision.state.discounts import concrete_offer
from goodterms.decision.state.recipients import choose_contact
from goodterms.model.calendar import plus
from goodterms.model.ledger import Contact
from goodterms.model.money import Money
from goodterms.model.plan import Action, Charge, ConcreteOffer
from goodterms.model.policy_ref import PolicyRef

#: The rule of problems that keep what claims charges from being written.
NO_RATE = "no-rate"


def build_action(
    state: AccountState, draft: DraftAction, standings: Iterable[InvoiceStanding] = ()
) -> Action:
    """Turn a draft into an action without an id.

    *standings* are the open invoices of the account: those that the draft leaves out
    are named in it.

    Raises NoRateError where charges are claimed and the law's table lacks a
    rate, ConditionError where a recommendation fails.
    """
    build = _build_proposal if draft.kind == "propose" else _build_execution
    action = build(state, draft)
    return replace(
        action,
        apart=excluded_invoices(state, draft, standings),
        running=ongoing_conversation(state, draft),
    )


def _contact_of(draft: DraftAction) -> Contact | None:
    return draft.address.contact if draft.address else None


def _contact_to_call(state: AccountState, draft: DraftAction) -> Contact | None:
    """Choose whom to call: with a phone, by role; else whom a letter would name."""
    contacts = state.account.profile.contacts
    with_phone = choose_contact(
        (contact for contact in contacts if contact.phone), draft.step.to
    )
    return with_phone or choose_contact(contacts, draft.step.to)


def amounts_and_charges(
    state: AccountState, draft: DraftAction
) -> tuple[tuple[AmountAsked, ...], tuple[Charge, ...]]:
    """Return what a draft asks for, one sum a currency, and what it claims in that.

    Raises NoRateError as ``action`` does.
    """
    charges = _charges(state, draft)
    shown = (stand.invoice_state for stand in (*draft.advancing, *draft.listed))
    debits = (Debit(item.open, item.cover) for item in shown)
    return amounts_asked(debits, charges), charges


def _build_execution(state: AccountState, draft: DraftAction) -> Action:
    """Build what is sent, handed out or put on record."""
    sums, charges = amounts_and_charges(state, draft)
    totals = tuple(amount.net for amount in sums)
    entry = draft.approved
    call = draft.kind == "call"
    return Action(
        id="",
        kind=draft.kind,
        account=state.account.id,
        step=draft.step.name,
        policy=_ref(draft),
        channel=draft.channel if draft.kind in ("send", "call", "place") else None,
        tone=draft.step.tone,
        to=owner(state) if call else (draft.address.to if draft.address else None),
        contact=_contact_to_call(state, draft) if call else _contact_of(draft),
        template=_template(draft),
        owner=owner(state),
        totals=totals,
        deductions=tuple(less for amount in sums for less in amount.deductions),
        invoices=tuple(invoice_line(s, _step_of(s, draft)) for s in draft.advancing),
        listed=tuple(listed_line(stand) for stand in draft.listed),
        charges=charges,
        offer=_offer(state, draft, totals),
        decision=entry.id if entry else None,
        choose=(entry.doc.choose or "approve") if entry else None,
        partner=draft.remedy.place_with if draft.remedy else None,
        why=draft.why,
    )


def _build_proposal(state: AccountState, draft: DraftAction) -> Action:
    """Build a proposal, new or refreshed; it speaks of its own invoices only."""
    approval = draft.step.approval
    standings = draft.advancing or draft.listed
    refreshed = draft.refreshes
    last_day = plus(state.as_of, approval.expires) if approval else state.as_of
    items = [stand.invoice_state for stand in standings]
    sums, charges = amounts_and_charges(state, draft)
    totals = tuple(amount.net for amount in sums)
    return Action(
        id=f"{state.account.id}/{refreshed.id}" if refreshed else "",
        kind="propose",
        account=state.account.id,
        step=draft.step.name,
        policy=_ref(draft),
        channel=draft.channel,
        tone=draft.step.tone,
        to=draft.address.to if draft.address else None,
        contact=_contact_of(draft),
        template=draft.step.template,
        owner=owner(state),
        totals=totals,
        deductions=tuple(less for amount in sums for less in amount.deductions),
        invoices=tuple(
            invoice_line(stand, draft.step.name) for stand in draft.advancing
        ),
        listed=tuple(invoice_line(stand, draft.step.name) for stand in draft.listed),
        charges=charges,
        offer=_offer(state, draft, totals),
        decision=refreshed.id if refreshed else None,
        choose=recommended(state, draft),
        approval=approval,
        gate=draft.gate,
        expires=expires_on(state, refreshed) if refreshed else last_day,
        facts=facts_digest(state, items, draft.step, draft.address),
        why=draft.why,
    )


def recommended(state: AccountState, draft: DraftAction) -> str:
    """Return the remedy that the policy recommends today, ``approve`` without a choice.

    The first recommendation whose ``when`` holds; the first option where none
    does.
    """
    if not draft.step.choose:
        return "approve"
    facts_: Mapping[str, object] = facts(state, draft.lead.invoice_state)
    for recommendation in draft.step.recommend:
        if recommendation.when is None or recommendation.when.holds(facts_):
            return recommendation.choose
    return draft.step.choose[0].name


def owner(state: AccountState) -> str | None:
    """Return who at our side looks after the account."""
    return state.rules.settings.owner_of(state.account.profile)


def _ref(draft: DraftAction) -> PolicyRef:
    return draft.lead.invoice_state.policy.ref


def _step_of(standing: InvoiceStanding, draft: DraftAction) -> str:
    if draft.approved or standing.next_step is None:
        return draft.step.name
    return standing.next_step.step.name


def _template(draft: DraftAction) -> str | None:
    if draft.kind == "place":
        return "placement"
    if draft.kind not in ("send", "call", "place"):
        return None
    if draft.offer:
        return f"offer-{draft.offer.kind}"
    return draft.step.template


def _offer(
    state: AccountState, draft: DraftAction, totals: tuple[Money, ...]
) -> ConcreteOffer | None:
    """Work out the offer of a remedy, or the one that a step makes of its own."""
    terms = draft.offer
    if terms is None and draft.remedy is None:
        terms = draft.lead.invoice_state.policy.offers.get(draft.step.offer or "")
    return concrete_offer(terms, totals, state.as_of) if terms else None


def _charges(state: AccountState, draft: DraftAction) -> tuple[Charge, ...]:
    """Claim late interest and compensation, only in a step that says so.

    What was claimed and paid before is not claimed again. Of a consumer nothing is
    claimed: the tables are of the law between businesses.
    """
    speaks = draft.kind == "send" or (draft.kind == "propose" and not draft.step.choose)
    claims = draft.step.claims_charges and not state.account.profile.consumer
    if not claims or not speaks or draft.remedy:
        return ()
    shown = (stand.invoice_state for stand in (*draft.advancing, *draft.listed))
    charges = [claim(state, item) for item in shown if item.overdue]
    return tuple(
        charge for charge in charges if (charge.interest + charge.compensation).amount
    )
