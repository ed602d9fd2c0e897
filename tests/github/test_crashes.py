"""A run on GitHub may die before any effect: nothing is doubled, nothing is lost."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

TO_THE_END = 1000

#: What is the same whatever happened on the way.
SAME = ("states", "pulls", "topics", "branches", "boards", "sent")


def played(work: Path, first: int, step: int, last: int, kind: str) -> list[Any]:
    """Play the day with a run killed at these points; the first one went well."""
    numbers = [str(number) for number in (first, step, last)]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.support.github_crash_points",
            str(work),
            *numbers,
            kind,
        ],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_killed_before_any_effect(tmp_path: Path) -> None:
    calm, *runs = played(tmp_path, 1, 1, TO_THE_END, "keyed")
    assert (calm["killed"], calm["code"]) == (0, 0)
    assert [run["killed"] for run in runs[:-1]] == [-signal.SIGKILL] * (len(runs) - 1)
    assert len(runs) > 15
    assert set(calm["sent"]) == {
        "alpha.2026-10-08-reminder",
        "gamma.2026-10-09-notice",
        "mu.2026-10-09-reminder",
    }
    for run in (calm, *runs):
        assert run["code"] == 0, run
        assert run["violations"] == [], run
        assert {key: run[key] for key in SAME} == {key: calm[key] for key in SAME}, run
    assert len(calm["topics"]) == len(set(calm["topics"])) == 3
    assert set(calm["sent"].values()) == {1}


def test_killed_while_mailing_nobody_is_written_to_twice(tmp_path: Path) -> None:
    calm, *runs = played(tmp_path, 3, 1, 5, "plain")
    assert [run["killed"] for run in runs] == [-signal.SIGKILL] * 3
    for run in runs:
        assert set(run["sent"]) <= set(calm["sent"]), run
        assert set(run["sent"].values()) == {1}, run
        doubtful = [each for each in run["states"] if each.endswith(" in-doubt")]
        assert doubtful == [
            "gamma/2026-10-09-notice in-doubt",
            "mu/2026-10-09-reminder in-doubt",
        ]
        open_ones = [each.partition(" ")[0] for each in run["pulls"]]
        assert len(open_ones) == len(set(open_ones)) == 4
        assert run["topics"] == calm["topics"], run
