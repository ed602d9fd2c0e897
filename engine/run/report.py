"""Phases 6 and 7: ask people, and show how things stand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from goodterms.forge.github.form_issues import forms_page
from goodterms.forge.protocol import LedgerStatus, RunReport
from goodterms.git import after
from goodterms.model.calendar import Calendar
from goodterms.model.plan import Plan
from goodterms.model.problem import Place, Problem
from goodterms.model.timestamps import parse_timestamp
from goodterms.run.approvals_so_far import with_approvals_so_far
from goodterms.run.attempt import HaltedRun, LandedClaims
from goodterms.run.claim import ClaimWriter
from goodterms.run.request import RunDependencies, RunResult
from goodterms.views.tasks import as_played, tasks_of, with_tasks_of
from goodterms.views.tasks_text import tasks_text

_WORKDAYS = frozenset(range(5))

#: As many tasks are told by a run; the command for the others stands below.
MOST_TASKS = 20


def ask(landed: LandedClaims, tip: str, result: RunResult) -> LedgerStatus:
    """Make sure that people see what waits for them, on the ledger as it is now.

    Its files have been brought to *tip*, main as the run leaves it.
    """
    writer = landed.writer
    refs = replace(after(writer.context.refs, landed.claims.moves), main=tip)
    scene = LedgerStatus(
        context=replace(writer.context, refs=refs),
        proposals=tuple(landed.claims.proposals.values()),
        refused=tuple(landed.synced.refused),
        strange=tuple(landed.synced.strange),
    )
    _tell(writer.forge.ask(scene), "propose", result)
    return scene


def halted_scene(halted: HaltedRun) -> LedgerStatus:
    """Return the ledger as it was found, where nothing was done."""
    writer = halted.writer
    return LedgerStatus(
        context=writer.context,
        proposals=tuple(halted.synced.proposals),
        refused=tuple(halted.synced.refused),
        strange=tuple(halted.synced.strange),
    )


def tell_tasks(
    ended: LandedClaims | HaltedRun, dependencies: RunDependencies, result: RunResult
) -> None:
    """Say what waits for one of us, on the ledger as the run leaves it."""
    writer, plan = ended.writer, result.plan
    if plan is None:
        return
    settings, workspace = writer.context.settings, writer.context.workspace
    if isinstance(ended, LandedClaims):
        touched = {delivery.account for delivery in ended.claims.deliveries}
        touched |= {again.claim.account for again in ended.stale}
        touched |= set(ended.claims.documents)
        fresh = (
            dependencies.plan(workspace, plan.as_of, sorted(touched))
            if touched
            else None
        )
        plan = with_tasks_of(plan, fresh, touched) if fresh else plan
    forms = forms_page(settings, writer.request.root)
    plan = with_approvals_so_far(plan, workspace, writer.request.root)
    plan = as_played(plan, writer.request.as_of)
    shown = tasks_of(plan), plan.as_of, settings.people, forms
    result.say(f"\n{tasks_text(*shown, most=MOST_TASKS)}")


def report(
    writer: ClaimWriter,
    scene: LedgerStatus,
    dependencies: RunDependencies,
    result: RunResult,
) -> None:
    """Let the forge show how things stand; without a plan there is nothing to show."""
    if result.plan is None:
        return
    news = RunReport(
        plan=result.plan,
        at=writer.context.when.stamp,
        ok=result.ok,
        summary=result.told,
        missed=_watch(scene, dependencies, result),
        figures=tuple((name, str(n)) for name, n in sorted(result.figures.items())),
        doubts=tuple(result.doubts),
    )
    _tell(writer.forge.report(scene, news), "report", result)


def missed(
    last: date, today: date, calendar: Calendar, plan_on: Callable[[date], Plan]
) -> str:
    """Say that a run was due on a business day since the last one, "" if none was.

    What counts is what was due on the latest of those days: it has waited.
    """
    between = list(calendar.business_days(last, today - timedelta(days=1)))
    if not between:
        return ""
    due = [action.kind for action in plan_on(between[-1]).actions]
    due = [kind for kind in due if kind != "task"]
    if not due:
        return ""
    counted = ", ".join(f"{due.count(kind)} {kind}" for kind in sorted(set(due)))
    until = f" to {between[-1]}" if between[1:] else ""
    return f"no run on {between[0]}{until}, though by then this was due: {counted}"


def _watch(
    scene: LedgerStatus, dependencies: RunDependencies, result: RunResult
) -> Callable[[str], str]:
    settings = scene.context.workspace.settings
    holidays = scene.context.workspace.book.holidays(settings.creditor.place)
    zone = ZoneInfo(settings.creditor.timezone)

    def plan_on(day: date) -> Plan:
        return dependencies.plan(scene.context.workspace, day, None)

    def since(at: str) -> str:
        moment = parse_timestamp(at)
        last = moment.astimezone(zone).date()
        message = missed(
            last, scene.context.day, Calendar(_WORKDAYS, holidays), plan_on
        )
        if message:
            result.problems.append(_missed(message))
        return message

    return since


def _missed(message: str) -> Problem:
    return Problem(
        Place("goodterms.yaml"),
        message,
        "see whether it is alive: goodterms doctor",
        "warning",
        "run-missed",
    )


def _tell(
    answer: tuple[tuple[str, ...], tuple[Problem, ...]], phase: str, result: RunResult
) -> None:
    lines, problems = answer
    result.problems += problems
    for line in lines:
        result.tell(phase, line)
