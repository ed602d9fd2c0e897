"""What is due today. Pure: no clock, no files, no environment, no log.

Equal inputs give equal plans: accounts, invoices and actions are in total
order, and nothing but the account, the rules and the day decides.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from goodterms.decision.due.contact_limits import ContactAllowance
from goodterms.decision.due.drafts import DeferredStep, DraftAction, waiting_invoice
from goodterms.decision.due.forecast import StepForecast
from goodterms.decision.messages.action_ids import numbered
from goodterms.decision.messages.build_action import NO_RATE, build_action, owner
from goodterms.decision.messages.earlier_contacts import ContactHistory
from goodterms.decision.messages.grouping import group_due_steps
from goodterms.decision.messages.instalment_reminders import (
    InstalmentReminders,
    instalment_reminders,
)
from goodterms.decision.messages.pacing import PacedActions, apply_limits
from goodterms.decision.outcome.after_payment import (
    closing_actions,
    hold_releases,
    thank_actions,
)
from goodterms.decision.outcome.pending import pending_tasks
from goodterms.decision.outcome.tasks import tasks
from goodterms.decision.proposal_effects import (
    ProposalUpdate,
    approved_drafts,
    proposal_updates,
    refresh_drafts,
    with_closed_proposals,
)
from goodterms.decision.standing.standing import InvoiceStanding, invoice_standings
from goodterms.decision.state.account_state import AccountState, account_state
from goodterms.decision.state.discounts import discount_credit
from goodterms.decision.state.duplicates import (
    SAME_CUSTOMER,
    SAME_INVOICE,
    exclude_duplicates,
    identity_plan,
)
from goodterms.decision.state.effective_policies import EffectivePolicies
from goodterms.decision.state.late_charges import NoRateError
from goodterms.model.journal import DELIVERED
from goodterms.model.ledger import Account
from goodterms.model.money import AmountError, CurrencyMismatchError
from goodterms.model.paths import account_path
from goodterms.model.plan import AccountPlan, Action, Plan, WaitingInvoice
from goodterms.model.policy import ConditionError
from goodterms.model.problem import Place, Problem, in_order

#: The rule of problems that keep an account from being decided.
CANNOT_DECIDE = "cannot-decide"

#: The rules of problems with which nothing at all is decided for an account.
KEPT_OUT = frozenset({CANNOT_DECIDE, SAME_INVOICE, SAME_CUSTOMER})


def plan(accounts: Iterable[Account], rules: EffectivePolicies) -> Plan:
    """Decide for every account what is due on the rules' day."""
    return join_plans((plan_account(account, rules) for account in accounts), rules)


def join_plans(
    plans: Iterable[AccountPlan],
    rules: EffectivePolicies,
    only: Container[str] | None = None,
) -> Plan:
    """Put the plans of accounts together, in the order of the accounts' ids.

    Two accounts that have the same invoice, or are the same customer, are kept out:
    one of them would be chased for what is the other's. *only* leaves out the plans
    of other accounts after that.
    """
    together = exclude_duplicates(sorted(plans, key=lambda each: each.account))
    listed = [each for each in together if only is None or each.account in only]
    return Plan(
        as_of=rules.as_of,
        actions=tuple(action for each in listed for action in each.actions),
        waiting=tuple(wait for each in listed for wait in each.waiting),
        problems=in_order(p for each in listed for p in each.problems),
        accounts=len(listed),
        customers={
            each.account: each.name
            for each in listed
            if each.name
            and (each.actions or each.waiting or each.pending or each.problems)
        },
        owners={
            each.account: each.owner for each in listed if each.owner and each.problems
        },
        pending=tuple(task for each in listed for task in each.pending),
    )


def plan_account(account: Account, rules: EffectivePolicies) -> AccountPlan:
    """Decide what is due for one account; it depends on no other.

    Every open invoice stands exactly once: in ``waiting``, or in the
    ``invoices`` of one action. What contradicts itself is a problem, and
    nothing is done about it.
    """
    owner = rules.settings.owner_of(account.profile)
    known = replace(identity_plan(account), owner=owner)
    try:
        decided = _decide(account_state(account, rules))
    except (AmountError, CurrencyMismatchError, ConditionError) as error:
        return replace(known, problems=(_problem(account, str(error)),))
    return replace(
        known,
        actions=decided.actions,
        waiting=decided.waiting,
        problems=decided.problems,
        pending=decided.pending,
    )


def _problem(account: Account, what: str) -> Problem:
    place = Place(account_path(account.id))
    return Problem(place, what, rule=CANNOT_DECIDE)


@dataclass(frozen=True, slots=True)
class _BuiltActions:
    """Actions made of drafts; the problems of those that could not be, what waits."""

    actions: tuple[Action, ...]
    problems: tuple[Problem, ...] = ()
    held: tuple[DeferredStep, ...] = ()


def _decide(opened: AccountState) -> AccountPlan:
    known = invoice_standings(opened)
    found = proposal_updates(opened, known)
    here = with_closed_proposals(opened, found)
    if here is not opened:
        known = invoice_standings(here)
    approved = approved_drafts(here, found, known)
    reminders, unfit = _writable_reminders(here, known)
    said = apply_limits(
        here, approved, group_due_steps(here, _unblocked(known, found)), reminders
    )
    drafts = (*said.talked.drafts, *refresh_drafts(here, found, known))
    built = _build_actions(here, drafts, known)
    polite = _thanks_within_limits(here, said.contact_history)
    who = owner(here)
    actions = (
        *(
            discount_credit(here.account.id, who, each, here.balances)
            for each in here.accepted_discounts
        ),
        *closing_actions(here, found, known),
        *hold_releases(here),
        *built.actions,
        *said.reminders,
        *polite.actions,
        *tasks(here, known),
    )
    broken = [_problem(here.account, why) for why in here.broken_cases.values()]
    return AccountPlan(
        account=here.account.id,
        actions=numbered(here, actions),
        waiting=_waiting(here, known, said, built, polite.actions),
        problems=in_order([*broken, *unfit, *built.problems, *polite.problems]),
        pending=pending_tasks(here, known),
    )


