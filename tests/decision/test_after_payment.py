"""What follows money and what people agreed: thanks, holds, plans, promises, tasks."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from goodterms.model.journal import JournalDocument, JournalRow
from goodterms.model.ledger import Account, Credit, Invoice
from goodterms.model.plan import AccountPlan, Action
from goodterms.model.records import Record
from tests.support.factory import (
    STANDARD,
    account,
    bounce,
    briefed,
    call,
    cash,
    credit_note,
    day,
    dispute,
    does,
    extension,
    instalments,
    invoice,
    ladder,
    money,
    next_on,
    pause,
    plan_on,
    promise,
    reply,
    resolution,
    resume,
    rules_on,
    sent,
    settlement,
    standing,
    stands,
    step,
    tasks,
    took,
    upto,
    waiting,
)
from tests.support.play_days import days, recorded, run, story

FREE = replace(STANDARD, limits=())
REMINDED = sent("2026-10-08", "friendly-reminder")
IN_FULL = [("2026-10-14", "1190.00")]


def owed(made: AccountPlan) -> dict[str, str]:
    """Map the invoices of today's message to what is open on them."""
    lines = [line for a in made.actions for line in (*a.invoices, *a.listed)]
    return {line.id: str(line.open) for line in lines}


def only(made: AccountPlan, kind: str) -> Action:
    """Return the one action of a kind."""
    found = [action for action in made.actions if action.kind == kind]
    assert len(found) == 1
    return found[0]


# ------------------------------------------------------------------------ thanks


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-10-13", []),
        ("2026-10-14", ["thank thank-you: (INV-1)"]),
        ("2026-10-17", []),
        ("2026-10-21", ["thank thank-you: (INV-1)"]),
        ("2026-10-22", []),
    ],
)
def test_thanks_within_seven_days_of_the_last_payment(
    on: str, expected: list[str]
) -> None:
    """The 17th is a Saturday."""
    at = account(invoice(paid=IN_FULL), journal=[REMINDED])

    assert does(plan_on(at, on)) == expected


def test_thanks_are_said_once_and_ask_for_nothing() -> None:
    at = account(invoice(paid=IN_FULL), journal=[REMINDED])

    made = plan_on(at, "2026-10-14")

    assert (made.actions[0].template, made.actions[0].channel) == (
        "thank-you",
        "email",
    )
    assert [str(total) for total in made.actions[0].totals] == ["0.00"]
    assert story(at, days("2026-10-08", "2026-11-30")) == [
        "2026-10-14 thank thank-you: (INV-1)"
    ]


def test_thanks_keep_to_the_limits() -> None:
    at = account(invoice(paid=[("2026-10-09", "1190.00")]), journal=[REMINDED])

    assert story(at, days("2026-10-09", "2026-10-30")) == [
        "2026-10-13 thank thank-you: (INV-1)"
    ]


NOT_THANKED = [
    pytest.param(account(invoice(paid=IN_FULL)), id="never reminded"),
    pytest.param(
        account(invoice(paid=IN_FULL), journal=[sent("2026-09-28", "courtesy-note")]),
        id="a note before the due date is no reminder",
    ),
    pytest.param(
        account(
            invoice(paid=IN_FULL), journal=[REMINDED], flags=frozenset({"vulnerable"})
        ),
        id="flagged",
    ),
    pytest.param(
        account(
            invoice(paid=IN_FULL),
            journal=[REMINDED, sent("2026-10-10", "triage", kind="place")],
        ),
        id="placed",
    ),
    pytest.param(
        account(
            invoice(paid=IN_FULL),
            invoice("INV-2", due="2026-12-01"),
            journal=[REMINDED],
        ),
        id="another invoice of the case is open",
    ),
    pytest.param(
        account(
            invoice(paid=[("2026-10-14", "1000.00")]),
            journal=[
                REMINDED,
                sent(
                    "2026-10-14",
                    "triage",
                    JournalRow("INV-1", "triage", "190.00", "190.00"),
                    kind="write-off",
                ),
            ],
        ),
        id="the rest was written off",
    ),
    pytest.param(
        account(invoice(credited=[("2026-10-14", "1190.00")]), journal=[REMINDED]),
        id="credited in full",
    ),
    pytest.param(
        account(
            invoice(paid=IN_FULL),
            journal=[
                REMINDED,
                sent("2026-10-14", "thank-you", JournalRow("INV-1"), kind="thank"),
            ],
        ),
        id="thanked by another entry",
    ),
]


