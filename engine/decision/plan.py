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
    deduplicated = exclude_duplicates(sorted(plans, key=lambda plan_: plan_.account))
    listed = [plan_ for plan_ in deduplicated if only is None or plan_.account in only]
    return Plan(
        as_of=rules.as_of,
        actions=tuple(action for plan_ in listed for action in plan_.actions),
        waiting=tuple(wait for plan_ in listed for wait in plan_.waiting),
        problems=in_order(p for plan_ in listed for p in plan_.problems),
        accounts=len(listed),
        customers={
            plan_.account: plan_.name
            for plan_ in listed
            if plan_.name
            and (plan_.actions or plan_.waiting or plan_.pending or plan_.problems)
        },
        owners={
            plan_.account: plan_.owner
            for plan_ in listed
            if plan_.owner and plan_.problems
        },
        pending=tuple(task for plan_ in listed for task in plan_.pending),
    )


def plan_account(account: Account, rules: EffectivePolicies) -> AccountPlan:
    """Decide what is due for one account; it depends on no other.

    Every open invoice stands exactly once: in ``waiting``, or in the
    ``invoices`` of one action. What contradicts itself is a problem, and
    nothing is done about it.
    """
    owner = rules.settings.owner_of(account.profile)
    identity = replace(identity_plan(account), owner=owner)
    try:
        decided = _decide(account_state(account, rules))
    except (AmountError, CurrencyMismatchError, ConditionError) as error:
        return replace(identity, problems=(_problem(account, str(error)),))
    return replace(
        identity,
        actions=decided.actions,
        waiting=decided.waiting,
        problems=decided.problems,
        pending=decided.pending,
    )


def _problem(account: Account, message: str) -> Problem:
    place = Place(account_path(account.id))
    return Problem(place, message, rule=CANNOT_DECIDE)


@dataclass(frozen=True, slots=True)
class _BuiltActions:
    """Actions built from drafts, problems of those that failed, and what waits."""

    actions: tuple[Action, ...]
    problems: tuple[Problem, ...] = ()
    deferred: tuple[DeferredStep, ...] = ()


def _decide(initial: AccountState) -> AccountPlan:
    standings = invoice_standings(initial)
    updates = proposal_updates(initial, standings)
    state = with_closed_proposals(initial, updates)
    if state is not initial:  # what a closed proposal held up is decided today
        standings = invoice_standings(state)
    approved = approved_drafts(state, updates, standings)
    reminders, unfit = _writable_reminders(state, standings)
    limited = apply_limits(
        state,
        approved,
        group_due_steps(state, _unblocked(standings, updates)),
        reminders,
    )
    drafts = (*limited.grouped.drafts, *refresh_drafts(state, updates, standings))
    built = _build_actions(state, drafts, standings)
    courtesies = _thanks_within_limits(state, limited.contact_history)
    owner_ = owner(state)
    actions = (
        *(
            discount_credit(state.account.id, owner_, discount, state.balances)
            for discount in state.accepted_discounts
        ),
        *closing_actions(state, updates, standings),
        *hold_releases(state),
        *built.actions,
        *limited.reminders,
        *courtesies.actions,
        *tasks(state, standings),
    )
    broken = [_problem(state.account, why) for why in state.broken_cases.values()]
    return AccountPlan(
        account=state.account.id,
        actions=numbered(state, actions),
        waiting=_waiting(state, standings, limited, built, courtesies.actions),
        problems=in_order([*broken, *unfit, *built.problems, *courtesies.problems]),
        pending=pending_tasks(state, standings),
    )


def _unblocked(
    standings: Sequence[InvoiceStanding], updates: Iterable[ProposalUpdate]
) -> list[InvoiceStanding]:
    """Return the invoices without a block that no approved proposal is about."""
    busy = {
        row.id
        for update in updates
        if update.do == "carry-out"
        for row in update.entry.rows
    }
    return [s for s in standings if s.block is None and s.id not in busy]


def _build_actions(
    state: AccountState,
    drafts: Iterable[DraftAction],
    standings: Sequence[InvoiceStanding],
) -> _BuiltActions:
    """Build actions; one that cannot be written drops out, with its whole approval."""
    results = [(draft, *_build_one(state, draft, standings)) for draft in drafts]
    lost = {
        draft.approved.id
        for draft, _, problems_ in results
        if problems_ and draft.approved
    }
    actions: list[Action] = []
    deferred: list[DeferredStep] = []
    for draft, action_, problems_ in results:
        if action_ and not (draft.approved and draft.approved.id in lost):
            actions.append(action_)
            continue
        why = _why_not_written(draft, problems_)
        deferred += [DeferredStep(stand, "waiting", why) for stand in draft.advancing]
    problems = tuple(problem for _, _, problems_ in results for problem in problems_)
    return _BuiltActions(tuple(actions), problems, tuple(deferred))


