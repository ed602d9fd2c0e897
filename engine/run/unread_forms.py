"""What people said comes before what we say: who has to wait for an unread form."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from goodterms.forge.protocol import UnreadForms
from goodterms.model.paths import account_path
from goodterms.model.plan import Action, Plan
from goodterms.model.problem import Place, Problem
from goodterms.run.sync import OpenClaim

#: What is done all the same: tasks are for us, and what is asked may be closed.
_KEPT = ("task", "close")


@dataclass(frozen=True, slots=True)
class PlanAfterForms:
    """What is left of a plan and of stale claims, and why the rest waits."""

    plan: Plan
    retries: tuple[OpenClaim, ...]
    problems: tuple[Problem, ...] = ()


def has_to_say(plan: Plan, retries: list[OpenClaim]) -> bool:
    """Whether a run has anything to do that unread words could speak against."""
    return bool(retries) or any(_speaks(action) for action in plan.actions)


def without_unheard(
    plan: Plan, retries: list[OpenClaim], unheard: UnreadForms
) -> PlanAfterForms:
    """Leave out what is about accounts that have to wait."""
    kept = tuple(
        each
        for each in plan.actions
        if not (_speaks(each) and unheard.about(each.account))
    )
    left = tuple(claim for claim in retries if not unheard.about(claim.account))
    held = {each.account for each in plan.actions if each not in kept}
    held |= {claim.account for claim in retries if claim not in left}
    problems = tuple(_problems(unheard, sorted(held)))
    return PlanAfterForms(replace(plan, actions=kept), left, problems)


def _speaks(action: Action) -> bool:
    return action.kind not in _KEPT


def _problems(unheard: UnreadForms, held: list[str]) -> Iterator[Problem]:
    if unheard.everybody and held:
        many = "1 account waits" if len(held) == 1 else f"{len(held)} accounts wait"
        what = f"{many}: {unheard.everybody}"
        hint = "nothing is said to them till then; the token has to read issues"
        yield Problem(Place("issues"), what, hint, rule="unread-forms")
        return
    for account in held:
        yield Problem(
            Place(account_path(account)),
            f"nothing is said to them in this run: {unheard.about(account)}",
            "mend the form as its answer says, or close it",
            "warning",
            "unread-form",
        )
