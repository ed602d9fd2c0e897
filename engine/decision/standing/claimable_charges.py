"""What may be claimed on the invoices of an account, by the law of the creditor."""

from collections.abc import Iterable

from goodterms.decision.standing.standing import InvoiceStanding
from goodterms.decision.state.account_state import AccountState, InvoiceState
from goodterms.decision.state.late_charges import (
    NoRateError,
    charge,
    jurisdiction_file,
    unpaid_charge,
)
from goodterms.decision.state.reductions import InvoiceReduction
from goodterms.model.plan import Charge
from goodterms.model.policy import Jurisdiction, Step

#: Beside these no claim is ever made.
_NEVER_CLAIMED = frozenset({"flagged", "placed", "settled", "credit", "tolerance"})


def step_claims_charges(state: AccountState, step: Step) -> bool:
    """Whether a step claims charges of an account when it is sent.

    The tables are of the law between businesses: of a consumer nothing is claimed.
    """
    return (
        step.claims_charges and not step.choose and not state.account.profile.consumer
    )


def claim(state: AccountState, item: InvoiceState) -> Charge:
    """Claim on one invoice; what covers it stops interest from the day it came.

    Raises NoRateError where the law's table lacks a rate, or there is no table.
    """
    law = _law(state)
    covers = (InvoiceReduction(on, amount) for on, amount in item.cover.shares)
    moves = (*state.balances.reductions[item.id], *covers)
    charges = charge(item.invoice, moves, item.overdue_from, law, state.as_of)
    claimed = state.balances.charges.get(item.id)
    return unpaid_charge(charges, claimed.paid) if claimed else charges


def missing_rate_of(state: AccountState, item: InvoiceState) -> NoRateError | None:
    """Say which rate an invoice lacks as of today; None where it has all."""
    if not item.overdue:
        return None
    try:
        claim(state, item)
    except NoRateError as error:
        return error
    return None


def claims_without_rate(
    state: AccountState, standings: Iterable[InvoiceStanding]
) -> list[tuple[str, NoRateError, list[InvoiceStanding]]]:
    """List the steps ahead that will lack a rate, which, and for which invoices."""
    missing: dict[tuple[str, str], tuple[NoRateError, list[InvoiceStanding]]] = {}
    for standing in standings:
        step = _claiming_step(state, standing)
        error = missing_rate_of(state, standing.invoice_state) if step else None
        if step and error:
            missing.setdefault((step.name, error.mend), (error, []))[1].append(standing)
    return [(step, error, affected) for (step, _), (error, affected) in missing.items()]


def _claiming_step(state: AccountState, standing: InvoiceStanding) -> Step | None:
    """Return the first step still ahead of an invoice that claims charges."""
    if standing.block and standing.block.standing in _NEVER_CLAIMED:
        return None
    item = standing.invoice_state
    last = item.last_step[0].index if item.last_step else -1
    ahead = (step for step in item.policy.ladder if step.index > last)
    return next((step for step in ahead if step_claims_charges(state, step)), None)


def _law(state: AccountState) -> Jurisdiction:
    country = state.rules.settings.creditor.country
    law = state.rules.book.jurisdictions.get(country)
    if law is None:
        what = f"no law on late payment is known for {country}"
        mend = "write or mend it; or take 'charges: claim' out of the step"
        raise NoRateError(what, jurisdiction_file(country), mend)
    return law
