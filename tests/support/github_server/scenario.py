"""One story over plain HTTP, to be told to any server that speaks GitHub's API.

Three accounts play: the engine proposes, Dana decides, Omar edits.
"""

import base64

from tests.support.github_server.client import Answer
from tests.support.github_server.story_steps import Look, Story, Told, each, key, same

BRANCH = "goodterms/acme/2026-11-30-final-notice"
OTHER = "goodterms/acme/other"
PATH = "ledger/acme/decisions/2026-11-30-final-notice.yaml"
LONG = 65_537


def play(story: Story) -> list[Told]:
    """Tell the whole story."""
    number, head = _propose(story)
    _talk(story, number)
    _review(story, number, head)
    _merge(story, number, head)
    _conflict(story)
    _end(story)
    _mistakes(story)
    return story.told


def _write(path: str, text: str, branch: str) -> dict[str, str]:
    content = base64.b64encode(text.encode()).decode()
    return {"message": f"Write {path}", "content": content, "branch": branch}


def _branch(story: Story, name: str) -> dict[str, object]:
    ref = story.engine.get(f"{story.repo}/git/ref/heads/main").good()
    target = ref["object"]
    assert isinstance(target, dict)
    body = {"ref": f"refs/heads/{name}", "sha": target["sha"]}
    looks = {"ref": key("ref"), "sha": same(target["sha"], key("object", "sha"))}
    story.ask("make a branch", story.engine, ("POST", "/git/refs"), body, **looks)
    return body


def _propose(story: Story) -> tuple[int, str]:
    engine = story.engine
    story.ask("the repository", engine, ("GET", ""), branch=key("default_branch"))
    body = _branch(story, BRANCH)
    story.ask(
        "make the branch again", engine, ("POST", "/git/refs"), body, **_refusal()
    )
    write = _write(PATH, "choose: approve\n", BRANCH)
    looks = {"path": key("content", "path")}
    answer = story.ask(
        "write the proposal", engine, ("PUT", f"/contents/{PATH}"), write, **looks
    )
    head = str(key("commit", "sha")(answer))
    body = {"title": "Final notice", "head": BRANCH, "base": "main", "body": "Why."}
    looks = {name: key(name) for name in ("state", "merged", "mergeable", "title")}
    looks |= {"head": same(head, key("head", "sha")), "ref": key("head", "ref")}
    answer = story.ask(
        "open the pull request", engine, ("POST", "/pulls"), body, **looks
    )
    number = key("number")(answer)
    assert isinstance(number, int)
    story.ask("open it again", engine, ("POST", "/pulls"), body, **_refusal())
    owner = story.repo.split("/")[2]
    for name, query in {
        "find it by its branch": f"?head={owner}:{BRANCH}&state=all",
        "find none for another branch": f"?head={owner}:nothing&state=all",
        "ask without the owner": "?head=nothing",
    }.items():
        looks = {"refs": each("head", "ref")}
        story.ask(name, engine, ("GET", f"/pulls{query}"), **looks)
    return number, head


def _refusal() -> dict[str, Look]:
    return {"message": key("message"), "errors": key("errors")}


def _talk(story: Story, number: int) -> None:
    engine, issue = story.engine, f"/issues/{number}"
    label = {"name": "goodterms", "color": "0e8a16", "description": "By the engine"}
    for name in ("make a label", "make the label again"):
        looks = {"name": key("name"), **_refusal()}
        story.ask(name, engine, ("POST", "/labels"), label, **looks)
    labels = {"labels": ["goodterms"]}
    looks = {"names": each("name")}
    story.ask("label it", engine, ("POST", f"{issue}/labels"), labels, **looks)
    text = {"body": "Paid in part."}
    call = ("POST", f"{issue}/comments")
    answer = story.ask("comment", engine, call, text, body=key("body"))
    call = ("PATCH", f"/issues/comments/{key('id')(answer)}")
    story.ask("edit the comment", engine, call, {"body": "Edited"}, body=key("body"))
    looks = {"bodies": each("body"), "by": each("user", "login")}
    story.ask("list comments", engine, ("GET", f"{issue}/comments"), **looks)
    query = "/issues?labels=goodterms"
    looks = {"titles": each("title")}
    story.ask("issues hold pull requests", engine, ("GET", query), **looks)


def _review(story: Story, number: int, head: str) -> None:
    pull = f"/pulls/{number}"
    approve = {"event": "APPROVE", "commit_id": head}
    call = ("POST", f"{pull}/reviews")
    story.ask("approve one's own", story.engine, call, approve, **_refusal())
    asked = {"reviewers": ["engine-bot"]}
    call = ("POST", f"{pull}/requested_reviewers")
    story.ask("ask the author to review", story.engine, call, asked, **_refusal())
    looks = {"state": key("state"), "commit": same(head, key("commit_id"))}
    call = ("POST", f"{pull}/reviews")
    story.ask("approve", story.dana, call, approve, **looks)
    looks = {"by": each("user", "login"), "states": each("state")}
    story.ask("list reviews", story.engine, ("GET", f"{pull}/reviews"), **looks)
    looks = {"files": each("filename"), "status": each("status")}
    story.ask("list files", story.engine, ("GET", f"{pull}/files"), **looks)
    for name in ("see whether it merges", "see again"):
        looks = {"mergeable": key("mergeable"), "state": key("mergeable_state")}
        story.ask(name, story.engine, ("GET", pull), **looks)


