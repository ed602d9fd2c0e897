"""What is due today. Pure: no clock, no files, no environment, no log.

Equal inputs give equal plans: accounts, invoices and actions are in total
order, and nothing but the account, the rules and the day decides.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from engine.action import AccountPlan, Action, Plan, Waiting
from engine.decision.accepting import crediting
from engine.decision.charges import NoRateError
from engine.decision.closing import closings, releases, thanks
from engine.decision.compose import action, owner
from engine.decision.conversation import converse
from engine.decision.decided import Verdict, carrying_out, closed, refreshing, verdicts
from engine.decision.draft import Draft, Held, waiting
from engine.decision.heard import Heard
from engine.decision.ids import numbered
from engine.decision.limits import Room
from engine.decision.outlook import Outlook
from engine.decision.pacing import Paced, paced
from engine.decision.pending import pending
from engine.decision.reminding import Reminders, instalment_reminders
from engine.decision.rules import Rules
from engine.decision.situation import Situation, situation
from engine.decision.standing import Stand, stands
from engine.decision.tasks import tasks
from engine.decision.twins import SAME_CUSTOMER, SAME_INVOICE, apart, known_of
from engine.model import Account
from engine.money import AmountError, CurrencyMismatchError
from engine.problem import Place, Problem, in_order
from engine.terms import ConditionError

#: The rule of problems that keep an account from being decided.
CANNOT_DECIDE = "cannot-decide"

#: The rule of problems that keep what claims charges from being written.
NO_RATE = "no-rate"

#: The rules of problems with which nothing at all is decided for an account.
KEPT_OUT = frozenset({CANNOT_DECIDE, SAME_INVOICE, SAME_CUSTOMER})

#: Kinds of action that say something to somebody in words of a template.
_WORDED = ("send", "call", "thank", "place")


def plan(accounts: Iterable[Account], rules: Rules) -> Plan:
    """Decide for every account what is due on the rules' day."""
    return joined((plan_account(account, rules) for account in accounts), rules)


def joined(
    plans: Iterable[AccountPlan], rules: Rules, only: Container[str] | None = None
) -> Plan:
    """Put the plans of accounts together, in the order of the accounts' ids.

    Two accounts that have the same invoice, or are the same customer, are kept out:
    one of them would be chased for what is the other's. *only* leaves out the plans
    of other accounts after that.
    """
    together = apart(sorted(plans, key=lambda each: each.account))
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


def plan_account(account: Account, rules: Rules) -> AccountPlan:
    """Decide what is due for one account; it depends on no other.

    Every open invoice stands exactly once: in ``waiting``, or in the
    ``invoices`` of one action. What contradicts itself is a problem, and
    nothing is done about it.
    """
    owner = rules.settings.owner_of(account.profile)
    known = replace(known_of(account), owner=owner)
    try:
        decided = _decide(situation(account, rules))
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
    place = Place(f"ledger/{account.id}/account.yaml")
    return Problem(place, what, rule=CANNOT_DECIDE)


@dataclass(frozen=True, slots=True)
class _Built:
    """Actions made of drafts; the problems of those that could not be, what waits."""

    actions: tuple[Action, ...]
    problems: tuple[Problem, ...] = ()
    held: tuple[Held, ...] = ()


def _decide(opened: Situation) -> AccountPlan:
    known = stands(opened)
    found = verdicts(opened, known)
    here = closed(opened, found)
    if here is not opened:
        known = stands(here)
    approved = carrying_out(here, found, known)
    reminders, unfit = _reminders(here, known)
    said = paced(here, approved, converse(here, _free(known, found)), reminders)
    drafts = (*said.talked.drafts, *refreshing(here, found, known))
    built = _built(here, drafts, known)
    polite = _courtesies(here, said.heard)
    who = owner(here)
    actions = (
        *(crediting(here.account.id, who, each, here.books) for each in here.accepted),
        *closings(here, found, known),
        *releases(here),
        *built.actions,
        *said.reminders,
        *polite.actions,
        *tasks(here, known),
    )
    broken = [_problem(here.account, why) for why in here.broken.values()]
    return AccountPlan(
        account=here.account.id,
        actions=numbered(here, actions),
        waiting=_waiting(here, known, said, built, polite.actions),
        problems=in_order([*broken, *unfit, *built.problems, *polite.problems]),
        pending=pending(here, known),
    )


def _free(known: Sequence[Stand], found: Iterable[Verdict]) -> list[Stand]:
    """Return the stands that nothing stops and no approved proposal speaks for."""
    busy = {
        row.id
        for verdict in found
        if verdict.do == "carry-out"
        for row in verdict.entry.rows
    }
    return [s for s in known if s.stop is None and s.id not in busy]


