"""A checkout that a killed run left half brought up to date."""

import os
from pathlib import Path

import pytest

from goodterms.git import (
    BranchMove,
    CommitChange,
    GitError,
    Repo,
    build,
    fast_forward,
    open_repo,
    publish,
    uncommitted,
)
from tests.git.test_git import BY, FILES
from tests.support.git_repos import add_remote, new_repo, sh, tip, write

OLD, NEW = "ledger/a/journal.yaml", "ledger/a/messages/one.md"
GROWN = {OLD: "---\nid: one\n---\nid: two\n", NEW: "Dear all\n"}


@pytest.fixture
def behind(tmp_path: Path) -> tuple[Repo, str]:
    """Make a checkout whose remote is one commit ahead, and begin to follow."""
    repo = open_repo(new_repo(tmp_path / "books", FILES))
    add_remote(repo.top, tmp_path / "origin.git")
    repo = open_repo(repo.top)
    base = tip(repo.top)
    files = {name: text.encode() for name, text in GROWN.items()}
    new = build(repo, base, CommitChange("Grow", files), BY)
    assert publish(repo, [BranchMove("main", base, new)]).landed
    sh(repo.top, "update-ref", "refs/goodterms/checkout", new)
    return repo, new


@pytest.mark.parametrize("old", ["as it was", "written", "cut", "missing"])
@pytest.mark.parametrize("new", ["missing", "written", "cut"])
def test_it_is_completed(behind: tuple[Repo, str], old: str, new: str) -> None:
    repo, target = behind
    states = {OLD: old, NEW: new}
    for name, state in states.items():
        if state == "missing":
            (repo.top / name).unlink(missing_ok=True)
        elif state != "as it was":
            write(repo.top, {name: GROWN[name][: 5 if state == "cut" else None]})
    assert uncommitted(repo) == []
    assert tip(repo.top) == target
    assert {name: (repo.top / name).read_text() for name in GROWN} == GROWN
    assert sh(repo.top, "status", "--porcelain") == ""
    assert sh(repo.top, "for-each-ref", "refs/goodterms/checkout") == ""


def test_an_edit_stays_and_is_the_only_file_named(behind: tuple[Repo, str]) -> None:
    repo, target = behind
    write(repo.top, {NEW: GROWN[NEW], OLD: "by hand\n"})
    for _ in range(2):
        assert uncommitted(repo) == [OLD]
        assert (repo.top / OLD).read_text() == "by hand\n"
    sh(repo.top, "checkout", "-q", "--", OLD)
    assert uncommitted(repo) == []
    assert tip(repo.top) == target


def test_an_edit_stays_where_nothing_else_was_begun(behind: tuple[Repo, str]) -> None:
    """Local main stays with it, or the edit would look like one of what is new."""
    repo, target = behind
    before = tip(repo.top)
    write(repo.top, {OLD: "by hand\n", NEW: "mine\n"})
    assert uncommitted(repo) == [OLD, NEW]
    assert tip(repo.top) == before
    sh(repo.top, "checkout", "-q", "--", OLD)
    (repo.top / NEW).unlink()
    assert uncommitted(repo) == []
    assert tip(repo.top) == target


def test_a_name_that_is_no_text_can_be_shown(behind: tuple[Repo, str]) -> None:
    repo, _ = behind
    (repo.top / "ledger" / os.fsdecode(b"caf\xe9.txt")).write_text("mine\n")
    assert uncommitted(repo) == ["ledger/caf\ufffd.txt"]


def test_a_file_of_the_users_in_the_way_is_named_whatever_it_is(
    tmp_path: Path,
) -> None:
    """Somebody pushed a file that lies here already, and a run was killed."""
    repo = open_repo(new_repo(tmp_path / "books", FILES))
    add_remote(repo.top, tmp_path / "origin.git")
    repo = open_repo(repo.top)
    base = tip(repo.top)
    new = build(repo, base, CommitChange("Add", {"list.csv": b"theirs", NEW: b"x"}), BY)
    assert publish(repo, [BranchMove("main", base, new)]).landed
    sh(repo.top, "update-ref", "refs/goodterms/checkout", new)
    write(repo.top, {"list.csv": "mine", "other.csv": "mine"})
    assert uncommitted(repo) == ["list.csv"]
    (repo.top / "list.csv").rename(repo.top / "mine.csv")
    assert uncommitted(repo) == []
    assert tip(repo.top) == new


def test_an_edit_elsewhere_stays(behind: tuple[Repo, str]) -> None:
    repo, target = behind
    write(repo.top, {"goodterms.yaml": "x: 2\n", NEW: GROWN[NEW]})
    assert uncommitted(repo) == ["goodterms.yaml"]
    assert tip(repo.top) == target
    assert (repo.top / "goodterms.yaml").read_text() == "x: 2\n"


def test_a_lock_of_the_index_is_named_and_left(behind: tuple[Repo, str]) -> None:
    repo, target = behind
    lock = repo.common / "index.lock"
    lock.write_text("")
    with pytest.raises(GitError, match=r"index\.lock', made at .*rm '"):
        fast_forward(repo, target)
    write(repo.top, {NEW: GROWN[NEW]})
    with pytest.raises(GitError, match=r"index\.lock"):
        uncommitted(repo)
    assert lock.exists()
    lock.unlink()
    assert uncommitted(repo) == []
    assert tip(repo.top) == target


def test_a_lock_without_a_remote_is_named(tmp_path: Path) -> None:
    repo = open_repo(new_repo(tmp_path / "books", FILES))
    base = tip(repo.top)
    new = build(repo, base, CommitChange("Grow", {OLD: b"x"}), BY)
    (repo.common / "index.lock").write_text("")
    with pytest.raises(GitError, match=r"index\.lock'"):
        publish(repo, [BranchMove("main", base, new)])


@pytest.mark.parametrize(
    "name", [b"caf\xe9.txt", b"two\nlines.txt", b'"quoted".txt', "größe.txt".encode()]
)
@pytest.mark.parametrize("begun", ["half done", "not begun"])
def test_any_name_of_a_file_is_followed(
    tmp_path: Path, name: bytes, begun: str
) -> None:
    """Somebody pushed a file with a name that is no text."""
    repo = open_repo(new_repo(tmp_path / "books", FILES))
    add_remote(repo.top, tmp_path / "origin.git")
    other = tmp_path / "other"
    sh(tmp_path, "clone", "-q", str(tmp_path / "origin.git"), str(other))
    (Path(other) / os.fsdecode(name)).write_text("theirs\n")
    write(other, {NEW: GROWN[NEW]})
    sh(other, "add", "-A")
    sh(other, "commit", "-q", "-m", "Add")
    sh(other, "push", "-q", "origin", "HEAD:main")
    repo = open_repo(repo.top)
    sh(repo.top, "fetch", "-q", "origin")
    target = tip(other)
    if begun == "half done":
        sh(repo.top, "update-ref", "refs/goodterms/checkout", target)
        write(repo.top, {NEW: GROWN[NEW][:5]})
        assert uncommitted(repo) == []
    else:
        fast_forward(repo, target)
    assert tip(repo.top) == target
    assert (repo.top / os.fsdecode(name)).read_text() == "theirs\n"
    assert sh(repo.top, "status", "--porcelain") == ""
