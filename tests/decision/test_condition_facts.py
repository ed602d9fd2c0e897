"""The figures that a policy's conditions may ask about, on one day."""

from decimal import Decimal

import pytest

from goodterms.conditions.expressions import VOCABULARY as EXPRESSIONS
from goodterms.decision.state.account_state import account_state
from goodterms.decision.state.condition_facts import VOCABULARY, facts
from goodterms.model.journal import JournalDocument
from goodterms.model.ledger import Account, Invoice
from goodterms.model.records import Reply
from tests.support.factory import (
    account,
    call,
    cash,
    day,
    dispute,
    invoice,
    met,
    money,
    promise,
    reply,
    rules_on,
    sent,
)

RICH = account(
    invoice("INV-1", due="2026-10-01"),
    invoice("INV-2", due="2026-10-12", total="300.00"),
    invoice("INV-3", due="2026-12-01", total="70.00"),
    invoice("INV-4", due="2026-09-01", currency="USD"),
    invoice(
        "INV-5", due="2026-08-01", issued="2026-07-01", paid=[("2026-08-01", "1190.00")]
    ),
    invoice(
        "INV-6", due="2026-08-01", issued="2026-07-01", paid=[("2026-08-11", "1190.00")]
    ),
    records=[
        cash("2026-10-01", "90.00"),
        promise("2026-09-01", "2026-09-10", "600.00", "INV-1"),
        promise("2026-09-20", "2026-10-30", "600.00", "INV-1"),
        promise("2026-07-20", "2026-08-11", None, "INV-6"),
        dispute("2026-10-13", "2026-11-13", "INV-2"),
        reply("2026-10-01", answered=True),
        reply("2026-10-05", answered=True, id="b"),
        call("2026-10-07"),
        met("2026-09-15"),
        met("2026-09-16", id="c"),
    ],
    journal=[sent("2026-10-08", "friendly-reminder")],
    annual_value=(money("5000.00"), money("70.00", "USD")),
)


def known(
    at: Account, name: str = "INV-1", on: str = "2026-10-15"
) -> dict[str, object]:
    """Return the facts of one invoice on a day."""
    here = account_state(at, rules_on(on))
    item = next(item for item in here.open_invoices if item.id == name)
    return dict(facts(here, item))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("balance", Decimal("1470.00")),
        ("overdue", Decimal("1400.00")),
        ("oldest_days_overdue", 14),
        ("days_overdue", 14),
        ("invoices_open", 3),
        ("invoices_overdue", 2),
        ("currency", "EUR"),
        ("segment", "standard"),
        ("country", "DE"),
        ("annual_value", Decimal("5000.00")),
        ("on_time_rate", 0.5),
        ("average_days_late", 5.0),
        ("promises_kept", 1),
        ("promises_broken", 1),
        ("replies", 2),
        ("last_reply_days", 10),
        ("contacts_30d", 3),
        ("disputed", Decimal("300.00")),
    ],
)
def test_facts_are_of_the_case_and_the_day(name: str, expected: object) -> None:
    """Contacts: a call, a message, and one of two meetings: 09-15 is 30 days ago."""
    assert known(RICH)[name] == expected


def test_days_overdue_are_those_of_the_invoice() -> None:
    assert known(RICH, "INV-2")["days_overdue"] == 3
    assert known(RICH, "INV-2")["oldest_days_overdue"] == 14
    assert known(RICH, "INV-3")["days_overdue"] == -47


def test_another_currency_is_another_case() -> None:
    dollars = known(RICH, "INV-4")

    assert (dollars["balance"], dollars["invoices_open"]) == (Decimal("1190.00"), 1)
    assert dollars["annual_value"] == Decimal("70.00")
    assert (dollars["promises_broken"], dollars["disputed"]) == (0, Decimal(0))


