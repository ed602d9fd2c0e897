"""A year of commits for a generated ledger, and what verifying it costs.

``python -m benchmarks.history [--customers 1000]`` makes both once, outside the
repository, and times: all of main; one more day, from where the last look ended;
beside them what git needs to list the same changes, and a plan of the same ledger.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks.generate import Order, write_ledger
from goodterms.git import open_repo
from goodterms.model.journal import digest_of
from goodterms.provenance.verify import verify
from goodterms.workspace.plan_all import make_plan
from goodterms.workspace.workspace import Workspace

TODAY = date(2026, 11, 20)
_KEPT = Path(tempfile.gettempdir()) / "goodterms-histories"
_OUTCOMES = ("sent", "failed", "in-doubt")
_ENGINE = "Good Terms <engine@linden.example>"
_PERSON = "Dana Lindqvist <dana@linden.example>"
_DAY = re.compile(r"^(?:on|at): (\d{4}-\d{2}-\d{2})", re.MULTILINE)


@dataclass
class Stream:
    """Commits on their way to git: the files that the next one changes."""

    out: list[bytes] = field(default_factory=list)
    marks: int = 0
    main: int = 0

    def commit(
        self,
        who: str,
        day: str,
        message: str,
        files: Mapping[str, str],
        branch: int = 0,
    ) -> int:
        """Add a commit on main, which merges a *branch*; returns its mark."""
        self.main = self.write(who, day, message, files, (self.main, branch))
        return self.main

    def write(
        self,
        who: str,
        day: str,
        message: str,
        files: Mapping[str, str],
        parents: tuple[int, ...],
    ) -> int:
        """Add a commit with these parents; returns its mark."""
        self.marks += 1
        noon = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
        at = f"{who} {int(noon.timestamp())} +0000"
        known = [mark for mark in parents if mark]
        lines = [f"commit refs/heads/main\nmark :{self.marks}\n"]
        lines += [f"author {at}\ncommitter {at}\n", _data(message)]
        lines += [f"from :{mark}\n" for mark in known[:1]]
        lines += [f"merge :{mark}\n" for mark in known[1:]]
        lines += [f"M 100644 inline {name}\n{_data(t)}" for name, t in files.items()]
        self.out.append("".join(lines).encode())
        return self.marks


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"


@dataclass
class Past:
    """What the files of a ledger say was done on each day, by path."""

    facts: dict[str, dict[str, str]] = field(default_factory=dict)
    decisions: dict[str, dict[str, str]] = field(default_factory=dict)
    claims: dict[str, dict[str, str]] = field(default_factory=dict)
    outcomes: dict[str, dict[str, str]] = field(default_factory=dict)
    messages: dict[str, dict[str, str]] = field(default_factory=dict)


def past_of(root: Path) -> Past:
    """Take a generated ledger apart by the days on which it was written."""
    past = Past()
    start = str(TODAY - timedelta(days=3650))
    for file in sorted(root.rglob("*")):
        path = file.relative_to(root).as_posix()
        if file.is_file() and not path.endswith("/journal.yaml"):
            text = file.read_text(encoding="utf-8")
            found = re.search(r"^(?:issued|on): (\S+)", text, re.MULTILINE)
            if "/decisions/" not in path:
                day = min(found[1] if found else start, str(TODAY))
                past.facts.setdefault(day, {})[path] = text
        elif file.is_file():
            _journal(past, path, file.read_text(encoding="utf-8"), root)
    return past


def _journal(past: Past, path: str, text: str, root: Path) -> None:
    folder = path.rpartition("/")[0]
    for doc in text.split("---\n")[1:]:
        day = str(max(_DAY.findall(doc)))
        id_ = doc.partition("\n")[0].removeprefix("id: ").strip('"')
        state = re.search(r"^state: (\S+)", doc, re.MULTILINE)
        into, told = past.claims, doc
        if state and state[1] in _OUTCOMES and "\nkind:" not in doc:
            into = past.outcomes
        if "\nmessage: " in doc:
            kept = f"```text\n{id_} of {folder}\n```\n"
            digest = digest_of(kept.encode())
            told = re.sub(r"(?m)^(message: .*)$", rf"\1\ntext: {digest}", doc)
            past.messages.setdefault(day, {})[f"{folder}/messages/{id_}.md"] = kept
        if state and state[1] == "approved":
            name = f"{folder}/decisions/{id_}.yaml"
            file = (root / name).read_text(encoding="utf-8")
            past.decisions.setdefault(day, {})[name] = file
        known = into.setdefault(day, {})
        known[path] = known.get(path, "") + f"---\n{told}"


def commits(past: Past) -> Iterator[bytes]:
    """Write the commits of a year: people's facts, merged decisions, runs."""
    stream = Stream()
    journals: dict[str, str] = {}
    for day in sorted({*past.facts, *past.claims, *past.outcomes}):
        if day in past.facts:
            stream.commit(_PERSON, day, "Note what we learnt", past.facts[day])
        for name, text in past.decisions.get(day, {}).items():
            asks = {name: text}
            head = stream.write(_ENGINE, day, "Propose", asks, (stream.main,))
            stream.commit(_PERSON, day, "Merge pull request", asks, head)
        said = f"Claim what is due on {day}\n\nClaims-of-run: {day}\n"
        for docs, message, more in (
            (past.claims, said, past.messages.get(day, {})),
            (past.outcomes, f"Record outcomes: sent\n\nRun: {day}\n", {}),
        ):
            new = docs.get(day, {})
            journals |= {path: journals.get(path, "") + new[path] for path in new}
            if new:
                files = {**{path: journals[path] for path in new}, **more}
                stream.commit(_ENGINE, day, message, files)
        yield from stream.out
        stream.out.clear()


