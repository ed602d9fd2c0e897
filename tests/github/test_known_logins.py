"""People are the accounts that they were when first seen, whoever has their login."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from goodterms.forge.github.issue_forms.intake import take_in
from goodterms.git import open_repo
from goodterms.load.github_logins import load_logins, logins_text
from goodterms.model.paths import LOGINS
from goodterms.model.refusal import RefusalError
from goodterms.workspace.bundled_files import shipped_files
from tests.support.eventful_ledger import NEXT
from tests.support.git_repos import sh
from tests.support.github_connection import api, asked, clone
from tests.support.github_firm import DANA, FILES, GAMMA, OMAR, TAU, Firm, firm, path_of
from tests.support.github_server.forge import Forge

FORMS = {
    path: content.decode() for path, content in shipped_files(".github/ISSUE_TEMPLATE")
}
CALL = {"account": "alpha", "outcome": "reached"}
NEW = {path: text for path, text in FILES.items() if path != LOGINS}


@pytest.fixture
def books(github: Forge, tmp_path: Path) -> Firm:
    made = firm(github, tmp_path, {**FILES, **FORMS})
    assert made.run().problems == []
    return made


def taken_over(github: Forge, login: str) -> None:
    """Let somebody else have a login now."""
    users = github.world.users
    users[login] = replace(users[login], id=999)


def errors(books: Firm, time: str = "10:00") -> list[str]:
    found = books.run(NEXT, time).problems
    return [str(each) for each in found if each.severity == "error"]


def reviewed(books: Firm) -> str:
    taken_over(books.github, OMAR)
    books.github.as_user(OMAR).approve(books.number(GAMMA))
    books.github.as_user(DANA).merge(books.number(GAMMA))
    return GAMMA


def merged(books: Firm) -> str:
    taken_over(books.github, DANA)
    books.github.as_user(DANA).merge(books.number(TAU))
    return TAU


@pytest.mark.parametrize(
    ("act", "numbers"), [(reviewed, "999, and was 102"), (merged, "999, and was 101")]
)
def test_a_login_that_was_taken_over_approves_nothing(
    books: Firm, act: Callable[[Firm], str], numbers: str
) -> None:
    name = act(books)
    (error,) = errors(books)
    assert error.startswith(path_of(name))
    assert f"its number is {numbers}; if the new account is theirs" in error
    assert f"take the line out of {LOGINS}" in error
    assert "approved" not in books.states(name.partition("/")[0])
    assert NEXT not in str(books.sent())


def take_the_line_out(books: Firm) -> None:
    text = books.github.read(LOGINS).replace("dana-lindqvist: 101\n", "")
    books.push({LOGINS: text})


def test_a_new_account_counts_once_its_line_is_taken_out(books: Firm) -> None:
    taken_over(books.github, DANA)
    take_the_line_out(books)
    assert errors(books) == []
    assert "dana-lindqvist: 999\n" in books.github.read(LOGINS)
    books.github.as_user(DANA).merge(books.number(TAU))
    assert errors(books, "11:00") == []
    assert f"tau/{NEXT}-triage" in books.sent()


def test_taken_out_after_the_merge_it_is_too_late(books: Firm) -> None:
    """As with the list of the team: what main said right before counts."""
    merged(books)
    take_the_line_out(books)
    (error,) = errors(books)
    assert "its number is 999, and was 101" in error
    assert "approved" not in books.states("tau")


def test_a_no_of_such_a_login_is_nobodys(books: Firm) -> None:
    taken_over(books.github, DANA)
    books.github.as_user(DANA).close(books.number(TAU))
    assert errors(books) == []
    assert books.states("tau")[-1] == "declined"
    assert "by: [dana]" not in books.journal("tau")


def test_a_no_of_such_a_reviewer_holds_up_nothing(books: Firm) -> None:
    taken_over(books.github, OMAR)
    books.github.as_user(OMAR).review(books.number(TAU), "REQUEST_CHANGES", "No")
    books.github.as_user(DANA).merge(books.number(TAU))
    assert errors(books) == []
    assert books.states("tau")[-2:] == ["approved", "claimed"] or "approved" in (
        books.states("tau")
    )


def test_a_form_of_such_a_login_is_refused(books: Firm, tmp_path: Path) -> None:
    repo = open_repo(clone(books.github, tmp_path / "forms"))
    taken_over(books.github, DANA)
    number = books.github.as_user(DANA).open_issue_from_form("call.yml", **CALL)
    lines, problems = take_in(repo, api(books.github))
    assert (lines, problems) == ((f"#{number}: refused",), ())
    (said,) = [c for c in books.github.state.comments.values() if c.number == number]
    assert "is another account of GitHub than the one first seen" in said.body
    assert books.github.issue(number).state == "closed"


# --------------------------------------------------------------------- first seen


def test_a_run_remembers_who_everybody_is(github: Forge, tmp_path: Path) -> None:
    books = firm(github, tmp_path, NEW)
    assert books.run().problems == []
    text = github.read(LOGINS)
    assert text.endswith("\ndana-lindqvist: 101\nohaddad: 102\nvisitor: 104\n")
    before = len(asked(github))
    books.run(time="11:00")
    assert not [each for each in asked(github)[before:] if "/users/" in each]
    assert github.read(LOGINS) == text


def test_what_was_decided_is_another_commit(github: Forge, tmp_path: Path) -> None:
    books = firm(github, tmp_path, FILES)
    books.run()
    books.push({LOGINS: "ohaddad: 102\nvisitor: 104\n"})
    books.github.as_user(DANA).close(books.number(TAU))
    assert errors(books) == []
    told = sh(github.path, "log", "--name-only", "--format=%x1e%an %s", "main")
    changed = [each.split("\n") for each in told.split("\x1e") if LOGINS in each]
    ours = [lines for lines in changed if lines[0].startswith("Good Terms")]
    named = [[line for line in lines if line] for lines in ours]
    assert named == [["Good Terms Remember whose login is whose", LOGINS]]
    assert books.states("tau")[-1] == "declined"


def test_a_look_remembers_nothing(github: Forge, tmp_path: Path) -> None:
    books = firm(github, tmp_path, NEW)
    main = github.state.branches["main"]
    books.run(dry_run=True)
    assert github.state.branches["main"] == main


def test_forms_remember_too_and_by_a_commit_of_its_own(
    github: Forge, tmp_path: Path
) -> None:
    github.at("2026-10-08T09:00:00Z")
    github.seed({**NEW, **FORMS})
    github.as_user(DANA).open_issue_from_form("call.yml", **CALL)
    repo = open_repo(clone(github, tmp_path / "work"))
    assert take_in(repo, api(github))[1] == ()
    told = sh(github.path, "log", "--format=%s", "main").splitlines()
    assert told[:2] == ["Record a call of alpha", "Remember whose login is whose"]
    changed = sh(github.path, "show", "--name-only", "--format=", "main~1").split()
    assert changed == [LOGINS]


def test_who_is_nobody_on_github_is_not_remembered(
    github: Forge, tmp_path: Path
) -> None:
    settings = NEW["goodterms.yaml"].replace("github: visitor", "github: nobody-at-all")
    books = firm(github, tmp_path, {**NEW, "goodterms.yaml": settings})
    assert books.run().problems == []
    assert github.read(LOGINS).endswith("\ndana-lindqvist: 101\nohaddad: 102\n")


def test_where_github_does_not_tell_it_is_asked_by_the_next_run(
    github: Forge, tmp_path: Path
) -> None:
    books = firm(github, tmp_path, NEW)
    github.fault("error-before", path="/users/*", times=3)
    (problem,) = books.run().problems
    assert problem.severity == "warning"
    assert "nobody knows whose login is whose: GitHub answered 500" in problem.message
    assert books.run(time="11:00").problems == []
    assert "dana-lindqvist: 101" in github.read(LOGINS)


def test_a_broken_file_lets_nobody_decide(books: Firm, tmp_path: Path) -> None:
    books.github.as_user(DANA).merge(books.number(TAU))
    books.push({LOGINS: "dana-lindqvist: nobody\n"})
    found = errors(books)
    assert "'nobody' is no number of an account" in found[0]
    assert "approved" not in books.states("tau")
    number = books.github.as_user(DANA).open_issue_from_form("call.yml", **CALL)
    repo = open_repo(clone(books.github, tmp_path / "forms"))
    with pytest.raises(RefusalError, match="'nobody' is no number of an account"):
        take_in(repo, api(books.github))
    assert books.github.issue(number).state == "open"


# ----------------------------------------------------------------------- the file


def test_what_is_written_is_read() -> None:
    numbers = {"null": 1, "octo-cat": 583231, "7": 2}
    assert load_logins(logins_text(numbers).encode(), LOGINS) == (numbers, ())
    assert load_logins(logins_text({}).encode(), LOGINS) == ({}, ())


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a: b\n", "'b' is no number of an account"),
        ("a: 0\n", "'0' is no number of an account"),
        ("a: true\n", "'True' is no number of an account"),
        ("a: 1\nA: 2\n", "'A' is here twice"),
        ("[a]\n", "this is no list of logins"),
        ("", "the file is empty"),
        ("a: 1\n---\nb: 2\n", "a second document starts here"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, what: str) -> None:
    found, problems = load_logins(text.encode(), LOGINS)
    assert found is None
    assert what in str(problems[0])
