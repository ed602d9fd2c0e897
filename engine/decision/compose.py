"""From drafts to actions: amounts, offers, charges, addressees, reasons."""

from collections.abc import Iterable, Mapping

from engine.action import Action, Charge, Line, Offered
from engine.days import plus
from engine.decision.charges import NoRateError, charge
from engine.decision.draft import Draft
from engine.decision.facts import available, facts
from engine.decision.offers import offered
from engine.decision.proposals import expires_on, facts_digest
from engine.decision.situation import Situation
from engine.decision.standing import Stand
from engine.model import PolicyRef
from engine.money import Money, total, zero


def action(here: Situation, draft: Draft) -> Action:
    """Turn a draft into an action without an id.

    Raises NoRateError where charges are claimed and the law's table lacks a
    rate, ConditionError where a recommendation fails.
    """
    build = _proposal if draft.kind == "propose" else _deed
    return build(here, draft)


def line(stand: Stand, step: str | None) -> Line:
    """Show an open invoice as a message does."""
    item = stand.item
    return Line(
        id=item.id,
        open=item.open,
        due=item.invoice.due,
        days_overdue=item.days_overdue,
        step=step,
        policy=item.policy.ref,
    )


def listed_line(stand: Stand) -> Line:
    """Show an invoice that does not advance: with the last step it took."""
    return line(stand, stand.item.last[0].name if stand.item.last else None)


def _deed(here: Situation, draft: Draft) -> Action:
    """Build what is sent, handed out or put on record."""
    charges = _charges(here, draft)
    deductions = _deductions(here, draft)
    entry = draft.approved
    offer = draft.offer or _own_offer(here, draft)
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
        contact=draft.address.contact if draft.address else None,
        template=_template(draft),
        owner=owner(here),
        totals=_totals(draft, deductions, charges),
        deductions=deductions,
        invoices=tuple(line(s, _step_of(s, draft)) for s in draft.advancing),
        listed=tuple(listed_line(stand) for stand in draft.listed),
        charges=charges,
        offer=offer,
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
    return Action(
        id=f"{here.account.id}/{refreshed.id}" if refreshed else "",
        kind="propose",
        account=here.account.id,
        step=draft.step.name,
        policy=_ref(draft),
        channel=draft.channel,
        tone=draft.step.tone,
        to=draft.address.to if draft.address else None,
        contact=draft.address.contact if draft.address else None,
        template=draft.step.template,
        owner=owner(here),
        totals=_sums(about),
        invoices=tuple(line(stand, draft.step.name) for stand in draft.advancing),
        listed=tuple(line(stand, draft.step.name) for stand in draft.listed),
        offer=_own_offer(here, draft),
        decision=refreshed.id if refreshed else None,
        choose=recommended(here, draft),
        approval=approval,
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
    return here.account.profile.owner


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
    if draft.remedy and draft.offer:
        return f"offer-{draft.offer.kind}"
    return draft.step.template


def _own_offer(here: Situation, draft: Draft) -> Offered | None:
    """Work out the offer that a step makes of its own."""
    name = draft.step.offer
    terms = draft.lead.item.policy.offers.get(name) if name else None
    if terms is None or draft.remedy:
        return None
    shown = (*draft.advancing, *draft.listed)
    return offered(terms, [stand.item.open for stand in shown], here.as_of)


def _sums(stands: Iterable[Stand]) -> tuple[Money, ...]:
    sums: dict[str, Money] = {}
    for stand in stands:
        known = sums.get(stand.currency, zero(stand.currency))
        sums[stand.currency] = known + stand.item.open
    return tuple(sums[currency] for currency in sorted(sums))


def _deductions(here: Situation, draft: Draft) -> tuple[Money, ...]:
    """Return the unapplied cash and credit balances of the cases in a message."""
    if draft.kind not in ("send", "call", "place"):
        return ()
    currencies = sorted({s.currency for s in (*draft.advancing, *draft.listed)})
    found = (available(here, currency) for currency in currencies)
    return tuple(amount for amount in found if amount.amount > 0)


def _totals(
    draft: Draft, deductions: tuple[Money, ...], charges: tuple[Charge, ...]
) -> tuple[Money, ...]:
    """Return what is asked for: open amounts and charges, less deductions."""
    sums = []
    for sum_ in _sums((*draft.advancing, *draft.listed)):
        currency = sum_.currency
        less = total((d for d in deductions if d.currency == currency), currency)
        claims = [c for c in charges if c.interest.currency == currency]
        more = total((c.interest + c.compensation for c in claims), currency)
        sums.append(sum_ + more - less)
    return tuple(sums)


def _charges(here: Situation, draft: Draft) -> tuple[Charge, ...]:
    """Claim late interest and compensation, only in a step that says so."""
    if not draft.step.claims_charges or draft.kind != "send" or draft.remedy:
        return ()
    country = here.rules.settings.creditor.country
    law = here.rules.book.jurisdictions.get(country)
    if law is None:
        file = f"policies/jurisdictions/{country.lower()}.yaml"
        raise NoRateError(f"charges need {file}, which is missing or broken")
    return tuple(
        charge(
            stand.item.invoice,
            here.books.reductions[stand.id],
            stand.item.overdue_from,
            law,
            here.as_of,
        )
        for stand in (*draft.advancing, *draft.listed)
        if stand.item.overdue
    )
