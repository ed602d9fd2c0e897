"""Run against GitHub again and again, killed at one point further each time.

``python -m tests.support.github_crash_points WORK FIRST STEP LAST KIND`` makes a
firm with an eventful day, and plays it. Then it copies it, runs the day in a
process that kills itself right before effect FIRST, then in one that lives; the
same for FIRST + STEP and so on to LAST, or until a run is no longer killed. Effects
are pushes, messages handed over and writes through the API. One JSON line a copy
tells what it all came to; the first is of the copy that nothing happened to.

KIND is that of the way out: ``keyed`` hands the same message over once, ``plain``
as often as it is asked.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from goodterms.channels import Channel, Delivery, DeliveryResult
from goodterms.decision.state.history import fold
from goodterms.forge.github.client import Client
from goodterms.git import command as git_door
from goodterms.load import load_journal
from goodterms.model.settings import Settings
from goodterms.run.request import RunDependencies
from goodterms.views import read_marker
from tests.support.eventful_ledger import CALLED, DAY, NEXT, account, paid
from tests.support.github_firm import DANA, FILES, GAMMA, OMAR, TAU, Firm, copied, firm
from tests.support.github_server.forge import Forge

#: omega's proposal is overtaken by a payment, kappa's is due on the killed day.
BOOKS = {
    **FILES,
    **account("omega", "2026-09-16", CALLED),
    **account("kappa", "2026-09-18", CALLED),
    **account("mu", "2026-10-02"),
}


@dataclass(frozen=True)
class Spool:
    """A folder with a file for each message, with a line for each time it left."""

    folder: Path
    deduplicates: bool
    name: str = "spool"

    def deliver(self, delivery: Delivery) -> DeliveryResult:
        """Write it down."""
        file = self.folder / f"{delivery.account}.{delivery.entry}"
        if not (self.deduplicates and file.exists()):
            with file.open("a", encoding="utf-8") as left:
                left.write(f"{delivery.to}\n")
        return DeliveryResult("sent")


@dataclass
class Spooling(Firm):
    """A firm that sends through a spool."""

    keyed: bool = True

    @property
    def spool(self) -> Path:
        """Where its messages are."""
        folder = self.root.parent / "spool"
        folder.mkdir(exist_ok=True)
        return folder

    def tools(self) -> RunDependencies:
        """Return tools that send through the spool."""

        def channels(settings: Settings, _root: Path) -> Mapping[str, Channel]:
            return dict.fromkeys(settings.channels, Spool(self.spool, self.keyed))

        return replace(super().tools(), channels=channels)


class Points:
    """Counts the effects that a run is about to have, and dies before one."""

    def __init__(self, fatal: int) -> None:
        self.fatal = fatal
        self.passed = 0

    def before(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Put a point before a call."""

        def watched(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any call
            self.passed += 1
            if self.passed == self.fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **kwargs)

        return watched

    def watch(self) -> None:
        """Put points before what leaves a trace outside the process."""
        plain, watched = git_door.call, self.before(git_door.call)

        def run(vector: list[str], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as above
            return (watched if "push" in vector else plain)(vector, *args, **kwargs)

        setattr(git_door, "call", run)  # noqa: B010 - mypy knows its own type
        setattr(Spool, "deliver", self.before(Spool.deliver))  # noqa: B010
        setattr(Client, "write", self.before(Client.write))  # noqa: B010


def prepared(work: Path, *, keyed: bool) -> Spooling:
    """Make a firm that asked on the day; since then people have answered."""
    made = firm(Forge(work / "github"), work, BOOKS)
    books = Spooling(made.github, made.root, keyed=keyed)
    books.run(DAY)
    people = books.github
    people.as_user(OMAR).approve(books.number(GAMMA))
    people.as_user(DANA).merge(books.number(GAMMA))
    people.as_user(OMAR).close(books.number(TAU))
    books.push(paid("omega", "2026-09-16", DAY))
    return books


def copy_of(books: Spooling, folder: Path) -> Spooling:
    """Copy the firm, its messages included."""
    made = copied(books, folder)
    again = Spooling(made.github, made.root, keyed=books.keyed)
    for file in books.spool.iterdir():
        (again.spool / file.name).write_bytes(file.read_bytes())
    return again


def in_child(books: Spooling, day: str, time: str, fatal: int = 0) -> int:
    """Run in a process of its own; its exit code, negative when killed."""
    books.at(day, time)
    child = os.fork()
    if child == 0:
        if fatal:
            Points(fatal).watch()
        sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
        os._exit(0 if books.run(day, time).ok else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def facts(books: Spooling) -> dict[str, object]:
    """Tell what it all came to: journals, pull requests, comments, messages."""
    state = books.github.state
    topics = [
        f"{state.pulls[c.number].head_ref} {marker.topic}"
        for c in state.comments.values()
        if (marker := read_marker(c.body))
    ]
    pulls = [
        f"{p.head_ref} {state.issues[p.number].state}"
        f" {sorted(state.issues[p.number].labels)}"
        for p in state.pulls.values()
    ]
    return {
        "states": sorted(_states(books)),
        "pulls": sorted(pulls),
        "topics": sorted(topics),
        "branches": sorted(state.branches),
        "boards": sum("goodterms-dashboard" in i.labels for i in state.issues.values()),
        "sent": {f.name: len(f.read_text().splitlines()) for f in _files(books.spool)},
        "violations": books.github.violations,
    }


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def _states(books: Spooling) -> list[str]:
    found = []
    for name in ("alpha", "gamma", "kappa", "mu", "omega", "tau"):
        text = books.journal(name).encode()
        documents, problems = load_journal(text, name, "Europe/Berlin")
        assert problems == ()
        for entry in fold(documents or (), date.max):
            found.append(f"{name}/{entry.id} {entry.doc.state}")  # noqa: PERF401
    return found


def one_more(books: Spooling, work: Path, fatal: int) -> dict[str, object]:
    """Kill a day's run at a point; then let the day be run, once."""
    folder = work / f"at-{fatal}"
    folder.mkdir()
    copy = copy_of(books, folder)
    killed = in_child(copy, NEXT, "08:00", fatal)
    code = in_child(copy, NEXT, "11:00")
    told = {"at": fatal, "killed": killed, "code": code, **facts(copy)}
    copy.github.stop()
    return told


def until_clean(work: Path, points: range, *, keyed: bool) -> None:
    """Go from point to point until a run reaches its end alive."""
    base = work / "base"
    base.mkdir()
    books = prepared(base, keyed=keyed)
    sys.stdout.write(json.dumps(one_more(books, work, 0)) + "\n")
    for fatal in points:
        told = one_more(books, work, fatal)
        sys.stdout.write(json.dumps(told) + "\n")
        if told["killed"] != -signal.SIGKILL:
            break
    books.github.stop()


if __name__ == "__main__":
    start, by, last = map(int, sys.argv[2:5])
    until_clean(
        Path(sys.argv[1]), range(start, last + 1, by), keyed=sys.argv[5] == "keyed"
    )
