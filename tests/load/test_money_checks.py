"""Money that contradicts itself is refused, and what may be meant is a warning.

The words are in ``tests/catalogue/errors``; here are the limits of each rule.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodterms.decision.state.balances import balances
from goodterms.decision.state.history import fold
from goodterms.load import check_account
from goodterms.model.ledger import Account, Credit, Invoice, Payment
from goodterms.model.records import Record
from tests.support import factory
from tests.support.factory import (
    account,
    cash,
    credit_note,
    day,
    dispute,
    invoice,
    money,
    plan_on,
    resolution,
    settlement,
)

BOOK = factory.book()
Line = tuple[str, str, str | None]


def found(checked: Account) -> list[str]:
    """Return the rules broken, a warning with a question mark."""
    problems = check_account(checked, BOOK, factory.SETTINGS)
    return [f"{p.rule}{'?' if p.severity == 'warning' else ''}" for p in problems]


def with_lines(
    paid: Iterable[Line] = (), credited: Iterable[Line] = (), **more: str
) -> Invoice:
    """Return an invoice; lines are day, amount and the record they use."""
    made = invoice(**more)  # type: ignore[arg-type]
    payments = (
        Payment(day(on), money(a, made.currency), source=s) for on, a, s in paid
    )
    credits_ = (
        Credit(day(on), money(a, made.currency), source=s) for on, a, s in credited
    )
    return replace(made, payments=tuple(payments), credits=tuple(credits_))


def paid(*lines: tuple[str, str]) -> Invoice:
    return with_lines(paid=[(on, amount, None) for on, amount in lines])


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("2026-10-10", "1190.00"), ("2026-10-12", "-1190.00")], []),
        ([("2026-10-12", "-1190.00"), ("2026-10-12", "1190.00")], []),
        ([("2026-10-12", "-1190.00"), ("2026-10-13", "1190.00")], ["reversed"]),
        ([("2026-10-10", "1190.00"), ("2026-10-12", "-1190.01")], ["reversed"]),
        ([("2026-10-10", "5.00"), *[("2026-10-12", "-5.00")] * 2], ["reversed"]),
        ([("2026-10-12", "1190.01")], ["overpaid?"]),
        ([("2026-10-12", "1190.00")], []),
        (
            [
                ("2026-10-10", "1190.00"),
                ("2026-10-11", "1190.00"),
                ("2026-10-12", "-1190.00"),
            ],
            [],
        ),
    ],
)
def test_payments_and_reversals(
    lines: list[tuple[str, str]], expected: list[str]
) -> None:
    assert found(account(paid(*lines))) == expected


def test_our_own_credit_note_after_the_payment_is_no_overpayment() -> None:
    lines = [("2026-10-10", "1190.00", None)]
    later = with_lines(lines, [("2026-10-11", "90.00", None)])
    before = with_lines(lines, [("2026-10-09", "90.00", None)])
    assert found(account(later)) == []
    assert found(account(before)) == ["overpaid?"]


@pytest.mark.parametrize(
    ("credited", "expected"),
    [
        (["1190.00"], []),
        (["1190.01"], ["credited-too-much"]),
        (["1000.00", "190.01", "1.00"], ["credited-too-much"]),
        (["-0.01"], ["negative-credit"]),
    ],
)
def test_credits(credited: list[str], expected: list[str]) -> None:
    lines = [("2026-10-10", amount, None) for amount in credited]
    assert found(account(with_lines(credited=lines))) == expected


@pytest.mark.parametrize("sort", ["payment", "credit-note"])
@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ([["300.00"]], []),
        ([["300.01"]], ["overused"]),
        ([["200.00"], ["100.00"]], []),
        ([["200.00"], ["100.01"]], ["overused"]),
    ],
)
def test_what_takes_from_a_record(
    sort: str, taken: list[list[str]], expected: list[str]
) -> None:
    record = (cash if sort == "payment" else credit_note)("2026-10-10", "300.00")
    key = "paid" if sort == "payment" else "credited"
    invoices = [
        with_lines(
            name=f"INV-{n}",
            **{key: [("2026-10-10", a, record.id) for a in amounts]},  # type: ignore[arg-type]
        )
        for n, amounts in enumerate(taken)
    ]
    assert found(account(*invoices, records=[record])) == expected


def test_what_is_taken_and_given_back_can_be_taken_again() -> None:
    note = cash("2026-10-10", "300.00")
    days = [("2026-10-10", "300.00"), ("2026-10-11", "-300.00")]
    lines = [*days, ("2026-10-12", "300.00")]
    again = with_lines(paid=[(on, amount, note.id) for on, amount in lines])
    assert found(account(again, records=[note])) == []
    before = with_lines(paid=[("2026-10-12", "-1.00", note.id)])
    assert found(account(before, records=[note])) == ["reversed", "overused"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("payment", "unknown-resolution"), ("credit-note", "unknown-payment")],
)
def test_a_payment_uses_payments_and_a_credit_credits(sort: str, expected: str) -> None:
    record = (cash if sort == "payment" else credit_note)("2026-10-10", "300.00")
    lines = [("2026-10-10", "1.00", record.id)]
    wrong = with_lines(**{"credited" if sort == "payment" else "paid": lines})  # type: ignore[arg-type]
    assert found(account(wrong, records=[record])) == [expected]


def test_a_credit_note_stays_in_its_currency() -> None:
    note = credit_note("2026-10-10", "300.00", "USD")
    wrong = with_lines(credited=[("2026-10-10", "1.00", note.id)])
    assert found(account(wrong, records=[note])) == ["currency"]


DISPUTE = dispute("2026-10-10", "2026-10-20", "INV-1")
PROMISED = replace(
    resolution("2026-10-16", DISPUTE.id, "partly", "200.00"), invoices=("INV-1",)
)


@pytest.mark.parametrize(
    ("credited", "expected", "opens"),
    [
        ([], [], "990.00"),
        ([("2026-10-18", "200.00", None)], ["promised-credit?"], "990.00"),
        ([("2026-10-16", "200.00", None)], ["promised-credit?"], "990.00"),
        ([("2026-10-18", "200.00", PROMISED.id)], [], "990.00"),
        ([("2026-10-15", "200.00", None)], [], "790.00"),
        ([("2026-10-18", "199.99", None)], [], "790.01"),
        ([("2026-10-18", "150.00", PROMISED.id)], ["promised-credit?"], "1040.00"),
        ([("2026-10-18", "200.00", None)] * 2, ["promised-credit"], None),
    ],
)
def test_a_credit_note_beside_the_resolution_that_promised_it_counts_once(
    credited: list[Line], expected: list[str], opens: str | None
) -> None:
    at = account(with_lines(credited=credited), records=[DISPUTE, PROMISED])

    assert found(at) == expected
    if opens:
        assert opened(at, "2026-10-24") == opens


def test_a_further_credit_is_told_apart_by_a_record_of_its_own() -> None:
    note = credit_note("2026-10-18", "200.00")
    lines = [("2026-10-18", "200.00", note.id)]
    at = account(with_lines(credited=lines), records=[DISPUTE, PROMISED, note])

    assert found(at) == []
    assert opened(at, "2026-10-24") == "790.00"


def test_until_the_credit_note_comes_the_promise_counts() -> None:
    credited = with_lines(credited=[("2026-10-18", "200.00", None)])
    at = account(credited, records=[DISPUTE, PROMISED])
    assert [opened(at, f"2026-10-{d}") for d in (15, 16, 17, 18)] == [
        *("1190.00", "990.00", "990.00", "990.00")
    ]


def opened(at: Account, on: str) -> str:
    known = [r for r in at.records if r.on <= day(on)]
    return str(balances(at, known, fold(at.journal, day(on)), day(on)).open["INV-1"])


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (settlement("2026-10-20", "1190.01", "INV-1"), ["given-too-much"]),
        (settlement("2026-10-20", "1190.00", "INV-1"), ["approval?"]),
        (settlement("2026-10-20", "1190.00"), ["approval?"]),
        (settlement("2026-10-20", "1190.01"), ["given-too-much"]),
        (settlement("2026-10-20", "1190.00", approved_by="omar"), []),
        (settlement("2026-10-20", "595.01", "INV-1"), ["approval?"]),
        (settlement("2026-10-20", "595.00", "INV-1"), []),
        (settlement("2026-08-20", "1.00"), ["given-too-much"]),
    ],
)
def test_settlements(record: Record, expected: list[str]) -> None:
    assert found(account(invoice(), records=[record])) == expected


def test_a_small_sum_may_be_given_away_alone() -> None:
    """Ten times the tolerance of 5.00."""
    small = invoice(total="50.00")
    record = settlement("2026-10-20", "50.00", "INV-1")
    assert found(account(small, records=[record])) == []


@pytest.mark.parametrize(
    ("credit", "expected"),
    [
        ("190.00", []),
        ("190.01", ["given-too-much?"]),
        ("1190.00", ["given-too-much?"]),
        ("1190.01", ["given-too-much"]),
    ],
)
def test_a_resolution_may_pay_back_what_was_paid(
    credit: str, expected: list[str]
) -> None:
    ended = replace(PROMISED, credit=credit)
    at = account(paid(("2026-10-05", "1000.00")), records=[DISPUTE, ended])
    assert found(at) == expected


def test_a_later_record_is_judged_by_what_the_earlier_ones_left() -> None:
    first = settlement("2026-10-20", "500.00", "INV-1")
    second = settlement("2026-10-21", "690.01", "INV-1", approved_by="omar")
    assert found(account(records=[second, first])) == ["given-too-much"]
    fits = replace(second, value="690.00")
    assert found(account(records=[fits, first])) == []


# ------------------------------------------------------------------ properties

AMOUNTS = st.sampled_from(["1190.00", "-1190.00", "600.00", "-600.00", "0.01"])
DAYS = st.integers(0, 12).map(lambda n: str(day("2026-10-05") + timedelta(n)))
SOURCES = st.sampled_from([None, None, None, "p", "c", PROMISED.id])
LINES = st.lists(st.tuples(DAYS, AMOUNTS, SOURCES), max_size=4)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(LINES, LINES, st.sampled_from(["-600.00", "600.00", "1.00"]), AMOUNTS)
def test_nothing_accepted_asks_for_more_than_the_total(
    paid_: list[Line], credited: list[Line], received: str, given_: str
) -> None:
    """On no day, whatever the lines say; and nothing refused makes a plan fail."""
    records: list[Record] = [DISPUTE, PROMISED, cash("2026-10-05", received, id="p")]
    records.append(credit_note("2026-10-05", "600.00", id="c"))
    if not given_.startswith("-"):
        records.append(settlement("2026-10-12", given_, "INV-1"))
    at = account(with_lines(paid_, credited), records=records)
    accepted = not any(
        p.severity == "error" for p in check_account(at, BOOK, factory.SETTINGS)
    )

    for on in range(5, 19):
        asked = plan_on(at, f"2026-10-{on:02}")
        if accepted:
            assert Decimal(opened(at, f"2026-10-{on:02}")) <= 1190
            sums = [sum_ for action in asked.actions for sum_ in action.totals]
            assert all(sum_.amount <= 1190 for sum_ in sums)
