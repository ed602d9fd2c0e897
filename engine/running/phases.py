"""The seven phases in order. The push is the commit point: nothing leaves before."""

from collections.abc import Callable

from engine.problem import Place, Problem
from engine.refusal import RefusalError
from engine.repo import (
    Repo,
    after,
    fast_forward,
    open_repo,
    read_refs,
    snapshot,
    uncommitted,
    unpushed,
)
from engine.running.attempt import Attempt, Landed, Moved
from engine.running.deliver import Courier
from engine.running.journaling import Pen
from engine.running.order import RACE_LOST, Order, Result, Tools
from engine.running.outcomes import Outcomes
from engine.running.stopping import Stop, stoppable

#: How often a run that lost the race plans again.
TRIES = 5


def run(order: Order, tools: Tools, say: Callable[[str], None]) -> Result:
    """Do what is due: claim it, deliver it, write down what came of it.

    Raises RefusalError where the repository or the order cannot be run with.
    """
    repo = open_repo(order.root)
    _refuse_uncommitted(repo)
    result = Result(say)
    with stoppable() as stop:
        landed = _until_landed(order, tools, repo, result, stop)
        if landed:
            tip = _deliver(landed, result, stop)
            _ask(landed, result)
            _bring_up_to_date(repo, tip, result)
    if stop.asked:
        result.tell("report", f"stopped by {stop.asked}; the next run goes on")
        result.codes.append(1)
    return result


def _until_landed(
    order: Order, tools: Tools, repo: Repo, result: Result, stop: Stop
) -> Landed | None:
    lost: list[str] = []
    while len(lost) < TRIES:
        refs = read_refs(repo)
        _refuse_unpushed(repo, refs.main)
        with snapshot(repo, refs.main) as tree:
            draft = Result(lambda _line: None)
            made = Attempt(order, tools, repo, refs, tree, stop, draft).make()
        if not isinstance(made, Moved):
            result.take_over(draft)
            return made
        if made.pushed.landed:
            for line in made.lines:
                result.tell("sync", line)
        else:
            result.tell("claim", "main has moved: dropped everything, planning again")
            lost.append(made.pushed.said)
    raise RefusalError(
        f"this run lost the race for main {TRIES} times; nothing was done",
        f"run again; {lost[-1]}",
        code=RACE_LOST,
    )


def _deliver(landed: Landed, result: Result, stop: Stop) -> str:
    """Hand everything over; returns the tip of main as this run leaves it."""
    bench = landed.bench
    pen = Pen(bench.desk.repo, bench.desk.settings, bench.when)
    outcomes = Outcomes(pen, bench.order.id, landed.tip)
    courier = Courier(bench.channels, outcomes, result, stop)
    courier.carry(landed.stale, landed.claims.deliveries)
    for account, document in outcomes.pending:
        result.problems.append(
            Problem(
                Place(f"ledger/{account}/journal.yaml"),
                f"what became of {document.id} ({document.state}) could not be"
                f" written: {outcomes.lost}",
                "the next run settles it",
                rule="outcome-lost",
            )
        )
    return outcomes.tip


def _ask(landed: Landed, result: Result) -> None:
    refs = after(landed.bench.desk.refs, landed.claims.moves)
    waiting = tuple(landed.claims.proposals.values())
    lines, problems = landed.bench.forge.ask(refs, waiting)
    result.problems += problems
    for line in lines:
        result.tell("propose", line)


def _bring_up_to_date(repo: Repo, tip: str, result: Result) -> None:
    if not fast_forward(repo, tip):
        told = "your checkout of main has work of its own: merge or rebase it"
        result.tell("report", told)


def _refuse_uncommitted(repo: Repo) -> None:
    names = uncommitted(repo)
    if names:
        few = ", ".join(names[:5]) + (
            f" and {len(names) - 5} more" if names[5:] else ""
        )
        raise RefusalError(f"not committed: {few}", "commit or remove them, then run")


def _refuse_unpushed(repo: Repo, tip: str) -> None:
    number = unpushed(repo, tip)
    commits = "commit" if number == 1 else "commits"
    if number:
        raise RefusalError(
            f"your main has {number} {commits} that {repo.remote} has not",
            f"push first: git push {repo.remote} main",
        )
