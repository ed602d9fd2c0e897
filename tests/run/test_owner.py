"""Who of us looks after an account that names nobody."""

from dataclasses import replace

import pytest

from goodterms.decision.plan import plan_account
from goodterms.decision.state.effective_policies import effective_policies
from tests.support.factory import SETTINGS, account, book, cash, day


@pytest.mark.parametrize(
    ("own", "of_all", "expected"),
    [("dana", "omar", "dana"), (None, "omar", "omar"), (None, None, None)],
)
def test_an_account_without_an_owner_has_that_of_all(
    own: str | None, of_all: str | None, expected: str | None
) -> None:
    at = account(records=[cash("2026-10-05", "10.00")], owner=own)
    settings = replace(SETTINGS, owner=of_all)
    made = plan_account(at, effective_policies(book(), settings, day("2026-10-06")))
    (task,) = [action for action in made.actions if action.kind == "task"]
    assert task.owner == expected
