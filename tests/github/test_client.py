"""The connection to GitHub: pace, patience, limits, and where it leads."""

import sys
import time
from pathlib import Path

import pytest
import requests

from goodterms import __version__
from goodterms.forge.github.client import ApiError, Client, LimitError, RequestPace
from goodterms.forge.github.config import GitHubConfig, where
from goodterms.git import open_repo
from goodterms.model.refusal import RefusalError
from tests.support.git_repos import new_repo, sh
from tests.support.github_connection import FAST, api, asked, at
from tests.support.github_server.forge import Forge

REPO = "/repos/linden/ledger"
ISSUES = f"{REPO}/issues"


@pytest.fixture(autouse=True)
def waited(github: Forge, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let no test wait; return how long it would have."""
    github.at("2026-11-30T07:12:00Z")
    github.seed({"a.txt": "one\n"})
    found: list[float] = []
    monkeypatch.setattr(time, "sleep", found.append)
    return found


def client(github: Forge, **pace: float) -> Client:
    return Client(at(github), RequestPace(**pace))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["error-before", "error-after", "drop-before"])
def test_a_read_is_tried_again(github: Forge, waited: list[float], kind: str) -> None:
    github.fault(kind, method="GET", times=2, status=502)
    assert client(github).get(ISSUES) == []
    assert waited == [1, 2]


def test_a_read_gives_up(github: Forge, waited: list[float]) -> None:
    github.fault("error-before", times=3)
    with pytest.raises(ApiError, match=r"answered 500 to GET .*: Server Error") as told:
        client(github).get(ISSUES)
    assert (told.value.status, told.value.unclear) == (500, True)
    assert waited == [1, 2]


def test_what_is_refused_is_not_asked_again(github: Forge, waited: list[float]) -> None:
    with pytest.raises(ApiError, match=r"404 to GET .*/pulls/9: Not Found") as told:
        client(github).get(f"{REPO}/pulls/9")
    assert not told.value.unclear
    assert (len(asked(github)), waited) == (1, [])


@pytest.mark.parametrize(
    ("kind", "unclear"),
    [("error-before", True), ("error-after", True), ("drop-after", True)],
)
def test_a_write_is_never_tried_again(
    github: Forge, kind: str, *, unclear: bool
) -> None:
    github.fault(kind, method="POST")
    with pytest.raises(ApiError) as told:
        client(github).write("POST", ISSUES, {"title": "One"})
    assert told.value.unclear is unclear
    assert len(asked(github, "POST")) == 1
    assert len(github.state.issues) == int(kind != "error-before")


@pytest.mark.parametrize(
    ("kind", "seconds", "wait"),
    [
        ("secondary-limit", 30, 30),
        ("too-many", 7, 7),
        ("primary-limit", 45, 45),
        ("secondary-bare", 1, 60),
    ],
)
def test_a_read_waits_as_long_as_github_says(
    github: Forge, waited: list[float], kind: str, seconds: int, wait: float
) -> None:
    github.fault(kind, method="GET", seconds=seconds)
    assert client(github).get(ISSUES) == []
    assert waited == [wait]


def test_a_read_does_not_wait_for_an_hour(github: Forge, waited: list[float]) -> None:
    github.fault("primary-limit", method="GET", seconds=3000)
    with pytest.raises(LimitError, match="wants a pause of 3000 s: API rate limit"):
        client(github).get(ISSUES)
    assert waited == []


def test_where_a_long_pause_is_wanted_nothing_more_is_asked(github: Forge) -> None:
    github.fault("primary-limit", method="GET", seconds=3000)
    one = client(github)
    for _again in range(3):
        with pytest.raises(LimitError, match="wants a pause of 3000 s"):
            one.get(ISSUES)
        with pytest.raises(LimitError, match="wants a pause of 3000 s"):
            one.write("POST", ISSUES, {"title": "One"})
    assert len(asked(github)) == 1


def test_too_much_at_once_is_a_limit_whatever_its_status(github: Forge) -> None:
    github.fault("too-quick", method="POST")
    one = client(github)
    for _again in range(2):
        with pytest.raises(LimitError, match=r"pause of 60 s: .*submitted too quickly"):
            one.write("POST", ISSUES, {"title": "One"})
    assert len(asked(github)) == 1


@pytest.mark.parametrize("kind", ["secondary-limit", "primary-limit", "too-many"])
def test_after_a_limit_nothing_more_is_written(github: Forge, kind: str) -> None:
    github.fault(kind, method="POST", seconds=5)
    one = client(github)
    for _again in range(3):
        with pytest.raises(LimitError, match="GitHub wants a pause of 5 s"):
            one.write("POST", ISSUES, {"title": "One"})
    assert one.get(ISSUES) == []
    assert len(asked(github, "POST")) == 1


def test_writes_are_spaced_and_counted(github: Forge, waited: list[float]) -> None:
    one = client(github, pause=1.5, writes=2)
    for number in range(2):
        one.get(ISSUES)
        one.write("POST", ISSUES, {"title": f"Number {number}"})
    assert len(waited) == 1
    assert 1 < waited[0] <= 1.5
    with pytest.raises(LimitError, match="has written 2 times, as often as it may"):
        one.write("POST", ISSUES, {"title": "One more"})
    assert len(github.state.issues) == 2


def test_a_list_is_read_to_its_end(github: Forge) -> None:
    number = github.clerk.open_issue("Long")
    for at_ in range(101):
        github.clerk.comment(number, f"Number {at_}")
    found = api(github).comments(number)
    assert [comment.body for comment in found] == [f"Number {n}" for n in range(101)]


def test_errors_are_told_in_githubs_words(github: Forge) -> None:
    with pytest.raises(ApiError) as told:
        api(github).open_pull("nowhere", "Title", "")
    assert str(told.value) == (
        f"GitHub answered 422 to POST {REPO}/pulls: Validation Failed, head invalid"
    )


def test_a_wrong_token_is_named_and_not_shown(github: Forge) -> None:
    one = Client(at(github, "ghs_secret"), FAST)
    with pytest.raises(ApiError, match=r"401 to GET .*: Bad credentials") as told:
        one.get(ISSUES)
    assert "ghs_secret" not in f"{told.value} {one!r} {one.where!r}"


def test_graphql_errors_are_errors(github: Forge) -> None:
    with pytest.raises(ApiError, match="GitHub refused a query: Could not resolve"):
        api(github).pin("nothing")
    issue = api(github).open_issue("Board", "", ["goodterms"], ["dana-lindqvist"])
    api(github).pin(issue.node)
    assert github.state.pinned == (issue.number,)


def test_without_the_library_the_way_out_is_named(
    github: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    with pytest.raises(RefusalError, match=r"pip install 'goodterms\[github\]'"):
        client(github).get(ISSUES)


class RecordedSession(requests.Session):
    """A session that answers from a list, and keeps what it was asked."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        super().__init__()
        self.answers = list(answers)
        self.sent: list[requests.PreparedRequest] = []

    def send(
        self, request: requests.PreparedRequest, **settings: object
    ) -> requests.Response:
        """Answer with the next status and location."""
        assert settings["timeout"] == 30
        assert settings["allow_redirects"] is False
        self.sent.append(request)
        status, location = self.answers.pop(0)
        response = requests.Response()
        response.status_code, response.url = status, str(request.url)
        response.headers.update({"location": location} if location else {})
        response._content = b"[]"  # noqa: SLF001 - it has no other way in
        return response


def recorded(
    monkeypatch: pytest.MonkeyPatch, *answers: tuple[int, str]
) -> tuple[Client, RecordedSession]:
    session = RecordedSession(*answers)
    monkeypatch.setattr(requests, "Session", lambda: session)
    place = GitHubConfig("a/b", "t0ken", "https://ghe.example/api/v3")
    return Client(place, FAST), session


def test_a_renamed_repository_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    moved = "https://ghe.example/api/v3/repositories/7/issues?page=2&per_page=5"
    one, session = recorded(monkeypatch, (301, moved), (200, ""))
    assert one.get("/repos/a/b/issues", per_page=5, page=2) == []
    first = "https://ghe.example/api/v3/repos/a/b/issues?page=2&per_page=5"
    assert [request.url for request in session.sent] == [first, moved]
    for request in session.sent:
        assert request.headers["Authorization"] == "token t0ken"
        assert request.headers["User-Agent"] == f"goodterms/{__version__}"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://else.example/api/v3/x", "http://ghe.example/api/v3/x", ""],
)
def test_the_token_goes_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, elsewhere: str
) -> None:
    elsewhere = elsewhere or "https://ghe.example/api/v3/x"  # the very same address
    one, session = recorded(monkeypatch, (301, elsewhere))
    with pytest.raises(ApiError, match="did not answer POST /x: RuntimeError"):
        one.write("POST", "/x", {})
    assert len(session.sent) == 1


