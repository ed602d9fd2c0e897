"""The user's checkout: never run over, and brought up to date afterwards."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from engine.repo.git import git, run_git
from engine.repo.place import MAIN, Repo
from engine.repo.refs import is_ancestor

#: Points at what the checkout shows while local main is being moved there.
SHOWN = "refs/goodterms/shown"

_MAIN = f"refs/heads/{MAIN}"


@dataclass(frozen=True, slots=True)
class Local:
    """Where local main is, whether it is checked out, and what that shows."""

    main: str | None
    is_checked_out: bool
    shown: str | None


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
    if not repo.remote or local(repo).main is None:
        return 0
    return int(git(repo.top, "rev-list", "--count", f"{tip}..{_MAIN}"))


def fast_forward(repo: Repo, tip: str) -> bool:
    """Bring a checkout of main to the remote's tip; False where it cannot be."""
    here = local(repo)
    if not repo.remote or not here.is_checked_out or here.main == tip:
        return True
    run_git(repo.top, "fetch", "--quiet", "--no-tags", repo.remote)
    if not is_ancestor(repo, _MAIN, tip):
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


def _switch(repo: Repo, old: str, new: str) -> None:
    """Change files from one commit's to another's; an edit in the way stops it."""
    args = ("read-tree", "-m", "-u", old, new)
    if run_git(repo.top, *args).returncode:
        # Files that were copied or touched look edited until the index knows.
        git(repo.top, "update-index", "-q", "--refresh", accept=(0, 1))
        git(repo.top, *args)
