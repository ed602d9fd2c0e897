"""Issues; every pull request is one as well."""

from collections.abc import Mapping
from dataclasses import replace

from tests.support.github_server.api.labels import ensure
from tests.support.github_server.api.lookups import (
    REPO,
    checked_body,
    checked_title,
    look,
    names,
    the_issue,
)
from tests.support.github_server.http_messages import ApiError, Reply, invalid
from tests.support.github_server.paging import page
from tests.support.github_server.pull_lifecycle import close, reopen, touch
from tests.support.github_server.routes import Call, route
from tests.support.github_server.state import OPEN, Issue
from tests.support.github_server.views.issue import comment_count, issue

_ISSUES = f"{REPO}/issues"
_ISSUE = f"{REPO}/issues/{{issue_number}}"
_WRITE = "issues:write|pull_requests:write"
_READ = "issues:read|pull_requests:read"


@route("GET", _ISSUES, _READ)
def list_issues(call: Call) -> Reply:
    """List issues and pull requests, newest first."""
    found = [one for one in call.state.issues.values() if _fits(call, one)]
    if not call.world.rules.has_issues:
        found = [one for one in found if one.number in call.state.pulls]
    keys = {
        "updated": lambda one: (one.updated_at, one.number),
        "comments": lambda one: (comment_count(look(call), one.number), one.number),
    }
    key = keys.get(call.asked("sort"), lambda one: (one.created_at, one.number))
    found.sort(key=key, reverse=call.asked("direction", "desc") == "desc")
    return page(call, found, lambda one: issue(look(call), one))


def _fits(call: Call, one: Issue) -> bool:
    wanted = {word.lower() for word in call.asked("labels").split(",") if word}
    assignee, creator = call.asked("assignee"), call.asked("creator")
    has = {name.lower() for name in one.labels}
    known = {"none": not one.assignees, "*": bool(one.assignees), "": True}
    return all(
        [
            call.asked("state", "open") in ("all", one.state),
            wanted <= has,
            creator in ("", one.author),
            known.get(assignee, assignee in one.assignees),
            one.updated_at >= call.asked("since"),
        ]
    )


@route("POST", _ISSUES, "issues:write")
def create_issue(call: Call) -> Reply:
    """Open an issue; labels and assignees from a reader are silently dropped.

    From anybody else one who cannot be assigned refuses the whole.
    """
    world, now = call.world, call.world.clock.stamp()
    if not world.rules.has_issues:
        raise ApiError(410, "Issues are disabled for this repo")
    title = checked_title("Issue", call.body.get("title"))
    body = checked_body("Issue", call.body.get("body"))
    number = world.next_number()
    made = Issue(number, next(world.ids), title, body, call.login, now, now)
    world.save(_with_extras(call, made))
    url = f"{look(call).repo}/issues/{number}"
    shown = issue(look(call), call.state.issues[number])
    return Reply(201, shown, {"location": url})


def _with_extras(call: Call, one: Issue) -> Issue:
    if call.user.role not in ("write", "admin"):
        return one
    if "labels" in call.body:
        one = replace(one, labels=ensure(call, names(call.body["labels"])))
    if "assignees" in call.body:
        logins = names(call.body["assignees"], "login")
        one = replace(one, assignees=assignable(call, logins))
        if len(one.assignees) < len(set(logins)):
            raise invalid("Issue", "assignees")
    return one


def assignable(call: Call, logins: list[str]) -> tuple[str, ...]:
    """Keep those who can be assigned; GitHub drops the others without a word."""
    people = call.world.users
    return tuple(
        dict.fromkeys(
            login
            for login in logins
            if login in people and people[login].role != "none"
        )
    )


@route("GET", _ISSUE, _READ)
def get_issue(call: Call) -> Reply:
    """Show an issue."""
    return Reply(200, issue(look(call), the_issue(call)))


@route("PATCH", _ISSUE, _WRITE)
def update_issue(call: Call) -> Reply:
    """Change an issue; readers may change only their own."""
    one, body = the_issue(call), call.body
    if call.user.role not in ("write", "admin") and one.author != call.login:
        raise ApiError(403, "Must have admin rights to Repository.")
    if "title" in body:
        one = replace(one, title=checked_title("Issue", body["title"]))
    if "body" in body:
        one = edited(call, one, checked_body("Issue", body["body"]))
    call.world.save(_with_extras(call, one))
    touch(call.world, one.number)
    _change_state(call, one.number, body)
    return Reply(200, issue(look(call), call.state.issues[one.number]))


def edited(call: Call, one: Issue, text: str | None) -> Issue:
    """Write its text anew, and remember by whom; the same text is no edit."""
    if text == one.body:
        return one
    now = call.world.clock.stamp()
    return replace(one, body=text, edited_at=now, editor=call.login)


def _change_state(call: Call, number: int, body: Mapping[str, object]) -> None:
    pull = number in call.state.pulls
    if body.get("state") == "closed":
        reason = None if pull else str(body.get("state_reason") or "completed")
        close(call.world, number, call.login, reason)
    if body.get("state") == OPEN:
        reopen(call.world, number)


@route("POST", f"{_ISSUE}/assignees", _WRITE, "write")
def add_assignees(call: Call) -> Reply:
    """Assign people beside those assigned already."""
    one, more = the_issue(call), names(call.body.get("assignees"), "login")
    everybody = assignable(call, [*one.assignees, *more])
    changed = replace(one, assignees=everybody)
    call.world.save(changed)
    return Reply(201, issue(look(call), changed))


@route("DELETE", f"{_ISSUE}/assignees", _WRITE, "write")
def remove_assignees(call: Call) -> Reply:
    """No longer assign these people."""
    one, gone = the_issue(call), names(call.body["assignees"])
    left = tuple(login for login in one.assignees if login not in gone)
    changed = replace(one, assignees=left)
    call.world.save(changed)
    return Reply(200, issue(look(call), changed))
