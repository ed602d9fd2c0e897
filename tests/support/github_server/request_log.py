"""What was asked and answered, for asserts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.github_server.http_messages import Reply, Request


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it.

    *operation* is a template of GitHub's API such as ``/repos/{owner}/{repo}``,
    or a service of git; *status* is None where the connection was dropped.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: object
    operation: str
    login: str
    status: int | None
    fault: str | None
    person: bool

    def __str__(self) -> str:
        fault = f" [{self.fault}]" if self.fault else ""
        return f"{self.login} {self.method} {self.path} -> {self.status}{fault}"


def entry(
    request: Request,
    operation: str,
    login: str,
    reply: Reply | None,
    fault: str | None,
) -> Exchange:
    """Write down one exchange; a body that is no JSON is kept as its length."""
    try:
        body: object = json.loads(request.body) if request.body else None
    except ValueError:
        body = f"{len(request.body)} bytes"
    return Exchange(
        method=request.method,
        path=request.path,
        query=request.query,
        headers=request.headers,
        body=body,
        operation=operation,
        login=login,
        status=reply.status if reply else None,
        fault=fault,
        person="x-forge-person" in request.headers,
    )
