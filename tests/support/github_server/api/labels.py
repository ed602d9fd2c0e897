"""Labels: of the repository, and on issues and pull requests."""

import re
from collections.abc import Sequence
from dataclasses import replace

from tests.support.github_server.api.lookups import REPO, look, names, the_issue
from tests.support.github_server.http_messages import (
    ApiError,
    Reply,
    invalid,
    not_found,
)
from tests.support.github_server.paging import page
from tests.support.github_server.pull_lifecycle import touch
from tests.support.github_server.routes import Call, route
from tests.support.github_server.state import Issue, Label
from tests.support.github_server.views.issue import label, label_itself

_LABELS = f"{REPO}/labels"
_ON_ISSUE = f"{REPO}/issues/{{issue_number}}/labels"
_WRITE = "issues:write|pull_requests:write"
_READ = "issues:read|pull_requests:read"
_MOST_NAME = 50
_MOST_DESCRIPTION = 100


def ensure(call: Call, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the labels as the repository writes them; unknown ones are made."""
    for name in wanted:
        if name.lower() not in call.state.labels:
            call.world.save(Label(next(call.world.ids), _checked_name(name)))
    known = call.state.labels
    return tuple(dict.fromkeys(known[name.lower()].name for name in wanted))


def _checked_name(name: str) -> str:
    if not name.strip() or len(name) > _MOST_NAME:
        raise invalid("Label", "name")
    return name


def _checked_color(color: object) -> str:
    if not re.fullmatch(r"[0-9a-fA-F]{6}", str(color)):
        raise invalid("Label", "color")
    return str(color)


def _checked_description(text: object) -> str:
    if len(str(text)) > _MOST_DESCRIPTION:
        message = f"description is too long (maximum is {_MOST_DESCRIPTION} characters)"
        error = {"resource": "Label", "code": "custom", "field": "description"}
        raise ApiError(422, "Validation Failed", [{**error, "message": message}])
    return str(text)


@route("GET", _LABELS, _READ)
def list_labels(call: Call) -> Reply:
    """List the repository's labels."""
    found = sorted(call.state.labels.values(), key=lambda one: one.name.lower())
    return page(call, found, lambda one: label_itself(look(call), one))


@route("POST", _LABELS, _WRITE, "write")
def create_label(call: Call) -> Reply:
    """Make a label; its name is taken whatever the case of its letters."""
    name = _checked_name(str(call.body["name"]))
    if name.lower() in call.state.labels:
        raise invalid("Label", "name", "already_exists")
    color = _checked_color(call.body.get("color", "ededed"))
    text = _checked_description(call.body.get("description", ""))
    call.world.save(Label(next(call.world.ids), name, color, text))
    return Reply(201, label(look(call), name))


@route("GET", f"{_LABELS}/{{name}}", _READ)
def get_label(call: Call) -> Reply:
    """Show a label."""
    if call.params["name"].lower() not in call.state.labels:
        raise not_found()
    return Reply(200, label(look(call), call.params["name"]))


@route("GET", _ON_ISSUE, _READ)
def list_issue_labels(call: Call) -> Reply:
    """List the labels of an issue."""
    return page(call, the_issue(call).labels, lambda name: label(look(call), name))


def _put(call: Call, one: Issue, labels: Sequence[str]) -> Reply:
    call.world.save(replace(one, labels=ensure(call, labels)))
    touch(call.world, one.number)
    kept = call.state.issues[one.number].labels
    return Reply(200, [label(look(call), name) for name in kept])


@route("POST", _ON_ISSUE, _WRITE, "write")
def add_labels(call: Call) -> Reply:
    """Put labels on an issue beside those that it has."""
    one = the_issue(call)
    return _put(call, one, [*one.labels, *names(call.body.get("labels"))])


@route("PUT", _ON_ISSUE, _WRITE, "write")
def set_labels(call: Call) -> Reply:
    """Put exactly these labels on an issue."""
    return _put(call, the_issue(call), names(call.body.get("labels")))


@route("DELETE", f"{_ON_ISSUE}/{{name}}", _WRITE, "write")
def remove_label(call: Call) -> Reply:
    """Take a label off an issue."""
    one, name = the_issue(call), call.params["name"].lower()
    left = [label for label in one.labels if label.lower() != name]
    if len(left) == len(one.labels):
        raise ApiError(404, "Label does not exist")
    return _put(call, one, left)
