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


def show(session: GitHubSession, report: RunReport) -> tuple[str, ...]:
    """Write the dashboard; returns lines for the report. Raises ApiError.

    It is pinned when it is made, if GitHub lets us.
    """
    issues = _find(session)
    issue = issues[0] if issues else None
    last_run = _LAST_RUN.search(issue.body) if issue else None
    missed = report.missed(last_run[1]) if last_run else ""
    page = dashboard_page(_dashboard(session, report, missed))
    lines = (f"missed: {missed}",) if missed else ()
    if issue is None:
        return (*lines, *_make(session, page))
    for duplicate in issues[1:]:
        if duplicate.open:
            session.api.set_open(duplicate.number, is_open=False)
    same = same_text(issue.body, page.body) and issue.title == page.title
    if not same or not issue.open:
        session.api.edit_issue(issue.number, page.title, page.body)
    return (*lines, f"the dashboard is {issue.page}")


def _find(session: GitHubSession) -> list[Issue]:
    """List ours, the oldest first: that one is kept up, a second one is closed."""
    issues = (
        candidate
        for candidate in session.api.issues(LABEL)
        if _is_ours(session, candidate)
    )
    return sorted(issues, key=lambda issue: issue.number)


def _is_ours(session: GitHubSession, issue: Issue) -> bool:
    marker = session.api.mark(issue)
    return marker is not None and marker.topic == "dashboard"


def _make(session: GitHubSession, page: ProposalPage) -> tuple[str, ...]:
    issue = session.api.open_issue(page.title, page.body, [LABEL], [])
    try:
        session.api.pin(issue.node)
    except ApiError as error:
        return (f"the dashboard is {issue.page}; it could not be pinned: {error}",)
    return (f"the dashboard is {issue.page}",)


def _dashboard(session: GitHubSession, report: RunReport, missed: str) -> Dashboard:
    page = session.api.client.where.run_page
    rows = (_proposal_row(session, proposal) for proposal in session.status.proposals)
    return Dashboard(
        plan=report.plan,
        settings=session.rules.settings,
        run=LastRun(report.at, report.ok, report.summary, page, missed),
        figures=report.figures,
        proposals=tuple(row for row in rows if row),
        doubts=report.doubts,
        forms=f"{session.api.client.where.page}/issues/new/choose",
        repository=session.api.client.where.page,
    )


def _proposal_row(
    session: GitHubSession, proposal: Proposal
) -> DashboardProposal | None:
    case = session.case(proposal.name)
    if case is None:
        return None
    pull = session.pulls.known(branch_of(proposal.account, proposal.id))
    refused = {ruling.proposal.name for ruling in session.status.refused}
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
