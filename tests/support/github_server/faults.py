"""Things that go wrong on purpose, once they are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from tests.support.github_server.http_messages import (
    ApiError,
    Reply,
    Request,
    unprocessable,
)
from tests.support.github_server.server_state import World
from tests.support.github_server.state import State

SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you "
    "try again."
)
PRIMARY = "API rate limit exceeded for installation."
KINDS = {
    "secondary-limit": "403 with retry-after, before the effect",
    "secondary-bare": "403 that says no more than its words, before the effect",
    "too-quick": "422 as for too much content at once, before the effect",
    "primary-limit": "403 with x-ratelimit-reset, before the effect",
    "too-many": "429 with retry-after, before the effect",
    "exists": "422 as for a pull request that exists, before the effect",
    "too-new": "422 as for something made a moment ago, before the effect",
    "forbidden": "403 as for a token without the permission, before the effect",
    "error-before": "the status (500), nothing happened",
    "error-after": "the status (500), it happened",
    "drop-before": "the connection ends without an answer, nothing happened",
    "drop-after": "the connection ends without an answer, it happened",
    "slow": "the answer comes after so many seconds; it happened before them",
    "stale": "reads answer as of the moment when the fault was asked for",
}
REFUSALS = {
    "too-new": (
        "PullRequest",
        "Could not resolve to a node with the global id of 'PR_x'.",
    ),
    "too-quick": ("Issue", "was submitted too quickly"),
}
BEFORE = frozenset(
    {"secondary-limit", "primary-limit", "too-many", "exists", "forbidden"}
    | {"secondary-bare", "too-quick", "too-new"}
    | {"error-before", "drop-before"}
)


@dataclass(slots=True)
class Fault:
    """A fault for requests of this method to paths of this pattern.

    The first *skip* matching requests pass; then *times* are hit. Paths are
    matched without ``/api/v3``, with ``*`` for anything, slashes included.
    """

    kind: str
    method: str = "*"
    path: str = "*"
    skip: int = 0
    times: int = 1
    status: int = 500
    seconds: float = 60
    state: State | None = None
    hits: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault '{self.kind}'; there are {', '.join(KINDS)}")

    def takes(self, request: Request) -> bool:
        """Tell whether this request is hit, and count it."""
        matches = self.method in ("*", request.method)
        if not (matches and fnmatchcase(request.path, self.path)):
            return False
        if self.kind == "stale" and request.method != "GET":
            return False
        self.hits += 1
        return self.skip < self.hits <= self.skip + self.times

    @property
    def spent(self) -> bool:
        """Tell whether it has hit as often as it should."""
        return self.hits >= self.skip + self.times


def instead(fault: Fault, world: World, request: Request) -> Reply | None:
    """Answer in place of the effect; None is a dropped connection."""
    if fault.kind.startswith("drop"):
        return None
    if fault.kind.startswith("error"):
        return Reply(fault.status, {"message": "Server Error"})
    if fault.kind == "exists":
        words = f"A pull request already exists for {world.owner}:{_head(request)}."
        return unprocessable("PullRequest", words).reply()
    if fault.kind == "forbidden":
        return ApiError(403, "Resource not accessible by integration").reply()
    if fault.kind in REFUSALS:
        return unprocessable(*REFUSALS[fault.kind]).reply()
    return _limit(fault, world)


def _limit(fault: Fault, world: World) -> Reply:
    wait = int(fault.seconds)
    if fault.kind == "secondary-bare":
        reset = str(world.clock.epoch() + 3000)
        left = {"x-ratelimit-remaining": "900", "x-ratelimit-reset": reset}
        return _limited(403, SECONDARY, left)
    if fault.kind == "primary-limit":
        reset = str(world.clock.epoch() + wait)
        left = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
        return _limited(403, PRIMARY, left)
    status = 429 if fault.kind == "too-many" else 403
    return _limited(status, SECONDARY, {"retry-after": str(wait)})


def _limited(status: int, message: str, headers: Mapping[str, str]) -> Reply:
    return Reply(status, ApiError(status, message).reply().body, headers)


def _head(request: Request) -> str:
    text = request.body.decode(errors="replace")
    return text.partition('"head"')[2].partition('"')[2].partition('"')[0]
