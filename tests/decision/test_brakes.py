"""More than was ever meant, or on old data: the numbers, the key, the way on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from goodterms.decision.outcome.brakes import brakes, staleness
from goodterms.model.calendar import Calendar
from goodterms.model.money import parse_amount
from goodterms.model.plan import Action, ActionKind, InvoiceLine, Plan
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.settings import Brakes, Creditor, Settings

TODAY = date(2026, 10, 8)
CREDITOR = Creditor("Linden", "DE", "Europe/Berlin", "a@linden.example")


def sending(number: int, *, overdue: int = 7, kind: ActionKind = "send") -> Action:
    line = InvoiceLine(
        "INV-1",
        parse_amount("10.00", "EUR"),
        parse_amount("10.00", "EUR"),
        TODAY,
        overdue,
        "reminder",
        PolicyRef("standard", 1),
    )
    return Action(
        id=f"a{number}/x",
        kind=kind,
        account=f"a{number}",
        step="reminder",
        totals=(parse_amount("10.00", "EUR"), parse_amount("5", "JPY")),
        invoices=(line,),
    )


def plan(actions: int, accounts: int = 100, **action: object) -> Plan:
    made = tuple(sending(n, **action) for n in range(actions))  # type: ignore[arg-type]
    return Plan(TODAY, made, accounts=accounts)


def names(of: Plan, limits: Brakes) -> list[str]:
    return [brake.name for brake in brakes(of, Settings(CREDITOR, brakes=limits))]


@pytest.mark.parametrize(
    ("of", "limits", "expected"),
    [
        pytest.param(plan(5), Brakes(messages=5), [], id="at the limit"),
        pytest.param(plan(6), Brakes(messages=5), ["messages"], id="one more"),
        pytest.param(
            plan(6, kind="thank"), Brakes(messages=5), ["messages"], id="thank"
        ),
        pytest.param(plan(6, kind="call"), Brakes(messages=5), [], id="calls are ours"),
        pytest.param(
            plan(6, kind="propose"), Brakes(proposals=5), ["proposals"], id="p"
        ),
        pytest.param(plan(30), Brakes(), [], id="a share at the limit"),
        pytest.param(plan(31), Brakes(), ["share"], id="one account more"),
        pytest.param(plan(29, 29), Brakes(), [], id="few accounts have no share"),
        pytest.param(plan(30, 30), Brakes(), ["share"], id="from 30 accounts up"),
        pytest.param(plan(90, overdue=-3), Brakes(), [], id="courtesy notes"),
        pytest.param(plan(90, overdue=0), Brakes(), [], id="on the due date"),
        pytest.param(plan(90, kind="thank"), Brakes(), [], id="thanks are no chasing"),
    ],
)
def test_how_much_is_too_much(of: Plan, limits: Brakes, expected: list[str]) -> None:
    assert names(of, limits) == expected


def test_an_account_counts_once() -> None:
    twice = replace(plan(20), actions=plan(20).actions * 2)
    assert names(twice, Brakes()) == []


def test_a_refreshed_proposal_is_no_new_one() -> None:
    asked = sending(1, kind="propose")
    again = replace(asked, decision="2026-10-01-notice")
    known = Plan(TODAY, (again,) * 3)
    assert names(known, Brakes(proposals=2)) == []


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"EUR": "60.00"}, []),
        ({"EUR": "59.99"}, ["money"]),
        ({"JPY": "29", "EUR": "59.99"}, ["money", "money"]),
        ({"USD": "0.00"}, []),
    ],
)
def test_money_is_counted_by_currency(
    limits: Mapping[str, str], expected: list[str]
) -> None:
    money = {code: parse_amount(text, code) for code, text in limits.items()}
    assert names(plan(6), Brakes(money=money)) == expected


def test_the_message_has_the_numbers_the_key_and_the_way_on() -> None:
    found = brakes(plan(40), Settings(CREDITOR, brakes=Brakes(share=Decimal("0.3"))))
    assert found[0].message == (
        "the plan writes to 40 of 100 accounts (40%), more than the 30% allowed;"
        " nothing was done: look at 'goodterms plan', then change brakes.share in"
        " goodterms.yaml or go ahead with 'goodterms run --release share'"
    )


@pytest.mark.parametrize(
    ("until", "allowed", "stale"),
    [
        pytest.param("2026-10-08", 0, None, id="today's"),
        pytest.param("2026-10-07", 0, "1 business days ago", id="yesterday's"),
        pytest.param("2026-10-02", 4, None, id="a weekend between does not count"),
        pytest.param("2026-10-02", 3, "4 business days ago", id="one day older"),
        pytest.param("2026-10-01", 4, None, id="nor does a holiday"),
        pytest.param("2026-10-09", 9, "which is after 2026-10-08", id="ahead"),
        pytest.param(None, 99, "is missing", id="unknown"),
    ],
)
def test_how_old_is_too_old(until: str | None, allowed: int, stale: str | None) -> None:
    calendar = Calendar(frozenset(range(5)), {date(2026, 10, 2)})
    sources = {"payments": date.fromisoformat(until)} if until else {}
    settings = Settings(CREDITOR, fresh={"payments": allowed})
    found = staleness(sources, settings, TODAY, calendar)
    assert [brake.name for brake in found] == (["fresh"] if stale else [])
    assert stale is None or stale in found[0].message


def test_sources_nobody_asks_for_are_not_missed() -> None:
    calendar = Calendar(frozenset(range(5)))
    assert staleness({}, Settings(CREDITOR), TODAY, calendar) == ()
