"""The reminder of an agreed instalment goes before a softer word."""

from dataclasses import replace

import pytest

from goodterms.model.ledger import Account
from goodterms.model.policy import Limit
from tests.support.factory import (
    FRIENDLY,
    OPTIONS,
    STANDARD,
    account,
    does,
    instalments,
    invoice,
    ladder,
    met,
    next_on,
    plan_on,
    sent,
    standing,
    waiting,
)
from tests.support.play_days import days, story

#: INV-1 is paid in instalments; the first is due on Monday, 2026-11-02, and so
#: reminded from Friday, 2026-10-30. The reminder of INV-2 is due on *friendly*.
PARTS = [("2026-11-02", "450.00"), ("2026-12-02", "450.00")]


def house(other: str = "2026-10-22") -> Account:
    """Return an account with a plan, and another invoice that was due on *other*."""
    return account(
        invoice("INV-1", total="900.00", due="2026-09-01", issued="2026-08-01"),
        invoice("INV-2", total="100.00", due=other),
        records=(
            instalments("2026-10-01", PARTS, "INV-1", template="instalment-reminder"),
        ),
    )


def test_a_softer_word_that_would_starve_the_reminder_waits() -> None:
    """Said on the 29th, the limit of one per 5 days would hold until the 3rd."""
    at = house()
    made = plan_on(at, "2026-10-29")

    assert does(made) == []
    assert standing(made, "INV-2") == "limit"
    assert waiting(made, "INV-2").why[0] == (
        "the reminder of the instalment of 450.00 EUR due on 2026-11-02 comes first;"
        " the limits of contacts leave room for one of them"
    )
    assert next_on(made, "INV-2") == "friendly-reminder 2026-11-04"
    assert story(at, days("2026-10-29", "2026-11-06")) == [
        "2026-10-30 send instalment: (INV-1)",
        "2026-11-04 send friendly-reminder: INV-2",
    ]


def test_a_softer_word_goes_where_there_is_room_for_both() -> None:
    """Said on the 28th, the reminder still goes on the day it is due."""
    at = house("2026-10-21")

    assert story(at, days("2026-10-27", "2026-11-06")) == [
        "2026-10-28 send friendly-reminder: INV-2",
        "2026-11-02 send instalment: (INV-1)",
    ]


def test_on_one_day_the_reminder_goes_first() -> None:
    made = plan_on(house("2026-10-23"), "2026-10-30")

    assert does(made) == ["send instalment: (INV-1)"]
    assert waiting(made, "INV-2").why[0] == (
        "the limits of contacts allow no further one;"
        " a reminder of an instalment goes out today"
    )


def test_a_firmer_word_does_not_wait_and_the_wait_of_the_reminder_is_named() -> None:
    firm = replace(STANDARD, ladder=ladder(replace(OPTIONS, offset=7)))
    made = plan_on(house("2026-10-23"), "2026-10-30", firm)

    assert does(made) == ["send payment-options: INV-2"]
    assert waiting(made, "INV-1").why == (
        "instalment plan of 2026-10-01 in good standing; next 450.00 on 2026-11-02",
        (
            "the reminder of the instalment of 450.00 EUR due on 2026-11-02 waits:"
            " the limits allow none before 2026-11-04, when it is too late;"
            " payment-options goes out today"
        ),
    )


@pytest.mark.parametrize(
    ("on", "tail"),
    [
        ("2026-10-30", "the limits allow none before 2026-11-02; "),
        ("2026-11-02", None),
    ],
)
def test_a_reminder_that_a_limit_holds_is_named(on: str, tail: str | None) -> None:
    at = house("2026-12-20")
    known = replace(at, records=(*at.records, met("2026-10-28")))
    made = plan_on(known, on)

    assert (does(made) == []) is (tail is not None)
    if tail:
        assert waiting(made, "INV-1").why[1] == (
            "the reminder of the instalment of 450.00 EUR due on 2026-11-02 waits: "
            f"{tail}the last was on 2026-10-28"
        )


def test_a_word_that_gave_way_once_goes_before_the_next_reminder() -> None:
    """One contact per 7 days and an instalment a week: INV-2 is still told."""
    weekly = [(f"2026-{on}", "100.00") for on in ("11-02", "11-09", "11-16", "11-23")]
    at = account(
        invoice("INV-1", total="900.00", due="2026-09-01", issued="2026-08-01"),
        invoice("INV-2", total="100.00", due="2026-10-22"),
        records=(
            instalments("2026-10-01", weekly, "INV-1", template="instalment-reminder"),
        ),
        journal=(sent("2026-09-08", "friendly-reminder", "INV-1"),),
    )
    tight = replace(STANDARD, ladder=ladder(FRIENDLY), limits=(Limit(1, 7),))
    lines = story(at, days("2026-10-26", "2026-11-20"), tight)

    assert lines[0] == "2026-10-30 send instalment: (INV-1)"
    assert lines[1] == "2026-11-06 send friendly-reminder: INV-2"
