"""Is the repository on GitHub set up? People, permissions, rules, the schedule."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from goodterms.doctor.check import DoctorCheck, broken, mind, ok, unknown
from goodterms.doctor.context import DoctorContext, needed
from goodterms.forge.github.actor import another_words, is_another, read_user
from goodterms.forge.github.client import ApiError, Client
from goodterms.forge.github.config import where
from goodterms.forge.github.forge import pace
from goodterms.forge.github.objects import Workflow, read_workflow
from goodterms.git import MAIN
from goodterms.model.refusal import RefusalError

_WORKFLOWS = ".github/workflows"

#: What the last successful run may be old: a weekend, a holiday and a day.
_ALIVE = timedelta(days=4)

#: Rules that a push to main would break.
_IN_THE_WAY = {
    "pull_request",
    "update",
    "merge_queue",
    "required_status_checks",
    "required_signatures",
    "required_deployments",
}
_SCHEDULED = re.compile(r"^\s+schedule:", re.MULTILINE)
_MAY_WRITE = ("write", "maintain", "admin")


def checks(context: DoctorContext) -> Iterator[DoctorCheck]:
    """Yield what there is to say about the repository on GitHub."""
    try:
        client = Client(where(context.env, context.repo), pace(context.env))
        repository = client.get(_path(client))
    except (ApiError, RefusalError) as error:
        yield broken("github", str(error))
        return
    yield ok("github", f"{client.where.repository} is at {client.where.api}")
    yield from _default_branch(repository)
    yield from _issues(repository, client)
    yield from _auto_merge(repository, client)
    yield from _tried("pull requests", lambda: _may_open(client))
    yield from _tried("protection", lambda: _rules(client))
    yield from _tried("approvers", lambda: _approvers(context, client))
    yield from _tried("schedule", lambda: _schedule(context, client))


def _tried(
    subject: str, look: Callable[[], Iterator[DoctorCheck]]
) -> Iterator[DoctorCheck]:
    """Look at something; what GitHub does not show is unknown."""
    try:
        yield from look()
    except ApiError as error:
        yield unknown(subject, str(error))
    except RefusalError as error:
        yield broken(subject, str(error))


def _path(client: Client) -> str:
    return f"/repos/{client.where.repository}"


def _default_branch(repository: dict[str, Any]) -> Iterator[DoctorCheck]:
    name = repository["default_branch"]
    if name != MAIN:
        words = f"the default branch is '{name}': schedules and issue forms are its own"
        yield broken("github", words, f"Settings > General > Default branch: {MAIN}")


def _issues(repository: dict[str, Any], client: Client) -> Iterator[DoctorCheck]:
    if not repository["has_issues"]:
        words = "issues are off: there are no forms, no dashboard, and no calls to make"
        yield broken(
            "github", words, f"{client.where.page}/settings > Features: Issues"
        )


def _auto_merge(repository: dict[str, Any], client: Client) -> Iterator[DoctorCheck]:
    """Mind that a merge may be ordered before the last change of what it merges."""
    allowed = repository.get("allow_auto_merge")
    how = f"untick it: {client.where.page}/settings > Pull Requests: Allow auto-merge"
    if allowed:
        words = (
            "auto-merge is allowed: a proposal may change after its merge is ordered"
        )
        yield mind("merges", words, how)
    elif allowed is None:
        words = "only an administrator's token sees whether auto-merge is allowed"
        yield unknown("merges", words, f"better not; {how}")


def _may_open(client: Client) -> Iterator[DoctorCheck]:
    how = (
        f"{client.where.page}/settings/actions > Workflow permissions > Allow GitHub"
        " Actions to create and approve pull requests"
    )
    path = f"{_path(client)}/actions/permissions/workflow"
    try:
        may = client.get(path)["can_approve_pull_request_reviews"]
    except ApiError as error:
        if error.status not in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
            raise
        words = "only an administrator's token sees whether Actions may open them"
        yield unknown("pull requests", words, f"look at {how}")
        return
    if may:
        yield ok("pull requests", "Actions may open them")
    else:
        yield broken("pull requests", "Actions may not open them", f"allow it: {how}")


def _rules(client: Client) -> Iterator[DoctorCheck]:
    """Say whether main takes the engine's pushes, as far as can be seen."""
    branch = client.get(f"{_path(client)}/branches/{MAIN}")
    rules = list(client.pages(f"{_path(client)}/rules/branches/{MAIN}"))
    blocking = [rule for rule in rules if rule["type"] in _IN_THE_WAY]
    closed = [rule for rule in blocking if not _bypassed(client, rule["ruleset_id"])]
    how = (
        f"{client.where.page}/settings/rules > Bypass list: add the GitHub App or the"
        f" deploy key that the engine pushes with; or leave {MAIN} without rules"
    )
    if closed:
        named = ", ".join(sorted({rule["type"] for rule in closed}))
        yield broken("protection", f"{MAIN} has rules that stop a push: {named}", how)
    elif branch["protected"] and not rules:
        yield broken("protection", f"{MAIN} has classic protection", how)
    elif blocking:
        yield ok("protection", f"{MAIN} has rules, and this token bypasses them")
    else:
        yield ok("protection", f"nothing stops a push to {MAIN}")


