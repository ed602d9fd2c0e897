"""The parts of a proposal's page below its first screen."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest

from goodterms.decision.state.history import fold
from goodterms.model.journal import ChargeRow, DecisionState, JournalDocument
from goodterms.model.ledger import Account, Invoice
from goodterms.model.policy import Approval, Jurisdiction, Policy, Rate, Recommendation
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.records import CheckIn, ContactMade, Note, Record
from goodterms.views import proposal_page
from goodterms.views.proposal_page.message_preview import wording
from tests.support.factory import (
    FINAL,
    PROFILE,
    STANDARD,
    TRIAGE,
    account,
    bounce,
    briefed,
    call,
    cash,
    credit_note,
    day,
    dispute,
    extension,
    instalments,
    invoice,
    later,
    money,
    pause,
    promise,
    proposed,
    reply,
    resume,
    rules_on,
    sent,
    settlement,
    then,
    upto,
    when,
)
from tests.support.read_pages import seen

ON = "2026-11-30"
ASKED = proposed(ON, "final-notice")


def body(at: Account, as_of: str = ON, *policies: Policy) -> str:
    """Write the page of the latest proposal, without links, with plain blanks."""
    rules = rules_on(as_of, *policies)
    entries = fold(at.journal, rules.as_of, at.records)
    entry = [e for e in entries if e.doc.kind == "propose"][-1]
    page = proposal_page(at, rules, entry, None, None)
    return page.body.replace("\u00a0", " ")


def with_records(*records: Record) -> str:
    """Write the page of an account with these records."""
    return body(account(records=records, journal=(*upto("formal-letter"), ASKED)))


def with_journal(*documents: JournalDocument) -> str:
    """Write the page of an account where this was done too."""
    return body(account(journal=(*upto("formal-letter"), *documents, ASKED)))


def part(text: str, heading: str) -> str:
    """Return what stands under a heading."""
    return text.partition(f"### {heading}\n")[2].partition("\n### ")[0]


# ------------------------------------------------------------------- the story

SENT = sent("2026-11-20", "payment-options")


@pytest.mark.parametrize(
    ("documents", "told"),
    [
        ([SENT], "| 20 Nov | we | payment-options by e-mail |"),
        (
            [replace(SENT, charges=(ChargeRow("INV-1", "12.66", "40.00"),))],
            "| 20 Nov | we | payment-options by e-mail, with 52.66 EUR of charges |",
        ),
        ([replace(SENT, state="failed")], "payment-options by e-mail: **failed** |"),
        ([replace(SENT, state="in-doubt")], "by e-mail: **in-doubt** |"),
        ([briefed("2026-11-20")], "| 20 Nov | we | personal-call handed to"),
        (
            [sent("2026-11-20", "triage", kind="place", partner="northstar")],
            "| 20 Nov | we | triage: placed with northstar |",
        ),
        ([sent("2026-11-20", "thanks", kind="thank")], "| 20 Nov | we | thanks |"),
        ([sent("2026-11-20", "hold", kind="hold")], "| 20 Nov | we | credit hold |"),
        ([proposed("2026-11-20", "triage")], "| 20 Nov | we | triage proposed |"),
        (
            [
                proposed("2026-11-20", "triage"),
                then(proposed("2026-11-20", "triage"), "2026-11-21", "void"),
            ],
            "triage proposed; void on 21 Nov 2026 |",
        ),
    ],
)
def test_what_we_did(documents: Iterable[JournalDocument], told: str) -> None:
    assert told in part(with_journal(*documents), "What has happened")


def test_what_bounced_did_not_arrive() -> None:
    journal = (*upto("formal-letter"), SENT, ASKED)
    text = body(account(records=[bounce("2026-11-21", SENT.id)], journal=journal))
    assert "payment-options by e-mail: **bounced** |" in text


@pytest.mark.parametrize(
    ("bill", "told"),
    [
        (
            invoice(paid=[("2026-10-20", "90.00")]),
            "| 20 Oct | they | 90.00 EUR paid on INV-1 |",
        ),
        (
            invoice(paid=[("2026-10-20", "90.00"), ("2026-10-21", "-90.00")]),
            "| 21 Oct | they | 90.00 EUR payment reversed on INV-1 |",
        ),
        (
            invoice(credited=[("2026-10-20", "90.00")]),
            "| 20 Oct | we | 90.00 EUR credited on INV-1 |",
        ),
    ],
)
def test_money_that_moved(bill: Invoice, told: str) -> None:
    text = body(account(bill, journal=(*upto("formal-letter"), ASKED)))
    assert told in part(text, "What has happened")


def test_what_is_dated_later_has_not_happened() -> None:
    bill = invoice(paid=[("2026-12-20", "90.00")])
    journal = (*upto("formal-letter"), ASKED)
    assert "paid on" not in body(account(bill, journal=journal))


def test_many_events_are_counted() -> None:
    records = [
        call(later("2026-10-08", n % 50), "voicemail", id=f"c{n}") for n in range(60)
    ]
    text = with_records(*records)
    assert "25 earlier events left out." in text
    assert "30 records before that." in text


# ------------------------------------------------------------- what was said


def heard(kind: type[Record]) -> Record:
    """Return a record with nothing but words."""
    return kind(id="x", on=day("2026-11-20"), by="omar", said="Words.")


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (
            call("2026-11-20", "refused", reason="cash-flow"),
            "call, refused (cash-flow) | (Dana Lindqvist)",
        ),
        (reply("2026-11-20", answered=True, said="Soon."), "reply | Soon. (Dana"),
        (
            dispute("2026-11-20", "2026-12-01", reason="dispute"),
            "dispute, review by 1 Dec 2026 (dispute) |",
        ),
        (
            promise("2026-11-20", "2026-12-10", "100.00"),
            "promised 100.00 EUR by 10 Dec 2026: **no effect until approved** |",
        ),
        (
            promise("2026-11-20", "2026-12-10", "100.00", "INV-9"),
            None,
        ),
        (extension("2026-11-20", "2026-12-10", said="x"), "extension until 10 Dec"),
        (replace(pause("2026-11-20", "2026-11-25"), said="x"), "pause until 25 Nov"),
        (heard(CheckIn), "check-in | Words. (Omar Haddad) |"),
        (heard(Note), "note | Words. (Omar Haddad) |"),
        (heard(ContactMade), "contact by hand | Words. (Omar Haddad) |"),
        (extension("2026-11-20", "2026-12-10"), None),
        (resume("2026-11-20"), None),
        (cash("2026-11-20", "90.00"), None),
        (settlement("2026-11-20", "90.00"), None),
        (instalments("2026-11-20", [("2026-12-01", "1190.00")]), None),
    ],
)
def test_what_was_said(record: Record, told: str | None) -> None:
    text = part(with_records(record), "What was said and promised")
    assert told in text if told else not text


def test_a_contact_that_reached_them_is_the_last_answer() -> None:
    text = with_records(reply("2026-11-10", answered=True), call("2026-11-12"))
    assert "last answer 12 Nov 2026 (18 days ago)" in text


# ----------------------------------------------------------- the relationship


def test_a_promise_about_another_invoice_is_not_denied() -> None:
    """It is listed below; the first screen speaks of the proposal's own invoices."""
    other = invoice("INV-9", due="2026-10-20")
    word = promise("2026-10-10", "2026-10-23", None, "INV-9")
    at = account(
        invoice(), other, records=[word], journal=(*upto("formal-letter"), ASKED)
    )
    text = body(at)
    assert "no promise about these invoices" in text
    assert "no promises" not in text