def write_history(ledger: Path, to: Path) -> Path:
    """Make a repository whose main has led to a generated ledger."""
    to.mkdir(parents=True)
    git(to, "init", "-q", "-b", "main")
    past = past_of(ledger)
    with subprocess.Popen(
        ["git", "fast-import", "--quiet"], cwd=to, stdin=subprocess.PIPE
    ) as importing:
        if importing.stdin:
            importing.stdin.writelines(commits(past))
    git(to, "repack", "-adq")
    git(to, "checkout", "-q", "main")
    return to


def git(root: Path, *args: str) -> str:
    """Run git there and return what it says."""
    done = subprocess.run(
        ["git", *args], cwd=root, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def ledger_of(customers: int) -> Path:
    """Return the history of a ledger of that many customers, made once."""
    to = _KEPT / f"{customers}"
    if not to.is_dir():
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "ledger"
            write_ledger(Order(root, customers, seed=1, jobs=2, today=TODAY))
            write_history(root, to)
    return to


def timed(work: Callable[[], object], times: int) -> float:
    """Return the median of seconds that some work takes."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return median(taken)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1000)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    root = ledger_of(given.customers)
    repo, tip = open_repo(root), git(root, "rev-parse", "HEAD")
    days = git(root, "rev-list", "--first-parent", "--max-count=5", "HEAD").split()
    workspace, problems = Workspace.open(root)
    if workspace is None:
        raise SystemExit("\n".join(map(str, problems)))
    verify(repo, days[-1])
    mark = (repo.common / "goodterms-verified").read_bytes()

    def one_day() -> None:
        (repo.common / "goodterms-verified").write_bytes(mark)
        if verify(repo, tip).departures:
            raise SystemExit("the history is altered")

    def listing() -> None:
        git(
            root,
            "log",
            "--first-parent",
            "--raw",
            "--format=%H",
            "HEAD",
            "--",
            "ledger",
        )

    rows = {
        "plan the ledger": timed(lambda: make_plan(workspace, TODAY), given.times),
        "git log --first-parent --raw": timed(listing, given.times),
        "verify all": timed(lambda: verify(repo, tip, whole=True), given.times),
        "verify one more day": timed(one_day, given.times),
        "verify nothing new": timed(lambda: verify(repo, tip), given.times),
    }
    base = rows["plan the ledger"]
    count = git(root, "rev-list", "--count", "HEAD")
    print(f"{given.customers} customers, {count} commits")
    for name, seconds in rows.items():
        print(f"| {name} | {seconds:.2f} | {seconds / base:.2f} |")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
