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
    request: RunRequest,
    workspace: "Workspace",
    plan: "Plan",
    when: EntryTime,
    result: RunResult,
) -> bool:
    """Say whether anything may be claimed; tells why not, with the numbers.

    Raises RefusalError where only another plan than this was to be done.
    """
    _is_the_plan(request, workspace, plan)
    settings = workspace.settings
    if settings.mode == "report":
        result.tell("plan", "mode: report in goodterms.yaml: nothing is touched")
        return False
    if settings.suspended:
        result.tell("plan", "suspended: true in goodterms.yaml: nothing leaves")
        result.codes.append(BRAKED)
        return False
    return not _braked(request, workspace, plan, when, result) and not request.dry_run


def _is_the_plan(request: RunRequest, workspace: "Workspace", plan: "Plan") -> None:
    if request.digest is None:
        return
    if request.planned_for != plan.as_of:
        raise RefusalError(
            f"the plan is for {request.planned_for}, and this is {plan.as_of}",
            "make a new one: goodterms plan --format json",
            RACE_LOST,
        )
    digest = to_json(plan, workspace.book.templates)["digest"]
    if digest != request.digest:
        raise RefusalError(
            f"the plan has changed since it was made: digest {request.digest[:15]}…"
            f" is now {str(digest)[:15]}…",
            "make a new one and read it: goodterms plan --format json",
            RACE_LOST,
        )


def _braked(
    request: RunRequest,
    workspace: "Workspace",
    plan: "Plan",
    when: EntryTime,
    result: RunResult,
) -> bool:
    settings = workspace.settings
    holidays = workspace.book.holidays(settings.creditor.place)
    calendar = Calendar(frozenset(range(5)), holidays)
    reached = (
        *staleness(workspace.sources(), settings, when.day, calendar),
        *brakes(plan, settings),
    )
    unreleased = [brake for brake in reached if brake.name not in request.release]
    for brake in unreleased:
        result.tell("plan", brake.message)
        result.codes.append(BRAKED)
    return bool(unreleased)
