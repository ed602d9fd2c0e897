"""Git references and branches."""

from tests.support.github_server.api.guards import guard_of, refuse_unreviewed
from tests.support.github_server.api.lookups import REPO, commit_named, look
from tests.support.github_server.bare_repository import HEADS, MovedError
from tests.support.github_server.diffs import info
from tests.support.github_server.http_messages import ApiError, Json, Reply, not_found
from tests.support.github_server.paging import page
from tests.support.github_server.pull_lifecycle import follow
from tests.support.github_server.routes import Call, route
from tests.support.github_server.views.actions import protection
from tests.support.github_server.views.commit import commit
from tests.support.github_server.views.repo import ref


def _branch(call: Call) -> tuple[str, str]:
    branch = call.params["ref"].removeprefix("heads/")
    if branch == call.params["ref"] or branch not in call.state.branches:
        raise not_found()
    return branch, call.state.branches[branch]


def _move(call: Call, branch: str, old: str | None, new: str | None) -> None:
    refuse_unreviewed(call, branch)
    try:
        call.world.bare.move({HEADS + branch: (old, new)})
    except MovedError as error:
        raise ApiError(422, "Reference cannot be updated") from error
    follow(call.world, call.login)


@route("GET", f"{REPO}/git/ref/{{ref}}", "contents:read")
def get_ref(call: Call) -> Reply:
    """Show where a branch points."""
    return Reply(200, ref(look(call), *_branch(call)))


@route("GET", f"{REPO}/git/matching-refs/{{ref}}", "contents:read")
def matching_refs(call: Call) -> Reply:
    """List the branches whose name begins like this, all on one page."""
    start = call.params["ref"].removeprefix("heads/")
    found = call.state.branches.items()
    return Reply(
        200,
        [ref(look(call), name, sha) for name, sha in found if name.startswith(start)],
    )


@route("POST", f"{REPO}/git/refs", "contents:write", "write")
def create_ref(call: Call) -> Reply:
    """Make a branch."""
    full, sha = str(call.body["ref"]), str(call.body["sha"])
    branch = full.removeprefix(HEADS)
    if branch == full:
        raise ApiError(422, "Reference name must begin with 'refs/heads/'")
    if branch in call.state.branches:
        raise ApiError(422, "Reference already exists")
    if call.world.bare.resolve(f"{sha}^{{commit}}") != sha:
        raise ApiError(422, "Object does not exist")
    _move(call, branch, None, sha)
    return Reply(201, ref(look(call), branch, sha))


@route("PATCH", f"{REPO}/git/refs/{{ref}}", "contents:write", "write")
def update_ref(call: Call) -> Reply:
    """Move a branch, forwards unless forced."""
    branch, old = _branch(call)
    new = str(call.body["sha"])
    if call.world.bare.resolve(f"{new}^{{commit}}") != new:
        raise ApiError(422, "Object does not exist")
    if not call.body.get("force") and not call.world.bare.reaches(new, old):
        raise ApiError(422, "Update is not a fast forward")
    _move(call, branch, old, new)
    return Reply(200, ref(look(call), branch, new))


@route("DELETE", f"{REPO}/git/refs/{{ref}}", "contents:write", "write")
def delete_ref(call: Call) -> Reply:
    """Delete a branch; its open pull requests close."""
    branch = call.params["ref"].removeprefix("heads/")
    old = call.state.branches.get(branch)
    if old is None:
        raise ApiError(422, "Reference does not exist")
    if branch == "main":
        raise ApiError(422, "Cannot delete the default branch")
    _move(call, branch, old, None)
    return Reply(204)


@route("GET", f"{REPO}/branches", "contents:read")
def list_branches(call: Call) -> Reply:
    """List branches by name."""

    def show(item: tuple[str, str]) -> Json:
        name, sha = item
        url = f"{look(call).repo}/commits/{sha}"
        head = {"sha": sha, "url": url}
        return {
            "name": name,
            "commit": head,
            "protected": guard_of(call, name) is not None,
        }

    return page(call, sorted(call.state.branches.items()), show)


@route("GET", f"{REPO}/branches/{{branch}}", "contents:read")
def get_branch(call: Call) -> Reply:
    """Show a branch and what guards it."""
    name = call.params["branch"]
    if name not in call.state.branches:
        raise ApiError(404, "Branch not found")
    at, guard = look(call), guard_of(call, name)
    classic = guard if guard and guard.kind == "classic" else None
    url = f"{at.repo}/branches/{name}"
    links = {"self": url, "html": f"{at.page}/tree/{name}"}
    detail: Json = {"enabled": False}
    if classic:
        detail = {**protection(at, classic), "enabled": True}
    shown = {
        "name": name,
        "commit": commit(at, info(call.world.bare, commit_named(call, name))),
        "_links": links,
        "protected": guard is not None,
        "protection": detail,
        "protection_url": f"{url}/protection",
    }
    return Reply(200, shown)
