"""Read files of a commit and make new commits, without any checkout."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from goodterms.git.command import GitError, git, line, raw, run_git
from goodterms.git.repository import Repo
from goodterms.model.settings import Settings

#: A name that fast-import needs for what it makes; it never becomes a ref.
_SCRATCH = "refs/goodterms/scratch"


@dataclass(frozen=True, slots=True)
class CommitSignature:
    """Who makes a commit, and for which day."""

    name: str
    email: str
    day: date


def engine_signature(settings: Settings, day: date) -> CommitSignature:
    """Sign as the engine, at the creditor's own mail domain."""
    domain = settings.creditor.email.rpartition("@")[2]
    return CommitSignature("Good Terms", f"engine@{domain}", day)


@dataclass(frozen=True, slots=True)
class CommitChange:
    """What a commit changes: texts by path in the repository, and why.

    ``merges`` is the head of a branch that the commit merges, ``removes`` the paths
    that it takes away.
    """

    message: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    merges: str | None = None
    removes: tuple[str, ...] = ()


def build(repo: Repo, base: str, change: CommitChange, by: CommitSignature) -> str:
    """Make a commit on top of another; no branch moves.

    Equal arguments give the same commit: its date is the signature's day, or
    the parent's date if that is later.
    """
    name, email = _plain(by.name), _plain(by.email)
    who = f"{name} <{email}> {_date(repo, base, by.day)} +0000"
    orders = [
        f"commit {_SCRATCH}\nmark :1\nauthor {who}\ncommitter {who}\n".encode(),
        _data(change.message.encode()),
        f"from {base}\n".encode(),
        *([f"merge {change.merges}\n".encode()] if change.merges else []),
        *(_file(path, content) for path, content in change.files.items()),
        *(f"D {_quoted(path)}\n".encode() for path in change.removes),
        f"\nget-mark :1\nreset {_SCRATCH}\nfrom {'0' * len(base)}\n\n".encode(),
    ]
    args = ("fast-import", "--quiet", "--date-format=raw")
    return line(git(repo.top, *args, stdin=b"".join(orders)))


def read_files(repo: Repo, commit: str, paths: Iterable[str]) -> dict[str, bytes]:
    """Return the content of those files that the commit has."""
    wanted = list(paths)
    if not wanted:
        return {}
    asked = "".join(f"{_object(repo, commit, path)}\n" for path in wanted)
    told = git(repo.top, "cat-file", "--batch", stdin=raw(asked))
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


def _object(repo: Repo, commit: str, path: str) -> str:
    """Name a file as one line; a name that has several is asked for by itself."""
    if "\n" not in path:
        return f"{commit}:{path}"
    done = run_git(repo.top, "rev-parse", "--verify", "--quiet", f"{commit}:{path}")
    return line(done.stdout) or "0" * len(commit)


def knows(repo: Repo, commit: str | None) -> bool:
    """Whether git has a commit here."""
    if not commit:
        return False
    return run_git(repo.top, "cat-file", "-e", f"{commit}^{{commit}}").returncode == 0


def is_ancestor(repo: Repo, commit: str, of: str) -> bool:
    """Say whether a commit is part of another's history."""
    args = ("merge-base", "--is-ancestor", commit, of)
    done = run_git(repo.top, *args)
    if done.returncode not in (0, 1):
        raise GitError(args, done.returncode, done.stderr.decode(errors="replace"))
    return done.returncode == 0


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


def message_of(repo: Repo, commit: str) -> str:
    """Return the whole message of a commit."""
    told = git(repo.top, "log", "--max-count=1", "--format=%B", commit)
    return told.decode(errors="replace")


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isprintable() and char not in "<>")


def _file(path: str, content: bytes) -> bytes:
    return f"M 100644 inline {_quoted(path)}\n".encode() + _data(content)


def _quoted(path: str) -> str:
    quoted = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'


def _data(content: bytes) -> bytes:
    return f"data {len(content)}\n".encode() + content + b"\n"


def _date(repo: Repo, parent: str, day: date) -> int:
    midnight = int(datetime.combine(day, time(), UTC).timestamp())
    told = line(git(repo.top, "show", "--no-patch", "--format=%ct", parent))
    return max(midnight, int(told))
