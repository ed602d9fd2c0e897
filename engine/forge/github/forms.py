"""Issue forms on GitHub: those that wait, and the labels that tell what they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from engine.forge.github.api import Api

Json: TypeAlias = Any

_COLOUR = "bfd4f2"
_MEANING = "Becomes a record of the ledger"


@dataclass(frozen=True, slots=True)
class Filed:
    """A form that somebody filled in; ``login`` is who opened the issue."""

    number: int
    login: str
    opened: datetime
    reopened: bool
    labels: tuple[str, ...]
    body: str


def open_forms(api: Api) -> list[Filed]:
    """List the open issues, oldest first; which are forms, their labels say.

    Raises ApiError.
    """
    path = f"{api.home}/issues"
    found = api.client.pages(path, state="open", sort="created", direction="asc")
    return [_read(raw) for raw in found if "pull_request" not in raw]


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
    return Filed(
        number=raw["number"],
        login=raw["user"]["login"] if raw["user"] else "",
        opened=datetime.fromisoformat(raw["created_at"]),
        reopened=raw.get("state_reason") == "reopened",
        labels=tuple(str(each["name"]) for each in raw["labels"]),
        body=raw["body"] or "",
    )
