"""The same story told to our server and to one that we did not write."""

import os
import socket
from pathlib import Path

import pytest

from tests.support.github_server.client import Client
from tests.support.github_server.forge import Forge
from tests.support.github_server.other_server import UnreachableError, running
from tests.support.github_server.scenario import play
from tests.support.github_server.state import Token, User
from tests.support.github_server.story_steps import Story, Told, differences, table

#: Before a test gets a home of its own: where pip and npm find their settings.
ENVIRONMENT = dict(os.environ)
ROOT = Path(__file__).parents[2]
DIFFERENCES = ROOT / "tests/support/github_server/DIFFERENCES.md"
REPO = "/repos/linden/ledger"
ENGINE = "engine-bot"


@pytest.fixture
def ours(github: Forge) -> list[Told]:
    """Tell the story to our server."""
    github.world.users[ENGINE] = User(ENGINE, 500, "User", "write")
    token = Token(f"ghp_{ENGINE}", ENGINE)
    github.world.tokens[token.text] = token
    github.seed({"README.md": "# ledger\n"})
    return play(story(github.api))


def story(base: str) -> Story:
    players = [ENGINE, "dana-lindqvist", "ohaddad"]
    engine, dana, omar = [Client(base, f"ghp_{name}") for name in players]
    return Story(REPO, engine, dana, omar)


def test_the_story_ends_as_it_would_on_github(ours: list[Told]) -> None:
    refused = {one.name: one.status for one in ours if one.status >= 400}
    assert refused == {
        "make the branch again": 422,
        "open it again": 422,
        "make the label again": 422,
        "approve one's own": 422,
        "ask the author to review": 422,
        "merge another head": 409,
        "merge it again": 405,
        "edit over another": 409,
        "edit without its hash": 422,
        "merge a conflict": 405,
        "reopen without a branch": 422,
        "delete it again": 422,
        "look for it": 404,
        "too much text": 422,
        "no such branch": 422,
        "nothing to merge": 422,
        "a colour with a #": 422,
        "no such issue": 404,
        "no such file": 404,
        "an issue is no pull request": 404,
    }


def test_the_differences_to_another_server_are_the_ones_written_down(
    ours: list[Told], request: pytest.FixtureRequest
) -> None:
    cache = request.config.cache
    assert cache
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = int(found.getsockname()[1])
    try:
        with running(cache.mkdir("emulate"), ENVIRONMENT, port) as url:
            theirs = play(story(url))
    except UnreachableError as error:
        pytest.skip(str(error))
    written = DIFFERENCES.read_text(encoding="utf-8")
    assert table(differences(ours, theirs)) in written
