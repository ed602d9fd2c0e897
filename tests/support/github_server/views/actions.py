"""Workflows, their runs, rulesets and branch protection."""

import yaml

from tests.support.github_server.diffs import info
from tests.support.github_server.http_messages import Json
from tests.support.github_server.server_state import BOT, Protection
from tests.support.github_server.state import Run
from tests.support.github_server.views.links import Look, node_id
from tests.support.github_server.views.people import user
from tests.support.github_server.views.repo import short_repo

FOLDER = ".github/workflows/"
RULESET_ID = 42
_OFF = (
    "required_linear_history",
    "allow_force_pushes",
    "allow_deletions",
    "block_creations",
    "required_conversation_resolution",
    "lock_branch",
)
_SINCE = "2026-01-05T09:00:00Z"


def workflow_paths(look: Look) -> list[str]:
    """List the workflow files on main."""
    main = look.world.main
    if main is None:
        return []
    names = look.world.bare.lines("ls-tree", "--name-only", main, FOLDER)
    return [name for name in names if name.endswith((".yml", ".yaml"))]


def workflow_id(path: str) -> int:
    """Make a number of a path, the same one on every day."""
    return 10_000 + sum(ord(letter) * at for at, letter in enumerate(path, 1))


def workflow(look: Look, path: str) -> Json:
    """Show a workflow; its name is read from the file on main."""
    number = workflow_id(path)
    text = look.world.bare.text("show", f"{look.world.main}:{path}")
    found = yaml.safe_load(text)
    name = found.get("name", path) if isinstance(found, dict) else path
    url = f"{look.repo}/actions/workflows/{number}"
    return {
        "id": number,
        "node_id": node_id("Workflow", number),
        "name": name,
        "path": path,
        "state": look.state.disabled.get(path, "active"),
        "created_at": _SINCE,
        "updated_at": _SINCE,
        "url": url,
        "html_url": f"{look.page}/blob/main/{path}",
        "badge_url": f"{look.page}/workflows/{name}/badge.svg",
    }


def run(look: Look, found: Run) -> Json:
    """Show one run of a workflow."""
    url = f"{look.repo}/actions/runs/{found.id}"
    ends = ("jobs", "logs", "artifacts", "cancel", "rerun")
    commit = info(look.world.bare, found.head_sha)
    author = {"name": commit.author.name, "email": commit.author.email}
    head = {"id": commit.sha, "tree_id": commit.tree, "message": commit.message}
    head |= {"timestamp": found.created_at}
    return {
        "id": found.id,
        "name": found.path,
        "node_id": node_id("WorkflowRun", found.id),
        "head_branch": "main",
        "head_sha": found.head_sha,
        "path": found.path,
        "display_title": found.path,
        "run_number": found.id,
        "run_attempt": 1,
        "event": found.event,
        "status": found.status,
        "conclusion": found.conclusion,
        "workflow_id": workflow_id(found.path),
        "url": url,
        "html_url": f"{look.page}/actions/runs/{found.id}",
        "pull_requests": [],
        "created_at": found.created_at,
        "updated_at": found.created_at,
        "actor": user(look, BOT),
        **{f"{end}_url": f"{url}/{end}" for end in ends},
        "check_suite_url": f"{look.repo}/check-suites/{found.id}",
        "workflow_url": f"{look.repo}/actions/workflows/{workflow_id(found.path)}",
        "head_commit": {**head, "author": author, "committer": author},
        "repository": short_repo(look),
        "head_repository": short_repo(look),
    }


def ruleset(look: Look, guard: Protection) -> Json:
    """Show the ruleset that guards a branch, as in the list of rulesets."""
    link = {"href": f"{look.repo}/rulesets/{RULESET_ID}"}
    return {
        "id": RULESET_ID,
        "name": f"Protect {guard.branch}",
        "target": "branch",
        "source_type": "Repository",
        "source": look.world.full_name,
        "enforcement": "active",
        "node_id": node_id("RepositoryRuleset", RULESET_ID),
        "_links": {"self": link, "html": {"href": f"{look.page}/rules/{RULESET_ID}"}},
        "created_at": _SINCE,
        "updated_at": _SINCE,
    }


def pull_request_rule(look: Look, guard: Protection) -> Json:
    """Show the one rule of the ruleset: changes come by pull request."""
    return {
        "type": "pull_request",
        "ruleset_source_type": "Repository",
        "ruleset_source": look.world.full_name,
        "ruleset_id": RULESET_ID,
        "parameters": {
            "required_approving_review_count": guard.approvals,
            "dismiss_stale_reviews_on_push": guard.dismiss_stale,
            "require_code_owner_review": False,
            "require_last_push_approval": False,
            "required_review_thread_resolution": False,
            "allowed_merge_methods": list(look.world.rules.merge_methods),
        },
    }


def protection(look: Look, guard: Protection) -> Json:
    """Show classic branch protection."""
    url = f"{look.repo}/branches/{guard.branch}/protection"
    reviews = {
        "url": f"{url}/required_pull_request_reviews",
        "dismiss_stale_reviews": guard.dismiss_stale,
        "require_code_owner_reviews": False,
        "require_last_push_approval": False,
        "required_approving_review_count": guard.approvals,
    }
    return {
        "url": url,
        "required_pull_request_reviews": reviews,
        "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": True},
        "required_signatures": {"url": f"{url}/required_signatures", "enabled": False},
        **{name: {"enabled": False} for name in _OFF},
    }
