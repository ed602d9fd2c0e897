"""Everything that the server holds, behind one lock."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from threading import RLock

from tests.support.github_server.bare_repository import Bare, Signature
from tests.support.github_server.clock import Clock
from tests.support.github_server.state import (
    Comment,
    Issue,
    Label,
    Pull,
    Review,
    Run,
    State,
    Token,
    User,
)

BOT = "github-actions[bot]"
GITHUB = ("GitHub", "noreply@github.com")

Thing = Issue | Pull | Review | Comment | Label | Run


@dataclass(frozen=True, slots=True)
class Protection:
    """What guards a branch: a ``ruleset``, or ``classic`` branch protection."""

    branch: str = "main"
    kind: str = "ruleset"
    approvals: int = 0
    dismiss_stale: bool = False
    bypass: tuple[str, ...] = ()


@dataclass(slots=True)
class Rules:
    """The repository's settings, which a test may change at any time.

    *mergeable_lag* is how many reads answer ``mergeable: null`` before the
    answer is known, as on GitHub, where a read starts the computation.
    """

    protection: Protection | None = None
    actions_enabled: bool = True
    has_issues: bool = True
    actions_may_open_pulls: bool = True
    delete_branch_on_merge: bool = False
    auto_merge: bool = False
    merge_methods: tuple[str, ...] = ("merge", "squash", "rebase")
    mergeable_lag: int = 1
    private: bool = True


@dataclass(slots=True)
class World:
    """The repository, its people, its settings and its state."""

    bare: Bare
    owner: str
    name: str
    clock: Clock = field(default_factory=Clock)
    rules: Rules = field(default_factory=Rules)
    users: dict[str, User] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    state: State = field(default_factory=State)
    dispatches: list[dict[str, object]] = field(default_factory=list)
    asked: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    tested: dict[int, tuple[str, str]] = field(default_factory=dict)
    used: Counter[str] = field(default_factory=Counter)
    lock: RLock = field(default_factory=RLock)
    ids: Iterator[int] = field(default_factory=lambda: count(1001))

    @property
    def full_name(self) -> str:
        """The repository as GitHub writes it: ``owner/name``."""
        return f"{self.owner}/{self.name}"

    @property
    def main(self) -> str | None:
        """The commit that main points at; None in an empty repository."""
        return self.state.branches.get("main")

    def save(self, *things: Thing) -> None:
        """Put new or changed things into the state."""
        for thing in things:
            self.state = _saved(self.state, thing)

    def next_number(self) -> int:
        """Return the number of the next issue or pull request; they share them."""
        return max(self.state.issues, default=0) + 1

    def signature(self, login: str) -> Signature:
        """Sign a commit as this user, now."""
        user = self.users[login]
        return Signature(user.login, user.email, self.clock.epoch())

    def forge_signature(self) -> Signature:
        """Sign a commit as GitHub itself does for what is done on the web."""
        return Signature(*GITHUB, self.clock.epoch())

    def sign(self, commit: str) -> None:
        """Remember a commit that was made on the web: GitHub signs those."""
        self.state = replace(self.state, signed=self.state.signed | {commit})

    def user_by_email(self, email: str) -> User | None:
        """Find whose commits carry this address."""
        known = {user.email: user for user in self.users.values()}
        return known.get(email)

    @contextmanager
    def as_of(self, state: State | None) -> Iterator[None]:
        """Answer from an older state meanwhile; what is written then is lost."""
        if state is None:
            yield
            return
        current, self.state = self.state, state
        try:
            yield
        finally:
            self.state = current


def _saved(state: State, thing: Thing) -> State:
    match thing:
        case Issue():
            return replace(state, issues={**state.issues, thing.number: thing})
        case Pull():
            return replace(state, pulls={**state.pulls, thing.number: thing})
        case Review():
            return replace(state, reviews={**state.reviews, thing.id: thing})
        case Comment():
            return replace(state, comments={**state.comments, thing.id: thing})
        case Label():
            labels = {**state.labels, thing.name.lower(): thing}
            return replace(state, labels=labels)
        case Run():
            return replace(state, runs={**state.runs, thing.id: thing})
