"""Who is calling, and what they may do: tokens, roles, app permissions."""

import base64
import binascii
from collections.abc import Mapping

from tests.support.github_server.http_messages import ApiError, not_found
from tests.support.github_server.server_state import World
from tests.support.github_server.state import Token, User

ROLES = ("none", "read", "write", "admin")
_LEVELS = ("none", "read", "write")


def presented(headers: Mapping[str, str]) -> str | None:
    """Read the token of a request; as a password, git's way, it counts as well."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() in ("bearer", "token"):
        return value.strip()
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(value).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def caller(world: World, headers: Mapping[str, str]) -> Token | None:
    """Find the token of a request; None when it carries none, 401 when unknown."""
    text = presented(headers)
    if text is None:
        return None
    if text not in world.tokens:
        raise ApiError(401, "Bad credentials")
    return world.tokens[text]


def may(token: Token, user: User, scopes: str, role: str) -> bool:
    """Tell whether a token may do what needs *scopes* of an app, *role* of a person.

    *scopes* reads ``issues:write`` or, where either will do,
    ``issues:write|pull_requests:write``; the level ``-`` is for people only.
    """
    if token.permissions is None:
        return ROLES.index(user.role) >= ROLES.index(role)
    pairs = [scope.split(":") for scope in scopes.split("|")]
    return any(_granted(token, name, level) for name, level in pairs)


def _granted(token: Token, name: str, level: str) -> bool:
    if level not in _LEVELS:
        return False
    given = (token.permissions or {}).get(name, "none")
    given = "read" if (name, given) == ("metadata", "none") else given
    return _LEVELS.index(given) >= _LEVELS.index(level)


def refuse(token: Token, role: str) -> ApiError:
    """Word the refusal of something that the caller may not do."""
    if token.permissions is not None:
        return ApiError(403, "Resource not accessible by integration")
    if role == "admin":
        return ApiError(403, "Must have admin rights to Repository.")
    return not_found()
