"""The user's checkout: never run over, and brought up to date afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass

from goodterms.git.branch_moves import complete, locked
from goodterms.git.command import (
    GitError,
    git,
    is_lock,
    line,
    names_in,
    printable,
    raw,
    run_git,
)
from goodterms.git.commits import is_ancestor, read_files
from goodterms.git.repository import MAIN, READ, Repo
from goodterms.model.refusal import RefusalError

#: Points at what the checkout shows while local main is being moved there.
SHOWN = "refs/goodterms/shown"

#: Points at what the checkout is being brought to, while that is done.
TARGET = "refs/goodterms/checkout"

_MAIN = f"refs/heads/{MAIN}"


@dataclass(frozen=True, slots=True)
class LocalMain:
    """Where local main is, whether it is checked out, and what that shows."""

    main: str | None
    is_checked_out: bool
    shown: str | None


@dataclass(frozen=True, slots=True)
class _BlockedMove:
    """A move that edits are in the way of: its own files, and those edits."""

    ours: frozenset[str] = frozenset()
    by: frozenset[str] = frozenset()


def uncommitted(repo: Repo) -> list[str]:
    """List files under the root that differ from the last commit and may matter.

    The outbox does not, nor does a file that git does not know where no workspace
    reads: a spreadsheet beside the ledger. What a killed run left half done in the
    checkout is completed first; where an edit is in the way of that, the edit is
    listed, whatever it is, and not what is half done. Raises GitError.
    """
    with locked(repo):
        complete(repo)
        stopped = _go_back(repo) or _go_on(repo) or _BlockedMove()
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
    rows = ((row[:2], row[3:]) for row in names_in(told))
    names = [
        name
        for state, name in rows
        if name in stopped.by
        or (name not in stopped.ours and _matters(repo, state, name))
    ]
    return [printable(name.removeprefix(repo.prefix)) for name in names]


def _matters(repo: Repo, state: str, name: str) -> bool:
    """Whether git knows a file, or a workspace reads it."""
    own = name.removeprefix(repo.prefix)
    return state != "??" or own.split("/", maxsplit=1)[0] in READ


def changes_line_ends(repo: Repo) -> bool:
    """Whether git is set to write other line ends to the checkout than it keeps."""
    told = run_git(repo.top, "config", "--get-all", "core.autocrlf")
    return "true" in told.stdout.decode().split()


def unpushed(repo: Repo, tip: str) -> int:
    """Count the commits of local main that the remote's does not have."""
    if not repo.remote or local(repo).main is None:
        return 0
    return int(git(repo.top, "rev-list", "--count", f"{tip}..{_MAIN}"))


def fast_forward(repo: Repo, tip: str) -> bool:
    """Bring a checkout of main to the remote's tip; False where edits are in the way.

    The tip is noted at TARGET first, so that the next run completes what a
    killed one began. Raises GitError, as where git's index is locked.
    """
    here = local(repo)
    if not repo.remote or not here.is_checked_out or here.main == tip:
        return True
    run_git(repo.top, "fetch", "--quiet", "--no-tags", repo.remote)
    if not is_ancestor(repo, _MAIN, tip):
        return False
    with locked(repo):
        git(repo.top, "update-ref", TARGET, tip)
        args = ("merge", "--quiet", "--ff-only", tip)
        done = run_git(repo.top, *args, once=True)
        said = done.stderr.decode(errors="replace")
        if is_lock(said):
            raise GitError(args, done.returncode, said)
        if done.returncode < 0:  # it was killed: half of it may be done
            return _go_on(repo) is None
        git(repo.top, "update-ref", "-d", TARGET)
    return done.returncode == 0


def local(repo: Repo) -> LocalMain:
    """Look at local main and the checkout."""
    wanted = "--format=%(HEAD) %(objectname) %(refname)"
    told = git(repo.top, "for-each-ref", wanted, _MAIN, SHOWN).decode()
    rows = [(row[0], *row[2:].split(" ")) for row in told.splitlines()]
    heads = {ref: commit for _, commit, ref in rows}
    checked_out = any(mark == "*" and ref == _MAIN for mark, _, ref in rows)
    return LocalMain(heads.get(_MAIN), checked_out, heads.get(SHOWN))


def show(repo: Repo, old: str, new: str) -> None:
    """Let the checkout show a commit that main is about to move to.

    The files come before the branch: so no killed run leaves a checkout in
    which what it did looks undone. An edit in the way stops it.
    """
    git(repo.top, "update-ref", SHOWN, new)
    _switch(repo, old, new)


