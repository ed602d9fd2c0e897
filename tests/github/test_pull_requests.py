"""The test server's pull requests: their life, merging, conflicts, reviews."""

from pathlib import Path

import pytest

from tests.support.git_repos import commit, sh
from tests.support.github_server.client import CallError
from tests.support.github_server.forge import Forge

REPO = "/repos/linden/ledger"
BRANCH = "goodterms/acme/one"
FILES = {"a.yaml": "one: 1\ntwo: 2\nthree: 3\n"}
pytestmark = pytest.mark.usefixtures("books")

DECISION = "ledger/acme/decisions/one.yaml"


@pytest.fixture
def books(github: Forge, tmp_path: Path) -> Path:
    """Clone main and push one proposal on its branch."""
    github.at("2026-11-30T07:12:00Z")
    github.seed(FILES)
    sh(tmp_path, "clone", "-q", github.remote(), "books")
    root = tmp_path / "books"
    sh(root, "switch", "-q", "-c", BRANCH)
    commit(root, {DECISION: "choose: approve\n"}, "Propose a final notice")
    sh(root, "push", "-q", "origin", "HEAD")
    return root


def propose(github: Forge, **extra: object) -> int:
    """Open the pull request as the workflow does."""
    body = {"title": "Final notice", "head": BRANCH, "base": "main", **extra}
    number = github.client().post(f"{REPO}/pulls", **body).good()["number"]
    assert isinstance(number, int)
    return number


def shown(github: Forge, number: int) -> dict[str, object]:
    """Read a pull request until the server knows whether it merges."""
    answer = github.client().get(f"{REPO}/pulls/{number}").good()
    if answer["mergeable"] is None and answer["state"] == "open":
        answer = github.client().get(f"{REPO}/pulls/{number}").good()
    assert isinstance(answer.body, dict)
    return answer.body


def on_main(github: Forge, path: str) -> str:
    return github.read(path, github.state.branches["main"])


def test_a_pull_request_as_it_is_opened(github: Forge, books: Path) -> None:
    number = propose(github, body="Because of *this*.")
    head = sh(books, "rev-parse", "HEAD")
    pull = shown(github, number)
    assert (pull["number"], pull["state"], pull["body"]) == (
        1,
        "open",
        "Because of *this*.",
    )
    assert github.pull(number).head_sha == head
    assert (pull["mergeable"], pull["mergeable_state"]) == (True, "clean")
    assert (pull["commits"], pull["changed_files"], pull["additions"]) == (1, 1, 1)
    assert pull["created_at"] == "2026-11-30T07:12:00Z"
    assert sh(github.path, "rev-parse", "refs/pull/1/head") == head
    files = github.client().get(f"{REPO}/pulls/1/files").rows()
    assert [(one["filename"], one["status"]) for one in files] == [(DECISION, "added")]


def test_whether_it_merges_is_known_later(github: Forge) -> None:
    created = github.client().post(
        f"{REPO}/pulls", title="Final notice", head=BRANCH, base="main"
    )
    told = [created, *(github.client().get(f"{REPO}/pulls/1") for _ in range(3))]
    assert [answer["mergeable"] for answer in told] == [None, None, True, True]


def test_a_second_one_for_the_branch_is_refused(github: Forge) -> None:
    propose(github)
    again = github.client().post(
        f"{REPO}/pulls", title="Again", head=BRANCH, base="main"
    )
    assert again.status == 422
    assert again["message"] == "Validation Failed"
    assert again["errors"] == [
        {
            "resource": "PullRequest",
            "code": "custom",
            "message": f"A pull request already exists for linden:{BRANCH}.",
        }
    ]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"head": "nowhere"}, {"field": "head", "code": "invalid"}),
        ({"base": "nowhere"}, {"field": "base", "code": "invalid"}),
        ({"title": ""}, {"field": "title", "code": "missing_field"}),
        ({"head": "main"}, {"message": "No commits between main and main"}),
        (
            {"body": "x" * 65_537},
            {"message": "body is too long (maximum is 65536 characters)"},
        ),
    ],
)
def test_what_cannot_be_opened(
    github: Forge, change: dict[str, str], error: dict[str, str]
) -> None:
    body: dict[str, object] = {"title": "T", "head": BRANCH, "base": "main", **change}
    answer = github.client().post(f"{REPO}/pulls", **body)
    assert answer.status == 422
    errors = answer["errors"]
    assert isinstance(errors, list)
    assert error.items() <= errors[0].items()
    assert github.state.issues == {}


