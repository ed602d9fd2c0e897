"""The git call at which a run is killed, with all that it had started.

``python killing_git.py WHERE ORPHANS GIT ARGS…`` stands in for one call of git. WHERE
is ``before``, ``after``, ``during:SECONDS`` of it, or ``inside:HOW:N``: at the N-th
time that git, or what git started, is about to change the disk in that way, as strace
tells. Then the whole process group is killed; with ORPHANS ``spared`` only that of the
run itself, else also what the run had given a group of its own. The file named by
KILLED_AT is told what was done.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

#: What changes something on the disk; "all" are all of them.
CHANGES = ("rename", "unlink", "link", "mkdir", "rmdir", "write", "all")


def in_session(leader: int) -> list[int]:
    """List the processes of a session; only its leader, where nobody tells."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            told = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(told[3]) == leader and told[0] not in "ZX":
                found.append(int(folder.name))
    return found if Path("/proc/self/stat").exists() else [leader]


def kill(leader: int, how: int = signal.SIGKILL, *, spares_orphans: bool) -> None:
    """Signal a run's process group and, unless spared, what it had set apart."""
    others = [] if spares_orphans else in_session(leader)
    for process in (leader, *others):
        if process != os.getpid():
            with suppress(ProcessLookupError):
                os.kill(process, how)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, how)


def main(where: str, orphans: str, *vector: str) -> int:
    """Make the call, and kill the run there; returns how the call ended."""
    kind, _, more = where.partition(":")
    leader = os.getsid(0)
    # Whoever stands in for git is the last to go, or nobody would kill the rest.
    alone = os.getpgid(0) != leader
    Path(os.environ["KILLED_AT"]).write_text(f"{kind} {verb(vector)}")
    if kind == "inside":
        code, reached = traced(vector, *more.split(":"))
        if not reached:
            Path(os.environ["KILLED_AT"]).write_text("")
            return code
    elif kind == "during":
        child = subprocess.Popen(vector)
        time.sleep(float(more))
        if orphans != "spared":
            child.kill()
    elif kind == "after":
        subprocess.run(vector, check=False)
    kill(leader, spares_orphans=orphans == "spared")
    if alone and orphans == "spared" and kind == "during":
        return child.wait()
    os.kill(os.getpid(), signal.SIGKILL)
    return 1


def verb(vector: tuple[str, ...]) -> str:
    """Return what git is asked to do."""
    words = list(vector[1:])
    while words and words[0] == "-c":
        del words[:2]
    return words[0] if words else "git"


def traced(vector: tuple[str, ...], how: str, number: str) -> tuple[int, bool]:
    """Call git until the change of that number; also whether it came so far."""
    calls = ",".join(CHANGES[:-1]) if how == "all" else how
    with tempfile.NamedTemporaryFile() as log:
        fatal = ["-e", f"inject={calls}:signal=KILL:when={number}"]
        told = ["strace", "-f", "-qq", "-o", log.name, "-e", f"trace={calls}", *fatal]
        done = subprocess.run([*told, *vector], check=False)
        return done.returncode, b"killed by SIGKILL" in log.read()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
