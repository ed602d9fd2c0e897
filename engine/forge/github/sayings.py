"""What people wrote below pull requests: comments, and the words of their reviews."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from engine.forge.github.actor import Actor, read_node
from engine.forge.github.api import Api
from engine.repo import MAIN

Json: TypeAlias = Any

#: The topic of our answer to something that was said.
ANSWER = "answer"

_SAID = """\
fragment said on PullRequest {
  number
  comments(last: 50) {
    nodes { id body createdAt lastEditedAt author { ...who } }
  }
  reviews(last: 20) {
    nodes { id body createdAt: submittedAt lastEditedAt author { ...who } }
  }
}
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
{_SAID}"""
_ONE = f"""\
query($owner: String!, $name: String!, $number: Int!) {{
  repository(owner: $owner, name: $name) {{
    pullRequest(number: $number) {{ ...said }}
  }}
}}
{_SAID}"""


@dataclass(frozen=True, slots=True)
class Saying:
    """Something that somebody wrote; ``id`` is GitHub's own name for it.

    ``edited`` says that its text is not, or may not be, what its author wrote.
    """

    id: str
    author: Actor
    body: str
    at: datetime
    edited: bool


def answered(api: Api, said: Iterable[Saying]) -> frozenset[str]:
    """List what has an answer of ours among things that were said, by its id."""
    marks = (api.mark(each) for each in said)
    return frozenset(m.content for m in marks if m and m.topic == ANSWER)


@dataclass
class Sayings:
    """Reads what was said below pull requests, in the order of time."""

    api: Api
    _open: Mapping[int, tuple[Saying, ...]] | None = field(default=None, repr=False)

    def load(self) -> Mapping[int, tuple[Saying, ...]]:
        """Read what was said below those that are open, once. Raises ApiError."""
        if self._open is None:
            self._open = self._read_open()
        return self._open

    def below(self, number: int) -> tuple[Saying, ...]:
        """Return what was said below an open one, as far as it has been read."""
        return (self._open or {}).get(number, ())

    def read(self, number: int) -> tuple[Saying, ...]:
        """Read what was said below one, as it stands now. Raises ApiError."""
        asked: dict[str, str | int | None] = {**self._where(), "number": number}
        told = self.api.client.query(_ONE, asked)["repository"]["pullRequest"]
        return _sayings(told)

    def _read_open(self) -> Mapping[int, tuple[Saying, ...]]:
        found: dict[int, tuple[Saying, ...]] = {}
        after: str | None = None
        while True:
            asked: dict[str, str | int | None] = {**self._where(), "base": MAIN}
            asked["after"] = after
            page = self.api.client.query(_OPEN, asked)["repository"]["pullRequests"]
            found |= {int(raw["number"]): _sayings(raw) for raw in page["nodes"]}
            if not page["pageInfo"]["hasNextPage"]:
                return found
            after = page["pageInfo"]["endCursor"]

    def _where(self) -> dict[str, str]:
        owner, _, name = self.api.client.where.repository.partition("/")
        return {"owner": owner, "name": name}


def _sayings(raw: Json) -> tuple[Saying, ...]:
    nodes = (*raw["comments"]["nodes"], *raw["reviews"]["nodes"])
    said = (_saying(node) for node in nodes if node["createdAt"])
    return tuple(sorted(said, key=lambda each: (each.at, each.id)))


def _saying(raw: Json) -> Saying:
    return Saying(
        id=str(raw["id"]),
        author=read_node(raw["author"]),
        body=raw["body"] or "",
        at=datetime.fromisoformat(raw["createdAt"]),
        edited=raw["lastEditedAt"] is not None,
    )
