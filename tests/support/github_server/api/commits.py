"""Commits, comparisons, and which pull request a commit came by."""

from tests.support.github_server.api.lookups import REPO, commit_named, look
from tests.support.github_server.diffs import (
    between,
    changes,
    info,
    log,
    merge_base,
    own_changes,
)
from tests.support.github_server.http_messages import ApiError, Reply, not_found
from tests.support.github_server.paging import cut, page
from tests.support.github_server.routes import Call, route
from tests.support.github_server.state import OPEN, Pull
from tests.support.github_server.views.commit import changed_file, commit, full_commit
from tests.support.github_server.views.pull import pull

_SINCE = {"since": "--since", "until": "--until", "author": "--author"}


@route("GET", f"{REPO}/commits", "contents:read")
def list_commits(call: Call) -> Reply:
    """List a branch's commits, newest first, of one path if asked."""
    if not call.state.branches:
        raise ApiError(409, "Git Repository is empty.")
    tip = commit_named(call, call.asked("sha", "main"))
    asked = call.request.query
    limits = [f"{flag}={asked[key]}" for key, flag in _SINCE.items() if key in asked]
    paths = ["--", asked["path"]] if "path" in asked else []
    found = log(call.world.bare, *limits, tip, *paths)
    return page(call, found, lambda one: commit(look(call), one))


@route("GET", f"{REPO}/commits/{{ref}}", "contents:read")
def get_commit(call: Call) -> Reply:
    """Show a commit and what it changes."""
    try:
        found = info(call.world.bare, commit_named(call, call.params["ref"]))
    except ApiError as error:
        raise ApiError(422, f"No commit found for SHA: {call.params['ref']}") from error
    files = own_changes(call.world.bare, found)
    return Reply(200, full_commit(look(call), found, files))


@route("GET", f"{REPO}/commits/{{commit_sha}}/pulls", "contents:read")
def pulls_of_commit(call: Call) -> Reply:
    """List the pull requests of a commit.

    For a commit on main: the merged one that brought it. Else every open or
    merged one that has it on its branch.
    """
    sha = call.params["commit_sha"]
    if call.world.bare.resolve(f"{sha}^{{commit}}") != sha:
        raise ApiError(422, f"No commit found for SHA: {sha}")
    main = call.world.main
    on_main = main is not None and call.world.bare.reaches(main, sha)
    pulls = call.state.pulls.values()
    if on_main:
        found = [p for p in pulls if sha in (p.merge_commit, *p.introduced)]
        found = [p for p in found if p.merged_at]
    else:
        found = [p for p in pulls if _has(call, p, sha)]
    return page(call, found, lambda one: pull(look(call), one))


def _has(call: Call, found: Pull, sha: str) -> bool:
    alive = found.merged_at or call.state.issues[found.number].state == OPEN
    return bool(alive) and sha in between(
        call.world.bare, found.base_sha, found.head_sha
    )


@route("GET", f"{REPO}/compare/{{basehead}}", "contents:read")
def compare(call: Call) -> Reply:
    """Compare two commits by what the second has since they parted."""
    names = call.params["basehead"].split("...")
    if len(names) != 2:
        raise not_found()
    base, head = [commit_named(call, name.rpartition(":")[2]) for name in names]
    bare, at = call.world.bare, look(call)
    fork = merge_base(bare, base, head)
    if fork is None:
        raise ApiError(404, "No common ancestor between the two commits")
    ahead, behind = between(bare, base, head), between(bare, head, base)
    words = {(False, False): "identical", (True, False): "ahead"}
    words |= {(False, True): "behind", (True, True): "diverged"}
    page_url = f"{at.page}/compare/{'...'.join(names)}"
    shown, links = cut(call, ahead)
    body = {
        "url": f"{at.repo}/compare/{'...'.join(names)}",
        "html_url": page_url,
        "permalink_url": page_url,
        "diff_url": f"{page_url}.diff",
        "patch_url": f"{page_url}.patch",
        "base_commit": commit(at, info(bare, base)),
        "merge_base_commit": commit(at, info(bare, fork)),
        "status": words[bool(ahead), bool(behind)],
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": [commit(at, info(bare, sha)) for sha in shown],
        "files": [changed_file(at, file, head) for file in changes(bare, base, head)],
    }
    return Reply(200, body, links)
