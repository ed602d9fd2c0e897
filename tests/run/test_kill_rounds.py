"""Runs that are killed at random: the next ones put all of it right, or say how.

``pytest tests/run/test_kill_rounds.py --kills 200`` plays more of them; so does
``python -m tests.support.kill_rounds 200``.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.git_repos import sh
from tests.support.kill_rounds import (
    OWN_HOME,
    FoundError,
    World,
    calm_run,
    evening,
    judge,
    rounds,
    scratch,
)
from tests.support.kill_rounds import Server as Taking
from tests.support.mail_server import serving


def test_what_was_killed_is_put_right_by_the_next_runs(
    request: pytest.FixtureRequest,
) -> None:
    count = int(request.config.getoption("--kills"))
    figures: Counter[str] = Counter()
    with scratch() as folder:
        assert list(rounds(count, 0, folder, figures)) == []
    assert figures["rounds"] == count
    assert sum(figures.values()) > count


Done = tuple[World, dict[str, object]]


@pytest.fixture(scope="module")
def done() -> Iterator[Done]:
    """Play the ledger to its end, without any accident."""
    with scratch() as folder, pytest.MonkeyPatch.context() as patch:
        for name, value in OWN_HOME.items():
            patch.setenv(name, value)
        base = evening(folder / "base", remote=False)
        with serving(server := Taking()) as port:
            world = World(base, server, port)
            _, expected = calm_run(world)
            yield world, dict(expected)


def again(world: World) -> None:
    world.server.taken.append(world.server.taken[0])


def lose(world: World) -> None:
    world.server.taken.pop()


def edit(world: World) -> None:
    (world.clones[0] / "README.md").write_text("by hand\n")


def lock(world: World) -> None:
    (world.clones[0] / ".git/refs/heads/main.lock").write_text("")


def branch(world: World) -> None:
    sh(world.clones[0], "branch", "goodterms/beta/2026-10-08-notice")


def letter(world: World) -> None:
    next(world.clones[0].glob("outbox/beta/*")).unlink()


def under_way(world: World) -> None:
    sh(world.clones[0], "update-ref", "refs/goodterms/checkout", "main")


def rewrite(world: World) -> None:
    file = world.clones[0] / "ledger/alpha/journal.yaml"
    file.write_text(file.read_text().replace("to: ap@alpha", "to: an@alpha"))
    sh(world.clones[0], "commit", "-qam", "Correct it")


FAULTS = [
    (again, "sent twice"),
    (lose, "never sent"),
    (letter, "the outboxes hold"),
    (edit, "is not clean"),
    (lock, "locks are left"),
    (branch, "the branches of proposals"),
    (under_way, "refs are left"),
    (rewrite, "check ended with 1"),
]


@pytest.mark.parametrize(("fault", "told"), FAULTS, ids=[f.__name__ for f, _ in FAULTS])
def test_each_fault_is_found(
    done: Done, tmp_path: Path, fault: Callable[[World], None], told: str
) -> None:
    world, expected = done
    kept = list(world.server.taken)
    shutil.copytree(world.clones[0], tmp_path / "books", symlinks=True)
    copy = World(tmp_path, world.server, world.port)
    try:
        judge(copy, expected)
        fault(copy)
        with pytest.raises(FoundError, match=told):
            judge(copy, expected)
    finally:
        world.server.taken[:] = kept
