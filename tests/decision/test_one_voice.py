"""One voice at a time: a call that is still to be made counts as one."""

from dataclasses import replace

import pytest

from goodterms.model.policy import Limit
from goodterms.model.records import Record
from tests.support.factory import (
    CALL,
    FRIENDLY,
    STANDARD,
    account,
    briefed,
    call,
    dispute,
    does,
    invoice,
    ladder,
    met,
    next_on,
    plan_on,
    promise,
    standing,
    upto,
    waiting,
)

FREE = replace(STANDARD, limits=())

#: A second invoice whose friendly reminder is due on 2026-10-26.
SECOND = invoice("INV-2", due="2026-10-19", issued="2026-09-19", currency="USD")
HANDED = upto("personal-call", "INV-1")  # to the owner, on 2026-10-22


@pytest.mark.parametrize(
    ("on", "records", "expected"),
    [
        pytest.param("2026-10-26", [], [], id="handed out four days ago"),
        pytest.param("2026-10-30", [], [], id="eight days ago, not lapsed"),
        pytest.param(
            "2026-11-02",
            [],
            ["send payment-options: INV-1 INV-2/friendly-reminder"],
            id="lapsed",
        ),
        pytest.param("2026-10-27", [call("2026-10-23")], [], id="made 4 days ago"),
        pytest.param(
            "2026-10-28",
            [call("2026-10-23")],
            ["send friendly-reminder: INV-2"],
            id="made 5 days ago",
        ),
        pytest.param(
            "2026-10-28",
            [met("2026-10-23", "INV-1")],
            ["send friendly-reminder: INV-2"],
            id="met instead",
        ),
        pytest.param(
            "2026-10-28",
            [call("2026-10-23", "no-answer")],
            [],
            id="nobody answered: it is still to be made",
        ),
    ],
)
def test_a_call_counts_until_it_is_made_or_has_lapsed(
    on: str, records: list[Record], expected: list[str]
) -> None:
    made = plan_on(
        account(invoice("INV-1"), SECOND, journal=HANDED, records=records), on
    )

    assert does(made) == expected
    if not expected:
        assert standing(made, "INV-2") == "limit"


@pytest.mark.parametrize(
    ("paid", "records", "expected"),
    [
        pytest.param("100.00", [], [], id="paid in part"),
        pytest.param(
            "0.01", [dispute("2026-10-23", "2026-11-23", "INV-1")], [], id="contested"
        ),
        pytest.param(
            "0.01",
            [promise("2026-10-23", "2026-11-05", "1189.99", "INV-1")],
            [],
            id="promised",
        ),
        pytest.param("1190.00", [], ["send friendly-reminder: INV-2"], id="settled"),
    ],
)
def test_only_its_settlement_takes_a_call_out_of_a_hand(
    paid: str, records: list[Record], expected: list[str]
) -> None:
    """Somebody has the brief and may call on any day."""
    first = invoice("INV-1", paid=[("2026-10-20", paid)])
    at = account(first, SECOND, journal=HANDED, records=records)
    assert does(plan_on(at, "2026-10-28")) == expected


def test_the_wait_for_a_call_is_named_with_the_day_it_lapses() -> None:
    at = account(invoice("INV-1"), SECOND, journal=HANDED)

    made = waiting(plan_on(at, "2026-10-26"), "INV-2")

    assert made.why[0] == (
        "the limits of contacts allow no further one;"
        " the call handed out on 2026-10-22 is still to be made"
    )
    assert str(made.until) == "2026-11-01"
    assert next_on(plan_on(at, "2026-10-26"), "INV-2") == "friendly-reminder 2026-11-02"


def test_a_call_that_never_lapses_waits_without_a_day() -> None:
    patient = replace(STANDARD, ladder=ladder(FRIENDLY, replace(CALL, lapse=None)))
    at = account(invoice("INV-1"), SECOND, journal=HANDED)

    made = plan_on(at, "2027-02-01", patient)

    assert standing(made, "INV-2") == "limit"
    assert waiting(made, "INV-2").until is None


def test_a_call_and_a_mail_that_fall_due_together_are_one_voice() -> None:
    """The firmer goes, of one case or two, whatever the limits are."""
    softer = invoice("INV-2", due="2026-10-15", currency="USD")
    firmer = invoice("INV-2", due="2026-09-22", total="20.00", currency="USD")
    then = upto("friendly-reminder", "INV-1", "INV-2")
    before = upto("friendly-reminder", "INV-1")

    by_phone = plan_on(account(invoice(), softer, journal=before), "2026-10-22", FREE)
    in_words = plan_on(account(invoice(), firmer, journal=then), "2026-10-22", FREE)

    assert does(by_phone) == ["call personal-call: INV-1"]
    assert waiting(by_phone, "INV-2").why[0] == (
        "the call for personal-call is handed out today; one voice a day"
    )
    assert does(in_words) == ["send payment-options: INV-2"]
    assert waiting(in_words, "INV-1").why[0] == (
        "payment-options goes out by email today; one voice a day"
    )


def test_of_a_call_handed_out_this_morning_nothing_is_written_that_day() -> None:
    """Not even where the invoice that it was about was paid at noon."""
    paid = invoice("INV-1", paid=[("2026-10-26", "1190.00")])
    at = account(paid, SECOND, journal=[briefed("2026-10-26", "INV-1")])

    assert does(plan_on(at, "2026-10-26", FREE), "send") == []
    assert does(plan_on(at, "2026-10-27", FREE), "send") == [
        "send friendly-reminder: INV-2"
    ]


def test_a_limit_of_the_phone_counts_calls_still_to_be_made() -> None:
    phones = replace(STANDARD, limits=(Limit(1, 7, "phone"),))
    dollars = invoice("INV-2", due="2026-10-05", currency="USD")
    reminded = upto("friendly-reminder", "INV-1", "INV-2")
    journal = (*reminded, briefed("2026-10-22", "INV-1"))

    made = plan_on(account(invoice(), dollars, journal=journal), "2026-10-26", phones)

    assert does(made) == []
    assert standing(made, "INV-2") == "limit"
