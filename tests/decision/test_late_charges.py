"""Late interest and compensation: simple, exact, and only what the law's table says."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest

from goodterms.decision.state.account_state import account_state
from goodterms.decision.state.late_charges import NoRateError, charge, missing_rate_line
from goodterms.decision.state.reductions import InvoiceReduction, Kind
from goodterms.model.journal import JournalDocument, JournalRow
from goodterms.model.ledger import Account, Credit
from goodterms.model.plan import Action, Charge
from goodterms.model.policy import Jurisdiction, Rate, RateRule, Tier
from goodterms.model.records import Record
from tests.support.factory import (
    FINAL,
    FRIENDLY,
    STANDARD,
    account,
    bounce,
    cash,
    day,
    dispute,
    does,
    invoice,
    ladder,
    money,
    plan_on,
    resolution,
    rules_on,
    sent,
    settlement,
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
    moves = [InvoiceReduction(day(on), money(amount)) for on, amount in reductions]
    return charge(invoice(total=total), moves, day(since), law, day(until))


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
            "2026-10-11",
            (("2026-10-04", "5650.00"), ("2026-10-06", "-3825.00")),
            "5.00",
            id="overpaid, and more than that reversed",
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
    *journal: JournalDocument, records: Iterable[Record] = (), country: str = "DE"
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


def test_of_a_consumer_nothing_is_claimed() -> None:
    """Neither interest nor the fixed sum, and no missing rate holds their step up."""
    at = account(
        invoice(total="3650.00"),
        journal=[sent("2026-10-08", "friendly-reminder")],
        consumer=True,
    )
    claim = said("2026-10-15", at)

    assert (claim.step, claim.charges) == ("claim", ())
    assert [str(total) for total in claim.totals] == ["3650.00"]
    without = plan_on(at, "2026-10-15", CLAIMING, jurisdictions={})
    assert [action.step for action in without.actions] == ["claim"]


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


def test_a_step_whose_charges_lack_a_rate_is_not_even_proposed() -> None:
    """Nobody is asked to approve what could not go out; the file is named."""
    at = reminded(sent("2026-10-15", "claim"), sent("2026-10-29", "again"))
    short = replace(LAW, rates=(rate("2026-10-03", "2026-12-31", "10"),))

    made = plan_on(at, "2026-11-30", CLAIMING, jurisdictions={"DE": short})

    assert does(made) == []
    (problem,) = made.problems
    assert str(problem) == (
        "policies/jurisdictions/de.yaml: error: acme: final-notice waits: no rate of"
        " late interest for DE on 2026-10-02; add under rates:"
        ' - {from: 2026-07-01, to: 2026-10-02, percent: "…"}'
    )
    (wait,) = made.waiting
    assert wait.standing == "waiting"
    assert wait.why[0] == (
        "final-notice waits: no rate of late interest for DE on 2026-10-02; in"
        " policies/jurisdictions/de.yaml, add under rates:"
        ' - {from: 2026-07-01, to: 2026-10-02, percent: "…"}'
    )


LATE = replace(LAW, rates=(rate("2026-10-03", "2026-12-31", "10"),))


def asked_of(at: Account, on: str, law: Jurisdiction = LATE) -> list[Action]:
    """Return the tasks about rates that a day has."""
    made = plan_on(at, on, CLAIMING, jurisdictions={"DE": law})
    return [action for action in made.actions if action.step == "missing-rate"]


def test_a_rate_that_a_step_will_lack_is_a_task_from_the_first_day_overdue() -> None:
    """It is known weeks before anything is proposed, while other words are said."""
    at = account(invoice(total="3650.00"))

    assert asked_of(at, "2026-10-01") == []
    (task,) = asked_of(at, "2026-10-08")

    (why,) = task.why
    assert why == (
        "claim is to claim late interest: no rate of late interest for DE on 2026-10-02"
    )
    assert task.way_out
    assert task.way_out.in_words == (
        "policies/jurisdictions/de.yaml: add under rates:"
        ' - {from: 2026-07-01, to: 2026-10-02, percent: "…"}'
    )
    assert task.since == day("2026-10-02")
    assert [str(each) for each in task.at_stake] == ["3650.00"]
    assert [line.id for line in task.listed] == ["INV-1"]
    made = plan_on(at, "2026-10-08", CLAIMING, jurisdictions={"DE": LATE})
    assert does(made) == ["send friendly-reminder: INV-1"]
    assert made.problems == ()


def test_no_task_where_no_step_ahead_claims_or_every_rate_is_known() -> None:
    done = reminded(sent("2026-10-15", "claim"), sent("2026-10-29", "again"))
    over = replace(done, journal=(*done.journal, sent("2026-11-30", "final-notice")))

    assert asked_of(over, "2026-12-15") == []
    assert asked_of(reminded(), "2026-10-20", LAW) == []


def test_a_claim_that_waits_for_a_rate_goes_out_once_it_is_there() -> None:
    before = plan_on(reminded(), "2026-10-20", CLAIMING, jurisdictions={"DE": LATE})
    after = plan_on(reminded(), "2026-10-21", CLAIMING, jurisdictions={"DE": LAW})

    assert [a.step for a in before.actions] == ["missing-rate"]
    assert does(after) == ["send claim: INV-1"]


def test_invoices_that_lack_the_same_line_share_a_task() -> None:
    at = account(
        invoice(total="3650.00", due="2026-09-28", issued="2026-08-01"),
        invoice("INV-2", total="100.00", due="2026-09-30"),
        invoice("INV-3", total="100.00", due="2026-10-09"),
    )

    (task,) = asked_of(at, "2026-10-15")

    assert [line.id for line in task.listed] == ["INV-1", "INV-2"]


@pytest.mark.parametrize(
    ("rates", "on", "line"),
    [
        ((), "2026-08-03", "from: 2026-07-01, to: 2026-12-31"),
        ((), "2027-06-30", "from: 2027-01-01, to: 2027-06-30"),
        ((("2026-01-01", "2026-08-02"),), "2026-08-03", "2026-08-03, to: 2026-12-31"),
        ((("2026-09-01", "2026-12-31"),), "2026-08-03", "2026-07-01, to: 2026-08-31"),
    ],
)
def test_the_line_to_add_is_the_half_year_or_the_gap(
    rates: tuple[tuple[str, str], ...], on: str, line: str
) -> None:
    law = replace(LAW, rates=tuple(rate(a, b, "1") for a, b in rates))

    assert line in missing_rate_line(law, day(on))


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


# ------------------------------------------- what was owed, and whose rate counts


def owing(
    until: str,
    *reductions: InvoiceReduction,
    since: str = "2026-10-02",
    law: Jurisdiction = LAW,
    currency: str = "EUR",
    total: str = "3650.00",
) -> Charge:
    """Charge an invoice with reductions of any kind."""
    made = invoice(total=total, currency=currency)
    return charge(made, reductions, day(since), law, day(until))


def tiered(above: str) -> Jurisdiction:
    """Return a fixed sum of 40.00, and of 70.00 from an amount up."""
    tiers = (Tier(money("0.00"), money("40.00")), Tier(money(above), money("70.00")))
    return replace(LAW, compensation=tiers)


def less(on: str, amount: str, kind: Kind = "payment") -> InvoiceReduction:
    """Return a reduction in EUR."""
    return InvoiceReduction(day(on), money(amount), kind)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("payment", "7.50"), ("concession", "7.50"), ("correction", "5.00")],
)
def test_a_correction_counts_from_the_beginning_and_the_rest_from_its_day(
    kind: Kind, expected: str
) -> None:
    made = owing("2026-10-11", less("2026-10-07", "1825.00", kind))

    assert str(made.interest) == expected


def test_a_correction_taken_back_counts_from_the_beginning_too() -> None:
    moves = [less("2026-10-07", "1825.00", "correction")]
    moves += [less("2026-10-09", "-1825.00", "correction")]

    assert str(owing("2026-10-11", *moves).interest) == "10.00"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("payment", "70.00"), ("concession", "70.00"), ("correction", "40.00")],
)
def test_the_fixed_sum_goes_by_the_corrected_principal(
    kind: Kind, expected: str
) -> None:
    law = tiered("1000.00")

    made = owing("2026-10-11", less("2026-10-07", "2650.01", kind), law=law)

    assert str(made.compensation) == expected


def test_what_was_never_owed_earns_no_fixed_sum() -> None:
    moves = [less("2026-10-07", "3650.00", "correction"), less("2026-10-04", "-1.00")]

    made = owing("2026-10-11", *moves)

    assert str(made.compensation) == "0.00"


def test_what_was_never_owed_needs_no_rate() -> None:
    law = replace(LAW, rates=())

    made = owing("2026-10-11", less("2026-10-07", "3650.00", "correction"), law=law)

    assert str(made.interest) == "0.00"


def under(rate_rule: RateRule) -> Jurisdiction:
    """Return 10 per cent a year until the end of 2026 and 20 after it."""
    return replace(LAW, rate_rule=rate_rule)


@pytest.mark.parametrize(
    ("rate_rule", "until", "moves", "expected"),
    [
        ("floating", "2027-01-10", (), "111.00"),
        ("fixed_at_start", "2027-01-10", (), "101.00"),
        ("on_payment", "2027-01-10", (), "202.00"),
        ("on_payment", "2026-12-31", (), "91.00"),
        # half is paid after 45.5 days of it, still in 2026: 45.50 at its rate
        ("floating", "2027-01-10", (("2026-12-01", "1825.00"),), "85.50"),
        ("fixed_at_start", "2027-01-10", (("2026-12-01", "1825.00"),), "80.50"),
        ("on_payment", "2027-01-10", (("2026-12-01", "1825.00"),), "131.00"),
        # all of it is paid in 2027, which settles the rate of every day
        ("on_payment", "2027-02-10", (("2027-01-01", "3650.00"),), "182.00"),
        # paid and taken back: what runs from then on is another part of the debt
        (
            "on_payment",
            "2027-01-10",
            (("2026-10-12", "3650.00"), ("2027-01-01", "-3650.00")),
            "30.00",
        ),
        # money ends the older half: 5.00, 30.00 for the older, 81.00 for the newer
        (
            "on_payment",
            "2027-01-10",
            (
                ("2026-10-12", "1825.00"),
                ("2026-10-22", "-1825.00"),
                ("2026-12-01", "1825.00"),
            ),
            "116.00",
        ),
        (
            "fixed_at_start",
            "2027-01-10",
            (("2026-10-12", "3650.00"), ("2027-01-01", "-3650.00")),
            "20.00",
        ),
    ],
)
def test_whose_rate_counts(
    rate_rule: RateRule, until: str, moves: tuple[tuple[str, str], ...], expected: str
) -> None:
    made = owing(until, *(less(*move) for move in moves), law=under(rate_rule))

    assert str(made.interest) == expected


def test_a_rate_fixed_at_the_start_needs_no_other() -> None:
    """A rate that is added later does not change an old debt either."""
    short = replace(under("fixed_at_start"), rates=LAW.rates[:1])

    assert owing("2028-03-01", law=short) == owing(
        "2028-03-01", law=under("fixed_at_start")
    )
    with pytest.raises(NoRateError, match="2027-01-01"):
        owing("2027-01-10", law=short, since="2027-01-01")
    with pytest.raises(NoRateError, match="2027-07-01"):
        owing("2027-07-01", law=under("on_payment"))


def test_a_missing_rate_names_the_file_to_mend() -> None:
    with pytest.raises(NoRateError, match=r"in policies/jurisdictions/de\.yaml, add"):
        owing("2027-07-01")


def test_daily_rounding_is_that_of_gov_uk() -> None:
    """GOV.UK: £1,000 at 8.5 per cent are 23p a day, £11.50 for 50 days."""
    law = Jurisdiction("GB", (rate("2026-01-01", "2026-12-31", "8.5"),))
    days = {"since": "2026-10-02", "until": "2026-11-20", "total": "1000.00"}

    daily = owing(currency="GBP", law=replace(law, rounding="daily"), **days)
    once = owing(currency="GBP", law=law, **days)

    assert (str(daily.interest), str(once.interest)) == ("11.50", "11.64")


def test_daily_rounding_is_of_what_is_owed_that_day_and_not_of_its_parts() -> None:
    """Two halves of 0.115 a day are 0.23 together and not 0.12 twice."""
    law = Jurisdiction(
        "GB", (rate("2026-01-01", "2026-12-31", "8.5"),), rounding="daily"
    )
    half = [less("2026-10-12", "500.00"), less("2026-10-12", "-500.00")]

    made = owing("2026-11-20", *half, law=law, total="1000.00")

    assert str(made.interest) == "11.50"


def test_half_of_an_invoice_was_faulty() -> None:
    """Interest is on what was owed: 500.00 for 45 days at 10.27 per cent."""
    law = Jurisdiction(
        "DE",
        (rate("2026-01-01", "2026-06-30", "10.27"),),
        (Tier(money("0.00"), money("40.00")),),
        year_days=0,
    )
    made = invoice(due="2026-02-02", issued="2026-01-02", total="1000.00")
    at = account(
        made,
        records=[
            dispute("2026-03-05", "2026-03-20", "INV-1"),
            resolution("2026-03-10", "2026-03-05-dispute", "partly", "500.00"),
        ],
        journal=[sent("2026-02-09", "friendly-reminder")],
    )
    (action,) = plan_on(at, "2026-03-19", CLAIMING, jurisdictions={"DE": law}).actions

    assert [str(c.interest) for c in action.charges] == ["6.33"]
    assert [str(total) for total in action.totals] == ["546.33"]


def test_the_rate_of_an_old_british_debt_stays() -> None:
    """1,000.00 at 11.75 per cent for 65 days, whether 2027's rate is listed or not."""
    law = Jurisdiction(
        "GB", (rate("2026-07-01", "2026-12-31", "11.75"),), rate_rule="fixed_at_start"
    )
    next_year = rate("2027-01-01", "2027-06-30", "11.25")

    for rates in (law.rates, (*law.rates, next_year)):
        made = owing(
            "2027-01-20",
            since="2026-11-17",
            law=replace(law, rates=rates),
            currency="GBP",
            total="1000.00",
        )
        assert str(made.interest) == "20.92"