def test_little_is_known_of_a_new_customer() -> None:
    profile = replace(
        PROFILE, annual_value=(), since=None, flags=frozenset({"autopay"})
    )
    journal = (*upto("formal-letter"), ASKED)
    text = body(replace(account(journal=journal), profile=profile))
    told = part(text, "The relationship")
    assert "- annual value not known\n" in told
    assert "flagged `autopay`" in told


def test_value_in_another_currency_is_not_compared() -> None:
    profile = replace(
        PROFILE, annual_value=(money("9000", "JPY"), money("1.00", "USD"))
    )
    at = account(journal=(*upto("formal-letter"), ASKED))
    told = part(body(replace(at, profile=profile)), "The relationship")
    assert "**9,000 JPY** a year and **1.00 USD** a year, a customer" in told


def before(state: DecisionState, **more: object) -> str:
    """Show the page of a proposal whose step was asked about before."""
    first = proposed("2026-11-20", "final-notice")
    last = then(first, "2026-11-24", state, **more)
    return seen(with_journal(first, last)).text


def test_what_was_answered_before_is_quoted() -> None:
    text = before("declined", by=("dana",), reason="They pay on Friday.")

    assert "declined on 24 Nov 2026 by Dana Lindqvist: “They pay on Friday.”" in text


def test_what_nobody_answered_is_not_called_declined() -> None:
    text = before("expired")

    assert "Asked before: nobody decided by 4 Dec 2026" in text
    assert "declined" not in text.partition("Invoices")[0]


def test_who_never_heard_of_an_invoice_is_said() -> None:
    unheard = seen(body(account(journal=[ASKED]))).text

    assert "nobody has ever written to them about INV-1" in unheard
    assert "nobody has ever written" not in with_journal(*upto("formal-letter"))


