"""One message, one voice: what goes out together, what waits, and by which way."""

from dataclasses import replace
from typing import Any

import pytest

from goodterms.decision.plan import plan_account
from goodterms.model.journal import JournalDocument
from goodterms.model.ledger import Contact
from goodterms.model.plan import AccountPlan, Action, Deduction
from goodterms.model.policy import Limit
from goodterms.model.records import Note, Record
from tests.support.factory import (
    COURTESY,
    FORMAL,
    FRIENDLY,
    OPTIONS,
    STANDARD,
    account,
    bounce,
    call,
    cash,
    credit_note,
    day,
    dispute,
    does,
    invoice,
    ladder,
    met,
    money,
    next_on,
    pause,
    plan_on,
    promise,
    proposed,
    reply,
    rules_on,
    sent,
    standing,
    stands,
    step,
    tasks,
    then,
    took,
    upto,
    waiting,
)
from tests.support.play_days import days, story

FREE = replace(STANDARD, limits=())


def only(made: AccountPlan) -> Action:
    """Return the one action beside tasks."""
    found = [action for action in made.actions if action.kind != "task"]
    assert len(found) == 1
    return found[0]


def asked_of_us(made: AccountPlan, task: str) -> list[tuple[str, str | None]]:
    """Say what the tasks of a name are about, and which command settles them."""
    return [
        (each.why[0], each.way_out.command if each.way_out else None)
        for each in made.actions
        if each.step == task
    ]


def amounts(action: Action) -> list[str]:
    """List what a message asks for."""
    return [f"{total} {total.currency}" for total in action.totals]


# ----------------------------------------------------------------- one message


def test_what_falls_due_together_makes_one_message() -> None:
    three = account(
        invoice("B", total="10.00"),
        invoice("A", total="20.00"),
        invoice("C", total="30.00", due="2026-09-25"),
        journal=[sent("2026-10-01", "friendly-reminder", "C")],
    )

    made = only(plan_on(three, "2026-10-08"))

    assert does(plan_on(three, "2026-10-08")) == ["send friendly-reminder: A B (C)"]
    assert amounts(made) == ["60.00 EUR"]
    assert (made.to, made.channel, made.tone) == ("ap@acme.example", "email", "warm")


def test_riders_advance_one_step_each_under_the_highest_lead() -> None:
    three = account(
        invoice("INV-1"),
        invoice("INV-2", due="2026-10-26"),
        invoice("INV-3", due="2026-10-20"),
        journal=[
            sent("2026-10-08", "friendly-reminder"),
            sent("2026-10-27", "friendly-reminder", "INV-3"),
        ],
        records=[call("2026-10-22", step="personal-call", invoices=("INV-1",))],
    )

    made = plan_on(three, "2026-11-02")

    assert does(made) == ["send payment-options: INV-1 INV-2/friendly-reminder (INV-3)"]
    assert (only(made).template, only(made).tone) == ("payment-options", "neutral")
    assert amounts(only(made)) == ["3570.00 EUR"]


@pytest.mark.parametrize(
    ("one", "other", "lead"),
    [
        (step("a", 3, tone="neutral"), step("b", 9, tone="warm"), "a"),
        (step("a", 3, tone="final"), step("b", 9, tone="formal"), "a"),
        (step("a", 3, tone="formal"), step("b", 9, tone="neutral"), "a"),
        (step("a", 3), step("b", 9), "b"),
        (step("a", 9), step("b", 3), "a"),
        (step("a", 9), step("b", 9), "b"),
    ],
    ids=["tone", "final", "formal", "offset", "offset before order", "order"],
)
def test_tone_then_offset_then_order_decides_who_leads(
    one: object, other: object, lead: str
) -> None:
    policy = replace(FREE, ladder=ladder(step("zero", 1), one, other))  # type: ignore[arg-type]
    two = account(
        invoice("INV-1"),
        invoice("INV-2"),
        journal=[
            sent("2026-10-02", "a", "INV-1"),
            sent("2026-10-02", "zero", "INV-2"),
        ],
    )

    made = only(plan_on(two, "2026-10-12", policy))

    assert made.step == lead
    assert {line.id: line.step for line in made.invoices} == {
        "INV-1": "b",
        "INV-2": "a",
    }


