"""What unapplied cash and credit stand against, and what is asked for after them."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.decision.state.amount_asked import Debit, amounts_asked
from goodterms.decision.state.cash_coverage import (
    FreeCash,
    OpenDebt,
    coverage,
    no_cover,
    unused_amounts,
)
from goodterms.decision.state.suspensions import Suspension
from goodterms.model.ledger import Account
from goodterms.model.money import Money, total
from goodterms.model.plan import AccountPlan, Action, Deduction
from goodterms.model.records import Record
from tests.support.factory import (
    account,
    call,
    cash,
    day,
    dispute,
    does,
    invoice,
    money,
    plan_on,
    promise,
    sent,
    standing,
    tasks,
)


def only(made: AccountPlan) -> Action:
    """Return the one action beside tasks."""
    (found,) = (action for action in made.actions if action.kind != "task")
    return found


def amounts(action: Action) -> list[str]:
    """List what an action asks for."""
    return [f"{total} {total.currency}" for total in action.totals]


def debt(id_: str, due: str, open_: str, *rests: Suspension) -> OpenDebt:
    return OpenDebt(invoice(id_, due=due, total=open_), money(open_), rests)


def plan_rest(start: str) -> Suspension:
    return Suspension("plan", day(start), None, None, "in good standing")


TWO = (debt("A", "2026-02-01", "1000.00"), debt("B", "2026-03-16", "700.00"))


@pytest.mark.parametrize(
    ("free", "apart", "expected"),
    [
        pytest.param(["1000.00"], (), {"A": "1000.00"}, id="exactly the oldest"),
        pytest.param(["400.00"], (), {"A": "400.00"}, id="a part of the oldest"),
        pytest.param(
            ["1000.00", "200.00"], (), {"A": "1000.00", "B": "200.00"}, id="goes on"
        ),
        pytest.param(["9000.00"], (), {"A": "1000.00", "B": "700.00"}, id="too much"),
        pytest.param(["700.00"], ("A",), {"B": "700.00"}, id="contested ones last"),
        pytest.param(
            ["800.00"], ("A",), {"B": "700.00", "A": "100.00"}, id="and then those"
        ),
    ],
)
def test_the_oldest_due_comes_first(
    free: list[str], apart: tuple[str, ...], expected: dict[str, str]
) -> None:
    came = [FreeCash("cash", day("2026-03-10"), money(each)) for each in free]
    found = coverage(TWO, came, dict.fromkeys(apart, day("2026-03-09")))

    assert {id_: str(cover.amount) for id_, cover in found.items()} == expected


def test_what_came_before_an_invoice_was_placed_stays_where_it_stood() -> None:
    """The agency was told of it: it covers no other invoice from then on."""
    came = [
        FreeCash("cash", day("2026-03-10"), money("300.00")),
        FreeCash("cash", day("2026-03-12"), money("200.00")),
    ]
    found = coverage(TWO, came, {"A": day("2026-03-10")})
    assert {id_: str(cover.amount) for id_, cover in found.items()} == {
        "A": "300.00",
        "B": "200.00",
    }


def test_cash_after_an_agreement_stands_against_its_invoices_first() -> None:
    agreed = debt("B", "2026-03-16", "700.00", plan_rest("2026-03-05"))
    paid = [FreeCash("cash", day("2026-03-10"), money("300.00"))]
    before = [FreeCash("cash", day("2026-03-01"), money("300.00"))]

    assert set(coverage([TWO[0], agreed], paid)) == {"B"}
    assert set(coverage([TWO[0], agreed], before)) == {"A"}


def test_a_currency_covers_its_own_only() -> None:
    dollars = FreeCash("cash", day("2026-03-10"), money("5000.00", "USD"))

    assert coverage(TWO, [dollars]) == {}
    assert unused_amounts([dollars], [], "USD")["cash"] == money("5000.00", "USD")


sums = st.integers(1, 100_000).map(
    lambda cents: Money(money("0.01").amount * cents, "EUR")
)
kinds = st.sampled_from(("cash", "credit"))


@given(
    st.lists(sums, min_size=1, max_size=6),
    st.lists(st.tuples(kinds, sums), max_size=6),
    st.sets(st.integers(0, 5)),
)
def test_no_amount_is_used_twice_and_nothing_below_zero_is_asked(
    opened: Sequence[Money],
    frees: Sequence[tuple[str, Money]],
    apart: set[int],
) -> None:
    """Debts less covers plus what is left of the free amounts add up as before."""
    debts = [
        OpenDebt(invoice(f"I{n}", due=f"2026-02-{n + 1:02}", total=str(each)), each, ())
        for n, each in enumerate(opened)
    ]
    free = [
        FreeCash(kind, date(2026, 3, n + 1), each)  # type: ignore[arg-type]
        for n, (kind, each) in enumerate(frees)
    ]
    covers = coverage(debts, free, {f"I{n}": day("2026-03-02") for n in apart})
    left = unused_amounts(free, covers.values(), "EUR")
    spent = total((cover.amount for cover in covers.values()), "EUR")
    whole = total(opened, "EUR")

    assert total((f.amount for f in free), "EUR") == spent + total(left.values(), "EUR")
    assert all(amount.amount >= 0 for amount in left.values())
    debits = [Debit(d.open, covers.get(d.invoice.id) or no_cover("EUR")) for d in debts]
    (both,) = amounts_asked(debits)
    assert both.net == max(
        money("0.00"), whole - total((f.amount for f in free), "EUR")
    )
    for each in debits:
        assert money("0.00") <= amounts_asked([each])[0].net <= each.open


def test_a_demand_names_what_it_takes_off_by_its_kind() -> None:
    covers = coverage(
        TWO,
        [
            FreeCash("credit", day("2026-03-01"), money("100.00")),
            FreeCash("cash", day("2026-03-02"), money("50.00")),
        ],
    )
    (made,) = amounts_asked([Debit(money("1000.00"), covers["A"])])

    assert made.deductions == (
        Deduction("credit", money("100.00")),
        Deduction("cash", money("50.00")),
    )
    assert made.net == money("850.00")


# ------------------------------------------------------- what comes of it in a plan


def old_and_new(*records: Record) -> Account:
    """Owe A, reminded twice, and B, a few days late and never mentioned."""
    return account(
        invoice("A", due="2026-10-01", total="1000.00"),
        invoice("B", due="2026-11-13", total="700.00"),
        records=records,
        journal=[
            sent("2026-10-08", "friendly-reminder", "A"),
            sent("2026-11-02", "payment-options", "A"),
        ],
    )


def test_cash_that_is_exactly_the_oldest_leaves_the_new_one_at_its_own_step() -> None:
    """No formal letter about an invoice that was paid without its number."""
    at = old_and_new(cash("2026-11-10", "1000.00"))

    on_20 = plan_on(at, "2026-11-20")

    assert does(on_20) == ["send friendly-reminder: B"]
    assert amounts(only(on_20)) == ["700.00 EUR"]
    assert only(on_20).deductions == ()
    assert standing(on_20, "A") == "credit"
    assert tasks(on_20) == ["unapplied-cash"]


def test_what_cover_leaves_of_one_invoice_leads_no_message() -> None:
    """998.00 of 1,000.00 came: two euros at the formal letter would lead 700."""
    at = old_and_new(cash("2026-11-10", "998.00"))

    on_20 = plan_on(at, "2026-11-20")

    assert does(on_20) == ["send friendly-reminder: B"]
    assert standing(on_20, "A") == "tolerance"


def test_a_promise_kept_by_unmatched_money_is_not_called_about() -> None:
    at = old_and_new(
        promise("2026-11-03", "2026-11-12", None, "A"),
        cash("2026-11-11", "1000.00"),
        call("2026-11-04", "voicemail"),
    )

    on_20 = plan_on(at, "2026-11-20")

    assert standing(on_20, "A") == "credit"
    assert does(on_20) == ["send friendly-reminder: B"]


def test_a_contested_invoice_is_covered_last() -> None:
    at = old_and_new(
        dispute("2026-11-05", "2026-12-05", "A"),
        cash("2026-11-10", "700.00"),
    )

    on_20 = plan_on(at, "2026-11-20")

    assert standing(on_20, "A") == "dispute"
    assert standing(on_20, "B") == "credit"


@pytest.mark.parametrize("currency", ["EUR", "USD"])
def test_money_that_came_in_buys_time_matched_or_not(currency: str) -> None:
    late = account(records=[cash("2026-10-06", "100.00", currency)])

    on_8 = plan_on(late, "2026-10-08")

    assert does(on_8) == []
    assert standing(on_8) == "after-payment"


def test_a_reversed_payment_is_no_reason_to_wait() -> None:
    at = account(
        invoice(paid=[("2026-10-05", "500.00"), ("2026-10-06", "-500.00")]),
    )

    on_12 = plan_on(at, "2026-10-12")

    assert does(on_12) == ["send friendly-reminder: INV-1"]
    assert amounts(only(on_12)) == ["1190.00 EUR"]


def test_a_reversal_takes_back_the_payment_of_its_amount() -> None:
    """The 600.00 came back; the 100.00 that came after them stand and buy time."""
    paid = [("2026-10-05", "600.00"), ("2026-10-07", "100.00")]
    at = account(invoice(paid=[*paid, ("2026-10-08", "-600.00")]))

    on_12 = plan_on(at, "2026-10-12")

    assert does(on_12) == []
    assert standing(on_12) == "after-payment"


def test_too_much_money_is_somebody_s_to_have_back() -> None:
    at = account(invoice(paid=[("2026-10-01", "1690.00")]))

    (task,) = (a for a in plan_on(at, "2026-10-08").actions if a.kind == "task")

    assert task.step == "credit-balance"
    assert task.why[0] == (
        "500.00 EUR in their favour on INV-1; refund it, or keep it for their next"
        " invoice: ask them"
    )
