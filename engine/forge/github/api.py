"""The operations of GitHub that are used, by name; nothing else talks to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Protocol
from urllib.parse import quote

from goodterms.forge.github.actor import Actor
from goodterms.forge.github.approval_check import Review
from goodterms.forge.github.client import ApiError, Client
from goodterms.forge.github.objects import (
    Comment,
    CommitAuthor,
    Issue,
    PullRequest,
    read_comment,
    read_hand,
    read_issue,
    read_pull,
    read_review,
)
from goodterms.git import MAIN
from goodterms.model.timestamps import timestamp
from goodterms.views import PageMarker, read_marker

_PIN = "mutation($id: ID!) { pinIssue(input: {issueId: $id}) { issue { id } } }"


class _Written(Protocol):
    """Something that somebody wrote: who, and what."""

    @property
    def author(self) -> Actor:
        """Whose it is."""

    @property
    def body(self) -> str:
        """The Markdown that was written."""


@dataclass(frozen=True, slots=True)
class Api:
    """Pull requests, issues and comments of one repository. All raise ApiError."""

    client: Client

    @property
    def home(self) -> str:
        """The path under which the repository's things are."""
        return f"/repos/{self.client.where.repository}"

    def open_pulls(self) -> list[PullRequest]:
        """List the open pull requests into main from branches of this repository."""
        raw_pulls = self.client.pages(f"{self.home}/pulls", state="open", base=MAIN)
        return [pull for pull in map(read_pull, raw_pulls) if self._is_ours(pull)]

    def pulls_of(self, branch: str) -> list[PullRequest]:
        """List every pull request there ever was from a branch into main."""
        head = f"{self.client.where.owner}:{branch}"
        query = {"state": "all", "base": MAIN, "head": head}
        pulls = map(read_pull, self.client.pages(f"{self.home}/pulls", **query))
        return [p for p in pulls if self._is_ours(p) and p.branch == branch]

    def closed_pulls(self, since: datetime) -> Iterator[PullRequest]:
        """List closed pull requests that changed since then, the latest first."""
        order = {"state": "closed", "base": MAIN, "sort": "updated"}
        path = f"{self.home}/pulls"
        for raw in self.client.pages(path, **order, direction="desc"):
            pull = read_pull(raw)
            if pull.updated < since:
                return
            if self._is_ours(pull):
                yield pull

    def pull(self, number: int) -> PullRequest:
        """Read one, with whoever merged it."""
        return read_pull(self.client.get(f"{self.home}/pulls/{number}"))

    def open_pull(self, branch: str, title: str, body: str) -> PullRequest:
        """Open a pull request into main."""
        wanted = {"head": branch, "base": MAIN, "title": title, "body": body}
        return read_pull(self.client.write("POST", f"{self.home}/pulls", wanted))

    def edit_pull(self, number: int, title: str, body: str) -> None:
        """Write title and text anew."""
        path = f"{self.home}/pulls/{number}"
        self.client.write("PATCH", path, {"title": title, "body": body})

    def set_open(self, number: int, *, is_open: bool) -> None:
        """Close an issue or a pull request, or open it again."""
        state = {"state": "open" if is_open else "closed"}
        self.client.write("PATCH", f"{self.home}/issues/{number}", state)

    def reviews(self, number: int) -> list[Review]:
        """List the reviews of a pull request in the order they were given."""
        raw_reviews = self.client.pages(f"{self.home}/pulls/{number}/reviews")
        return [read_review(raw) for raw in raw_reviews]

    def ask_review(self, number: int, logins: Sequence[str]) -> None:
        """Ask people to review; refused whole if one of them cannot be asked."""
        path = f"{self.home}/pulls/{number}/requested_reviewers"
        self.client.write("POST", path, {"reviewers": list(logins)})

    def assign(self, number: int, logins: Sequence[str]) -> None:
        """Assign people; GitHub leaves out those it cannot assign."""
        path = f"{self.home}/issues/{number}/assignees"
        self.client.write("POST", path, {"assignees": list(logins)})

    def set_labels(self, number: int, labels: Sequence[str]) -> None:
        """Put exactly these labels on; GitHub makes those that it lacks."""
        path = f"{self.home}/issues/{number}/labels"
        self.client.write("PUT", path, {"labels": list(labels)})

    def add_label(self, number: int, label: str) -> None:
        """Put a label on beside those there are."""
        path = f"{self.home}/issues/{number}/labels"
        self.client.write("POST", path, {"labels": [label]})

    def comments(self, number: int) -> list[Comment]:
        """List the comments, oldest first."""
        raw_comments = self.client.pages(f"{self.home}/issues/{number}/comments")
        return [read_comment(raw) for raw in raw_comments]

    def comment(self, number: int, body: str) -> None:
        """Comment on an issue or a pull request."""
        path = f"{self.home}/issues/{number}/comments"
        self.client.write("POST", path, {"body": body})

    def mark(self, written: _Written) -> PageMarker | None:
        """Return the mark of a page of ours; in another one's words it is none.

        Anybody may end what they write with a mark: it counts only from the hand
        that the token acts as, which is asked for where there is one to judge.
        """
        marker = read_marker(written.body)
        ours = marker is not None and written.author.is_same(self.client.me)
        return marker if ours else None

    def edit_comment(self, comment: int, body: str) -> None:
        """Write a comment anew; nobody is notified."""
        path = f"{self.home}/issues/comments/{comment}"
        self.client.write("PATCH", path, {"body": body})

    def issue(self, number: int) -> Issue:
        """Read an issue, or a pull request as one: it says who closed it."""
        return read_issue(self.client.get(f"{self.home}/issues/{number}"))

    def issues(
        self, label: str, since: datetime | None = None, state: str = "all"
    ) -> list[Issue]:
        """List issues, no pull requests, with a label, newest first."""
        query = {"labels": label, "state": state}
        if since:
            query["since"] = timestamp(since)
        issues = map(read_issue, self.client.pages(f"{self.home}/issues", **query))
        return [issue for issue in issues if not issue.is_pull]

    def open_issue(
        self, title: str, body: str, labels: Sequence[str], assignees: Sequence[str]
    ) -> Issue:
        """Open an issue."""
        wanted = {
            "title": title,
            "body": body,
            "labels": list(labels),
            "assignees": list(assignees),
        }
        return read_issue(self.client.write("POST", f"{self.home}/issues", wanted))

    def edit_issue(self, number: int, title: str, body: str) -> None:
        """Write an issue anew, and open it if it was closed."""
        wanted = {"title": title, "body": body, "state": "open"}
        self.client.write("PATCH", f"{self.home}/issues/{number}", wanted)

    def pin(self, node: str) -> None:
        """Pin an issue; at most three are."""
        self.client.graphql(_PIN, {"id": node})

    def number(self, login: str) -> int:
        """Return the number of whoever has a login now."""
        return int(self.client.get(f"/users/{quote(login)}")["id"])

    def hand(self, commit: str) -> CommitAuthor:
        """Say who made a commit."""
        return read_hand(self.client.get(f"{self.home}/commits/{commit}"))

    def delete_branch(self, branch: str) -> None:
        """Delete a branch; one that is gone is no error."""
        path = f"{self.home}/git/refs/heads/{quote(branch)}"
        try:
            self.client.write("DELETE", path)
        except ApiError as error:
            if error.status not in (
                HTTPStatus.NOT_FOUND,
                HTTPStatus.UNPROCESSABLE_ENTITY,
            ):
                raise

    def _is_ours(self, pull: PullRequest) -> bool:
        home = (pull.home or "").casefold()
        return home == self.client.where.repository.casefold() and pull.base == MAIN
