"""Who does things on GitHub: a login, which may change hands, and a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from goodterms.model.paths import LOGINS

Json: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a bot; the number is theirs for ever, 0 where GitHub tells none."""

    login: str
    id: int

    def is_same(self, other: "Actor") -> bool:
        """Whether both are one account: by number, by login where there is none."""
        if self.id and other.id:
            return self.id == other.id
        return bool(self.login) and self.login.casefold() == other.login.casefold()


#: What the login of an app ends with.
_BOT = "[bot]"

#: An account that is gone.
NOBODY = Actor("", 0)


def read_user(raw: Json) -> Actor:
    """Read a user of REST; nobody where the account is gone."""
    return Actor(str(raw["login"]), int(raw["id"])) if raw else NOBODY


def read_node(raw: Json) -> Actor:
    """Read an actor of GraphQL; nobody where the account is gone.

    GraphQL leaves ``[bot]`` off the login of an app, which may be called like a
    person.
    """
    if not raw:
        return NOBODY
    login = str(raw["login"])
    if raw.get("__typename") == "Bot" and not login.endswith(_BOT):
        login += _BOT
    return Actor(login, int(raw.get("databaseId") or 0))


def is_another(actor: Actor, numbers: Mapping[str, int]) -> bool:
    """Whether a login now belongs to another account than when it was first seen."""
    number = numbers.get(actor.login.casefold())
    return number is not None and actor.id != number


def another_words(actor: Actor, numbers: Mapping[str, int]) -> str:
    """Say that a login has changed hands, and what to do if that is right."""
    number = numbers.get(actor.login.casefold())
    return (
        f"the login '{actor.login}' is another account of GitHub than the one first"
        f" seen: its number is {actor.id or 'unknown'}, and was {number}; if the new"
        f" account is theirs, take the line out of {LOGINS}"
    )
