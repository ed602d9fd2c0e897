"""May this run act at all? Suspended, braked, on stale data, or only asked."""

from typing import TYPE_CHECKING

from goodterms.decision import brakes, staleness
from goodterms.model.calendar import Calendar
from goodterms.model.journal import EntryTime
from goodterms.model.refusal import RefusalError
from goodterms.run.request import BRAKED, RACE_LOST, RunRequest, RunResult
from goodterms.views.plan_json import to_json

if TYPE_CHECKING:
    from goodterms.model.plan import Plan
    from goodterms.workspace.workspace import Workspace


def may_act(
    order: RunRequest,
    workspace: "Workspace",
    plan: "Plan",
    when: EntryTime,
    result: RunResult,
) -> bool:
    """Say whether anything may be claimed; tells why not, with the numbers.

    Raises RefusalError where only another plan than this was to be done.
    """
    _is_the_plan(order, workspace, plan)
    settings = workspace.settings
    if settings.mode == "report":
        result.tell("plan", "mode: report in goodterms.yaml: nothing is touched")
        return False
    if settings.suspended:
        result.tell("plan", "suspended: true in goodterms.yaml: nothing leaves")
        result.codes.append(BRAKED)
        return False
    return not _braked(order, workspace, plan, when, result) and not order.dry_run


def _is_the_plan(order: RunRequest, workspace: "Workspace", plan: "Plan") -> None:
    if order.digest is None:
        return
    if order.planned_for != plan.as_of:
        raise RefusalError(
            f"the plan is for {order.planned_for}, and this is {plan.as_of}",
            "make a new one: goodterms plan --format json",
            RACE_LOST,
        )
    found = to_json(plan, workspace.book.templates)["digest"]
    if found != order.digest:
        raise RefusalError(
            f"the plan has changed since it was made: digest {order.digest[:15]}…"
            f" is now {str(found)[:15]}…",
            "make a new one and read it: goodterms plan --format json",
            RACE_LOST,
        )


def _braked(
    order: RunRequest,
    workspace: "Workspace",
    plan: "Plan",
    when: EntryTime,
    result: RunResult,
) -> bool:
    settings = workspace.settings
    holidays = workspace.book.holidays(settings.creditor.place)
    calendar = Calendar(frozenset(range(5)), holidays)
    found = (
        *staleness(workspace.sources(), settings, when.day, calendar),
        *brakes(plan, settings),
    )
    held = [brake for brake in found if brake.name not in order.release]
    for brake in held:
        result.tell("plan", brake.message)
        result.codes.append(BRAKED)
    return bool(held)
