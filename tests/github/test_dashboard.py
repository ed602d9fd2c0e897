"""The dashboard: one issue, pinned, kept up; and runs that did not happen."""

from datetime import date
from pathlib import Path

import pytest

from goodterms.model.calendar import Calendar
from goodterms.model.plan import Action, Plan
from goodterms.run.report import missed
from goodterms.views import read_marker
from tests.support.eventful_ledger import DAY, NEXT
from tests.support.github_connection import writes
from tests.support.github_firm import DANA, GAMMA, TAU, Firm, firm
from tests.support.github_server.forge import Forge

ISSUES = "/repos/linden/ledger/issues"


@pytest.fixture
def books(github: Forge, tmp_path: Path) -> Firm:
    """Return a firm on the morning of the day."""
    return firm(github, tmp_path)


def boards(books: Firm) -> list[int]:
    """List the issues that look like a dashboard."""
    found = books.github.state.issues.values()
    return [issue.number for issue in found if "goodterms-dashboard" in issue.labels]


def body(books: Firm) -> str:
    return str(books.github.issue(boards(books)[0]).body)


def test_it_is_made_once_pinned_and_written_anew(books: Firm) -> None:
    books.run()
    (number,) = boards(books)
    assert books.github.state.pinned == (number,)
    assert f"({books.github.url}/linden/ledger/issues/new/choose)" in body(books)
    assert (
        f"[Thu 8 Oct 2026, 12:00]({books.github.url}/linden/ledger/actions/runs/7)"
        in (body(books))
    )
    assert "went well: 1 sent" in body(books)
    page = f"{books.github.url}/linden/ledger/pull/{books.number(TAU)}"
    assert f"[tau Ltd]({page})" in body(books)
    assert "100.00\N{NO-BREAK SPACE}EUR" in body(books)
    marker = read_marker(body(books))
    assert marker
    assert marker.topic == "dashboard"
    books.run(time="11:00")
    assert boards(books) == [number]
    assert f"`{DAY}T11:00:00Z`" in body(books)


def test_a_decision_that_does_not_count_is_named_and_linked(books: Firm) -> None:
    books.run()
    books.github.as_user(DANA).merge(books.number(GAMMA))  # it needs two
    books.run(time="11:00")
    page = f"{books.github.url}/linden/ledger/pull/{books.number(GAMMA)}"
    (row,) = [
        line for line in body(books).splitlines() if f"[gamma Ltd]({page})" in line
    ]
    assert "| **refused** |" in row


def test_closed_it_is_opened_again(books: Firm) -> None:
    books.run()
    (number,) = boards(books)
    books.github.as_user(DANA).close(number)
    books.run(time="11:00")
    assert (boards(books), books.github.issue(number).state) == ([number], "open")


def test_somebody_elses_issue_with_its_label_is_let_be(books: Firm) -> None:
    mine = books.github.as_user(DANA).open_issue("Mine", "x", ["goodterms-dashboard"])
    books.run()
    assert len(boards(books)) == 2
    assert books.github.issue(mine).body == "x"


def test_of_two_the_older_one_is_kept_up(books: Firm) -> None:
    books.run()
    text, client = body(books), books.github.client()
    client.post(ISSUES, title="B", body=text, labels=["goodterms-dashboard"]).good()
    books.run(time="11:00")
    old, new = boards(books)
    assert f"{DAY}T11:00:00Z" in str(books.github.issue(old).body)
    assert f"{DAY}T11:00:00Z" not in str(books.github.issue(new).body)
    assert [books.github.issue(n).state for n in (old, new)] == ["open", "closed"]
    before = len(writes(books.github))
    books.run(time="12:00")
    assert len(writes(books.github)) == before + 1


@pytest.mark.parametrize("path", [f"{ISSUES}", "/graphql"])
def test_what_goes_wrong_with_it_fails_no_run(books: Firm, path: str) -> None:
    books.github.fault("error-before", method="POST", path=path)
    result = books.run()
    assert result.ok
    assert "the dashboard" in "\n".join(
        [*result.lines, *(str(problem) for problem in result.problems)]
    )
    assert books.run(time="11:00").problems == []
    assert len(boards(books)) == 1


def test_without_issues_the_rest_goes_on(books: Firm) -> None:
    books.github.rules.has_issues = False
    result = books.run()
    assert [problem.severity for problem in result.problems] == ["warning"]
    assert "410 to POST" in result.problems[0].message
    assert "Issues are disabled for this repo" in result.problems[0].message
    assert books.number(TAU) == 2


def test_braked_it_still_says_so(books: Firm) -> None:
    text = books.github.read("goodterms.yaml")
    books.push({"goodterms.yaml": f"{text}brakes: {{messages: 0}}\n"})
    result = books.run()
    assert result.codes == [3]
    assert "**needs attention**: held by a brake" in body(books)
    assert [x for x in writes(books.github) if ISSUES not in x] == ["POST /graphql"]


# ------------------------------------------------------------------- a run missed


def test_a_run_that_did_not_happen_is_noticed(books: Firm) -> None:
    books.run()
    told = "no run on 2026-10-09 to 2026-10-16, though by then this was due: 1 call"
    result = books.run("2026-10-19")
    assert [str(problem) for problem in result.problems] == [
        f"goodterms.yaml: warning: {told}; see whether it is alive: goodterms doctor"
    ]
    assert "**Missed:** no run on 2026-10-09 to 2026-10-16" in body(books)
    assert result.ok
    assert books.run("2026-10-19", "11:00").problems == []
    assert "Missed" not in body(books)


@pytest.mark.parametrize("day", [NEXT, "2026-10-12"], ids=["next day", "over weekend"])
def test_the_next_business_day_is_no_gap(books: Firm, day: str) -> None:
    if day != NEXT:
        books.run(NEXT)
    else:
        books.run()
    assert books.run(day).problems == []


CALENDAR = Calendar(frozenset(range(5)), frozenset({date(2026, 10, 9)}))
CALL = Action(id="a/x", kind="call", account="a", step="call")
TASK = Action(id="a/y", kind="task", account="a", step="look")


@pytest.mark.parametrize(
    ("last", "today", "actions", "told"),
    [
        ("2026-10-08", "2026-10-08", (CALL,), ""),
        ("2026-10-08", "2026-10-09", (CALL,), ""),
        ("2026-10-08", "2026-10-12", (CALL,), ""),
        (
            "2026-10-08",
            "2026-10-13",
            (CALL, CALL, TASK),
            "no run on 2026-10-12, though by then this was due: 2 call",
        ),
        (
            "2026-10-08",
            "2026-10-14",
            (CALL,),
            "no run on 2026-10-12 to 2026-10-13, though by then this was due: 1 call",
        ),
        ("2026-10-08", "2026-10-14", (TASK,), ""),
        ("2026-10-08", "2026-10-14", (), ""),
    ],
)
def test_which_runs_were_missed(
    last: str, today: str, actions: tuple[Action, ...], told: str
) -> None:
    asked: list[date] = []

    def plan_on(day: date) -> Plan:
        asked.append(day)
        return Plan(day, actions)

    found = missed(
        date.fromisoformat(last), date.fromisoformat(today), CALENDAR, plan_on
    )
    assert found == told
    assert len(asked) <= 1
