"""The user's checkout: never run over, and brought up to date afterwards."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from engine.repo.git import git, line, run_git
from engine.repo.place import MAIN, Repo
from engine.repo.refs import is_ancestor

#: Points at what the checkout shows while local main is being moved there.
_SHOWN = "refs/goodterms/shown"

_HEAD_OF_MAIN = f"refs/heads/{MAIN}"


@dataclass(slots=True)
class Shown:
    """What becomes of a checkout that shows a commit before main moves to it."""

    keep: bool = False


def uncommitted(repo: Repo) -> list[str]:
    """List files under the root that differ from the last commit, outbox apart."""
    with locked(repo):
        recover(repo)
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
    names = [row[3:] for row in told.decode(errors="replace").split("\0") if row]
    return [name.removeprefix(repo.prefix) for name in names]


def unpushed(repo: Repo, tip: str) -> int:
    """Count the commits of local main that the remote's does not have."""
    if not repo.remote or not _is_known(repo, _HEAD_OF_MAIN):
        return 0
    return int(git(repo.top, "rev-list", "--count", f"{tip}..{_HEAD_OF_MAIN}"))


def fast_forward(repo: Repo, tip: str) -> bool:
    """Bring a checkout of main to the remote's tip; False where it cannot be."""
    if not repo.remote or not _is_on_main(repo):
        return True
    run_git(repo.top, "fetch", "--quiet", "--no-tags", repo.remote)
    if not is_ancestor(repo, _HEAD_OF_MAIN, tip):
        return False
    return run_git(repo.top, "merge", "--quiet", "--ff-only", tip).returncode == 0


@contextmanager
def locked(repo: Repo) -> Iterator[None]:
    """Hold this repository's lock; it goes when the process does."""
    lock = os.open(repo.common / "goodterms.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextmanager
def show(repo: Repo, old: str, new: str) -> Iterator[Shown]:
    """Let a checkout of main show the commit that main is about to move to.

    It goes back unless the move is kept. The files come first so that no
    killed run leaves a checkout in which what it did looks undone.
    """
    shown = Shown()
    if not _is_on_main(repo):
        yield shown
        return
    git(repo.top, "update-ref", _SHOWN, new)
    git(repo.top, "read-tree", "-m", "-u", old, new)
    yield shown
    if not shown.keep:
        git(repo.top, "read-tree", "-m", "-u", new, old)
    git(repo.top, "update-ref", "-d", _SHOWN)


def recover(repo: Repo) -> None:
    """Put right a checkout that a killed run left ahead of main. Needs the lock."""
    if not _is_known(repo, _SHOWN):
        return
    shown = line(git(repo.top, "rev-parse", _SHOWN))
    if _is_on_main(repo) and not is_ancestor(repo, shown, _HEAD_OF_MAIN):
        git(repo.top, "read-tree", "-m", "-u", shown, _HEAD_OF_MAIN)
    git(repo.top, "update-ref", "-d", _SHOWN)


def _is_on_main(repo: Repo) -> bool:
    told = run_git(repo.top, "symbolic-ref", "--quiet", "HEAD")
    return line(told.stdout) == _HEAD_OF_MAIN


def _is_known(repo: Repo, ref: str) -> bool:
    return run_git(repo.top, "rev-parse", "--verify", "--quiet", ref).returncode == 0