def test_workflows_may_be_forbidden_to_open_any(github: Forge) -> None:
    github.rules.actions_may_open_pulls = False
    with pytest.raises(CallError, match="not permitted to create or approve"):
        propose(github)
    assert github.as_user("dana-lindqvist").open_pull(BRANCH, "By hand") == 1


def test_the_list_can_be_asked_for_a_branch(github: Forge) -> None:
    propose(github)
    client = github.client()

    def count(**query: object) -> int:
        return len(client.get(f"{REPO}/pulls", **query).rows())

    assert count(head=f"linden:{BRANCH}") == 1
    assert count(head="linden:other") == 0
    assert count(head="other", base="main") == 1  # no owner: GitHub filters nothing
    assert count(state="closed", head=f"linden:{BRANCH}") == 0
    github.as_user("dana-lindqvist").close(1)
    assert count(state="closed", head=f"linden:{BRANCH}") == 1
    assert count() == 0


def test_merging_makes_a_commit_with_two_parents(github: Forge, books: Path) -> None:
    head = sh(books, "rev-parse", "HEAD")
    number, base = propose(github), github.state.branches["main"]
    sha = github.as_user("dana-lindqvist").merge(number)
    pull = shown(github, number)
    merger = pull["merged_by"]
    assert isinstance(merger, dict)
    assert (pull["merged"], pull["merge_commit_sha"]) == (True, sha)
    assert (pull["state"], pull["merged_at"]) == ("closed", "2026-11-30T07:12:00Z")
    assert merger["login"] == "dana-lindqvist"
    assert sh(github.path, "log", "-1", "--format=%P", "main") == f"{base} {head}"
    assert on_main(github, DECISION) == "choose: approve\n"
    found = github.client().get(f"{REPO}/commits/{head}/pulls").rows()
    assert [one["number"] for one in found] == [number]


@pytest.mark.parametrize(
    ("method", "subject", "author"),
    [
        ("squash", "Final notice (#1)", "github-actions[bot]"),
        ("rebase", "Propose a final notice", "Test Author"),
    ],
)
def test_other_ways_to_merge_leave_one_parent(
    github: Forge, books: Path, method: str, subject: str, author: str
) -> None:
    head = sh(books, "rev-parse", "HEAD")
    base = github.seed({"b.yaml": "grown\n"})
    number = propose(github)
    sha = github.as_user("dana-lindqvist").merge(number, method)
    told = sh(github.path, "log", "-1", "--format=%P|%s|%an", "main")
    assert told == f"{base}|{subject}|{author}"
    assert sha == github.state.branches["main"] != head
    assert shown(github, number)["merge_commit_sha"] == sha
    found = github.client().get(f"{REPO}/commits/{sha}/pulls").rows()
    assert [one["number"] for one in found] == [number]


def test_a_conflict_does_not_merge(github: Forge, books: Path) -> None:
    commit(books, {"a.yaml": "one: 1\ntwo: mine\nthree: 3\n"})
    sh(books, "push", "-q", "origin", "HEAD")
    number = propose(github)
    before = github.seed({"a.yaml": "one: 1\ntwo: theirs\nthree: 3\n"})
    pull = shown(github, number)
    assert (pull["mergeable"], pull["mergeable_state"]) == (False, "dirty")
    for method in ("merge", "squash", "rebase"):
        with pytest.raises(CallError, match=r"405.*Pull Request is not mergeable"):
            github.as_user("dana-lindqvist").merge(number, method)
    assert github.state.branches["main"] == before


def test_daily_commits_beside_it_do_no_harm(github: Forge) -> None:
    number = propose(github)
    for day in range(3):
        github.seed({"a.yaml": f"day: {day}\n"})
    assert shown(github, number)["mergeable"] is True
    github.as_user("dana-lindqvist").merge(number)
    assert on_main(github, "a.yaml") == "day: 2\n"


