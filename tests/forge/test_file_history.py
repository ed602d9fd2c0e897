"""How a file came to main, in real repositories."""

from pathlib import Path

import pytest

from goodterms.forge.file_history import arrival
from goodterms.git import Repo, open_repo
from tests.support.eventful_ledger import EVE, OMEGA, eventful, gt, journal
from tests.support.git_repos import commit, new_repo, sh, tip

FILE = "decisions/x.yaml"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return open_repo(new_repo(tmp_path / "books", {"a": "1"}))


def test_a_file_that_is_not_there(repo: Repo) -> None:
    assert arrival(repo, "main", FILE) is None


def test_a_file_of_the_first_commit_came_onto_nothing(repo: Repo) -> None:
    came = arrival(repo, "main", "a")
    assert came
    assert (came.commits, came.parents, came.onto) == ((tip(repo.top),), (), None)


def test_a_merge_brings_what_its_branch_made(repo: Repo) -> None:
    before = tip(repo.top)
    sh(repo.top, "switch", "-q", "-c", "side")
    commit(repo.top, {FILE: "one"})
    head = commit(repo.top, {FILE: "two"})
    sh(repo.top, "switch", "-q", "main")
    sh(repo.top, "merge", "-q", "--no-ff", "-m", "Merge", "side")
    commit(repo.top, {"a": "2"})
    came = arrival(repo, "main", FILE)
    assert came
    assert came.commits == (tip(repo.top, "main^"),)
    assert (came.parents, came.onto) == ((before, head), before)


def test_what_lies_before_a_removal_does_not_count(repo: Repo) -> None:
    commit(repo.top, {FILE: "one"})
    sh(repo.top, "rm", "-q", FILE)
    sh(repo.top, "commit", "-q", "-m", "Remove")
    removed = tip(repo.top)
    assert arrival(repo, "main", FILE) is None
    brought = commit(repo.top, {FILE: "two"})
    changed = commit(repo.top, {FILE: "three"})
    came = arrival(repo, "main", FILE)
    assert came
    assert (came.commits, came.onto) == ((changed, brought), removed)


def test_a_refused_decision_can_be_removed_and_approved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = eventful(tmp_path)
    sh(root, "revert", "--no-edit", "HEAD")
    path = "ledger/omega/decisions/2026-10-07-notice.yaml"
    commit(root, {path: sh(root, "show", f"goodterms/{OMEGA}:{path}") + "\n"})
    assert gt(root, "run", "--as-of", EVE) == 1
    assert "this decision was refused" in capsys.readouterr().err
    sh(root, "rm", "-q", path)
    sh(root, "commit", "-q", "-m", "Remove what was not approved")
    for name in ("dana", "omar"):
        assert gt(root, "approve", OMEGA, "--by", name, "--as-of", EVE) == 0
    assert gt(root, "run", "--as-of", EVE) == 0
    assert "state: approved" in journal(root, "omega")
