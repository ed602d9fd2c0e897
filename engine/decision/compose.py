"""From drafts to actions: amounts, offers, charges, addressees, reasons."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.action import Action, Charge, Offered
from engine.days import plus
from engine.decision.addressing import whom
from engine.decision.apart import apart
from engine.decision.asked import Asked, Debit, asked
from engine.decision.claiming import claim_on
from engine.decision.draft import Draft
from engine.decision.earlier import running
from engine.decision.facts import facts
from engine.decision.line import line, listed_line
from engine.decision.offers import offered
from engine.decision.proposals import expires_on, facts_digest
from engine.decision.situation import Situation
from engine.decision.standing import Stand
from engine.model import Contact, PolicyRef
from engine.money import Money


def action(here: Situation, draft: Draft, known: Iterable[Stand] = ()) -> Action:
    """Turn a draft into an action without an id.

    *known* are the open invoices of the account: those that the draft leaves out
    are named in it.

    Raises NoRateError where charges are claimed and the law's table lacks a
    rate, ConditionError where a recommendation fails.
    """
    build = _proposal if draft.kind == "propose" else _deed
    made = build(here, draft)
    return replace(made, apart=apart(here, draft, known), running=running(here, draft))


def _reached(draft: Draft) -> Contact | None:
    return draft.address.contact if draft.address else None


def _to_ring(here: Situation, draft: Draft) -> Contact | None:
    """Choose whom to call: with a phone, by role; else whom a letter would name."""
    known = here.account.profile.contacts
    ringing = whom((each for each in known if each.phone), draft.step.to)
    return ringing or whom(known, draft.step.to)


def demand(
    here: Situation, draft: Draft
) -> tuple[tuple[Asked, ...], tuple[Charge, ...]]:
    """Return what a draft asks for, one sum a currency, and what it claims in that.

    Raises NoRateError as ``action`` does.
    """
    charges = _charges(here, draft)
    shown = (stand.item for stand in (*draft.advancing, *draft.listed))
    debits = (Debit(item.open, item.cover) for item in shown)
    return asked(debits, charges), charges


def _deed(here: Situation, draft: Draft) -> Action:
    """Build what is sent, handed out or put on record."""
    sums, charges = demand(here, draft)
    totals = tuple(each.net for each in sums)
    entry = draft.approved
    call = draft.kind == "call"
    return Action(
        id="",
        kind=draft.kind,
        account=here.account.id,
        step=draft.step.name,
        policy=_ref(draft),
        channel=draft.channel if draft.kind in ("send", "call", "place") else None,
        tone=draft.step.tone,
        to=owner(here) if call else (draft.address.to if draft.address else None),
        contact=_to_ring(here, draft) if call else _reached(draft),
        template=_template(draft),
        owner=owner(here),
        totals=totals,
        deductions=tuple(less for each in sums for less in each.deductions),
        invoices=tuple(line(s, _step_of(s, draft)) for s in draft.advancing),
        listed=tuple(listed_line(stand) for stand in draft.listed),
        charges=charges,
        offer=_offer(here, draft, totals),
        decision=entry.id if entry else None,
        choose=(entry.doc.choose or "approve") if entry else None,
        partner=draft.remedy.place_with if draft.remedy else None,
        why=draft.why,
    )


def _proposal(here: Situation, draft: Draft) -> Action:
    """Build a proposal, new or refreshed; it speaks of its own invoices only."""
    approval = draft.step.approval
    about = draft.advancing or draft.listed
    refreshed = draft.refreshes
    last_day = plus(here.as_of, approval.expires) if approval else here.as_of
    items = [stand.item for stand in about]
    sums, charges = demand(here, draft)
    totals = tuple(each.net for each in sums)
    return Action(
        id=f"{here.account.id}/{refreshed.id}" if refreshed else "",
        kind="propose",
        account=here.account.id,
        step=draft.step.name,
        policy=_ref(draft),
        channel=draft.channel,
        tone=draft.step.tone,
        to=draft.address.to if draft.address else None,
        contact=_reached(draft),
        template=draft.step.template,
        owner=owner(here),
        totals=totals,
        deductions=tuple(less for each in sums for less in each.deductions),
        invoices=tuple(line(stand, draft.step.name) for stand in draft.advancing),
        listed=tuple(line(stand, draft.step.name) for stand in draft.listed),
        charges=charges,
        offer=_offer(here, draft, totals),
        decision=refreshed.id if refreshed else None,
        choose=recommended(here, draft),
        approval=approval,
        gate=draft.gate,
        expires=expires_on(here, refreshed) if refreshed else last_day,
        facts=facts_digest(here, items, draft.step, draft.address),
        why=draft.why,
    )


def recommended(here: Situation, draft: Draft) -> str:
    """Return the remedy that the policy recommends today, ``approve`` without a choice.

    The first recommendation whose ``when`` holds; the first option where none
    does.
    """
    if not draft.step.choose:
        return "approve"
    known: Mapping[str, object] = facts(here, draft.lead.item)
    for each in draft.step.recommend:
        if each.when is None or each.when.holds(known):
            return each.choose
    return draft.step.choose[0].name


def owner(here: Situation) -> str | None:
    """Return who at our side looks after the account."""
    return here.rules.settings.owner_of(here.account.profile)


def _ref(draft: Draft) -> PolicyRef:
    return draft.lead.item.policy.ref


def _step_of(stand: Stand, draft: Draft) -> str:
    if draft.approved or stand.rung is None:
        return draft.step.name
    return stand.rung.step.name


def _template(draft: Draft) -> str | None:
    if draft.kind == "place":
        return "placement"
    if draft.kind not in ("send", "call", "place"):
        return None
    if draft.offer:
        return f"offer-{draft.offer.kind}"
    return draft.step.template


def _offer(here: Situation, draft: Draft, totals: tuple[Money, ...]) -> Offered | None:
    """Work out the offer of a remedy, or the one that a step makes of its own."""
    terms = draft.offer
    if terms is None and draft.remedy is None:
        terms = draft.lead.item.policy.offers.get(draft.step.offer or "")
    return offered(terms, totals, here.as_of) if terms else None


def _charges(here: Situation, draft: Draft) -> tuple[Charge, ...]:
    """Claim late interest and compensation, only in a step that says so.

    What was claimed and paid before is not claimed again.
    """
    speaks = draft.kind == "send" or (draft.kind == "propose" and not draft.step.choose)
    if not draft.step.claims_charges or not speaks or draft.remedy:
        return ()
    shown = (stand.item for stand in (*draft.advancing, *draft.listed))
    made = [claim_on(here, item) for item in shown if item.overdue]
    return tuple(each for each in made if (each.interest + each.compensation).amount)
