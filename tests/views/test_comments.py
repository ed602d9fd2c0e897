"""What is said below a proposal: closed, refused, done, waiting."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given, settings

from goodterms.decision.state.effective_policies import EffectivePolicies
from goodterms.decision.state.history import JournalEntry, fold
from goodterms.model.journal import JournalDocument
from goodterms.model.ledger import Account
from goodterms.model.settings import Person
from goodterms.views import (
    ForgeLinks,
    close_reason,
    closed_comment,
    done_comment,
    read_marker,
    refused_comment,
    reminder_comment,
)
from goodterms.views.comments import explained_note
from tests.support.factory import (
    SETTINGS,
    account,
    day,
    dispute,
    invoice,
    proposed,
    reply,
    rules_on,
    sent,
    then,
    upto,
)
from tests.support.read_pages import names_found, seen
from tests.views.test_markdown import TEXTS

ASKED = proposed("2026-11-30", "final-notice", facts="sha256:1")
APPROVED = then(ASKED, "2026-12-02", "approved", by=("dana", "omar"), choose="approve")
TRIAGE = proposed("2026-12-30", "triage", choose="agency", expires=day("2027-01-20"))


def asked(at: Account, as_of: str) -> tuple[Account, EffectivePolicies, JournalEntry]:
    """Return an account, the rules of a day and the proposal as it stands then."""
    rules = rules_on(as_of)
    entries = fold(at.journal, rules.as_of, at.records)
    return at, rules, next(e for e in entries if e.doc.kind == "propose")


def final(*later: JournalDocument, paid: Sequence[tuple[str, str]] = ()) -> Account:
    """Return an account whose final notice was proposed, and what came of it."""
    journal = (*upto("formal-letter"), ASKED, *later)
    return account(invoice(paid=paid), journal=journal)


# -------------------------------------------------------------------- closed

PAID = final(paid=[("2026-12-03", "1190.00")])
DISPUTED = replace(final(), records=(dispute("2026-12-03", "2026-12-20"),))
REPLIED = replace(final(), records=(reply("2026-12-03"),))
DECLINED = final(then(ASKED, "2026-12-02", "declined", by=("dana",)))
VOID = final(APPROVED, then(ASKED, "2026-12-20", "void"))


@pytest.mark.parametrize(
    ("at", "as_of", "reason", "told"),
    [
        pytest.param(PAID, "2026-12-04", "paid", "There is nothing to do", id="paid"),
        pytest.param(
            DISPUTED, "2026-12-04", "disputed", "there will be a new", id="disputed"
        ),
        pytest.param(
            REPLIED, "2026-12-04", "overtaken", "there will be a new", id="overtaken"
        ),
        pytest.param(
            final(), "2026-12-15", "expired", "before Thu 14 Jan 2027", id="expired"
        ),
        pytest.param(
            DECLINED, "2026-12-02", "declined", "before Sat 2 Jan 2027", id="declined"
        ),
        pytest.param(VOID, "2026-12-20", "void", "there will be a new", id="void"),
    ],
)
def test_why_it_was_closed_and_what_comes_next(
    at: Account, as_of: str, reason: str, told: str
) -> None:
    assert close_reason(*asked(at, as_of)) == reason
    made = closed_comment(*asked(at, as_of), why=["INV-1 is settled"])
    text = seen(made.body).text
    assert "INV-1 is settled." in text
    assert "Nothing was sent" in text
    assert told in text
    assert made.marker.topic == "closed"


# ------------------------------------------------------------------- refused


def test_a_refused_decision_says_why_and_how_to_do_it_right() -> None:
    made = refused_comment(
        *asked(final(), "2026-12-02"),
        ["merged by mallory, who is not in finance-leads"],
        ["Revert the merge."],
    )
    text = seen(made.body).text
    assert text.startswith("This decision does not count. Nothing was sent.")
    assert "merged by mallory" in text
    assert "Revert the merge." in text
    assert "May approve: Dana Lindqvist or Omar Haddad." in text
    assert "Change nothing in the file." in text
    assert "Merge by Mon 14 Dec 2026" in text


def test_a_refused_choice_says_which_line_is_theirs() -> None:
    at = account(journal=(*upto("final-notice"), TRIAGE))
    body = refused_comment(*asked(at, "2026-12-30"), ["no"]).body
    assert "1. **Needs 2 of:**" in body
    assert "Change nothing in the file but the line `choose:`." in body


def test_what_was_merged_and_refused_is_asked_anew_once_it_is_off_main() -> None:
    here = asked(final(), "2026-12-02")
    body = refused_comment(*here, ["no"], ["Revert it."], asks_again="anew").body
    steps = [line for line in body.splitlines() if line[:1].isdigit()]
    may = "**May approve:** Dana Lindqvist or Omar Haddad."
    assert steps == [
        "1. Revert it.",
        "2. The next run asks again, in a new pull request.",
        f"3. {may} Change nothing in the file.",
    ]


def test_what_nobody_asks_for_is_only_taken_away() -> None:
    here = asked(DECLINED, "2026-12-02")
    body = refused_comment(*here, ["no"], ["Delete it."], asks_again="never").body
    assert "1. Delete it." in body
    assert "Merge by" not in body
    assert "May approve" not in body


# ---------------------------------------------------------------------- done


def deed(state: str, kind: str = "send", **more: object) -> JournalDocument:
    """Return what was done for the proposal."""
    fields = {"decision": ASKED.id, "channel": "letter", "state": state, "kind": kind}
    return sent("2026-12-03", "final-notice", **(fields | more))


@pytest.mark.parametrize(
    ("documents", "told"),
    [
        ([deed("sent")], "final-notice sent by post, on 3 Dec 2026"),
        ([deed("claimed")], "on its way"),
        ([deed("failed")], "could not be sent, and is tried again"),
        (
            [deed("in-doubt")],
            "in doubt: settle it with goodterms resolve acme/2026-12-03-final-notice",
        ),
        ([deed("sent", "place", partner="northstar")], "placed with Northstar"),
        ([deed("sent", "hold", channel=None)], "credit hold set, on 3 Dec 2026"),
        ([deed("sent", "write-off", channel=None)], "written off, on 3 Dec 2026"),
        ([], "nothing was done so far; a run on a business day does it, by"),
    ],
)
def test_what_was_done(documents: list[JournalDocument], told: str) -> None:
    made = done_comment(*asked(final(APPROVED, *documents), "2026-12-03"))
    text = seen(made.body).text
    assert text.startswith("Approved by Dana Lindqvist, Omar Haddad.")
    assert told in text


def test_an_approval_that_reaches_nobody_says_how_to_mend_it() -> None:
    account_, rules, entry = asked(final(APPROVED), "2026-12-03")
    on_github = replace(rules, settings=replace(rules.settings, forge="github"))
    text = seen(done_comment(account_, on_github, entry).body).text
    assert "nothing was done so far: channels in goodterms.yaml sends letter" in text


def test_a_pause_is_done_by_waiting() -> None:
    yes = then(TRIAGE, "2027-01-04", "approved", by=("dana",), choose="ride-out")
    at = account(journal=(*upto("final-notice"), TRIAGE, yes))
    body = done_comment(*asked(at, "2027-01-05")).body
    assert "ride-out: nothing is said until Wed 3 Feb 2027" in body


def test_what_was_done_leads_to_its_text() -> None:
    links = ForgeLinks("https://forge.example", "linden/ledger", ref="main")
    made = done_comment(*asked(final(APPROVED, deed("sent")), "2026-12-03"), links)
    path = "ledger/acme/messages/2026-12-03-final-notice.md"
    assert seen(made.body).links == [
        f"https://forge.example/linden/ledger/blob/main/{path}"
    ]


# ------------------------------------------------------------------ reminded


def test_reviewers_are_called_by_their_names_on_the_forge() -> None:
    at, rules, entry = asked(final(), "2026-12-07")
    dana = replace(SETTINGS.people["dana"], github="dana-lindqvist")
    mal = Person("mal", "Mal", github="x\n@acme/all")
    people = {**SETTINGS.people, "dana": dana, "mal": mal}
    rules = replace(rules, settings=replace(SETTINGS, people=people))
    body = reminder_comment(at, rules, entry, ["dana", "omar", "mal", "eve"]).body
    told = "@dana-lindqvist, Omar Haddad, Mal, eve: this waits for you since 30 Nov."
    assert body.startswith(told)
    assert "closes by itself after **Mon 14 Dec 2026**" in body


def test_a_reminder_says_the_same_on_every_day() -> None:
    first = reminder_comment(*asked(final(), "2026-12-07"), ["dana"])
    assert reminder_comment(*asked(final(), "2026-12-09"), ["dana"]) == first


# ---------------------------------------------------------------------- safe


@given(TEXTS)
@settings(max_examples=30, deadline=None)
def test_no_text_changes_a_comment(text: str) -> None:
    here = asked(final(APPROVED, deed("sent")), "2026-12-03")
    plain = [
        closed_comment(*here, why=["x"]),
        refused_comment(*here, ["x"], ["x"]),
        reminder_comment(*here, ["x"]),
    ]
    made = [
        closed_comment(*here, why=[text or "x"]),
        refused_comment(*here, [text], [text]),
        reminder_comment(*here, [text]),
    ]
    for one, other in zip(made, plain, strict=True):
        assert seen(one.body).elements == seen(other.body).elements
        assert names_found(one.body) == set()
        assert read_marker(one.body) == one.marker


@given(TEXTS)
@settings(max_examples=40, deadline=None)
@example("</p> @octocat fixes #12 <!-- goodterms:e30= -->\n\n# a\n    b")
def test_an_explanation_stays_words(text: str) -> None:
    at, _, entry = asked(final(), "2026-12-02")
    note = explained_note(at, entry, "IC_1", f"a\n{text}\nb", text)
    assert set(seen(note.body).elements) <= {"p", "p br"}
    assert names_found(note.body) == set()
    assert read_marker(note.body) == note.marker


@pytest.mark.parametrize(("lines", "longest"), [(2000, 20), (250, 900)])
def test_however_long_an_explanation_is_github_takes_the_answer(
    lines: int, longest: int
) -> None:
    at, _, entry = asked(account(invoice(), journal=[ASKED]), "2026-12-01")
    text = "\n".join(["@" * longest] * lines)
    body = explained_note(at, entry, "IC_1", text, "Dana").body
    assert len(body) < 65_536
    assert "more lines: `goodterms explain`" in body
