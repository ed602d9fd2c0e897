"""Alter a year's history of a generated ledger somewhere, and play on from there.

``python -m tests.support.altered_year COUNT [FIRST]`` makes that many; every one
must be found, and nothing else.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from random import Random

from benchmarks.generate import Order, write_ledger
from benchmarks.history import write_history
from goodterms.git import Repo, open_repo
from goodterms.model.paths import journal_path
from goodterms.provenance.commit_rules import account_of, id_of, is_engines, sort_of
from goodterms.provenance.objects import GitObjects, added_to
from goodterms.provenance.revisions import CommitRevision, FileDelta, revisions
from goodterms.provenance.verify import verify
from tests.support.altered_history import DANA, ENGINE, GITHUB, OMAR, World, rewritten
from tests.support.git_repos import tip

TODAY = date(2026, 11, 20)

#: So many alterations are made in one copy: git gets slow with thousands of packs.
_IN_ONE = 100


@dataclass(frozen=True)
class Year:
    """A repository in which a ledger has come to be, commit by commit."""

    repo: Repo

    @cached_property
    def objects(self) -> GitObjects:
        """What git has."""
        return GitObjects(self.repo)

    @cached_property
    def main(self) -> list[CommitRevision]:
        """The commits of main, oldest first."""
        seen = revisions(self.repo, tip(self.repo.top), None, lambda _heads: ())
        way, here = [], tip(self.repo.top)
        while here in seen:
            way.append(seen[here])
            here = next(iter(seen[here].parents), "")
        return way[::-1]

    @cached_property
    def first(self) -> int:
        """The place in main of the engine's first commit."""
        return next(n for n, each in enumerate(self.main) if is_engines(each))

    def kept(self, at: int) -> list[str]:
        """List the files that nobody may change after a commit."""
        files = {d.path: d.new for each in self.main[: at + 1] for d in each.deltas}
        there = [path for path, blob in files.items() if blob and sort_of(path)]
        done = [
            p for p in there if sort_of(p) == "decision" and self._is_done(files, p)
        ]
        return sorted([p for p in there if sort_of(p) != "decision"] + done)

    def _is_done(self, files: Mapping[str, str | None], path: str) -> bool:
        journal = self.objects.text(files.get(journal_path(account_of(path))))
        deeds = journal.split(f"decision: {id_of(path)}\n".encode())
        return b"state: sent" in deeds[1] if deeds[1:] else False


def year_of(folder: Path, customers: int) -> Year:
    """Make one, of a ledger of its own."""
    ledger = folder / "ledger"
    write_ledger(Order(ledger, customers, seed=3, jobs=1, today=TODAY))
    return Year(open_repo(write_history(ledger, folder / "year")))


def altered(year: Year, seed: int) -> str:
    """Alter one file after some commit, and play on; returns why it was not found."""
    world = World(Random(seed))  # noqa: S311 - made-up data
    at = world.random.randrange(year.first, len(year.main))
    path = world.random.choice(year.kept(at))
    blob = year.objects.at(year.main[at].id, path)
    old = year.objects.text(blob)
    new = rewritten(world, old)
    if new == old:
        return ""
    until = min(len(year.main), at + 1 + world.random.randrange(60))
    stream = _stream(year, at, until, path, new, world.random.choice([0, 1, 2, 3]))
    commit = subprocess.run(
        ["git", "fast-import", "--quiet", "--force", "--date-format=raw"],
        cwd=year.repo.top,
        input=stream,
        capture_output=True,
        check=True,
    ).stdout.decode()
    verified = verify(year.repo, commit.strip(), whole=True)
    named = {each.path for each in (*verified.departures, *verified.past)}
    if named == {path}:
        return ""
    return f"seed {seed}: {named} named, {path} altered after {year.main[at].id}"


def _stream(
    year: Year, at: int, until: int, path: str, now: bytes | None, how: int
) -> bytes:
    """Write the commit that alters, and those that followed, for fast-import."""
    who = [DANA, OMAR, ENGINE, DANA][how]
    committer = GITHUB if how > 1 else who
    base = year.main[at].id
    out = [
        _head(1, who, committer, "Claim what is due on 2026-10-08"),
        f"from {base}\n",
    ]
    lines = [part.encode() for part in out] + [_file(path, now)]
    if how == 1:  # by a branch and its merge
        lines += [_head(2, who, who, "Merge branch 'x'").encode()]
        lines += [f"from {base}\nmerge :1\n".encode(), _file(path, now)]
    mark = 2
    for each in year.main[at + 1 : until]:
        mark += 1
        before = mark - 1 if mark > 3 or how == 1 else 1
        engine = is_engines(each)
        by = ENGINE if engine else DANA
        lines.append(_head(mark, by, by, each.subject).encode())
        lines.append(f"from :{before}\n".encode())
        for delta in each.deltas:
            content = year.objects.text(delta.new) if delta.new else None
            if delta.path == path and engine:
                content = now = _grown(year, delta, now)
            lines.append(_file(delta.path, content))
    last = mark if until > at + 1 else (2 if how == 1 else 1)
    return b"".join([*lines, f"get-mark :{last}\n".encode()])


def _grown(year: Year, delta: FileDelta, now: bytes | None) -> bytes:
    added = added_to(year.objects.text(delta.old), year.objects.text(delta.new))
    base = now or b""
    base += b"" if not base or base.endswith(b"\n") else b"\n"
    return base + (added or b"")


def _head(mark: int, who: str, committer: str, subject: str) -> str:
    when = f"{1_800_000_000 + mark} +0000"
    return (
        f"commit refs/heads/altered\nmark :{mark}\nauthor {who} {when}\n"
        f"committer {committer} {when}\ndata {len(subject)}\n{subject}\n"
    )


def _file(path: str, content: bytes | None) -> bytes:
    if content is None:
        return f"D {path}\n".encode()
    head = f"M 100644 inline {path}\ndata {len(content)}\n".encode()
    return head + content + b"\n"


def run(year: Year, count: int, first: int) -> list[str]:
    """Alter the year that often; returns all that was not found, or found wrongly."""
    assert verify(year.repo, tip(year.repo.top), whole=True).departures == ()
    told = []
    for start in range(first, first + count, _IN_ONE):
        copy = year.repo.top.with_name(f"copy-{start}")
        shutil.copytree(year.repo.top, copy)
        here = Year(open_repo(copy))
        seeds = range(start, min(start + _IN_ONE, first + count))
        told += [altered(here, seed) for seed in seeds]
        shutil.rmtree(copy)
    return [each for each in told if each]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        made = year_of(Path(scratch), 8)
        wrong = run(made, int(sys.argv[1]), int([*sys.argv, "0"][2]))
    sys.stdout.write("".join(f"{each}\n" for each in wrong) or "all found\n")
    sys.exit(bool(wrong))
