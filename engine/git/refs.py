"""Where branches point: on the remote, or here where there is none."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from goodterms.git.branch_moves import complete, complete_there, locked
from goodterms.git.command import GitError, git, run_git, text
from goodterms.git.repository import MAIN, Repo
from goodterms.model.refusal import RefusalError

#: The branches of proposals, below refs/heads/; a branch of the folder's own name
#: would be in the way of them all.
PROPOSALS = "goodterms/"
_FOLDER = PROPOSALS.rstrip("/")

#: Where the branches of this repository are.
HERE = "refs/heads/"

#: Where the remote's branches are kept apart from the user's own copies.
FETCHED = "refs/goodterms/remote/"

#: Where the engine left main, where there is no remote to ask.
WRITTEN = "refs/goodterms/written"

#: What main had lost of that when the engine wrote again.
LOST = "refs/goodterms/lost/"

_FETCHES = 5


@dataclass(frozen=True, slots=True)
class Refs:
    """The tip of main, and the heads of branches named like proposals' by name."""

    main: str
    proposals: Mapping[str, str]


def read_refs(repo: Repo) -> Refs:
    """Read the tips that count, fetching what they hold.

    Raises RefusalError where there is no main, or the remote's lost commits that
    it had when it was last read here; GitError when the remote
    cannot be reached.
    """
    if repo.remote:
        _fetch(repo, repo.remote)
        if complete_there(repo, repo.remote, FETCHED):
            _fetch(repo, repo.remote)
        return _listed(repo, FETCHED)
    with locked(repo):
        complete(repo)
        return local_refs(repo)


def local_refs(repo: Repo) -> Refs:
    """Read the tips of the local branches as they are. Needs the lock."""
    return _listed(repo, HERE)


def known_refs(repo: Repo) -> Refs | None:
    """Read the tips as they were when they were last fetched; None for none."""
    copies = (FETCHED, f"refs/remotes/{repo.remote}/") if repo.remote else (HERE,)
    return next(filter(None, (_tips(repo, prefix) for prefix in copies)), None)


def _listed(repo: Repo, prefix: str) -> Refs:
    found = _tips(repo, prefix)
    if found is None:
        raise _no_main(repo)
    return found


def _tips(repo: Repo, prefix: str) -> Refs | None:
    listed = git(
        repo.top,
        "for-each-ref",
        "--format=%(objectname) %(refname)",
        prefix + MAIN,
        prefix + _FOLDER,
    )
    pairs = (row.split(" ", 1) for row in text(listed).splitlines())
    heads = {ref.removeprefix(prefix): sha for sha, ref in pairs}
    return Refs(heads.pop(MAIN), heads) if MAIN in heads else None


def _fetch(repo: Repo, remote: str) -> None:
    shallow = (repo.common / "shallow").exists()
    args = (
        "fetch",
        "--quiet",
        "--no-tags",
        "--prune",
        "--no-write-fetch-head",
        "--no-recurse-submodules",
        "--refmap=",
        *(["--unshallow"] if shallow else []),
        remote,
        f"refs/heads/{MAIN}:{FETCHED}{MAIN}",
        f"+refs/heads/{_FOLDER}*:{FETCHED}{_FOLDER}*",
    )
    for attempt in range(1, _FETCHES + 1):
        # All at once, but where a branch takes the place of a folder of them: there
        # git has to let what is gone go first.
        at_once = ("--atomic",) if attempt == 1 else ()
        done = run_git(repo.top, *args[:1], *at_once, *args[1:])
        if done.returncode == 0:
            return
        if _is_without_main(repo, remote):
            raise _no_main(repo)
        # Another run may be fetching into the same refs: it is done in a moment.
        time.sleep(0.1 * attempt)
    said = done.stderr.decode(errors="replace")
    if _is_moved_back(repo, remote):
        raise RefusalError(
            f"{MAIN} of {remote} has lost commits that it had: it was moved back or"
            " rewritten, so what was sent may look unsent; nothing is done",
            f"bring them back: git merge {FETCHED}{MAIN} && git push {remote} {MAIN}",
            code=1,
        )
    raise GitError(args, done.returncode, said)


def _is_moved_back(repo: Repo, remote: str) -> bool:
    known = run_git(repo.top, "rev-parse", "--verify", "-q", FETCHED + MAIN)
    asked = run_git(repo.top, "ls-remote", remote, f"refs/heads/{MAIN}")
    if known.returncode or asked.returncode or not asked.stdout:
        return False
    now = asked.stdout.decode().split()[0]
    args = ("merge-base", "--is-ancestor", known.stdout.decode().strip(), now)
    return run_git(repo.top, *args).returncode == 1


def _is_without_main(repo: Repo, remote: str) -> bool:
    nothing_found = 2
    asked = run_git(repo.top, "ls-remote", "--exit-code", remote, f"refs/heads/{MAIN}")
    return asked.returncode == nothing_found


def _no_main(repo: Repo) -> RefusalError:
    if repo.remote:
        return RefusalError(
            f"{repo.remote} has no branch '{MAIN}'",
            f"push yours: git push {repo.remote} {MAIN}",
        )
    return RefusalError(
        f"there is no branch '{MAIN}'",
        f"commit something, and call the branch so: git branch -m {MAIN}",
    )
