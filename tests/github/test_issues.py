"""The test server's issues, comments, labels and forms; pages and workflows."""

import re

import pytest

from tests.support.github_server.client import CallError
from tests.support.github_server.forge import Forge
from tests.support.github_server.views.links import node_id

REPO = "/repos/linden/ledger"
LINK = re.compile(r'<([^>]+)>; rel="(\w+)"')
FORM = """\
name: A reply
title: "Reply: "
labels: [reply, ledger]
assignees: [ohaddad]
body:
  - type: markdown
    attributes: {value: Thank you.}
  - type: input
    id: account
    attributes: {label: Account}
    validations: {required: true}
  - type: dropdown
    id: kind
    attributes: {label: Kind, options: [promise, dispute]}
  - type: textarea
    id: said
    attributes: {label: What they said}
  - type: textarea
    id: amounts
    attributes: {label: Amounts, render: yaml}
  - type: checkboxes
    id: sure
    attributes: {label: Check, options: [{label: It is true}, {label: I asked}]}
"""
WORKFLOWS = {
    ".github/workflows/run.yml": "name: Run\non: push\n",
    ".github/workflows/check.yml": "name: Check\non: push\n",
    ".github/workflows/README.md": "no workflow\n",
}


@pytest.fixture(autouse=True)
def _seeded(github: Forge) -> None:
    github.at("2026-11-30T07:12:00Z")
    github.seed({".github/ISSUE_TEMPLATE/reply.yml": FORM, **WORKFLOWS})


def numbers(rows: list[dict[str, object]]) -> list[object]:
    return [row["number"] for row in rows]


def test_issues_and_pull_requests_share_their_numbers(github: Forge) -> None:
    dana = github.as_user("dana-lindqvist")
    assert dana.open_issue("One") == 1
    assert dana.edit("side", "a.txt", "new\n")
    assert dana.open_pull("side", "Two") == 2
    assert dana.open_issue("Three") == 3
    rows = github.client().get(f"{REPO}/issues").rows()
    assert numbers(rows) == [3, 2, 1]
    assert ["pull_request" in row for row in rows] == [False, True, False]
    assert github.client().get(f"{REPO}/pulls/1").status == 404


def test_issues_are_found_by_label_state_and_person(github: Forge) -> None:
    dana = github.as_user("dana-lindqvist")
    dana.open_issue("One", labels=["dashboard"])
    github.at("2026-12-01T07:12:00Z")
    dana.open_issue("Two", labels=["dashboard", "Reply"])
    dana.assign(2, "ohaddad", "stranger")
    github.as_user("visitor").open_issue("Three", labels=["dashboard"])
    dana.close(1)

    def found(**query: object) -> list[object]:
        return numbers(github.client().get(f"{REPO}/issues", **query).rows())

    assert found(labels="dashboard", state="all") == [2, 1]  # a reader labels nothing
    assert found(labels="dashboard,reply") == [2]
    assert found(creator="visitor") == [3]
    assert found(assignee="ohaddad") == [2]
    assert found(state="closed") == [1]
    assert found(since="2026-12-01T00:00:00Z", state="all", direction="asc") == [
        1,
        2,
        3,
    ]


def test_a_form_becomes_what_github_makes_of_it(github: Forge) -> None:
    number = github.as_user("visitor").open_issue_from_form(
        "reply.yml",
        title="Reply: acme",
        account="acme-gmbh",
        kind="promise",
        amounts="EUR: 600.00",
        sure=["I asked"],
    )
    issue = github.issue(number)
    assert (issue.title, issue.author) == ("Reply: acme", "visitor")
    assert (issue.labels, issue.assignees) == (("reply", "ledger"), ("ohaddad",))
    assert issue.body == (
        "### Account\n\nacme-gmbh\n\n### Kind\n\npromise\n\n"
        "### What they said\n\n_No response_\n\n"
        "### Amounts\n\n```yaml\nEUR: 600.00\n```\n\n"
        "### Check\n\n- [ ] It is true\n- [x] I asked"
    )


@pytest.mark.parametrize("wrong", [{"acount": "x"}, {"kind": "payment"}])
def test_a_test_cannot_fill_in_what_the_form_has_not(
    github: Forge, wrong: dict[str, str]
) -> None:
    with pytest.raises((KeyError, ValueError)):
        github.as_user("visitor").open_issue_from_form("reply.yml", **wrong)


