"""Branches move together, also where what moved them was killed in between."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from filelock import FileLock

from goodterms.git.command import OURS, GitError, git, is_lock, line, run_git, text
from goodterms.git.commits import is_ancestor
from goodterms.git.repository import MAIN, Repo
from goodterms.model.paths import journal_path

#: Points at a note of the moves of local branches that are under way.
UNDER_WAY = "refs/goodterms/moves"

_HEADS = "refs/heads/"


@dataclass(frozen=True, slots=True)
class BranchMove:
    """A branch goes from ``old`` (None: must not exist) to ``new`` (None: goes)."""

    branch: str
    old: str | None
    new: str | None

    @property
    def order(self) -> str:
        """The move as an order to ``git update-ref --stdin``."""
        ref = f"{_HEADS}{self.branch}"
        if self.new is None:
            return f"delete {ref} {self.old}"
        if self.old is None:
            return f"create {ref} {self.new}"
        return f"update {ref} {self.new} {self.old}"


@contextmanager
def locked(repo: Repo) -> Iterator[None]:
    """Hold this repository's lock; it goes when the process does."""
    with FileLock(repo.common / OURS, mode=0o600):
        yield


def note(repo: Repo, moves: Sequence[BranchMove]) -> str | None:
    """Note that main and other branches are about to move; returns the note's id.

    Git writes branches one after the other, main before those that are new. Nothing
    has to be noted of a branch that moves alone.
    """
    if len(moves) == 1 or moves[0].branch != MAIN:
        return None
    told = json.dumps([asdict(move) for move in moves]).encode()
    blob = line(git(repo.top, "hash-object", "-w", "--stdin", stdin=told))
    git(repo.top, "update-ref", UNDER_WAY, blob)
    return blob


def forget(repo: Repo, noted: str | None) -> None:
    """Take a note back, if it is still there."""
    if noted:
        run_git(repo.top, "update-ref", "-d", UNDER_WAY, noted)


def complete(repo: Repo) -> None:
    """Bring to an end what was killed between branches of this repository.

    Where main had moved the others follow. With a remote they are there, and nothing
    is done. Needs the lock.
    """
    if repo.remote:
        return
    noted, moves = left_behind(repo, _HEADS)
    if noted:
        orders = [*(each.order for each in moves), f"delete {UNDER_WAY} {noted}"]
        orders = ["start", *orders, "prepare", "commit", ""]
        git(repo.top, "update-ref", "--stdin", stdin="\n".join(orders).encode())


def complete_there(repo: Repo, remote: str, fetched: str) -> bool:
    """Do the same on a remote that stopped in the middle; True where that was so.

    Only the clone that noted it knows. Raises GitError where git is locked there.
    """
    noted, moves = left_behind(repo, fetched)
    if moves:
        args = push_args(remote, moves)
        done = run_git(repo.top, *args)
        told = done.stderr.decode(errors="replace")
        if done.returncode and is_lock(told):
            raise GitError(args, done.returncode, told)
    forget(repo, noted)
    return bool(moves)


def left_behind(repo: Repo, prefix: str) -> tuple[str | None, list[BranchMove]]:
    """Return the note that is there, and the moves of it that main is waiting for.

    *prefix* is where the branches are. An account whose journal somebody has written
    to since waits for nothing.
    """
    noted = line(git(repo.top, "for-each-ref", "--format=%(objectname)", UNDER_WAY))
    if not noted:
        return None, []
    told = json.loads(git(repo.top, "cat-file", "-p", noted))
    main, *others = [BranchMove(**each) for each in told]
    if not (main.new and is_ancestor(repo, main.new, prefix + MAIN)):
        return noted, []
    heads = _heads(repo, prefix)
    return noted, [
        move
        for move in others
        if heads.get(move.branch) == move.old != move.new
        and _is_untouched(repo, move, main.new, prefix + MAIN)
    ]


def push_args(remote: str, moves: Sequence[BranchMove]) -> list[str]:
    """Return the arguments that push moves: all of them, or none."""
    leases = [
        f"--force-with-lease={_HEADS}{move.branch}:{move.old or ''}" for move in moves
    ]
    specs = [f"{move.new or ''}:{_HEADS}{move.branch}" for move in moves]
    return ["push", "--quiet", "--atomic", "--no-verify", *leases, remote, *specs]


def _is_untouched(repo: Repo, move: BranchMove, since: str, tip: str) -> bool:
    """Whether a proposal's account is as the commit that moved main had left it."""
    account = move.branch.partition("/")[2].partition("/")[0]
    path = repo.path(journal_path(account))
    args = ("diff", "--quiet", since, tip, "--", path)
    return run_git(repo.top, *args).returncode == 0


def _heads(repo: Repo, prefix: str) -> dict[str, str]:
    told = git(repo.top, "for-each-ref", "--format=%(objectname) %(refname)", prefix)
    pairs = (row.split(" ", 1) for row in text(told).splitlines())
    return {ref.removeprefix(prefix): commit for commit, ref in pairs}
