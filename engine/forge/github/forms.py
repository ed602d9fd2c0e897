"""Issue forms on GitHub: those that wait, and the labels that tell what they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from engine.forge.github.actor import Actor, read_node
from engine.forge.github.api import Api

Json: TypeAlias = Any

_COLOUR = "bfd4f2"
_MEANING = "Becomes a record of the ledger"

#: Text, author and last editor in one answer: so nobody changes it in between.
_OPEN = """\
query($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    issues(first: 100, after: $after, states: OPEN,
           orderBy: {field: CREATED_AT, direction: ASC}) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number createdAt stateReason body lastEditedAt
        labels(first: 100) { nodes { name } }
        author { ...who }
        editor { ...who }
      }
    }
  }
}
fragment who on Actor {
  __typename login
  ... on User { databaseId }
  ... on Bot { databaseId }
}
"""


@dataclass(frozen=True, slots=True)
class Filed:
    """A form that somebody filled in: who opened the issue, who edited it last.

    ``editor`` is None where its text is as it was opened.
    """

    number: int
    author: Actor
    editor: Actor | None
    opened: datetime
    reopened: bool
    labels: tuple[str, ...]
    body: str

    @property
    def signer(self) -> Actor:
        """Who stands by what it says now: whoever touched its text last."""
        return self.editor or self.author


def open_forms(api: Api) -> list[Filed]:
    """List the open issues, oldest first; which are forms, their labels say.

    Raises ApiError.
    """
    found: list[Filed] = []
    after: str | None = None
    owner, _, name = api.client.where.repository.partition("/")
    while True:
        asked = {"owner": owner, "name": name, "after": after}
        page = api.client.query(_OPEN, asked)["repository"]["issues"]
        found += map(_read, page["nodes"])
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def make_labels(api: Api, names: Iterable[str]) -> None:
    """Make the labels that the repository lacks: GitHub drops a form's unknown ones.

    Raises ApiError.
    """
    path = f"{api.home}/labels"
    known = {str(raw["name"]).casefold() for raw in api.client.pages(path)}
    for name in names:
        if name.casefold() not in known:
            made = {"name": name, "color": _COLOUR, "description": _MEANING}
            api.client.write("POST", path, made)


def _read(raw: Json) -> Filed:
    edited = raw["lastEditedAt"] is not None
    return Filed(
        number=raw["number"],
        author=read_node(raw["author"]),
        editor=read_node(raw["editor"]) if edited else None,
        opened=datetime.fromisoformat(raw["createdAt"]),
        reopened=raw["stateReason"] == "REOPENED",
        labels=tuple(str(each["name"]) for each in raw["labels"]["nodes"]),
        body=raw["body"],
    )
