"""Run the real command again and again, killed at one point further each time.

``python -m tests.support.crash_points BASE WORK FIRST STEP`` plays two days in a
copy of the folder BASE, WORK/calm. Then it copies BASE again, runs the first day in
a process that kills itself at point FIRST, and then both days to the end; the same for
FIRST + STEP and so on, until a run is no longer killed. One JSON line a copy
tells what the runs came to. Points lie before and after every git call that
others see, and around each write to the outbox: the product knows nothing of them.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from goodterms.channels import outbox
from goodterms.cli import main
from goodterms.git import command as git_door
from tests.support.eventful_ledger import DAY, NEXT

#: What makes a git call leave a trace that others see.
WRITES = {"-u", "fetch", "merge", "push", "update-ref"}


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
            points.watch()
        sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
        os._exit(main(args))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def calm(base: Path, work: Path) -> None:
    """Play without any accident; the children inherit what this has imported."""
    shutil.copytree(base, work / "calm", symlinks=True)
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        for day in (DAY, NEXT):
            main(["--root", str(work / "calm" / "books"), "run", "--as-of", day])


def one_more(base: Path, work: Path, fatal: int) -> dict[str, object]:
    """Kill a day's run at a point; then let that day and the next be run."""
    copy = work / f"at-{fatal}"
    shutil.copytree(base, copy, symlinks=True)
    root = ["--root", str(copy / "books")]
    killed = in_child([*root, "run", "--as-of", DAY], fatal)
    again = in_child([*root, "run", "--as-of", DAY])
    later = in_child([*root, "run", "--as-of", NEXT])
    return {"at": str(copy), "killed": killed, "again": again, "later": later}


def until_clean(base: Path, work: Path, first: int, step: int) -> None:
    """Go from point to point until a run reaches its end alive."""
    calm(base, work)
    fatal, alive = first, False
    while not alive:
        told = one_more(base, work, fatal)
        alive = told["killed"] != -signal.SIGKILL
        sys.stdout.write(json.dumps(told) + "\n")
        fatal += step


if __name__ == "__main__":
    until_clean(
        Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    )
