"""People and other runs act while a run is at work: at every moment, on GitHub."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from goodterms.forge.github.client import Client
from goodterms.git import command as git_door
from goodterms.model.plan import Plan
from goodterms.run.request import RunDependencies
from goodterms.views import read_marker
from goodterms.workspace.workspace import Workspace
from tests.support.eventful_ledger import CALLED, DAY, NEXT, account, paid
from tests.support.git_repos import sh
from tests.support.github_firm import (
    DANA,
    FILES,
    GAMMA,
    OMAR,
    TAU,
    Firm,
    asked,
    lent,
    path_of,
)

BRANCH = f"goodterms/{TAU}"
#: kappa's proposal is due on the day on which people act.
BOOKS = {**FILES, **account("kappa", "2026-09-18", CALLED)}


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """Make a firm that has asked; gamma's notice was approved in the evening."""
    folder = tmp_path_factory.mktemp("morning")
    with asked(folder, BOOKS) as made:
        made.github.as_user(OMAR).approve(made.number(GAMMA))
        made.github.as_user(DANA).merge(made.number(GAMMA))
        yield made


@pytest.fixture
def books(morning: Firm, tmp_path: Path) -> Iterator[Firm]:
    with lent(morning, tmp_path) as made:
        yield made


@dataclass
class Watch:
    """Counts calls, and lets something happen right before one of that number."""

    number: int
    act: Callable[[], None]
    passed: list[int] = field(default_factory=list)

    def __call__(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return the same call, watched."""

        def run(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any call
            self.passed.append(1)
            if len(self.passed) == self.number:
                self.act()
            return call(*args, **kwargs)

        return run


def before_effect(
    books: Firm, number: int, act: Callable[[], None], patch: pytest.MonkeyPatch
) -> list[int]:
    """Let something happen right before a run's effect of that number."""
    watch = Watch(number, act)
    plain, pushing = git_door.call, watch(git_door.call)

    def run(vector: list[str], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any call
        ours = "push" in vector and "--atomic" in vector
        return (pushing if ours else plain)(vector, *args, **kwargs)

    patch.setattr(git_door, "call", run)
    patch.setattr(books.wire, "deliver", watch(books.wire.deliver))
    patch.setattr(Client, "write", watch(Client.write))
    return watch.passed


def before_read(
    number: int, act: Callable[[], None], patch: pytest.MonkeyPatch
) -> list[int]:
    """Let something happen right before GitHub is asked for that many a thing."""
    watch = Watch(number, act)
    patch.setattr(Client, "get", watch(Client.get))
    patch.setattr(Client, "pages", watch(Client.pages))
    return watch.passed


def merge(books: Firm) -> None:
    books.github.as_user(DANA).merge(2)


def close(books: Firm) -> None:
    books.github.as_user(DANA).close(2)


def close_and_reopen(books: Firm) -> None:
    books.github.as_user(DANA).close(2)
    books.github.as_user(OMAR).reopen(2)


def edit_and_merge(books: Firm) -> None:
    text = books.github.read(path_of(TAU), BRANCH)
    text = text.replace("choose: agency", "choose: write-off")
    books.github.as_user(OMAR).edit(BRANCH, path_of(TAU), text)
    books.github.as_user(DANA).merge(2)


def pay(books: Firm) -> None:
    path, text = next(iter(paid("tau", "2026-06-10", NEXT).items()))
    books.github.clerk.edit("main", path, text)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 8])
@pytest.mark.parametrize(
    ("act", "states", "sent"),
    [
        (merge, ["approved", "sent", "sent"], 1),
        (close, ["declined"], 0),
        (close_and_reopen, [], 0),
        (edit_and_merge, ["approved", "sent"], 0),
        (pay, ["void"], 0),
    ],
)
def test_people_act_at_any_moment(
    books: Firm,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    act: Callable[[Firm], None],
    states: list[str],
    sent: int,
) -> None:
    before = len(books.states("tau"))
    with monkeypatch.context() as patch:
        passed = before_effect(books, number, lambda: act(books), patch)
        books.run(NEXT)
    assert len(passed) >= number
    result = books.run(NEXT, "11:00")
    assert [p for p in result.problems if p.severity == "error"] == []
    found = [state for state in books.states("tau")[before:] if state != "claimed"]
    assert sorted(found) == sorted(states)
    left = Counter(books.sent())
    assert set(left.values()) == {1}
    assert left[f"gamma/{NEXT}-notice"] == 1
    assert sum(name.startswith("tau/") for name in left) == sent
    assert ("kind: write-off" in books.journal("tau")) is (act is edit_and_merge)
    heads = Counter(pull.head_ref for pull in books.github.state.pulls.values())
    assert set(heads.values()) == {1}
    said = Counter(
        (comment.number, marker.topic)
        for comment in books.github.state.comments.values()
        if (marker := read_marker(comment.body))
    )
    assert set(said.values()) == {1}


@pytest.mark.parametrize("number", [1, 2, 4, 6])
@pytest.mark.parametrize(("act", "state"), [(merge, "approved"), (close, "declined")])
def test_people_act_while_the_run_looks(
    books: Firm,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    act: Callable[[Firm], None],
    state: str,
) -> None:
    """What git has and what GitHub says are then of two moments."""
    with monkeypatch.context() as patch:
        passed = before_read(number, lambda: act(books), patch)
        result = books.run(NEXT)
    assert len(passed) >= number
    assert [p for p in result.problems if p.severity == "error"] == []
    assert books.run(NEXT, "11:00").problems == []
    assert books.states("tau").count(state) == 1
    assert set(Counter(books.sent()).values()) == {1}
    assert (f"tau/{NEXT}-triage" in books.sent()) is (act is merge)


def test_two_runs_race_and_one_wins(books: Firm, tmp_path: Path) -> None:
    other = Firm(books.github, tmp_path / "other", books.wire, runs=50)
    sh(tmp_path, "clone", "-q", books.github.remote(), str(other.root))
    times: list[int] = []

    def racing(tools: RunDependencies) -> RunDependencies:
        def plan(workspace: Workspace, day: date, ids: Sequence[str] | None) -> Plan:
            times.append(1)
            if len(times) == 1:
                other.run(NEXT)
            return tools.plan(workspace, day, ids)

        return replace(tools, plan=plan)

    plain = books.tools()
    books.tools = lambda: racing(plain)  # type: ignore[method-assign]
    result = books.run(NEXT)
    assert "main has moved: dropped everything" in "\n".join(result.lines)
    assert Counter(books.sent())[f"gamma/{NEXT}-notice"] == 1
    assert set(Counter(books.sent()).values()) == {1}
    heads = [pull.head_ref for pull in books.github.state.pulls.values()]
    assert len(heads) == len(set(heads)) == 3
    assert "run-0051" in books.journal("gamma")
    assert f"alpha/{DAY}-reminder" in books.sent()
