"""Play the story: people write what they learn, the engine runs, people decide."""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from shutil import rmtree
from typing import TypeAlias

from goodterms.decision import JournalEntry, fold
from goodterms.demo.story import (
    DatedFile,
    Story,
    StoryDecision,
    facts_of,
    latest,
    read_story,
)
from goodterms.git.command import git
from goodterms.init import FOR_GIT, for_editors
from goodterms.model.calendar import plus
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Settings
from goodterms.workspace.bundled_files import shipped_files, shipped_root
from goodterms.workspace.workspace import Workspace

Command: TypeAlias = Callable[[list[str]], int]

_SATURDAY = 5

#: Who of us posts what a run has written to the outbox.
_POSTS = "dana"
_WRITTEN = re.compile(r"written to outbox/(\S+)\.(?:eml|html) ")

#: What is written in so many days at the end of the story is still to be posted.
_LEFT_DAYS = 31

#: What a command says that somebody has interrupted.
_STOPPED = re.compile(r"^error: interrupted$|stopped by SIGINT", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class DemoPlay:
    """A story about to be played in ``folder``, a clone of the bare ``remote``.

    ``main`` is the command line: it takes arguments and returns an exit code.
    """

    main: Command
    folder: Path
    remote: Path
    story: Story
    settings: Settings
    facts: Sequence[tuple[date, DatedFile]]
    done: set[StoryDecision] = field(default_factory=set)

    def days(self) -> Iterator[date]:
        """Play day after day; yields each when it is over."""
        for number in range(self.story.days):
            day = plus(self.story.starts, number)
            self._people_write(day)
            if day.weekday() < _SATURDAY:
                said = self._goodterms("run", *_on(day))
                self._people_post(day, said)
                self._people_decide(day)
            yield day

    def _people_write(self, day: date) -> None:
        """Commit and push what is learnt on a day, each person for themselves."""
        today = [fact for on, fact in self.facts if on == day]
        for person in sorted({fact.by for fact in today}):
            mine = latest(fact for fact in today if fact.by == person)
            self._commit(person, day, list(mine.values()))

    def _commit(self, person: str, day: date, facts: list[DatedFile]) -> None:
        for fact in facts:
            path = self.folder / fact.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(fact.text)
            git(self.folder, "add", "--", fact.path)
        who = self.settings.people[person]
        about = list(dict.fromkeys(fact.about for fact in facts))
        more = f", and {len(about) - 1} more" if about[1:] else ""
        subject = f"{about[0]}{more}"
        message = "\n\n".join([subject, "\n".join(about[1:] and about)]).strip()
        commit(self.folder, who.name, who.email or "", day, message)
        git(self.folder, "push", "--quiet", "origin", "main")

    def _people_post(self, day: date, said: str) -> None:
        """Post what the run has written; the last of it is left to who looks on."""
        written = sorted(set(_WRITTEN.findall(said)))
        if written and day < plus(self.story.starts, self.story.days - _LEFT_DAYS):
            how = ("--done", *written, "--by", _POSTS)
            self._goodterms("outbox", *how, *_on(day))

    def _people_decide(self, day: date) -> None:
        for choice in self.story.choices:
            entry = self._open(choice) if choice not in self.done else None
            if entry is None or day < plus(entry.on, choice.after):
                continue
            name = f"{choice.account}/{entry.id}"
            how = ["--by", choice.by, *_on(day)]
            if choice.choose is None:
                self._goodterms("decline", name, *how)
            elif choice.choose == "approve":
                self._goodterms("approve", name, "--yes", *how)
            else:
                how += ["--choose", choice.choose, "--yes"]
                self._goodterms("approve", name, *how)
            self.done.add(choice)

    def _open(self, choice: StoryDecision) -> JournalEntry | None:
        workspace, _ = Workspace.open(self.folder)
        account = workspace.account(choice.account)[0] if workspace else None
        for entry in fold(account.journal, date.max) if account else ():
            doc = entry.doc
            about = (doc.kind, doc.step, doc.state)
            if about == ("propose", choice.step, "proposed"):
                return entry
        return None

    def _goodterms(self, *args: str) -> str:
        """Run a command; returns what it says. Raises KeyboardInterrupt if stopped."""
        said, told = io.StringIO(), io.StringIO()
        with redirect_stdout(said), redirect_stderr(told):
            code = self.main(["--root", str(self.folder), *args])
        if code:
            if _STOPPED.search(said.getvalue() + told.getvalue()):
                raise KeyboardInterrupt
            why = told.getvalue().strip().splitlines()[-1:]
            told_so = f"the story stopped at '{' '.join(args)}': {''.join(why)}"
            raise RefusalError(told_so, f"look into '{self.folder}'", code=code)
        return said.getvalue()


def _on(day: date) -> tuple[str, str]:
    return "--as-of", str(day)


@contextmanager
def stage(folder: Path) -> Iterator[Path]:
    """Lend a folder to a story: one that is interrupted leaves nothing behind.

    Refuses a folder that holds anything. Returns the remote's folder beside it.
    """
    remote = folder.with_name(f"{folder.name}.git")
    for place in (folder, remote):
        if place.exists() and (place.is_file() or any(place.iterdir())):
            raise RefusalError(f"'{place}' is not empty", "name another folder")
    kept = [place for place in (folder, remote) if place.exists()]
    try:
        yield remote
    except KeyboardInterrupt:
        for place in (folder, remote):
            rmtree(place, ignore_errors=True)
        for place in kept:
            place.mkdir()
        raise RefusalError(
            f"interrupted: '{folder}' and '{remote}' are removed again", code=1
        ) from None


def prepare(folder: Path, remote: Path, main: Command) -> DemoPlay:
    """Make the repository that the story plays in, and the remote it pushes to."""
    shipped, problems = Workspace.open(shipped_root())
    if shipped is None or problems:
        raise RefusalError(f"the shipped story is broken: {problems[0]}", code=70)
    story = read_story(shipped_root() / "ledger" / "_story.yaml")
    _start(folder, remote, plus(story.starts, -1))
    return DemoPlay(
        main, folder, remote, story, shipped.settings, facts_of(shipped, story)
    )


def _start(folder: Path, remote: Path, day: date) -> None:
    files = dict(shipped_files("policies", "templates"))
    settings = (shipped_root() / "goodterms.yaml").read_bytes()
    files["goodterms.yaml"] = settings.replace(b"mode: report", b"mode: run")
    for name, content in (for_editors(files) | FOR_GIT).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    git(folder.parent, "init", "--quiet", "--bare", "-b", "main", str(remote.resolve()))
    git(folder, "init", "--quiet", "-b", "main")
    git(folder, "add", "--all")
    commit(folder, "Good Terms", "engine@goodterms.invalid", day, "Start the story")
    git(folder, "remote", "add", "origin", str(remote.resolve()))
    git(folder, "push", "--quiet", "--set-upstream", "origin", "main")


def commit(folder: Path, name: str, email: str, day: date, message: str) -> None:
    """Commit what is staged as a person, at nine in the morning of a day."""
    when = f"{day}T09:00:00+00:00"
    who = {
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": email,
        "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": email,
        "GIT_COMMITTER_DATE": when,
    }
    git(folder, "commit", "--quiet", "--message", message, env=who)
