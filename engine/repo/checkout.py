"""The user's checkout: never run over, and brought up to date afterwards."""

import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from engine.repo.commits import read_files
from engine.repo.git import GitError, git, line, names_in, printable, raw, run_git
from engine.repo.place import MAIN, Repo
from engine.repo.refs import is_ancestor
from engine.repo.words import is_lock

#: Points at what the checkout shows while local main is being moved there.
SHOWN = "refs/goodterms/shown"

#: Points at what the checkout is being brought to, while that is done.
TARGET = "refs/goodterms/checkout"

_MAIN = f"refs/heads/{MAIN}"


@dataclass(frozen=True, slots=True)
class Local:
    """Where local main is, whether it is checked out, and what that shows."""

    main: str | None
    is_checked_out: bool
    shown: str | None


def uncommitted(repo: Repo) -> list[str]:
    """List files under the root that differ from the last commit, outbox apart.

    What a killed run left half done in the checkout is completed first. Where
    an edit is in the way of that, only the edit is listed. Raises GitError.
    """
    with locked(repo):
        recover(repo)
        half = _complete(repo)
    told = git(
        repo.root,
        "status",
        "--porcelain=v1",
        "-z",
        "--untracked-files=all",
        "--no-renames",
        "--",
        ".",
        ":(exclude)outbox",
    )
    names = [row[3:] for row in names_in(told)]
    names = [name for name in names if name not in half]
    return [printable(name.removeprefix(repo.prefix)) for name in names]


def unpushed(repo: Repo, tip: str) -> int:
    """Count the commits of local main that the remote's does not have."""
    if not repo.remote or local(repo).main is None:
        return 0
    return int(git(repo.top, "rev-list", "--count", f"{tip}..{_MAIN}"))


def fast_forward(repo: Repo, tip: str) -> bool:
    """Bring a checkout of main to the remote's tip; False where edits are in the way.

    The tip is noted at TARGET first, so that the next run completes what a
    killed one began. Raises GitError, as where git's index is locked.
    """
    here = local(repo)
    if not repo.remote or not here.is_checked_out or here.main == tip:
        return True
    run_git(repo.top, "fetch", "--quiet", "--no-tags", repo.remote)
    if not is_ancestor(repo, _MAIN, tip):
        return False
    with locked(repo):
        git(repo.top, "update-ref", TARGET, tip)
        args = ("merge", "--quiet", "--ff-only", tip)
        done = run_git(repo.top, *args)
        said = done.stderr.decode(errors="replace")
        if is_lock(said):
            raise GitError(args, done.returncode, said)
        git(repo.top, "update-ref", "-d", TARGET)
    return done.returncode == 0


@contextmanager
def locked(repo: Repo) -> Iterator[None]:
    """Hold this repository's lock; it goes when the process does."""
    lock = os.open(repo.common / "goodterms.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def local(repo: Repo) -> Local:
    """Look at local main and the checkout."""
    wanted = "--format=%(HEAD) %(objectname) %(refname)"
    told = git(repo.top, "for-each-ref", wanted, _MAIN, SHOWN).decode()
    rows = [(row[0], *row[2:].split(" ")) for row in told.splitlines()]
    heads = {ref: commit for _, commit, ref in rows}
    checked_out = any(mark == "*" and ref == _MAIN for mark, _, ref in rows)
    return Local(heads.get(_MAIN), checked_out, heads.get(SHOWN))


def show(repo: Repo, old: str, new: str) -> None:
    """Let the checkout show a commit that main is about to move to.

    The files come before the branch: so no killed run leaves a checkout in
    which what it did looks undone. An edit in the way stops it.
    """
    git(repo.top, "update-ref", SHOWN, new)
    _switch(repo, old, new)


def recover(repo: Repo) -> Local:
    """Put right a checkout that was left ahead of main. Needs the lock."""
    here = local(repo)
    if here.shown is None:
        return here
    if (
        here.main
        and here.is_checked_out
        and not is_ancestor(repo, here.shown, here.main)
    ):
        _switch(repo, here.shown, here.main)
    git(repo.top, "update-ref", "-d", SHOWN)
    return here


def _complete(repo: Repo) -> frozenset[str]:
    """Complete a fast-forward of the checkout that was killed. Needs the lock.

    A file that is missing, or holds the beginning of what the target has, is
    taken for git's half-written one: nothing is lost by writing the whole. All
    other differences are the user's; they stay, and stop it. Returns the files
    that are the engine's own where it was stopped.
    """
    target = _target(repo)
    if target is None:
        return frozenset()
    here = local(repo)
    ours: frozenset[str] = frozenset()
    if here.main and here.is_checked_out and is_ancestor(repo, here.main, target):
        args = ("diff", "--name-only", "--no-renames", "-z", here.main, target)
        names = names_in(git(repo.top, *args))
        blobs = read_files(repo, target, names)
        ours = frozenset(name for name in names if _is_half(repo, name, blobs))
        if set(_edited(repo)) & set(names) - ours:
            return ours
        _write(repo, target, sorted(ours))
        _switch(repo, here.main, target)
        git(repo.top, "update-ref", _MAIN, target, here.main)
    git(repo.top, "update-ref", "-d", TARGET)
    return frozenset()


def _target(repo: Repo) -> str | None:
    told = git(repo.top, "for-each-ref", "--format=%(objectname)", TARGET)
    return line(told) or None


def _edited(repo: Repo) -> list[str]:
    args = ("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames")
    return [row[3:] for row in names_in(git(repo.top, *args))]


def _is_half(repo: Repo, name: str, blobs: Mapping[str, bytes]) -> bool:
    path = repo.top / name
    if not path.exists() and not path.is_symlink():
        return True
    if name not in blobs or path.is_symlink() or not path.is_file():
        return False
    return blobs[name].startswith(path.read_bytes())


def _write(repo: Repo, commit: str, names: Sequence[str]) -> None:
    """Make files and their index entries those of a commit."""
    if not names:
        return
    listed = raw("".join(f"{name}\0" for name in names))
    known = git(repo.top, "ls-tree", "-r", "-z", commit)
    rows = {row.partition(b"\t")[2]: row for row in known.split(b"\0") if row}
    gone = f"0 {'0' * len(commit)}\t"
    orders = [rows.get(raw(name), raw(gone + name)) + b"\0" for name in names]
    git(repo.top, "update-index", "-z", "--index-info", stdin=b"".join(orders))
    here = [name for name in listed.split(b"\0") if name in rows]
    args = ("checkout-index", "--force", "--index", "-z", "--stdin")
    git(repo.top, *args, stdin=b"".join(name + b"\0" for name in here))


def _switch(repo: Repo, old: str, new: str) -> None:
    """Change files from one commit's to another's; an edit in the way stops it."""
    args = ("read-tree", "-m", "-u", old, new)
    done = run_git(repo.top, *args)
    if done.returncode:
        said = done.stderr.decode(errors="replace")
        if is_lock(said):
            raise GitError(args, done.returncode, said)
        # Files that were copied or touched look edited until the index knows.
        git(repo.top, "update-index", "-q", "--refresh", accept=(0, 1))
        git(repo.top, *args)
