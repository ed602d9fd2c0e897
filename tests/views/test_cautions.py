"""The first screen of a page: nothing that would change the answer is missing there."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import example, given, settings

from goodterms.model.ledger import Account
from goodterms.model.records import Record
from goodterms.views.mail_body import gist, is_whole
from tests.support.factory import (
    account,
    call,
    cash,
    day,
    dispute,
    invoice,
    met,
    promise,
    proposed,
    reply,
    resolution,
    upto,
)
from tests.support.read_pages import names_found, seen
from tests.views.test_markdown import TEXTS
from tests.views.test_proposal_page import (
    FINAL_ASKED,
    LINKS,
    ON,
    SPOKEN,
    final,
    head,
    page,
)

OTHER = invoice("D-2", due="2026-06-15", total="9800.00")
DOORS = "The doors were the wrong size, and two were never delivered."


def with_other(*records: Record) -> Account:
    """Return the account of the final notice, with another open invoice."""
    at = final()
    return replace(at, invoices=(*at.invoices, OTHER), records=(*SPOKEN, *records))


def mind(at: Account, **more: object) -> str:
    body = page(at, **more).body  # type: ignore[arg-type]
    assert names_found(body) == set()
    return head(body)


# ---------------------------------------------------------------- a disputed sister


@pytest.mark.parametrize(
    ("review", "told"),
    [
        ("2026-07-15", "we owe them an answer since 15 Jul 2026."),
        ("2026-12-15", "our answer is due by 15 Dec 2026."),
    ],
)
def test_a_disputed_sister_is_named_with_who_is_late(review: str, told: str) -> None:
    text = mind(with_other(dispute("2026-07-01", review, "D-2", said=DOORS)))
    said = f"Mind: D-2 (9,800.00 EUR) is disputed since 1 Jul 2026: “{DOORS}”; {told}"
    assert said in text


def test_it_stands_in_what_was_said_and_in_what_else_is_open() -> None:
    body = page(with_other(dispute("2026-07-01", "2026-07-15", "D-2", said=DOORS))).body
    assert f"dispute, review by 15 Jul 2026; about `D-2` | {DOORS}" in body
    assert "also open: 9,800.00\u00a0EUR on 1 invoice: overdue, disputed" in body
    assert "1 Jul dispute :milestone, 2026-07-01" in body


def test_a_settled_dispute_needs_nobody() -> None:
    contested = dispute("2026-07-01", "2026-07-15", "D-2", said=DOORS)
    settled = resolution("2026-07-20", contested.id, "rejected")
    assert "disputed" not in mind(with_other(contested, settled))


def test_a_dispute_of_what_is_paid_needs_nobody() -> None:
    at = with_other(dispute("2026-07-01", "2026-07-15", "D-2"))
    paid = replace(OTHER, payments=invoice(paid=[("2026-07-03", "9800.00")]).payments)
    assert "disputed" not in mind(replace(at, invoices=(*at.invoices[:-1], paid)))


# ---------------------------------------------------------------- an unanswered reply


def test_who_waits_for_our_answer_is_said() -> None:
    at = with_other(reply("2026-11-29", said="Which invoice is this?"))
    text = mind(at)
    assert "Mind: they replied on 29 Nov 2026, and wait for our answer." in text
    answered = (*at.records, call("2026-11-30"))
    assert "wait for our answer" not in mind(replace(at, records=answered))


# ---------------------------------------------------------------- other proposals


def test_other_proposals_of_the_customer_are_named_with_a_link() -> None:
    dollars = invoice("U-1", due="2026-09-01", total="500.00", currency="USD")
    also = proposed(
        "2026-11-27",
        "triage",
        "U-1",
        choose="agency",
        expires=day("2026-12-18"),
        totals=(("USD", "500.00"),),
    )
    at = final()
    at = replace(
        at,
        invoices=(*at.invoices, dollars),
        journal=(*at.journal[:-1], also, FINAL_ASKED),
    )
    where = "https://forge.example/linden/ledger/pull/7"
    body = page(
        at, links=replace(LINKS, proposal_pages={f"acme/{also.id}": where})
    ).body
    first = body.partition("\n### ")[0]
    label = "triage of 27 Nov 2026, 500.00\u00a0USD"
    assert f"**Mind:** also proposed: [{label}]({where})." in first
    assert "also proposed: triage of 27 Nov 2026, 500.00 USD." in mind(at)


# ---------------------------------------------------------------- the net figure


def test_the_figure_asked_for_says_what_it_is_made_of() -> None:
    at = final()
    at = replace(at, records=(*at.records, cash("2026-11-29", "190.00")))
    text = mind(at)
    assert "owes 1,000.00 EUR on 1 invoice, 60 days overdue" in text
    assert "(1,190.00 EUR open, less 190.00 EUR received)" in text
    assert "open, less" not in mind(final())


# ---------------------------------------------------------------- a long mail

LONG = "\n".join(
    [
        "Dear Dana,",
        "",
        "our bank has moved us to another system, and half of our payments came back.",
        *(
            f"Paragraph {n} tells of the move, at some length, as it was."
            for n in range(9)
        ),
        "The short of it: we can pay 1,000 on 15 September, the rest by the end of it.",
        "",
        "Kind regards",
        "Petra @vogel #1",
        "-- ",
        "ACME GmbH, Berlin",
        "",
        "On Thu, 3 Sep 2026 at 10:00, Dana Lindqvist <dana@linden.example>",
        "wrote:",
        "> Dear Petra,",
        "> this is our final word.",
    ]
)


def mailed(text: str) -> Account:
    at = final()
    return replace(at, records=(*at.records, reply("2026-11-29", said=text)))


def test_the_first_screen_begins_with_what_they_wrote() -> None:
    text = mind(mailed(LONG))
    assert "They said on 29 Nov 2026: “our bank has moved us" in text
    assert "(all of it is below)" in text
    assert "final word" not in text


def test_the_whole_text_is_folded_below() -> None:
    body = page(mailed(LONG)).body
    whole = body.partition("<summary>All that was said on 29 Nov 2026</summary>")[2]
    assert "we can pay 1,000 on 15 September" in whole
    assert "this is our final word." in whole
    assert names_found(body) == set()
    assert "details blockquote" in seen(body).elements


@given(TEXTS)
@settings(max_examples=40, deadline=None)
@example("</blockquote></details> @octocat fixes #12 | <!-- goodterms:e30= -->")
@example("a\n\n# b\n\n    c\n</pre>")
def test_a_whole_text_stays_words(text: str) -> None:
    body, plain = (page(mailed(f"We {each}.\n> q")).body for each in (text, "Words"))
    assert seen(body).elements == seen(plain).elements
    assert seen(body).letter <= {"p", "b", "br", "pre", "ins"}
    assert names_found(body) == set()


def test_what_is_short_is_not_said_twice() -> None:
    body = page(mailed("We pay on Friday.")).body
    assert "All that was said" not in body
    assert "(all of it is below)" not in body


def test_many_long_mails_leave_the_page_its_room() -> None:
    at = final()
    mails: Iterable[Record] = (
        reply(f"2026-11-{n:02}", said="\n".join([LONG] * 8), answered=True)
        for n in range(1, 29)
    )
    body = page(replace(at, records=(*at.records, *mails))).body
    assert "Left out" not in body
    assert "All that was said on 1 Nov 2026 stands in [`ledger/acme/records" in body


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("We pay on Friday.", "We pay on Friday."),
        ("Hello, we pay on Friday.", "Hello, we pay on Friday."),
        ("Hi all,\nwe pay.", "we pay."),
        ("Guten Tag Frau Lindqvist,\n\nwir zahlen.", "wir zahlen."),
        ("> please pay\nWe did.\n> on time", "We did."),
        ("We did.\n\nAm 3.9.2026 schrieb Dana:\n\n> Bitte zahlen", "We did."),
        ("Our lawyer wrote:\nWe owe nothing.", "Our lawyer wrote:\nWe owe nothing."),
        ("On Monday she wrote: pay.", "On Monday she wrote: pay."),
        ("Ok.\n-----Original Message-----\nFrom: Dana\nold", "Ok."),
        ("Ok.\nVon: Dana\nGesendet: heute\nAn: uns\nBetreff: x\nalt", "Ok."),
        ("From: the warehouse.\nNothing came.", "From: the warehouse.\nNothing came."),
        ("Ok.\n--\nPetra", "Ok."),
        ("Ok.\nSent from my iPhone", "Ok."),
        ("> only quoted", "> only quoted"),
        ("Dear Dana,", "Dear Dana,"),
    ],
)
def test_the_senders_own_words(text: str, own: str) -> None:
    assert gist(text) == own
    assert is_whole(text, 100) is (own == text)


# ---------------------------------------------------------------- many invoices


def many(number: int) -> Account:
    ids = [f"INV-{n}" for n in range(number)]
    due = ["2026-05-01", "2026-09-20", "2026-11-10"]
    bills = tuple(
        invoice(id_, due=due[n % 3], total="100.00") for n, id_ in enumerate(ids)
    )
    journal = (
        *upto("formal-letter", *ids),
        replace(proposed(ON, "final-notice", *ids), facts=FINAL_ASKED.facts),
    )
    return account(*bills, records=SPOKEN, journal=journal)


def test_eight_invoices_are_a_table() -> None:
    text = page(many(8)).body.partition("### Invoices")[2].partition("###")[0]
    assert text.count("| [`INV-") == 8
    assert "<details>" not in text


def test_more_fold_under_the_sums_of_each_age() -> None:
    text = page(many(12)).body.partition("### Invoices")[2].partition("###")[0]
    sums, _, folded = text.partition("<details>")
    assert sums.strip().split("\n") == [
        "| Days overdue | Invoices | Open |",
        "| --- | --: | --: |",
        "| 1 to 30 | 4 | 400.00\u00a0EUR |",
        "| 61 to 90 | 4 | 400.00\u00a0EUR |",
        "| 91 and more | 4 | 400.00\u00a0EUR |",
        "| all | 12 | 1,200.00\u00a0EUR |",
    ]
    assert folded.count("| [`INV-") == 12
    assert "<summary>each of the 12 invoices</summary>" in folded


def test_sums_by_age_end_with_what_is_asked_for() -> None:
    at = many(12)
    at = replace(at, records=(*at.records, cash("2026-11-29", "190.00")))
    text = page(at).body.partition("### Invoices")[2].partition("<details>")[0]
    assert "| **asked for** |  | **1,010.00\u00a0EUR** |" in text


# ---------------------------------------------------------------- contacts by hand


def test_contacts_by_hand_count_with_their_step() -> None:
    wrote = met("2026-11-12", step="formal-letter", channel="letter")
    at = account(records=(wrote,), journal=(*upto("payment-options"), FINAL_ASKED))
    assert "2 messages and 1 by hand (formal-letter)" in mind(at)
    body = page(at).body
    assert "| we | formal-letter by hand, by post |" in body
    assert "12 Nov formal-letter by hand :milestone" in body


def test_a_promise_about_a_sister_is_told_with_its_invoice() -> None:
    text = page(with_other(promise("2026-11-20", "2026-12-05", None, "D-2"))).body
    assert "by 5 Dec 2026: **open**; about `D-2`" in text
