"""What the server knows, as values: a change makes a new `State`.

An old state can therefore be kept and read again, which is how a replica that
lags behind is played.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

OPEN = "open"
CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class User:
    """A person, a bot or the organisation; *role* is theirs in the repository."""

    login: str
    id: int
    kind: str = "User"
    role: str = "none"

    @property
    def email(self) -> str:
        """The address that GitHub gives to commits made on the web."""
        return f"{self.id}+{self.login}@users.noreply.github.com"


@dataclass(frozen=True, slots=True)
class Token:
    """What a request is signed with.

    An app's token has *permissions* such as ``{"contents": "write"}``; a
    person's has None, and may what the person may.
    """

    text: str
    login: str
    permissions: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """A label of the repository; the colour has six digits and no '#'."""

    id: int
    name: str
    color: str = "ededed"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue, or what a pull request has in common with one.

    *editor* is who wrote its text last, None where it is as it was opened.
    """

    number: int
    id: int
    title: str
    body: str | None
    author: str
    created_at: str
    updated_at: str
    state: str = OPEN
    state_reason: str | None = None
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    closed_at: str | None = None
    closed_by: str | None = None
    edited_at: str | None = None
    editor: str | None = None


@dataclass(frozen=True, slots=True)
class Pull:
    """What only a pull request has; its number is also an issue's.

    *introduced* are the commits that the merge brought to the base branch.
    """

    number: int
    id: int
    head_ref: str
    head_sha: str
    base_ref: str
    base_sha: str
    draft: bool = False
    reviewers: tuple[str, ...] = ()
    merged_at: str | None = None
    merged_by: str | None = None
    merge_commit: str | None = None
    introduced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """One submitted review, of the commit that was the head when it was given."""

    id: int
    number: int
    author: str
    state: str
    body: str
    commit: str
    submitted_at: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on an issue or a pull request; *edited_at* None: as it was written."""

    id: int
    number: int
    author: str
    body: str
    created_at: str
    updated_at: str
    edited_at: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a workflow."""

    id: int
    path: str
    event: str
    status: str
    conclusion: str | None
    head_sha: str
    created_at: str


@dataclass(frozen=True, slots=True)
class State:
    """All that changes; branches are kept by name, without ``refs/heads/``.

    ``signed`` are the commits that GitHub itself made, and signed.
    """

    branches: Mapping[str, str] = field(default_factory=dict)
    issues: Mapping[int, Issue] = field(default_factory=dict)
    pulls: Mapping[int, Pull] = field(default_factory=dict)
    reviews: Mapping[int, Review] = field(default_factory=dict)
    comments: Mapping[int, Comment] = field(default_factory=dict)
    labels: Mapping[str, Label] = field(default_factory=dict)
    runs: Mapping[int, Run] = field(default_factory=dict)
    disabled: Mapping[str, str] = field(default_factory=dict)
    pinned: tuple[int, ...] = ()
    signed: frozenset[str] = frozenset()
