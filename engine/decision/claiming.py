"""What may be claimed on the invoices of an account, by the law of the creditor."""

from collections.abc import Iterable

from engine.action import Charge
from engine.decision.charges import NoRateError, charge, file_of, unpaid
from engine.decision.reductions import Reduction
from engine.decision.situation import Item, Situation
from engine.decision.standing import Stand
from engine.terms import Jurisdiction, Step

#: Beside these no claim is ever made.
_NEVER = frozenset({"flagged", "placed", "settled", "credit", "tolerance"})


def claims(step: Step) -> bool:
    """Whether a step claims charges when it is sent."""
    return step.claims_charges and not step.choose


def claim_on(here: Situation, item: Item) -> Charge:
    """Claim on one invoice; what covers it stops interest from the day it came.

    Raises NoRateError where the law's table lacks a rate, or there is no table.
    """
    law = _law(here)
    covers = (Reduction(on, amount) for on, amount in item.cover.shares)
    moves = (*here.books.reductions[item.id], *covers)
    made = charge(item.invoice, moves, item.overdue_from, law, here.as_of)
    claimed = here.books.charges.get(item.id)
    return unpaid(made, claimed.paid) if claimed else made


def lacking(here: Situation, item: Item) -> NoRateError | None:
    """Say which rate an invoice lacks as of today; None where it has all."""
    if not item.overdue:
        return None
    try:
        claim_on(here, item)
    except NoRateError as error:
        return error
    return None


def waiting_claims(
    here: Situation, stands: Iterable[Stand]
) -> list[tuple[str, NoRateError, list[Stand]]]:
    """List the steps ahead that will lack a rate, which, and for which invoices."""
    found: dict[tuple[str, str], tuple[NoRateError, list[Stand]]] = {}
    for stand in stands:
        step = _claiming_step(stand)
        error = lacking(here, stand.item) if step else None
        if step and error:
            found.setdefault((step.name, error.mend), (error, []))[1].append(stand)
    return [(step, error, about) for (step, _), (error, about) in found.items()]


def _claiming_step(stand: Stand) -> Step | None:
    """Return the first step still ahead of an invoice that claims charges."""
    if stand.stop and stand.stop.standing in _NEVER:
        return None
    item = stand.item
    last = item.last[0].index if item.last else -1
    ahead = (step for step in item.policy.ladder if step.index > last)
    return next((step for step in ahead if claims(step)), None)


def _law(here: Situation) -> Jurisdiction:
    country = here.rules.settings.creditor.country
    law = here.rules.book.jurisdictions.get(country)
    if law is None:
        what = f"no law on late payment is known for {country}"
        mend = "write or mend it; or take 'charges: claim' out of the step"
        raise NoRateError(what, file_of(country), mend)
    return law
