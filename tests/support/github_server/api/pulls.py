"""Pull requests: opening, listing, changing, merging."""

from collections.abc import Callable
from dataclasses import replace

from tests.support.github_server.api.lookups import (
    REPO,
    checked_body,
    checked_title,
    look,
    the_pull,
)
from tests.support.github_server.diffs import between, changes, info
from tests.support.github_server.http_messages import (
    ApiError,
    Reply,
    invalid,
    not_found,
    unprocessable,
)
from tests.support.github_server.merging import merge
from tests.support.github_server.paging import page
from tests.support.github_server.pull_lifecycle import (
    close,
    open_pull,
    publish_heads,
    reopen,
    touch,
)
from tests.support.github_server.routes import Call, route
from tests.support.github_server.server_state import BOT
from tests.support.github_server.state import OPEN, Issue, Pull
from tests.support.github_server.views.commit import changed_file, commit
from tests.support.github_server.views.pull import full_pull, pull

_PULLS = f"{REPO}/pulls"
_PULL = f"{REPO}/pulls/{{pull_number}}"
_WRITE = "pull_requests:write"
_READ = "pull_requests:read"


@route("GET", _PULLS, _READ)
def list_pulls(call: Call) -> Reply:
    """List pull requests, newest first; a head without its owner filters nothing."""
    state, base = call.asked("state", "open"), call.asked("base")
    owner, _, branch = call.asked("head").partition(":")
    found = []
    for one in call.state.pulls.values():
        fits = [state in ("all", call.state.issues[one.number].state)]
        fits.append(not base or one.base_ref == base)
        named = (owner, branch) == (call.world.owner, one.head_ref)
        fits.append(not branch or named)
        if all(fits):
            found.append(one)
    found.sort(key=_order(call), reverse=call.asked("direction", "desc") == "desc")
    return page(call, found, lambda one: pull(look(call), one))


def _order(call: Call) -> Callable[[Pull], tuple[str, int]]:
    def key(one: Pull) -> tuple[str, int]:
        issue = call.state.issues[one.number]
        updated = call.asked("sort") == "updated"
        return issue.updated_at if updated else issue.created_at, one.number

    return key


@route("POST", _PULLS, _WRITE)
def create_pull(call: Call) -> Reply:
    """Open a pull request."""
    world = call.world
    if call.login == BOT and not world.rules.actions_may_open_pulls:
        message = "GitHub Actions is not permitted to create or approve pull requests."
        raise ApiError(403, message)
    head, base = _ends(call)
    number, now = world.next_number(), world.clock.stamp()
    title = checked_title("PullRequest", call.body.get("title"))
    body = checked_body("PullRequest", call.body.get("body"))
    ids = next(world.ids), next(world.ids)
    world.save(Issue(number, ids[0], title, body, call.login, now, now))
    tips = call.state.branches[head], call.state.branches[base]
    draft = bool(call.body.get("draft", False))
    made = Pull(number, ids[1], head, tips[0], base, tips[1], draft=draft)
    world.save(made)
    publish_heads(world, [number])
    url = f"{look(call).repo}/pulls/{number}"
    return Reply(201, full_pull(look(call), made, created=True), {"location": url})


def _ends(call: Call) -> tuple[str, str]:
    head, base = str(call.body["head"]), str(call.body["base"])
    owner, _, branch = head.rpartition(":")
    if branch not in call.state.branches or owner not in ("", call.world.owner):
        raise invalid("PullRequest", "head")
    if base not in call.state.branches:
        raise invalid("PullRequest", "base")
    if open_pull(call.state, branch, base):
        words = f"A pull request already exists for {call.world.owner}:{branch}."
        raise unprocessable("PullRequest", words)
    tips = call.state.branches[base], call.state.branches[branch]
    if not between(call.world.bare, *tips):
        raise unprocessable("PullRequest", f"No commits between {base} and {branch}")
    return branch, base


@route("GET", _PULL, _READ)
def get_pull(call: Call) -> Reply:
    """Show a pull request."""
    return Reply(200, full_pull(look(call), the_pull(call)))


@route("PATCH", _PULL, _WRITE)
def update_pull(call: Call) -> Reply:
    """Change title, text, base or state; closing is for its author and writers."""
    found = the_pull(call)
    issue, body = call.state.issues[found.number], call.body
    if call.user.role not in ("write", "admin") and issue.author != call.login:
        raise ApiError(403, "Resource not accessible by personal access token")
    if "title" in body:
        title = checked_title("PullRequest", body["title"])
        issue = replace(issue, title=title)
    if "body" in body:
        text = checked_body("PullRequest", body["body"])
        issue = replace(issue, body=text)
    call.world.save(issue)
    touch(call.world, found.number)
    if "base" in body:
        _rebase(call, found, str(body["base"]))
    if body.get("state") == "closed":
        close(call.world, found.number, call.login, None)
    if body.get("state") == OPEN:
        reopen(call.world, found.number)
    return Reply(200, full_pull(look(call), call.state.pulls[found.number]))


def _rebase(call: Call, found: Pull, base: str) -> None:
    if base not in call.state.branches:
        raise invalid("PullRequest", "base")
    tip = call.state.branches[base]
    call.world.save(replace(found, base_ref=base, base_sha=tip))


@route("GET", f"{_PULL}/files", _READ)
def list_files(call: Call) -> Reply:
    """List what a pull request changes."""
    found = the_pull(call)
    files = changes(call.world.bare, found.base_sha, found.head_sha)
    head = found.head_sha
    return page(call, files, lambda file: changed_file(look(call), file, head))


@route("GET", f"{_PULL}/commits", _READ)
def list_pull_commits(call: Call) -> Reply:
    """List the commits of a pull request, oldest first."""
    found, bare = the_pull(call), call.world.bare
    shas = between(bare, found.base_sha, found.head_sha)
    return page(call, shas, lambda sha: commit(look(call), info(bare, sha)))


@route("GET", f"{_PULL}/merge", "contents:read")
def is_merged(call: Call) -> Reply:
    """Say by the status alone whether it was merged."""
    if the_pull(call).merged_at is None:
        raise not_found()
    return Reply(204)


@route("PUT", f"{_PULL}/merge", "contents:write", "write")
def merge_pull(call: Call) -> Reply:
    """Merge a pull request."""
    number = the_pull(call).number
    sha = merge(call.world, number, call.login, call.body)
    message = "Pull Request successfully merged"
    return Reply(200, {"sha": sha, "merged": True, "message": message})
