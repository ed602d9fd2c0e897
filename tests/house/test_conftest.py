"""The promises of conftest itself."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from goodterms import cli
from goodterms.cli import environment
from tests.support import fixed_clock

#: As it is before a test begins.
REAL_CLOCK = environment.machine_clock


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


def test_the_clock_stands_still() -> None:
    assert environment.read_clock() == fixed_clock.NOW


def test_reading_the_machine_s_clock_fails_a_test(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(environment, "machine_clock", REAL_CLOCK)
    with pytest.raises(BaseException, match="this test reads the machine's clock"):
        cli.main(["--root", str(Path(__file__).parents[2]), "plan"])


def test_a_process_of_its_own_has_the_same_clock() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.support.fixed_clock", "plan", "--format", "json"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(told.stdout)["as_of"] == fixed_clock.NOW.date().isoformat()


def test_git_knows_only_the_test_author() -> None:
    told = subprocess.run(
        ["git", "var", "GIT_AUTHOR_IDENT"], capture_output=True, text=True, check=True
    )

    assert told.stdout.startswith("Test Author <author@example.org>")
    assert "GITHUB_ACTIONS" not in os.environ