@pytest.mark.parametrize(
    ("more", "listed"),
    [
        pytest.param({}, ["INV-2"], id="waiting and overdue"),
        pytest.param(
            {"records": [dispute("2026-10-06", "2026-12-01", "INV-2")]},
            [],
            id="disputed",
        ),
        pytest.param(
            {"records": [promise("2026-10-06", "2026-10-26", None, "INV-2")]},
            [],
            id="promised",
        ),
        pytest.param(
            {"journal": [sent("2026-10-05", "triage", "INV-2")]}, [], id="exhausted"
        ),
        pytest.param(
            {"journal": [sent("2026-10-05", "triage", "INV-2", kind="place")]},
            [],
            id="placed",
        ),
    ],
)
def test_overdue_waiting_invoices_are_listed_and_stopped_ones_left_out(
    more: dict[str, Any], listed: list[str]
) -> None:
    base: dict[str, Any] = {
        "journal": [sent("2026-10-06", "friendly-reminder", "INV-2")]
    }
    two = account(
        invoice("INV-1", total="300.00"),
        invoice("INV-2", total="111.00", due="2026-10-05"),
        **(base | more),
    )

    made = only(plan_on(two, "2026-10-12"))

    assert [line.id for line in made.invoices] == ["INV-1"]
    assert [line.id for line in made.listed] == listed
    assert amounts(made) == ["411.00 EUR" if listed else "300.00 EUR"]


def test_what_is_not_due_yet_is_neither_listed_nor_asked_for() -> None:
    two = account(invoice("INV-1"), invoice("INV-2", due="2026-10-08"))

    made = plan_on(two, "2026-10-08")

    assert does(made) == ["send friendly-reminder: INV-1"]
    assert amounts(only(made)) == ["1190.00 EUR"]
    assert standing(made, "INV-2") == "one-conversation"


def test_a_listed_invoice_shows_the_last_step_it_took() -> None:
    two = account(
        invoice("INV-1"),
        invoice("INV-2", due="2026-09-20"),
        invoice("INV-3", due="2026-10-06"),
        journal=[sent("2026-09-28", "friendly-reminder", "INV-2")],
    )

    made = only(plan_on(two, "2026-10-08"))

    assert {line.id: line.step for line in made.listed} == {
        "INV-2": "friendly-reminder",
        "INV-3": None,
    }


def test_unapplied_cash_is_shown_as_a_deduction_and_totals_are_net() -> None:
    at = account(invoice(), records=[cash("2026-10-01", "100.00")])

    made = plan_on(at, "2026-10-08")

    assert tasks(made) == ["unapplied-cash"]
    assert amounts(only(plan_on(at, "2026-10-08"))) == ["1090.00 EUR"]
    assert only(made).deductions == (Deduction("cash", money("100.00")),)


def test_a_credit_balance_is_deducted_and_needs_nobody_to_allocate_it() -> None:
    two = account(invoice("INV-1"), invoice("INV-2", paid=[("2026-10-01", "1200.00")]))

    made = plan_on(two, "2026-10-08")

    assert tasks(made) == []
    assert amounts(only(made)) == ["1180.00 EUR"]
    assert only(made).deductions == (Deduction("credit", money("10.00")),)
    assert [line.id for line in only(made).invoices] == ["INV-1"]


def test_cash_that_an_invoice_quotes_is_no_longer_unapplied() -> None:
    received = cash("2026-10-05", "500.00")
    paid = invoice(paid=[("2026-10-05", "400.00")])
    payment = replace(paid.payments[0], source=received.id)
    at = account(replace(paid, payments=(payment,)), records=[received])

    made = plan_on(at, "2026-10-13")

    assert amounts(only(made)) == ["690.00 EUR"]
    assert only(made).deductions == (Deduction("cash", money("100.00")),)


def test_a_credit_note_that_an_invoice_quotes_is_put_on_it() -> None:
    note = credit_note("2026-10-05", "500.00")
    credited = invoice(credited=[("2026-10-05", "400.00")])
    credit = replace(credited.credits[0], source=note.id)
    at = account(replace(credited, credits=(credit,)), records=[note])

    made = plan_on(at, "2026-10-13")

    assert amounts(only(made)) == ["690.00 EUR"]
    assert [(d.kind, str(d.amount)) for d in only(made).deductions] == [
        ("credit", "100.00")
    ]
    assert asked_of_us(made, "unapplied-credit") == [
        (
            "100.00 EUR credited and not put on an invoice",
            "goodterms allocate acme 2026-10-05-credit-note --oldest",
        )
    ]


