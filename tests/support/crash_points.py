"""Run the real command again and again, killed at one point further each time.

``python -m tests.support.crash_points BASE WORK`` plays two days in a copy of the
folder BASE, WORK/calm. Then it copies BASE again, runs the first day in a process that
kills itself at the first point, and then both days to the end; the same for every
further point, until a run is no longer killed. One JSON line a copy tells what the runs
came to. Points lie before and after every git call that others see, and around each
write to the outbox: the product knows nothing of them. Where a kill leaves the very
files that the one before it left, what follows is known, and is not played again.
"""

import hashlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from goodterms.channels import outbox
from goodterms.cli import environment, main
from goodterms.git import command as git_door
from goodterms.run import machine
from tests.support.eventful_ledger import DAY, NEXT

#: What makes a git call leave a trace that others see.
WRITES = {"-u", "fetch", "merge", "push", "update-ref"}

#: When this process began: runs that are killed take it for the time.
STARTED = environment.machine_clock()


class Points:
    """Counts the points that a run passes, and dies at one of them."""

    def __init__(self, fatal: int) -> None:
        self.fatal = fatal
        self.passed = 0

    def point(self) -> None:
        """Pass a point, or die there as if the power had gone."""
        self.passed += 1
        if self.passed == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Put a point before and after a call."""

        def watched(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any call
            self.point()
            answer = call(*args, **kwargs)
            self.point()
            return answer

        return watched

    def watch(self) -> None:
        """Put points around what leaves a trace outside the process."""
        plain, watched = git_door.call, self.around(git_door.call)

        def run(vector: list[str], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as above
            return (watched if WRITES & set(vector) else plain)(vector, *args, **kwargs)

        setattr(git_door, "call", run)  # noqa: B010 - mypy knows its own type
        setattr(os, "fsync", self.around(os.fsync))  # noqa: B010
        setattr(outbox, "_draft", self.around(outbox._draft))  # noqa: B010, SLF001
        setattr(outbox, "_place", self.around(outbox._place))  # noqa: B010, SLF001


def in_child(args: list[str], fatal: int = 0) -> int:
    """Run a command in a process of its own; its exit code, negative when killed."""
    child = os.fork()
    if child == 0:
        os.setpgrp()
        points = Points(fatal)
        if fatal:
            stop_chance()
            points.watch()
        sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
        os._exit(main(args))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def stop_chance() -> None:
    """Let runs that are killed write the same: one name, one machine, one time."""
    setattr(environment, "machine_clock", lambda: STARTED)  # noqa: B010 - mypy, as above
    setattr(secrets, "token_hex", lambda size: "ab" * size)  # noqa: B010
    setattr(machine, "uuid4", lambda: UUID(int=0))  # noqa: B010


def digest(copy: Path) -> str:
    """Return what all files of a copy come to, but for what git notes of times."""
    whole = hashlib.sha256()
    for file in sorted(copy.rglob("*")):
        name = str(file.relative_to(copy))
        whole.update(f"{name}\n".encode())
        if file.is_file() and file.name != "index" and "/logs/" not in name:
            whole.update(file.read_bytes())
    staged = ["git", "-C", str(copy / "books"), "ls-files", "--stage"]
    whole.update(subprocess.run(staged, capture_output=True, check=True).stdout)
    return whole.hexdigest()


def calm(base: Path, work: Path) -> None:
    """Play without any accident; the children inherit what this has imported."""
    shutil.copytree(base, work / "calm", symlinks=True)
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        for day in (DAY, NEXT):
            main(["--root", str(work / "calm" / "books"), "run", "--as-of", day])


def kill_at(base: Path, work: Path, fatal: int) -> tuple[Path, int]:
    """Kill a day's run at a point in a copy of its own; return it and the exit code."""
    copy = work / f"at-{fatal}"
    shutil.copytree(base, copy, symlinks=True)
    command = ["--root", str(copy / "books"), "run", "--as-of", DAY]
    return copy, in_child(command, fatal)


def go_on(copy: Path) -> dict[str, object]:
    """Let the day of a killed run and the next one be run."""
    root = ["--root", str(copy / "books")]
    again = in_child([*root, "run", "--as-of", DAY])
    later = in_child([*root, "run", "--as-of", NEXT])
    return {"at": str(copy), "again": again, "later": later}


def until_clean(base: Path, work: Path) -> None:
    """Go from point to point until a run reaches its end alive."""
    calm(base, work)
    left = ""
    for fatal in count(1):
        copy, killed = kill_at(base, work, fatal)
        before, left = left, digest(copy)
        if left == before and killed == -signal.SIGKILL:
            shutil.rmtree(copy)
            continue
        sys.stdout.write(json.dumps({"killed": killed, **go_on(copy)}) + "\n")
        if killed != -signal.SIGKILL:
            break


if __name__ == "__main__":
    until_clean(Path(sys.argv[1]), Path(sys.argv[2]))
