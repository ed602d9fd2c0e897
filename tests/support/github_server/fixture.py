"""The fixture `github`: the server, empty, for one test."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.github_server.forge import Forge


@pytest.fixture
def github(tmp_path: Path) -> "Iterator[Forge]":
    """Run a GitHub of one empty repository; what breaks its contract fails the test.

    A test that means to break it clears `github.violations` at its end.
    """
    from tests.support.github_server.forge import Forge  # noqa: PLC0415 - other tests need none of it

    forge = Forge(tmp_path / "github")
    yield forge
    forge.stop()
    assert forge.violations == []
