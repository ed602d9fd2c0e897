"""The command line's clock in tests: it stands still, and no other is read.

``python -m tests.support.fixed_clock ARGS`` is ``goodterms ARGS`` at that time, or at
the one that TESTS_NOW names, for tests that need it in a process of its own.
"""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

import pytest

from goodterms import cli
from goodterms.cli import environment

#: When every command of a test runs, unless the test says otherwise.
NOW = datetime(2026, 10, 8, 10, tzinfo=UTC)


class _Unread(datetime):
    """The machine's clock; whoever asks it has made a test depend on the day."""

    @classmethod
    def now(cls, _zone: tzinfo | None = None) -> "_Unread":
        pytest.fail(
            "this test reads the machine's clock; commands run at fixed_clock.NOW,"
            " another day is given with --as-of"
        )


def fix(replace: Callable[[object, str, object], None], now: datetime = NOW) -> None:
    """Stop the clock, by way of *replace*: ``setattr`` or a monkeypatch's."""
    replace(environment, "datetime", _Unread)
    replace(environment, "machine_clock", lambda: now)


if __name__ == "__main__":
    fix(setattr, datetime.fromisoformat(os.environ.get("TESTS_NOW", str(NOW))))
    sys.exit(cli.main(sys.argv[1:]))
