"""A run may die anywhere: no message goes twice, and nothing is lost."""

import json
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from goodterms.decision.state.history import fold
from goodterms.load import load_journal
from tests.support.eventful_ledger import eventful, journal, outbox
from tests.support.git_repos import sh

States = dict[tuple[str, str], str | None]


@pytest.fixture(params=["local", "remote"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Make the ledger that every copy starts from, its remote beside it."""
    return eventful(tmp_path / "base", remote=request.param == "remote").parent


def states(root: Path) -> States:
    """Return what every journal entry has come to."""
    found: States = {}
    for folder in sorted((root / "ledger").iterdir()):
        text = journal(root, folder.name).encode()
        documents, problems = load_journal(text, folder.name, "Europe/Berlin")
        assert problems == ()
        for entry in fold(documents or (), date.max):
            found[folder.name, entry.id] = entry.doc.state
    return found


def claims(root: Path) -> list[tuple[str, str]]:
    """List every claim that any run ever wrote, repetitions included."""
    return [
        (folder.name, line)
        for folder in sorted((root / "ledger").iterdir())
        for document in journal(root, folder.name).split("---\n")
        if "\nstate: claimed\n" in document
        for line in document.splitlines()[:1]
    ]


def healthy(root: Path) -> None:
    """Check that git is sound everywhere, and that nothing lies about."""
    for place in (root, root.parent / "books.git"):
        if place.exists():
            sh(place, "fsck", "--strict", "--no-dangling")
    assert sh(root, "status", "--porcelain") == ""
    assert sh(root, "for-each-ref", "refs/goodterms/shown") == ""
    if (root.parent / "books.git").exists():
        heads = sh(root.parent / "books.git", "rev-parse", "main")
        assert sh(root, "rev-parse", "main") == heads


def test_killed_anywhere(base: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    vector = [sys.executable, "-m", "tests.support.crash_points", str(base), str(work)]
    done = subprocess.run(
        vector,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [run["killed"] for run in told[:-1]] == [-signal.SIGKILL] * (len(told) - 1)
    assert len(told) > 30
    expected = work / "calm" / "books"
    assert len(outbox(expected)) == 5
    for run in told:
        root = Path(run["at"]) / "books"
        assert (run["again"], run["later"]) == (0, 0), run
        assert outbox(root) == outbox(expected), run
        assert states(root) == states(expected), run
        assert len(claims(root)) == len(set(claims(root))), run
        healthy(root)
