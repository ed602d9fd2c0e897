"""What guards branches: rulesets and classic protection."""

from tests.support.github_server.api.lookups import REPO, look
from tests.support.github_server.http_messages import ApiError, Reply, not_found
from tests.support.github_server.paging import page
from tests.support.github_server.routes import Call, route
from tests.support.github_server.server_state import Protection
from tests.support.github_server.views.actions import (
    RULESET_ID,
    protection,
    pull_request_rule,
    ruleset,
)


def guard_of(call: Call, branch: str) -> Protection | None:
    """Return what guards a branch."""
    guard = call.world.rules.protection
    return guard if guard and guard.branch == branch else None


def refuse_unreviewed(call: Call, branch: str) -> None:
    """Refuse a change of a guarded branch that is no merge of a pull request."""
    guard = guard_of(call, branch)
    if guard is None or call.login in guard.bypass:
        return
    reason = "Changes must be made through a pull request."
    head = "Repository rule violations found\n\n" if guard.kind == "ruleset" else ""
    raise ApiError(409, f"{head}{reason}\n\n" if head else reason)


@route("GET", f"{REPO}/branches/{{branch}}/protection", "administration:read", "admin")
def get_protection(call: Call) -> Reply:
    """Show classic protection; a ruleset does not appear here."""
    guard = guard_of(call, call.params["branch"])
    if call.params["branch"] not in call.state.branches:
        raise ApiError(404, "Branch not found")
    if guard is None or guard.kind != "classic":
        raise ApiError(404, "Branch not protected")
    return Reply(200, protection(look(call), guard))


@route("GET", f"{REPO}/rulesets")
def list_rulesets(call: Call) -> Reply:
    """List the repository's rulesets."""
    guard = call.world.rules.protection
    found = [guard] if guard and guard.kind == "ruleset" else []
    return page(call, found, lambda one: ruleset(look(call), one))


@route("GET", f"{REPO}/rulesets/{{ruleset_id}}")
def get_ruleset(call: Call) -> Reply:
    """Show a ruleset, and whether whoever asks may go past it."""
    guard = call.world.rules.protection
    known = (
        guard and guard.kind == "ruleset" and call.number("ruleset_id") == RULESET_ID
    )
    if guard is None or not known:
        raise not_found()
    bypass = "always" if call.login in guard.bypass else "never"
    shown = {**ruleset(look(call), guard), "current_user_can_bypass": bypass}
    return Reply(200, shown)


@route("GET", f"{REPO}/rules/branches/{{branch}}")
def branch_rules(call: Call) -> Reply:
    """List the rules of rulesets that hold for a branch."""
    guard = guard_of(call, call.params["branch"])
    found = [guard] if guard and guard.kind == "ruleset" else []
    return page(call, found, lambda one: pull_request_rule(look(call), one))