@pytest.mark.parametrize("at", NOT_THANKED)
def test_no_thanks(at: Account) -> None:
    journal = tuple(
        replace(doc, listed=doc.invoices, invoices=()) if doc.kind == "thank" else doc
        for doc in at.journal
    )

    assert does(plan_on(replace(at, journal=journal), "2026-10-15", FREE)) == []


def test_a_case_that_is_written_off_in_part_is_not_paid_in_full() -> None:
    gone = sent(
        "2026-10-14",
        "triage",
        JournalRow("INV-2", "triage", "1190.00", "1190.00"),
        kind="write-off",
    )
    two = account(
        invoice(paid=IN_FULL),
        invoice("INV-2"),
        journal=[
            replace(
                REMINDED,
                invoices=(
                    took("INV-1", "friendly-reminder"),
                    took("INV-2", "friendly-reminder"),
                ),
            ),
            gone,
        ],
    )

    assert does(plan_on(two, "2026-10-15", FREE)) == []


def test_thanks_list_the_oldest_invoice_first() -> None:
    two = account(
        invoice("INV-2", paid=IN_FULL),
        invoice("INV-1", paid=IN_FULL),
        journal=[sent("2026-10-08", "friendly-reminder", "INV-2", "INV-1")],
    )

    assert does(plan_on(two, "2026-10-14")) == ["thank thank-you: (INV-1) (INV-2)"]


def soon(**changes: object) -> Invoice:
    """Return an invoice that nobody was reminded of, due a day later."""
    known: dict[str, object] = {"due": "2026-10-02", "paid": IN_FULL, **changes}
    return invoice("INV-2", **known)  # type: ignore[arg-type]


BESIDE = [
    pytest.param(soon(), "(INV-1) (INV-2)", id="paid together"),
    pytest.param(
        soon(due="2026-11-30"), "(INV-1) (INV-2)", id="before it was due, too"
    ),
    pytest.param(soon(currency="USD"), "(INV-1) (INV-2)", id="in another currency"),
    pytest.param(
        soon(paid=[("2026-10-10", "190.00"), ("2026-10-14", "1000.00")]),
        "(INV-1) (INV-2)",
        id="the rest of it came with this money",
    ),
    pytest.param(soon(paid=[("2026-10-13", "1190.00")]), "(INV-1)", id="paid before"),
    pytest.param(
        soon(paid=[], credited=[("2026-10-14", "1190.00")]), "(INV-1)", id="credited"
    ),
]


@pytest.mark.parametrize(("other", "named"), BESIDE)
def test_thanks_name_all_that_the_same_money_settled(
    other: Invoice, named: str
) -> None:
    at = account(invoice(paid=IN_FULL), other, journal=[REMINDED])

    made = only(plan_on(at, "2026-10-15"), "thank")

    assert does(plan_on(at, "2026-10-15")) == [f"thank thank-you: {named}"]
    assert {line.open.amount for line in made.listed} == {0}
    assert {total.currency for total in made.totals} == {
        line.open.currency for line in made.listed
    }
    assert story(at, days("2026-10-15", "2026-11-30")) == [
        f"2026-10-15 thank thank-you: {named}"
    ]


def test_thanks_do_not_name_a_currency_in_which_something_is_open() -> None:
    at = account(
        invoice(paid=IN_FULL),
        soon(currency="USD"),
        invoice("INV-3", due="2026-12-01", currency="USD"),
        journal=[REMINDED],
    )

    assert does(plan_on(at, "2026-10-15")) == ["thank thank-you: (INV-1)"]


def test_a_policy_that_thanks_nobody() -> None:
    at = account(invoice(paid=IN_FULL), journal=[REMINDED])

    assert does(plan_on(at, "2026-10-14", replace(STANDARD, paid=None))) == []


def test_a_new_episode_is_thanked_for_by_itself() -> None:
    old = invoice(
        "OLD", due="2026-07-01", issued="2026-06-01", paid=[("2026-08-03", "1190.00")]
    )
    at = account(
        old,
        invoice(paid=IN_FULL),
        journal=[
            sent("2026-07-20", "friendly-reminder", "OLD"),
            sent(
                "2026-08-04",
                "thank-you",
                kind="thank",
                invoices=(),
                listed=(JournalRow("OLD"),),
            ),
            REMINDED,
        ],
    )

    assert does(plan_on(at, "2026-10-14")) == ["thank thank-you: (INV-1)"]


