"""Branches move together, also where what moved them was killed in between."""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from engine.repo.commits import is_ancestor
from engine.repo.git import git, line, text
from engine.repo.place import MAIN, Repo
from engine.repo.words import OURS

#: Points at a note of the moves of local branches that are under way.
UNDER_WAY = "refs/goodterms/moves"

_HEADS = "refs/heads/"


@dataclass(frozen=True, slots=True)
class Move:
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

    @property
    def back(self) -> "Move":
        """The move that undoes this one."""
        return Move(self.branch, self.new, self.old)


@contextmanager
def locked(repo: Repo) -> Iterator[None]:
    """Hold this repository's lock; it goes when the process does."""
    lock = os.open(repo.common / OURS, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def note(repo: Repo, moves: Sequence[Move]) -> list[str]:
    """Note that main and other branches are about to move. Needs the lock.

    Git writes branches one after the other. Returns the orders that end their
    transaction: it takes the note back when all have moved.
    """
    if len(moves) == 1:
        return []
    told = json.dumps([asdict(move) for move in moves]).encode()
    blob = line(git(repo.top, "hash-object", "-w", "--stdin", stdin=told))
    git(repo.top, "update-ref", UNDER_WAY, blob)
    return [f"delete {UNDER_WAY} {blob}"]


def complete(repo: Repo) -> None:
    """Bring to an end what was killed between two branches. Needs the lock.

    Where main had moved the others follow; where it had not they go back.
    """
    noted = line(git(repo.top, "for-each-ref", "--format=%(objectname)", UNDER_WAY))
    if not noted:
        return
    told = json.loads(git(repo.top, "cat-file", "-p", noted))
    moves = [Move(**each) for each in told]
    heads = local_heads(repo)
    main = next((move for move in moves if move.branch == MAIN), None)
    landed = bool(main and main.new and is_ancestor(repo, main.new, _HEADS + MAIN))
    wanted = [move if landed else move.back for move in moves if move is not main]
    orders = [each.order for each in wanted if heads.get(each.branch) == each.old]
    orders = ["start", *orders, f"delete {UNDER_WAY} {noted}", "prepare", "commit", ""]
    git(repo.top, "update-ref", "--stdin", stdin="\n".join(orders).encode())


def local_heads(repo: Repo) -> dict[str, str]:
    """Return the commits of the local branches, by name."""
    told = git(repo.top, "for-each-ref", "--format=%(objectname) %(refname)", _HEADS)
    pairs = (row.split(" ", 1) for row in text(told).splitlines())
    return {ref.removeprefix(_HEADS): commit for commit, ref in pairs}