@pytest.mark.parametrize(
    ("credit", "expected"),
    [
        (Credit(day("2026-10-11"), money("1825.00")), ("7.00", "40.00")),
        (
            Credit(day("2026-10-11"), money("1825.00"), goodwill=True),
            ("11.50", "70.00"),
        ),
    ],
    ids=["credit note", "goodwill"],
)
def test_goodwill_counts_like_a_payment(
    credit: Credit, expected: tuple[str, str]
) -> None:
    law = tiered("2000.00")
    at = account(
        replace(invoice(total="3650.00"), credits=(credit,)),
        journal=[sent("2026-10-08", "friendly-reminder")],
    )

    (made,) = plan_on(at, "2026-10-15", CLAIMING, jurisdictions={"DE": law}).actions

    (claim,) = made.charges
    assert (str(claim.interest), str(claim.compensation)) == expected


def test_unmatched_money_stops_interest_from_the_day_it_came() -> None:
    """Who paid half on time without a reference owes no interest on that half."""
    early, late = cash("2026-10-01", "1825.00"), cash("2026-10-11", "1825.00")

    (half,) = said("2026-10-22", reminded(records=[early])).charges
    (later,) = said("2026-10-22", reminded(records=[late])).charges

    assert str(half.interest) == "10.50"
    assert str(later.interest) == "15.00"


