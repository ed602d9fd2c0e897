"""Late interest and compensation: simple, exact, and only what the law's table says."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.action import Action, Charge
from engine.decision.charges import NoRateError, charge
from engine.journal import Document
from engine.model import Account
from engine.records import Record
from engine.terms import Jurisdiction, Rate, Tier
from tests.factory import (
    FINAL,
    FRIENDLY,
    STANDARD,
    account,
    bounce,
    day,
    does,
    invoice,
    ladder,
    money,
    plan_on,
    sent,
    standing,
    step,
)


def rate(start: str, end: str, percent: str) -> Rate:
    """Return a yearly rate."""
    return Rate(day(start), day(end), Decimal(percent))


LAW = Jurisdiction(
    "DE",
    rates=(
        rate("2026-01-01", "2026-12-31", "10"),
        rate("2027-01-01", "2027-06-30", "20"),
    ),
    compensation=(Tier(money("0.00"), money("40.00")),),
)


def claimed(
    until: str,
    *reductions: tuple[str, str],
    since: str = "2026-10-02",
    law: Jurisdiction = LAW,
    total: str = "3650.00",
) -> Charge:
    """Charge an invoice of 3650.00 due on 2026-10-01: 1.00 a day at ten per cent."""
    less = [(day(on), money(amount)) for on, amount in reductions]
    return charge(invoice(total=total), less, day(since), law, day(until))


@pytest.mark.parametrize(
    ("until", "reductions", "expected"),
    [
        pytest.param("2026-10-01", (), "0.00", id="not late"),
        pytest.param("2026-10-02", (), "1.00", id="one day late"),
        pytest.param("2026-10-11", (), "10.00", id="ten days"),
        pytest.param("2026-12-31", (), "91.00", id="to the end of a rate"),
        pytest.param("2027-01-01", (), "93.00", id="the first day of the next"),
        pytest.param("2027-01-10", (), "111.00", id="ten days of it"),
        pytest.param(
            "2026-10-11", (("2026-10-07", "1825.00"),), "7.50", id="half paid half way"
        ),
        pytest.param(
            "2026-10-11", (("2026-09-20", "1825.00"),), "5.00", id="half paid before"
        ),
        pytest.param(
            "2026-10-11", (("2026-10-02", "3650.00"),), "0.00", id="paid on the day"
        ),
        pytest.param(
            "2026-10-11",
            (("2026-10-04", "3650.00"), ("2026-10-08", "-3650.00")),
            "6.00",
            id="paid, and reversed",
        ),
        pytest.param(
            "2026-10-11", (("2026-10-05", "9999.00"),), "3.00", id="overpaid earns none"
        ),
        pytest.param(
            "2026-10-11", (("2026-10-11", "3650.00"),), "9.00", id="paid today"
        ),
    ],
)
def test_simple_interest_for_each_day_late(
    until: str, reductions: tuple[tuple[str, str], ...], expected: str
) -> None:
    assert str(claimed(until, *reductions).interest) == expected


def test_the_order_in_which_payments_are_written_does_not_matter() -> None:
    parts = (("2026-10-04", "100.00"), ("2026-10-08", "200.00"), ("2026-10-06", "7.00"))

    assert claimed("2027-01-10", *parts) == claimed("2027-01-10", *reversed(parts))


def test_interest_is_rounded_once_half_up_at_the_end() -> None:
    """0.005 a day: three days are 0.015, which is 0.02; day by day it were 0.03."""
    assert str(claimed("2026-10-04", total="18.25").interest) == "0.02"
    assert str(claimed("2026-10-02", total="18.25").interest) == "0.01"


@pytest.mark.parametrize(
    ("until", "since"),
    [
        ("2027-07-01", "2026-10-02"),
        ("2026-01-31", "2025-12-31"),
    ],
    ids=["after the table", "before the table"],
)
def test_a_rate_that_the_table_lacks_blocks(until: str, since: str) -> None:
    with pytest.raises(NoRateError, match="no rate of late interest for DE on 20"):
        claimed(until, since=since)


def test_a_gap_in_the_table_is_not_bridged() -> None:
    holed = replace(LAW, rates=(LAW.rates[0], rate("2027-01-02", "2027-06-30", "20")))

    assert str(claimed("2026-12-31", law=holed).interest) == "91.00"
    with pytest.raises(NoRateError, match="2027-01-01"):
        claimed("2027-01-05", law=holed)


def test_a_day_without_principal_needs_no_rate() -> None:
    assert str(claimed("2028-01-01", ("2026-10-12", "3650.00")).interest) == "10.00"


def test_actual_years_count_their_own_days() -> None:
    leap = Jurisdiction("DE", (rate("2027-01-01", "2028-12-31", "10"),), year_days=0)

    made = claimed("2028-12-31", since="2028-01-01", law=leap)
    over = claimed("2028-01-01", since="2027-12-31", law=leap)

    assert str(made.interest) == "365.00"
    assert str(over.interest) == "2.00"


@pytest.mark.parametrize(
    ("tiers", "expected"),
    [
        ((), "0.00"),
        ((("0.00", "40.00"),), "40.00"),
        ((("0.00", "40.00"), ("1000.00", "70.00"), ("10000.00", "100.00")), "70.00"),
        ((("3650.00", "70.00"), ("0.00", "40.00")), "70.00"),
        ((("3650.01", "70.00"), ("0.00", "40.00")), "40.00"),
        ((("5000.00", "70.00"),), "0.00"),
    ],
)
def test_compensation_is_one_fixed_sum_by_the_total(
    tiers: tuple[tuple[str, str], ...], expected: str
) -> None:
    law = replace(
        LAW, compensation=tuple(Tier(money(a), money(sum_)) for a, sum_ in tiers)
    )

    assert str(claimed("2026-10-11", law=law).compensation) == expected
    paid = claimed("2026-10-11", ("2026-10-05", "3000.00"), law=law)
    assert str(paid.compensation) == expected


def test_compensation_of_another_currency_is_not_converted() -> None:
    law = replace(
        LAW, compensation=(Tier(money("0.00", "GBP"), money("40.00", "GBP")),)
    )

    assert str(claimed("2026-10-11", law=law).compensation) == "0.00"


# ------------------------------------------------------------------ in a message

CLAIMING = replace(
    STANDARD,
    tolerance={},
    limits=(),
    ladder=ladder(
        FRIENDLY,
        step("claim", 14, claims_charges=True),
        step("again", 28, claims_charges=True),
        replace(FINAL, claims_charges=True),
    ),
)


def said(on: str, at: Account | None = None) -> Action:
    """Return what is said on a day to an account that has been reminded."""
    made = plan_on(at or reminded(), on, CLAIMING, jurisdictions={"DE": LAW})
    assert made.problems == ()
    return next(action for action in made.actions if action.kind != "task")


def reminded(
    *journal: Document, records: Iterable[Record] = (), country: str = "DE"
) -> Account:
    """Return an account with one invoice of 3650.00 that was reminded on 10-08."""
    return account(
        invoice(total="3650.00"),
        journal=[sent("2026-10-08", "friendly-reminder"), *journal],
        records=records,
        country=country,
    )


def test_charges_are_claimed_only_in_steps_that_say_so() -> None:
    assert said("2026-10-08", account(invoice(total="3650.00"))).charges == ()
    claim = said("2026-10-15")

    assert [str(c.interest) for c in claim.charges] == ["14.00"]
    assert [str(total) for total in claim.totals] == ["3704.00"]
    assert (claim.charges[0].since, claim.charges[0].until) == (
        day("2026-10-02"),
        day("2026-10-15"),
    )


def test_compensation_is_claimed_once_and_interest_is_not_compounded() -> None:
    """The second claim restates the first: interest to that day, one compensation."""
    first = sent("2026-10-15", "claim", totals=(("EUR", "3704.00"),))

    again = said("2026-10-29", reminded(first))

    assert [str(c.interest) for c in again.charges] == ["28.00"]
    assert [str(c.compensation) for c in again.charges] == ["40.00"]
    assert [str(total) for total in again.totals] == ["3718.00"]


def test_a_claim_that_bounced_charged_nothing() -> None:
    at = reminded(
        sent("2026-10-15", "claim", totals=(("EUR", "3704.00"),)),
        records=[bounce("2026-10-16", "2026-10-15-claim")],
    )

    assert [str(total) for total in said("2026-10-16", at).totals] == ["3705.00"]


def test_listed_overdue_invoices_are_charged_too_and_the_rest_is_not() -> None:
    journal = [
        sent("2026-10-08", "friendly-reminder", "INV-1", "INV-2"),
        sent("2026-10-12", "claim", "INV-2"),
    ]
    at = account(
        invoice(total="3650.00"),
        invoice("INV-2", total="3650.00"),
        invoice("INV-3", total="3650.00", due="2026-10-20"),
        journal=journal,
    )

    made = said("2026-10-15", at)

    assert [c.invoice for c in made.charges] == ["INV-1", "INV-2"]
    assert [str(total) for total in made.totals] == ["7408.00"]


@pytest.mark.parametrize("laws", [{}, {"FR": LAW}, {"DE": replace(LAW, rates=())}])
def test_a_missing_rate_blocks_the_step_and_says_so(
    laws: dict[str, Jurisdiction],
) -> None:
    made = plan_on(reminded(), "2026-10-15", CLAIMING, jurisdictions=laws)

    assert does(made) == []
    assert standing(made) == "waiting"
    assert len(made.problems) == 1
    assert "claim" in made.problems[0].what


def test_the_law_is_the_creditors() -> None:
    made = said("2026-10-15", reminded(country="FR"))

    assert [str(c.interest) for c in made.charges] == ["14.00"]


def test_a_proposal_shows_its_charges_and_binds_nobody_to_them() -> None:
    """Interest grows by the day: it is asked for, and no part of the digest."""
    at = reminded(sent("2026-10-15", "claim"), sent("2026-10-29", "again"))

    made = said("2026-11-30", at)

    later_on = said("2026-12-01", at)

    assert made.kind == "propose"
    assert [str(total) for total in made.totals] == ["3750.00"]
    assert later_on.totals > made.totals
    assert later_on.facts == made.facts