# ------------------------------------------------------------------- credit hold


def held(on: str, *names: str, name: str = "triage") -> JournalDocument:
    """Say that credit was put on hold for invoices."""
    rows = tuple(took(each, "triage") for each in names)
    return sent(on, name, kind="hold", channel=None, invoices=(), listed=rows)


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        ({"INV-1"}, []),
        ({"INV-2"}, []),
        ({"INV-1", "INV-2"}, ["release release:"]),
    ],
)
def test_a_hold_is_lifted_when_all_that_it_was_for_is_paid(
    paid: set[str], expected: list[str]
) -> None:
    invoices = [
        invoice(name, paid=IN_FULL if name in paid else ())
        for name in ("INV-1", "INV-2")
    ]
    at = account(
        *invoices,
        invoice("INV-3", due="2027-12-01"),
        journal=[held("2026-10-12", "INV-1", "INV-2")],
    )

    made = plan_on(at, "2026-10-14")

    assert does(made, "release") == expected
    assert (
        does(plan_on(recorded(at, made, day("2026-10-14")), "2026-10-15"), "release")
        == []
    )


def test_two_holds_are_lifted_together_when_both_are_paid_for() -> None:
    """One for each currency: paying the second alone lifts nothing."""
    holds = [held("2026-10-12", "INV-1"), held("2026-10-13", "INV-2", name="second")]
    first = account(
        invoice("INV-1"), invoice("INV-2", currency="USD", paid=IN_FULL), journal=holds
    )
    both = account(
        invoice("INV-1", paid=IN_FULL),
        invoice("INV-2", currency="USD", paid=IN_FULL),
        journal=holds,
    )

    assert does(plan_on(first, "2026-10-14"), "release") == []
    assert does(plan_on(both, "2026-10-14"), "release") == ["release release:"]


# ------------------------------------------------- what lowers an open amount


@pytest.mark.parametrize(
    ("records", "journal", "expected"),
    [
        pytest.param((), (), "1190.00", id="nothing"),
        pytest.param((settlement("2026-10-05", "190.00"),), (), "1000.00", id="goods"),
        pytest.param(
            (settlement("2026-10-13", "190.00"),), (), "1190.00", id="goods tomorrow"
        ),
        pytest.param(
            (),
            (
                sent(
                    "2026-10-05",
                    "triage",
                    JournalRow("INV-1", None, "1190.00", "40.00"),
                    kind="write-off",
                ),
            ),
            "1150.00",
            id="written off",
        ),
        pytest.param(
            (),
            (
                sent(
                    "2026-10-05",
                    "offer",
                    JournalRow("INV-1", None, "1190.00", "119.00"),
                    kind="credit",
                ),
            ),
            "1071.00",
            id="an accepted offer",
        ),
        pytest.param(
            (),
            (
                sent(
                    "2026-10-05",
                    "offer",
                    JournalRow("INV-1", None, "1190.00", "119.00"),
                    kind="credit",
                    state="failed",
                ),
            ),
            "1190.00",
            id="undone",
        ),
        pytest.param(
            (
                dispute("2026-09-20", "2026-10-20"),
                resolution("2026-09-25", "2026-09-20-dispute", "partly", "200.00"),
            ),
            (),
            "990.00",
            id="a resolution's credit",
        ),
    ],
)
def test_what_lowers_the_open_amount(
    records: tuple[Record, ...], journal: tuple[JournalDocument, ...], expected: str
) -> None:
    calm = replace(FREE, ladder=ladder(step("triage", 1), step("word", 7)), paid=None)
    at = account(records=records, journal=journal)

    assert owed(plan_on(at, "2026-10-12", calm)) == {"INV-1": expected}


@pytest.mark.parametrize("quoting", ["reference", "source"])
def test_a_resolutions_credit_counts_until_the_invoice_quotes_it(quoting: str) -> None:
    resolved = (
        dispute("2026-09-20", "2026-10-20"),
        resolution("2026-09-25", "2026-09-20-dispute", "partly", "200.00"),
    )
    quoted = Credit(day("2026-10-09"), money("200.00"))
    quoted = replace(quoted, **{quoting: "2026-09-25-resolution"})  # type: ignore[arg-type]
    at = account(replace(invoice(), credits=(quoted,)), records=resolved)

    assert owed(plan_on(at, "2026-10-08")) == {"INV-1": "990.00"}
    assert owed(plan_on(at, "2026-10-09")) == {"INV-1": "990.00"}


