"""What people see on the forge: pages to decide from. Pure: no files, no clock.

Whatever comes from customers goes through ``page.safe``: it can neither ping
anybody nor make a link, a table cell or a marker.
"""

from goodterms.views.comments import (
    ProposalComment,
    close_reason,
    closed_comment,
    done_comment,
    refused_comment,
    reminder_comment,
)
from goodterms.views.dashboard import (
    Dashboard,
    DashboardProposal,
    LastRun,
    dashboard_page,
)
from goodterms.views.file_links import ForgeLinks
from goodterms.views.page_marker import PageMarker, read_marker
from goodterms.views.proposal_page.context import ProposalEdit, page_day
from goodterms.views.proposal_page.message_preview import MessagePreview, write_letter
from goodterms.views.proposal_page.page import (
    ProposalPage,
    proposal_page,
    render_proposal_page,
)
from goodterms.views.proposal_page.policy_excerpt import (
    PolicyExcerpt,
    find_policy_excerpt,
    policy_path,
)
from goodterms.views.step_summary import doctor_summary, step_summary

__all__ = [
    "Dashboard",
    "DashboardProposal",
    "ForgeLinks",
    "LastRun",
    "MessagePreview",
    "PageMarker",
    "PolicyExcerpt",
    "ProposalComment",
    "ProposalEdit",
    "ProposalPage",
    "close_reason",
    "closed_comment",
    "dashboard_page",
    "doctor_summary",
    "done_comment",
    "find_policy_excerpt",
    "page_day",
    "policy_path",
    "proposal_page",
    "read_marker",
    "refused_comment",
    "reminder_comment",
    "render_proposal_page",
    "step_summary",
    "write_letter",
]
