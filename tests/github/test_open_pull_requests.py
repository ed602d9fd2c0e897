"""Proposals as pull requests: what is opened, kept up, asked and left alone."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from goodterms.forge.github.client import RequestPace
from goodterms.model.refusal import RefusalError
from goodterms.views import read_marker
from tests.support.eventful_ledger import CALLED, DAY, NEXT, account
from tests.support.github_connection import FAST, asked, writes
from tests.support.github_firm import (
    DANA,
    FILES,
    GAMMA,
    OMAR,
    SETTINGS,
    TAU,
    Firm,
    firm,
    path_of,
)
from tests.support.github_server.forge import Forge
from tests.support.github_server.server_state import BOT

PULLS = "/repos/linden/ledger/pulls"
MANY = {
    name: text
    for number in range(6)
    for name, text in account(f"g{number}", "2026-09-17", CALLED).items()
}


@pytest.fixture
def books(github: Forge, tmp_path: Path) -> Firm:
    """Return a firm on the morning of the day."""
    return firm(github, tmp_path)


def rules(books: Firm) -> list[str]:
    """List the rules of the last run's problems."""
    assert books.last
    return [problem.rule for problem in books.last.problems]


def opened(github: Forge) -> list[str]:
    """List the branches of all pull requests there ever were."""
    return sorted(pull.head_ref for pull in github.state.pulls.values())


def test_a_proposal_as_people_see_it(books: Firm) -> None:
    result = books.run()
    assert result.problems == []
    number = books.number(TAU)
    issue, pull = books.github.issue(number), books.github.pull(number)
    assert issue.title == "tau Ltd: triage, 100.00 EUR, 120 days overdue"
    assert issue.labels == ("goodterms", "step: triage", "amount: under 1k EUR")
    assert issue.assignees == (DANA,)
    assert pull.reviewers == (DANA, OMAR)
    assert (pull.base_ref, issue.author) == ("main", BOT)
    marker = read_marker(issue.body)
    assert marker
    assert (marker.account, f"tau/{marker.decision}") == ("tau", TAU)
    page = f"{books.github.url}/linden/ledger/pull/{number}"
    line = f"propose  {TAU} waits for leads until 2026-10-22: {page}"
    assert line in result.lines
    edit = f"/linden/ledger/edit/goodterms/{TAU}/ledger/tau/decisions/"
    assert edit in str(issue.body)
    assert "policies/standard/v1.yaml#L16" in str(issue.body)


@pytest.mark.parametrize(
    ("choose", "told"),
    [
        ("ride-out", "**Chosen: ride-out, in place of agency**, one of 3 options"),
        ("ask nicely", "would not count: its file chooses 'ask nicely', and the step"),
        ("agency\nfacts: x", "would not count: its file says other things"),
    ],
)
def test_the_page_shows_what_merging_would_do_as_the_file_is_now(
    books: Firm, choose: str, told: str
) -> None:
    books.run()
    branch, path = f"goodterms/{TAU}", path_of(TAU)
    text = books.github.read(path, branch)
    omar = books.github.as_user(OMAR)
    omar.edit(branch, path, text.replace("choose: agency", f"choose: {choose}"))
    books.run(time="11:00")
    assert told in str(books.github.issue(books.number(TAU)).body)
    omar.edit(branch, path, text)
    books.run(time="12:00")
    assert "**Proposed: agency**" in str(books.github.issue(books.number(TAU)).body)


def test_nothing_new_is_no_news(books: Firm) -> None:
    books.run()
    before = len(writes(books.github))
    books.run(time="11:00")
    assert writes(books.github)[before:] == [
        "PATCH /repos/linden/ledger/issues/3"  # the dashboard's last run
    ]


def test_what_somebody_changed_of_a_page_is_put_right(books: Firm) -> None:
    books.run()
    number = books.number(TAU)
    body = str(books.github.issue(number).body)
    lie = {"title": "Harmless", "body": body.replace("100.00", "1.00")}
    client = books.github.clerk.client
    client.patch(f"{PULLS}/{number}", **lie).good()
    books.run(time="11:00")
    assert books.github.issue(number).body == body
    assert books.github.issue(number).title.startswith("tau Ltd")
    client.patch(f"{PULLS}/{number}", body=body.replace("\n", "\r\n").strip()).good()
    before = len(writes(books.github))
    books.run(time="12:00")
    assert not any(PULLS in each for each in writes(books.github)[before:])


def test_what_people_did_to_it_stays(books: Firm) -> None:
    books.run()
    number = books.number(TAU)
    books.github.clerk.label(number, "urgent")
    client = books.github.clerk.client
    path = f"/repos/linden/ledger/issues/{number}/assignees"
    client.delete(path, assignees=[DANA]).good()
    client.delete(f"{PULLS}/{number}/requested_reviewers", reviewers=[OMAR]).good()
    books.run(time="11:00")
    assert "urgent" in books.github.issue(number).labels
    assert books.github.issue(number).assignees == ()
    assert books.github.pull(number).reviewers == (DANA,)


