"""Money that came in for what was agreed on: each amount once, none that went back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.decision.state.account_state import account_state
from goodterms.decision.state.cash_coverage import FreeCash, OpenDebt, coverage
from goodterms.decision.state.promises import PromiseStatus
from goodterms.decision.state.unapplied_cash import UnappliedCash, net_of_reversals
from goodterms.model.ledger import Account, Payment
from goodterms.model.money import Money, total, zero
from tests.support.factory import (
    account,
    cash,
    day,
    instalments,
    invoice,
    money,
    promise,
    rules_on,
)

START = date(2026, 10, 1)


def receipt(on: date, amount: str, name: str, currency: str = "EUR") -> UnappliedCash:
    """Return what is left of a payment record, which may be below zero."""
    record = cash(str(on), amount, currency, id=name)
    return UnappliedCash(record, record.amount)


def left(*amounts: str) -> list[str]:
    """Net payment records of following days; tell what is left of each."""
    found = net_of_reversals(
        receipt(START + timedelta(days=n), amount, f"r{n}")
        for n, amount in enumerate(amounts)
    )
    return [str(each.left) for each in found]


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        pytest.param(["50.00", "-50.00"], ["0.00", "0.00"], id="taken back"),
        pytest.param(
            ["50.00", "30.00", "-50.00"], ["0.00", "30.00", "0.00"], id="that one"
        ),
        pytest.param(
            ["50.00", "50.00", "-50.00"], ["50.00", "0.00", "0.00"], id="the latest"
        ),
        pytest.param(
            ["50.00", "30.00", "-60.00"], ["20.00", "0.00", "0.00"], id="as it goes"
        ),
        pytest.param(
            ["50.00", "-80.00", "100.00"],
            ["0.00", "0.00", "70.00"],
            id="what comes",
        ),
        pytest.param(["-80.00"], ["0.00"], id="nothing to take back"),
    ],
)
def test_a_record_below_zero_takes_back_what_another_brought(
    amounts: list[str], expected: list[str]
) -> None:
    assert left(*amounts) == expected


AMOUNTS = st.integers(-300, 300).filter(bool)
RECEIPTS = st.lists(
    st.tuples(st.integers(0, 20), AMOUNTS, st.sampled_from(["EUR", "USD"])), max_size=9
)


@given(RECEIPTS)
def test_no_more_is_left_than_all_of_a_currency_leave_together(
    moves: list[tuple[int, int, str]],
) -> None:
    listed = [
        receipt(START + timedelta(days=n), f"{cents / 100:.2f}", f"r{at}", currency)
        for at, (n, cents, currency) in enumerate(moves)
    ]
    kept = net_of_reversals(listed)
    assert {each.id for each in kept} == {each.id for each in listed}
    for currency in ("EUR", "USD"):
        nothing = zero(currency)
        before = _sum(listed, currency)
        assert all(each.left >= nothing for each in kept if _is(each, currency))
        assert _sum(kept, currency) == max(before, nothing)


def _is(each: UnappliedCash, currency: str) -> bool:
    return each.left.currency == currency


def _sum(receipts: Sequence[UnappliedCash], currency: str) -> Money:
    return total((r.left for r in receipts if _is(r, currency)), currency)


ONE, OTHER = invoice("INV-1", total="100.00"), invoice("INV-2", total="100.00")
MADE = (
    promise("2026-10-10", "2026-10-20", "100.00", "INV-1", id="p1"),
    promise("2026-10-10", "2026-10-20", "100.00", "INV-2", id="p2"),
)


def outcomes(at: Account, on: str = "2026-11-30") -> dict[str, str]:
    """Tell how the promises of an account ended, by record."""
    pledges = account_state(at, rules_on(on)).account_records.promise_statuses
    return {pledge.record.id: pledge.outcome.value for pledge in pledges}


def missing(at: Account, on: str = "2026-11-30") -> dict[str, list[str]]:
    """Tell what is open of the parts of each instalment plan."""
    made = account_state(at, rules_on(on)).account_records.plan_statuses
    return {each.record.id: [str(part.open) for part in each.parts] for each in made}


@pytest.mark.parametrize(
    ("amount", "second"),
    [
        pytest.param("100.00", "broken", id="enough for one"),
        pytest.param("130.00", "partly kept", id="enough for one and a part"),
        pytest.param("200.00", "kept", id="enough for both"),
    ],
)
def test_an_amount_keeps_no_two_promises_about_different_debts(
    amount: str, second: str
) -> None:
    at = account(ONE, OTHER, records=[*MADE, cash("2026-10-15", amount)])
    assert outcomes(at) == {"p1": "kept", "p2": second}


def test_a_promise_is_of_what_the_payments_of_its_day_left_open() -> None:
    paid = invoice(total="100.00", paid=[("2026-10-10", "40.00")])
    at = account(paid, records=[promise("2026-10-10", "2026-10-20")])
    [status] = promise_statuses(at)
    assert str(status.amount) == "60.00"


def promise_statuses(at: Account) -> tuple[PromiseStatus, ...]:
    """Judge the promises of an account, after all of them have run out."""
    state = account_state(at, rules_on("2026-11-30"))
    return state.account_records.promise_statuses


@pytest.mark.parametrize("names", [("A", "B"), ("B", "A")])
def test_a_promise_over_two_currencies_is_judged_in_each(
    names: tuple[str, str],
) -> None:
    euros = invoice(names[0], total="100.00", paid=[("2026-10-15", "100.00")])
    dollars = invoice(names[1], total="900.00", currency="USD")
    at = account(euros, dollars, records=[promise("2026-10-10", "2026-10-20")])
    judged = [(str(s.amount), s.outcome.value) for s in promise_statuses(at)]
    assert judged == [
        ("100.00", "kept"),
        ("900.00", "broken"),
    ]


def test_a_promise_broken_in_two_currencies_is_one_that_was_broken() -> None:
    both = [invoice("A"), invoice("B", currency="USD")]
    first = promise("2026-09-02", "2026-09-10", id="first")
    again = promise("2026-10-08", "2026-10-20", id="again")
    made = account_state(account(*both, records=[first, again]), rules_on("2026-10-08"))
    assert {each.flaw for each in made.account_records.promise_statuses} == {None}


def test_two_promises_about_one_debt_are_kept_by_the_same_money() -> None:
    again = promise("2026-10-12", "2026-10-25", "100.00", "INV-1", id="p2")
    at = account(ONE, OTHER, records=[MADE[0], again, cash("2026-10-15", "100.00")])
    assert outcomes(at) == {"p1": "kept", "p2": "kept"}


def test_money_recorded_for_one_invoice_keeps_no_promise_about_another() -> None:
    received = cash("2026-10-15", "100.00", invoices=("INV-2",))
    at = account(ONE, OTHER, records=[*MADE, received])
    assert outcomes(at) == {"p1": "broken", "p2": "kept"}


def test_an_amount_fills_no_two_instalment_plans() -> None:
    parts = [("2026-10-20", "50.00"), ("2026-11-20", "50.00")]
    plans = [
        instalments("2026-10-10", parts, "INV-1", id="p1"),
        instalments("2026-10-10", parts, "INV-2", id="p2"),
    ]
    at = account(ONE, OTHER, records=[*plans, cash("2026-10-15", "120.00")])
    assert missing(at) == {"p1": ["0.00", "0.00"], "p2": ["30.00", "50.00"]}


def test_a_payment_that_bounced_keeps_no_promise() -> None:
    bounced = [("2026-10-15", "100.00"), ("2026-10-22", "-100.00")]
    at = account(invoice("INV-1", total="100.00", paid=bounced), records=MADE[:1])
    assert outcomes(at, "2026-10-21") == {"p1": "kept"}
    assert outcomes(at) == {"p1": "broken"}


def test_unapplied_money_that_bounced_keeps_no_promise() -> None:
    records = [
        MADE[0],
        cash("2026-10-15", "100.00", id="in"),
        cash("2026-10-22", "-100.00", id="out"),
    ]
    assert outcomes(account(ONE, records=records)) == {"p1": "broken"}


def test_money_from_before_a_promise_does_not_keep_it_when_it_is_applied() -> None:
    """It came on the 5th; a person matched it on the 16th."""
    matched = Payment(day("2026-10-16"), money("100.00"), source="early")
    at = account(
        replace(ONE, total=money("200.00"), payments=(matched,)),
        records=[MADE[0], cash("2026-10-05", "100.00", id="early")],
    )
    assert outcomes(at) == {"p1": "broken"}


def test_the_invoices_that_a_record_names_are_covered_first() -> None:
    named = FreeCash("cash", day("2026-10-15"), money("120.00"), frozenset({"INV-2"}))
    debts = [OpenDebt(each, each.total, ()) for each in (ONE, OTHER)]
    covers = coverage(debts, [named])
    assert {id_: str(cover.amount) for id_, cover in covers.items()} == {
        "INV-1": "20.00",
        "INV-2": "100.00",
    }


def test_what_names_no_invoice_leaves_room_for_what_does() -> None:
    """The older amount would have covered INV-1, for which the later was meant."""
    older = FreeCash("cash", day("2026-10-02"), money("100.00"))
    named = FreeCash("cash", day("2026-10-15"), money("100.00"), frozenset({"INV-1"}))
    debts = [OpenDebt(each, each.total, ()) for each in (ONE, OTHER)]
    covers = coverage(debts, [older, named])
    assert {id_: str(cover.amount) for id_, cover in covers.items()} == {
        "INV-1": "100.00",
        "INV-2": "100.00",
    }
