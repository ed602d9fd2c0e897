"""What people see on the forge: pages to decide from. Pure: no files, no clock.

Whatever comes from customers goes through ``page.safe``: it can neither ping
anybody nor make a link, a table cell or a marker.
"""

from engine.page.clause import Clause, find_clause, policy_path
from engine.page.dashboard import Asked, Board, LastRun, dashboard_page
from engine.page.letter import Letter, write_letter
from engine.page.links import Links
from engine.page.marker import Marker, read_marker
from engine.page.matter import Edit, page_day
from engine.page.notes import (
    Note,
    close_reason,
    closed_comment,
    done_comment,
    refused_comment,
    reminder_comment,
)
from engine.page.proposal import Page, page_of, proposal_page
from engine.page.summary import doctor_summary, step_summary

__all__ = [
    "Asked",
    "Board",
    "Clause",
    "Edit",
    "LastRun",
    "Letter",
    "Links",
    "Marker",
    "Note",
    "Page",
    "close_reason",
    "closed_comment",
    "dashboard_page",
    "doctor_summary",
    "done_comment",
    "find_clause",
    "page_day",
    "page_of",
    "policy_path",
    "proposal_page",
    "read_marker",
    "refused_comment",
    "reminder_comment",
    "step_summary",
    "write_letter",
]
