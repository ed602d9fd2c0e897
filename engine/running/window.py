"""Messages leave in the customer's hours; a day played has no hours."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from engine.action import Action, Plan
from engine.model import Account
from engine.problem import Place, Problem
from engine.terms import PolicyBook

if TYPE_CHECKING:
    from engine.workspace import Workspace

_SATURDAY = 5


def closed(
    action: Action, account: Account, book: PolicyBook, now: datetime
) -> str | None:
    """Return the window of a message to a customer that is shut now, else None."""
    policy = book.policies.get(action.policy) if action.policy else None
    if not action.is_message or policy is None or policy.window is None:
        return None
    opens, closes = policy.window
    local = now.astimezone(ZoneInfo(account.profile.timezone)).strftime("%H:%M")
    if opens <= local < closes:
        return None
    return f"{opens}-{closes} {account.profile.timezone}"


def missed(
    withheld: Sequence[Action],
    workspace: "Workspace",
    plan: "Callable[[Workspace, date, Sequence[str]], Plan]",
    as_of: date,
) -> tuple[Problem, ...]:
    """Report messages that have found no run in their window for a business day.

    Those are the ones that were due on the business day before already.
    """
    if not withheld:
        return ()
    before = _business_day_before(as_of)
    accounts = sorted({action.account for action in withheld})
    due = {_what(action) for action in plan(workspace, before, accounts).actions}
    return tuple(
        Problem(
            Place(f"ledger/{action.account}/account.yaml"),
            f"{action.step} has been due since {before} or longer, and no run came"
            " in the hours of this account",
            "schedule a run inside the window of its policy",
            rule="window-missed",
        )
        for action in withheld
        if _what(action) in due
    )


def _what(action: Action) -> tuple[str, str, str]:
    return action.account, action.kind, action.step


def _business_day_before(day: date) -> date:
    day -= timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day -= timedelta(days=1)
    return day
