"""The test server itself: addresses, tokens, permissions, what it notices."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.git_repos import sh
from tests.support.github_server.client import Client
from tests.support.github_server.forge import Forge

REPO = "/repos/linden/ledger"
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _seeded(github: Forge) -> None:
    github.seed({"a.txt": "one\n"})


def told(answer: object) -> str:
    assert isinstance(answer, str)
    return answer


def test_the_api_has_two_addresses_and_links_lead_back(github: Forge) -> None:
    for base in (github.url, f"{github.url}/api/v3"):
        client = Client(base, github.token("visitor"))
        found = client.get(REPO).good()
        assert found["url"] == f"{base}{REPO}"
        assert found["html_url"] == f"{github.url}/linden/ledger"


@pytest.mark.parametrize(
    ("token", "path", "status", "words"),
    [
        ("", REPO, 404, "Not Found"),
        ("", "/user", 401, "Requires authentication"),
        ("wrong", REPO, 401, "Bad credentials"),
        ("ghp_stranger", REPO, 404, "Not Found"),
        ("ghp_visitor", "/repos/linden/other", 404, "Not Found"),
        ("ghp_visitor", "/users/nobody", 404, "Not Found"),
        ("ghp_visitor", f"{REPO}/actions/permissions", 403, "Must have admin rights"),
        ("ghs_actions", "/user", 403, "Resource not accessible by integration"),
    ],
)
def test_who_may_read_what(
    github: Forge, token: str, path: str, status: int, words: str
) -> None:
    answer = Client(github.api, token).get(path)
    assert answer.status == status
    assert words in told(answer["message"])


@pytest.mark.parametrize(
    ("permissions", "issue", "comment", "label"),
    [
        ({}, 403, 403, 403),
        ({"contents": "write"}, 403, 403, 403),
        ({"issues": "read"}, 403, 403, 403),
        ({"issues": "write"}, 201, 201, 200),
        ({"pull_requests": "write"}, 403, 201, 200),
    ],
)
def test_an_app_may_do_what_its_token_says(
    github: Forge, permissions: dict[str, str], issue: int, comment: int, label: int
) -> None:
    number = github.as_user("visitor").open_issue("One")
    token = github.token("github-actions[bot]", permissions)
    client = github.client(token=token)
    path = f"{REPO}/issues"
    assert client.post(path, title="Two").status == issue
    assert client.post(f"{path}/{number}/comments", body="hello").status == comment
    assert client.post(f"{path}/{number}/labels", labels=["x"]).status == label


def test_roles_are_told(github: Forge) -> None:
    def permission(login: str) -> object:
        path = f"{REPO}/collaborators/{login}/permission"
        return github.client().get(path).good()["permission"]

    assert permission("dana-lindqvist") == "write"
    assert permission("visitor") == "read"
    assert permission("stranger") == "none"


def test_every_reply_counts_down_the_limit(github: Forge) -> None:
    client = github.client()
    left = [client.get(REPO).headers["x-ratelimit-remaining"] for _ in range(2)]
    assert left == ["999", "998"]
    rate = client.get("/rate_limit")["rate"]
    assert isinstance(rate, dict)
    assert (rate["limit"], rate["remaining"], rate["used"]) == (1000, 998, 2)


def test_what_did_not_change_is_not_sent_again(github: Forge) -> None:
    client = github.client()
    tag = client.get(f"{REPO}/issues").headers["etag"]
    again = Client(github.api, client.token, {"if-none-match": tag})
    assert again.get(f"{REPO}/issues").status == 304
    github.as_user("visitor").open_issue("One")
    assert again.get(f"{REPO}/issues").status == 200


def test_replies_carry_the_server_s_date(github: Forge) -> None:
    github.at("2026-10-08T07:12:03Z")
    date = github.client().get(REPO).headers["date"]
    assert date == "Thu, 08 Oct 2026 07:12:03 GMT"


def test_a_caller_says_who_it_is(github: Forge) -> None:
    client = Client(github.api, github.token("visitor"), {"user-agent": ""})
    assert client.get(REPO).status == 403


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "complaint"),
    [
        ("GET", "/issues?sate=all", None, 200, "unknown parameter 'sate'"),
        ("GET", "/issues?state=shut", None, 200, "parameter state='shut' is not"),
        ("POST", "/issues", {"title": "T", "labls": []}, 201, "unknown key 'labls'"),
        ("POST", "/issues", {"title": None}, 422, "title: None is not valid"),
        ("POST", "/labels", None, 422, "the body is missing"),
        ("GET", "/stargazers", None, 404, "no operation GET"),
    ],
)
def test_what_github_does_not_describe_is_noticed(
    github: Forge, method: str, path: str, body: object, status: int, complaint: str
) -> None:
    answer = github.client().call(method, f"{REPO}{path}", body)
    assert answer.status == status
    assert complaint in " ".join(github.violations)
    github.violations.clear()


def test_the_environment_of_a_workflow(github: Forge) -> None:
    env = github.env()
    client = Client(env["GITHUB_API_URL"], env["GITHUB_TOKEN"])
    assert client.get(f"/repos/{env['GITHUB_REPOSITORY']}").status == 200
    assert env["GITHUB_API_URL"] == f"{env['GITHUB_SERVER_URL']}/api/v3"


def test_the_event_of_a_workflow(github: Forge) -> None:
    dana = github.as_user("dana-lindqvist")
    dana.edit("side", "b.txt", "two\n")
    number = dana.open_pull("side", "Two")
    dana.merge(number)
    event = github.event("pull_request", "closed", number, "dana-lindqvist")
    pull = event["pull_request"]
    assert isinstance(pull, dict)
    assert (event["action"], event["number"]) == ("closed", number)
    assert (pull["merged"], pull["head"]["ref"]) == (True, "side")
    issue = github.event("issues", "opened", dana.open_issue("Three"), "visitor")
    assert "issue" in issue


def test_it_runs_by_hand(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.support.github_server",
            "--origin",
            str(tmp_path / "origin"),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    lines = dict(process.stdout.readline().strip().split("=", 1) for _ in range(12))
    client = Client(lines["GITHUB_API_URL"], lines["GITHUB_TOKEN"])
    assert client.get(REPO).status == 200
    assert sh(tmp_path, "ls-remote", lines["REMOTE"]) == ""
    process.terminate()
    process.wait()
    process.stdout.close()
