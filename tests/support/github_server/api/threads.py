"""Comments on issues and pull requests."""

from dataclasses import replace

from tests.support.github_server.api.lookups import REPO, checked_body, look, the_issue
from tests.support.github_server.http_messages import (
    ApiError,
    Reply,
    invalid,
    not_found,
)
from tests.support.github_server.paging import page
from tests.support.github_server.pull_lifecycle import touch
from tests.support.github_server.routes import Call, route
from tests.support.github_server.state import Comment
from tests.support.github_server.views.issue import comment

_THREAD = f"{REPO}/issues/{{issue_number}}/comments"
_COMMENT = f"{REPO}/issues/comments/{{comment_id}}"
_WRITE = "issues:write|pull_requests:write"
_READ = "issues:read|pull_requests:read"


def _text(call: Call) -> str:
    text = checked_body("IssueComment", call.body.get("body"))
    if not text:
        raise invalid("IssueComment", "body", "missing_field")
    return text


@route("GET", _THREAD, _READ)
def list_comments(call: Call) -> Reply:
    """List the comments of an issue, oldest first."""
    number = the_issue(call).number
    found = [one for one in call.state.comments.values() if one.number == number]
    late = [one for one in found if one.updated_at >= call.asked("since")]
    return page(call, late, lambda one: comment(look(call), one))


@route("POST", _THREAD, _WRITE)
def create_comment(call: Call) -> Reply:
    """Comment on an issue or a pull request."""
    number, now = the_issue(call).number, call.world.clock.stamp()
    made = Comment(next(call.world.ids), number, call.login, _text(call), now, now)
    call.world.save(made)
    touch(call.world, number)
    shown = comment(look(call), made)
    return Reply(201, shown, {"location": str(shown["url"])})


def _the_comment(call: Call) -> Comment:
    found = call.state.comments.get(call.number("comment_id"))
    if found is None:
        raise not_found()
    return found


@route("GET", _COMMENT, _READ)
def get_comment(call: Call) -> Reply:
    """Show a comment."""
    return Reply(200, comment(look(call), _the_comment(call)))


@route("PATCH", _COMMENT, _WRITE)
def update_comment(call: Call) -> Reply:
    """Change a comment; readers may change only their own."""
    found = _the_comment(call)
    if call.user.role not in ("write", "admin") and found.author != call.login:
        raise ApiError(403, "Must have admin rights to Repository.")
    now = call.world.clock.stamp()
    text = _text(call)
    edited = found.edited_at if text == found.body else now
    changed = replace(found, body=text, updated_at=now, edited_at=edited)
    call.world.save(changed)
    return Reply(200, comment(look(call), changed))
