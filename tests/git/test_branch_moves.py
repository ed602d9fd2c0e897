"""Branches and the checkout move together, also where git is killed in between."""

import os
import shlex
import shutil
import signal
import subprocess
from datetime import date
from pathlib import Path

import pytest

from goodterms.git import (
    BranchMove,
    CommitChange,
    GitError,
    Repo,
    build,
    checkout,
    fast_forward,
    open_repo,
    publish,
    read_refs,
    uncommitted,
)
from goodterms.git import command as gitting
from goodterms.git.branch_moves import UNDER_WAY, note
from goodterms.model.refusal import RefusalError
from tests.git.test_git import BY, FILES, truth
from tests.support.eventful_ledger import DAY, NEXT, eventful, gt, journal
from tests.support.git_repos import add_remote, new_repo, sh, tip, write
from tests.support.run_helpers import PowerCutError, Wire, go

OLD, NEW, GONE = "ledger/a/journal.yaml", "ledger/a/messages/one.md", "gone.txt"
GROWN = {OLD: "---\nid: one\n---\nid: two\n", NEW: "Dear all\n"}
OPENED, CLOSED = "goodterms/a/new", "goodterms/a/old"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    found = open_repo(new_repo(tmp_path / "books", {**FILES, GONE: "bye\n"}))
    sh(found.top, "branch", CLOSED)
    return found


@pytest.fixture
def moves(repo: Repo) -> list[BranchMove]:
    """Return what a run moves together: main, a new branch, and one that goes."""
    base = tip(repo.top)
    files = {name: text.encode() for name, text in GROWN.items()}
    new = build(repo, base, CommitChange("Grow", files, removes=(GONE,)), BY)
    side = build(repo, base, CommitChange("Ask", {"side": b"1"}), BY)
    return [
        BranchMove("main", base, new),
        BranchMove(OPENED, None, side),
        BranchMove(CLOSED, base, None),
    ]


@pytest.mark.parametrize("kind", ["local", "remote"])
@pytest.mark.parametrize("reached", [[], [0], [0, 1], [0, 2], [0, 1, 2]])
def test_where_main_has_moved_the_others_follow(
    repo: Repo, moves: list[BranchMove], reached: list[int], kind: str
) -> None:
    if kind == "remote":
        repo = shared(repo)
    before = read_refs(repo).proposals
    note(repo, moves)
    for number in reached:
        sh(truth(repo), "update-ref", *moved(moves[number]))
    uncommitted(repo)  # what every run asks first
    refs = read_refs(repo)
    assert refs.main == (moves[0].new if reached else moves[0].old)
    assert refs.proposals == ({OPENED: moves[1].new} if reached else before)
    assert sh(repo.top, "for-each-ref", UNDER_WAY) == ""
    assert read_refs(repo) == refs


def shared(repo: Repo) -> Repo:
    """Give the repository a remote that has all that it has made."""
    add_remote(repo.top, repo.top.parent / "origin.git")
    sh(repo.top, "push", "-q", "origin", CLOSED)
    shutil.copytree(
        repo.common / "objects",
        truth(open_repo(repo.top)) / "objects",
        dirs_exist_ok=True,
    )
    return open_repo(repo.top)


def test_a_remote_that_is_still_locked_is_told_before_anything_is_concluded(
    repo: Repo, moves: list[BranchMove]
) -> None:
    repo = shared(repo)
    note(repo, moves)
    sh(truth(repo), "update-ref", *moved(moves[0]))
    lock = truth(repo) / f"refs/heads/{OPENED}.lock"
    write(lock.parent, {lock.name: ""})
    for _ in range(2):
        with pytest.raises(GitError, match="the remote's repository is locked by"):
            read_refs(repo)
    lock.unlink()
    assert read_refs(repo).proposals == {OPENED: moves[1].new}


@pytest.mark.parametrize("kind", ["local", "remote"])
def test_what_somebody_has_settled_since_is_left(
    repo: Repo, moves: list[BranchMove], kind: str
) -> None:
    """The branch is gone by right: the journal has more to say of it."""
    change = CommitChange("More", {OLD: f"{GROWN[OLD]}---\nid: three\n".encode()})
    more = build(repo, str(moves[0].new), change, BY)
    if kind == "remote":
        repo = shared(repo)
    note(repo, moves)
    sh(truth(repo), "update-ref", "refs/heads/main", more)
    refs = read_refs(repo)
    assert (refs.main, refs.proposals) == (more, {CLOSED: moves[0].old})
    assert sh(repo.top, "for-each-ref", UNDER_WAY) == ""


def moved(move: BranchMove) -> list[str]:
    """Write a move as the arguments of ``git update-ref``."""
    name = f"refs/heads/{move.branch}"
    return [name, move.new] if move.new else ["-d", name]


