"""Skimming a journal finds what is open, and knows when it cannot tell."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.decision.state.history import fold
from goodterms.load import load_journal
from goodterms.model.journal import EntryTime, JournalDocument
from goodterms.run.journal_entries import outcome, settled
from goodterms.yaml.journal_scan import odd_line, skim
from goodterms.yaml.ledger_documents import journal_text
from tests.support.eventful_ledger import TOOK

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
    when = EntryTime(date(2026, 10, 9), datetime(2026, 10, 9, 22, 30, tzinfo=UTC))
    error = "no route:\nid: other\nstate: sent\n---\n"
    documents: list[JournalDocument] = [
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


SPELLINGS = {
    "line ends of another system": lambda text: text.replace("\n", "\r\n"),
    "one such line end": lambda text: text.replace("sent\n", "sent\r\n", 1),
    "old line ends": lambda text: text.replace("\n", "\r"),
    "a mark of byte order": lambda text: "\ufeff" + text,
    "single quotes": lambda text: text.replace("state: sent", "state: 'sent'"),
    "double quotes": lambda text: text.replace("state: sent", 'state: "sent"'),
    "two blanks": lambda text: text.replace("state: sent", "state:  sent"),
    "a blank before": lambda text: text.replace("state: sent", "state : sent"),
    "a blank behind": lambda text: text.replace("state: sent", "state: sent "),
    "a comment behind": lambda text: text.replace("state: sent", "state: sent # ok"),
    "a key in quotes": lambda text: text.replace("state: sent", '"state": sent'),
    "a tag": lambda text: text.replace("state: sent", "state: !!str sent"),
    "a flow": lambda text: text + "---\n{id: 2026-10-08-reminder, state: failed}\n",
    "a quote that goes on": lambda text: text.replace(
        "state: sent\n", 'to: "a\nstate: failed"\n'
    ),
    "an end of documents": lambda text: text + "...\n",
    "another order": lambda text: text.replace(
        "id: 2026-10-08-reminder\non: 2026-10-08\n",
        "on: 2026-10-08\nid: 2026-10-08-reminder\n",
    ),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_another_spelling_keeps_the_account_out_of_run_and_check_alike(
    name: str,
) -> None:
    text = SPELLINGS[name](SENT)
    assert text != SENT

    documents, problems = load_journal(text.encode(), "j.yaml", "Europe/Berlin")

    assert skim(text.encode()) is None
    assert documents is None
    assert problems


PIECES = st.sampled_from(
    [*SENT.encode(), b"\r\n", b"'", b'"', b"state: failed\n", b"---\n", b"  ", b"|\n"]
)


@given(
    st.integers(0, len(SENT)),
    st.integers(0, 12),
    st.lists(PIECES, max_size=4),
)
def test_skimming_and_reading_agree_on_every_alteration(
    at: int, cut: int, put: list[bytes | int]
) -> None:
    """Whatever is done to a journal: who skims it and who reads it see the same."""
    middle = b"".join(bytes([p]) if isinstance(p, int) else p for p in put)
    data = SENT.encode()[:at] + middle + SENT.encode()[at + cut :]
    skimmed = skim(data)
    documents, _ = load_journal(data, "j.yaml", "Europe/Berlin")

    if skimmed is not None and documents is not None:
        assert skimmed.states == {
            entry.id: entry.doc.state for entry in fold(documents, date.max)
        }


TEXTS = st.text(
    st.one_of(st.sampled_from("\"'[]{}:,-| #\n\\"), st.characters(codec="utf-8")),
    max_size=24,
)


@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_nothing_that_the_engine_writes_is_odd(error: str, why: list[str]) -> None:
    document = JournalDocument(
        id="2026-10-08-a",
        day=date(2026, 10, 8),
        on=date(2026, 10, 8),
        kind="send",
        state="claimed",
        error=error,
        to=error,
        why=tuple(why),
        by=tuple(why),
    )
    data = journal_text([document, document]).encode()

    assert odd_line(data) is None
    assert skim(data) is not None
