"""The whole server as one object, for tests."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.support.github_server import pre_receive_rules
from tests.support.github_server.bare_repository import Bare, Commit, create
from tests.support.github_server.client import Client
from tests.support.github_server.control_api import add_fault
from tests.support.github_server.faults import Fault
from tests.support.github_server.http_messages import Json
from tests.support.github_server.person import Person
from tests.support.github_server.pull_lifecycle import follow
from tests.support.github_server.request_handler import PERSON, Desk
from tests.support.github_server.request_log import Exchange
from tests.support.github_server.server import ENTERPRISE, Server
from tests.support.github_server.server_state import BOT, Protection, Rules, World
from tests.support.github_server.state import Issue, Pull, Run, State, Token, User
from tests.support.github_server.views.issue import comment, issue
from tests.support.github_server.views.links import Look
from tests.support.github_server.views.people import user
from tests.support.github_server.views.pull import full_pull, review
from tests.support.github_server.views.repo import repo

OWNER = "linden"
NAME = "ledger"
CLERK = "linden-admin"

#: Who there is, and the role of each in the repository.
PEOPLE = {
    "dana-lindqvist": "write",
    "ohaddad": "write",
    CLERK: "admin",
    "visitor": "read",
    "stranger": "none",
}

#: What the token of a workflow may do that asks for these.
WORKFLOW = {"contents": "write", "pull_requests": "write", "issues": "write"}


class Forge:
    """A GitHub of one repository, running; stop it when done."""

    def __init__(
        self, folder: Path, owner: str = OWNER, name: str = NAME, port: int = 0
    ) -> None:
        path = folder / f"{name}.git"
        bare = Bare(path) if path.exists() else create(path)
        pre_receive_rules.install(path)
        self.world = World(bare, owner, name)
        self._people(owner)
        self.desk = Desk(self.world)
        follow(self.world, None)
        self.server = Server(self.desk, port)
        self.server.start()

    def _people(self, owner: str) -> None:
        users = [User(owner, 1, "Organization")]
        users += [
            User(login, 101 + at, "User", role) for at, (login, role) in _people()
        ]
        users.append(User(BOT, 41898282, "Bot", "write"))
        self.world.users = {one.login: one for one in users}
        for one in users[1:-1]:
            self._sign(Token(f"ghp_{one.login}", one.login))
        self._sign(Token("ghs_actions", BOT, {**WORKFLOW, "actions": "read"}))

    def _sign(self, token: Token) -> str:
        self.world.tokens[token.text] = token
        return token.text

    def stop(self) -> None:
        """Serve no more; the repository stays on disk."""
        self.server.stop()

    @property
    def url(self) -> str:
        """Where the pages and git are: GITHUB_SERVER_URL."""
        return self.server.url

    @property
    def api(self) -> str:
        """Where the API is, as on GitHub Enterprise; it is at `url` as well."""
        return f"{self.url}{ENTERPRISE}"

    @property
    def full_name(self) -> str:
        """The repository: GITHUB_REPOSITORY."""
        return self.world.full_name

    @property
    def path(self) -> Path:
        """The bare repository on disk; what is pushed to it directly counts too."""
        return self.world.bare.path

    @property
    def state(self) -> State:
        """What the server knows now, as values."""
        with self.world.lock:
            follow(self.world, None)
            return self.world.state

    @property
    def rules(self) -> Rules:
        """The repository's settings, to be changed at will."""
        return self.world.rules

    @property
    def log(self) -> list[Exchange]:
        """Every exchange so far."""
        return self.desk.log

    @property
    def violations(self) -> list[str]:
        """What broke GitHub's description so far; the fixture wants none."""
        return self.desk.violations

    def pull(self, number: int) -> Pull:
        """Look at what only a pull request has."""
        return self.state.pulls[number]

    def issue(self, number: int) -> Issue:
        """Look at an issue, or at what a pull request shares with one."""
        return self.state.issues[number]

    def token(self, login: str, permissions: Mapping[str, str] | None = None) -> str:
        """Return a token of somebody; with permissions, a new one of an app.

        ``{"contents": "read"}`` is a workflow's `permissions:` with underscores.
        """
        if permissions is None:
            tokens = self.world.tokens.values()
            return next(one.text for one in tokens if one.login == login)
        text = f"ghs_{len(self.world.tokens)}"
        return self._sign(Token(text, login, dict(permissions)))

    def remote(self, login: str = BOT, token: str | None = None) -> str:
        """Return the address to clone from and push to, with a token in it."""
        host = self.url.partition("://")[2]
        secret = token or self.token(login)
        return f"http://x-access-token:{secret}@{host}/{self.full_name}.git"

    def env(self, login: str = BOT, token: str | None = None) -> dict[str, str]:
        """Return the environment that a step of a workflow would see."""
        return {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": login,
            "GITHUB_API_URL": self.api,
            "GITHUB_GRAPHQL_URL": f"{self.url}/api/graphql",
            "GITHUB_REPOSITORY": self.full_name,
            "GITHUB_REPOSITORY_OWNER": self.world.owner,
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_RUN_ID": "1",
            "GITHUB_SERVER_URL": self.url,
            "GITHUB_TOKEN": token or self.token(login),
        }

    def client(self, login: str = BOT, token: str | None = None) -> Client:
        """Return a plain client of the API; faults hit it."""
        return Client(self.api, token or self.token(login))

    def as_user(self, login: str) -> Person:
        """Act as a person, past all faults."""
        client = Client(self.api, self.token(login), {PERSON: "1"})
        return Person(self, login, client)

    @property
    def clerk(self) -> Person:
        """Act as an admin of the repository."""
        return self.as_user(CLERK)

    def at(self, moment: str) -> None:
        """Set the server's clock, such as ``2026-10-08T07:12:00Z``; it stands still."""
        found = datetime.fromisoformat(moment)
        self.world.clock.set(found if found.tzinfo else found.replace(tzinfo=UTC))

    def seed(self, files: Mapping[str, str], message: str = "Start") -> str:
        """Commit files to main, past all protection, and return the commit."""
        who, world = self.world.signature(CLERK), self.world
        with world.lock:
            follow(world, None)
            content = {path: text.encode() for path, text in files.items()}
            commit = Commit(message, who, who, {**content})
            sha = world.bare.write("main", world.main, commit)
            follow(world, CLERK)
        return sha

    def read(self, path: str, ref: str = "main") -> str:
        """Read a file as it is on a branch or at a commit."""
        return self.world.bare.run("show", f"{ref}:{path}").stdout.decode()

    def protect(self, **settings: object) -> None:
        """Guard main; the settings are those of `world.Protection`."""
        self.world.rules.protection = replace(Protection(), **settings)  # type: ignore[arg-type]

    def fault(self, kind: str, **wanted: object) -> Fault:
        """Ask for a fault; see `faults.KINDS` and the fields of `faults.Fault`."""
        return add_fault(self.desk, {"kind": kind, **wanted})

    def ran(
        self, workflow: str, conclusion: str = "success", event: str = "schedule"
    ) -> None:
        """Record that a workflow, named by its file, has run just now."""
        with self.world.lock:
            run_id, now = next(self.world.ids), self.world.clock.stamp()
            path = f".github/workflows/{workflow}"
            head = str(self.world.main)
            run = Run(run_id, path, event, "completed", conclusion, head, now)
            self.world.save(run)

    def event(self, name: str, action: str, number: int, sender: str) -> Json:
        """Return what a workflow finds in GITHUB_EVENT_PATH after *sender* acted."""
        with self.world.lock:
            follow(self.world, None)
            look = Look(self.world, self.api, self.url)
            told: Json = {"action": action, "sender": user(look, sender)}
            told["repository"] = repo(look)
            if name == "pull_request":
                pull = full_pull(look, self.world.state.pulls[number])
                return {**told, "number": number, "pull_request": pull}
            if name == "pull_request_review":
                pull = full_pull(look, self.world.state.pulls[number])
                latest = [r for r in self.state.reviews.values() if r.number == number]
                return {
                    **told,
                    "pull_request": pull,
                    "review": review(look, latest[-1]),
                }
            about = {**told, "issue": issue(look, self.world.state.issues[number])}
            said = [c for c in self.state.comments.values() if c.number == number]
            if name == "issue_comment":
                about["comment"] = comment(look, said[-1])
            return about


def _people() -> list[tuple[int, tuple[str, str]]]:
    return list(enumerate(PEOPLE.items()))
