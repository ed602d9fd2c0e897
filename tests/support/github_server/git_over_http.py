"""Git over HTTP: `git http-backend` on the bare repository, behind tokens."""

import os
import re
import subprocess

from tests.support.github_server import pre_receive_rules
from tests.support.github_server.access import ROLES, caller
from tests.support.github_server.bare_repository import environment
from tests.support.github_server.http_messages import ApiError, Reply, Request
from tests.support.github_server.pull_lifecycle import follow
from tests.support.github_server.push_errors import reworded
from tests.support.github_server.server_state import World
from tests.support.github_server.state import Token

_PATH = re.compile(
    r"/([^/]+)/([^/]+?)(?:\.git)?/(info/refs|git-(?:upload|receive)-pack)"
)
_CHALLENGE = {"www-authenticate": 'Basic realm="GitHub"', "content-type": "text/plain"}


def service(request: Request) -> str | None:
    """Tell which service of git a request is for; None when it is not for git."""
    found = _PATH.fullmatch(request.path)
    if found is None:
        return None
    return request.query.get("service", found.group(3))


def serve(world: World, request: Request) -> Reply:
    """Answer a request of git; what a push moved is followed at once."""
    pushing = service(request) == "git-receive-pack"
    try:
        token = caller(world, request.headers)
    except ApiError:
        token = None
    if token is None:
        return Reply(401, b"Invalid username or token.", _CHALLENGE)
    found = _PATH.fullmatch(request.path)
    if found is None or f"{found[1]}/{found[2]}" != world.full_name:
        return Reply(404, b"Repository not found.", {"content-type": "text/plain"})
    if not _may(world, token, "write" if pushing else "read"):
        words = f"Permission to {world.full_name}.git denied to {token.login}."
        return Reply(403, words.encode(), {"content-type": "text/plain"})
    reply = _backend(world, request, token, found[3])
    if pushing and request.method == "POST":
        with world.lock:
            follow(world, token.login)
    return reply


def _may(world: World, token: Token, level: str) -> bool:
    if token.permissions is None:
        role = world.users[token.login].role
        return ROLES.index(role) >= ROLES.index(level)
    given = token.permissions.get("contents", "none")
    return given in ("write", level)


def _backend(world: World, request: Request, token: Token, end: str) -> Reply:
    variables = {
        "PATH": os.environ["PATH"],
        "GIT_PROJECT_ROOT": str(world.bare.path.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{world.bare.path.name}/{end}",
        "REMOTE_USER": token.login,
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": f"service={request.query['service']}" if request.query else "",
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_CONTENT_ENCODING": request.headers.get("content-encoding", ""),
        "GIT_PROTOCOL": request.headers.get("git-protocol", ""),
    }
    done = subprocess.run(
        ["git", "http-backend"],
        input=request.body,
        env={
            **environment(),
            **variables,
            **pre_receive_rules.environment(world, token, request.web),
        },
        capture_output=True,
        check=True,
    )
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    if pre_receive_rules.DECLINED in body:
        body = reworded(
            body, pre_receive_rules.DECLINED, pre_receive_rules.reason(world, body)
        )
    return _reply(head.decode(), body)


def _reply(head: str, body: bytes) -> Reply:
    lines = [line.partition(": ") for line in head.splitlines()]
    headers = {name.lower(): value for name, _, value in lines}
    status = int(headers.pop("status", "200").split(" ")[0])
    return Reply(status, body, headers)