def test_graphql_lies_beside_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    one, session = recorded(monkeypatch, (307, "https://ghe.example/other"))
    with pytest.raises(ApiError, match="GitHub answered 307"):
        one.query("query { viewer { login } }", {})
    assert session.sent[0].url == "https://ghe.example/api/graphql"
    assert session.sent[0].headers["Content-Type"] == "application/json"
    assert GitHubConfig("a/b", "t").graphql == "https://api.github.com/graphql"


# ------------------------------------------------------------------- where it leads


@pytest.mark.parametrize(
    ("env", "remote", "repository", "server", "address"),
    [
        (
            {},
            "https://github.com/linden/ledger.git",
            "linden/ledger",
            "https://github.com",
            "https://api.github.com",
        ),
        (
            {},
            "git@github.com:linden/ledger.git",
            "linden/ledger",
            "https://github.com",
            "https://api.github.com",
        ),
        (
            {},
            "https://x-access-token:secret@ghe.linden.example:8443/a/b",
            "a/b",
            "https://ghe.linden.example",
            "https://ghe.linden.example/api/v3",
        ),
        (
            {},
            "git@linden.ghe.com:a/b.git",
            "a/b",
            "https://linden.ghe.com",
            "https://api.linden.ghe.com",
        ),
        (
            {
                "GITHUB_REPOSITORY": "acme/books",
                "GITHUB_SERVER_URL": "https://ghe.example/",
                "GITHUB_API_URL": "https://ghe.example/api/v3/",
            },
            "https://github.com/linden/ledger",
            "acme/books",
            "https://ghe.example",
            "https://ghe.example/api/v3",
        ),
        (
            {"GITHUB_REPOSITORY": "acme/books"},
            "/srv/git/books.git",
            "acme/books",
            "https://github.com",
            "https://api.github.com",
        ),
    ],
)
def test_where_it_leads(
    tmp_path: Path,
    env: dict[str, str],
    remote: str,
    repository: str,
    server: str,
    address: str,
) -> None:
    root = new_repo(tmp_path / "books", {"a": "1"})
    sh(root, "remote", "add", "origin", remote)
    found = where({"GITHUB_TOKEN": "t", **env}, open_repo(root))
    assert (found.repository, found.server, found.api) == (repository, server, address)
    assert found.page == f"{server}/{repository}"


