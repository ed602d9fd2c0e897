"""What people said comes before what we say, also where nobody could read it."""

from datetime import date
from pathlib import Path

import pytest

from goodterms.decision.state.history import JournalEntry
from goodterms.forge.github.issue_forms.intake import take_in
from goodterms.forge.protocol import UnreadForms
from goodterms.git import Repo, open_repo
from goodterms.model.journal import JournalDocument
from goodterms.model.plan import Action, ActionKind, Plan
from goodterms.run.sync import OpenClaim
from goodterms.run.unread_forms import has_to_say, without_unheard
from goodterms.workspace.bundled_files import shipped_files
from tests.support.eventful_ledger import DAY, account
from tests.support.github_connection import api, asked, clone, writes
from tests.support.github_firm import DANA, FILES, Firm, firm
from tests.support.github_server.forge import Forge

FORMS = {
    path: content.decode() for path, content in shipped_files(".github/ISSUE_TEMPLATE")
}
ALL = {**FILES, **FORMS, **account("beta", "2026-10-01")}
DISPUTE = {"account": "alpha", "review_by": "2026-10-20"}
ALPHA, BETA = f"alpha/{DAY}-reminder", f"beta/{DAY}-reminder"


@pytest.fixture
def books(github: Forge, tmp_path: Path) -> Firm:
    return firm(github, tmp_path, ALL)


@pytest.fixture
def repo(books: Firm, tmp_path: Path) -> Repo:
    return open_repo(clone(books.github, tmp_path / "forms"))


def file(books: Firm, login: str = DANA, **answers: str) -> int:
    form = "dispute.yml"
    return books.github.as_user(login).open_issue_from_form(form, **answers)


def told(books: Firm) -> list[str]:
    assert books.last
    return [str(each) for each in books.last.problems]


# ------------------------------------------------------------------ what a run does


def test_an_unread_form_holds_whom_it_is_about(books: Firm, repo: Repo) -> None:
    number = file(books, **DISPUTE)
    assert books.run().ok
    assert books.sent() == [BETA]
    (problem,) = told(books)
    start = "ledger/alpha/account.yaml: warning: nothing is said to them in this run"
    assert problem.startswith(f"{start}: form #{number} is not in the ledger yet;")
    assert problem.endswith("; mend the form as its answer says, or close it")
    assert take_in(repo, api(books.github))[1] == ()
    assert books.run(time="11:00").problems == []
    assert ALPHA not in books.sent()


def test_closed_it_holds_nobody(books: Firm) -> None:
    number = file(books, **DISPUTE)
    books.run()
    books.github.as_user(DANA).close(number)
    assert books.run(time="11:00").problems == []
    assert sorted(books.sent()) == [ALPHA, BETA]


def test_one_that_waits_for_its_author_holds_still(books: Firm, repo: Repo) -> None:
    file(books, account="alpha", review_by="soon")
    take_in(repo, api(books.github))
    books.run()
    assert books.sent() == [BETA]


def test_one_that_a_stranger_changed_holds_still(books: Firm, repo: Repo) -> None:
    number = file(books, **DISPUTE)
    body = f"{books.github.issue(number).body}\nand more"
    path = f"/repos/linden/ledger/issues/{number}"
    books.github.clerk.client.patch(path, body=body).good()
    take_in(repo, api(books.github))
    books.run()
    assert books.sent() == [BETA]


def test_a_stranger_holds_nobody(books: Firm) -> None:
    file(books, "linden-admin", **DISPUTE)
    assert books.run().problems == []
    assert sorted(books.sent()) == [ALPHA, BETA]


def test_one_that_is_recorded_and_still_open_holds_nobody(
    books: Firm, repo: Repo
) -> None:
    books.github.fault("forbidden", method="PATCH", path="*/issues/*")
    file(books, account="gamma", review_by="2026-10-20")
    take_in(repo, api(books.github))
    books.run()
    assert not [each for each in told(books) if "form #" in each]


@pytest.mark.parametrize(
    ("typed", "left"),
    [("alhpa", [BETA]), ("Alpha Limited", [BETA]), ("ALPHA ltd", [BETA])],
)
def test_a_name_that_is_nearly_right_holds_those_that_may_be_meant(
    books: Firm, typed: str, left: list[str]
) -> None:
    file(books, account=typed, review_by="2026-10-20")
    books.run()
    assert books.sent() == left