def test_money_that_waits_to_be_allocated_is_said() -> None:
    text = with_records(cash("2026-11-20", "90.00"))
    assert "90.00 EUR has come in and is matched to no invoice yet" in seen(text).text
    assert "90.00 EUR received, matched to no invoice" in seen(text).text
    assert "20 Nov 90.00 received :milestone" in text


def test_a_credit_note_on_no_invoice_is_said_and_was_not_received() -> None:
    text = with_records(credit_note("2026-11-20", "90.00"))
    told = seen(text).text
    assert "a credit note of 90.00 EUR is put on no invoice yet" in told
    assert "credit note of 90.00 EUR, put on no invoice" in told
    assert "20 Nov 90.00 credit note :milestone" in text
    assert "received" not in told


# --------------------------------------------------------------- the proposal


def test_advice_is_that_of_the_day() -> None:
    asked = proposed("2026-12-30", "triage", choose="plan", expires=day("2027-01-20"))
    replied = reply("2026-12-29", answered=True)
    at = account(records=[replied], journal=(*upto("final-notice"), asked))
    text = seen(body(at, "2026-12-30")).text
    assert "Proposed: plan, one of 6 options" in text
    assert "the policy advises ride-out (last_reply_days <= 30" in text


@pytest.mark.parametrize(
    "recommend",
    [
        pytest.param((), id="no advice"),
        pytest.param(
            (Recommendation("plan", when("balance / (balance - balance) > 1")),),
            id="advice that fails",
        ),
        pytest.param((Recommendation("plan", when("overdue < 0")),), id="none holds"),
    ],
)
def test_a_policy_without_advice(recommend: tuple[Recommendation, ...]) -> None:
    bare = replace(TRIAGE, index=6, recommend=recommend)
    policy = replace(STANDARD, ladder=(*STANDARD.ladder[:-1], bare))
    asked = proposed("2026-12-30", "triage", choose="plan")
    at = account(journal=(*upto("final-notice"), asked))
    text = seen(body(at, "2026-12-30", policy)).text
    assert "Proposed: plan, one of 6 options at triage." in text


def test_advice_for_whatever_else() -> None:
    asked = proposed("2026-12-30", "triage", choose="plan")
    replied = reply("2026-11-20", answered=True)
    at = account(records=[replied], journal=(*upto("final-notice"), asked))
    assert "at triage, as the policy advises." in body(at, "2026-12-30")


def test_settled_invoices_can_no_longer_be_decided_about() -> None:
    bill = invoice(paid=[("2026-11-29", "1190.00")])
    text = body(account(bill, journal=(*upto("formal-letter"), ASKED)))
    assert "**Proposed: final-notice.**" in text
    assert "nothing: today it cannot be carried out |" in text


def test_charges_without_a_rate_stop_the_letter() -> None:
    claims = replace(FINAL, index=5, claims_charges=True, approval=Approval("x", 1, 9))
    policy = replace(STANDARD, ladder=(*STANDARD.ladder[:5], claims))
    text = body(account(journal=(*upto("formal-letter"), ASKED)), ON, policy)
    shown = seen(text).text
    assert "nothing yet: it waits for that rate, 14 days at most" in shown
    assert (
        "Mind: late interest cannot be claimed, so nothing goes out: no law on late"
        " payment is known for DE; in policies/jurisdictions/de.yaml, write or mend it;"
        " or take 'charges: claim' out of the step."
    ) in shown


@pytest.mark.parametrize(
    ("as_of", "minded"), [("2026-12-04", False), ("2026-12-05", True)]
)
def test_a_table_that_ends_while_a_proposal_waits_is_said_on_its_page(
    as_of: str, *, minded: bool
) -> None:
    """The letter of the proposal's day could be written; that of today cannot."""
    claims = replace(FINAL, index=5, claims_charges=True, approval=Approval("x", 1, 9))
    policy = replace(STANDARD, ladder=(*STANDARD.ladder[:5], claims))
    end, ten = day("2026-12-04"), Decimal(10)
    law = Jurisdiction("DE", (Rate(day("2015-01-01"), end, ten),))
    at = account(journal=(*upto("formal-letter"), ASKED))
    rules = rules_on(as_of, policy, jurisdictions={"DE": law})
    entry = fold(at.journal, rules.as_of)[-1]

    text = seen(proposal_page(at, rules, entry, None, None).body).text

    mind = "no rate of late interest for DE on 2026-12-05; in policies/jurisdictions"
    assert (mind in text) is minded
    assert ("it waits for that rate" in text) is minded
    assert ("the letter below goes out by post" in text) is not minded


