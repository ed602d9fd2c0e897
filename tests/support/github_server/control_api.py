"""The way to control the server, for tests whose engine runs in another process.

``POST /_test/faults`` takes the fields of a fault; ``POST /_test/clock`` takes ``at``;
``POST /_test/rules`` takes settings; ``GET /_test/log`` and ``GET /_test/violations``
tell what happened.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from tests.support.github_server.faults import Fault
from tests.support.github_server.http_messages import Json, Reply, Request
from tests.support.github_server.request_handler import Desk
from tests.support.github_server.server_state import Protection

DOOR = "/_test/"


def open_door(desk: Desk, request: Request) -> Reply:
    """Do what a test asks of the server itself."""
    name = request.path.removeprefix(DOOR)
    found = _DOORS.get((request.method, name))
    if found is None:
        return Reply(404, {"message": f"no door '{name}'"})
    try:
        return Reply(200, found(desk, json.loads(request.body or b"{}")))
    except (KeyError, TypeError, ValueError) as error:
        return Reply(400, {"message": str(error)})


def add_fault(desk: Desk, wanted: Mapping[str, object]) -> Fault:
    """Ask for a fault; a stale one keeps the state of this moment."""
    fault = Fault(**wanted)  # type: ignore[arg-type]
    if fault.kind == "stale":
        fault.state = desk.world.state
    desk.faults.append(fault)
    return fault


def _faults(desk: Desk, wanted: Json) -> object:
    return {"kind": add_fault(desk, wanted).kind}


def _clock(desk: Desk, wanted: Json) -> object:
    at = wanted["at"]
    desk.world.clock.set(datetime.fromisoformat(str(at)) if at else None)
    return {"now": desk.world.clock.stamp()}


def _rules(desk: Desk, wanted: Json) -> object:
    for name, value in wanted.items():
        if not hasattr(desk.world.rules, name):
            raise KeyError(f"no setting '{name}'")
        guard = Protection(**value) if isinstance(value, dict) else None
        setattr(desk.world.rules, name, guard or value)
    return {"set": sorted(wanted)}


def _log(desk: Desk, _: Json) -> object:
    keys = ("method", "path", "operation", "login", "status", "fault", "body")
    return [{key: getattr(one, key) for key in keys} for one in desk.log]


def _violations(desk: Desk, _: Json) -> object:
    return desk.violations


_DOORS: dict[tuple[str, str], Callable[[Desk, Json], object]] = {
    ("POST", "faults"): _faults,
    ("POST", "clock"): _clock,
    ("POST", "rules"): _rules,
    ("GET", "log"): _log,
    ("GET", "violations"): _violations,
}