def test_a_stale_head_is_not_merged(github: Forge, books: Path) -> None:
    old = sh(books, "rev-parse", "HEAD")
    number = propose(github)
    github.as_user("ohaddad").edit(BRANCH, DECISION, "choose: plan\n")
    with pytest.raises(CallError, match=r"409.*Head branch was modified"):
        github.as_user("dana-lindqvist").merge(number, sha=old)


def test_an_edit_in_the_browser_moves_the_head(github: Forge) -> None:
    number = propose(github)
    sha = github.as_user("ohaddad").edit(BRANCH, DECISION, "choose: plan\n")
    assert github.pull(number).head_sha == sha
    answer = github.client().get(f"{REPO}/contents/{DECISION}", ref=BRANCH)
    assert answer["content"] == "Y2hvb3NlOiBwbGFuCg==\n"
    commits = github.client().get(f"{REPO}/pulls/{number}/commits").rows()
    author = commits[-1]["author"]
    assert isinstance(author, dict)
    assert author["login"] == "ohaddad"


@pytest.mark.parametrize("way", ["merge commit", "fast-forward"])
def test_a_push_of_main_with_the_head_marks_it_merged(
    github: Forge, books: Path, way: str
) -> None:
    head = sh(books, "rev-parse", "HEAD")
    number = propose(github)
    sh(books, "switch", "-q", "main")
    flag = "--no-ff" if way == "merge commit" else "--ff-only"
    sh(books, "merge", "-q", flag, BRANCH)
    sh(books, "push", "-q", github.remote("ohaddad"), "main")
    pull = github.pull(number)
    assert (pull.merged_by, pull.merge_commit) == (
        "ohaddad",
        sh(books, "rev-parse", "main"),
    )
    assert pull.introduced == (head,)
    assert github.issue(number).state == "closed"


@pytest.mark.parametrize("way", ["by git", "by the API"])
def test_deleting_the_branch_closes_it(github: Forge, books: Path, way: str) -> None:
    number = propose(github)
    if way == "by git":
        sh(books, "push", "-q", github.remote("ohaddad"), "--delete", BRANCH)
    else:
        github.as_user("ohaddad").delete_branch(BRANCH)
    issue = github.issue(number)
    assert (issue.state, issue.closed_by) == ("closed", "ohaddad")
    assert shown(github, number)["merged"] is False
    with pytest.raises(CallError, match="branch was deleted"):
        github.as_user("dana-lindqvist").reopen(number)


def test_closing_says_who_and_can_be_undone(github: Forge) -> None:
    number = propose(github)
    github.as_user("dana-lindqvist").close(number, "Not now: they called.")
    closer = github.client().get(f"{REPO}/issues/{number}")["closed_by"]
    assert isinstance(closer, dict)
    assert closer["login"] == "dana-lindqvist"
    said = github.client().get(f"{REPO}/issues/{number}/comments").rows()
    assert [one["body"] for one in said] == ["Not now: they called."]
    github.as_user("dana-lindqvist").reopen(number)
    assert shown(github, number)["state"] == "open"


def test_closed_ones_make_room_for_a_new_one(github: Forge) -> None:
    github.as_user("dana-lindqvist").close(propose(github))
    assert propose(github) == 2
    with pytest.raises(CallError, match="already an open pull request"):
        github.as_user("dana-lindqvist").reopen(1)


def test_a_closed_one_takes_what_was_pushed_since_when_it_reopens(
    github: Forge, books: Path
) -> None:
    number, dana = propose(github), github.as_user("dana-lindqvist")
    dana.close(number)
    old = github.pull(number).head_sha
    new = commit(books, {DECISION: "choose: plan\n"})
    sh(books, "push", "-q", "origin", "HEAD")
    assert github.pull(number).head_sha == old
    dana.reopen(number)
    assert github.pull(number).head_sha == new
    dana.close(number)
    sh(books, "reset", "-q", "--hard", "HEAD~2")
    commit(books, {DECISION: "choose: another\n"})
    sh(books, "push", "-q", "--force", "origin", "HEAD")
    with pytest.raises(CallError, match="force-pushed or recreated"):
        dana.reopen(number)


