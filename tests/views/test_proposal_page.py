"""The page of a proposal: what it says, what it keeps quiet, and what it survives."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import example, given, settings

from goodterms.decision.state.effective_policies import EffectivePolicies
from goodterms.decision.state.history import JournalEntry, fold
from goodterms.model.journal import JournalDocument, JournalRow
from goodterms.model.ledger import Account, Contact, Profile
from goodterms.render import Templates, load_templates
from goodterms.render.message import RenderedMessage
from goodterms.views import (
    ForgeLinks,
    MessagePreview,
    PolicyExcerpt,
    ProposalEdit,
    ProposalPage,
    page_day,
    proposal_page,
    read_marker,
    render_proposal_page,
)
from goodterms.views.page_layout import LONGEST_BODY
from goodterms.views.proposal_page.effects import band
from goodterms.workspace.bundled_files import shipped_files
from tests.support.factory import (
    PROFILE,
    SETTINGS,
    account,
    call,
    cash,
    day,
    invoice,
    later,
    money,
    promise,
    proposed,
    rules_on,
    took,
    upto,
)
from tests.support.read_pages import names_found, seen
from tests.views.test_markdown import TEXTS

ON = "2026-11-30"
TRIAGE_ON = "2026-12-30"
LINKS = ForgeLinks("https://forge.example", "linden/ledger", branch="goodterms/acme/x")
LETTER = RenderedMessage(
    "Final notice",
    "Dear Petra Vogel,\n\nplease pay by 14 December.\n\n"
    "Invoice  Open\n-------  --------\nINV-1    1,190.00",
    "<p>",
    "en",
    "sha256:x",
)
LATER = replace(LETTER, text=LETTER.text.replace("14 Dec", "21 Dec"))
CLAUSE = PolicyExcerpt(
    "policies/standard/v3.yaml", 42, "- step: final-notice\n  at: due + 60d"
)

FINAL_ASKED = proposed(
    ON, "final-notice", facts="sha256:b6afe21a4f27c610d7e3", why=("60 days overdue",)
)
TRIAGE_ASKED = proposed(
    TRIAGE_ON,
    "triage",
    choose="agency",
    expires=day("2027-01-20"),
    facts="sha256:5b8665e223cb",
)
SPOKEN = (
    call("2026-10-23", "reached", said="The new accountant starts in November."),
    promise("2026-10-23", "2026-11-05", None, said="All of it by the 5th."),
)


def final(profile: Profile = PROFILE) -> Account:
    """Return an account for which the final notice is proposed."""
    journal = (*upto("formal-letter"), FINAL_ASKED)
    return replace(account(records=SPOKEN, journal=journal), profile=profile)


def triage() -> Account:
    """Return an account for which a choice is proposed."""
    return account(journal=(*upto("final-notice"), TRIAGE_ASKED))


def asked(at: Account, rules: EffectivePolicies) -> JournalEntry:
    """Return the latest proposal."""
    entries = fold(at.journal, rules.as_of, at.records)
    return [e for e in entries if e.doc.kind == "propose"][-1]


def page(
    at: Account,
    as_of: str = ON,
    letter: RenderedMessage | None = LETTER,
    links: ForgeLinks | None = LINKS,
    later: RenderedMessage | None = LATER,
    **more: object,
) -> ProposalPage:
    """Write the page of the latest proposal."""
    rules = rules_on(as_of)
    entry = asked(at, rules)
    entry = replace(entry, doc=replace(entry.doc, commit="438fe08b2cc6cda2"))
    written = MessagePreview(letter, later) if letter else None
    given = {"approval_clause": CLAUSE, **more}
    return proposal_page(at, rules, entry, written, links, **given)  # type: ignore[arg-type]


# ---------------------------------------------------------------- golden pages


def test_the_page_of_a_final_notice(golden: Callable[[str, str], None]) -> None:
    made = page(final(replace(PROFILE, notes="An old friend. Call before you write.")))
    golden("page-final-notice.md", f"{made.title}\n\n{made.body}")


def test_the_page_of_a_choice(golden: Callable[[str, str], None]) -> None:
    made = page(triage(), TRIAGE_ON, letter=None)
    golden("page-triage.md", f"{made.title}\n\n{made.body}")


# ---------------------------------------------------------------- the first screen


def head(body: str) -> str:
    """Return what stands above the first heading, as words."""
    return seen(body.partition("\n### ")[0]).text


@pytest.mark.parametrize(
    "told",
    [
        "ACME GmbH",
        "1,190.00 EUR",
        "60 days overdue",
        "final-notice",
        "by post to Petra Vogel, Hauptstr. 1, 10115 Berlin",
        "goes out by post",
        "not proposed again for 30 days",
        "Mon 14 Dec 2026",
        "Dana Lindqvist or Omar Haddad",
        "3 messages, 1 call; last answer 23 Oct 2026 (38 days ago)",
        "1 promise: 1 broken",
    ],
)
def test_the_first_screen_of_a_letter(told: str) -> None:
    assert told in head(page(final()).body)


@pytest.mark.parametrize(
    "told",
    [
        "Proposed: agency, one of 6 options at triage",
        "as the policy advises (last_reply_days > 60)",
        "hand it to Northstar",
        "credit hold",
        "merging does ride-out, plan, settlement, legal or write-off instead",
        "who edits it cannot approve alone",
        "Wed 20 Jan 2027",
        "Needs 2 of: Dana Lindqvist, Omar Haddad",
        "no answer",
    ],
)
def test_the_first_screen_of_a_choice(told: str) -> None:
    assert told in head(page(triage(), TRIAGE_ON).body)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (
            ProposalEdit("plan"),
            "Chosen: plan, in place of agency, one of 6 options at triage",
        ),
        (ProposalEdit("plan"), "the policy advises agency (last_reply_days > 60)"),
        (ProposalEdit("plan"), "merge offer 3 instalments by e-mail"),
        (
            ProposalEdit("plan"),
            "merging does ride-out, settlement, agency, legal or write-off",
        ),
        (ProposalEdit("agency"), "Proposed: agency, one of 6 options"),
        (
            ProposalEdit(flaw="its file is odd"),
            "merge nothing, for it would not count: its file",
        ),
    ],
)
def test_the_first_screen_follows_the_file(edit: ProposalEdit, told: str) -> None:
    made = page(triage(), TRIAGE_ON, letter=None, edit=edit)
    assert told in " ".join(head(made.body).split())


def test_the_title_says_who_what_how_much_how_old() -> None:
    made = page(final())
    assert made.title == "ACME GmbH: final-notice, 1,190.00 EUR, 60 days overdue"


def test_labels_and_assignee() -> None:
    made = page(final())
    assert made.labels == ("goodterms", "step: final-notice", "amount: 1k-10k EUR")
    assert made.assignee_key == "dana"


@pytest.mark.parametrize(
    ("amount", "currency", "name"),
    [
        ("999.99", "EUR", "under 1k EUR"),
        ("1000.00", "EUR", "1k-10k EUR"),
        ("99999.99", "USD", "10k-100k USD"),
        ("190000", "JPY", "100k-1m JPY"),
        ("1000000.00", "EUR", "over 1m EUR"),
    ],
)
def test_amount_bands_name_their_currency(
    amount: str, currency: str, name: str
) -> None:
    assert band(money(amount, currency)) == name


@pytest.mark.parametrize(
    ("teams", "told"),
    [
        (
            {"finance-leads": ("dana", "omar")},
            "Needs 2 of: Dana Lindqvist, Omar Haddad",
        ),
        ({"finance-leads": ("dana",)}, "Nobody can approve this: finance-leads has 1"),
        ({}, "Nobody can approve this: finance-leads has 0 of the 2 members"),
    ],
)
def test_who_may_approve(teams: dict[str, tuple[str, ...]], told: str) -> None:
    rules = rules_on(TRIAGE_ON)
    rules = replace(rules, settings=replace(SETTINGS, teams=teams))
    at = triage()
    made = proposal_page(at, rules, asked(at, rules), None, None)
    assert told in head(made.body)


def test_a_step_that_is_gone_can_only_be_closed() -> None:
    gone = replace(FINAL_ASKED, step="last-words")
    made = page(account(journal=(*upto("formal-letter"), gone)), letter=None)
    assert "Nobody can approve this" in head(made.body)
    assert "standard@\u200b3 has no such step any more" in head(made.body)


def test_a_channel_that_reaches_nobody_is_said() -> None:
    rules = rules_on(ON)
    rules = replace(rules, settings=replace(SETTINGS, forge="github"))
    at = final()
    made = proposal_page(at, rules, asked(at, rules), MessagePreview(LETTER), None)
    assert "sends `letter` to the outbox, to nobody; merged so, nothing" in made.body
    assert "outbox" not in page(at).body


def test_a_no_before_is_remembered() -> None:
    before = proposed("2026-10-20", "final-notice")
    no = JournalDocument(
        id=before.id,
        day=day("2026-10-21"),
        at="2026-10-21T09:00:00Z",
        state="declined",
        by=("omar",),
    )
    at = account(journal=(*upto("formal-letter"), before, no, FINAL_ASKED))
    assert "declined on 21 Oct 2026 by Omar Haddad" in head(page(at).body)


# ------------------------------------------------------------------- the rest


def test_part_paid_invoices_say_of_how_much() -> None:
    paid = invoice(paid=[("2026-10-20", "500.00")])
    row = took("INV-1", "final-notice", "690.00")
    asked_for = proposed(ON, "final-notice", row)
    body = page(account(paid, journal=(*upto("formal-letter"), asked_for))).body
    assert "690.00\u00a0EUR<br>of 1,190.00\u00a0EUR" in body
    assert "500.00\u00a0EUR paid on INV-1" in body


def test_promises_are_judged() -> None:
    body = page(final()).body
    assert "promised 1,190.00\u00a0EUR by 5 Nov 2026: **broken**" in body
    assert body.index("All of it by the 5th.") < body.index("The new accountant")


def test_what_the_relationship_is_worth() -> None:
    settled = invoice("INV-0", due="2026-03-01", paid=[("2026-03-04", "1190.00")])
    settled = replace(settled, issued=day("2026-02-01"))
    other = invoice("INV-2", due="2026-12-24", issued="2026-11-24")
    at = replace(final(), invoices=(settled, invoice(), other))
    body = page(at).body
    assert "**120,000.00\u00a0EUR** a year (this debt is 1\u00a0% of it)" in body
    assert "1 invoice paid so far, 0\u00a0% on time, 3 days late on average" in body
    assert "also open: 1,190.00\u00a0EUR on 1 invoice: not overdue" in body
    assert "nothing is known of how they pay" in page(final()).body


@pytest.mark.parametrize(
    ("option", "likely", "does"),
    [
        (
            "ride-out",
            "730\u00a0EUR**<br>61\u00a0%",
            "say nothing for 30 days; then ask",
        ),
        (
            "plan",
            "730\u00a0EUR**<br>61\u00a0%",
            "instalments** by e-mail, the first of",
        ),
        (
            "settlement",
            "740\u00a0EUR**<br>69\u00a0%, 10\u00a0% off",
            "settle for **1,071.00",
        ),
        (
            "**agency**<br>chosen",
            "620\u00a0EUR**<br>69\u00a0%, 25\u00a0% fee",
            "hand it to",
        ),
        ("legal", "820\u00a0EUR**<br>69\u00a0%, before costs", "hand it to **Roth**"),
        ("write-off", "0\u00a0EUR**<br>nothing", "**write off** 1,190.00"),
    ],
)
def test_every_option_with_what_it_may_bring(
    option: str, likely: str, does: str
) -> None:
    body = page(triage(), TRIAGE_ON).body
    row = next(line for line in body.split("\n") if line.startswith(f"| {option} |"))
    assert likely in row
    assert does in row


def test_every_assumption_has_its_source() -> None:
    body = page(triage(), TRIAGE_ON).body
    told = body.partition("What this assumes")[2].partition("</details>")[0]
    lines = [line for line in told.split("\n") if line.startswith("- ")]
    assert len(lines) == 7
    assert all(line.endswith("*)") for line in lines)
    assert "Commercial Collection Agencies of America" in lines[0]


def test_the_letter_marks_what_sending_works_out_anew() -> None:
    body = page(final()).body
    assert "please pay by <ins>14</ins> December." in body
    assert "<ins>" not in page(final(), later=None).body.split("<blockquote>")[1]


def test_the_letter_runs_as_far_as_the_screen_has_room() -> None:
    long = "word " * 40
    wrapped = "\n".join([long[:70].strip(), long[70:140].strip(), long[140:].strip()])
    columns = "Invoice  Open\n-------  ----\nINV-1      90"
    heading = "What happens next\n-----------------"
    text = f"Line one\nLine two\n\n{wrapped}\n\n{columns}\n\n{heading}"
    made = page(final(), letter=replace(LETTER, text=text), later=None).body
    assert "<p>Line one<br>\nLine two</p>" in made
    assert f"<p>{long.strip()}</p>" in made
    assert f"<pre>\n{columns}\n</pre>" in made
    assert "<p><b>What happens next</b></p>" in made


def test_a_letter_that_could_not_be_written_is_said() -> None:
    assert "Nothing goes out until it can be" in page(final(), letter=None).body


def test_the_clause_leads_to_its_line() -> None:
    made = seen(page(final()).body)
    at = "https://forge.example/linden/ledger/blob/438fe08b2cc6cda2/policies/standard"
    assert f"{at}/v3.yaml#L42" in made.links


def test_links_are_ours_and_only_where_there_is_a_forge() -> None:
    ours = seen(page(triage(), TRIAGE_ON).body).links
    assert len(ours) > 5
    assert all(link.startswith("https://forge.example/linden/ledger/") for link in ours)
    edit = "edit/goodterms/acme/x/ledger/acme/decisions/2026-12-30-triage.yaml"
    assert f"https://forge.example/linden/ledger/{edit}" in ours
    assert seen(page(final(), links=None).body).links == []


def test_unmatched_money_leads_to_the_form_that_matches_it() -> None:
    unmatched = replace(final(), records=(*SPOKEN, cash("2026-11-20", "90.00")))
    made = seen(page(unmatched).body)
    where = "issues/new?template=allocation.yml&account=acme"
    assert f"https://forge.example/linden/ledger/{where}" in made.links
    assert "90.00 EUR has come in and is matched to no invoice yet" in made.text


def test_a_ledger_in_a_folder_and_a_branch_to_show() -> None:
    links = replace(LINKS, ref="main", folder="books/ar")
    made = seen(page(final(), links=links).body)
    at = "https://forge.example/linden/ledger/blob/main/books/ar/ledger/acme"
    assert f"{at}/account.yaml" in made.links


# -------------------------------------------------------------------- the chart


def chart(body: str) -> list[str]:
    """Return the lines of the chart."""
    drawn = body.partition("```mermaid\n")[2].partition("\n```")[0]
    return [line.strip() for line in drawn.split("\n")]


def test_the_chart_shows_both_sides_and_the_time_left() -> None:
    assert chart(page(final()).body) == [
        "gantt",
        "dateFormat YYYY-MM-DD",
        "axisFormat %d %b",
        "tickInterval 1month",
        "todayMarker off",
        "section Owed",
        "overdue :crit, 2026-10-01, 2026-11-30",
        "section We",
        "8 Oct friendly-reminder :milestone, 2026-10-08, 0d",
        "22 Oct personal-call :milestone, 2026-10-22, 0d",
        "23 Oct call reached :milestone, 2026-10-23, 0d",
        "2 Nov payment-options :milestone, 2026-11-02, 0d",
        "16 Nov formal-letter :milestone, 2026-11-16, 0d",
        "section They",
        "23 Oct promise broken :done, 2026-10-23, 2026-11-05",
        "section Decide",
        "until 14 Dec :active, 2026-11-30, 2026-12-14",
    ]


def test_the_chart_of_an_old_debt_has_room_for_its_axis() -> None:
    old = invoice(due="2024-10-01", issued="2024-09-01")
    journal = [replace(d, day=d.day) for d in (*upto("formal-letter"), FINAL_ASKED)]
    drawn = chart(page(account(old, journal=journal)).body)
    assert "tickInterval 6month" in drawn
    assert "axisFormat %b %Y" in drawn


# --------------------------------------------------- silent until facts change


def test_the_page_is_the_same_on_every_day_until_facts_change() -> None:
    at = final()
    first = page(at)
    assert page(at, "2026-12-10") == first
    assert read_marker(first.body) == first.marker
    assert first.marker.facts == FINAL_ASKED.facts


def test_the_run_that_asks_writes_the_same_page_as_the_next_one() -> None:
    at = final()
    rules = rules_on(ON)
    before = replace(at, journal=at.journal[:-1])
    entry = asked(at, rules)
    first = proposal_page(before, rules, entry, MessagePreview(LETTER), LINKS)
    assert proposal_page(at, rules, entry, MessagePreview(LETTER), LINKS) == first


def test_what_was_learnt_since_is_on_the_page() -> None:
    at = final()
    heard = call("2026-12-04", "reached", said="They closed the shop.")
    told = replace(at, records=(*at.records, heard))
    assert page(told, "2026-12-03") == page(at)
    now = page(told, "2026-12-10")
    assert "They closed the shop." in now.body
    assert "64 days overdue" in now.body
    assert now.marker.content != page(at).marker.content


def test_a_refresh_moves_the_day() -> None:
    at = final()
    again = JournalDocument(
        id=FINAL_ASKED.id,
        day=day("2026-12-02"),
        at="2026-12-02T09:00:00Z",
        state="proposed",
    )
    rules = rules_on("2026-12-10")
    at = replace(at, journal=(*at.journal, again))
    assert page_day(at, rules, asked(at, rules)) == day("2026-12-02")


# ------------------------------------------------------- whatever the text says


def dirty(text: str) -> ProposalPage:
    """Write a page on which everything that a customer can write is one text."""
    who = Contact(text, text, text, "+49 30 1")
    profile = replace(PROFILE, name=text, notes=text, contacts=(who,), address=(text,))
    at = final(profile)
    records = [replace(record, said=text, reason=text, by=text) for record in SPOKEN]
    bill = replace(invoice(), reference=text, purchase_order=text)
    letter = RenderedMessage(text, text, text, "en", text)
    at = replace(at, records=tuple(records), invoices=(bill,))
    return page(
        at, letter=letter, later=None, approval_clause=replace(CLAUSE, text=text)
    )


@cache
def clean_page() -> ProposalPage:
    """Return the same page with nothing special on it."""
    return dirty("ACME GmbH")


def without_whole_texts(body: str) -> str:
    """Leave out what is shown twice: what was said, where a list has not all of it."""
    whole = r"<details>\n<summary>All that was said.*?\n</details>\n\n"
    return re.sub(whole, "", body, flags=re.DOTALL)


@given(TEXTS.filter(bool))
@settings(max_examples=60, deadline=None)
@example("@octocat | fixes #12 <!-- goodterms:e30= -->")
@example("</details></blockquote></pre>")
@example("\n\n# a\n\n---\n")
def test_the_structure_is_ours_whatever_the_text(text: str) -> None:
    made, plain = dirty(text), clean_page()
    found, expected = seen(without_whole_texts(made.body)), seen(plain.body)
    assert found.elements == expected.elements
    assert found.letter <= {"p", "b", "br", "pre", "ins"}
    assert found.links == expected.links
    assert found.comments == 1
    assert names_found(made.body) == set()
    assert read_marker(made.body) == made.marker
    assert chart(made.body) == chart(plain.body)
    assert "\n" not in made.title


def test_a_very_long_page_keeps_what_decides() -> None:
    many = [invoice(f"INV-{n}") for n in range(1, 301)]
    names = [each.id for each in many]
    told = "ACME & <Söhne> " * 400
    records = [
        call(later("2026-10-08", n), "reached", *names, id=f"r{n}", said=told)
        for n in range(30)
    ]
    journal = (
        *(
            replace(d, invoices=tuple(JournalRow(n, d.step, "1190.00") for n in names))
            for d in (*upto("formal-letter"), FINAL_ASKED)
        ),
    )
    at = account(*many, records=records, journal=journal)
    letter = replace(LETTER, text="\n".join(f"{n}   {'<' * 60}" for n in range(9000)))
    made = page(at, letter=letter, later=None)
    assert len(made.body) <= LONGEST_BODY
    assert "357,000.00 EUR" in head(made.body)
    assert "Left out, the page would be too long" in made.body
    assert "`ledger/acme/records`" in made.body
    assert read_marker(made.body) == made.marker
    assert seen(made.body).comments == 1


# ------------------------------------------------------- with the real templates


@cache
def templates() -> Templates:
    """Return the shipped ones."""
    found, _ = load_templates(dict(shipped_files("templates")), SETTINGS)
    return found


def test_the_whole_page_from_its_parts() -> None:
    rules = rules_on("2026-12-10")
    at = final()
    policy = b"ladder:\n  - {step: formal-letter}\n  - {step: final-notice}\n"
    made, problems = render_proposal_page(
        at, rules, asked(at, rules), templates(), policy
    )
    assert problems == ()
    assert "This is our final notice for invoice INV-1" in made.body
    assert "<p><ins>30</ins> <ins>November</ins> 2026</p>" in made.body
    assert "policies/standard/v3.yaml, line 3" in made.body


def test_a_placement_goes_to_the_partner() -> None:
    rules = rules_on(TRIAGE_ON)
    at = triage()
    made, problems = render_proposal_page(at, rules, asked(at, rules), templates())
    assert problems == ()
    assert "Please collect" in made.body
    assert "### The message" in made.body


def test_what_is_not_a_message_has_no_letter() -> None:
    rules = rules_on(TRIAGE_ON)
    at = triage()
    off = replace(TRIAGE_ASKED, choose="write-off")
    at = replace(at, journal=(*at.journal[:-1], off))
    made, problems = render_proposal_page(at, rules, asked(at, rules), templates())
    assert problems == ()
    assert "### The message" not in made.body
    assert "**write off** 1,190.00" in made.body
