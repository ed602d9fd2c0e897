"""Issues, their labels and their comments."""

from urllib.parse import quote

from tests.support.github_server.http_messages import Json
from tests.support.github_server.state import Comment, Issue, Label
from tests.support.github_server.views.links import Look, node_id
from tests.support.github_server.views.people import association, user, user_or_none

_REACTIONS = (
    *("total_count", "+1", "-1", "laugh", "hooray"),
    *("confused", "heart", "rocket", "eyes"),
)


def label(look: Look, name: str) -> Json:
    """Show a label."""
    found = look.state.labels[name.lower()]
    return label_itself(look, found)


def label_itself(look: Look, found: Label) -> Json:
    """Show a label that need not be in the state any more."""
    return {
        "id": found.id,
        "node_id": node_id("Label", found.id),
        "url": f"{look.repo}/labels/{quote(found.name, safe='')}",
        "name": found.name,
        "color": found.color,
        "default": False,
        "description": found.description,
    }


def reactions(url: str) -> Json:
    """Show that nobody reacted."""
    return {"url": f"{url}/reactions", **dict.fromkeys(_REACTIONS, 0)}


def comment_count(look: Look, number: int) -> int:
    """Count the comments of an issue or a pull request."""
    return sum(c.number == number for c in look.state.comments.values())


def issue(look: Look, found: Issue) -> Json:
    """Show an issue; a pull request is one too, with a key of its own."""
    pull = look.state.pulls.get(found.number)
    people = [user(look, login) for login in found.assignees]
    shown: Json = {
        **_addresses(look, found.number, "pull" if pull else "issues"),
        "id": found.id,
        "node_id": node_id("Issue", found.number),
        "number": found.number,
        "title": found.title,
        "user": user_or_none(look, found.author),
        "labels": [label(look, name) for name in found.labels],
        "state": found.state,
        "locked": False,
        "assignee": people[0] if people else None,
        "assignees": people,
        "milestone": None,
        "comments": comment_count(look, found.number),
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "closed_at": found.closed_at,
        "author_association": association(look, found.author),
        "body": found.body,
        "closed_by": user_or_none(look, found.closed_by),
        "performed_via_github_app": None,
        "state_reason": found.state_reason,
    }
    if pull:
        page = f"{look.page}/pull/{found.number}"
        links = {"url": f"{look.repo}/pulls/{found.number}", "html_url": page}
        links |= {"diff_url": f"{page}.diff", "patch_url": f"{page}.patch"}
        shown["pull_request"] = {**links, "merged_at": pull.merged_at}
        shown["draft"] = pull.draft
    return shown


def _addresses(look: Look, number: int, kind: str) -> Json:
    url = f"{look.repo}/issues/{number}"
    return {
        "url": url,
        "repository_url": look.repo,
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "timeline_url": f"{url}/timeline",
        "html_url": f"{look.page}/{kind}/{number}",
        "reactions": reactions(url),
    }


def comment(look: Look, found: Comment) -> Json:
    """Show a comment on an issue or a pull request."""
    url = f"{look.repo}/issues/comments/{found.id}"
    kind = "pull" if found.number in look.state.pulls else "issues"
    page = f"{look.page}/{kind}/{found.number}#issuecomment-{found.id}"
    return {
        "url": url,
        "html_url": page,
        "issue_url": f"{look.repo}/issues/{found.number}",
        "id": found.id,
        "node_id": node_id("IssueComment", found.id),
        "user": user(look, found.author),
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "author_association": association(look, found.author),
        "body": found.body,
        "reactions": reactions(url),
        "performed_via_github_app": None,
    }
