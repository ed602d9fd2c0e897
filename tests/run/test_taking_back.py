"""A no after a yes: declining takes an approval back until it is carried out."""

from pathlib import Path

import pytest

from goodterms.git import open_repo, read_refs
from tests.support.eventful_ledger import (
    BARE,
    CALLED,
    DAY,
    DELTA,
    EVE,
    account,
    books,
    eventful,
    gt,
    journal,
    outbox,
)
from tests.support.git_repos import commit, sh

FILE = "ledger/delta/decisions/2026-10-07-notice.yaml"
SATURDAY, MONDAY = "2026-10-10", "2026-10-12"


@pytest.fixture(params=["local", "remote"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return eventful(tmp_path, remote=request.param == "remote")


def no(root: Path, name: str = DELTA, on: str = EVE) -> int:
    return gt(root, "decline", name, "--by", "iris", "--as-of", on)


def sent(root: Path, name: str) -> list[str]:
    return [each for each in outbox(root) if each.startswith(name)]


def test_a_no_takes_a_yes_back_in_one_commit(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sh(root, "rev-parse", "main")

    assert no(root) == 0

    assert "declined by iris; its approval is taken back" in capsys.readouterr().out
    assert sh(root, "rev-list", "--count", f"{before}..main") == "1"
    changed = sh(root, "diff", "--name-status", f"{before}..main").split()
    assert changed == ["D", FILE, "M", "ledger/delta/journal.yaml"]
    assert not (root / FILE).exists()
    assert sh(root, "status", "--porcelain") == ""


def test_the_next_run_is_clean_and_sends_nothing_of_it(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert no(root) == 0

    for day in (DAY, "2026-10-09"):
        assert gt(root, "run", "--as-of", day) == 0
    assert "refused" not in capsys.readouterr().err
    assert sent(root, "delta") == []
    assert "state: approved" not in journal(root, "delta")


def test_it_can_be_declined_while_its_merge_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = eventful(tmp_path)
    file = root / FILE
    commit(root, {FILE: file.read_text().replace('"100.00"', '"1.00"')})
    assert gt(root, "run", "--as-of", DAY) == 1
    assert f"{FILE}: error: this decision was refused" in capsys.readouterr().err

    assert no(root, on=DAY) == 0

    assert gt(root, "run", "--as-of", DAY) == 0
    assert sent(root, "delta") == []


def test_a_no_counts_while_the_day_has_not_come(tmp_path: Path) -> None:
    """A run on a Saturday writes the approval down; the letter waits for Monday."""
    root = eventful(tmp_path)
    assert gt(root, "run", "--as-of", SATURDAY) == 0
    assert "state: approved" in journal(root, "delta")
    assert sent(root, "delta") == []

    assert no(root, on=SATURDAY) == 0

    assert gt(root, "run", "--as-of", MONDAY) == 0
    assert sent(root, "delta") == []
    assert not (root / FILE).exists()


def test_what_was_carried_out_is_declined_no_more(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gt(root, "run", "--as-of", DAY) == 0
    before = sh(root, "rev-parse", "main")
    assert sent(root, "delta")

    assert no(root, on=DAY) == 2

    said = capsys.readouterr().err
    assert f"{DELTA} was approved, and carried out on {DAY} as {DAY}-notice" in said
    assert sh(root, "rev-parse", "main") == before


def test_a_pause_that_has_begun_is_declined_no_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = {**CALLED, "2026-10-02": "notice"}
    root = books(tmp_path / "books", {**BARE, **account("rho", "2026-08-01", steps)})
    assert gt(root, "run", "--as-of", DAY) == 0
    name = f"rho/{DAY}-triage"
    args = ["--by", "dana", "--choose", "ride-out", "--as-of", DAY]
    assert gt(root, "approve", name, *args) == 0
    assert gt(root, "run", "--as-of", DAY) == 0

    assert no(root, name, on=DAY) == 2

    assert "ride-out has begun" in capsys.readouterr().err


def test_an_open_proposal_loses_its_branch_as_before(root: Path) -> None:
    assert no(root, f"omega/{EVE}-notice") == 0
    assert read_refs(open_repo(root)).proposals == {}