def _why_not_written(draft: DraftAction, problems: Sequence[Problem]) -> str:
    """Say why a draft is not carried out."""
    if problems and problems[0].rule == NO_RATE:
        message = problems[0].what.partition(": ")[2]
        return f"{message}; in {problems[0].place.file}, {problems[0].hint}"
    problem = f": {problems[0]}" if problems else ""
    return f"{draft.step.name} cannot be written{problem}"


def _build_one(
    state: AccountState, draft: DraftAction, standings: Sequence[InvoiceStanding]
) -> tuple[Action | None, tuple[Problem, ...]]:
    try:
        built = build_action(state, draft, standings)
    except NoRateError as error:
        message = f"{state.account.id}: {draft.step.name} waits: {error.what}"
        place = Place(error.file)
        return None, (Problem(place, message, error.mend, rule=NO_RATE),)
    problems = _rendering_problems(state, built)
    return (None if problems else built), problems


def _rendering_problems(state: AccountState, action_: Action) -> tuple[Problem, ...]:
    """Say why an action's message cannot be written; nothing where it can."""
    if not _can_be_rendered(state, action_):
        message = f"{action_.step} needs template '{action_.template}', which is broken"
        return (_problem(state.account, message),)
    worded = action_.kind in DELIVERED and action_.channel
    return state.rules.unfit(state.account, action_) if worded else ()


def _can_be_rendered(state: AccountState, action_: Action) -> bool:
    templates = state.rules.book.templates
    return not action_.template or not templates or action_.template in templates


def _writable_reminders(
    state: AccountState, standings: tuple[InvoiceStanding, ...]
) -> tuple[InstalmentReminders, tuple[Problem, ...]]:
    """Return the reminders of instalments that can be written, and what is wrong."""
    reminders = instalment_reminders(state, standings)
    checked = [
        (reminder, _rendering_problems(state, reminder)) for reminder in reminders.due
    ]
    due = tuple(reminder for reminder, flaws in checked if not flaws)
    unfit = tuple(problem for _, flaws in checked for problem in flaws)
    return replace(reminders, due=due), unfit


def _thanks_within_limits(
    state: AccountState, contacts: ContactHistory
) -> _BuiltActions:
    """Add thanks, where limits and the day leave room."""
    actions: list[Action] = []
    problems: list[Problem] = []
    for thank in thank_actions(state):
        policy = state.rules.book.policies.get(thank.policy) if thank.policy else None
        limits = state.limits or (policy.limits if policy else ())
        free = contacts.free(thank.channel, state.as_of, limits)
        if free != state.as_of or contacts.second(thank.kind, thank.channel):
            continue
        flaws = _rendering_problems(state, thank)
        problems += flaws
        if not flaws:
            actions.append(thank)
            contacts = contacts.after(thank.kind, thank.channel, thank.step)
    return _BuiltActions(tuple(actions), tuple(problems))


def _waiting(
    state: AccountState,
    standings: Sequence[InvoiceStanding],
    paced_actions: PacedActions,
    built: _BuiltActions,
    courtesies: Iterable[Action],
) -> tuple[WaitingInvoice, ...]:
    advancing = {line.id for action in built.actions for line in action.invoices}
    reasons = {
        step.invoice_standing.id: step
        for step in (*paced_actions.grouped.deferred, *built.deferred)
    }
    today = ((state.as_of, thank.channel) for thank in courtesies)
    contacts = paced_actions.contact_history
    steps_today = frozenset(
        (line.open.currency, sent.step)
        for sent in built.actions
        if sent.kind == "send"
        for line in sent.invoices
    )
    room = ContactAllowance(
        state.limits, (*contacts.contacts, *today), contacts.calls, steps_today
    )
    moved = {
        stand.id: draft.step
        for draft in paced_actions.grouped.drafts
        if draft.kind == "send"
        for stand in draft.advancing
    }
    free = [stand for stand in standings if stand.block is None]
    forecast = StepForecast(state, room, free, moved)
    waiting_invoices = [
        waiting_invoice(
            forecast, stand, reasons.get(stand.id), paced_actions.withheld.get(stand.id)
        )
        for stand in standings
        if stand.id not in advancing
    ]
    return tuple(sorted(waiting_invoices, key=lambda wait: wait.invoice))
