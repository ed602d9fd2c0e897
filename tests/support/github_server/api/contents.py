"""Files: read at any commit, written as commits on a branch."""

import base64

from tests.support.github_server.api.guards import refuse_unreviewed
from tests.support.github_server.api.lookups import REPO, commit_named, look
from tests.support.github_server.bare_repository import Commit, MovedError
from tests.support.github_server.diffs import info
from tests.support.github_server.http_messages import ApiError, Json, Reply, not_found
from tests.support.github_server.pull_lifecycle import follow
from tests.support.github_server.routes import Call, route
from tests.support.github_server.views.commit import entry, file, git_commit
from tests.support.github_server.views.links import Look

_FILE = f"{REPO}/contents/{{path}}"
_RAW = "application/vnd.github.raw"


@route("GET", _FILE, "contents:read")
def get_content(call: Call) -> Reply:
    """Show a file with its content, or list a folder."""
    path, name = call.params["path"].strip("/"), call.asked("ref", "main")
    commit = commit_named(call, name)
    found = _found(call, commit, path)
    if found is None:
        raise not_found()
    if found[0] == "tree":
        return Reply(200, _listing(look(call), commit, path, name))
    content = call.world.bare.blob(found[1])
    if call.request.headers.get("accept", "").startswith(_RAW):
        kind = {"content-type": "application/vnd.github.raw+json; charset=utf-8"}
        return Reply(200, content, kind)
    return Reply(200, file(look(call), path, found[1], name, content))


def _found(call: Call, commit: str, path: str) -> tuple[str, str] | None:
    rows = call.world.bare.lines("ls-tree", commit, "--", path)
    if not rows:
        return None
    _, kind, sha = rows[0].partition("\t")[0].split(" ")
    return kind, sha


def _listing(at: Look, commit: str, path: str, ref: str) -> list[Json]:
    args = ["ls-tree", "-l", "-z", commit, "--", f"{path}/"]
    told = at.world.bare.run(*args).stdout.decode()
    rows = [row.partition("\t") for row in told.split("\0") if row]
    shown = []
    for facts, _, name in rows:
        _, kind, sha, size = facts.split()
        word = "file" if kind == "blob" else "dir"
        shown.append(entry(at, word, name, sha, ref, 0 if size == "-" else int(size)))
    return shown


@route("PUT", _FILE, "contents:write", "write")
def put_content(call: Call) -> Reply:
    """Create or update a file, as the editor on the web does."""
    path, content = call.params["path"], base64.b64decode(str(call.body["content"]))
    old = _old(call, path)
    if old and call.body.get("sha") is None:
        raise ApiError(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
    _refuse_stale(call, path, old)
    sha = _write(call, path, content)
    blob = (_found(call, sha, path) or ("", ""))[1]
    shown = entry(look(call), "file", path, blob, _branch(call), len(content))
    commit = git_commit(look(call), info(call.world.bare, sha))
    return Reply(200 if old else 201, {"content": shown, "commit": commit})


@route("DELETE", _FILE, "contents:write", "write")
def delete_content(call: Call) -> Reply:
    """Delete a file."""
    path = call.params["path"]
    old = _old(call, path)
    if old is None:
        raise not_found()
    _refuse_stale(call, path, old)
    commit = info(call.world.bare, _write(call, path, None))
    return Reply(200, {"content": None, "commit": git_commit(look(call), commit)})


def _branch(call: Call) -> str:
    return str(call.body.get("branch", "main"))


def _old(call: Call, path: str) -> str | None:
    tip = call.state.branches.get(_branch(call))
    if tip is None and call.state.branches:
        raise ApiError(404, f"Branch {_branch(call)} not found")
    found = _found(call, tip, path) if tip else None
    return found[1] if found else None


def _refuse_stale(call: Call, path: str, old: str | None) -> None:
    given = call.body.get("sha")
    if given != old:
        raise ApiError(409, f"{path} does not match {given}")


def _write(call: Call, path: str, content: bytes | None) -> str:
    branch, world = _branch(call), call.world
    refuse_unreviewed(call, branch)
    author, committer = world.signature(call.login), world.forge_signature()
    commit = Commit(str(call.body["message"]), author, committer, {path: content})
    try:
        sha = world.bare.write(branch, call.state.branches.get(branch), commit)
    except MovedError as error:
        raise ApiError(409, f"is at another commit than expected: {branch}") from error
    world.sign(sha)
    follow(world, call.login)
    return sha