def test_what_github_has_yet_to_learn_of_is_asked_by_the_next_run(books: Firm) -> None:
    books.github.fault("too-new", method="POST", path="*/requested_reviewers")
    result = books.run()
    (told,) = result.problems
    assert (told.severity, result.ok) == ("warning", True)
    assert "Could not resolve to a node" in told.message
    assert "the next run tries again" in told.message
    assert books.run(time="11:00").problems == []
    assert books.github.pull(books.number(GAMMA)).reviewers == (DANA, OMAR)
    assert books.github.pull(books.number(TAU)).reviewers == (DANA, OMAR)


def test_labels_follow_the_facts_and_have_no_case(books: Firm) -> None:
    books.github.clerk.client.post(
        "/repos/linden/ledger/labels", name="GoodTerms", color="ededed"
    ).good()
    books.run()
    number = books.number(TAU)
    assert books.github.issue(number).labels[0] == "GoodTerms"
    before = len(writes(books.github))
    books.run(time="11:00")
    assert len(writes(books.github)) == before + 1
    client = books.github.clerk.client
    path = f"/repos/linden/ledger/issues/{number}/labels"
    client.put(path, labels=["goodterms", "amount: over 1m EUR", "mine"]).good()
    books.run(time="12:00")
    assert set(books.github.issue(number).labels) == {
        "GoodTerms",
        "mine",
        "step: triage",
        "amount: under 1k EUR",
    }


def test_whom_github_refuses_is_a_warning_and_the_others_are_asked(
    github: Forge, tmp_path: Path
) -> None:
    settings = SETTINGS.replace("github: ohaddad", "github: nobody-here")
    books = firm(github, tmp_path, {**FILES, "goodterms.yaml": settings})
    result = books.run()
    assert {str(problem) for problem in result.problems} == {
        f"ledger/{name}/decisions/{DAY}-{step}.yaml: warning: GitHub does not let"
        " 'nobody-here' be asked to review; see what they may do: goodterms doctor"
        for name, step in (("gamma", "notice"), ("tau", "triage"))
    }
    assert github.pull(books.number(TAU)).reviewers == (DANA,)
    assert books.run(time="11:00").problems == []


def test_a_team_without_accounts_is_not_asked(github: Forge, tmp_path: Path) -> None:
    settings = SETTINGS.replace(", github: ohaddad", "").replace(
        ", github: dana-lindqvist", ""
    )
    books = firm(github, tmp_path, {**FILES, "goodterms.yaml": settings})
    assert books.run().problems == []
    assert not any("requested_reviewers" in each for each in asked(github))


# ----------------------------------------------------------------------- reminding


def test_the_team_is_reminded_once_at_half_time(books: Firm) -> None:
    books.run()
    books.github.as_user(OMAR).approve(books.number(GAMMA))
    for day in ("2026-10-12", "2026-10-14"):
        books.run(day)
        assert books.comments(GAMMA) == []
    for day in ("2026-10-15", "2026-10-16"):
        books.run(day)
        assert len(books.comments(GAMMA)) == 1
    assert books.comments(GAMMA)[0].startswith("@dana-lindqvist: this waits for you")
    assert books.comments(TAU)[0].startswith("@dana-lindqvist, @ohaddad: this waits")


def test_nobody_is_reminded_who_has_agreed(books: Firm) -> None:
    books.run()
    for login in (DANA, OMAR):
        books.github.as_user(login).approve(books.number(GAMMA))
    books.run("2026-10-15")
    assert books.comments(GAMMA) == []


# ----------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize("kind", ["error-after", "drop-after", "exists"])
def test_a_pull_request_of_which_we_do_not_hear_is_adopted(
    books: Firm, kind: str
) -> None:
    if kind == "exists":
        branch = f"goodterms/{GAMMA}"
        books.run(dry_run=True)
        books.github.fault("error-before", method="POST", path=PULLS, times=9)
        books.run()
        books.github.desk.faults.clear()
        books.github.as_user(DANA).open_pull(branch, "By hand")
        books.github.fault("stale", method="GET", path=PULLS)
    else:
        books.github.fault(kind, method="POST", path=PULLS, times=2)
    result = books.run(time="11:00")
    assert result.problems == []
    assert opened(books.github) == [f"goodterms/{GAMMA}", f"goodterms/{TAU}"]
    for name in (GAMMA, TAU):
        assert "goodterms" in books.github.issue(books.number(name)).labels