def test_a_settlement_is_taken_off_the_oldest_first() -> None:
    two = account(
        invoice("INV-1", total="100.00"),
        invoice("INV-2", total="100.00", due="2026-09-30"),
        records=[settlement("2026-10-05", "130.00")],
    )

    assert owed(plan_on(two, "2026-10-08")) == {"INV-1": "70.00"}


def test_a_settlement_for_one_invoice_leaves_the_others_alone() -> None:
    two = account(
        invoice("INV-1", total="100.00"),
        invoice("INV-2", total="100.00"),
        records=[settlement("2026-10-05", "30.00", "INV-2")],
    )

    assert owed(plan_on(two, "2026-10-08")) == {"INV-1": "100.00", "INV-2": "70.00"}


# ------------------------------------------------------------------- instalments

PARTS = [("2026-10-20", "590.00"), ("2026-11-20", "600.00")]


def agreed(
    *more: Record,
    paid: Iterable[tuple[str, str]] = (),
    template: str | None = "instalment-reminder",
) -> Account:
    """Return an account with a plan of two instalments, agreed on 10-08."""
    made = instalments("2026-10-08", PARTS, template=template)
    return account(invoice(paid=paid), records=[made, *more])


@pytest.mark.parametrize(
    ("on", "paid", "expected"),
    [
        pytest.param("2026-10-16", (), [], id="four days before"),
        pytest.param(
            "2026-10-19", (), ["send instalment: (INV-1)"], id="the day before"
        ),
        pytest.param("2026-10-20", (), ["send instalment: (INV-1)"], id="on its day"),
        pytest.param("2026-10-21", (), [], id="after"),
        pytest.param("2026-10-19", [("2026-10-12", "590.00")], [], id="paid"),
        pytest.param(
            "2026-11-18",
            [("2026-10-12", "590.00")],
            ["send instalment: (INV-1)"],
            id="the second",
        ),
        pytest.param("2026-10-19", [("2026-10-12", "600.00")], [], id="paid, and more"),
    ],
)
def test_instalments_are_reminded_instead(
    on: str, paid: Iterable[tuple[str, str]], expected: list[str]
) -> None:
    made = plan_on(agreed(paid=paid), on)

    assert does(made) == expected
    assert standing(made) == "plan"
    assert tasks(made) == []


def test_an_instalment_is_reminded_once_and_asks_for_what_is_open_of_it() -> None:
    at = agreed(paid=[("2026-10-12", "90.00")])

    made = only(plan_on(at, "2026-10-19"), "send")

    assert [str(total) for total in made.totals] == ["500.00"]
    assert made.template == "instalment-reminder"
    for policy in (STANDARD, FREE):
        assert story(at, days("2026-10-09", "2026-10-22"), policy) == [
            "2026-10-19 send instalment: (INV-1)"
        ]


def test_a_plan_without_a_template_reminds_nobody() -> None:
    assert does(plan_on(agreed(template=None), "2026-10-19")) == []


@pytest.mark.parametrize(
    ("on", "paid", "broken"),
    [
        pytest.param("2026-10-22", (), False, id="the last day of grace"),
        pytest.param("2026-10-23", (), True, id="the day after"),
        pytest.param("2026-10-23", [("2026-10-22", "589.99")], True, id="a cent short"),
        pytest.param("2026-10-23", [("2026-10-22", "590.00")], False, id="paid"),
        pytest.param("2026-12-23", (), True, id="months later"),
    ],
)
def test_a_missed_instalment_is_a_task_and_stops_the_ladder(
    on: str,
    paid: Iterable[tuple[str, str]],
    broken: bool,  # noqa: FBT001 - a column of the table
) -> None:
    made = plan_on(agreed(paid=paid), on)

    assert standing(made) == "plan"
    assert does(made) == []
    assert ("broken-plan" in tasks(made)) is broken


def test_money_heals_a_missed_instalment() -> None:
    healed = agreed(paid=[("2026-11-03", "590.00")])

    assert tasks(plan_on(healed, "2026-11-02")) == ["broken-plan"]
    assert tasks(plan_on(healed, "2026-11-03")) == []
    assert does(plan_on(healed, "2026-11-18")) == ["send instalment: (INV-1)"]


