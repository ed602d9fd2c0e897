"""From where the reader looks: the addresses that links are made with."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.support.github_server.server_state import World
from tests.support.github_server.state import State


@dataclass(frozen=True, slots=True)
class Look:
    """A world, and the addresses of its API and its pages for this reader."""

    world: World
    api: str
    web: str

    @property
    def state(self) -> State:
        """What the server knows now."""
        return self.world.state

    @property
    def repo(self) -> str:
        """The repository's address in the API."""
        return f"{self.api}/repos/{self.world.full_name}"

    @property
    def page(self) -> str:
        """The repository's page."""
        return f"{self.web}/{self.world.full_name}"


def node_id(kind: str, number: int) -> str:
    """Name a thing for GraphQL."""
    return base64.b64encode(f"{kind}:{number}".encode()).decode()


def parse_node_id(text: str) -> tuple[str, int] | None:
    """Undo `node_id`; None for what it never made."""
    try:
        kind, _, number = base64.b64decode(text, validate=True).decode().partition(":")
        return kind, int(number)
    except ValueError:
        return None


def stamp(epoch: int) -> str:
    """Write seconds since 1970 as GitHub does."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