def test_the_task_of_unapplied_cash_names_the_oldest_record_with_something_left() -> (
    None
):
    """Quoted in full: the first. Nothing of the invoice's: the second."""
    one, two = cash("2026-10-05", "400.00"), cash("2026-10-06", "7.00")
    paid = invoice(paid=[("2026-10-05", "400.00")])
    payment = replace(paid.payments[0], source=one.id)
    at = account(replace(paid, payments=(payment,)), records=[one, two])

    assert asked_of_us(plan_on(at, "2026-10-13"), "unapplied-cash") == [
        (
            "7.00 EUR received and not matched to an invoice",
            "goodterms allocate acme 2026-10-06-payment --oldest",
        )
    ]


# --------------------------------------------------------------- two currencies


def test_two_cases_due_on_one_day_and_channel_share_the_message() -> None:
    two = account(
        invoice("INV-1", total="100.00"),
        invoice("INV-2", total="200", currency="JPY"),
        records=[cash("2026-10-01", "50", "JPY")],
    )

    made = only(plan_on(two, "2026-10-08"))

    assert does(plan_on(two, "2026-10-08")) == ["send friendly-reminder: INV-1 INV-2"]
    assert amounts(made) == ["100.00 EUR", "150 JPY"]
    assert made.deductions == (Deduction("cash", money("50", "JPY")),)


def test_the_shared_message_is_led_by_the_firmest_of_both() -> None:
    two = account(
        invoice("INV-1", total="100.00"),
        invoice("INV-2", total="20.00", due="2026-08-25", currency="USD"),
        journal=[
            sent("2026-09-10", "friendly-reminder", took("INV-2", "friendly-reminder")),
        ],
    )

    assert does(plan_on(two, "2026-10-08")) == [
        "send payment-options: INV-2 INV-1/friendly-reminder"
    ]


def test_cases_are_conversations_of_their_own() -> None:
    """What is overdue in dollars holds back nothing in euros."""
    two = account(
        invoice("INV-1"),
        invoice("INV-2", total="20.00", due="2026-09-01", currency="USD"),
        journal=[sent("2026-09-20", "formal-letter", "INV-2")],
    )

    assert does(plan_on(two, "2026-09-28")) == ["send courtesy-note: INV-1"]
    assert does(plan_on(two, "2026-10-08")) == ["send friendly-reminder: INV-1"]


def test_on_two_channels_the_firmer_goes_and_the_other_meets_the_limit() -> None:
    two = account(
        invoice("INV-1"),
        invoice("INV-2", total="20.00", due="2026-08-01", currency="USD"),
        journal=[sent("2026-09-20", "payment-options", "INV-2")],
    )

    made = plan_on(two, "2026-10-08")

    assert does(made) == ["send formal-letter: INV-2"]
    assert standing(made, "INV-1") == "limit"
    assert next_on(made, "INV-1") == "friendly-reminder 2026-10-13"


# -------------------------------------------------------------- one conversation

LONG = replace(
    FREE,
    ladder=ladder(
        COURTESY, FRIENDLY, replace(FORMAL, channel="email"), step("far", 300)
    ),
)
HIGH = (
    sent("2026-10-08", "friendly-reminder"),
    sent("2026-11-16", "formal-letter"),
)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-11-18", "waiting"),
        ("2026-11-19", "one-conversation"),
        ("2026-12-02", "one-conversation"),
        ("2026-12-03", "-"),
    ],
)
def test_a_lower_step_waits_for_the_wait_of_the_higher_and_then_goes_alone(
    on: str, expected: str
) -> None:
    two = account(invoice("INV-1"), invoice("INV-2", due="2026-11-12"), journal=HIGH)

    made = plan_on(two, on, LONG)

    assert standing(made, "INV-2") == expected
    if expected == "one-conversation":
        assert str(waiting(made, "INV-2").until) == "2026-12-02"
        assert next_on(made, "INV-2") == "friendly-reminder 2026-12-03"
    if expected == "-":
        assert does(made) == ["send friendly-reminder: INV-2"]
        (left_out,) = only(made).apart
        assert (left_out.line.id, left_out.reason) == ("INV-1", "written")
        assert str(left_out.until) == "2026-11-16"


