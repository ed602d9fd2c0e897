"""A copy of a commit's files that nobody else touches while a run reads it."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.repo.commits import read_files
from engine.repo.git import git
from engine.repo.place import Repo

_PREFIX = "goodterms-run-"


@contextmanager
def snapshot(repo: Repo, commit: str) -> Iterator[Path]:
    """Write the root's files of a commit into a folder of their own.

    The folder is gone afterwards; what a killed run left is removed first.
    """
    _prune()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        with _held(folder):
            yield _write(repo, commit, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def bring_to(repo: Repo, tree: Path, old: str, new: str) -> None:
    """Make a copy of one commit's files one of another's, by what differs."""
    args = ("diff", "--name-only", "--no-renames", "-z", old, new)
    told = git(repo.top, *args, "--", repo.prefix or ".")
    names = [name for name in told.decode().split("\0") if name]
    found = read_files(repo, new, names)
    for name in names:
        file = tree / name.removeprefix(repo.prefix)
        file.unlink(missing_ok=True)
        if name in found:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(found[name])


def _write(repo: Repo, commit: str, folder: Path) -> Path:
    env = {"GIT_INDEX_FILE": str(folder / "index")}
    tree = folder / "tree"
    tree.mkdir()
    git(repo.top, "read-tree", f"{commit}:{repo.prefix}", env=env)
    git(repo.top, "checkout-index", "--all", f"--prefix={tree}/", env=env)
    return tree


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    # The lock goes when the process does, however that ends. It gets its name
    # once it is held, so that nobody ever finds it there and free.
    lock = os.open(folder / "lock.new", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (folder / "lock.new").rename(folder / "lock")
        yield
    finally:
        os.close(lock)


def _prune() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if _is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_abandoned(folder: Path) -> bool:
    try:
        lock = os.open(folder / "lock", os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
