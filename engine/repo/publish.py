"""Move branches, together or not at all: the commit point of everything."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.refusal import RefusalError
from engine.repo.checkout import SHOWN, Local, locked, recover, show
from engine.repo.git import GitError, run_git
from engine.repo.place import MAIN, Repo
from engine.repo.refs import Refs, is_ancestor, read_refs

#: How GitHub words a refusal that trying again does not change.
_PROTECTED = re.compile(
    r"\bGH0(?:06|13)\b|protected branch hook declined|repository rule violations"
)
_BRANCH = re.compile(r"refs/heads/(\S+?)\.?(?:\s|$)")


class ProtectedError(RefusalError):
    """The remote lets nobody push to a branch who pushes as this run does."""

    def __init__(self, said: str) -> None:
        code = "GH006" if "GH006" in said else "GH013"
        named = _BRANCH.search(said.partition(code)[2])
        super().__init__(
            f"{named[1] if named else MAIN} is protected, and this run may not push"
            f" to it ({code})",
            "either let what it pushes with bypass the rule: a GitHub App or a deploy"
            " key (Settings > Rules > Rulesets > Bypass list; github-actions itself"
            f" may not be on offer there); or leave {MAIN} to the engine alone,"
            " without a rule, and protect another branch where policies are reviewed",
        )


@dataclass(frozen=True, slots=True)
class Move:
    """A branch goes from ``old`` (None: must not exist) to ``new`` (None: goes)."""

    branch: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Pushed:
    """Whether the moves landed; if not, what git said."""

    landed: bool
    said: str = ""


def publish(repo: Repo, moves: Sequence[Move]) -> Pushed:
    """Compare and swap: all branches move, or none if one is not where it was.

    When the answer got lost, the truth is read back; GitError means that not
    even that is known, ProtectedError that it never will.
    """
    if repo.remote:
        return _push(repo, repo.remote, moves)
    with locked(repo):
        return _swap(repo, moves, recover(repo))


def after(refs: Refs, moves: Iterable[Move]) -> Refs:
    """Say where branches point once these moves have landed."""
    heads: dict[str, str | None] = {MAIN: refs.main, **refs.proposals}
    heads |= {move.branch: move.new for move in moves}
    known = {branch: commit for branch, commit in heads.items() if commit}
    return Refs(known.pop(MAIN), known)


def _push(repo: Repo, remote: str, moves: Sequence[Move]) -> Pushed:
    leases = [
        f"--force-with-lease=refs/heads/{move.branch}:{move.old or ''}"
        for move in moves
    ]
    specs = [f"{move.new or ''}:refs/heads/{move.branch}" for move in moves]
    args = ("push", "--quiet", "--atomic", "--no-verify", *leases, remote, *specs)
    done = run_git(repo.top, *args)
    if done.returncode == 0:
        return Pushed(landed=True)
    told = done.stderr.decode(errors="replace")
    if _PROTECTED.search(told):
        raise ProtectedError(told)
    said = GitError(args, done.returncode, told)
    return Pushed(_has_landed(repo, moves), str(said))


def _has_landed(repo: Repo, moves: Iterable[Move]) -> bool:
    # They moved together, so one of them tells; main's commit is nobody else's.
    move = next((m for m in moves if m.branch == MAIN), None) or next(iter(moves))
    refs = read_refs(repo)
    if move.branch == MAIN and move.new:
        return is_ancestor(repo, move.new, refs.main)
    return refs.proposals.get(move.branch) == move.new


def _swap(repo: Repo, moves: Sequence[Move], here: Local) -> Pushed:
    main = next((move for move in moves if move.branch == MAIN), None)
    if main is None or not main.old or not main.new or not here.is_checked_out:
        return _transaction(repo, [_order(move) for move in moves])
    if here.main != main.old:
        return Pushed(landed=False, said=f"{MAIN} has moved")
    show(repo, main.old, main.new)
    done = f"delete {SHOWN} {main.new}"
    pushed = _transaction(repo, [*(_order(move) for move in moves), done])
    if not pushed.landed:
        recover(repo)
    return pushed


def _transaction(repo: Repo, orders: Sequence[str]) -> Pushed:
    args = ("update-ref", "--stdin")
    lines = "\n".join(["start", *orders, "prepare", "commit", ""])
    done = run_git(repo.top, *args, stdin=lines.encode())
    if done.returncode == 0:
        return Pushed(landed=True)
    error = GitError(args, done.returncode, done.stderr.decode(errors="replace"))
    return Pushed(landed=False, said=str(error))


def _order(move: Move) -> str:
    ref = f"refs/heads/{move.branch}"
    if move.new is None:
        return f"delete {ref} {move.old}"
    if move.old is None:
        return f"create {ref} {move.new}"
    return f"update {ref} {move.new} {move.old}"