def test_or_it_rides_with_the_next_message() -> None:
    soon = replace(
        LONG, ladder=ladder(*LONG.ladder[:3], step("soon", 60, tone="formal"))
    )
    two = account(invoice("INV-1"), invoice("INV-2", due="2026-11-12"), journal=HIGH)

    assert does(plan_on(two, "2026-11-27", soon)) == []
    assert does(plan_on(two, "2026-11-30", soon)) == [
        "send soon: INV-1 INV-2/friendly-reminder"
    ]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param(
            {"records": [dispute("2026-11-17", "2027-01-01", "INV-1")]}, id="disputed"
        ),
        pytest.param(
            {"records": [promise("2026-11-17", "2026-11-24", None, "INV-1")]},
            id="promised",
        ),
        pytest.param({"journal": (*HIGH, sent("2026-11-17", "far"))}, id="exhausted"),
        pytest.param(
            {"journal": (*HIGH, sent("2026-11-17", "far", kind="place"))}, id="placed"
        ),
        pytest.param(
            {"journal": [sent("2026-11-18", "friendly-reminder")]}, id="no higher"
        ),
        pytest.param({"one": {"paid": [("2026-11-17", "1190.00")]}}, id="settled"),
        pytest.param({"one": {"currency": "USD"}}, id="another case"),
    ],
)
def test_who_does_not_count_as_standing_higher(more: dict[str, Any]) -> None:
    one = more.pop("one", {})
    kept = {"journal": HIGH} | more
    two = account(invoice("INV-1", **one), invoice("INV-2", due="2026-11-12"), **kept)

    made = plan_on(two, "2026-11-19", LONG)

    assert does(made)[0].startswith("send friendly-reminder: INV-2")


NOTICE_OPEN = (*upto("formal-letter"), proposed("2026-11-30", "final-notice"))


@pytest.mark.parametrize(
    ("later", "on", "expected"),
    [
        pytest.param((), "2026-12-14", [], id="its last day"),
        pytest.param(
            (then(NOTICE_OPEN[-1], "2026-12-02", "approved", by=("dana",)),),
            "2026-12-05",
            [],
            id="approved, not carried out on a Saturday",
        ),
        pytest.param(
            (then(NOTICE_OPEN[-1], "2026-12-02", "declined", by=("dana",)),),
            "2026-12-03",
            ["send friendly-reminder: INV-2"],
            id="declined",
        ),
        pytest.param(
            (then(NOTICE_OPEN[-1], "2026-12-14", "expired"),),
            "2026-12-15",
            ["send friendly-reminder: INV-2"],
            id="expired",
        ),
    ],
)
def test_nothing_softer_goes_out_while_a_proposal_of_the_case_is_open(
    later: tuple[JournalDocument, ...], on: str, expected: list[str]
) -> None:
    """A warm note between a formal letter and a final notice is what they remember."""
    two = account(
        invoice("INV-1"),
        invoice("INV-2", due="2026-11-23"),
        journal=(*NOTICE_OPEN, *later),
    )

    made = plan_on(two, on)

    assert does(made) == expected
    if not expected and on == "2026-12-14":
        held = waiting(made, "INV-2")
        assert (held.standing, str(held.until)) == ("one-conversation", "2026-12-14")
        assert "final-notice of this case waits for a decision" in held.why[0]


def test_the_limit_is_named_before_the_conversation() -> None:
    two = account(invoice("INV-1"), invoice("INV-2", due="2026-11-12"), journal=HIGH)
    limited = replace(LONG, limits=STANDARD.limits)

    assert standing(plan_on(two, "2026-11-19", limited), "INV-2") == "limit"
    assert standing(plan_on(two, "2026-11-23", limited), "INV-2") == "one-conversation"


@pytest.mark.parametrize(
    ("one", "records", "expected"),
    [
        pytest.param({}, (), [], id="overdue"),
        pytest.param(
            {}, (promise("2026-10-26", "2026-11-20", None, "INV-1"),), [], id="promised"
        ),
        pytest.param(
            {"due": "2026-11-02"},
            (),
            ["send courtesy-note: INV-1 INV-2"],
            id="not overdue",
        ),
        pytest.param(
            {"currency": "USD"}, (), ["send courtesy-note: INV-2"], id="another case"
        ),
        pytest.param(
            {"paid": [("2026-10-27", "1190.00")]},
            (),
            ["send courtesy-note: INV-2"],
            id="paid",
        ),
    ],
)
def test_no_note_before_a_due_date_while_anything_of_the_case_is_overdue(
    one: dict[str, Any], records: tuple[Record, ...], expected: list[str]
) -> None:
    quiet = replace(FREE, ladder=ladder(COURTESY, step("far", 300)), paid=None)
    two = account(
        invoice("INV-1", **one), invoice("INV-2", due="2026-11-02"), records=records
    )

    made = plan_on(two, "2026-10-28", quiet)

    assert does(made) == expected
    if not expected:
        assert standing(made, "INV-2") == "one-conversation"


def test_a_phone_step_takes_no_riders() -> None:
    two = account(
        invoice("INV-1"),
        invoice("INV-2", due="2026-10-15"),
        journal=upto("friendly-reminder"),
    )

    made = plan_on(two, "2026-10-22")
    calls = [action for action in made.actions if action.kind == "call"]

    assert [line.id for line in calls[0].invoices] == ["INV-1"]
    assert (calls[0].channel, calls[0].to, calls[0].template) == (
        "phone",
        "dana",
        "call-brief",
    )


