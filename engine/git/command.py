"""Run git: argument vectors, a scrubbed environment, every exit code checked."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from goodterms.model.refusal import RefusalError

#: How long a command may take, in seconds.
LOCAL_SECONDS = 300.0
NETWORK_SECONDS = 300.0
_GRACE = 2.0

#: By these somebody asks a whole group of processes to stop; the run itself decides
#: when it does.
_ASKED = (-signal.SIGINT, -signal.SIGTERM)

#: The commands that speak with a remote.
_NETWORK = frozenset({"fetch", "ls-remote", "push"})

#: Variables that would make git work on another repository than the one named.
_FOREIGN = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_CEILING_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_CONFIG_PARAMETERS",
        "GIT_DIR",
        "GIT_EXTERNAL_DIFF",
        "GIT_GRAFT_FILE",
        "GIT_ICASE_PATHSPECS",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_LITERAL_PATHSPECS",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_QUARANTINE_PATH",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)

#: A user's hooks, filters of line ends and housekeeping have no part in a run, nor have
#: habits that change what git prints or accepts.
_CONFIG = (
    "core.hooksPath=/dev/null",
    "core.autocrlf=false",
    "core.fsmonitor=false",
    "core.fsync=committed,reference",
    "core.fsyncMethod=batch",
    "gc.auto=0",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=60",
    "i18n.logOutputEncoding=UTF-8",
    "log.follow=false",
    "log.showSignature=false",
    "maintenance.auto=false",
    "merge.verifySignatures=false",
    "push.followTags=false",
    "push.gpgSign=false",
    "push.recurseSubmodules=no",
    "trailer.separators=:",
)


class GitError(RefusalError):
    """A git command failed: of what, in git's or a hook's own words."""

    def __init__(self, args: Sequence[str], status: int, said: str) -> None:
        super().__init__(*cause(args, status, said), code=1)
        self.status = status
        self.said = said


class GitTimeoutError(GitError):
    """A git command did not end in time and was killed; what it did is unknown."""

    def __init__(self, args: Sequence[str], seconds: float) -> None:
        super().__init__(args, -signal.SIGKILL, "")
        told = f"git {args[0]} did not end within {seconds:g} seconds and was stopped"
        if args[0] in _NETWORK:
            told += "; the remote does not answer: see that it can be reached"
        self.args = (told,)


def git(
    where: Path,
    *args: str,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    accept: Sequence[int] = (0,),
) -> bytes:
    """Run git in a folder and return what it printed.

    Raises GitError unless its exit code is one to *accept*.
    """
    done = run_git(where, *args, stdin=stdin, env=env)
    if done.returncode not in accept:
        raise GitError(args, done.returncode, done.stderr.decode(errors="replace"))
    return done.stdout


def run_git(
    where: Path,
    *args: str,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    once: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder, whatever comes of it: the caller reads the exit code.

    A command that was asked to stop, as Ctrl-C asks all of a run, is called again
    unless *once*: what a run has begun it brings to an end. Raises GitTimeoutError
    after LOCAL_SECONDS, or NETWORK_SECONDS where it speaks with a remote.
    """
    config = [part for setting in _CONFIG for part in ("-c", setting)]
    speaks = args[0] in _NETWORK
    vector = ["git", *config, *args]
    seconds = NETWORK_SECONDS if speaks else LOCAL_SECONDS
    # With a terminal ssh may ask there for a passphrase: a group of its own
    # would stop it.
    alone = speaks and not (sys.stdin and sys.stdin.isatty())
    found = _environment(env or {})
    try:
        done = call(vector, where, stdin, found, seconds, alone=alone)
        if done.returncode in _ASKED and not once:
            done = call(vector, where, stdin, found, seconds, alone=alone)
    except FileNotFoundError:
        raise RefusalError(
            "git is not installed", "install git 2.31 or later"
        ) from None
    except subprocess.TimeoutExpired:
        raise GitTimeoutError(args, seconds) from None
    return done


def call(
    vector: list[str],
    where: Path,
    stdin: bytes,
    env: Mapping[str, str],
    seconds: float,
    *,
    alone: bool,
) -> subprocess.CompletedProcess[bytes]:
    """Run a command, ``alone`` in a process group of its own, and wait for it.

    Raises TimeoutExpired once it and its group are killed.
    """
    child = subprocess.Popen(  # noqa: S603 - a vector of arguments, no shell
        vector,
        cwd=where,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
        process_group=0 if alone else None,
    )
    try:
        out, err = child.communicate(stdin, timeout=seconds)
    except BaseException:
        _end(child)
        raise
    return subprocess.CompletedProcess(vector, child.returncode, out, err)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill git, and what it started where it has a process group of its own."""
    with suppress(ProcessLookupError):
        if os.getpgid(child.pid) == child.pid:
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    # What git started may live on and hold the pipes: nobody waits for that.
    with suppress(subprocess.TimeoutExpired):
        child.communicate(timeout=_GRACE)
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe:
            with suppress(OSError, ValueError):
                pipe.close()
    child.wait()


def refuse_foreign(found: subprocess.CompletedProcess[bytes]) -> None:
    """Refuse a repository of another user; git does not read it, but it is there."""
    said = found.stderr.decode(errors="replace")
    if found.returncode and "dubious ownership" in said:
        raise GitError(("rev-parse",), found.returncode, said)


def names_in(output: bytes) -> list[str]:
    """Return the names that git printed, each ended by NUL; any bytes are a name."""
    return [name for name in text(output).split("\0") if name]


def text(output: bytes) -> str:
    """Read names of files; bytes that are no UTF-8 are kept as Python keeps them."""
    return output.decode("utf-8", "surrogateescape")


def printable(name: str) -> str:
    """Return a name as it can be shown to a person."""
    return raw(name).decode(errors="replace")


def raw(names: str) -> bytes:
    """Write names of files as they were read."""
    return names.encode("utf-8", "surrogateescape")


def line(output: bytes) -> str:
    """Return the one line that git printed."""
    return output.decode().rstrip("\n")


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in _FOREIGN}
    return {
        **kept,
        "LC_ALL": "C",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        **extra,
    }


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
