"""Messages leave in the customer's hours; a day played has no hours."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from goodterms.model.ledger import Account
from goodterms.model.paths import account_path
from goodterms.model.plan import Action, Plan
from goodterms.model.policy import PolicyBook
from goodterms.model.problem import Place, Problem

if TYPE_CHECKING:
    from goodterms.workspace.workspace import Workspace


def closed(
    action: Action, account: Account, book: PolicyBook, now: datetime
) -> str | None:
    """Return the window of a message to a customer that is shut now, else None.

    It is shut too where the customer's clock shows a day that is no business
    day of theirs, whatever day it is where we are.
    """
    policy = book.policies.get(action.policy) if action.policy else None
    if not action.is_message or policy is None:
        return None
    profile = account.profile
    local = now.astimezone(ZoneInfo(profile.timezone))
    if not book.calendar(policy, profile.place).is_business_day(local.date()):
        return f"a business day in {profile.timezone}, where it is {local:%A}"
    opens, closes = policy.window or ("00:00", "24:00")
    if opens <= local.strftime("%H:%M") < closes:
        return None
    return f"{opens}-{closes} {profile.timezone}"


def missed(
    withheld: Sequence[Action],
    workspace: "Workspace",
    plan: "Callable[[Workspace, date, Sequence[str]], Plan]",
    as_of: date,
) -> tuple[Problem, ...]:
    """Report messages that have found no run in their window for a business day.

    Those are the ones that were due on the business day before already.
    """
    since = {action.account: _before(action, workspace, as_of) for action in withheld}
    due = {
        day: _due(plan(workspace, day, _accounts(since, day)))
        for day in sorted(set(since.values()))
    }
    return tuple(
        Problem(
            Place(account_path(action.account)),
            f"{action.step} has been due since {since[action.account]} or longer, and"
            " no run came in the hours of this account",
            "schedule a run inside the window of its policy",
            rule="window-missed",
        )
        for action in withheld
        if _what(action) in due[since[action.account]]
    )


def _before(action: Action, workspace: "Workspace", as_of: date) -> date:
    """Return the business day of the customer before a day."""
    account, _ = workspace.account(action.account)
    policy = workspace.book.policies.get(action.policy) if action.policy else None
    if account is None or policy is None:
        return as_of - timedelta(days=1)
    return workspace.book.calendar(policy, account.profile.place).before(as_of)


def _accounts(since: Mapping[str, date], day: date) -> list[str]:
    return sorted(account for account, on in since.items() if on == day)


def _due(plan: Plan) -> frozenset[tuple[str, str, str]]:
    return frozenset(_what(action) for action in plan.actions)


def _what(action: Action) -> tuple[str, str, str]:
    return action.account, action.kind, action.step
