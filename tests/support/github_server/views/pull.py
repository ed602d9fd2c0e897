"""Pull requests and their reviews."""

from tests.support.github_server.diffs import between, changes
from tests.support.github_server.http_messages import Json
from tests.support.github_server.merging import blocked, mergeable
from tests.support.github_server.state import Issue, Pull, Review
from tests.support.github_server.views.issue import comment_count, label
from tests.support.github_server.views.links import Look, node_id
from tests.support.github_server.views.people import association, user, user_or_none
from tests.support.github_server.views.repo import repo


def pull(look: Look, found: Pull) -> Json:
    """Show a pull request as in lists."""
    issue = look.state.issues[found.number]
    people = [user(look, login) for login in issue.assignees]
    return {
        **_addresses(look, found.number, found.head_sha),
        "id": found.id,
        "node_id": node_id("PullRequest", found.number),
        "number": found.number,
        "state": issue.state,
        "locked": False,
        "title": issue.title,
        "user": user(look, issue.author),
        "body": issue.body,
        "created_at": issue.created_at,
        "updated_at": issue.updated_at,
        "closed_at": issue.closed_at,
        "merged_at": found.merged_at,
        "merge_commit_sha": found.merge_commit,
        "assignee": people[0] if people else None,
        "assignees": people,
        "requested_reviewers": [user(look, login) for login in found.reviewers],
        "requested_teams": [],
        "labels": [label(look, name) for name in issue.labels],
        "milestone": None,
        "draft": found.draft,
        "head": _end(look, found.head_ref, found.head_sha),
        "base": _end(look, found.base_ref, found.base_sha),
        "_links": _links(look, found),
        "author_association": association(look, issue.author),
        "auto_merge": None,
        "active_lock_reason": None,
    }


def _addresses(look: Look, number: int, head: str) -> Json:
    url = f"{look.repo}/pulls/{number}"
    issue = f"{look.repo}/issues/{number}"
    page = f"{look.page}/pull/{number}"
    return {
        "url": url,
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "issue_url": issue,
        "commits_url": f"{url}/commits",
        "review_comments_url": f"{url}/comments",
        "review_comment_url": f"{look.repo}/pulls/comments{{/number}}",
        "comments_url": f"{issue}/comments",
        "statuses_url": f"{look.repo}/statuses/{head}",
    }


def _end(look: Look, ref: str, sha: str) -> Json:
    owner = look.world.owner
    ends = {"label": f"{owner}:{ref}", "ref": ref, "sha": sha}
    return {**ends, "user": user(look, owner), "repo": repo(look)}


def _links(look: Look, found: Pull) -> Json:
    at = _addresses(look, found.number, found.head_sha)
    names = {"self": "url", "html": "html_url", "issue": "issue_url"}
    plain = ("comments", "commits", "statuses", "review_comments", "review_comment")
    names |= {name: f"{name}_url" for name in plain}
    return {name: {"href": at[key]} for name, key in names.items()}


def full_pull(look: Look, found: Pull, *, created: bool = False) -> Json:
    """Show a pull request by itself; whether it merges is not known on creation."""
    clean = None if created else mergeable(look.world, found)
    found = look.state.pulls[found.number]
    issue = look.state.issues[found.number]
    files = changes(look.world.bare, found.base_sha, found.head_sha)
    return {
        **pull(look, found),
        "merged": found.merged_at is not None,
        "mergeable": clean,
        "rebaseable": clean,
        "mergeable_state": _mergeable_state(look, found, issue, clean=clean),
        "merged_by": user_or_none(look, found.merged_by),
        "comments": comment_count(look, found.number),
        "review_comments": 0,
        "maintainer_can_modify": False,
        "commits": len(between(look.world.bare, found.base_sha, found.head_sha)),
        "additions": sum(file.additions for file in files),
        "deletions": sum(file.deletions for file in files),
        "changed_files": len(files),
    }


def _mergeable_state(
    look: Look, found: Pull, issue: Issue, *, clean: bool | None
) -> str:
    if clean is None or issue.state != "open":
        return "unknown"
    if not clean:
        return "dirty"
    if found.draft:
        return "draft"
    return "blocked" if blocked(look.world, found) else "clean"


def review(look: Look, found: Review) -> Json:
    """Show one review."""
    page = f"{look.page}/pull/{found.number}#pullrequestreview-{found.id}"
    url = f"{look.repo}/pulls/{found.number}"
    return {
        "id": found.id,
        "node_id": node_id("PullRequestReview", found.id),
        "user": user(look, found.author),
        "body": found.body,
        "state": found.state,
        "html_url": page,
        "pull_request_url": url,
        "author_association": association(look, found.author),
        "_links": {"html": {"href": page}, "pull_request": {"href": url}},
        "submitted_at": found.submitted_at,
        "commit_id": found.commit,
    }