def test_what_somebody_did_since_stays(repo: Repo, moves: list[BranchMove]) -> None:
    note(repo, moves)
    for move in moves[:2]:
        sh(repo.top, "update-ref", *moved(move))
    sh(repo.top, "branch", "-f", OPENED, "main")
    assert read_refs(repo).proposals == {OPENED: moves[0].new}


@pytest.mark.parametrize("kind", ["local", "remote"])
def test_a_note_is_gone_once_all_have_moved_or_none(
    repo: Repo, moves: list[BranchMove], kind: str
) -> None:
    if kind == "remote":
        repo = shared(repo)
    lost = [moves[0], BranchMove(OPENED, tip(repo.top), moves[1].new)]
    assert not publish(repo, lost).landed
    assert sh(repo.top, "for-each-ref", UNDER_WAY) == ""
    assert publish(repo, moves).landed
    assert sh(repo.top, "for-each-ref", UNDER_WAY) == ""
    assert read_refs(repo).proposals == {OPENED: moves[1].new}


@pytest.mark.parametrize("kind", ["local", "remote"])
def test_what_another_run_has_made_is_never_taken_away(
    repo: Repo, moves: list[BranchMove], kind: str
) -> None:
    """Two runs may make the very same commit of a proposal."""
    if kind == "remote":
        repo = shared(repo)
    sh(repo.top, "switch", "-q", "-c", "draft")
    base = str(moves[0].old)
    files = {NEW: b"Dear all\n"}
    theirs = BranchMove(
        "main", base, build(repo, base, CommitChange("Theirs", files), BY)
    )
    assert publish(repo, [theirs, *moves[1:]]).landed
    assert not publish(repo, moves).landed
    assert read_refs(repo).proposals == {OPENED: moves[1].new}


def test_moves_that_landed_without_an_answer_have_landed(
    repo: Repo, moves: list[BranchMove], monkeypatch: pytest.MonkeyPatch
) -> None:
    call = gitting.call

    def interrupted(
        vector: list[str], *args: object, **more: object
    ) -> subprocess.CompletedProcess[bytes]:
        done = call(vector, *args, **more)  # type: ignore[arg-type]
        if "--stdin" in vector and "update-ref" in vector and not done.returncode:
            done.returncode = -signal.SIGTERM
        return done

    monkeypatch.setattr(gitting, "call", interrupted)
    assert publish(repo, moves).landed


STATES = ["as it was", "missing", "cut", "written"]


@pytest.mark.parametrize("index", ["old", "new"])
@pytest.mark.parametrize("old", STATES)
@pytest.mark.parametrize("new", STATES)
def test_a_checkout_that_was_half_shown_goes_back(
    repo: Repo, moves: list[BranchMove], index: str, old: str, new: str
) -> None:
    """Git was killed while it wrote the files of what main was about to move to."""
    sh(repo.top, "update-ref", "refs/goodterms/shown", str(moves[0].new))
    if index == "new":
        sh(repo.top, "read-tree", str(moves[0].new))
    states = {OLD: old, NEW: new, GONE: old}
    for name, state in states.items():
        half(repo.top, name, state)
    assert uncommitted(repo) == []
    assert sh(repo.top, "status", "--porcelain") == ""
    assert (repo.top / OLD).read_text() == FILES[OLD]
    assert publish(repo, moves).landed
    assert (repo.top / OLD).read_text() == GROWN[OLD]


def half(top: Path, name: str, state: str) -> None:
    """Leave a file as git may leave it that is killed while it writes."""
    text = GROWN.get(name)
    if state == "missing" or (state == "written" and text is None):
        (top / name).unlink(missing_ok=True)
    elif text and state != "as it was":
        write(top, {name: text[: 5 if state == "cut" else None]})


def test_an_edit_in_a_checkout_that_was_half_shown_stays(
    repo: Repo, moves: list[BranchMove]
) -> None:
    sh(repo.top, "update-ref", "refs/goodterms/shown", str(moves[0].new))
    write(repo.top, {OLD: "by hand\n", NEW: GROWN[NEW]})
    for _ in range(2):
        assert uncommitted(repo) == [OLD]
        with pytest.raises(RefusalError, match=f"not committed: {OLD}"):
            publish(repo, moves)
        assert (repo.top / OLD).read_text() == "by hand\n"
    sh(repo.top, "checkout", "-q", "--", OLD)
    assert uncommitted(repo) == []
    assert publish(repo, moves).landed