def test_without_history_the_rate_is_one_and_the_rest_nothing() -> None:
    bare = known(account(since=None, annual_value=()))

    assert bare["on_time_rate"] == 1
    assert {
        name
        for name, value in bare.items()
        if name not in ("balance", "overdue", "on_time_rate") and value
    } == {
        "oldest_days_overdue",
        "days_overdue",
        "invoices_open",
        "invoices_overdue",
        "currency",
        "segment",
        "country",
    }


@pytest.mark.parametrize(
    ("second", "replies", "days"),
    [
        (reply("2026-10-08", answered=True), 1, 10),
        (reply("2026-10-08", answered=True, said="And one more thing."), 2, 7),
        (reply("2026-10-08"), 2, 7),
    ],
)
def test_a_note_that_we_answered_is_no_word_of_theirs(
    second: Reply, replies: int, days: int
) -> None:
    at = account(records=[reply("2026-10-05"), second])

    facts = known(at)
    assert (facts["replies"], facts["last_reply_days"]) == (replies, days)


def test_a_reply_that_was_answered_at_once_counts() -> None:
    at = account(records=[reply("2026-10-05", answered=True)])

    assert known(at)["last_reply_days"] == 10


@pytest.mark.parametrize(
    ("journal", "expected"),
    [
        ([], 0),
        ([sent("2026-10-08", "friendly-reminder")], 7),
        (
            [
                sent("2026-09-28", "courtesy-note"),
                sent("2026-10-08", "friendly-reminder"),
            ],
            17,
        ),
        ([sent("2026-10-08", "friendly-reminder", "OTHER")], 0),
        ([sent("2026-10-08", "friendly-reminder", state="failed")], 0),
    ],
)
def test_without_a_reply_silence_counts_from_the_first_message(
    journal: list[JournalDocument], expected: int
) -> None:
    at = account(journal=journal)

    assert known(at)["last_reply_days"] == expected


@pytest.mark.parametrize(
    ("since", "expected"), [("2026-10-15", 0), ("2025-10-15", 1), ("2016-10-14", 10)]
)
def test_years_of_a_relationship(since: str, expected: int) -> None:
    years = known(account(since=day(since)))["relationship_years"]

    assert round(float(str(years)), 1) == expected


def test_figures_are_never_below_nothing() -> None:
    rich = known(account(records=[cash("2026-10-01", "5000.00")]))

    assert (rich["balance"], rich["overdue"]) == (0, 0)


def test_conditions_may_ask_for_exactly_these() -> None:
    assert set(VOCABULARY) == set(EXPRESSIONS) == set(known(account()))


@pytest.mark.parametrize(
    ("bill", "rate", "late"),
    [
        pytest.param(
            invoice("OURS", credited=[("2026-10-15", "1190.00")]),
            1,
            0,
            id="our mistake",
        ),
        pytest.param(
            invoice(
                "OURS",
                paid=[("2026-09-30", "690.00")],
                credited=[("2026-10-15", "500.00")],
            ),
            1,
            0,
            id="paid in time what was owed, credited later",
        ),
        pytest.param(
            invoice(
                "OURS",
                paid=[("2026-10-11", "690.00")],
                credited=[("2026-09-15", "500.00")],
            ),
            0,
            10,
            id="paid late what was owed",
        ),
        pytest.param(
            invoice(
                "OURS",
                paid=[
                    ("2026-09-30", "1190.00"),
                    ("2026-10-02", "-1190.00"),
                    ("2026-10-21", "1190.00"),
                ],
            ),
            0,
            20,
            id="returned, and paid again",
        ),
    ],
)
def test_our_own_credit_note_makes_nobody_a_late_payer(
    bill: Invoice, rate: int, late: int
) -> None:
    at = account(bill, invoice("B", due="2026-11-02"))
    here = account_state(at, rules_on("2026-11-20"))

    found = facts(here, here.open_invoices[0])

    assert (found["on_time_rate"], found["average_days_late"]) == (rate, late)
