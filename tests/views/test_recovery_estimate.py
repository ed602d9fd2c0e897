"""What an option is likely to bring, on figures that can be checked by hand."""

from decimal import Decimal

import pytest

from goodterms.model.calendar import Period
from goodterms.model.policy import Offer, Remedy
from goodterms.model.settings import Partner
from goodterms.views.proposal_page.recovery_estimate import (
    COMPLETES_LONG,
    CURVE,
    FEE,
    NO_FEE,
    PLAN,
    SAME,
    WRITTEN_OFF,
    outlook,
    recovery,
    two_digits,
)
from tests.support.factory import OFFERS, money

AGENCY = Partner("northstar", "agency", "Northstar", fee_percent=Decimal(25))
LAWYER = Partner("roth", "lawyer", "Roth")


@pytest.mark.parametrize(
    ("months", "low", "high"),
    [
        pytest.param(0, "1", "1", id="not late"),
        pytest.param(3, "0.68", "0.73", id="polls say 69 to 72 % at 3 months"),
        pytest.param(6, "0.44", "0.52", id="44 to 51 % at 6"),
        pytest.param(12, "0.21", "0.29", id="21 to 29 % at 12"),
        pytest.param(24, "0.04", "0.09", id="9 % at 24: the curve is a little low"),
    ],
)
def test_the_curve_runs_through_the_polls(months: int, low: str, high: str) -> None:
    chance = recovery(round(months * 30.44))
    assert Decimal(low) <= chance <= Decimal(high)


def test_what_is_not_due_yet_is_not_better_than_certain() -> None:
    assert recovery(-30) == 1


@pytest.mark.parametrize(
    ("remedy", "offer", "partner", "expected", "chance", "kept"),
    [
        # 1,000.00 at 91 days: exp(-0.124 * 2.9895) = 0.690
        (Remedy("legal", place_with="roth"), None, LAWYER, "690", "0.69", "1"),
        (Remedy("agency", place_with="ns"), None, AGENCY, "520", "0.69", "0.75"),
        (
            Remedy("cut", offer="settle-10"),
            OFFERS["settle-10"],
            None,
            "620",
            "0.69",
            "0.9",
        ),
        # 30 days more: exp(-0.124 * 3.975) = 0.611
        (Remedy("ride-out", pause=30), None, None, "610", "0.61", "1"),
        # 0.690 * 0.88
        (
            Remedy("plan", offer="three-instalments"),
            OFFERS["three-instalments"],
            None,
            "610",
            "0.61",
            "1",
        ),
        (Remedy("write-off", write_off=True), None, None, "0", "0", "1"),
    ],
)
def test_each_option_on_a_thousand(
    remedy: Remedy,
    offer: Offer | None,
    partner: Partner | None,
    expected: str,
    chance: str,
    kept: str,
) -> None:
    found = outlook(remedy, [(money("1000.00"), 91)], offer, partner)
    assert found.expected == money(f"{expected}.00")
    assert round(found.chance, 2) == Decimal(chance)
    assert found.kept == Decimal(kept)


def test_older_invoices_weigh_by_their_amounts() -> None:
    remedy = Remedy("legal", place_with="roth")
    found = outlook(remedy, [(money("900.00"), 0), (money("100.00"), 365)])
    assert round(found.chance, 4) == round(
        Decimal("0.9") + Decimal("0.1") * recovery(365), 4
    )


def test_a_long_plan_is_less_likely_to_be_paid_to_the_end() -> None:
    year = Offer("year", "instalments", 14, count=12, every=Period(1, "month"), first=7)
    remedy = Remedy("plan", offer="year")
    found = outlook(remedy, [(money("1000.00"), 0)], year)
    assert found.chance == COMPLETES_LONG


def test_every_figure_says_what_it_takes_for_granted() -> None:
    owed = [(money("1000.00"), 91)]
    agency = outlook(Remedy("a", place_with="ns"), owed, None, AGENCY)
    lawyer = outlook(Remedy("l", place_with="roth"), owed, None, LAWYER)
    plan = outlook(Remedy("p", offer="x"), owed, OFFERS["three-instalments"])
    gone = outlook(Remedy("w", write_off=True), owed)
    assert agency.assumes == (CURVE, SAME, FEE)
    assert lawyer.assumes == (CURVE, SAME, NO_FEE)
    assert plan.assumes == (CURVE, SAME, PLAN)
    assert gone.assumes == (WRITTEN_OFF,)
    assert all(a.sentence and a.source for a in (*agency.assumes, *plan.assumes))


@pytest.mark.parametrize(
    ("amount", "currency", "rough"),
    [
        ("11424.00", "EUR", "11000.00"),
        ("996.00", "EUR", "1000.00"),
        ("0.37", "EUR", "0.37"),
        ("0.00", "EUR", "0.00"),
        ("1190", "JPY", "1200"),
        ("4", "JPY", "4"),
    ],
)
def test_two_digits_are_all_that_is_known(
    amount: str, currency: str, rough: str
) -> None:
    assert two_digits(money(amount, currency)) == money(rough, currency)