def test_one_call_for_all_invoices_that_are_due_for_it() -> None:
    two = account(
        invoice("INV-1"),
        invoice("INV-2"),
        journal=[sent("2026-10-08", "friendly-reminder", "INV-1", "INV-2")],
    )

    assert does(plan_on(two, "2026-10-22")) == ["call personal-call: INV-1 INV-2"]


def test_a_step_with_approval_takes_no_riders() -> None:
    two = account(
        invoice("INV-1"),
        invoice("INV-2", due="2026-11-23"),
        journal=upto("formal-letter"),
    )

    made = plan_on(two, "2026-11-30", FREE)

    assert "propose final-notice: INV-1" in does(made)
    proposal = next(a for a in made.actions if a.kind == "propose")
    assert (proposal.listed, amounts(proposal)) == ((), ["1190.00 EUR"])


def test_a_step_with_approval_waits_for_the_open_proposal_and_not_for_a_limit() -> None:
    two = account(
        invoice("INV-1"),
        invoice("INV-2"),
        journal=[
            *upto("formal-letter", "INV-1", "INV-2"),
            proposed("2026-11-28", "final-notice", "INV-1"),
        ],
        records=[met("2026-11-30")],
    )

    wait = waiting(plan_on(two, "2026-11-30"), "INV-2")

    reason = "proposal 2026-11-28-final-notice of this case is still open"
    assert (wait.standing, wait.why) == ("one-conversation", (reason,))


# ------------------------------------------------------------------------ limits


@pytest.mark.parametrize(
    ("contacts", "free_from"),
    [
        pytest.param(["2026-10-04"], "2026-10-09", id="one per 5d"),
        pytest.param(
            ["2026-09-10", "2026-09-15", "2026-09-20", "2026-09-25"],
            "2026-10-12",
            id="four per 30d: the first leaves the window on Saturday the 10th",
        ),
        pytest.param(
            ["2026-09-08", "2026-09-15", "2026-09-20", "2026-09-25"],
            "2026-10-08",
            id="four per 30d: just out of the window",
        ),
        pytest.param(
            ["2026-09-11", "2026-09-15", "2026-09-20", "2026-10-07"],
            "2026-10-12",
            id="both: the later",
        ),
        pytest.param(
            ["2026-09-09", "2026-09-14", "2026-09-19", "2026-09-24", "2026-09-29"],
            "2026-10-14",
            id="five in the window: until two have left",
        ),
    ],
)
def test_limits_roll(contacts: list[str], free_from: str) -> None:
    at = account(records=[met(on) for on in contacts])
    first = next(
        on for on in (f"2026-10-{n:02}" for n in range(8, 20)) if does(plan_on(at, on))
    )
    today = plan_on(at, "2026-10-08")

    assert first == free_from
    if free_from != "2026-10-08":
        assert standing(today) == "limit"
        assert next_on(today) == f"friendly-reminder {free_from}"


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        pytest.param({"records": [met("2026-10-07")]}, True, id="contact"),
        pytest.param({"records": [call("2026-10-07", "no-answer")]}, True, id="call"),
        pytest.param(
            {"records": [reply("2026-10-01", answered=True)]}, False, id="reply"
        ),
        pytest.param(
            {"records": [Note(id="n", on=day("2026-10-07"), by="dana")]},
            False,
            id="note",
        ),
        pytest.param({"state": "sent"}, True, id="sent"),
        pytest.param({"state": "in-doubt"}, True, id="in doubt"),
        pytest.param({"state": "claimed"}, True, id="claimed"),
        pytest.param({"state": "failed"}, False, id="failed"),
        pytest.param({"kind": "thank"}, True, id="thanks"),
        pytest.param(
            {"kind": "call", "channel": "phone"},
            False,
            id="a call that is not needed any more",
        ),
        pytest.param({"kind": "place", "partner": "x"}, False, id="a placement"),
    ],
)
def test_what_counts_as_a_contact(more: dict[str, Any], *, counts: bool) -> None:
    """Whatever it is about: here, another invoice, long settled."""
    records = more.pop("records", [])
    journal: list[JournalDocument] = []
    if more:
        journal = [sent("2026-10-07", "friendly-reminder", "OLD", **more)]
    old = invoice(
        "OLD", due="2026-08-01", issued="2026-07-01", paid=[("2026-09-01", "1190.00")]
    )

    made = plan_on(
        account(invoice(), old, records=records, journal=journal), "2026-10-08"
    )

    assert (standing(made) == "limit") is counts