def test_comments_can_be_changed_and_listed_since(github: Forge) -> None:
    number = github.as_user("visitor").open_issue("One")
    client = github.client()
    first = client.post(f"{REPO}/issues/{number}/comments", body="one").good()
    github.at("2026-12-02T07:12:00Z")
    github.as_user("visitor").comment(number, "two")
    late = client.get(f"{REPO}/issues/{number}/comments", since="2026-12-01T00:00:00Z")
    assert [row["body"] for row in late.rows()] == ["two"]
    path = f"{REPO}/issues/comments/{first['id']}"
    assert client.patch(path, body="edited")["updated_at"] == "2026-12-02T07:12:00Z"
    refused = github.client("visitor").patch(path, body="mine")
    assert refused.status == 403
    assert client.get(path)["body"] == "edited"


@pytest.mark.parametrize("length", [0, 65_537])
def test_a_comment_has_some_text_but_not_too_much(github: Forge, length: int) -> None:
    number = github.as_user("visitor").open_issue("One")
    body = "x" * length
    answer = github.client().post(f"{REPO}/issues/{number}/comments", body=body)
    assert answer.status == 422


def test_labels_are_made_once_and_put_on_by_any_case(github: Forge) -> None:
    client, number = github.client(), github.as_user("visitor").open_issue("One")
    made = client.post(f"{REPO}/labels", name="Waiting", color="0e8a16")
    assert (made.status, made["color"]) == (201, "0e8a16")
    again = client.post(f"{REPO}/labels", name="waiting", color="0e8a16")
    assert (again.status, again["errors"]) == (
        422,
        [{"resource": "Label", "field": "name", "code": "already_exists"}],
    )
    client.post(f"{REPO}/issues/{number}/labels", labels=["waiting", "new"]).good()
    assert github.issue(number).labels == ("Waiting", "new")
    client.put(f"{REPO}/issues/{number}/labels", labels=["new"]).good()
    assert github.issue(number).labels == ("new",)
    assert client.delete(f"{REPO}/issues/{number}/labels/new").good().body == []
    assert client.delete(f"{REPO}/issues/{number}/labels/new").status == 404


@pytest.mark.parametrize(
    "label", [{"color": "#0e8a16"}, {"name": "x" * 51}, {"description": "x" * 101}]
)
def test_labels_have_limits(github: Forge, label: dict[str, str]) -> None:
    body: dict[str, object] = {"name": "one", "color": "0e8a16", **label}
    assert github.client().post(f"{REPO}/labels", **body).status == 422


def test_pages_are_linked(github: Forge) -> None:
    visitor = github.as_user("visitor")
    for at in range(5):
        visitor.open_issue(f"Issue {at}")
    seen: list[object] = []
    path = f"{REPO}/issues?per_page=2&direction=asc"
    while path:
        answer = github.client().get(path)
        seen += numbers(answer.rows())
        found = LINK.findall(answer.headers.get("link", ""))
        links = {rel: url.removeprefix(github.api) for url, rel in found}
        path = links.get("next", "")
    assert seen == [1, 2, 3, 4, 5]
    assert set(links) == {"prev", "first"}
    assert links["prev"].endswith("&page=2")
    assert len(github.client().get(f"{REPO}/issues", per_page=500).rows()) == 5


def test_an_issue_can_be_pinned(github: Forge) -> None:
    visitor = github.as_user("visitor")
    ids = [node_id("Issue", visitor.open_issue(f"Issue {at}")) for at in range(4)]
    mutation = "mutation($id: ID!) { pinIssue(input: {issueId: $id}) { issue { id } } }"

    def pin(issue: str, base: str = github.api) -> object:
        client = github.client()
        client.base = base.replace("/api/v3", "/api")
        return client.post("/graphql", query=mutation, variables={"id": issue}).body

    assert pin(ids[0]) == {
        "data": {"pinIssue": {"issue": {"id": ids[0], "number": 1, "isPinned": True}}}
    }
    pin(ids[1], github.url)
    pin(ids[2])
    assert "Maximum 3 pinned issues" in str(pin(ids[3]))
    assert github.state.pinned == (1, 2, 3)


def test_workflows_are_the_files_on_main(github: Forge) -> None:
    client = github.client()
    listed = client.get(f"{REPO}/actions/workflows")["workflows"]
    assert isinstance(listed, list)
    assert {(one["name"], one["state"]) for one in listed} == {
        ("Run", "active"),
        ("Check", "active"),
    }
    github.client("linden-admin").put(f"{REPO}/actions/workflows/run.yml/disable")
    path = f"{REPO}/actions/workflows/run.yml"
    assert client.get(path)["state"] == "disabled_manually"
    assert client.put(f"{path}/enable").status == 403
    token = github.token("github-actions[bot]", {"actions": "write"})
    assert github.client(token=token).put(f"{path}/enable").status == 204
    assert client.get(path)["state"] == "active"