def test_a_resume_ends_a_broken_plan_and_the_ladder_goes_on_after_the_gap() -> None:
    at = agreed(resume("2026-10-27"))

    assert standing(plan_on(at, "2026-10-26")) == "plan"
    assert standing(plan_on(at, "2026-10-29")) == "waiting"
    assert does(plan_on(at, "2026-10-30")) == ["send friendly-reminder: INV-1"]
    assert tasks(plan_on(at, "2026-10-30")) == []


def test_a_resume_does_not_end_a_plan_in_good_standing() -> None:
    at = agreed(resume("2026-10-12"))

    assert standing(plan_on(at, "2026-10-19")) == "plan"


def test_another_plan_takes_the_place_of_a_broken_one() -> None:
    at = agreed(instalments("2026-10-27", [("2026-12-15", "1190.00")]))

    made = plan_on(at, "2026-11-18")

    assert (standing(made), tasks(made), does(made)) == ("plan", [], [])


def test_a_plan_that_is_paid_leaves_the_rest_to_the_ladder() -> None:
    small = instalments("2026-10-08", [("2026-10-20", "500.00")])
    at = account(invoice(paid=[("2026-10-20", "500.00")]), records=[small])

    assert standing(plan_on(at, "2026-10-19")) == "plan"
    assert standing(plan_on(at, "2026-10-25")) == "after-payment"
    assert does(plan_on(at, "2026-10-26")) == ["send friendly-reminder: INV-1"]


# ---------------------------------------------------------------------- promises

BROKEN = (promise("2026-08-03", "2026-08-10"), promise("2026-09-01", "2026-09-10"))


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        pytest.param((promise("2026-10-08", "2026-10-20"),), "promise", id="of all"),
        pytest.param(
            (promise("2026-10-08", "2026-10-20", "595.00"),), "promise", id="of half"
        ),
        pytest.param(
            (promise("2026-10-08", "2026-10-20", "594.99"),), "-", id="of less"
        ),
        pytest.param(
            (promise("2026-10-08", "2026-10-20", "1.00", approved_by="omar"),),
            "promise",
            id="of less, approved",
        ),
        pytest.param(
            (promise("2026-10-08", "2026-10-20", "1.00", approved_by="dana"),),
            "-",
            id="approved by the one who wrote it",
        ),
        pytest.param(
            (promise("2026-10-08", "2026-12-07"),), "promise", id="sixty days"
        ),
        pytest.param((promise("2026-10-08", "2026-12-08"),), "-", id="sixty-one days"),
        pytest.param(
            (*BROKEN, promise("2026-10-08", "2026-10-20")), "-", id="after two broken"
        ),
        pytest.param(
            (*BROKEN, promise("2026-10-08", "2026-10-20", approved_by="omar")),
            "promise",
            id="after two broken, approved",
        ),
        pytest.param(
            (BROKEN[1], promise("2026-10-08", "2026-10-20")), "promise", id="after one"
        ),
    ],
)
def test_which_promises_have_effect(records: tuple[Record, ...], expected: str) -> None:
    made = plan_on(account(invoice(issued="2026-07-01"), records=records), "2026-10-08")

    assert standing(made) == expected
    assert ("record-to-approve" in tasks(made)) is (expected == "-")


@pytest.mark.parametrize(
    ("first", "expected"),
    [("2025-10-05", "promise"), ("2025-10-06", "-")],
)
def test_broken_promises_are_counted_for_twelve_months(
    first: str, expected: str
) -> None:
    """A promise is broken on the day after its grace: here two days."""
    records = (
        promise("2025-09-01", first, id="first"),
        promise("2026-09-01", "2026-09-10"),
        promise("2026-10-08", "2026-10-20"),
    )
    at = account(invoice(issued="2025-06-01"), records=records)

    assert standing(plan_on(at, "2026-10-08")) == expected


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        pytest.param((), "-", id="broken"),
        pytest.param((("2026-08-09", "1.00"),), "promise", id="partly kept"),
        pytest.param((("2026-08-12", "100.00"),), "promise", id="kept in the grace"),
        pytest.param((("2026-08-13", "100.00"),), "-", id="too late"),
        pytest.param((("2026-08-02", "100.00"),), "-", id="paid before it was made"),
    ],
)
def test_a_promise_is_judged_by_money_received(
    paid: tuple[tuple[str, str], ...], expected: str
) -> None:
    """Two broken ones make the third need approval: the first tells which it was."""
    records = (
        promise("2026-08-03", "2026-08-10", "100.00", approved_by="omar"),
        BROKEN[1],
        promise("2026-10-08", "2026-10-20"),
    )
    at = account(invoice(issued="2026-07-01", paid=paid), records=records)

    assert standing(plan_on(at, "2026-10-08")) == expected