def test_a_merged_one_stays_as_it_was(github: Forge, books: Path) -> None:
    number = propose(github)
    dana = github.as_user("dana-lindqvist")
    dana.merge(number)
    head = github.pull(number).head_sha
    commit(books, {DECISION: "choose: later\n"})
    sh(books, "push", "-q", "origin", "HEAD")
    assert github.pull(number).head_sha == head
    for act in (dana.merge, dana.reopen):
        with pytest.raises(CallError):
            act(number)


def test_reviews_are_of_the_head_of_their_time(github: Forge, books: Path) -> None:
    first = sh(books, "rev-parse", "HEAD")
    number = propose(github)
    github.as_user("dana-lindqvist").approve(number)
    second = github.as_user("ohaddad").edit(BRANCH, DECISION, "choose: plan\n")
    github.as_user("linden-admin").review(number, "REQUEST_CHANGES", "Why?")
    found = github.client().get(f"{REPO}/pulls/{number}/reviews").rows()
    assert [(one["state"], one["commit_id"]) for one in found] == [
        ("APPROVED", first),
        ("CHANGES_REQUESTED", second),
    ]


def test_nobody_approves_their_own(github: Forge) -> None:
    dana = github.as_user("dana-lindqvist")
    number = dana.open_pull(BRANCH, "Mine")
    with pytest.raises(CallError, match="Can not approve your own pull request"):
        dana.approve(number)
    github.rules.actions_may_open_pulls = False
    answer = github.client().post(f"{REPO}/pulls/{number}/reviews", event="APPROVE")
    assert answer.status == 422
    assert answer["errors"] == [
        "GitHub Actions is not permitted to approve pull requests."
    ]


def test_a_guard_counts_approvals_of_writers(github: Forge) -> None:
    github.protect(approvals=2, dismiss_stale=True)
    number = propose(github)
    dana = github.as_user("dana-lindqvist")
    github.as_user("visitor").approve(number)
    dana.approve(number)
    with pytest.raises(CallError, match=r"405.*At least 2 approving reviews are req"):
        dana.merge(number)
    assert shown(github, number)["mergeable_state"] == "blocked"
    github.as_user("ohaddad").approve(number)
    assert shown(github, number)["mergeable_state"] == "clean"
    github.as_user("ohaddad").edit(BRANCH, DECISION, "choose: plan\n")
    states = [review.state for review in github.state.reviews.values()]
    assert states == ["DISMISSED"] * 3
    with pytest.raises(CallError, match="405"):
        dana.merge(number)


def test_approvals_of_an_older_head_count_unless_dismissed(github: Forge) -> None:
    github.protect(approvals=1)
    number = propose(github)
    github.as_user("ohaddad").approve(number)
    github.as_user("dana-lindqvist").edit(BRANCH, DECISION, "choose: plan\n")
    github.as_user("dana-lindqvist").merge(number)
    assert on_main(github, DECISION) == "choose: plan\n"


def test_a_review_can_be_dismissed(github: Forge) -> None:
    number = propose(github)
    review = github.as_user("dana-lindqvist").approve(number)["id"]
    path = f"{REPO}/pulls/{number}/reviews/{review}"
    client = github.client("ohaddad")
    answer = client.put(f"{path}/dismissals", message="too early")
    assert (answer.status, answer["state"]) == (200, "DISMISSED")
    assert client.put(f"{path}/dismissals", message="again").status == 422


def test_reviewers_are_asked_until_they_answer(github: Forge) -> None:
    number = propose(github)
    path = f"{REPO}/pulls/{number}/requested_reviewers"
    client = github.client()
    client.post(path, reviewers=["dana-lindqvist", "ohaddad"]).good()
    github.as_user("ohaddad").approve(number)
    users = client.get(path)["users"]
    assert isinstance(users, list)
    assert [one["login"] for one in users] == ["dana-lindqvist"]
    refused = client.post(path, reviewers=["stranger"])
    assert refused.status == 422
    assert "not a collaborator of the linden/ledger repo" in str(refused["message"])


def test_the_branch_may_be_deleted_on_merging(github: Forge) -> None:
    github.rules.delete_branch_on_merge = True
    github.as_user("dana-lindqvist").merge(propose(github))
    assert set(github.state.branches) == {"main"}
    assert github.pull(1).merged_by == "dana-lindqvist"