def test_an_edit_of_all_that_was_to_be_shown_stays(repo: Repo) -> None:
    base = tip(repo.top)
    new = build(repo, base, CommitChange("Grow", {OLD: GROWN[OLD].encode()}), BY)
    sh(repo.top, "update-ref", checkout.SHOWN, new)
    write(repo.top, {OLD: "by hand\n"})
    for _ in range(2):
        assert uncommitted(repo) == [OLD]
        with pytest.raises(RefusalError, match=f"not committed: {OLD}"):
            publish(repo, [BranchMove("main", base, new)])
    assert (repo.top / OLD).read_text() == "by hand\n"


@pytest.fixture
def behind(repo: Repo, moves: list[BranchMove]) -> Repo:
    """Make a checkout whose remote is one commit ahead."""
    add_remote(repo.top, repo.top.parent / "origin.git")
    found = open_repo(repo.top)
    assert publish(found, moves[:1]).landed
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_merge_that_was_killed_is_completed(
    behind: Repo, moves: list[BranchMove], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Only git got the signal: what it had begun is known, and brought to an end."""
    call = gitting.call

    def killed(
        vector: list[str], *args: object, **more: object
    ) -> subprocess.CompletedProcess[bytes]:
        if "merge" not in vector:
            return call(vector, *args, **more)  # type: ignore[arg-type]
        write(behind.top, {OLD: GROWN[OLD][:5], NEW: GROWN[NEW]})
        return subprocess.CompletedProcess(vector, -number, b"", b"")

    monkeypatch.setattr(gitting, "call", killed)
    assert fast_forward(behind, str(moves[0].new))
    assert sh(behind.top, "status", "--porcelain") == ""
    assert tip(behind.top) == moves[0].new
    assert sh(behind.top, "for-each-ref", checkout.TARGET) == ""


def test_git_alone_asked_to_stop_is_called_again(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C asks all that a run has started; the run itself decides when it stops."""
    real = gitting.run_git(repo.top, "--exec-path").stdout.decode().strip()
    fake = tmp_path / "bin" / "git"
    write(
        fake.parent,
        {
            "git": "#!/bin/sh\nif mkdir "
            f"{shlex.quote(str(tmp_path / 'asked'))} 2>/dev/null; then\n"
            f'kill -TERM $$\nfi\nexec {shlex.quote(real)}/git "$@"\n'
        },
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    assert gitting.run_git(repo.top, "rev-parse", "main").returncode == 0
    (tmp_path / "asked").rmdir()
    done = gitting.run_git(repo.top, "rev-parse", "main", once=True)
    assert done.returncode == -signal.SIGTERM


def test_a_proposal_whose_branch_was_not_made_yet_is_not_declined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git is killed when main has moved, and no other branch."""
    root = eventful(tmp_path)
    call = gitting.call

    def killed(
        vector: list[str], where: Path, stdin: bytes, *args: object, **more: object
    ) -> subprocess.CompletedProcess[bytes]:
        rows = stdin.decode(errors="replace").splitlines(keepends=True)
        last = "update-ref" in vector and any("/gamma/" in row for row in rows)
        if last:
            kept = [row for row in rows if "goodterms/" not in row]
            stdin = "".join(kept).encode()
        done = call(vector, where, stdin, *args, **more)  # type: ignore[arg-type]
        if last:
            raise PowerCutError
        return done

    with monkeypatch.context() as patched:
        patched.setattr(gitting, "call", killed)
        with pytest.raises(PowerCutError):
            go(root, Wire().tools(), id="run-dead")
    asked = f"goodterms/gamma/{DAY}-notice"
    assert f"id: {DAY}-notice" in journal(root, "gamma")
    assert asked not in sh(root, "branch", "--list", "goodterms/*")

    go(root, Wire().tools(), id="run-0002", as_of=date.fromisoformat(NEXT))
    assert "declined" not in journal(root, "gamma")
    assert sh(root, "branch", "--list", "goodterms/*").split() == [asked]
    assert gt(root, "verify", "--history") == 0


@pytest.mark.parametrize("number", [1, 4])
def test_one_command_removes_all_locks_that_a_killed_git_left(
    repo: Repo, moves: list[BranchMove], number: int
) -> None:
    folder = repo.common / "refs"
    places = [folder / "heads/main.lock", repo.common / "HEAD.lock"]
    places += [folder / f"heads/{CLOSED}.lock", folder / "goodterms/written.lock"]
    for place in places[:number]:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("")
    with pytest.raises(GitError) as refused:
        publish(repo, moves)
    said, _, named = str(refused.value).partition("; if none runs any more: ")
    assert ("and by 3 more" in said) == (number > 1)
    command, *names = shlex.split(named)
    assert command == "rm"
    assert sorted(names) == sorted(str(place) for place in places[:number])
    for name in names:
        Path(name).unlink()
    assert publish(repo, moves).landed
