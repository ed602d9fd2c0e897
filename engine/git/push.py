"""Move branches, together or not at all: the commit point of everything."""

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from goodterms.git.branch_moves import (
    UNDER_WAY,
    BranchMove,
    complete,
    forget,
    locked,
    note,
    push_args,
)
from goodterms.git.checkout import SHOWN, LocalMain, recover, show
from goodterms.git.command import GitError, GitTimeoutError, git, is_lock, run_git
from goodterms.git.commits import is_ancestor
from goodterms.git.refs import FETCHED, LOST, WRITTEN, Refs, local_refs, read_refs
from goodterms.git.repository import MAIN, Repo
from goodterms.model.refusal import RefusalError

#: How GitHub words a refusal that trying again does not change.
_PROTECTED = re.compile(
    r"\bGH0(?:06|13)\b|protected branch hook declined|repository rule violations"
)
#: How git words a race, should the branches be back where they were.
_STALE = re.compile(r"\(stale info\)|\(non-fast-forward\)|\(fetch first\)|but expected")
_BRANCH = re.compile(r"refs/heads/(\S+?)\.?(?:\s|$)")

#: How long to wait after each try, in seconds, for who holds a lock on the remote.
_PAUSES = (0.2, 0.5, 1.0, 0)


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
class PushResult:
    """Whether the moves landed; if not, what git said."""

    landed: bool
    said: str = ""


def publish(repo: Repo, moves: Sequence[BranchMove]) -> PushResult:
    """Compare and swap: all branches move, or none if one is not where it was.

    Not landed means that somebody else was faster. When the answer got lost,
    the truth is read back. Raises GitError where that cannot be done, or where
    the moves are refused for another reason (a hook, a lock, a name of a branch),
    ProtectedError where they always will be.
    """
    if repo.remote:
        return _push(repo, repo.remote, moves)
    with locked(repo):
        return _swap(repo, moves, recover(repo))


def after(refs: Refs, moves: Iterable[BranchMove]) -> Refs:
    """Say where branches point once these moves have landed."""
    heads: dict[str, str | None] = {MAIN: refs.main, **refs.proposals}
    heads |= {move.branch: move.new for move in moves}
    known = {branch: commit for branch, commit in heads.items() if commit}
    return Refs(known.pop(MAIN), known)


def _push(repo: Repo, remote: str, moves: Sequence[BranchMove]) -> PushResult:
    args = push_args(remote, moves)
    noted = note(repo, moves)
    for pause in _PAUSES:
        try:
            done = run_git(repo.top, *args)
        except GitTimeoutError as error:
            failed: GitError = error
        else:
            if done.returncode == 0:
                _remember(repo, moves)
                forget(repo, noted)
                return PushResult(landed=True)
            told = done.stderr.decode(errors="replace")
            if _PROTECTED.search(told):
                raise ProtectedError(told)
            failed = GitError(args, done.returncode, told)
        refs = read_refs(repo)
        if _has_landed(repo, refs, moves):
            return PushResult(landed=True)
        if _is_race(refs, moves, failed):
            return PushResult(landed=False, said=str(failed))
        if not is_lock(failed.said):
            break
        if pause:
            time.sleep(pause)
    raise failed


def _remember(repo: Repo, moves: Iterable[BranchMove]) -> None:
    """Note main's tip as what the remote has; where that fails a fetch notes it."""
    for move in moves:
        if move.branch == MAIN and move.new:
            run_git(repo.top, "update-ref", FETCHED + MAIN, move.new)


def _has_landed(repo: Repo, refs: Refs, moves: Iterable[BranchMove]) -> bool:
    # They moved together, so one of them tells; main's commit is nobody else's.
    move = next((m for m in moves if m.branch == MAIN), None) or next(iter(moves))
    if move.branch == MAIN and move.new:
        return is_ancestor(repo, move.new, refs.main)
    return refs.proposals.get(move.branch) == move.new


def _is_race(refs: Refs, moves: Iterable[BranchMove], failed: GitError) -> bool:
    """Whether somebody else was faster: a branch is not where it was, or was not."""
    heads = {MAIN: refs.main, **refs.proposals}
    moved = any(heads.get(move.branch) != move.old for move in moves)
    return moved or bool(_STALE.search(failed.said))


def _swap(repo: Repo, moves: Sequence[BranchMove], local_main: LocalMain) -> PushResult:
    main = next((move for move in moves if move.branch == MAIN), None)
    if main is None or not main.old or not main.new or not local_main.is_checked_out:
        return _transaction(repo, moves)
    if local_main.main != main.old:
        return PushResult(landed=False, said=f"{MAIN} has moved")
    show(repo, main.old, main.new)
    try:
        pushed = _transaction(repo, moves, f"delete {SHOWN} {main.new}")
    except GitError:
        recover(repo)
        raise
    if not pushed.landed:
        recover(repo)
    return pushed


def _transaction(repo: Repo, moves: Sequence[BranchMove], *more: str) -> PushResult:
    written = [order for move in moves for order in _written(repo, move)]
    noted = note(repo, moves)
    last = [f"delete {UNDER_WAY} {noted}"] if noted else []
    orders = [*(move.order for move in moves), *written, *more, *last]
    args = ("update-ref", "--stdin")
    lines = "\n".join(["start", *orders, "prepare", "commit", ""])
    done = run_git(repo.top, *args, stdin=lines.encode())
    if done.returncode == 0:
        return PushResult(landed=True)
    failed = GitError(args, done.returncode, done.stderr.decode(errors="replace"))
    complete(repo)
    refs = local_refs(repo)
    if _has_landed(repo, refs, moves):
        return PushResult(landed=True)
    if _is_race(refs, moves, failed):
        return PushResult(landed=False, said=str(failed))
    raise failed


def _written(repo: Repo, move: BranchMove) -> list[str]:
    """Note where the engine leaves main, and what main has lost since it did so."""
    if move.branch != MAIN or not move.new:
        return []
    told = git(repo.top, "for-each-ref", "--format=%(objectname)", WRITTEN).decode()
    had = told.strip()
    lost = had and not is_ancestor(repo, had, move.new)
    kept = [f"update {LOST}{had} {had}"] if lost else []
    return [*kept, f"update {WRITTEN} {move.new}"]
