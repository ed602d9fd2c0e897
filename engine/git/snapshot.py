"""A commit's files, to be read while nobody changes them."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from goodterms.git.checkout import changes_line_ends
from goodterms.git.command import git, line, names_in
from goodterms.git.commits import read_files
from goodterms.git.repository import READ, Repo

_PREFIX = "goodterms-run-"

#: How ``ls-files -v --stage`` begins the row of a plain file that git looks at.
_COMPARED = (b"H 100644 ", b"H 100755 ")


@dataclass(frozen=True, slots=True)
class CommitFiles:
    """A commit's files: a copy of our own, or ``lent`` by the user's checkout.

    Those that are lent are only read; who acts on them asks before whether they
    are still the same (``is_shown``).
    """

    folder: Path
    lent: bool


def is_shown(repo: Repo, commit: str) -> bool:
    """Whether the user's checkout holds exactly a commit's files, and no others.

    A large ledger is then read where it is: to copy it takes longer than all
    the rest of a run. Where git does not look at a file (a sparse checkout,
    ``--assume-unchanged``, a submodule) nobody can say that it is the same; where
    it changes line ends it is not.
    """
    if line(git(repo.top, "rev-parse", "HEAD")) != commit:
        return False
    told = git(
        repo.root,
        *["status", "--porcelain=v1", "-z", "--untracked-files=all", "--ignored"],
        *["--no-renames", "--", *READ],
    )
    return not told and _is_looked_at(repo) and not changes_line_ends(repo)


def _is_looked_at(repo: Repo) -> bool:
    """Whether git compares each file that is read with the commit's."""
    args = ("ls-files", "-v", "--stage", "-z", "--", *READ)
    rows = git(repo.root, *args).split(b"\0")
    return all(row.startswith(_COMPARED) for row in rows if row)


@contextmanager
def snapshot(repo: Repo, commit: str, only: Sequence[str] = READ) -> Iterator[Path]:
    """Write files of a commit, named from the root, into a folder of their own.

    The folder is gone afterwards; what a killed run left is removed first.
    """
    _prune()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        with _held(folder):
            yield _write(repo, commit, folder, only)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def files_of(repo: Repo, commit: str) -> Iterator[CommitFiles]:
    """Give a commit's files to read: the user's own, if they are the same."""
    if is_shown(repo, commit):
        yield CommitFiles(repo.root, lent=True)
        return
    with snapshot(repo, commit) as folder:
        yield CommitFiles(folder, lent=False)


def bring_to(repo: Repo, tree: Path, old: str, new: str) -> None:
    """Make a copy of one commit's files one of another's, by what differs."""
    args = ("diff", "--name-only", "--no-renames", "-z", old, new)
    told = git(repo.top, *args, "--", repo.prefix or ".")
    names = names_in(told)
    found = read_files(repo, new, names)
    for name in names:
        file = tree / name.removeprefix(repo.prefix)
        file.unlink(missing_ok=True)
        if name in found:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(found[name])


def _write(repo: Repo, commit: str, folder: Path, only: Sequence[str]) -> Path:
    env = {"GIT_INDEX_FILE": str(folder / "index")}
    tree = folder / "tree"
    tree.mkdir()
    git(repo.top, "read-tree", f"{commit}:{repo.prefix}", env=env)
    listed = git(repo.top, "ls-files", "-z", "--", *only, env=env)
    args = ("checkout-index", "-z", "--stdin", f"--prefix={tree}/")
    git(repo.top, *args, stdin=listed, env=env)
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