def test_what_bounced_is_no_contact() -> None:
    at = account(
        invoice("INV-1"),
        invoice("INV-2"),
        journal=[sent("2026-10-07", "friendly-reminder", "INV-2")],
        records=[bounce("2026-10-07", "2026-10-07-friendly-reminder")],
    )

    assert does(plan_on(at, "2026-10-08")) == ["send friendly-reminder: INV-1 INV-2"]


def test_a_limit_of_a_channel_counts_that_channel() -> None:
    phones = replace(STANDARD, limits=(Limit(2, 7, "phone"),))
    tried = [call("2026-10-20", "no-answer"), call("2026-10-21", "no-answer")]
    at = account(journal=upto("friendly-reminder"), records=tried)
    by_mail = account(records=tried)

    assert standing(plan_on(at, "2026-10-26", phones)) == "limit"
    assert does(plan_on(at, "2026-10-27", phones)) == ["call personal-call: INV-1"]
    assert does(plan_on(by_mail, "2026-10-21", phones)) == [
        "send friendly-reminder: INV-1"
    ]


def test_a_limit_of_nothing_allows_nothing() -> None:
    never = replace(STANDARD, limits=(Limit(0, 7),))

    made = plan_on(account(), "2026-12-01", never)

    assert standing(made) == "limit"
    assert waiting(made).until is None
    assert next_on(made) == "friendly-reminder None"


# ---------------------------------------------------------------------- channels

EVERYWHERE = {
    "contacts": (Contact("Petra", None, "ap@acme.example", "+49 30 1"),),
    "address": ("Hauptstr. 1", "10115 Berlin"),
}


@pytest.mark.parametrize(
    ("channel", "accepted", "more", "expected"),
    [
        ("email", ("email", "letter"), {}, ("email", "ap@acme.example")),
        ("letter", ("email", "letter"), {}, ("letter", "Hauptstr. 1, 10115 Berlin")),
        ("sms", ("email", "sms"), {}, ("sms", "+49 30 1")),
        ("sms", ("letter", "email"), {}, ("letter", "Hauptstr. 1, 10115 Berlin")),
        ("sms", ("phone", "email"), {}, ("email", "ap@acme.example")),
        ("email", ("letter",), {}, ("letter", "Hauptstr. 1, 10115 Berlin")),
        ("letter", ("letter", "email"), {"address": ()}, ("email", "ap@acme.example")),
        ("letter", ("letter", "sms"), {"address": ()}, ("sms", "+49 30 1")),
        ("email", ("phone",), {}, None),
        ("letter", ("letter",), {"address": ()}, None),
        ("email", (), {}, None),
        ("email", ("email",), {"contacts": (Contact("Petra"),)}, None),
        (
            "email",
            ("email",),
            {"contacts": (Contact("Petra"), Contact("Jens", None, "jb@acme.example"))},
            ("email", "jb@acme.example"),
        ),
    ],
)
def test_a_written_step_goes_where_the_account_can_be_written_to(
    channel: str,
    accepted: tuple[str, ...],
    more: dict[str, Any],
    expected: tuple[str, str] | None,
) -> None:
    policy = replace(FREE, ladder=ladder(step("word", 7, channel=channel)))
    at = account(**{**EVERYWHERE, **more, "channels": accepted})

    made = plan_on(at, "2026-10-08", policy)

    if expected is None:
        assert (does(made), standing(made), tasks(made)) == (
            [],
            "bounce",
            ["dead-channel"],
        )
        (wait,) = made.waiting
        assert wait.label == "no address"
        assert wait.why[0].startswith("there is no ")
    else:
        assert (only(made).channel, only(made).to) == expected


def test_nothing_falls_between_phone_and_writing() -> None:
    """The owner gets the call, whether or not the account likes the telephone."""
    at = account(journal=upto("friendly-reminder"), channels=("email",))

    assert does(plan_on(at, "2026-10-22")) == ["call personal-call: INV-1"]


def test_a_dead_address_is_skipped_and_a_new_one_is_alive() -> None:
    policy = replace(FREE, ladder=ladder(FRIENDLY, OPTIONS))
    gone: dict[str, Any] = {
        "journal": [sent("2026-10-08", "friendly-reminder", "INV-9")],
        "records": [bounce("2026-10-09", "2026-10-08-friendly-reminder")],
    }
    fresh = (Contact("Petra", None, "new@acme.example"),)

    assert only(plan_on(account(**gone), "2026-10-12", policy)).channel == "letter"
    assert (
        only(plan_on(account(**gone, contacts=fresh), "2026-10-12", policy)).to
        == "new@acme.example"
    )