def test_runs_are_listed_newest_first(github: Forge) -> None:
    github.ran("run.yml")
    github.at("2026-12-01T07:12:00Z")
    github.ran("run.yml", "failure")
    github.ran("check.yml")
    path = f"{REPO}/actions/workflows/run.yml/runs"
    client = github.client()
    runs = client.get(path)["workflow_runs"]
    assert isinstance(runs, list)
    assert [run["conclusion"] for run in runs] == ["failure", "success"]
    assert client.get(path, status="success")["total_count"] == 1
    assert client.get(f"{REPO}/actions/runs")["total_count"] == 3


def test_events_from_outside_are_kept(github: Forge) -> None:
    client = github.client("dana-lindqvist")
    payload = {"v": 1, "kind": "payment"}
    client.post(
        f"{REPO}/dispatches", event_type="payment", client_payload=payload
    ).good()
    path = f"{REPO}/actions/workflows/run.yml/dispatches"
    client.post(path, ref="main", inputs={"account": "acme"}).good()
    assert [event["by"] for event in github.world.dispatches] == ["dana-lindqvist"] * 2
    assert github.world.dispatches[0]["client_payload"] == payload
    assert github.world.dispatches[1]["workflow"] == ".github/workflows/run.yml"


@pytest.mark.parametrize(
    ("kind", "classic", "rulesets", "rules"),
    [(None, 404, 0, 0), ("classic", 200, 0, 0), ("ruleset", 404, 1, 1)],
)
def test_a_guard_is_seen_where_github_shows_it(
    github: Forge, kind: str | None, classic: int, rulesets: int, rules: int
) -> None:
    if kind:
        github.protect(kind=kind, approvals=1)
    admin = github.client("linden-admin")
    assert admin.get(f"{REPO}/branches/main/protection").status == classic
    assert len(admin.get(f"{REPO}/rulesets").rows()) == rulesets
    assert len(admin.get(f"{REPO}/rules/branches/main").rows()) == rules
    assert admin.get(f"{REPO}/branches/main")["protected"] is bool(kind)
    assert github.client().get(f"{REPO}/branches/main/protection").status == 403


def test_a_guarded_main_is_not_edited_in_the_browser(github: Forge) -> None:
    github.protect()
    dana = github.as_user("dana-lindqvist")
    with pytest.raises(CallError, match=r"409.*Changes must be made through a pull"):
        dana.edit("main", "a.txt", "x\n")
    github.rules.protection = None
    dana.edit("main", "a.txt", "x\n")
    assert github.read("a.txt") == "x\n"
    dana.remove("main", "a.txt")
    assert github.client().get(f"{REPO}/contents/a.txt").status == 404


def test_a_file_is_not_written_over_another_s_change(github: Forge) -> None:
    github.as_user("dana-lindqvist").edit("main", "a.txt", "one\n")
    body: dict[str, object] = {"message": "Edit", "content": "dHdvCg=="}
    path, client = f"{REPO}/contents/a.txt", github.client()
    assert client.put(path, **body).status == 422
    assert client.put(path, **body, sha="0" * 40).status == 409
    assert github.read("a.txt") == "one\n"


def test_a_folder_is_listed(github: Forge) -> None:
    rows = github.client().get(f"{REPO}/contents/.github").rows()
    assert [(row["type"], row["path"]) for row in rows] == [
        ("dir", ".github/ISSUE_TEMPLATE"),
        ("dir", ".github/workflows"),
    ]


def test_commits_are_compared(github: Forge) -> None:
    dana, base = github.as_user("dana-lindqvist"), str(github.world.main)
    dana.edit("side", "a.txt", "one\n")
    github.seed({"b.txt": "two\n"})
    client = github.client()
    told = client.get(f"{REPO}/compare/main...side")
    assert (told["status"], told["ahead_by"], told["behind_by"]) == ("diverged", 1, 1)
    files = told["files"]
    assert isinstance(files, list)
    assert [(one["filename"], one["patch"]) for one in files] == [
        ("a.txt", "@@ -0,0 +1 @@\n+one")
    ]
    assert client.get(f"{REPO}/compare/{base}...main")["status"] == "ahead"
    assert client.get(f"{REPO}/compare/main...main")["status"] == "identical"
    listed = client.get(f"{REPO}/commits", sha="side", path="a.txt").rows()
    assert len(listed) == 1
    assert client.get(f"{REPO}/commits/nowhere").status == 422
