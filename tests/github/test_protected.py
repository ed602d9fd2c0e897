"""A protected main: one clear message, at once, and nothing lost."""

from pathlib import Path

import pytest

from goodterms.git import ProtectedError
from goodterms.model.refusal import RefusalError
from tests.support.eventful_ledger import DAY, NEXT
from tests.support.github_connection import writes
from tests.support.github_firm import DANA, GAMMA, TAU, Firm, firm
from tests.support.github_server.forge import Forge
from tests.support.github_server.server_state import BOT


@pytest.fixture
def books(github: Forge, tmp_path: Path) -> Firm:
    """Return a firm on the morning of the day."""
    return firm(github, tmp_path)


@pytest.mark.parametrize(("kind", "code"), [("ruleset", "GH013"), ("classic", "GH006")])
def test_who_may_not_push_to_main_is_told_what_works(
    books: Firm, kind: str, code: str
) -> None:
    books.github.protect(kind=kind)
    before = books.github.state.branches
    with pytest.raises(RefusalError) as told:
        books.run()
    assert told.value.code == 2
    said = str(told.value)
    assert f"main is protected, and this run may not push to it ({code}); " in said
    assert "a GitHub App or a deploy key (Settings > Rules > Rulesets" in said
    assert "or leave main to the engine alone" in said
    assert books.github.state.branches == before
    assert (books.sent(), writes(books.github)) == ([], [])
    pushes = [x for x in books.github.log if x.operation == "git-receive-pack"]
    assert len([x for x in pushes if x.method == "POST"]) == 1  # never tried again


def test_who_bypasses_the_rule_works_as_ever(books: Firm) -> None:
    books.github.protect(bypass=(BOT,))
    assert books.run().problems == []
    books.github.as_user(DANA).merge(books.number(TAU))
    books.run(NEXT)
    assert "approved" in books.states("tau")


def test_a_protected_proposal_branch_is_named(books: Firm) -> None:
    books.github.protect(branch=f"goodterms/{GAMMA}")
    with pytest.raises(RefusalError, match=f"goodterms/{GAMMA} is protected"):
        books.run()


def test_protected_between_claim_and_outcome_nothing_is_lost(books: Firm) -> None:
    answer = books.wire.deliver

    def deliver(delivery: object) -> object:
        books.github.protect()
        return answer(delivery)  # type: ignore[arg-type]

    books.wire.deliver = deliver  # type: ignore[method-assign, assignment]
    result = books.run()
    assert "main is protected" in str(result.problems[0])
    assert books.sent() == [f"alpha/{DAY}-reminder"]
    assert books.states("alpha") == ["claimed"]
    books.github.rules.protection = None
    books.wire.deliver = answer  # type: ignore[method-assign]
    books.run(time="12:00")
    assert books.states("alpha")[-1] == "in-doubt"
    assert books.sent() == [f"alpha/{DAY}-reminder"]


def test_words_without_a_branch_mean_main() -> None:
    assert str(ProtectedError("remote: error: GH013: no")).startswith("main is prot")
