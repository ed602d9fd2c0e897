"""Read files of a commit and make new commits, without any checkout."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path

from engine.repo.git import git, line
from engine.repo.place import Repo
from engine.settings import Settings


@dataclass(frozen=True, slots=True)
class Signature:
    """Who makes a commit, and for which day."""

    name: str
    email: str
    day: date


def engine_signature(settings: Settings, day: date) -> Signature:
    """Sign as the engine, at the creditor's own mail domain."""
    domain = settings.creditor.email.rpartition("@")[2]
    return Signature("Good Terms", f"engine@{domain}", day)


@dataclass(frozen=True, slots=True)
class Change:
    """What a commit changes: texts by path in the repository, and why.

    ``merges`` is the head of a branch that the commit merges.
    """

    message: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    merges: str | None = None


def build(repo: Repo, base: str, change: Change, by: Signature) -> str:
    """Make a commit on top of another; no branch moves.

    Equal arguments give the same commit: its date is the signature's day, or
    the parent's date if that is later.
    """
    tree = _tree(repo, base, change.files) if change.files else f"{base}^{{tree}}"
    tree = line(git(repo.top, "rev-parse", tree)) if not change.files else tree
    merged = ["-p", change.merges] if change.merges else []
    made = git(
        repo.top,
        "commit-tree",
        tree,
        *["-p", base, *merged],
        stdin=change.message.encode(),
        env=_identity(by, _date(repo, base, by.day)),
    )
    return line(made)


def read_files(repo: Repo, commit: str, paths: Iterable[str]) -> dict[str, bytes]:
    """Return the content of those files that the commit has."""
    wanted = list(paths)
    if not wanted:
        return {}
    asked = "".join(f"{commit}:{path}\n" for path in wanted).encode()
    told = git(repo.top, "cat-file", "--batch", stdin=asked)
    found: dict[str, bytes] = {}
    start = 0
    for path in wanted:
        end = told.index(b"\n", start)
        head = told[start:end]
        start = end + 1
        if not head.endswith(b" missing"):
            size = int(head.rsplit(b" ", 1)[1])
            found[path] = told[start : start + size]
            start += size + 1
    return found


def find_commit(repo: Repo, tip: str, said: str) -> str | None:
    """Find the latest commit of main whose message has a line of text, if any."""
    told = git(
        repo.top,
        "log",
        "--first-parent",
        "--max-count=1",
        "--format=%H",
        "--fixed-strings",
        f"--grep={said}",
        tip,
    )
    return line(told) or None


def _tree(repo: Repo, base: str, files: Mapping[str, bytes]) -> str:
    with tempfile.TemporaryDirectory(prefix="goodterms-index-") as folder:
        env = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        blobs = _blobs(repo, Path(folder), files.values())
        entries = zip(files, blobs, strict=True)
        info = "".join(f"100644 {blob}\t{path}\0" for path, blob in entries)
        git(repo.top, "read-tree", base, env=env)
        git(
            repo.top,
            *["update-index", "-z", "--index-info"],
            stdin=info.encode(),
            env=env,
        )
        return line(git(repo.top, "write-tree", env=env))


def _blobs(repo: Repo, folder: Path, contents: Iterable[bytes]) -> Sequence[str]:
    names = []
    for number, content in enumerate(contents):
        file = folder / f"{number}.blob"
        file.write_bytes(content)
        names.append(f"{file}\n")
    listed = "".join(names).encode()
    args = ("hash-object", "-w", "--no-filters", "--stdin-paths")
    return line(git(repo.top, *args, stdin=listed)).split("\n")


def _date(repo: Repo, parent: str, day: date) -> int:
    midnight = int(datetime.combine(day, time(), UTC).timestamp())
    told = line(git(repo.top, "show", "--no-patch", "--format=%ct", parent))
    return max(midnight, int(told))


def _identity(by: Signature, seconds: int) -> dict[str, str]:
    when = f"{seconds} +0000"
    return {
        "GIT_AUTHOR_NAME": by.name,
        "GIT_AUTHOR_EMAIL": by.email,
        "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_NAME": by.name,
        "GIT_COMMITTER_EMAIL": by.email,
        "GIT_COMMITTER_DATE": when,
    }