def test_an_account_of_nobody_is_assigned_to_nobody() -> None:
    at = account(journal=(*upto("formal-letter"), ASKED))
    at = replace(at, profile=replace(PROFILE, owner=None))
    rules = rules_on(ON)
    entry = fold(at.journal, rules.as_of)[-1]
    page = proposal_page(at, rules, entry, None, None)
    assert page.assignee_key is None
    assert "looked after by nobody" in page.body


# ----------------------------------------------------------------- the wording


@pytest.mark.parametrize(
    ("text", "later_text", "shown"),
    [
        ("due 3 May", None, "<p>due 3 May</p>"),
        ("due 3 May", "due 9 May", "<p>due <ins>3</ins> May</p>"),
        ("due 3 May", "due on 3 May", "<p>due 3 May</p>"),
        ("due on 3 May", "due 3 May", "<p>due <ins>on</ins> 3 May</p>"),
        ("a\nb", None, "<p>a<br>\nb</p>"),
        ("a <b> & @c", None, "<p>a &#60;b&#62; &#38; &#64;&#8203;c</p>"),
        ("a\n \n\nb", None, "<p>a</p>\n<p>b</p>"),
        ("\ue000x\ue001", None, "<p>x</p>"),
    ],
)
def test_how_a_message_is_shown(text: str, later_text: str | None, shown: str) -> None:
    assert wording(text, later_text) == f"<blockquote>\n{shown}\n</blockquote>"


def test_a_message_of_very_many_lines_is_cut() -> None:
    shown = wording("\n".join(f"INV-{n}   9.00" for n in range(1000)))
    assert "INV-399" in shown
    assert "INV-400" not in shown
    assert "[and 600 more lines]" in shown


def test_a_policy_that_cannot_be_read_is_no_reason_to_close_anything() -> None:
    unread = PolicyRef("standard", 99)
    asked = proposed(ON, "final-notice", "INV-1", policy=unread)
    text = body(account(journal=(*upto("formal-letter"), asked)))
    assert "What that means cannot be told now: policy standard" in text
    assert "**Nobody can decide this now**: mend the policy first." in text
    assert "close it" not in text


def test_a_proposal_that_names_nothing_known_still_has_a_page() -> None:
    lost = proposed(ON, "final-notice", "INV-9", policy=None, step=None)
    text = body(account(journal=(*upto("formal-letter"), lost)))
    assert "owes **nothing** on 0 invoices, **0 days overdue**" in text
    assert "**Nobody can approve this**; close it." in text
    assert "### The policy" not in text


def test_a_choice_about_settled_invoices_has_no_advice() -> None:
    bill = invoice(paid=[("2026-12-29", "1190.00")])
    asked = proposed("2026-12-30", "triage", choose="plan")
    text = body(account(bill, journal=(*upto("final-notice"), asked)), "2026-12-30")
    assert "**Proposed: plan**, one of 6 options at triage." in text


def test_a_partner_that_is_gone_is_called_by_its_key() -> None:
    odd = replace(TRIAGE.choose[3], place_with="nobody-knows")
    policy = replace(
        STANDARD,
        ladder=(*STANDARD.ladder[:-1], replace(TRIAGE, index=6, choose=(odd,))),
    )
    asked = proposed("2026-12-30", "triage", choose="agency")
    text = body(account(journal=(*upto("final-notice"), asked)), "2026-12-30", policy)
    assert "hand it to nobody-knows; **credit hold** until all is paid" in text


def test_two_currencies_are_asked_for_on_one_page() -> None:
    two = account(
        invoice("INV-1"),
        invoice("INV-2", total="200.00", currency="USD"),
        journal=upto("formal-letter", "INV-1", "INV-2"),
    )
    asked = proposed(ON, "final-notice", "INV-1", "INV-2")
    at = replace(two, journal=(*two.journal, asked))
    text = seen(body(at)).text

    assert "ACME GmbH owes 1,190.00 EUR and 200.00 USD on 2 invoices" in text
    assert "asked for 1,190.00 EUR" in " ".join(text.replace("|", " ").split())
    assert "asked for 200.00 USD" in " ".join(text.replace("|", " ").split())


def test_options_are_weighed_for_each_currency() -> None:
    two = account(
        invoice("INV-1", due="2026-08-01"),
        invoice("INV-2", total="200.00", currency="USD", due="2026-08-01"),
        journal=[proposed(ON, "triage", "INV-1", "INV-2", choose="plan")],
    )
    options_ = part(body(two), "Options")

    assert "EUR" in options_
    assert "USD" in options_
    assert "offer **3 instalments**" in options_
