"""What changed between commits, and what a commit says of itself."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tests.support.github_server.bare_repository import ZERO, Bare

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

_STATUS = {"A": "added", "D": "removed", "M": "modified", "T": "changed"}
_STATUS |= {"R": "renamed", "C": "copied"}
_FIELDS = ["%H", "%T", "%P", "%an", "%ae", "%at", "%cn", "%ce", "%ct", "%B"]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One changed file; *patch* is None for a binary one."""

    path: str
    was: str | None
    status: str
    sha: str | None
    additions: int
    deletions: int
    patch: str | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """Name, address and time of an author or committer."""

    name: str
    email: str
    at: int


@dataclass(frozen=True, slots=True)
class Info:
    """A commit as it describes itself."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Stamp
    committer: Stamp
    message: str


@lru_cache(maxsize=512)
def files_between(bare: Bare, old: str, new: str) -> tuple[FileDiff, ...]:
    """List what changed from *old* to *new*, by path."""
    form = ["-M", "--raw", "-p", "--no-abbrev", "--no-ext-diff", "--no-color"]
    done = bare.run("-c", "core.quotePath=off", "diff", *form, old, new)
    rows, _, diff = done.stdout.decode(errors="replace").partition("\n\n")
    pairs = zip(rows.splitlines(), _patches(diff), strict=True)
    return tuple(_entry(row, patch) for row, patch in pairs)


def _patches(diff: str) -> list[str | None]:
    starts = [
        found.start() for found in re.finditer(r"^diff --git ", diff, re.MULTILINE)
    ]
    pieces = [diff[a:b] for a, b in pairwise([*starts, len(diff)])]
    hunks = [re.search(r"^@@ .*", piece, re.MULTILINE | re.DOTALL) for piece in pieces]
    return [found.group(0).rstrip("\n") if found else None for found in hunks]


def _entry(row: str, patch: str | None) -> FileDiff:
    modes, *paths = row.split("\t")
    *_, sha, status = modes.split(" ")
    signs = [line[:1] for line in (patch or "").splitlines()]
    return FileDiff(
        path=paths[-1],
        was=paths[0] if len(paths) > 1 else None,
        status=_STATUS[status[0]],
        sha=None if sha == ZERO else sha,
        additions=signs.count("+"),
        deletions=signs.count("-"),
        patch=patch,
    )


@lru_cache(maxsize=2048)
def info(bare: Bare, sha: str) -> Info:
    """Read one commit."""
    return log(bare, "--no-walk", sha)[0]


def log(bare: Bare, *revisions: str) -> list[Info]:
    """Read commits in git's order; *revisions* are arguments of git log."""
    form = "--format=" + "%x1f".join(_FIELDS) + "%x1e"
    told = bare.run("log", form, *revisions).stdout.decode()
    return [_info(row.lstrip("\n")) for row in told.split("\x1e") if row.strip("\n")]


def _info(row: str) -> Info:
    sha, tree, parents, *people, message = row.split("\x1f")
    author = Stamp(people[0], people[1], int(people[2]))
    committer = Stamp(people[3], people[4], int(people[5]))
    ancestors = tuple(parents.split())
    return Info(sha, tree, ancestors, author, committer, message.rstrip("\n"))


@lru_cache(maxsize=512)
def merge_base(bare: Bare, one: str, other: str) -> str | None:
    """Find where two histories part; None when they share nothing."""
    done = bare.run("merge-base", one, other, accept=(0, 1))
    return done.stdout.decode().strip() or None


@lru_cache(maxsize=512)
def between(bare: Bare, old: str, new: str) -> tuple[str, ...]:
    """List the commits that *new* has and *old* has not, oldest first."""
    return tuple(bare.lines("rev-list", "--reverse", "--topo-order", f"{old}..{new}"))


def changes(bare: Bare, base: str, head: str) -> tuple[FileDiff, ...]:
    """List what a branch changes: from where it parted from *base* to its head."""
    return files_between(bare, merge_base(bare, base, head) or EMPTY_TREE, head)


def own_changes(bare: Bare, commit: Info) -> tuple[FileDiff, ...]:
    """List what one commit changes, against its first parent."""
    return files_between(bare, (*commit.parents, EMPTY_TREE)[0], commit.sha)
