"""What approval of a proposal does: what it asks for, and what it carries out."""

from dataclasses import replace

from goodterms.decision.due.drafts import DraftAction
from goodterms.decision.messages.build_action import (
    NO_RATE,
    amounts_and_charges,
    build_action,
)
from goodterms.decision.proposal_effects import ProposalUpdate, approved_drafts
from goodterms.decision.proposals import is_about, step_of
from goodterms.decision.standing.claimable_charges import (
    missing_rate_of,
    step_claims_charges,
)
from goodterms.decision.standing.standing import invoice_standings
from goodterms.decision.state.account_state import AccountState
from goodterms.decision.state.amount_asked import AmountAsked, Debit, amounts_asked
from goodterms.decision.state.history import JournalEntry
from goodterms.decision.state.late_charges import NoRateError
from goodterms.model.plan import Action
from goodterms.model.problem import Place, Problem


def effect_of(
    state: AccountState, entry: JournalEntry, choose: str
) -> tuple[tuple[Action, ...], tuple[Problem, ...]]:
    """Return what a proposal does if it is approved today with an option of it.

    *choose* is the option, ``approve`` for the step itself. An action that claims
    charges at a rate which the law's table lacks is left out, with a problem of the
    rule ``no-rate``. Nothing is done once its invoices are settled or its step is
    gone.
    """
    standings = invoice_standings(state)
    named = [
        standing for standing in standings if is_about(entry, standing.invoice_state)
    ]
    if not named:
        return (), ()
    doc = replace(entry.doc, state="approved", choose=choose)
    approved = ProposalUpdate(replace(entry, doc=doc), "carry-out")
    actions: list[Action] = []
    problems: list[Problem] = []
    for draft in approved_drafts(state, [approved], named):
        try:
            built = build_action(state, draft, standings)
        except NoRateError as error:
            place = Place(error.file)
            problems.append(Problem(place, error.what, error.mend, rule=NO_RATE))
        else:
            actions.append(replace(built, id=f"{state.account.id}/{entry.id}"))
    return tuple(actions), tuple(problems)


def amounts_of(state: AccountState, entry: JournalEntry) -> tuple[AmountAsked, ...]:
    """Return what a proposal asks for today, one sum a currency.

    Late charges are left out where the law's table lacks a rate for them.
    """
    step = step_of(state, entry)
    named = tuple(
        s for s in invoice_standings(state) if is_about(entry, s.invoice_state)
    )
    if not named:
        return ()
    if step is None:
        return amounts_asked(
            Debit(s.invoice_state.open, s.invoice_state.cover) for s in named
        )
    draft = DraftAction(kind="propose", lead=named[0], step=step, advancing=named)
    try:
        amounts, _ = amounts_and_charges(state, draft)
    except NoRateError:
        without = replace(step, claims_charges=False)
        amounts, _ = amounts_and_charges(state, replace(draft, step=without))
    return amounts


def missing_rate(state: AccountState, entry: JournalEntry) -> str | None:
    """Return which interest rate a proposal's charges lack today.

    None where they lack none, and where its step claims no charges.
    """
    step = step_of(state, entry)
    if step is None or not step_claims_charges(state, step):
        return None
    items = (item for item in state.open_invoices if is_about(entry, item))
    errors = (missing_rate_of(state, item) for item in items)
    return next((str(error) for error in errors if error), None)
