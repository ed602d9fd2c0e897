"""A firm whose books are on the test server: runs as a workflow would make them."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from goodterms.forge.github.client import RequestPace
from goodterms.forge.github.forge import GitHubForge
from goodterms.git import Repo
from goodterms.model.settings import Settings
from goodterms.run import RunRequest, RunResult, run
from goodterms.run.request import RunDependencies, tools
from tests.support.eventful_ledger import BARE, CALLED, DAY, account
from tests.support.git_repos import commit, sh
from tests.support.github_connection import FAST, api
from tests.support.github_server.forge import Forge
from tests.support.run_helpers import Wire

SETTINGS = BARE["goodterms.yaml"].replace(
    """\
  dana: {name: Dana Lindqvist, email: dana@linden.example}
  omar: {name: Omar Haddad}
  iris: {name: Iris Berg}
""",
    """\
  dana: {name: Dana Lindqvist, email: dana@linden.example, github: dana-lindqvist}
  omar: {name: Omar Haddad, github: ohaddad}
  iris: {name: Iris Berg, github: visitor}
""",
)
SETTINGS += "forge: github\n"
OLD = {"2026-06-24": "reminder", "2026-07-01": "call", "2026-07-15": "notice"}

#: gamma's notice needs two of the leads, tau's triage one, who has a choice.
#: Whose login was whose, as the engine wrote it down when it first saw them.
LOGINS = {"ledger/_github.yaml": "dana-lindqvist: 101\nohaddad: 102\nvisitor: 104\n"}

FILES = {
    **BARE,
    **LOGINS,
    "goodterms.yaml": SETTINGS,
    **account("alpha", "2026-10-01"),
    **account("gamma", "2026-09-17", CALLED),
    **account("tau", "2026-06-10", OLD),
}
GAMMA, TAU = f"gamma/{DAY}-notice", f"tau/{DAY}-triage"
DANA, OMAR = "dana-lindqvist", "ohaddad"


def path_of(name: str) -> str:
    """Return the path of a decision's file."""
    return "ledger/{}/decisions/{}.yaml".format(*name.split("/"))


@dataclass
class Firm:
    """Its GitHub, its clone, its mail, and runs on any day.

    Mail goes through the wire, unless it goes ``through_settings``.
    """

    github: Forge
    root: Path
    wire: Wire = field(default_factory=Wire)
    runs: int = 0
    last: RunResult | None = None
    pace: RequestPace = FAST
    through_settings: bool = False

    def at(self, day: str, time: str = "10:00") -> datetime:
        """Let it be a moment, for the server too."""
        self.github.at(f"{day}T{time}:00Z")
        return datetime.fromisoformat(f"{day}T{time}:00").replace(tzinfo=UTC)

    def run(self, day: str = DAY, time: str = "10:00", **order: object) -> RunResult:
        """Run on a day, as a scheduled workflow does: in a checkout of main."""
        self.runs += 1
        sh(self.root, "fetch", "-q", "origin", "main")
        sh(self.root, "reset", "-q", "--hard", "origin/main")
        made = RunRequest(self.root, self.at(day, time), f"run-{self.runs:04}")
        made = replace(made, **order)  # type: ignore[arg-type]
        self.last = run(made, self.tools(), lambda _line: None)
        return self.last

    def tools(self) -> RunDependencies:
        """Return tools that mail through the wire and ask through the server."""

        def forge(settings: Settings, repo: Repo) -> GitHubForge:
            return GitHubForge(repo, settings, api(self.github, self.pace))

        base = tools() if self.through_settings else self.wire.tools()
        return replace(base, forge=forge)

    def push(self, files: Mapping[str, str], message: str = "Change") -> None:
        """Commit files straight to main, as a person without manners."""
        sh(self.root, "fetch", "-q", "origin", "main")
        sh(self.root, "reset", "-q", "--hard", "origin/main")
        commit(self.root, files, message)
        sh(self.root, "push", "-q", self.github.remote("linden-admin"), "HEAD:main")

    def number(self, name: str) -> int:
        """Return the number of a proposal's pull request, the latest one."""
        branch = f"goodterms/{name}"
        pulls = self.github.state.pulls.values()
        return max(pull.number for pull in pulls if pull.head_ref == branch)

    def journal(self, account: str) -> str:
        """Return an account's journal as it is on main."""
        path = f"ledger/{account}/journal.yaml"
        try:
            return self.github.read(path)
        except Exception:  # noqa: BLE001 - there is none yet
            return ""

    def states(self, account: str) -> list[str]:
        """List the states that an account's journal has been through."""
        lines = self.journal(account).splitlines()
        return [x.removeprefix("state: ") for x in lines if x.startswith("state: ")]

    def comments(self, name: str) -> list[str]:
        """List what the engine said on a proposal's pull request: first lines."""
        number = self.number(name)
        return [
            comment.body.partition("\n")[0]
            for comment in self.github.state.comments.values()
            if comment.number == number and comment.author == "github-actions[bot]"
        ]

    def sent(self) -> list[str]:
        """List the messages that left."""
        return [f"{each.account}/{each.entry}" for each in self.wire.sent]


def firm(github: Forge, folder: Path, files: Mapping[str, str] = FILES) -> Firm:
    """Put the books of a firm on the server, and clone them."""
    github.at(f"{DAY}T06:00:00Z")
    github.seed(files)
    root = folder / "books"
    sh(folder, "clone", "-q", github.remote(), str(root))
    return Firm(github, root)


def copied(of: Firm, folder: Path) -> Firm:
    """Return a firm in every way like another, on a server of its own."""
    name = of.github.world.name
    shutil.copytree(of.github.path, folder / "github" / f"{name}.git")
    github = Forge(folder / "github")
    github.world.state = of.github.state
    github.world.clock.set(of.github.world.clock.now())
    github.world.ids = count(next(of.github.world.ids) + 1000)
    root = folder / "books"
    shutil.copytree(of.root, root, symlinks=True)
    sh(root, "remote", "set-url", "origin", github.remote())
    wire = replace(of.wire, sent=list(of.wire.sent))
    return Firm(github, root, wire, of.runs)


@contextmanager
def asked(folder: Path, files: Mapping[str, str] = FILES) -> Iterator[Firm]:
    """Lend a firm that has asked its questions on the day; tests take copies."""
    with at_home(folder):
        made = firm(Forge(folder / "github"), folder, files)
        assert made.run().problems == []
        yield made
        made.github.stop()
        assert made.github.violations == []


@contextmanager
def lent(of: Firm, folder: Path) -> Iterator[Firm]:
    """Lend a copy of a firm to one test; GitHub's own description is kept to."""
    made = copied(of, folder)
    yield made
    made.github.stop()
    assert made.github.violations == []


@contextmanager
def at_home(folder: Path) -> Iterator[None]:
    """Keep this machine's own git settings out of what a whole module shares."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
            patch.setenv(name, os.devnull)
        yield
