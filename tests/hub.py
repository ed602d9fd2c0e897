"""The engine's own connection to the test server, and a clone to work in."""

from pathlib import Path

from engine.forge.github.api import Api
from engine.forge.github.client import Client, Pace
from engine.forge.github.where import Where
from tests.github.forge import Forge
from tests.github.graphql import QUERY
from tests.github.log import Exchange
from tests.github.world import BOT
from tests.gitting import sh

#: As patient as in real life, and as fast as the machine.
FAST = Pace(pause=0, backoff=0, patience=0)


def at(github: Forge, token: str | None = None) -> Where:
    """Say where the server is, as a workflow would."""
    known = token or github.token(BOT)
    return Where(github.full_name, known, github.api, github.url, "7")


def api(github: Forge, pace: Pace = FAST, token: str | None = None) -> Api:
    """Connect to the server as a workflow does."""
    return Api(Client(at(github, token), pace))


def asked(github: Forge, method: str = "*") -> list[str]:
    """List what programs have asked of the API so far, without git."""
    return [
        f"{_verb(one)} {one.path}"
        for one in github.log
        if not one.person and "git" not in one.operation.split("-")[0]
        if method in ("*", one.method)
    ]


def writes(github: Forge) -> list[str]:
    """List what programs have changed through the API so far, without git."""
    return [each for each in asked(github) if not each.startswith(("GET ", "QUERY "))]


def _verb(one: Exchange) -> str:
    return "QUERY" if one.operation == QUERY else one.method


def clone(github: Forge, to: Path, token: str | None = None) -> Path:
    """Clone the repository, as a workflow does."""
    sh(to.parent, "clone", "-q", github.remote(token=token), str(to))
    return to