def _unblocked(
    known: Sequence[InvoiceStanding], found: Iterable[ProposalUpdate]
) -> list[InvoiceStanding]:
    """Return the stands that nothing stops and no approved proposal speaks for."""
    busy = {
        row.id
        for verdict in found
        if verdict.do == "carry-out"
        for row in verdict.entry.rows
    }
    return [s for s in known if s.block is None and s.id not in busy]


def _build_actions(
    state: AccountState, drafts: Iterable[DraftAction], known: Sequence[InvoiceStanding]
) -> _BuiltActions:
    """Make actions; one that cannot be written drops out, with all it was part of."""
    made = [(draft, *_build_one(state, draft, known)) for draft in drafts]
    lost = {draft.approved.id for draft, _, wrong in made if wrong and draft.approved}
    actions: list[Action] = []
    held: list[DeferredStep] = []
    for draft, action_, wrong in made:
        if action_ and not (draft.approved and draft.approved.id in lost):
            actions.append(action_)
            continue
        why = _why_not_written(draft, wrong)
        held += [DeferredStep(stand, "waiting", why) for stand in draft.advancing]
    problems = tuple(problem for _, _, wrong in made for problem in wrong)
    return _BuiltActions(tuple(actions), problems, tuple(held))


def _why_not_written(draft: DraftAction, wrong: Sequence[Problem]) -> str:
    """Say why a draft is not carried out."""
    if wrong and wrong[0].rule == NO_RATE:
        waits = wrong[0].what.partition(": ")[2]
        return f"{waits}; in {wrong[0].place.file}, {wrong[0].hint}"
    told = f": {wrong[0]}" if wrong else ""
    return f"{draft.step.name} cannot be written{told}"


def _build_one(
    state: AccountState, draft: DraftAction, known: Sequence[InvoiceStanding]
) -> tuple[Action | None, tuple[Problem, ...]]:
    try:
        made = build_action(state, draft, known)
    except NoRateError as error:
        what = f"{state.account.id}: {draft.step.name} waits: {error.what}"
        place = Place(error.file)
        return None, (Problem(place, what, error.mend, rule=NO_RATE),)
    wrong = _rendering_problems(state, made)
    return (None if wrong else made), wrong


def _rendering_problems(state: AccountState, made: Action) -> tuple[Problem, ...]:
    """Say why an action's message cannot be written; nothing where it can."""
    if not _can_be_rendered(state, made):
        what = f"{made.step} needs template '{made.template}', which is broken"
        return (_problem(state.account, what),)
    worded = made.kind in DELIVERED and made.channel
    return state.rules.unfit(state.account, made) if worded else ()


def _can_be_rendered(state: AccountState, made: Action) -> bool:
    templates = state.rules.book.templates
    return not made.template or not templates or made.template in templates


def _writable_reminders(
    state: AccountState, known: tuple[InvoiceStanding, ...]
) -> tuple[InstalmentReminders, tuple[Problem, ...]]:
    """Return the reminders of instalments that can be written, and what is wrong."""
    found = instalment_reminders(state, known)
    judged = [(made, _rendering_problems(state, made)) for made in found.due]
    due = tuple(made for made, wrong in judged if not wrong)
    unfit = tuple(problem for _, wrong in judged for problem in wrong)
    return replace(found, due=due), unfit


def _thanks_within_limits(
    state: AccountState, contacts: ContactHistory
) -> _BuiltActions:
    """Add thanks, where limits and the day leave room."""
    said: list[Action] = []
    problems: list[Problem] = []
    for made in thank_actions(state):
        policy = state.rules.book.policies.get(made.policy) if made.policy else None
        limits = state.limits or (policy.limits if policy else ())
        free = contacts.free(made.channel, state.as_of, limits)
        if free != state.as_of or contacts.second(made.kind, made.channel):
            continue
        wrong = _rendering_problems(state, made)
        problems += wrong
        if not wrong:
            said.append(made)
            contacts = contacts.after(made.kind, made.channel, made.step)
    return _BuiltActions(tuple(said), tuple(problems))


def _waiting(
    state: AccountState,
    known: Sequence[InvoiceStanding],
    paced_actions: PacedActions,
    built: _BuiltActions,
    polite: Iterable[Action],
) -> tuple[WaitingInvoice, ...]:
    moving = {line.id for action in built.actions for line in action.invoices}
    reasons = {
        each.invoice_standing.id: each
        for each in (*paced_actions.talked.held, *built.held)
    }
    today = ((state.as_of, each.channel) for each in polite)
    heard = paced_actions.contact_history
    told = frozenset(
        (line.open.currency, made.step)
        for made in built.actions
        if made.kind == "send"
        for line in made.invoices
    )
    room = ContactAllowance(state.limits, (*heard.contacts, *today), heard.calls, told)
    moved = {
        stand.id: draft.step
        for draft in paced_actions.talked.drafts
        if draft.kind == "send"
        for stand in draft.advancing
    }
    free = [stand for stand in known if stand.block is None]
    outlook = StepForecast(state, room, free, moved)
    waits = [
        waiting_invoice(
            outlook, stand, reasons.get(stand.id), paced_actions.kept.get(stand.id)
        )
        for stand in known
        if stand.id not in moving
    ]
    return tuple(sorted(waits, key=lambda wait: wait.invoice))
