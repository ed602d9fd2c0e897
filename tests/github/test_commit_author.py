"""Marks count only from the engine's own hand, whoever else writes them."""

from pathlib import Path

import pytest

from goodterms.forge.github.actor import Actor, read_node, read_user
from goodterms.forge.github.issue_forms.intake import take_in
from goodterms.git import open_repo
from goodterms.views import read_marker
from goodterms.workspace.bundled_files import shipped_files
from tests.support.eventful_ledger import BARE, DAY, NEXT, account
from tests.support.github_connection import api, clone
from tests.support.github_firm import DANA, GAMMA, SETTINGS, TAU, Firm, firm
from tests.support.github_server.forge import Forge
from tests.support.github_server.server_state import BOT
from tests.support.github_server.state import Comment

VISITOR = "visitor"
FORMS = {
    path: content.decode() for path, content in shipped_files(".github/ISSUE_TEMPLATE")
}


def on(github: Forge, number: int) -> list[Comment]:
    return [c for c in github.state.comments.values() if c.number == number]


def visits(github: Forge, number: int, mark: str) -> str:
    """Let a visitor say something that ends in a mark."""
    said = f"Cancelled by agreement.\n\n{mark}"
    github.as_user(VISITOR).comment(number, said)
    return said


@pytest.fixture
def books(github: Forge, tmp_path: Path) -> Firm:
    made = firm(github, tmp_path)
    assert made.run().problems == []
    return made


def closing_mark(books: Firm, folder: Path) -> str:
    """Return the mark of what the engine says of tau's decline, in another world."""
    other = firm(Forge(folder), folder)
    other.run()
    other.github.as_user(DANA).close(other.number(TAU))
    other.run(NEXT)
    (said,) = on(other.github, other.number(TAU))
    other.github.stop()
    assert other.number(TAU) == books.number(TAU)
    return said.body[said.body.rindex("<!-- ") :].strip()


@pytest.mark.parametrize("same", [True, False], ids=["the same mark", "of its topic"])
def test_a_mark_of_a_visitor_is_neither_edited_nor_taken_for_ours(
    books: Firm, tmp_path_factory: pytest.TempPathFactory, *, same: bool
) -> None:
    mark = closing_mark(books, tmp_path_factory.mktemp("other"))
    if not same:
        marker = read_marker(f"\n{mark}")
        assert marker
        mark = str(type(marker)(marker.topic, "tau", marker.decision, "", "x"))
    number = books.number(TAU)
    said = visits(books.github, number, mark)
    books.github.as_user(DANA).close(number)
    books.run(NEXT)
    books.run(NEXT, "11:00")

    theirs, ours = on(books.github, number)
    assert (theirs.author, theirs.body) == (VISITOR, said)
    assert ours.author == BOT
    assert ours.body.startswith("**Declined.**")


def test_a_mark_does_not_answer_a_form(github: Forge, tmp_path: Path) -> None:
    files = {**BARE, "goodterms.yaml": SETTINGS, **account("alpha", "2026-10-01")}
    github.at(f"{DAY}T09:00:00Z")
    github.seed({**files, **FORMS})
    dana = github.as_user(DANA)
    number = dana.open_issue_from_form("call.yml", account="alhpa", outcome="reached")
    repo = open_repo(clone(github, tmp_path / "work"))
    take_in(repo, api(github))
    (answer,) = on(github, number)
    other = dana.open_issue_from_form("call.yml", account="alhpa", outcome="reached")
    visits(github, other, answer.body[answer.body.rindex("<!-- ") :].strip())
    take_in(repo, api(github))
    take_in(repo, api(github))

    assert [each.author for each in on(github, other)] == [VISITOR, BOT]


def test_a_dashboard_is_ours_only_if_we_opened_it(
    books: Firm, tmp_path_factory: pytest.TempPathFactory
) -> None:
    issues = books.github.state.issues.values()
    (board,) = [i for i in issues if "goodterms-dashboard" in i.labels]
    folder = tmp_path_factory.mktemp("other")
    other = firm(Forge(folder), folder)
    text = str(board.body)
    theirs = other.github.clerk.open_issue("Board", text, ["goodterms-dashboard"])
    other.run()
    other.github.stop()

    assert other.github.issue(theirs).body == text
    labels = [i.labels for i in other.github.state.issues.values()]
    assert sum("goodterms-dashboard" in each for each in labels) == 2


def test_who_decided_may_write_a_mark_and_it_is_their_reason(books: Firm) -> None:
    marker = "<!-- goodterms:eyJhIjoxfQ== -->"
    number = books.number(GAMMA)
    books.github.as_user(DANA).close(number, f"They pay next week\n\n{marker}")
    books.run(NEXT)
    assert "reason: They pay next week" in books.journal("gamma")


def test_a_person_whose_token_it_is_finds_what_they_wrote(
    github: Forge, tmp_path: Path
) -> None:
    github.at(f"{DAY}T09:00:00Z")
    files = {**BARE, "goodterms.yaml": SETTINGS, **account("alpha", "2026-10-01")}
    github.seed({**files, **FORMS})
    dana = github.as_user(DANA)
    number = dana.open_issue_from_form("call.yml", account="alhpa", outcome="reached")
    token = github.token(DANA)
    repo = open_repo(clone(github, tmp_path / "work", token))
    for _again in range(2):
        assert take_in(repo, api(github, token=token))[1] == ()
    assert [each.author for each in on(github, number)] == [DANA]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Actor("dana", 7), Actor("Dana", 7), True),
        (Actor("dana", 7), Actor("new-login", 7), True),
        (Actor("dana", 7), Actor("dana", 8), False),
        (Actor("dana", 0), Actor("DANA", 8), True),
        (read_user(None), read_node(None), False),
    ],
)
def test_an_account_is_its_number(one: Actor, other: Actor, *, same: bool) -> None:
    assert one.is_same(other) is same
    assert other.is_same(one) is same