def _merge(story: Story, number: int, head: str) -> None:
    pull, engine = f"/pulls/{number}", story.engine
    call = ("PUT", f"{pull}/merge")
    stale = {"sha": "1" * 40, "merge_method": "merge"}
    story.ask("merge another head", story.dana, call, stale, message=key("message"))
    fresh = {"sha": head, "merge_method": "merge"}
    looks = {"merged": key("merged"), "message": key("message")}
    answer = story.ask("merge", story.dana, call, fresh, **looks)
    sha = str(key("sha")(answer))
    looks = {"state": key("state"), "merged": key("merged")}
    looks |= {"by": key("merged_by", "login")}
    looks |= {"commit": same(sha, key("merge_commit_sha"))}
    story.ask("see it merged", engine, ("GET", pull), **looks)
    looks = {"sha": same(sha, key("object", "sha"))}
    story.ask("main has moved", engine, ("GET", "/git/ref/heads/main"), **looks)
    looks = {
        "parents": lambda a: len(_list(a, "parents")),
        "by": key("author", "login"),
    }
    story.ask("the merge commit", engine, ("GET", f"/commits/{sha}"), **looks)
    for name, commit in {"by the merge commit": sha, "by the head": head}.items():
        call = ("GET", f"/commits/{commit}/pulls")
        story.ask(f"find it {name}", engine, call, numbers=_mine(number))
    call = ("PUT", f"{pull}/merge")
    story.ask("merge it again", story.dana, call, {}, message=key("message"))
    looks = {"text": lambda a: base64.b64decode(str(key("content")(a))).decode()}
    story.ask("the file on main", engine, ("GET", f"/contents/{PATH}"), **looks)


def _list(answer: Answer, name: str) -> list[object]:
    found = key(name)(answer)
    assert isinstance(found, list)
    return found


def _mine(number: int) -> Look:
    return lambda answer: each("number")(answer) == [number]


def _conflict(story: Story) -> None:
    _branch(story, OTHER)
    for name, branch in {"the branch": OTHER, "main": "main"}.items():
        client = story.omar
        found = client.get(f"{story.repo}/contents/{PATH}", ref=branch).good()["sha"]
        body = {**_write(PATH, f"choose: {branch}\n", branch), "sha": found}
        call = ("PUT", f"/contents/{PATH}")
        story.ask(f"edit the file on {name}", client, call, body)
    story.ask("edit over another", story.omar, call, body, message=key("message"))
    body.pop("sha")
    story.ask("edit without its hash", story.omar, call, body, message=key("message"))
    body = {"title": "Conflict", "head": OTHER, "base": "main"}
    answer = story.ask("open a conflict", story.omar, ("POST", "/pulls"), body)
    pull = f"/pulls/{key('number')(answer)}"
    for name in ("see that it conflicts", "see that again"):
        looks = {"mergeable": key("mergeable"), "state": key("mergeable_state")}
        story.ask(name, story.omar, ("GET", pull), **looks)
    looks = {"message": key("message")}
    story.ask("merge a conflict", story.dana, ("PUT", f"{pull}/merge"), {}, **looks)
    closed = {"state": "closed"}
    story.ask("close it", story.dana, ("PATCH", pull), closed, state=key("state"))
    looks = {"by": key("closed_by", "login"), "state": key("state")}
    call = ("GET", pull.replace("pulls", "issues"))
    story.ask("who closed it", story.engine, call, **looks)
    opened = {"state": "open"}
    story.ask("reopen it", story.dana, ("PATCH", pull), opened, state=key("state"))


def _end(story: Story) -> None:
    call = ("DELETE", f"/git/refs/heads/{OTHER}")
    story.ask("delete its branch", story.dana, call)
    looks = {"states": each("state"), "unmerged": same([None], each("merged_at"))}
    owner = story.repo.split("/")[2]
    query = f"/pulls?head={owner}:{OTHER}&state=all"
    story.ask("that closes it", story.engine, ("GET", query), **looks)
    number = each("number")(story.engine.get(f"{story.repo}{query}"))
    assert isinstance(number, list)
    reopen = ("PATCH", f"/pulls/{number[0]}")
    looks = {"state": key("state"), **_refusal()}
    story.ask("reopen without a branch", story.dana, reopen, {"state": "open"}, **looks)
    story.ask("delete it again", story.dana, call, **_refusal())
    call = ("GET", f"/git/ref/heads/{OTHER}")
    story.ask("look for it", story.engine, call, message=key("message"))


def _mistakes(story: Story) -> None:
    engine = story.engine
    long = {"title": "Long", "body": "x" * LONG}
    pull = {"title": "T", "head": "nothing", "base": "main"}
    same_branch = {"title": "T", "head": "main", "base": "main"}
    for name, call, body in [
        ("too much text", ("POST", "/issues"), long),
        ("no such branch", ("POST", "/pulls"), pull),
        ("nothing to merge", ("POST", "/pulls"), same_branch),
        ("a colour with a #", ("POST", "/labels"), {"name": "x", "color": "#ffffff"}),
        ("no such issue", ("GET", "/issues/99999"), None),
        ("no such file", ("GET", "/contents/nothing.yaml"), None),
        ("an issue is no pull request", ("GET", "/pulls/99999"), None),
    ]:
        story.ask(name, engine, call, body, **_refusal())
    looks = {"status": key("status"), "ahead": key("ahead_by")}
    call = ("GET", f"/compare/main...{BRANCH}")
    story.ask("compare", engine, call, **looks)
    query = ("GET", "/issues?state=all&per_page=1")
    looks = {"link": lambda a: 'rel="next"' in a.headers.get("link", "")}
    story.ask("a page of one", engine, query, **looks)
    call = ("GET", "/collaborators/dana-lindqvist/permission")
    story.ask("what Dana may", engine, call, who=key("user", "login"))
