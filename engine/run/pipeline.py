"""The seven phases in order. The push is the commit point: nothing leaves before."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

from goodterms.git import (
    CommitFiles,
    GitError,
    Repo,
    bring_to,
    changes_line_ends,
    fast_forward,
    files_of,
    is_shown,
    open_repo,
    read_refs,
    snapshot,
    uncommitted,
    unpushed,
)
from goodterms.load.journal import WHOLE_LINES
from goodterms.model.paths import journal_path
from goodterms.model.problem import Place, Problem
from goodterms.model.refusal import RefusalError
from goodterms.run.attempt import HaltedRun, LandedClaims, MainMoved, RunAttempt
from goodterms.run.claim import ClaimWriter
from goodterms.run.deliver import DeliveryWorker
from goodterms.run.journal_commit import JournalWriter
from goodterms.run.lease import ClaimLease
from goodterms.run.outcomes import OutcomeWriter
from goodterms.run.report import ask, halted_scene, report, tell_tasks
from goodterms.run.request import RACE_LOST, RunDependencies, RunRequest, RunResult
from goodterms.run.signals import StopSignal, stoppable

#: How often a run that lost the race plans again.
TRIES = 5


def run(
    request: RunRequest, dependencies: RunDependencies, say: Callable[[str], None]
) -> RunResult:
    """Do what is due: claim it, deliver it, write down what came of it.

    Raises RefusalError where the repository or the order cannot be run with.
    """
    lease = ClaimLease()
    repo = open_repo(request.root)
    _refuse_uncommitted(repo)
    result = RunResult(say)
    with stoppable() as stop, ExitStack() as exit_stack:
        files, ended = _until_landed(
            request, dependencies, repo, result, stop, exit_stack
        )
        if isinstance(ended, LandedClaims):
            tip = _deliver(ended, result, stop, lease)
            _bring_up_to_date(repo, tip, result)
            ended = _followed(ended, files, tip, exit_stack)
            scene = None if stop.asked else ask(ended, tip, result)
        else:
            scene = halted_scene(ended) if ended else None
        if ended and not stop.asked:
            tell_tasks(ended, dependencies, result)
        if ended and scene and not stop.asked and _may_show(ended.writer):
            report(ended.writer, scene, dependencies, result)
    if stop.asked:
        result.tell("report", f"stopped by {stop.asked}; the next run goes on")
        result.codes.append(1)
    return result


def _until_landed(
    request: RunRequest,
    dependencies: RunDependencies,
    repo: Repo,
    result: RunResult,
    stop: StopSignal,
    exit_stack: ExitStack,
) -> tuple[CommitFiles, LandedClaims | HaltedRun | None]:
    """Try until claims land or there are none to make.

    Returns main's files that the last try worked on, which stay until *exit_stack*
    is closed, and how it ended.
    """
    lost: list[str] = []
    while len(lost) < TRIES:
        exit_stack.close()
        stop.patient = False
        refs = read_refs(repo)
        _refuse_unpushed(repo, refs.main)
        files = exit_stack.enter_context(files_of(repo, refs.main))
        draft = RunResult(lambda _line: None)
        outcome = RunAttempt(
            request, dependencies, repo, refs, files, stop, draft
        ).make()
        if not isinstance(outcome, MainMoved):
            result.take_over(draft)
            return files, outcome
        if outcome.pushed.landed:
            for line in outcome.lines:
                result.tell("sync", line)
        else:
            result.tell("claim", "main has moved: dropped everything, planning again")
            lost.append(outcome.pushed.said)
    raise RefusalError(
        f"this run lost the race for main {TRIES} times; nothing was done",
        f"run again; {lost[-1]}",
        code=RACE_LOST,
    )


def _deliver(
    landed: LandedClaims, result: RunResult, stop: StopSignal, lease: ClaimLease
) -> str:
    """Hand everything over; returns the tip of main as this run leaves it."""
    writer = landed.writer
    journal = JournalWriter(writer.context.repo, writer.context.settings, writer.when)
    outcomes = OutcomeWriter(journal, writer.request.id, landed.tip)
    worker = DeliveryWorker(writer.channels, outcomes, result, stop, lease)
    worker.carry(landed.stale, landed.claims.deliveries)
    for account, document in outcomes.pending:
        result.problems.append(
            Problem(
                Place(journal_path(account)),
                f"what became of {document.id} ({document.state}) could not be"
                f" written: {outcomes.lost}",
                "the next run settles it",
                rule="outcome-lost",
            )
        )
    return outcomes.tip


def _followed(
    landed: LandedClaims, files: CommitFiles, tip: str, exit_stack: ExitStack
) -> LandedClaims:
    """Let the files that the run has read follow main to where it leaves it."""
    writer, repo = landed.writer, landed.writer.context.repo
    if not files.lent:
        bring_to(repo, files.folder, writer.context.refs.main, tip)
        return landed
    if is_shown(repo, tip):
        return landed
    copy = exit_stack.enter_context(snapshot(repo, tip))
    context = writer.context
    shown = replace(context, workspace=replace(context.workspace, root=copy))
    return replace(landed, writer=replace(writer, context=shown))


def _may_show(writer: ClaimWriter) -> bool:
    """Whether the forge may show how things stand: not if nothing is touched."""
    return writer.context.settings.mode != "report" and not writer.request.dry_run


def _bring_up_to_date(repo: Repo, tip: str, result: RunResult) -> None:
    hint = "your checkout of main has work of its own: merge or rebase it"
    try:
        if fast_forward(repo, tip):
            return
    except GitError as error:
        hint = f"your checkout is not up to date; nothing is lost: {error}"
    result.tell("report", hint)


def _refuse_uncommitted(repo: Repo) -> None:
    names = uncommitted(repo)
    if names:
        few = ", ".join(names[:5]) + (
            f" and {len(names) - 5} more" if names[5:] else ""
        )
        hint = "commit or remove them, then run"
        if changes_line_ends(repo):
            hint += f"; if git changed their line ends only: {WHOLE_LINES}"
        raise RefusalError(f"not committed: {few}", hint)


def _refuse_unpushed(repo: Repo, tip: str) -> None:
    number = unpushed(repo, tip)
    commits = "commit" if number == 1 else "commits"
    if number:
        raise RefusalError(
            f"your main has {number} {commits} that {repo.remote} has not",
            f"push first: git push {repo.remote} main",
        )
