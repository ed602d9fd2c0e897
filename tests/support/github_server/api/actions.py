"""Workflows, their runs, and what workflows may do."""

from dataclasses import replace

from tests.support.github_server.api.lookups import REPO, look
from tests.support.github_server.http_messages import ApiError, Json, Reply, not_found
from tests.support.github_server.paging import cut
from tests.support.github_server.routes import Call, route
from tests.support.github_server.state import Run
from tests.support.github_server.views.actions import (
    run,
    workflow,
    workflow_id,
    workflow_paths,
)

_WORKFLOWS = f"{REPO}/actions/workflows"
_WORKFLOW = f"{REPO}/actions/workflows/{{workflow_id}}"
_PERMISSIONS = f"{REPO}/actions/permissions"


@route("GET", _WORKFLOWS, "actions:read")
def list_workflows(call: Call) -> Reply:
    """List the workflows that have a file on main."""
    paths = workflow_paths(look(call))
    shown, links = cut(call, paths)
    rows = [workflow(look(call), path) for path in shown]
    return Reply(200, {"total_count": len(paths), "workflows": rows}, links)


def _the_path(call: Call) -> str:
    name = call.params["workflow_id"]
    for path in workflow_paths(look(call)):
        if name in (path.rpartition("/")[2], str(workflow_id(path))):
            return path
    raise not_found()


@route("GET", _WORKFLOW, "actions:read")
def get_workflow(call: Call) -> Reply:
    """Show a workflow, named by number or file."""
    return Reply(200, workflow(look(call), _the_path(call)))


def _set_state(call: Call, word: str) -> Reply:
    disabled = {**call.state.disabled, _the_path(call): word}
    kept = {path: state for path, state in disabled.items() if state != "active"}
    call.world.state = replace(call.state, disabled=kept)
    return Reply(204)


@route("PUT", f"{_WORKFLOW}/enable", "actions:write", "write")
def enable_workflow(call: Call) -> Reply:
    """Let a workflow run again."""
    return _set_state(call, "active")


@route("PUT", f"{_WORKFLOW}/disable", "actions:write", "write")
def disable_workflow(call: Call) -> Reply:
    """Stop a workflow."""
    return _set_state(call, "disabled_manually")


@route("POST", f"{_WORKFLOW}/dispatches", "actions:write", "write")
def dispatch_workflow(call: Call) -> Reply:
    """Ask for a run; it is kept in the world's `dispatches`."""
    path = _the_path(call)
    if path in call.state.disabled:
        raise ApiError(
            422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow"
        )
    event: Json = {"by": call.login, "workflow": path, **call.body}
    call.world.dispatches.append(event)
    return Reply(204)


def _runs(call: Call, path: str | None) -> Reply:
    found = [one for one in call.state.runs.values() if _fits(call, one, path)]
    found.sort(key=lambda one: (one.created_at, one.id), reverse=True)
    shown, links = cut(call, found)
    rows = [run(look(call), one) for one in shown]
    return Reply(200, {"total_count": len(found), "workflow_runs": rows}, links)


def _fits(call: Call, one: Run, path: str | None) -> bool:
    status, event = call.asked("status"), call.asked("event")
    fits = path in (None, one.path) and event in ("", one.event)
    return fits and status in ("", one.status, one.conclusion)


@route("GET", f"{REPO}/actions/runs", "actions:read")
def list_runs(call: Call) -> Reply:
    """List the runs of all workflows, newest first."""
    return _runs(call, None)


@route("GET", f"{_WORKFLOW}/runs", "actions:read")
def list_workflow_runs(call: Call) -> Reply:
    """List the runs of one workflow, newest first."""
    return _runs(call, _the_path(call))


@route("GET", _PERMISSIONS, "administration:read", "admin")
def get_permissions(call: Call) -> Reply:
    """Say whether Actions run at all."""
    enabled = call.world.rules.actions_enabled
    return Reply(200, {"enabled": enabled, "allowed_actions": "all"})


@route("GET", f"{_PERMISSIONS}/workflow", "administration:read", "admin")
def get_workflow_permissions(call: Call) -> Reply:
    """Say whether workflows may open and approve pull requests."""
    may = call.world.rules.actions_may_open_pulls
    shown = {"default_workflow_permissions": "read"}
    return Reply(200, {**shown, "can_approve_pull_request_reviews": may})


@route("PUT", f"{_PERMISSIONS}/workflow", "administration:write", "admin")
def set_workflow_permissions(call: Call) -> Reply:
    """Let workflows open and approve pull requests, or not."""
    may = call.body.get("can_approve_pull_request_reviews")
    if isinstance(may, bool):
        call.world.rules.actions_may_open_pulls = may
    return Reply(204)