def test_unapplied_cash_keeps_a_promise() -> None:
    records = (
        promise("2026-08-03", "2026-08-10", "100.00", approved_by="omar"),
        cash("2026-08-09", "100.00"),
        BROKEN[1],
        promise("2026-10-08", "2026-10-20"),
    )
    at = account(invoice(issued="2026-07-01"), records=records)

    assert standing(plan_on(at, "2026-10-08")) == "promise"


def test_a_credit_note_keeps_no_promise() -> None:
    records = (
        promise("2026-08-03", "2026-08-10", "100.00", approved_by="omar"),
        credit_note("2026-08-09", "100.00"),
        BROKEN[1],
        promise("2026-10-08", "2026-10-20"),
    )
    at = account(invoice(issued="2026-07-01"), records=records)

    assert standing(plan_on(at, "2026-10-08")) == "-"


def test_a_promise_stops_what_it_was_given_for() -> None:
    two = account(
        invoice("INV-1"),
        invoice("INV-2"),
        records=[promise("2026-10-05", "2026-10-20", None, "INV-1")],
    )

    assert does(plan_on(two, "2026-10-08")) == ["send friendly-reminder: INV-2"]


def test_a_promise_without_names_is_for_what_was_issued_and_open_then() -> None:
    two = account(
        invoice("INV-1"),
        invoice("INV-2", issued="2026-10-06", due="2026-10-09"),
        records=[promise("2026-10-05", "2026-11-20")],
    )

    assert stands(plan_on(two, "2026-10-15")) == {
        "INV-1": "promise",
        "INV-2": "waiting",
    }


# --------------------------------------------------------------------- extensions


@pytest.mark.parametrize(
    ("records", "until"),
    [
        pytest.param(
            (extension("2026-10-01", "2026-10-12"),), "2026-10-12", id="first"
        ),
        pytest.param(
            (
                extension("2026-10-01", "2026-10-12"),
                extension("2026-10-05", "2026-10-30"),
            ),
            "2026-10-12",
            id="a second has no effect",
        ),
        pytest.param(
            (
                extension("2026-10-01", "2026-10-12", final=False),
                extension("2026-10-05", "2026-10-30"),
            ),
            "2026-10-30",
            id="unless the first was not final",
        ),
        pytest.param(
            (
                extension("2026-10-01", "2026-10-12"),
                extension("2026-10-05", "2026-10-30", approved_by="omar"),
            ),
            "2026-10-30",
            id="or it is approved",
        ),
        pytest.param(
            (
                extension("2026-10-01", "2026-10-12"),
                extension("2026-10-05", "2026-10-30", approved_by="dana"),
            ),
            "2026-10-12",
            id="by another person",
        ),
    ],
)
def test_extensions(records: tuple[Record, ...], until: str) -> None:
    made = plan_on(account(records=records), "2026-10-08")

    assert (standing(made), str(waiting(made).until)) == ("extension", until)
    assert ("record-to-approve" in tasks(made)) is (
        until == "2026-10-12" and len(records) > 1
    )


def test_a_final_extension_of_one_invoice_is_not_the_end_of_anothers() -> None:
    two = account(
        invoice("INV-1"),
        invoice("INV-2"),
        records=[
            extension("2026-10-01", "2026-10-12", "INV-1"),
            extension("2026-10-05", "2026-10-30", "INV-2"),
        ],
    )

    assert stands(plan_on(two, "2026-10-13")) == {
        "INV-1": "waiting",
        "INV-2": "extension",
    }


def test_an_extension_makes_nothing_less_late() -> None:
    made = plan_on(
        account(records=[extension("2026-10-01", "2026-10-30")]), "2026-11-02"
    )

    assert made.actions[0].invoices[0].days_overdue == 32


# -------------------------------------------------------------------------- tasks


def _exhausted() -> tuple[JournalDocument, ...]:
    return (*upto("final-notice"), sent("2026-12-30", "triage"))