def kinds(at: Account, as_of: str) -> list[tuple[str, str]]:
    """List what was taken off INV-1, and as what."""
    book = account_state(at, rules_on(as_of, STANDARD)).balances
    return [(str(each.amount), each.kind) for each in book.reductions["INV-1"]]


def test_what_takes_something_off_an_invoice() -> None:
    row = JournalRow("INV-1", open="5.00", amount="5.00")
    made = replace(
        invoice(paid=[("2026-10-02", "1.00")], credited=[("2026-10-02", "2.00")]),
    )
    at = account(
        made,
        journal=[
            sent("2026-10-03", "triage", row, kind="write-off"),
            sent("2026-10-03", "options", row, kind="credit", offer="settle-10"),
            sent("2026-10-04", "credit", row, kind="credit"),
        ],
        records=[settlement("2026-10-05", "9.00", "INV-1")],
    )

    assert kinds(at, "2026-10-06") == [
        ("1.00", "payment"),
        ("2.00", "correction"),
        ("5.00", "concession"),
        ("5.00", "concession"),
        ("5.00", "correction"),
        ("9.00", "concession"),
    ]


def test_an_accepted_offer_lets_go_of_what_was_owed() -> None:
    """On the day on which it is found to be paid, before the journal credits it."""
    offer = sent(
        "2026-10-08",
        "payment-options",
        offer="settle-10",
        valid_until=day("2026-10-22"),
        choose="settlement",
        totals=(("EUR", "1190.00"),),
    )
    at = account(invoice(paid=[("2026-10-12", "1071.00")]), journal=[offer])

    assert kinds(at, "2026-10-13") == [("1071.00", "payment"), ("119.00", "concession")]
