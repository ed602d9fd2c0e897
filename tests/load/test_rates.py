"""The legal rates that are shipped: every number from another side, and what they give.

The rates of the two central banks below are typed from their own lists; the laws say
how a rate of late interest comes of them.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.decision.state.late_charges import charge
from goodterms.load import load_jurisdiction
from goodterms.model.plan import Charge
from goodterms.model.policy import Jurisdiction, Rounding
from goodterms.workspace.bundled_files import shipped_files
from tests.support.factory import day, invoice

BANK_RATE = {
    "2009-03-05": "0.5",
    "2016-08-04": "0.25",
    "2017-11-02": "0.5",
    "2018-08-02": "0.75",
    "2020-03-11": "0.25",
    "2020-03-19": "0.1",
    "2021-12-16": "0.25",
    "2022-02-03": "0.5",
    "2022-03-17": "0.75",
    "2022-05-05": "1",
    "2022-06-16": "1.25",
    "2022-08-04": "1.75",
    "2022-09-22": "2.25",
    "2022-11-03": "3",
    "2022-12-15": "3.5",
    "2023-02-02": "4",
    "2023-03-23": "4.25",
    "2023-05-11": "4.5",
    "2023-06-22": "5",
    "2023-08-03": "5.25",
    "2024-08-01": "5",
    "2024-11-07": "4.75",
    "2025-02-06": "4.5",
    "2025-05-08": "4.25",
    "2025-08-07": "4",
    "2025-12-18": "3.75",
}
#: Of main refinancing operations, from the day of the first one at that rate.
MAIN_REFINANCING = {
    "2014-09-10": "0.05",
    "2016-03-16": "0",
    "2022-07-27": "0.5",
    "2022-09-14": "1.25",
    "2022-11-02": "2",
    "2022-12-21": "2.5",
    "2023-02-08": "3",
    "2023-03-22": "3.5",
    "2023-05-10": "3.75",
    "2023-06-21": "4",
    "2023-08-02": "4.25",
    "2023-09-20": "4.5",
    "2024-06-12": "4.25",
    "2024-09-18": "3.65",
    "2024-10-23": "3.4",
    "2024-12-18": "3.15",
    "2025-02-05": "2.9",
    "2025-03-12": "2.65",
    "2025-04-23": "2.4",
    "2025-06-11": "2.15",
}
#: The base rate of January 2015 as announced, with main refinancing at 0.05.
BASE_2015 = Decimal("-0.83")


def shipped(country: str) -> Jurisdiction:
    """Return a law that is shipped."""
    ((path, data),) = shipped_files(f"policies/jurisdictions/{country}.yaml")
    law, problems = load_jurisdiction(data, path)
    assert problems == ()
    assert law is not None
    return law


DE, GB = shipped("de"), shipped("gb")


def on(rates: Mapping[str, str], when: date) -> Decimal:
    """Return the rate that was in force on a day."""
    days = sorted(rates)
    return Decimal(rates[days[bisect_right(days, when.isoformat()) - 1]])


@pytest.mark.parametrize("law", [DE, GB], ids=["de", "gb"])
def test_every_half_year_since_2015_is_there(law: Jurisdiction) -> None:
    assert law.rates[0].start == day("2015-01-01")
    for earlier, later in pairwise(law.rates):
        assert later.start == earlier.end + timedelta(days=1)
    for rate in law.rates:
        first = (rate.start.month, rate.start.day)
        last = (rate.end.month, rate.end.day)
        assert (first, last) in {((1, 1), (6, 30)), ((7, 1), (12, 31))}
        assert rate.start.year == rate.end.year


def test_gb_is_eight_points_over_bank_rate_of_the_day_before_the_half_year() -> None:
    for rate in GB.rates:
        reference = on(BANK_RATE, rate.start - timedelta(days=1))
        assert rate.percent == reference + 8, rate

    assert (GB.rate_rule, GB.year_days, GB.rounding) == ("fixed_at_start", 365, "once")


def test_de_is_nine_points_over_a_base_rate_that_moves_with_main_refinancing() -> None:
    """By section 247 BGB it changes by as much as the reference rate has."""
    for rate in DE.rates:
        moved = on(MAIN_REFINANCING, rate.start - timedelta(days=1)) - Decimal("0.05")
        assert rate.percent == BASE_2015 + moved + 9, rate

    assert (DE.rate_rule, DE.year_days, DE.rounding) == ("floating", 0, "once")


@pytest.mark.parametrize(
    ("start", "percent"),
    [
        ("2015-01-01", "8.17"),
        ("2016-07-01", "8.12"),
        ("2022-07-01", "8.12"),
        ("2023-01-01", "10.62"),
        ("2023-07-01", "12.12"),
        ("2024-01-01", "12.62"),
        ("2024-07-01", "12.37"),
        ("2025-07-01", "10.27"),
        ("2026-01-01", "10.27"),
    ],
)
def test_de_as_chambers_and_lawyers_published_it(start: str, percent: str) -> None:
    found = {rate.start: rate.percent for rate in DE.rates}

    assert found[day(start)] == Decimal(percent)


# ---------------------------------------------------------------- what comes of them


def claimed(law: Jurisdiction, total: str, since: date, days: int) -> Charge:
    """Charge an invoice that is late for some days from *since* on."""
    currency = {"DE": "EUR", "GB": "GBP"}[law.country]
    until = since + timedelta(days=days - 1)
    return charge(invoice(total=total, currency=currency), (), since, law, until)


@pytest.mark.parametrize(
    ("total", "since", "days", "rounding", "interest", "compensation"),
    [
        pytest.param(
            *("1000.00", "2018-01-02", 50, "daily", "11.50", "70.00"), id="GOV.UK"
        ),
        pytest.param(
            *("1000.00", "2018-01-02", 50, "once", "11.64", "70.00"), id="to the penny"
        ),
        pytest.param(
            *("5000.00", "2025-07-02", 101, "daily", "169.68", "70.00"), id="guide 2025"
        ),
        pytest.param(
            *("3000.00", "2026-07-02", 60, "once", "57.95", "70.00"), id="guide 2026"
        ),
        pytest.param(
            *("10000.00", "2026-07-02", 1, "once", "3.22", "100.00"), id="a day of it"
        ),
    ],
)
def test_gb_gives_what_published_examples_give(
    total: str,
    since: str,
    days: int,
    rounding: Rounding,
    interest: str,
    compensation: str,
) -> None:
    made = claimed(replace(GB, rounding=rounding), total, day(since), days)

    assert (str(made.interest), str(made.compensation)) == (interest, compensation)


#: Half of the minor unit: rounded once, at the end.
HALF = Fraction(1, 200)
DAYS = st.dates(date(2015, 1, 1), date(2025, 6, 1))
LATE = st.integers(1, 300)
TOTALS = st.decimals("0.01", "99999.99", places=2).map(str)


@given(TOTALS, DAYS, LATE)
def test_de_is_the_sum_of_its_days(total: str, since: date, late: int) -> None:
    owed, sum_ = Fraction(total), Fraction(0)
    for n in range(late):
        when = since + timedelta(days=n)
        (percent,) = [r.percent for r in DE.rates if r.start <= when <= r.end]
        year = date(when.year, 12, 31).timetuple().tm_yday
        sum_ += owed * Fraction(percent) / 100 / year

    assert abs(Fraction(claimed(DE, total, since, late).interest.amount) - sum_) <= HALF


@given(TOTALS, DAYS, LATE)
def test_gb_keeps_the_rate_of_its_first_day(total: str, since: date, late: int) -> None:
    (percent,) = [r.percent for r in GB.rates if r.start <= since <= r.end]
    sum_ = Fraction(total) * Fraction(percent) * late / 36500

    assert abs(Fraction(claimed(GB, total, since, late).interest.amount) - sum_) <= HALF
