"""Issue forms on GitHub: those that wait, and the labels that tell what they are."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from goodterms.forge.github.actor import Actor, read_node
from goodterms.forge.github.api import Api
from goodterms.forge.github.config import page_of
from goodterms.git import open_repo
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Settings


def forms_page(
    settings: Settings, root: Path, env: Mapping[str, str] = os.environ
) -> str | None:
    """Return the page of the repository whose forms settle tasks.

    None where there are no forms, or where nobody can say which repository it is.
    """
    if settings.forge != "github":
        return None
    try:
        return page_of(env, open_repo(root))
    except RefusalError:
        return None


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
class FiledForm:
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


def open_forms(api: Api) -> list[FiledForm]:
    """List the open issues, oldest first; which are forms, their labels say.

    Raises ApiError.
    """
    forms: list[FiledForm] = []
    after: str | None = None
    owner, _, name = api.client.where.repository.partition("/")
    while True:
        variables = {"owner": owner, "name": name, "after": after}
        page = api.client.query(_OPEN, variables)["repository"]["issues"]
        forms += map(_read, page["nodes"])
        if not page["pageInfo"]["hasNextPage"]:
            return forms
        after = page["pageInfo"]["endCursor"]


def make_labels(api: Api, names: Iterable[str]) -> None:
    """Make the labels that the repository lacks: GitHub drops a form's unknown ones.

    Raises ApiError.
    """
    path = f"{api.home}/labels"
    existing = {str(raw["name"]).casefold() for raw in api.client.pages(path)}
    for name in names:
        if name.casefold() not in existing:
            label = {"name": name, "color": _COLOUR, "description": _MEANING}
            api.client.write("POST", path, label)


def _read(raw: Json) -> FiledForm:
    edited = raw["lastEditedAt"] is not None
    return FiledForm(
        number=raw["number"],
        author=read_node(raw["author"]),
        editor=read_node(raw["editor"]) if edited else None,
        opened=datetime.fromisoformat(raw["createdAt"]),
        reopened=raw["stateReason"] == "REOPENED",
        labels=tuple(str(label["name"]) for label in raw["labels"]["nodes"]),
        body=raw["body"],
    )