def test_a_bounce_on_every_channel_leaves_none() -> None:
    at = account(
        journal=[
            sent("2026-10-08", "friendly-reminder"),
            sent(
                "2026-10-12",
                "friendly-reminder",
                channel="letter",
                to="Hauptstr. 1, 10115 Berlin",
            ),
        ],
        records=[
            bounce("2026-10-09", "2026-10-08-friendly-reminder"),
            bounce("2026-10-20", "2026-10-12-friendly-reminder", "letter"),
        ],
    )

    assert standing(plan_on(at, "2026-10-19")) == "waiting"
    assert standing(plan_on(at, "2026-10-20")) == "bounce"


# --------------------------------------------------------------------- failing


@pytest.mark.parametrize(
    ("gone", "journal", "on", "left"),
    [
        ("friendly-reminder", (), "2026-10-08", []),
        ("call-brief", upto("friendly-reminder"), "2026-10-22", []),
        ("final-notice", upto("formal-letter"), "2026-11-30", []),
        ("formal-letter", (), "2026-10-08", ["send friendly-reminder: INV-1"]),
    ],
)
def test_what_needs_a_broken_template_drops_out_and_says_so(
    gone: str, journal: tuple[JournalDocument, ...], on: str, left: list[str]
) -> None:
    rules = rules_on(on)
    texts = {name: text for name, text in rules.book.templates.items() if name != gone}
    broken = replace(rules, book=replace(rules.book, templates=texts))

    made = plan_account(account(journal=journal), broken)

    assert does(made) == left
    assert [gone in problem.what for problem in made.problems] == [True][len(left) :]
    assert standing(made) == ("-" if left else "waiting")


def test_every_open_invoice_stands_once() -> None:
    many = account(
        invoice("A"),
        invoice("B", due="2026-12-01"),
        invoice("C", total="1.00", currency="USD"),
        invoice("D", paid=[("2026-10-01", "1190.00")]),
        invoice("E", paid=[("2026-10-01", "2000.00")]),
        records=[pause("2026-09-01", "2026-09-02")],
    )

    made = plan_on(many, "2026-10-08")

    moving = [line.id for action in made.actions for line in action.invoices]
    assert sorted([*moving, *stands(made)]) == ["A", "B", "C"]


def test_an_approved_letter_and_another_do_not_go_on_one_day() -> None:
    """Without limits too: one message by one channel on one day."""
    asked = proposed("2026-11-30", "final-notice", facts=None)
    two = account(
        invoice("INV-1"),
        invoice("INV-2", total="20.00", currency="USD"),
        journal=[
            *upto("formal-letter"),
            *(sent("2026-11-02", "payment-options", "INV-2", id="x"),),
            asked,
            then(asked, "2026-12-02", "approved"),
        ],
    )

    made = plan_on(two, "2026-12-02", FREE)

    assert does(made) == ["send final-notice: INV-1"]
    assert standing(made, "INV-2") == "one-conversation"
    assert next_on(made, "INV-2") == "formal-letter 2026-12-03"


def test_what_was_sent_this_morning_is_not_followed_by_another_this_noon() -> None:
    two = account(
        invoice("INV-1"),
        invoice("INV-2"),
        journal=[sent("2026-10-08", "friendly-reminder", "INV-1")],
    )

    made = plan_on(two, "2026-10-08", FREE)

    assert does(made) == []
    assert standing(made, "INV-2") == "one-conversation"


def test_cases_settled_together_share_the_thanks() -> None:
    paid = [("2026-10-12", "1190.00")]
    two = account(
        invoice("INV-1", paid=paid),
        invoice("INV-2", paid=paid, currency="USD"),
        journal=[sent("2026-10-08", "friendly-reminder", "INV-1", "INV-2")],
    )

    made = only(plan_on(two, "2026-10-13"))

    assert does(plan_on(two, "2026-10-13")) == ["thank thank-you: (INV-1) (INV-2)"]
    assert amounts(made) == ["0.00 EUR", "0.00 USD"]


def test_thanks_do_not_follow_another_message_of_the_day() -> None:
    two = account(
        invoice("INV-1", paid=[("2026-11-16", "1190.00")]),
        invoice("INV-2", currency="USD", due="2026-11-09"),
        journal=upto("friendly-reminder"),
    )

    assert story(two, days("2026-11-16", "2026-11-20"), FREE) == [
        "2026-11-16 send friendly-reminder: INV-2",
        "2026-11-17 thank thank-you: (INV-1)",
    ]


