"""Say what a failed git command failed of, in words that are safe to print."""

import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

#: The lock of our own, which lies there always: who holds it is known to the system.
OURS = "goodterms.lock"

#: How many lines of a hook's own words are shown, and how long each may be.
_LINES, _LENGTH = 5, 200

_LOCK = re.compile(r"Unable to create '(?P<path>[^']+\.lock)': File exists")
_OWNER = re.compile(r"detected dubious ownership in repository at '(?P<path>[^']+)'")
_REJECTED = re.compile(r"! \[(?:remote )?rejected\] .*\((?P<why>[^()]*)\)")
_HOOK = re.compile(r"\bhook declined\b")
_NAME = re.compile(
    r"(?:invalid refspec|invalid ref format:?|funny refname|"
    r"is not a valid (?:ref|branch) name|bad ref(?:name)?\b)",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """Return one line without control and direction-changing characters or ``##[``.

    ``##[`` is how a log line orders GitHub Actions about.
    """
    shown = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(shown.split()).replace("##[", "## [").replace("::", ": :")


def cause(args: Sequence[str], status: int, said: str) -> tuple[str, str]:
    """Return what went wrong and the way out, from what git printed on stderr."""
    found = _owner(said) or _lock(said) or _refused(said) or _bad_name(said)
    return found or (f"git {args[0]} failed (exit {status}): {_last(said)}", "")


def is_lock(said: str) -> bool:
    """Say whether another process held a lock of git's, here or on the remote."""
    return bool(_LOCK.search(said)) or "failed to lock" in said


def _owner(said: str) -> tuple[str, str] | None:
    found = _OWNER.search(said)
    if not found:
        return None
    path = plain(found["path"])
    what = f"git does not read '{path}': the folder belongs to another user"
    return (
        f"{what} (dubious ownership, usual in containers)",
        f"if it is yours: git config --global --add safe.directory '{path}'",
    )


def _lock(said: str) -> tuple[str, str] | None:
    """Name the lock that git met, and all others of that repository with it.

    A git that was killed may leave many: one command removes them.
    """
    found = _LOCK.search(said)
    if not found:
        return None
    path = os.path.normpath(found["path"])
    where = "the remote's repository" if "remote: " in said else "git"
    others = [each for each in _locks_beside(Path(path)) if each != path]
    more = f", and by {len(others)} more" if others else ""
    named = " ".join(_quoted(plain(each)) for each in (path, *others))
    return (
        f"{where} is locked by '{plain(path)}'{_age(path)}{more}",
        f"wait for the git process that holds it; if none runs any more: rm {named}",
    )


def _locks_beside(path: Path) -> list[str]:
    """List the locks of the repository that a lock belongs to, where it is here."""
    for folder in path.parents:
        if (folder / "objects").is_dir():
            found = (*folder.glob("*.lock"), *folder.glob("refs/**/*.lock"))
            return sorted(str(each) for each in found if each.name != OURS)
    return []


def _quoted(path: str) -> str:
    return "'" + path.replace("'", "'\\''") + "'"


def _age(path: str) -> str:
    try:
        made = datetime.fromtimestamp(Path(path).stat().st_mtime, UTC)
    except OSError:
        return ""
    return f", made at {made:%Y-%m-%d %H:%M:%S} UTC"


def _refused(said: str) -> tuple[str, str] | None:
    found = _REJECTED.search(said)
    if not found:
        return None
    rows = (row.partition("remote:")[2] for row in said.splitlines())
    words = [plain(row)[:_LENGTH] for row in rows if row.strip()][:_LINES]
    told = f": {' / '.join(words)}" if words else ""
    who = "a hook of the remote" if _HOOK.search(said) else "the remote"
    return f"{who} refused the push ({plain(found['why'])}){told}", ""


def _bad_name(said: str) -> tuple[str, str] | None:
    if not _NAME.search(said):
        return None
    return f"git does not take the name of a branch: {_last(said)}", ""


def _last(said: str) -> str:
    lines = [plain(line) for line in said.splitlines() if line.strip()]
    fatal = next((line for line in lines if line.startswith("fatal:")), None)
    return fatal or (lines[-1] if lines else "it said nothing")
