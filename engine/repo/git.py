"""Run git: argument vectors, a scrubbed environment, every exit code checked."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.refusal import RefusalError

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

#: A user's hooks, filters of line ends and housekeeping have no part in a run.
_CONFIG = (
    "core.hooksPath=/dev/null",
    "core.autocrlf=false",
    "core.fsmonitor=false",
    "core.fsync=committed,reference",
    "core.fsyncMethod=batch",
    "gc.auto=0",
    "maintenance.auto=false",
    "push.followTags=false",
    "push.gpgSign=false",
    "push.recurseSubmodules=no",
)


class GitError(RefusalError):
    """A git command failed: which, how, and git's own last words."""

    def __init__(self, args: Sequence[str], status: int, said: str) -> None:
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        words = next((line for line in lines if line.startswith("fatal:")), None)
        words = words or (lines[-1] if lines else "it said nothing")
        super().__init__(f"git {args[0]} failed (exit {status}): {words}", code=1)
        self.status = status


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
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder, whatever comes of it: the caller reads the exit code."""
    config = [part for setting in _CONFIG for part in ("-c", setting)]
    try:
        return subprocess.run(  # noqa: S603 - a vector of arguments, no shell
            ["git", *config, *args],  # noqa: S607 - the git of the user's PATH
            cwd=where,
            input=stdin,
            capture_output=True,
            env=_environment(env or {}),
            check=False,
        )
    except FileNotFoundError:
        raise RefusalError(
            "git is not installed", "install git 2.31 or later"
        ) from None


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
