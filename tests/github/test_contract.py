"""GitHub's own description of its API, as the test server holds itself to it."""

import re
from pathlib import Path

import pytest

from tests.support.github_server import contract
from tests.support.github_server.openapi.subset import cut
from tests.support.github_server.request_handler import OPERATIONS
from tests.support.github_server.routes import ROUTES, Route

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("status", "body", "complaint"),
    [
        (200, {"id": 1}, "'name' is a required property"),
        (204, None, "status 204 is not described"),
        (404, {"message": 7}, "message: 7 is not of type 'string'"),
        (418, {"message": 7}, "message: 7 is not of type 'string'"),
    ],
)
def test_a_reply_of_ours_that_github_would_not_give_is_noticed(
    status: int, body: object, complaint: str
) -> None:
    found = contract.wrong_reply("GET", "/repos/{owner}/{repo}", status, body)
    assert complaint in " ".join(found)


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("2026-10-08T07:12:03Z", True),
        ("2026-10-08", False),
        ("2026-10-08T07:12:03+00:00", False),
    ],
)
def test_times_have_one_form(text: str, fine: bool) -> None:  # noqa: FBT001 - a table
    label = {"id": 1, "node_id": "x", "name": "x", "color": "ffffff"}
    comment = {"id": 1, "node_id": "x", "url": "http://x", "html_url": "http://x"}
    comment |= {"issue_url": "http://x", "created_at": text, "updated_at": text}
    path = "/repos/{owner}/{repo}/issues/comments/{comment_id}"
    found = contract.wrong_reply("GET", path, 200, {**label, **comment, "user": None})
    assert any("date-time" in complaint for complaint in found) is not fine


@pytest.mark.parametrize(
    "entry", ROUTES, ids=lambda one: f"{one.method} {one.template}"
)
def test_every_operation_is_github_s(entry: Route) -> None:
    paths = contract.description()["paths"]
    assert isinstance(paths, dict)
    assert entry.method.lower() in paths[entry.template]
    parameters = set(re.findall(r"\{(\w+)\}", entry.template))
    assert set(entry.pattern.groupindex) == parameters


def test_the_vendored_description_is_exactly_what_is_answered() -> None:
    whole = contract.description()
    assert cut(whole) == whole
    assert (
        len(OPERATIONS)
        == len(list((ROOT / "tests/support/github_server/api").glob("*.py"))) - 2
    )
