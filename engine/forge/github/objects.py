"""GitHub's JSON read into values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from goodterms.forge.github.actor import NOBODY, Actor, read_user
from goodterms.forge.github.approval_check import Review
from goodterms.model.timestamps import parse_timestamp

Json: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request as in a list; GitHub says by whom it was merged only alone.

    ``home`` is the repository that its branch is in, None where that is gone;
    ``merge`` the commit that it became, before that a try-out.
    """

    number: int
    node: str
    title: str
    body: str
    open: bool
    author: str
    branch: str
    head: str
    base: str
    home: str | None
    page: str
    updated: datetime
    merged: datetime | None
    merge: str | None
    merged_by: str | None
    merger: Actor
    labels: tuple[str, ...]
    assignees: tuple[str, ...]
    reviewers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue, or what a pull request has in common with one."""

    number: int
    node: str
    title: str
    body: str
    open: bool
    page: str
    updated: datetime
    labels: tuple[str, ...]
    closed_by: str | None
    closer: Actor
    closed_by_bot: bool
    is_pull: bool
    author: Actor


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on an issue or a pull request."""

    id: int
    author: Actor
    body: str


@dataclass(frozen=True, slots=True)
class CommitAuthor:
    """Who may have made a commit, NOBODY for somebody that nobody knows.

    Names in a commit are what its maker typed. GitHub vouches for them where it
    has verified the signature: it signs what is done on its own pages, and only
    the author counts there. Any other commit may be anybody's.
    """

    actors: frozenset[Actor]


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow and whether it runs: active, disabled_inactivity and so on."""

    id: int
    path: str
    state: str


def read_pull(raw: Json) -> PullRequest:
    """Read a pull request."""
    head = raw["head"]
    return PullRequest(
        number=raw["number"],
        node=raw["node_id"],
        title=raw["title"],
        body=raw["body"] or "",
        open=raw["state"] == "open",
        author=_login(raw["user"]) or "",
        branch=head["ref"],
        head=head["sha"],
        base=raw["base"]["ref"],
        home=head["repo"]["full_name"] if head["repo"] else None,
        page=raw["html_url"],
        updated=_moment(raw["updated_at"]),
        merged=_moment(raw["merged_at"]) if raw["merged_at"] else None,
        merge=raw["merge_commit_sha"],
        merged_by=_login(raw.get("merged_by")),
        merger=read_user(raw.get("merged_by")),
        labels=_labels(raw),
        assignees=_logins(raw["assignees"]),
        reviewers=_logins(raw["requested_reviewers"]),
    )


def read_issue(raw: Json) -> Issue:
    """Read an issue."""
    closed_by = raw.get("closed_by")
    return Issue(
        number=raw["number"],
        node=raw["node_id"],
        title=raw["title"],
        body=raw["body"] or "",
        open=raw["state"] == "open",
        page=raw["html_url"],
        updated=_moment(raw["updated_at"]),
        labels=_labels(raw),
        closed_by=_login(closed_by),
        closer=read_user(closed_by),
        closed_by_bot=bool(closed_by) and closed_by["type"] != "User",
        is_pull="pull_request" in raw,
        author=read_user(raw["user"]),
    )


def read_comment(raw: Json) -> Comment:
    """Read a comment."""
    return Comment(raw["id"], read_user(raw["user"]), raw["body"] or "")


def read_review(raw: Json) -> Review:
    """Read a review; one of an account that is gone says nothing for anybody."""
    by = read_user(raw["user"])
    return Review(
        by.login,
        raw["state"],
        raw.get("commit_id"),
        by.id,
        raw["id"],
        raw.get("submitted_at") or "",
    )


def read_hand(raw: Json) -> CommitAuthor:
    """Read who made a commit; a bot may have done it for anybody."""
    commit = raw["commit"]
    is_verified = (commit.get("verification") or {}).get("verified") is True
    author, committer = _person(raw["author"]), _person(raw["committer"])
    if not is_verified:
        return CommitAuthor(frozenset({author, committer, NOBODY}))
    by_github = (commit["committer"] or {}).get("email", "").startswith("noreply@")
    return CommitAuthor(frozenset({author} if by_github else {author, committer}))


def read_workflow(raw: Json) -> Workflow:
    """Read a workflow."""
    return Workflow(raw["id"], raw["path"], raw["state"])


def _login(user: Json) -> str | None:
    return str(user["login"]) if user else None


def _person(user: Json) -> Actor:
    return read_user(user) if user and user["type"] == "User" else NOBODY


def _logins(users: Json) -> tuple[str, ...]:
    return tuple(str(user["login"]) for user in users or ())


def _labels(raw: Json) -> tuple[str, ...]:
    names = (
        label if isinstance(label, str) else label["name"] for label in raw["labels"]
    )
    return tuple(str(name) for name in names)


def _moment(text: str) -> datetime:
    return parse_timestamp(text)
