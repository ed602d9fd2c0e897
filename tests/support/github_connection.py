"""The engine's own connection to the test server, and a clone to work in."""

from pathlib import Path

from goodterms.forge.github.api import Api
from goodterms.forge.github.client import Client, RequestPace
from goodterms.forge.github.config import GitHubConfig
from tests.support.git_repos import sh
from tests.support.github_server.forge import Forge
from tests.support.github_server.graphql import QUERY
from tests.support.github_server.request_log import Exchange
from tests.support.github_server.server_state import BOT

#: As patient as in real life, and as fast as the machine.
FAST = RequestPace(pause=0, backoff=0, patience=0)


def at(github: Forge, token: str | None = None) -> GitHubConfig:
    """Say where the server is, as a workflow would."""
    known = token or github.token(BOT)
    return GitHubConfig(github.full_name, known, github.api, github.url, "7")


def api(github: Forge, pace: RequestPace = FAST, token: str | None = None) -> Api:
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