def test_who_calls_is_shown_what_would_be_written_about_that_day() -> None:
    """The invoice that waits for the call is told of in it."""
    two = account(
        invoice("INV-1", total="250.00"),
        invoice("INV-2", due="2026-10-15"),
        journal=upto("friendly-reminder"),
    )

    made = plan_on(two, "2026-10-22", FREE)
    calls = next(action for action in made.actions if action.kind == "call")

    assert does(made) == ["call personal-call: INV-1 (INV-2)"]
    assert amounts(calls) == ["1440.00 EUR"]
    assert standing(made, "INV-2") == "one-conversation"


def test_a_small_amount_leads_nobody_up_the_ladder() -> None:
    """4.00 are three weeks late; the next invoice is not hurried because of them."""
    two = account(
        invoice("INV-1", total="4.00"),
        invoice("INV-2", due="2026-10-19"),
        journal=upto("friendly-reminder"),
    )
    for on in ("2026-10-21", "2026-10-22", "2026-10-23"):
        made = plan_on(two, on, FREE)
        assert does(made) == []
        assert stands(made) == {"INV-1": "tolerance", "INV-2": "waiting"}
    made = plan_on(two, "2026-10-26", FREE)
    assert does(made) == ["send friendly-reminder: INV-2"]
    assert [(each.line.id, each.reason) for each in only(made).apart] == [
        ("INV-1", "small")
    ]


def test_small_amounts_that_are_much_together_are_chased() -> None:
    three = [invoice(f"INV-{n}", total="4.00") for n in range(3)]
    made = plan_on(account(*three), "2026-10-08", FREE)
    assert does(made) == ["send friendly-reminder: INV-0 INV-1 INV-2"]


@pytest.mark.parametrize("total", ["4.00", "6.00"])
def test_only_what_is_worth_asking_for_keeps_back_a_note_before_a_due_date(
    total: str,
) -> None:
    two = account(
        invoice("INV-1", due="2026-08-01", total=total),
        invoice("INV-2", due="2026-10-05"),
        journal=[sent("2026-10-01", "friendly-reminder")],
    )
    early = "courtesy-note: INV-2" in " ".join(does(plan_on(two, "2026-10-02", FREE)))
    assert early is (total == "4.00")


def test_what_is_not_due_yet_is_not_said_in_one_with_what_is_late() -> None:
    """In one message both would be past their due date."""
    two = account(
        invoice("INV-1", total="1000.00", currency="GBP"),
        invoice("INV-2", due="2026-10-11"),
    )
    made = plan_on(two, "2026-10-08", FREE)
    assert does(made) == ["send friendly-reminder: INV-1"]
    assert waiting(made, "INV-2").why[0] == (
        "friendly-reminder goes out by email today; one voice a day"
    )
    told = replace(two, journal=(sent("2026-10-08", "friendly-reminder"),))
    assert does(plan_on(told, "2026-10-09", FREE)) == ["send courtesy-note: INV-2"]


FIRM = upto("formal-letter", "INV-1")
REMINDED = sent("2026-11-10", "friendly-reminder", "INV-2")


@pytest.mark.parametrize(
    ("due", "journal"),
    [
        pytest.param("2026-11-16", (), id="a mail"),
        pytest.param("2026-10-28", (REMINDED,), id="a call"),
    ],
)
def test_nothing_softer_goes_on_the_day_of_a_proposal(
    due: str, journal: tuple[JournalDocument, ...]
) -> None:
    """It waits until the proposal is decided, or has run out."""
    second = invoice("INV-2", due=due)
    at = account(invoice("INV-1"), second, journal=(*FIRM, *journal))
    made = plan_on(at, "2026-11-30", FREE)
    assert does(made) == ["propose final-notice: INV-1"]
    assert waiting(made, "INV-2").why[0] == (
        "final-notice of this case is proposed first; nothing softer now"
    )


def test_what_gave_way_to_one_proposal_does_not_give_way_to_the_next() -> None:
    three = account(
        invoice("INV-1"),
        invoice("INV-2", due="2026-11-16"),
        invoice("INV-3", due="2026-10-18"),
        journal=[
            *FIRM,
            sent("2026-12-01", "formal-letter", "INV-3"),
            proposed("2026-11-30", "final-notice", "INV-1", state="declined"),
        ],
    )
    made = plan_on(three, "2026-12-17", FREE)
    assert does(made) == [
        "propose final-notice: INV-3",
        "send friendly-reminder: INV-2",
    ]