def test_one_about_nobody_knows_whom_holds_everybody_until_it_is_answered(
    books: Firm, repo: Repo
) -> None:
    file(books, account="Zzyzx", review_by="2026-10-20")
    assert not books.run().ok
    assert books.sent() == []
    assert "accounts wait: form #" in told(books)[0]
    assert "may be about anybody" in told(books)[0]
    take_in(repo, api(books.github))
    assert books.run(time="11:00").problems == []
    assert sorted(books.sent()) == [ALPHA, BETA]


@pytest.mark.parametrize("kind", ["error-before", "primary-limit", "drop-before"])
def test_where_forms_cannot_be_read_nothing_is_said(books: Firm, kind: str) -> None:
    books.github.fault(kind, method="POST", path="/graphql", times=3, seconds=3000)
    result = books.run()
    assert not result.ok
    assert books.sent() == []
    assert "claimed" not in books.states("alpha")
    held = [each for each in told(books) if "could not be read: GitHub" in each]
    assert len(held) == 1
    assert "accounts wait" in held[0]
    books.github.desk.faults.clear()
    books.run(time="11:00")
    assert sorted(books.sent()) == [ALPHA, BETA]


def test_a_look_says_who_would_wait(books: Firm) -> None:
    file(books, **DISPUTE)
    books.run(dry_run=True)
    assert books.last
    lines = "\n".join(books.last.lines)
    assert f"would send {BETA}" in lines
    assert f"would send {ALPHA}" not in lines
    assert "nothing is said to them in this run" in lines


def test_a_run_with_nothing_to_say_does_not_ask(books: Firm) -> None:
    books.run()
    before = len(asked(books.github))
    books.run(time="11:00")
    queries = asked(books.github)[before:].count("QUERY /graphql")
    assert queries == 2  # who we are, and what was said below proposals


# ------------------------------------------------------------------ the order of forms


def test_strangers_come_last_and_cost_few_writes(books: Firm, repo: Repo) -> None:
    for _ in range(15):
        file(books, "linden-admin", **DISPUTE)
    mine = file(books, **DISPUTE)
    made = len([x for x in writes(books.github) if "labels" not in x])
    lines, (problem,) = take_in(repo, api(books.github))
    assert lines[0].startswith(f"#{mine}: recorded in ledger/alpha/records/")
    assert len(lines) == 11
    assert "5 forms by people who are none of us wait for their answer" in str(problem)
    assert problem.severity == "warning"
    done = [x for x in writes(books.github) if "labels" not in x][made:]
    assert len(done) == 2 * 11
    assert take_in(repo, api(books.github))[1] == ()


# ------------------------------------------------------------------ plain values


def action(account: str, kind: ActionKind) -> Action:
    return Action(id=f"{account}/x", kind=kind, account=account, step="reminder")


def claim(account: str) -> OpenClaim:
    day = date(2026, 10, 8)
    document = JournalDocument(id="x", day=day, kind="send", state="claimed")
    return OpenClaim(account, JournalEntry(document, day))


KINDS: tuple[ActionKind, ...] = (
    "send",
    "call",
    "thank",
    "place",
    "propose",
    "write-off",
    "credit",
    "hold",
)


@pytest.mark.parametrize(
    "unheard",
    [UnreadForms({"alpha": "why"}), UnreadForms({}, "why")],
    ids=["one", "all"],
)
def test_only_tasks_and_ends_of_proposals_go_on(unheard: UnreadForms) -> None:
    actions = tuple(action("alpha", kind) for kind in (*KINDS, "task", "close"))
    heard = without_unheard(Plan(date(2026, 10, 8), actions), [claim("alpha")], unheard)
    assert [each.kind for each in heard.plan.actions] == ["task", "close"]
    assert heard.retries == ()
    assert [problem.severity for problem in heard.problems] == [
        "error" if unheard.everybody else "warning"
    ]


def test_whoever_nobody_spoke_of_is_not_held() -> None:
    plan = Plan(date(2026, 10, 8), (action("alpha", "send"),))
    heard = without_unheard(plan, [claim("alpha")], UnreadForms({"beta": "why"}))
    assert (heard.plan, len(heard.retries), heard.problems) == (plan, 1, ())


def test_only_who_has_something_to_say_asks() -> None:
    quiet = Plan(date(2026, 10, 8), (action("alpha", "task"), action("a", "close")))
    assert not has_to_say(quiet, [])
    assert has_to_say(quiet, [claim("alpha")])
    assert has_to_say(Plan(date(2026, 10, 8), (action("alpha", "propose"),)), [])
