"""The repository, its branches and its references."""

from tests.support.github_server.http_messages import Json
from tests.support.github_server.state import User
from tests.support.github_server.views.links import Look, node_id
from tests.support.github_server.views.people import rights, user

REPO_ID = 700001

_LINKS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}
_ZEROES = ("forks_count", "stargazers_count", "watchers_count", "size", "forks")
_SINCE = "2026-01-05T09:00:00Z"


def short_repo(look: Look) -> Json:
    """Show the repository as it stands inside workflow runs."""
    world = look.world
    return {
        "id": REPO_ID,
        "node_id": node_id("Repository", REPO_ID),
        "name": world.name,
        "full_name": world.full_name,
        "owner": user(look, world.owner),
        "private": world.rules.private,
        "html_url": look.page,
        "description": None,
        "fork": False,
        "url": look.repo,
        **{name: f"{look.repo}{end}" for name, end in _LINKS.items()},
    }


def repo(look: Look) -> Json:
    """Show the repository as it stands inside pull requests."""
    issues = look.state.issues.values()
    waiting = sum(issue.state == "open" for issue in issues)
    host = look.web.partition("://")[2]
    return {
        **short_repo(look),
        **dict.fromkeys(_ZEROES, 0),
        **dict.fromkeys(("open_issues", "open_issues_count"), waiting),
        **dict.fromkeys(("mirror_url", "homepage", "language", "license")),
        **dict.fromkeys(("pushed_at", "created_at", "updated_at"), _SINCE),
        **dict.fromkeys(("has_projects", "has_wiki", "has_pages"), False),
        **dict.fromkeys(("archived", "disabled", "is_template"), False),
        **dict.fromkeys(("has_downloads", "allow_forking"), True),
        "has_issues": look.world.rules.has_issues,
        "git_url": f"git://{host}/{look.world.full_name}.git",
        "ssh_url": f"git@{host}:{look.world.full_name}.git",
        "clone_url": f"{look.page}.git",
        "svn_url": look.page,
        "default_branch": "main",
        "visibility": "private" if look.world.rules.private else "public",
        "has_discussions": False,
        "topics": [],
        "watchers": 0,
        "web_commit_signoff_required": False,
    }


def full_repo(look: Look, reader: User) -> Json:
    """Show the repository by itself, with what *reader* may do in it."""
    rules = look.world.rules
    seen = {"allow_auto_merge": rules.auto_merge} if reader.role == "admin" else {}
    return {
        **repo(look),
        **seen,
        **{f"allow_{n}_merge": n in rules.merge_methods for n in ("squash", "rebase")},
        "allow_merge_commit": "merge" in rules.merge_methods,
        "delete_branch_on_merge": rules.delete_branch_on_merge,
        "permissions": rights(reader),
        "organization": user(look, look.world.owner),
        "network_count": 0,
        "subscribers_count": 0,
    }


def ref(look: Look, branch: str, sha: str) -> Json:
    """Show a branch as a git reference."""
    return {
        "ref": f"refs/heads/{branch}",
        "node_id": node_id(f"Ref/{branch}", REPO_ID),
        "url": f"{look.repo}/git/refs/heads/{branch}",
        "object": {
            "sha": sha,
            "type": "commit",
            "url": f"{look.repo}/git/commits/{sha}",
        },
    }
