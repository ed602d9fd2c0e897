"""What operations share: looking things up, and checking what was written."""

from collections.abc import Sequence

from tests.support.github_server.http_messages import ApiError, invalid, not_found
from tests.support.github_server.routes import Call
from tests.support.github_server.state import Issue, Pull
from tests.support.github_server.views.links import Look

REPO = "/repos/{owner}/{repo}"
MOST_TEXT = 65_536
_MOST_TITLE = 256


def look(call: Call) -> Look:
    """See the world from where the caller does."""
    return Look(call.world, call.request.api, call.request.web)


def the_issue(call: Call, name: str = "issue_number") -> Issue:
    """Find the issue, or pull request, that the path names."""
    found = call.state.issues.get(call.number(name))
    if found is None:
        raise not_found()
    return found


def the_pull(call: Call) -> Pull:
    """Find the pull request that the path names."""
    found = call.state.pulls.get(call.number("pull_number"))
    if found is None:
        raise not_found()
    return found


def commit_named(call: Call, name: str) -> str:
    """Find the commit that a branch name or hash stands for, as the state knows it."""
    branch = name.removeprefix("refs/").removeprefix("heads/")
    found = call.state.branches.get(branch) or call.world.bare.resolve(
        f"{name}^{{commit}}"
    )
    if found is None:
        raise not_found()
    return found


def checked_title(resource: str, text: object) -> str:
    """Take a title, as long as GitHub allows; blank is refused."""
    title = str(text or "").strip()
    if not title:
        raise invalid(resource, "title", "missing_field")
    if len(title) > _MOST_TITLE:
        raise _too_long(resource, "title", _MOST_TITLE)
    return title


def checked_body(resource: str, text: object) -> str | None:
    """Take a text in Markdown, as long as GitHub allows."""
    if text is None:
        return None
    if len(str(text)) > MOST_TEXT:
        raise _too_long(resource, "body", MOST_TEXT)
    return str(text)


def _too_long(resource: str, field: str, most: int) -> ApiError:
    error = {"resource": resource, "code": "custom", "field": field}
    message = f"{field} is too long (maximum is {most} characters)"
    return ApiError(422, "Validation Failed", [{**error, "message": message}])


def names(value: object, key: str = "name") -> list[str]:
    """Read a list of names, each given as a text or as an object with *key*."""
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else []
    return [str(item[key] if isinstance(item, dict) else item) for item in items]
