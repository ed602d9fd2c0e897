"""What people wrote below pull requests: comments, and the words of their reviews."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from goodterms.forge.github.actor import Actor, read_node
from goodterms.forge.github.api import Api
from goodterms.git import MAIN

Json: TypeAlias = Any

#: The topic of our answer to something that was said.
ANSWER = "answer"

_WHO = """\
    pageInfo { hasPreviousPage startCursor }
    nodes { id body createdAt%s lastEditedAt author { ...who } }
  }
"""
_COMMENTS, _REVIEWS = _WHO % "", _WHO % ": submittedAt"
_ACTOR = """\
fragment who on Actor {
  __typename login
  ... on User { databaseId }
  ... on Bot { databaseId }
}
"""
#: REST does not tell an edit from another change; GraphQL does.
_OPEN = f"""\
query($owner: String!, $name: String!, $base: String!, $after: String) {{
  repository(owner: $owner, name: $name) {{
    pullRequests(first: 100, after: $after, states: OPEN, baseRefName: $base,
                 orderBy: {{field: CREATED_AT, direction: ASC}}) {{
      pageInfo {{ hasNextPage endCursor }}
      nodes {{ ...said }}
    }}
  }}
}}
fragment said on PullRequest {{
  number
  comments(last: 50) {{
{_COMMENTS}  reviews(last: 20) {{
{_REVIEWS}}}
{_ACTOR}"""
_ONE = f"""\
query($owner: String!, $name: String!, $number: Int!,
      $comments: String, $reviews: String) {{
  repository(owner: $owner, name: $name) {{
    pullRequest(number: $number) {{ ...said }}
  }}
}}
fragment said on PullRequest {{
  number
  comments(last: 100, before: $comments) {{
{_COMMENTS}  reviews(last: 100, before: $reviews) {{
{_REVIEWS}}}
{_ACTOR}"""
_KINDS = ("comments", "reviews")


@dataclass(frozen=True, slots=True)
class PullRequestComment:
    """Something that somebody wrote; ``id`` is GitHub's own name for it.

    ``edited`` says that its text is not, or may not be, what its author wrote.
    """

    id: str
    author: Actor
    body: str
    at: datetime
    edited: bool


def answered(api: Api, comments: Iterable[PullRequestComment]) -> frozenset[str]:
    """List what has an answer of ours among things that were said, by its id."""
    marks = (api.mark(comment) for comment in comments)
    return frozenset(m.content for m in marks if m and m.topic == ANSWER)


@dataclass
class PullRequestComments:
    """Reads what was said below pull requests, in the order of time."""

    api: Api
    _open: Mapping[int, tuple[PullRequestComment, ...]] | None = field(
        default=None, repr=False
    )

    def load(self) -> Mapping[int, tuple[PullRequestComment, ...]]:
        """Read what was said below those that are open, once. Raises ApiError."""
        if self._open is None:
            self._open = self._read_open()
        return self._open

    def below(self, number: int) -> tuple[PullRequestComment, ...]:
        """Return what was said below an open one, as far as it has been read."""
        return (self._open or {}).get(number, ())

    def read(self, number: int) -> tuple[PullRequestComment, ...]:
        """Read all that was said below one, as it stands now. Raises ApiError."""
        variables: dict[str, str | int | None] = {**self._where(), "number": number}
        variables |= dict.fromkeys(_KINDS)
        comments: dict[str, PullRequestComment] = {}
        while True:
            raw = self.api.client.query(_ONE, variables)["repository"]["pullRequest"]
            comments |= {comment.id: comment for comment in _read_comments(raw)}
            if not _has_more(raw):
                return tuple(sorted(comments.values(), key=_order))
            for kind in _KINDS:
                variables[kind] = (
                    raw[kind]["pageInfo"]["startCursor"] or variables[kind]
                )

    def _read_open(self) -> Mapping[int, tuple[PullRequestComment, ...]]:
        comments: dict[int, tuple[PullRequestComment, ...]] = {}
        after: str | None = None
        while True:
            variables: dict[str, str | int | None] = {**self._where(), "base": MAIN}
            variables["after"] = after
            page = self.api.client.query(_OPEN, variables)["repository"]["pullRequests"]
            for raw in page["nodes"]:
                number = int(raw["number"])
                comments[number] = (
                    self.read(number) if _has_more(raw) else _read_comments(raw)
                )
            if not page["pageInfo"]["hasNextPage"]:
                return comments
            after = page["pageInfo"]["endCursor"]

    def _where(self) -> dict[str, str]:
        owner, _, name = self.api.client.where.repository.partition("/")
        return {"owner": owner, "name": name}


def _read_comments(raw: Json) -> tuple[PullRequestComment, ...]:
    nodes = (node for kind in _KINDS for node in raw[kind]["nodes"])
    comments = (_read_comment(node) for node in nodes if node["createdAt"])
    return tuple(sorted(comments, key=_order))


def _order(pull_request_comment: PullRequestComment) -> tuple[datetime, str]:
    return pull_request_comment.at, pull_request_comment.id


def _has_more(raw: Json) -> bool:
    """Whether more was said than is shown: a no among it counts as much."""
    return any(raw[kind]["pageInfo"]["hasPreviousPage"] for kind in _KINDS)


def _read_comment(raw: Json) -> PullRequestComment:
    return PullRequestComment(
        id=str(raw["id"]),
        author=read_node(raw["author"]),
        body=raw["body"] or "",
        at=datetime.fromisoformat(raw["createdAt"]),
        edited=raw["lastEditedAt"] is not None,
    )
