"""A discount that was offered counts once it is paid, and as long as it stays paid."""

from collections.abc import Iterable, Sequence

import pytest

from goodterms.decision.state.account_state import account_state
from goodterms.model.journal import JournalDocument, JournalRow
from goodterms.model.ledger import Account
from goodterms.model.records import Record
from tests.support.factory import (
    account,
    cash,
    day,
    invoice,
    plan_on,
    rules_on,
    sent,
    tasks,
)

OFFER = sent(
    "2026-10-08",
    "payment-options",
    offer="settle-10",
    valid_until=day("2026-10-22"),
    choose="settlement",
    totals=(("EUR", "1190.00"),),
)
CREDIT = sent(
    "2026-10-13",
    "payment-options",
    JournalRow("INV-1", None, "119.00", "119.00"),
    id="2026-10-13-payment-options-credit",
    kind="credit",
    offer="settle-10",
)
PAID = ("2026-10-12", "1071.00")
BACK = ("2026-10-20", "-1071.00")


def life(
    *paid: tuple[str, str],
    records: Iterable[Record] = (),
    journal: Sequence[JournalDocument] = (OFFER, CREDIT),
) -> Account:
    return account(invoice(paid=paid), journal=journal, records=records)


def owed(at: Account, on: str) -> str:
    """Return what is open of INV-1."""
    return str(account_state(at, rules_on(on)).balances.open["INV-1"])


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        pytest.param([PAID], "0.00", id="paid"),
        pytest.param([PAID, BACK], "1190.00", id="bounced"),
        pytest.param(
            [PAID, BACK, ("2026-10-22", "1071.00")], "0.00", id="paid again in time"
        ),
        pytest.param(
            [PAID, BACK, ("2026-10-23", "1071.00")], "119.00", id="paid again too late"
        ),
        pytest.param([("2026-10-12", "1000.00")], "71.00", id="entered wrongly"),
    ],
)
def test_a_credited_discount_ends_with_the_payment_that_earned_it(
    paid: list[tuple[str, str]], expected: str
) -> None:
    """What is merely written differently later takes nothing back from anybody."""
    assert owed(life(*paid), "2026-10-30") == expected


def test_it_counts_until_the_day_on_which_the_money_went_back() -> None:
    at = life(PAID, BACK)
    assert owed(at, "2026-10-19") == "0.00"
    assert owed(at, "2026-10-20") == "1190.00"


def test_unapplied_money_that_went_back_ends_it_too() -> None:
    came, went = cash("2026-10-12", "1071.00", id="in"), cash(*BACK, id="out")
    assert owed(life(records=[came]), "2026-10-30") == "1071.00"
    assert owed(life(records=[came, went]), "2026-10-30") == "1190.00"


def test_a_person_is_told_what_ended_and_what_to_do() -> None:
    made = plan_on(life(PAID, BACK), "2026-10-21")
    (told,) = [a.why[0] for a in made.actions if a.step == "discount-ended"]
    assert told == (
        "the payment for settle-10 on INV-1 was taken back: the discount of 2026-10-13"
        " counts no longer; to grant it again, add a goodwill credit"
    )
    assert "discount-ended" not in tasks(plan_on(life(PAID), "2026-10-21"))