@pytest.mark.parametrize(
    ("env", "remote", "said"),
    [
        ({}, "https://github.com/a/b", "GITHUB_TOKEN is not set; in a workflow: env:"),
        ({"GITHUB_TOKEN": "t"}, "/srv/git/books.git", "set GITHUB_REPOSITORY to OWNER"),
        ({"GITHUB_TOKEN": "t"}, None, "set GITHUB_REPOSITORY to OWNER/NAME"),
        (
            {"GITHUB_TOKEN": "t", "GITHUB_REPOSITORY": "books"},
            None,
            "set GITHUB_REPOSITORY to OWNER/NAME",
        ),
    ],
)
def test_what_is_missing_is_named(
    tmp_path: Path, env: dict[str, str], remote: str | None, said: str
) -> None:
    root = new_repo(tmp_path / "books", {"a": "1"})
    if remote:
        sh(root, "remote", "add", "origin", remote)
    with pytest.raises(RefusalError, match=said):
        where(env, open_repo(root))


def test_the_page_of_a_run(tmp_path: Path) -> None:
    repo = open_repo(new_repo(tmp_path / "books", {"a": "1"}))
    env = {"GITHUB_TOKEN": "t", "GITHUB_REPOSITORY": "a/b"}
    assert where(env, repo).run_page is None
    found = where({**env, "GITHUB_RUN_ID": "12"}, repo)
    assert found.run_page == "https://github.com/a/b/actions/runs/12"
