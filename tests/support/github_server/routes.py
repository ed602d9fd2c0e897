"""Which function answers which operation of GitHub's API."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from tests.support.github_server.http_messages import Json, Reply, Request
from tests.support.github_server.server_state import World
from tests.support.github_server.state import State, Token, User

#: Parameters that may hold slashes.
_LONG = frozenset({"path", "ref", "branch", "basehead"})


@dataclass(frozen=True, slots=True)
class Call:
    """One request to one operation: who asks, for what, with which words."""

    world: World
    request: Request
    token: Token
    params: Mapping[str, str]
    body: Json

    @property
    def login(self) -> str:
        """Who asks."""
        return self.token.login

    @property
    def user(self) -> User:
        """Who asks, with kind and role."""
        return self.world.users[self.token.login]

    @property
    def state(self) -> State:
        """What the server knows now."""
        return self.world.state

    def asked(self, name: str, default: str = "") -> str:
        """Return a query parameter."""
        return self.request.query.get(name, default)

    def number(self, name: str) -> int:
        """Return a path parameter that is a number; 0, which nothing has, if none."""
        text = self.params[name]
        return int(text) if text.isdecimal() else 0


Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """An operation: its path as GitHub documents it, and who may call it."""

    method: str
    template: str
    scopes: str
    role: str
    handler: Handler
    pattern: re.Pattern[str]


ROUTES: list[Route] = []


def route(
    method: str, template: str, scopes: str = "metadata:read", role: str = "read"
) -> Callable[[Handler], Handler]:
    """Register a function for an operation; see `access.may` for the rights."""

    def register(handler: Handler) -> Handler:
        pattern = re.compile(_expression(template))
        ROUTES.append(Route(method, template, scopes, role, handler, pattern))
        ROUTES.sort(key=_specific)
        return handler

    return register


def _expression(template: str) -> str:
    def group(found: re.Match[str]) -> str:
        name = found.group(1)
        return f"(?P<{name}>{'.+' if name in _LONG else '[^/]+'})"

    return re.sub(r"\{(\w+)\}", group, template)


def _specific(entry: Route) -> tuple[int, int, str]:
    parts = entry.template.split("/")
    return -len(parts), sum(part.startswith("{") for part in parts), entry.template


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Find the operation for a path, most specific first, with its parameters."""
    for entry in ROUTES:
        found = entry.pattern.fullmatch(path)
        if found and entry.method == method:
            params = found.groupdict().items()
            return entry, {name: unquote(value) for name, value in params}
    return None