def _built(here: Situation, drafts: Iterable[Draft], known: Sequence[Stand]) -> _Built:
    """Make actions; one that cannot be written drops out, with all it was part of."""
    made = [(draft, *_made(here, draft, known)) for draft in drafts]
    lost = {draft.approved.id for draft, _, wrong in made if wrong and draft.approved}
    actions: list[Action] = []
    held: list[Held] = []
    for draft, action_, wrong in made:
        if action_ and not (draft.approved and draft.approved.id in lost):
            actions.append(action_)
            continue
        why = _unwritten(draft, wrong)
        held += [Held(stand, "waiting", why) for stand in draft.advancing]
    problems = tuple(problem for _, _, wrong in made for problem in wrong)
    return _Built(tuple(actions), problems, tuple(held))


def _unwritten(draft: Draft, wrong: Sequence[Problem]) -> str:
    """Say why a draft is not carried out."""
    if wrong and wrong[0].rule == NO_RATE:
        waits = wrong[0].what.partition(": ")[2]
        return f"{waits}; in {wrong[0].place.file}, {wrong[0].hint}"
    told = f": {wrong[0]}" if wrong else ""
    return f"{draft.step.name} cannot be written{told}"


def _made(
    here: Situation, draft: Draft, known: Sequence[Stand]
) -> tuple[Action | None, tuple[Problem, ...]]:
    try:
        made = action(here, draft, known)
    except NoRateError as error:
        what = f"{here.account.id}: {draft.step.name} waits: {error.what}"
        place = Place(error.file)
        return None, (Problem(place, what, error.mend, rule=NO_RATE),)
    wrong = _unfit(here, made)
    return (None if wrong else made), wrong


def _unfit(here: Situation, made: Action) -> tuple[Problem, ...]:
    """Say why an action's message cannot be written; nothing where it can."""
    if not _can_be_rendered(here, made):
        what = f"{made.step} needs template '{made.template}', which is broken"
        return (_problem(here.account, what),)
    worded = made.kind in _WORDED and made.channel
    return here.rules.unfit(here.account, made) if worded else ()


def _can_be_rendered(here: Situation, made: Action) -> bool:
    templates = here.rules.book.templates
    return not made.template or not templates or made.template in templates


def _reminders(
    here: Situation, known: tuple[Stand, ...]
) -> tuple[Reminders, tuple[Problem, ...]]:
    """Return the reminders of instalments that can be written, and what is wrong."""
    found = instalment_reminders(here, known)
    judged = [(made, _unfit(here, made)) for made in found.due]
    due = tuple(made for made, wrong in judged if not wrong)
    unfit = tuple(problem for _, wrong in judged for problem in wrong)
    return replace(found, due=due), unfit


def _courtesies(here: Situation, heard: Heard) -> _Built:
    """Add thanks, where limits and the day leave room."""
    said: list[Action] = []
    problems: list[Problem] = []
    for made in thanks(here):
        policy = here.rules.book.policies.get(made.policy) if made.policy else None
        limits = here.limits or (policy.limits if policy else ())
        free = heard.free(made.channel, here.as_of, limits)
        if free != here.as_of or heard.second(made.kind, made.channel):
            continue
        wrong = _unfit(here, made)
        problems += wrong
        if not wrong:
            said.append(made)
            heard = heard.after(made.kind, made.channel, made.step)
    return _Built(tuple(said), tuple(problems))


def _waiting(
    here: Situation,
    known: Sequence[Stand],
    said: Paced,
    built: _Built,
    polite: Iterable[Action],
) -> tuple[Waiting, ...]:
    moving = {line.id for action in built.actions for line in action.invoices}
    reasons = {each.stand.id: each for each in (*said.talked.held, *built.held)}
    today = ((here.as_of, each.channel) for each in polite)
    heard = said.heard
    told = frozenset(
        (line.open.currency, made.step)
        for made in built.actions
        if made.kind == "send"
        for line in made.invoices
    )
    room = Room(here.limits, (*heard.contacts, *today), heard.calls, told)
    moved = {
        stand.id: draft.step
        for draft in said.talked.drafts
        if draft.kind == "send"
        for stand in draft.advancing
    }
    free = [stand for stand in known if stand.stop is None]
    outlook = Outlook(here, room, free, moved)
    waits = [
        waiting(outlook, stand, reasons.get(stand.id), said.kept.get(stand.id))
        for stand in known
        if stand.id not in moving
    ]
    return tuple(sorted(waits, key=lambda wait: wait.invoice))