def test_one_opened_by_hand_before_is_adopted(books: Firm) -> None:
    books.github.fault("error-before", method="POST", path=PULLS, times=2)
    assert [p.rule for p in books.run().problems] == ["github", "github"]
    number = books.github.as_user(OMAR).open_pull(f"goodterms/{TAU}", "Mine")
    assert books.run(time="11:00").problems == []
    assert books.number(TAU) == number
    assert books.github.issue(number).title.startswith("tau Ltd: triage")
    assert books.github.pull(number).reviewers == (DANA,)
    books.github.as_user(OMAR).merge(number)
    books.run(NEXT)
    assert "approved" not in books.states("tau")  # who opened it cannot approve it


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("*/assignees", "POST"),
        ("*/requested_reviewers", "POST"),
        ("*/labels", "PUT"),
        ("*/pulls", "POST"),
        ("*/issues", "POST"),
    ],
)
@pytest.mark.parametrize("kind", ["error-before", "error-after", "secondary-limit"])
def test_the_next_run_makes_good_whatever_failed(
    books: Firm, path: str, method: str, kind: str
) -> None:
    books.github.fault(kind, method=method, path=path)
    books.run()
    assert books.sent() == [f"alpha/{DAY}-reminder"]
    assert books.run(time="11:00").problems == []
    assert opened(books.github) == [f"goodterms/{GAMMA}", f"goodterms/{TAU}"]
    for name in (GAMMA, TAU):
        number = books.number(name)
        assert "goodterms" in books.github.issue(number).labels
        assert books.github.issue(number).assignees == (DANA,)
        assert books.github.pull(number).reviewers == (DANA, OMAR)
    assert len(books.github.state.issues) == 3
    assert books.sent() == [f"alpha/{DAY}-reminder"]


def test_actions_that_may_not_open_pull_requests(books: Firm) -> None:
    books.github.rules.actions_may_open_pulls = False
    told = [str(problem) for problem in books.run().problems]
    assert "Workflow permissions > Allow GitHub Actions to create and" in told[0]
    assert (rules(books), opened(books.github)) == (["github", "github"], [])
    assert books.states("gamma")[-1] == "proposed"
    books.github.rules.actions_may_open_pulls = True
    assert books.run(time="11:00").problems == []
    assert len(opened(books.github)) == 2


@pytest.mark.parametrize(
    ("issues", "way"),
    [
        ("read", "permissions: {contents: write, pull-requests: write, issues"),
        ("none", "nothing is said to them till then; the token has to read issues"),
    ],
)
def test_a_token_with_too_few_permissions(books: Firm, issues: str, way: str) -> None:
    may = {"contents": "write", "pull_requests": "read", "issues": issues}
    few = books.github.token(BOT, may)
    books.github.world.tokens[books.github.token(BOT)] = replace(
        books.github.world.tokens[few], text=books.github.token(BOT)
    )
    told = [str(problem) for problem in books.run().problems]
    assert way in told[0]


@pytest.mark.parametrize("limit", ["ours", "theirs"])
def test_what_a_limit_leaves_is_done_by_the_next_runs(
    github: Forge, tmp_path: Path, limit: str
) -> None:
    books = firm(github, tmp_path, {**FILES, **MANY})
    if limit == "ours":
        books.pace = replace(FAST, writes=10)
    else:
        github.fault("secondary-limit", method="POST", path=PULLS, skip=3, seconds=120)
    result = books.run()
    left = next(p for p in result.problems if p.rule == "carried-over")
    assert "left for the next run" in left.what
    assert left.severity == "warning"
    assert any("left for the next run" in line for line in result.lines)
    assert len(opened(github)) == 3
    for time in ("11:00", "12:00", "13:00", "14:00"):
        books.run(time=time)
    assert len(opened(github)) == len(set(opened(github))) == 8
    assert rules(books) == []
    for pull in github.state.pulls.values():
        assert "goodterms" in github.issue(pull.number).labels


def test_a_github_that_is_away_is_left_alone(github: Forge, tmp_path: Path) -> None:
    books = firm(github, tmp_path, {**FILES, **MANY})
    books.pace = RequestPace(pause=0, backoff=0, tries=1)
    github.fault("drop-before", method="POST", path="/repos/*", times=99)
    result = books.run()
    assert rules(books).count("github") == 3 + 1  # and the dashboard
    assert "GitHub does not answer" in "\n".join(result.lines)
    assert books.sent() == [f"alpha/{DAY}-reminder"]


# ------------------------------------------------------------------ nothing touched


@pytest.mark.parametrize("how", ["report", "dry-run"])
def test_looking_touches_nothing(github: Forge, tmp_path: Path, how: str) -> None:
    lines = "mode: report\n" if how == "report" else ""
    books = firm(github, tmp_path, {**FILES, "goodterms.yaml": SETTINGS + lines})
    main = github.state.branches
    result = books.run(dry_run=how == "dry-run")
    assert f"claim    would propose {GAMMA}" in "\n".join(result.lines)
    assert (writes(github), github.state.branches) == ([], main)


def test_suspended_people_are_heard_and_nobody_is_asked(books: Firm) -> None:
    books.run()
    books.github.as_user(DANA).merge(books.number(TAU))
    books.github.as_user(OMAR).close(books.number(GAMMA))
    books.push({"goodterms.yaml": SETTINGS + "suspended: true\n"})
    before = len(writes(books.github))
    result = books.run(NEXT)
    assert result.codes == [3]
    assert (books.states("tau")[-1], books.states("gamma")[-1]) == (
        "approved",
        "declined",
    )
    assert [x for x in writes(books.github)[before:] if "/issues/3" not in x] == []
    assert len(books.sent()) == 1


def test_another_day_cannot_be_played(books: Firm) -> None:
    with pytest.raises(RefusalError, match="--as-of is for 'forge: local'"):
        books.run(as_of=date(2026, 10, 8))
