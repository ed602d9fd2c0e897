"""Others write to main meanwhile: one run wins, nobody is written to twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from goodterms.channels import Delivery, DeliveryResult
from goodterms.model.plan import Plan
from goodterms.model.refusal import RefusalError
from goodterms.run import deliver
from goodterms.run.request import RunDependencies, tools
from goodterms.run.signals import stoppable
from goodterms.workspace.plan_all import make_plan
from goodterms.workspace.workspace import Workspace
from tests.support.eventful_ledger import (
    BARE,
    DAY,
    NEXT,
    account,
    books,
    eventful,
    journal,
    outbox,
    paid,
)
from tests.support.git_repos import clone, commit, sh, share, write
from tests.support.run_helpers import Wire, go

MANY = {
    name: text
    for number in range(25)
    for name, text in account(f"a{number:02}", "2026-10-01").items()
}


def before_planning(do: Callable[[int], None]) -> RunDependencies:
    """Let something happen each time a run is about to plan."""
    times: list[int] = []

    def plan(workspace: Workspace, day: date, ids: Sequence[str] | None) -> Plan:
        times.append(1)
        do(len(times))
        return tools().plan(workspace, day, ids)

    return replace(tools(), plan=plan)


@pytest.fixture(params=["local", "remote"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path]:
    """Return two checkouts of one truth; without a remote it is one checkout."""
    root = eventful(tmp_path, remote=request.param == "remote")
    if request.param == "local":
        return root, root
    return root, clone(tmp_path / "books.git", tmp_path / "other")


def test_who_loses_the_race_plans_again(pair: tuple[Path, Path]) -> None:
    mine, other = pair

    def race(time: int) -> None:
        if time == 1:
            go(other, id="run-fast")

    result = go(mine, before_planning(race), id="run-slow")
    told = "\n".join(result.lines)
    assert "main has moved: dropped everything, planning again" in told
    assert "claim    send" not in told
    assert "run-slow" not in journal(mine, "alpha")
    assert outbox(mine).keys() | outbox(other).keys() == {
        "alpha/2026-10-08-reminder.eml",
        "beta/2026-10-08-call.html",
        "beta/2026-10-08-call.txt",
        "delta/2026-10-08-notice.html",
        "delta/2026-10-08-notice.txt",
    }
    assert mine == other or outbox(mine) == {}


def test_a_payment_that_comes_in_meanwhile_is_seen(pair: tuple[Path, Path]) -> None:
    mine, other = pair

    def pay(time: int) -> None:
        if time == 1:
            sh(other, "pull", "-q") if mine != other else ""
            commit(other, paid("alpha", "2026-10-01", DAY))
            share(other)

    go(mine, before_planning(pay))
    assert [name for name in outbox(mine) if name.startswith("alpha")] == []
    assert len(outbox(mine)) == 4


def test_five_lost_races_are_enough(tmp_path: Path) -> None:
    root = eventful(tmp_path)

    def disturb(time: int) -> None:
        commit(root, {"notes.txt": str(time)})

    with pytest.raises(RefusalError, match="lost the race for main 5 times") as lost:
        go(root, before_planning(disturb))
    assert lost.value.code == 4
    assert outbox(root) == {}


class Interrupting(Wire):
    """A wire during which somebody else writes to main."""

    do: Callable[[int], object]

    def deliver(self, delivery: Delivery) -> DeliveryResult:
        """Let it happen, then hand over."""
        handed = super().deliver(delivery)
        self.do(len(self.sent))
        return handed


def interrupting(do: Callable[[int], object]) -> Interrupting:
    wire = Interrupting()
    wire.do = do
    return wire


def test_outcomes_are_put_on_top_of_what_others_wrote(pair: tuple[Path, Path]) -> None:
    mine, other = pair

    def write_elsewhere(number: int) -> None:
        if number == 1:
            sh(other, "pull", "-q") if mine != other else ""
            commit(other, {"notes.txt": "hello"})
            share(other)

    wire = interrupting(write_elsewhere)
    result = go(mine, wire.tools())
    assert len(wire.sent) == 3
    assert result.problems == []
    assert journal(mine, "alpha").endswith("state: sent\nat: 2026-10-08T10:00:00Z\n")
    assert (mine / "notes.txt").is_file()


def test_an_outcome_that_others_wrote_is_not_written_again(tmp_path: Path) -> None:
    root = books(tmp_path / "books", {**BARE, **account("alpha", "2026-10-01")})

    def settle(_number: int) -> None:
        text = "---\nid: 2026-10-08-reminder\nstate: sent\nat: 2026-10-08T11:00:00Z\n"
        commit(root, {"ledger/alpha/journal.yaml": journal(root, "alpha") + text})

    go(root, interrupting(settle).tools())
    assert journal(root, "alpha").count("state: sent") == 1


def test_a_remote_that_goes_away_loses_no_outcome(tmp_path: Path) -> None:
    root = eventful(tmp_path, remote=True)

    def cut(number: int) -> None:
        if number == 1:
            sh(root, "remote", "set-url", "origin", "../gone.git")

    wire = interrupting(cut)
    wire.deduplicates = True
    result = go(root, wire.tools())
    assert len(wire.sent) == 3
    assert len(result.problems) == 3
    assert "could not be written: git fetch failed" in str(result.problems[0])
    sh(root, "remote", "set-url", "origin", "../books.git")
    go(root, wire.tools(), as_of=date.fromisoformat(NEXT), id="run-0002")
    for name in ("alpha", "beta", "delta"):
        assert journal(root, name).endswith("state: sent\nat: 2026-10-09T10:00:00Z\n")


def test_outcomes_are_pushed_as_they_gather(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = books(tmp_path / "books", {**BARE, **MANY})
    wire = Wire()
    go(root, wire.tools())
    subjects = sh(root, "log", "--format=%s").splitlines()
    batch = "Record outcomes: 5 sent"
    assert subjects[:5] == [batch, *[f"{batch}; begin 5"] * 4]
    monkeypatch.setattr(deliver, "FLUSH_SECONDS", -1.0)
    slow = books(tmp_path / "slow", {**BARE, **account("alpha", "2026-10-01")})
    write(slow, account("beta", "2026-10-01"))
    commit(slow, {})
    go(slow, wire.tools())
    subjects = sh(slow, "log", "--format=%s").splitlines()
    assert subjects[:2] == ["Record outcomes: 1 sent"] * 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_writes_down_what_it_did(
    tmp_path: Path, number: signal.Signals
) -> None:
    root = books(tmp_path / "books", {**BARE, **MANY})
    before = signal.getsignal(number)

    def ask(sent: int) -> None:
        if sent == 2:
            os.kill(os.getpid(), number)

    wire = interrupting(ask)
    result = go(root, wire.tools())
    assert len(wire.sent) == 2
    assert result.codes == [1]
    assert f"stopped by {number.name}; the next run goes on" in result.lines[-1]
    assert result.figures == {"sent": 2, "failed": 23}
    assert f"error: {number.name} came before it was sent" in journal(root, "a02")
    assert signal.getsignal(number) is before
    rest = Wire()
    go(root, rest.tools(), id="run-0002")
    assert len(rest.sent) == 23


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_before_the_claim_it_ends_at_once(
    tmp_path: Path, number: signal.Signals
) -> None:
    root = eventful(tmp_path)
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt):
        go(root, before_planning(lambda _n: os.kill(os.getpid(), number)))
    assert "claimed" not in journal(root, "alpha")
    assert outbox(root) == {}
    assert signal.getsignal(number) is before
    assert go(root, id="run-0002").figures == {"sent": 3}


def test_processes_that_help_end_when_told_and_only_then() -> None:
    with stoppable() as stop:
        helper = os.fork()
        if helper == 0:
            while True:
                time.sleep(1)
        os.kill(helper, signal.SIGINT)
        time.sleep(0.2)
        assert os.waitpid(helper, os.WNOHANG) == (0, 0)
        os.kill(helper, signal.SIGTERM)
        time.sleep(0.2)
        os.kill(helper, signal.SIGKILL)
        ended = os.waitstatus_to_exitcode(os.waitpid(helper, 0)[1])
    assert (ended, stop.asked) == (-signal.SIGTERM, None)


def test_several_processes_plan_what_one_plans(tmp_path: Path) -> None:
    root = books(tmp_path / "books", {**BARE, **MANY})

    def plan(workspace: Workspace, day: date, ids: Sequence[str] | None) -> Plan:
        return make_plan(workspace, day, ids, 2)

    wire = Wire()
    go(root, replace(wire.tools(), plan=plan))
    assert len(wire.sent) == 25


def killed(_id: str) -> None:
    """Die as a worker does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def test_what_a_killed_process_leaves_is_planned_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = books(tmp_path / "books", {**BARE, **MANY})
    workspace, _ = Workspace.open(root)
    assert workspace
    alone = make_plan(workspace, date.fromisoformat(DAY), processes=1)
    monkeypatch.setattr("goodterms.workspace.plan_all._in_worker", killed)
    assert make_plan(workspace, date.fromisoformat(DAY), processes=2) == alone
    assert len(alone.actions) == 25


