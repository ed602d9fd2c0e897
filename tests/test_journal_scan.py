"""Skimming a journal finds what is open, and knows when it cannot tell."""

from datetime import UTC, date, datetime

import pytest

from engine.decision.entries import Moment, outcome, settled
from engine.decision.history import fold
from engine.journal import Document
from engine.load import load_journal
from engine.text.dump import journal_text
from engine.text.journal_scan import skim
from tests.eventful import TOOK

SENT = TOOK.format(on="2026-10-08", step="reminder", name="a", id="INV-1")
CLAIMED = SENT.replace("state: sent", "state: claimed")
ASKED = SENT.replace("state: sent", "state: proposed").replace("send", "propose")


def after(*states: str, on: str = "2026-10-08-reminder") -> str:
    return "".join(f"---\nid: {on}\nstate: {state}\n" for state in states)


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("", False),
        (SENT, False),
        (CLAIMED, True),
        (CLAIMED + after("sent"), False),
        (CLAIMED + after("failed"), False),
        (CLAIMED + after("failed", "claimed"), True),
        (CLAIMED + after("in-doubt"), True),
        (CLAIMED + after("in-doubt", "sent"), False),
        (CLAIMED + after("sent", "claimed"), False),
        (ASKED, True),
        (ASKED + after("approved"), False),
        (ASKED + after("declined"), False),
        (ASKED + after("sent", on="2026-10-09-other"), True),
    ],
)
def test_what_is_open(text: str, *, is_open: bool) -> None:
    skimmed = skim(text.encode())
    assert skimmed
    assert skimmed.is_open is is_open


@pytest.mark.parametrize("text", [SENT, CLAIMED + after("in-doubt"), ASKED + SENT])
def test_it_agrees_with_reading(text: str) -> None:
    skimmed = skim(text.encode())
    documents, problems = load_journal(text.encode(), "j.yaml", "Europe/Berlin")
    assert problems == ()
    assert skimmed
    assert skimmed.states == {
        entry.id: entry.doc.state for entry in fold(documents or (), date.max)
    }


def test_it_reads_what_runs_write() -> None:
    when = Moment(date(2026, 10, 9), datetime(2026, 10, 9, 22, 30, tzinfo=UTC))
    error = "no route:\nid: other\nstate: sent\n---\n"
    documents: list[Document] = [
        settled("2026-10-08-a", "approved", when, by=["dana"]),
        outcome("2026-10-08-b", "in-doubt", when, error=error),
    ]
    skimmed = skim(journal_text(documents).encode())
    assert skimmed
    assert skimmed.states == {"2026-10-08-a": "approved", "2026-10-08-b": "in-doubt"}
    assert skimmed.approved == {"2026-10-08-a"}
    assert skimmed.latest == "2026-10-09T22:30:00Z"


@pytest.mark.parametrize(
    "text",
    [
        "id: 2026-10-08-a\nstate: claimed\n",
        "--- {id: 2026-10-08-a, state: claimed}\n",
        "---\n  id: 2026-10-08-a\n  state: claimed\n",
        "---\n'id': 2026-10-08-a\nstate: claimed\n",
        SENT + "---\n# nothing\n",
    ],
)
def test_what_it_does_not_know_it_leaves_to_the_reader(text: str) -> None:
    assert skim(text.encode()) is None
