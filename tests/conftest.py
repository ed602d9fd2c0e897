"""What every test may count on: its own home, a fixed time and zone, no network."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support import fixed_clock

pytest_plugins = ["tests.support.github_server.fixture"]

# How long an example takes is the machine's luck, no property of the code.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

GOLDEN = Path(__file__).parent / "catalogue" / "golden"

_GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Test Author",
    "GIT_AUTHOR_EMAIL": "author@example.org",
    "GIT_COMMITTER_NAME": "Test Committer",
    "GIT_COMMITTER_EMAIL": "committer@example.org",
    "GIT_TERMINAL_PROMPT": "0",
}
_LOOPBACK = ("127.", "::1", "localhost")


#: The files that take longest; begun last, one would be left to a single worker.
_LONGEST = (
    "run/test_crashes.py",
    "run/test_kill_rounds.py",
    "github/test_crashes.py",
    "run/test_sixty_days.py",
    "house/test_workflows.py",
    "demo/test_demo.py",
)


class NetworkError(AssertionError):
    """A test tried to reach another machine."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer to write the golden files anew."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what is rendered now to catalogue/golden, to be read as a diff",
    )
    parser.addoption(
        "--histories",
        default="80",
        help="how many made-up histories are altered, and as many left as they are",
    )
    parser.addoption(
        "--kills", default="2", help="how many rounds of runs are killed at random"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest."""
    items.sort(key=lambda item: not item.path.as_posix().endswith(_LONGEST))


@pytest.fixture(autouse=True)
def _own_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep this machine's home, git settings and CI environment out of a test."""
    for name in [name for name in os.environ if name.startswith(("GIT_", "GITHUB_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    for name, value in _GIT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def _fixed_zone() -> Iterator[None]:
    """Put the machine far from every creditor: nothing may depend on its zone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Pacific/Kiritimati")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the clock of the command line; a command that reads another one fails."""
    fixed_clock.fix(monkeypatch.setattr)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to connect to, or to look up, anything but this machine."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded(self: socket.socket, address: tuple[str, int] | str | bytes) -> None:
        if self.family != socket.AF_UNIX:
            _stay_here(address[0])
        connect(self, address)

    def guarded_look_up(host: str | None, *rest: object, **more: object) -> object:
        _stay_here(host)
        return look_up(host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)


def _stay_here(host: object) -> None:
    if host is not None and not str(host).startswith(_LOOPBACK):
        raise NetworkError(f"this test tried to reach '{host}'")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a golden file; ``--update-golden`` writes it."""
    update = bool(request.config.getoption("--update-golden"))

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.is_file(), f"no golden file '{name}'; run with --update-golden"
        assert text == path.read_text(encoding="utf-8")

    return check
