"""How much a run asks of GitHub: as much as is open, whatever has been."""

from pathlib import Path

import pytest

from goodterms.forge.github.client import RequestPace
from goodterms.forge.github.forge import REPORTING
from tests.support.eventful_ledger import DAY, account
from tests.support.github_connection import asked, writes
from tests.support.github_firm import FILES, OLD, Firm, firm
from tests.support.github_server.forge import Forge
from tests.support.github_server.server_state import BOT
from tests.support.github_server.state import Issue, Label, Pull

OPEN = 6
MANY = {
    path: text
    for number in range(OPEN)
    for path, text in account(f"t{number}", "2026-06-10", OLD).items()
}


@pytest.fixture
def books(github: Forge, tmp_path: Path) -> Firm:
    """Return a firm with much to decide: two of its own, and many more."""
    return firm(github, tmp_path, {**FILES, **MANY})


def history(github: Forge, number: int) -> None:
    """Let there have been so many proposals, all of them long done with."""
    world, main = github.world, str(github.world.main)
    world.save(Label(1, "goodterms"), Label(2, "outcome: done"))
    first = world.next_number()
    for n in range(first, first + number):
        at = f"202{n % 3 + 3}-01-05T10:00:00Z"
        labels = ("goodterms", "outcome: done")
        done = Issue(n, 90_000 + n, "Old", "x", BOT, at, at, "closed", labels=labels)
        pull = Pull(n, 80_000 + n, f"goodterms/old{n}/x", main, "main", main)
        world.save(done, pull)


def requests(books: Firm, day: str, time: str) -> list[str]:
    """Run, and list what was asked of the API."""
    before = len(asked(books.github))
    assert books.run(day, time).ok
    return asked(books.github)[before:]


@pytest.mark.parametrize("day", [DAY, "2026-10-16"], ids=["fresh", "half its time"])
def test_a_quiet_run_asks_little_whatever_is_open(books: Firm, day: str) -> None:
    books.run()
    books.run(day, "11:00")
    quiet = requests(books, day, "12:00")
    assert sorted(quiet) == [
        "GET /repos/linden/ledger/issues",  # the dashboard
        "GET /repos/linden/ledger/pulls",  # the open ones, for what was decided
        "GET /repos/linden/ledger/pulls",  # the open ones, for what is shown
        "GET /repos/linden/ledger/pulls",  # those closed of late
        f"PATCH /repos/linden/ledger/issues/{OPEN + 3}",
        "QUERY /graphql",  # what was said below the open ones
        "QUERY /graphql",  # who we are, by whom the dashboard has to be
    ]


def test_a_long_history_costs_nothing(github: Forge, books: Firm) -> None:
    books.run()
    young = requests(books, DAY, "11:00")
    history(github, 300)
    assert requests(books, DAY, "12:00") == young


def test_whoever_was_reminded_is_not_asked_about_again(books: Firm) -> None:
    books.run()
    books.run("2026-10-16")
    issues = books.github.state.issues.values()
    assert sum("reminded" in issue.labels for issue in issues) == OPEN + 2
    reminders = len(books.github.state.comments)
    assert reminders == OPEN + 2
    for issue in issues:
        books.github.clerk.client.delete(
            f"/repos/linden/ledger/issues/{issue.number}/labels/reminded"
        )
    books.run("2026-10-19")
    assert len(books.github.state.comments) == reminders


def test_the_dashboard_is_written_whatever_was(books: Firm) -> None:
    books.pace = RequestPace(pause=0, backoff=0, patience=0, writes=5)
    result = books.run()
    (rest,) = result.problems
    assert rest.rule == "carried-over"
    assert "this run has written 5 times" in rest.message
    issues = books.github.state.issues.values()
    assert any("goodterms-dashboard" in issue.labels for issue in issues)
    assert len(writes(books.github)) <= 5 + REPORTING
    for hour in range(11, 21):
        books.run(DAY, f"{hour}:00")
    assert books.last
    assert books.last.problems == []
    pulls = [pull.head_ref for pull in books.github.state.pulls.values()]
    assert len(pulls) == len(set(pulls)) == OPEN + 2