def test_two_real_processes_on_one_remote(tmp_path: Path) -> None:
    first = eventful(tmp_path, remote=True)
    second = clone(tmp_path / "books.git", tmp_path / "other")
    day = ("run", "--as-of", DAY)
    racing = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.fixed_clock", "--root", root, *day],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for root in (first, second)
    ]
    said = [each.communicate() for each in racing]
    assert [each.returncode for each in racing] == [0, 0], said
    assert outbox(first).keys() & outbox(second).keys() == set()
    assert len(outbox(first)) + len(outbox(second)) == 5
    sh(first, "pull", "-q", "--ff-only")
    for name in ("alpha", "beta", "delta"):
        assert journal(first, name).count("state: claimed") == 1


def test_files_that_change_while_they_are_read_are_not_acted_on(
    tmp_path: Path,
) -> None:
    root = eventful(tmp_path)
    edited = "ledger/alpha/invoices/INV-alpha.yaml"
    text = (root / edited).read_text(encoding="utf-8")

    def edit(time: int) -> None:
        if time == 1:
            write(root, {edited: text.replace("100.00", "900.00")})

    result = go(root, before_planning(edit))
    told = "\n".join(result.lines)
    assert "dropped everything, planning again" in told
    assert '{EUR: "100.00"}' in journal(root, "alpha")
    assert "900.00" in (root / edited).read_text(encoding="utf-8")
