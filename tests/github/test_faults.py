"""The test server's faults: each kind, in time, and past people."""

import subprocess
import time
from http.client import RemoteDisconnected
from pathlib import Path

import pytest

from tests.support.git_repos import commit, sh
from tests.support.github_server.client import Client
from tests.support.github_server.forge import Forge

REPO = "/repos/linden/ledger"
ISSUES = f"{REPO}/issues"


@pytest.fixture(autouse=True)
def _seeded(github: Forge) -> None:
    github.at("2026-11-30T07:12:00Z")
    github.seed({"a.txt": "one\n"})


def titles(github: Forge) -> list[str]:
    return [issue.title for issue in github.state.issues.values()]


@pytest.mark.parametrize(
    ("kind", "status", "headers", "words"),
    [
        ("secondary-limit", 403, {"retry-after": "60"}, "secondary rate limit"),
        (
            "primary-limit",
            403,
            {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1796022780"},
            "API rate limit exceeded",
        ),
        ("too-many", 429, {"retry-after": "60"}, "secondary rate limit"),
        ("exists", 422, {}, "Validation Failed"),
        ("forbidden", 403, {}, "Resource not accessible by integration"),
        ("error-before", 500, {}, "Server Error"),
    ],
)
def test_a_fault_before_the_effect(
    github: Forge, kind: str, status: int, headers: dict[str, str], words: str
) -> None:
    github.fault(kind, method="POST", path="*/issues")
    answer = github.client().post(ISSUES, title="One")
    assert answer.status == status
    assert headers.items() <= dict(answer.headers).items()
    assert words in str(answer["message"])
    assert titles(github) == []
    github.client().post(ISSUES, title="Two").good()
    assert titles(github) == ["Two"]
    assert [one.fault for one in github.log] == [kind, None]


def test_an_error_after_the_effect(github: Forge) -> None:
    github.fault("error-after", method="POST", path="*/issues", status=502)
    assert github.client().post(ISSUES, title="One").status == 502
    assert titles(github) == ["One"]


@pytest.mark.parametrize(("kind", "kept"), [("drop-before", 0), ("drop-after", 1)])
def test_a_dropped_connection(github: Forge, kind: str, kept: int) -> None:
    github.fault(kind, method="POST")
    with pytest.raises(RemoteDisconnected):
        github.client().post(ISSUES, title="One")
    assert len(titles(github)) == kept
    assert github.log[-1].status is None


def test_a_slow_answer_comes_after_the_effect(github: Forge) -> None:
    github.fault("slow", seconds=30)
    impatient = Client(github.api, github.token("visitor"), timeout=0.2)
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        impatient.post(ISSUES, title="One")
    assert time.monotonic() - started < 5
    assert titles(github) == ["One"]


def test_stale_reads_know_nothing_newer(github: Forge) -> None:
    client = github.client("dana-lindqvist")
    client.post(ISSUES, title="One").good()
    github.fault("stale", times=3)
    client.post(ISSUES, title="Two").good()
    client.put(f"{REPO}/contents/b.txt", message="New", content="", branch="main")
    assert len(client.get(ISSUES).rows()) == 1
    assert client.get(f"{REPO}/issues/2").status == 404
    assert client.get(f"{REPO}/contents/b.txt").status == 404
    assert len(client.get(ISSUES).rows()) == 2
    assert client.get(f"{REPO}/contents/b.txt").status == 200


def test_the_one_that_is_meant_is_hit(github: Forge) -> None:
    github.fault("error-before", method="POST", path="*/issues", skip=1, times=2)
    client = github.client()
    told = [client.post(ISSUES, title=f"{at}").status for at in range(4)]
    assert told == [201, 500, 500, 201]
    assert client.get(ISSUES).status == 200


def test_faults_wait_for_each_other(github: Forge) -> None:
    github.fault("error-before", status=500)
    github.fault("error-before", status=502)
    told = [github.client().get(ISSUES).status for _ in range(3)]
    assert told == [500, 502, 200]


def test_people_are_spared(github: Forge) -> None:
    fault = github.fault("error-before", times=9)
    assert github.as_user("visitor").open_issue("One") == 1
    assert fault.hits == 0
    assert [one.person for one in github.log] == [True]


@pytest.mark.parametrize(
    ("kind", "times", "landed"),
    [
        ("error-before", 1, 0),
        ("error-after", 1, 1),
        ("drop-before", 2, 0),  # git itself repeats a push that nobody answered
        ("drop-after", 1, 1),
    ],
)
def test_a_push_can_go_wrong_too(
    github: Forge, tmp_path: Path, kind: str, times: int, landed: int
) -> None:
    sh(tmp_path, "clone", "-q", github.remote(), "books")
    made = commit(tmp_path / "books", {"b.txt": "two\n"})
    github.fault(kind, method="POST", path="*/git-receive-pack", times=times)
    with pytest.raises(subprocess.CalledProcessError):
        sh(tmp_path / "books", "push", "-q", "origin", "main")
    assert (github.state.branches["main"] == made) is bool(landed)
    sh(tmp_path / "books", "push", "-q", "origin", "main")
    assert github.state.branches["main"] == made


def test_an_unknown_fault_is_a_mistake(github: Forge) -> None:
    with pytest.raises(ValueError, match="no fault 'slowly'; there are secondary-lim"):
        github.fault("slowly")


def test_the_side_door_asks_for_faults_too(github: Forge) -> None:
    door = Client(github.url, "")
    door.post("/_test/clock", at="2027-01-01T00:00:00+00:00").good()
    door.post("/_test/rules", actions_may_open_pulls=False).good()
    door.post("/_test/faults", kind="error-before", path="*/issues").good()
    assert github.client().get(ISSUES).status == 500
    github.as_user("visitor").open_issue("One")
    assert github.issue(1).created_at == "2027-01-01T00:00:00Z"
    assert github.rules.actions_may_open_pulls is False
    log = door.get("/_test/log").rows()
    assert [(one["login"], one["status"]) for one in log] == [
        ("github-actions[bot]", 500),
        ("visitor", 201),
    ]
    assert door.get("/_test/violations").body == []
    assert door.post("/_test/faults", kind="slowly").status == 400
    assert door.post("/_test/nothing").status == 404
