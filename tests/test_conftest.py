"""The promises of conftest itself."""

import os
import socket
import subprocess
import time
from pathlib import Path

import pytest


def test_no_test_reaches_another_machine() -> None:
    with (
        socket.socket() as outside,
        pytest.raises(AssertionError, match=r"tried to reach '192\.0\.2\.1'"),
    ):
        outside.connect(("192.0.2.1", 80))


def test_no_test_looks_another_machine_up() -> None:
    with pytest.raises(AssertionError, match=r"tried to reach 'host\.example'"):
        socket.create_connection(("host.example", 80))


def test_this_machine_may_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("localhost", port)).close()


def test_the_home_is_empty() -> None:
    assert list(Path.home().iterdir()) == []


def test_the_zone_is_fixed() -> None:
    assert time.localtime(1_800_000_000).tm_gmtoff == 14 * 3600


def test_git_knows_only_the_test_author() -> None:
    told = subprocess.run(
        ["git", "var", "GIT_AUTHOR_IDENT"], capture_output=True, text=True, check=True
    )

    assert told.stdout.startswith("Test Author <author@example.org>")
    assert "GITHUB_ACTIONS" not in os.environ
