"""The dashboard: one issue, written anew in place."""

import re

from goodterms.forge.decision_file import branch_of
from goodterms.forge.github.client import ApiError
from goodterms.forge.github.objects import Issue
from goodterms.forge.github.session import GitHubSession, same_text
from goodterms.forge.protocol import Proposal, RunReport
from goodterms.views import (
    Dashboard,
    DashboardProposal,
    LastRun,
    ProposalPage,
    dashboard_page,
)
from goodterms.views.proposal_page.effects import stated_amounts

#: By which the issue is found; one without our marker is somebody else's.
LABEL = "goodterms-dashboard"

_LAST_RUN = re.compile(r", run at `([0-9-]{10}T[0-9:]{8}Z)`\.</sub>")


def show(desk: GitHubSession, news: RunReport) -> tuple[str, ...]:
    """Write the dashboard; returns lines for the report. Raises ApiError.

    It is pinned when it is made, if GitHub lets us.
    """
    found = _find(desk)
    issue = found[0] if found else None
    told = _LAST_RUN.search(issue.body) if issue else None
    missed = news.missed(told[1]) if told else ""
    page = dashboard_page(_board(desk, news, missed))
    lines = (f"missed: {missed}",) if missed else ()
    if issue is None:
        return (*lines, *_make(desk, page))
    for double in found[1:]:
        if double.open:
            desk.api.set_open(double.number, is_open=False)
    same = same_text(issue.body, page.body) and issue.title == page.title
    if not same or not issue.open:
        desk.api.edit_issue(issue.number, page.title, page.body)
    return (*lines, f"the dashboard is {issue.page}")


def _find(desk: GitHubSession) -> list[Issue]:
    """List ours, the oldest first: that one is kept up, a second one is closed."""
    found = (each for each in desk.api.issues(LABEL) if _is_ours(desk, each))
    return sorted(found, key=lambda issue: issue.number)


def _is_ours(desk: GitHubSession, issue: Issue) -> bool:
    marker = desk.api.mark(issue)
    return marker is not None and marker.topic == "dashboard"


def _make(desk: GitHubSession, page: ProposalPage) -> tuple[str, ...]:
    issue = desk.api.open_issue(page.title, page.body, [LABEL], [])
    try:
        desk.api.pin(issue.node)
    except ApiError as error:
        return (f"the dashboard is {issue.page}; it could not be pinned: {error}",)
    return (f"the dashboard is {issue.page}",)


def _board(desk: GitHubSession, news: RunReport, missed: str) -> Dashboard:
    page = desk.api.client.where.run_page
    asked = (_asked(desk, proposal) for proposal in desk.scene.proposals)
    return Dashboard(
        plan=news.plan,
        settings=desk.rules.settings,
        run=LastRun(news.at, news.ok, news.told, page, missed),
        figures=news.figures,
        proposals=tuple(each for each in asked if each),
        doubts=news.doubts,
        forms=f"{desk.api.client.where.page}/issues/new/choose",
        repository=desk.api.client.where.page,
    )


def _asked(desk: GitHubSession, proposal: Proposal) -> DashboardProposal | None:
    case = desk.case(proposal.name)
    if case is None:
        return None
    pull = desk.pulls.known(branch_of(proposal.account, proposal.id))
    refused = {ruling.proposal.name for ruling in desk.scene.refused}
    return DashboardProposal(
        name=proposal.name,
        customer=case.account.profile.name,
        step=case.entry.doc.step or proposal.id,
        totals=stated_amounts(case.entry),
        since=proposal.proposed,
        expires=proposal.expires,
        url=pull.page if pull else None,
        refused=proposal.name in refused,
    )