def _bypassed(client: Client, ruleset: int) -> bool:
    shown = client.get(f"{_path(client)}/rulesets/{ruleset}")
    return shown.get("current_user_can_bypass") in ("always", "exempt")


def _approvers(context: DoctorContext, client: Client) -> Iterator[DoctorCheck]:
    """Look at everybody who may approve: on GitHub, here, and able to merge."""
    settings = context.workspace.settings
    able: dict[str, bool] = {}
    numbers = context.workspace.logins()
    for team in needed(context):
        for key in settings.teams.get(team, ()):
            if key not in able:
                check = _approver(client, key, settings.people[key].github, numbers)
                able[key] = check.state == "ok"
                yield check
    for team, count in needed(context).items():
        number = sum(able[key] for key in settings.teams.get(team, ()))
        if number < count:
            words = f"{team} has {number} of the {count} people that steps need"
            yield broken("approvers", words, "nobody can approve these steps till then")


def _approver(
    client: Client, key: str, login: str | None, numbers: Mapping[str, int]
) -> DoctorCheck:
    if login is None:
        how = f"people: {{{key}: {{github: LOGIN}}}} in goodterms.yaml"
        return broken("approvers", f"{key} has no GitHub account", how)
    who = f"{key} ('{login}')"
    access = f"{client.where.page}/settings/access > Add people"
    try:
        permission = client.get(f"{_path(client)}/collaborators/{login}/permission")
    except ApiError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        return broken("approvers", f"{who} is nobody on GitHub", "mend people")
    actor = read_user(permission["user"])
    if is_another(actor, numbers):
        return broken("approvers", f"{key}: {another_words(actor, numbers)}")
    role = permission["permission"]
    if role in _MAY_WRITE:
        return ok("approvers", f"{who} may merge")
    words = "has no access" if role == "none" else f"may only {role}, not merge"
    return broken("approvers", f"{who} {words}", f"{access}: {login}, role Write")


def _schedule(context: DoctorContext, client: Client) -> Iterator[DoctorCheck]:
    """Look for the workflow that runs on a schedule, and for its last success."""
    folder = context.repo.top / _WORKFLOWS
    files = sorted(folder.glob("*.y*ml")) if folder.is_dir() else []
    ours = {f"{_WORKFLOWS}/{file.name}" for file in files if _runs_us(file.read_text())}
    if not ours:
        words = f"no workflow in {_WORKFLOWS} runs goodterms on a schedule"
        yield broken("schedule", words, "goodterms init writes one")
        return
    path = f"{_path(client)}/actions/workflows"
    listed = map(read_workflow, client.get(path, per_page=100)["workflows"])
    workflows = [workflow for workflow in listed if workflow.path in ours]
    if not workflows:
        words = f"GitHub does not know {', '.join(sorted(ours))}"
        yield broken("schedule", words, f"push it to {MAIN}")
    for workflow in workflows:
        yield from _alive(context, client, workflow)


def _runs_us(text: str) -> bool:
    return bool(_SCHEDULED.search(text)) and "goodterms" in text


def _alive(
    context: DoctorContext, client: Client, workflow: Workflow
) -> Iterator[DoctorCheck]:
    name = workflow.path.rpartition("/")[2]
    page = f"{client.where.page}/actions/workflows/{name}"
    if workflow.state != "active":
        how = f"{page} > Enable workflow"
        yield broken("schedule", f"{name} is {workflow.state.replace('_', ' ')}", how)
        return
    yield ok("schedule", f"{name} is active")
    path = f"{_path(client)}/actions/workflows/{workflow.id}/runs"
    runs = client.get(path, status="success", per_page=1)["workflow_runs"]
    if not runs and not client.get(path, status="completed", per_page=1)["total_count"]:
        words = f"no run of {name} has ended so far, so this may be the first"
        yield mind("last run", words)
        return
    if not runs:
        how = f"start one and read it: {page} > Run workflow"
        yield broken("last run", f"no run of {name} has succeeded so far", how)
        return
    at = datetime.fromisoformat(runs[0]["created_at"].removesuffix("Z"))
    when = f"{at:%Y-%m-%d %H:%M} UTC"
    if context.moment - at.replace(tzinfo=UTC) > _ALIVE:
        words = f"the last run of {name} that succeeded was on {when}"
        yield broken("last run", words, f"see what happened since: {page}")
    else:
        yield ok("last run", f"{name} succeeded on {when}")