@pytest.mark.parametrize(
    ("at", "on", "expected"),
    [
        (
            account(records=[cash("2026-10-05", "10.00")]),
            "2026-10-06",
            "unapplied-cash",
        ),
        (account(records=[reply("2026-10-05")]), "2026-10-06", "unanswered-reply"),
        (
            account(records=[dispute("2026-10-05", "2026-10-12")]),
            "2026-10-13",
            "overdue-review",
        ),
        (
            account(journal=[REMINDED, briefed("2026-10-22")]),
            "2026-10-23",
            "call-to-make",
        ),
        (agreed(), "2026-10-23", "broken-plan"),
        (account(journal=_exhausted()), "2026-12-31", "exhausted"),
        (
            account(
                journal=[REMINDED],
                records=[bounce("2026-10-09", REMINDED.id)],
                channels=("email",),
            ),
            "2026-10-12",
            "dead-channel",
        ),
        (
            account(records=[promise("2026-10-05", "2026-10-20", "1.00")]),
            "2026-10-06",
            "record-to-approve",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_waits_for_one_of_us(at: Account, on: str, expected: str) -> None:
    made = plan_on(at, on)

    assert tasks(made) == [expected]
    assert only(made, "task").owner == "dana"
    assert run_twice(at, on) == [expected]


def run_twice(at: Account, on: str) -> list[str]:
    """Say which tasks are left after a run: they are derived, never journaled."""
    after = recorded(at, plan_on(at, on), day(on))
    return tasks(plan_on(after, on))


def test_a_review_is_overdue_from_the_day_after_its_date() -> None:
    disputed = dispute("2026-10-05", "2026-10-12")

    assert tasks(plan_on(account(records=[disputed]), "2026-10-12")) == []
    assert (
        tasks(
            plan_on(
                account(records=[disputed, resolution("2026-10-12", disputed.id)]),
                "2026-10-20",
            )
        )
        == []
    )


# -------------------------------------------------------------- paid in full


def test_paid_in_full_closes_the_case_and_its_proposal_and_lifts_the_hold() -> None:
    opened = account(journal=[*upto("formal-letter"), held("2026-11-20", "INV-1")])
    asked = run(opened, rules_on("2026-11-30"))[0]
    paid = replace(asked, invoices=(invoice(paid=[("2026-12-02", "1190.00")]),))

    assert story(paid, days("2026-12-02", "2026-12-20")) == [
        "2026-12-02 close final-notice:",
        "2026-12-02 release release:",
        "2026-12-02 thank thank-you: (INV-1)",
    ]


def test_next_of_a_part_paid_invoice_is_after_the_patience() -> None:
    at = account(invoice(paid=[("2026-10-20", "600.00")]), journal=[REMINDED])

    assert next_on(plan_on(at, "2026-10-21")) == "personal-call 2026-10-26"


@pytest.mark.parametrize(
    "invoices",
    [
        pytest.param((invoice(paid=[("2026-10-01", "1190.00")]),), id="settled"),
        pytest.param((invoice(),), id="open and disputed"),
    ],
)
def test_a_reply_wants_an_answer_whatever_else_is_the_case(
    invoices: tuple[Invoice, ...],
) -> None:
    at = account(
        *invoices, records=[dispute("2026-10-04", "2026-12-01"), reply("2026-10-05")]
    )

    assert tasks(plan_on(at, "2026-10-06")) == ["unanswered-reply"]
    answered = replace(at, records=(*at.records, call("2026-10-06")))
    assert tasks(plan_on(answered, "2026-10-06")) == []


@pytest.mark.parametrize(
    "record",
    [
        reply("2026-10-16"),
        pause("2026-10-16", "2026-10-20"),
        promise("2026-10-16", "2026-10-23"),
        extension("2026-10-16", "2026-10-23"),
        dispute("2026-10-16", "2026-10-30"),
    ],
    ids=lambda record: record.id[11:],
)
def test_no_instalment_is_reminded_while_something_else_protects(
    record: Record,
) -> None:
    assert does(plan_on(agreed(record), "2026-10-19")) == []


def test_two_replies_are_one_task_until_both_are_answered() -> None:
    both = [reply("2026-10-05"), reply("2026-10-07")]

    assert tasks(plan_on(account(records=both), "2026-10-08")) == ["unanswered-reply"]
    later = [*both, reply("2026-10-06", answered=True)]
    assert tasks(plan_on(account(records=later), "2026-10-08")) == ["unanswered-reply"]
