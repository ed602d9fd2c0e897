"""Commits and what each changed below the root, read from git in one go."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from goodterms.git import Repo
from goodterms.git.command import git

_FIELD = "\x1f"
_FORMAT = _FIELD.join(["%H", "%P", "%ae", "%ce", "%an", "%cn", "%s"])


@dataclass(frozen=True, slots=True)
class FileDelta:
    """A file, from the root, and its blobs before and after; None where it is not."""

    path: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class CommitRevision:
    """A commit, and what it changed against its first parent.

    A merge that is ``turned`` has the parent first that git has second: it was made
    in a copy of main that main was merged into, and main went on on the other side.
    ``author`` and ``committer`` are name and address as the commit gives them:
    whoever can push can write anything there. ``id`` is "" for what is not
    committed yet.
    """

    id: str
    parents: tuple[str, ...]
    author: tuple[str, str] = ("", "")
    committer: tuple[str, str] = ("", "")
    subject: str = ""
    deltas: tuple[FileDelta, ...] = ()
    turned: bool = False


#: Puts the parent of each merge first that main went on by.
Turning = Callable[[Mapping[str, CommitRevision]], Iterable[CommitRevision]]


def revisions(
    repo: Repo, tip: str, since: str | None, turning: Turning
) -> dict[str, CommitRevision]:
    """Return the commits that lead to a tip and not to *since*, parents first.

    Of a shallow clone the oldest commits have no parents.
    """
    heads = _heads(repo, tip, since)
    heads |= {each.id: each for each in turning(heads)}
    pairs = [(each.id, next(iter(each.parents), "")) for each in heads.values()]
    changed = _deltas(repo, pairs)
    return {
        id_: replace(each, deltas=changed[id_]) if id_ in changed else each
        for id_, each in heads.items()
    }


def _heads(repo: Repo, tip: str, since: str | None) -> dict[str, CommitRevision]:
    known = [f"^{since}"] if since else []
    args = ("--topo-order", "--reverse", f"--format={_FORMAT}", tip, *known)
    told = git(repo.top, "rev-list", *args).decode(errors="replace")
    heads = [row for row in told.split("\n")[1::2] if row]
    rows = [(*row.split(_FIELD, 6), *[""] * 6)[:7] for row in heads]
    return {
        id_: CommitRevision(id_, tuple(parents.split()), (an, ae), (cn, ce), subject)
        for id_, parents, ae, ce, an, cn, subject in rows
    }


def _deltas(
    repo: Repo, pairs: Iterable[tuple[str, str]]
) -> Mapping[str, tuple[FileDelta, ...]]:
    """Compare each commit with one other; one without another is compared with none."""
    asked = "".join(f"{commit} {parent}".strip() + "\n" for commit, parent in pairs)
    args = ("--stdin", "-r", "--raw", "-z", "--no-renames", "--root", "--")
    told = git(
        repo.top, "diff-tree", *args, repo.prefix or ".", stdin=asked.encode()
    ).split(b"\0")
    found: dict[str, list[FileDelta]] = {}
    rows = iter(told)
    deltas: list[FileDelta] = []
    for row in rows:
        if row.startswith(b":"):
            _, _, old, new, _ = row.decode().split(" ")
            path = next(rows).decode(errors="surrogateescape")
            path = path.removeprefix(repo.prefix)
            deltas.append(FileDelta(path, _blob(old), _blob(new)))
        elif row:
            deltas = found.setdefault(row.decode(), [])
    return {commit: tuple(each) for commit, each in found.items()}


def _blob(id_: str) -> str | None:
    return id_ if id_.strip("0") else None
