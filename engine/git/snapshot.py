"""A commit's files, to be read while nobody changes them."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from goodterms.git.checkout import changes_line_ends
from goodterms.git.command import git, line, names_in
from goodterms.git.commits import read_files
from goodterms.git.repository import READ, Repo

_PREFIX, _LOCK = "goodterms-run-", ".lock"

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
    folder = _new_folder()
    with _lock_of(folder) as lock:
        try:
            folder.mkdir(mode=0o700)
            yield _write(repo, commit, folder, only)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            Path(lock.lock_file).unlink(missing_ok=True)


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


def _lock_of(folder: Path) -> FileLock:
    """Return the lock of a folder: a file beside it, held while it is in use.

    It is held before the folder exists and goes when the process does, however that
    ends: a folder whose lock is free was left behind.
    """
    return FileLock(folder.with_name(f"{folder.name}{_LOCK}"), mode=0o600)


def _new_folder() -> Path:
    """Name a folder that does not exist yet, as nobody else will name it."""
    return Path(tempfile.gettempdir()) / f"{_PREFIX}{uuid4().hex}"


def _prune() -> None:
    """Remove the folders that runs left behind which were killed."""
    for file in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*{_LOCK}"):
        folder = file.with_name(file.name.removesuffix(_LOCK))
        with suppress(Timeout, OSError), _lock_of(folder).acquire(timeout=0):
            shutil.rmtree(folder, ignore_errors=True)
            file.unlink(missing_ok=True)