def recover(repo: Repo) -> LocalMain:
    """Put right branches and a checkout that were left half moved. Needs the lock.

    Raises RefusalError where an edit is in the way of that.
    """
    complete(repo)
    if stopped := _go_back(repo):
        edited = [printable(each) for each in sorted(stopped.by)]
        told = f"not committed: {', '.join(edited)}"
        raise RefusalError(told, "commit or remove them, then run")
    return local(repo)


def _go_back(repo: Repo) -> _BlockedMove | None:
    """Bring a checkout that shows more than main back to main. Needs the lock.

    Returns what an edit stops.
    """
    here = local(repo)
    if here.shown is None:
        return None
    ahead = here.main and not is_ancestor(repo, here.shown, here.main)
    if here.main and here.is_checked_out and ahead:
        stopped = _bring(repo, here.shown, here.main, (here.shown, here.main))
        if stopped:
            return stopped
    git(repo.top, "update-ref", "-d", SHOWN)
    return None


def _go_on(repo: Repo) -> _BlockedMove | None:
    """Complete a fast-forward of the checkout that was killed. Needs the lock.

    Returns what an edit stops.
    """
    target = _target(repo)
    if target is None:
        return None
    here = local(repo)
    if here.main and here.is_checked_out and is_ancestor(repo, here.main, target):
        stopped = _bring(repo, here.main, target, (target,))
        if stopped:
            return stopped
        git(repo.top, "update-ref", _MAIN, target, here.main)
    git(repo.top, "update-ref", "-d", TARGET)
    return None


def _bring(
    repo: Repo, old: str, new: str, written: Sequence[str]
) -> _BlockedMove | None:
    """Make a checkout that is somewhere between two commits that of the new one.

    A file that is missing, or holds the beginning of what a commit has that was being
    *written*, is taken for git's half-written one: nothing is lost by writing the
    whole. All other differences are the user's; they stay, and stop it.
    """
    args = ("diff", "--name-only", "--no-renames", "-z", old, new)
    names = names_in(git(repo.top, *args))
    versions = [read_files(repo, commit, names) for commit in written]
    texts = {name: [v[name] for v in versions if name in v] for name in names}
    ours = frozenset(name for name in names if _is_half(repo, name, texts[name]))
    edited = frozenset(_edited(repo)) & (frozenset(names) - ours)
    if edited:
        return _BlockedMove(ours, edited)
    _write(repo, new, sorted(ours))
    _switch(repo, old, new)
    return None


def _target(repo: Repo) -> str | None:
    told = git(repo.top, "for-each-ref", "--format=%(objectname)", TARGET)
    return line(told) or None


def _edited(repo: Repo) -> list[str]:
    args = ("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames")
    return [row[3:] for row in names_in(git(repo.top, *args))]


def _is_half(repo: Repo, name: str, texts: Sequence[bytes]) -> bool:
    path = repo.top / name
    if not path.exists() and not path.is_symlink():
        return True
    if path.is_symlink() or not path.is_file():
        return False
    found = path.read_bytes()
    return any(text.startswith(found) for text in texts)


def _write(repo: Repo, commit: str, names: Sequence[str]) -> None:
    """Make files and their index entries those of a commit, which may lack some."""
    if not names:
        return
    listed = raw("".join(f"{name}\0" for name in names))
    known = git(repo.top, "ls-tree", "-r", "-z", commit)
    rows = {row.partition(b"\t")[2]: row for row in known.split(b"\0") if row}
    gone = f"0 {'0' * len(commit)}\t"
    orders = [rows.get(raw(name), raw(gone + name)) + b"\0" for name in names]
    git(repo.top, "update-index", "-z", "--index-info", stdin=b"".join(orders))
    here = [name for name in listed.split(b"\0") if name in rows]
    for name in names:
        if raw(name) not in rows:
            (repo.top / name).unlink(missing_ok=True)
    args = ("checkout-index", "--force", "--index", "-z", "--stdin")
    git(repo.top, *args, stdin=b"".join(name + b"\0" for name in here))


def _switch(repo: Repo, old: str, new: str) -> None:
    """Change files from one commit's to another's; an edit in the way stops it."""
    args = ("read-tree", "-m", "-u", old, new)
    done = run_git(repo.top, *args)
    if done.returncode:
        said = done.stderr.decode(errors="replace")
        if is_lock(said):
            raise GitError(args, done.returncode, said)
        # Files that were copied or touched look edited until the index knows.
        git(repo.top, "update-index", "-q", "--refresh", accept=(0, 1))
        git(repo.top, *args)
