"""What is foretold is what comes, if nothing changes; no day that has passed."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from goodterms.decision.plan import plan_account
from goodterms.decision.state.account_state import account_state
from goodterms.decision.state.condition_facts import facts
from goodterms.model.ledger import Account
from goodterms.model.policy import Policy, Step
from goodterms.views.explain import explain
from tests.support.factory import (
    FORMAL,
    FRIENDLY,
    STANDARD,
    account,
    briefed,
    does,
    invoice,
    ladder,
    next_on,
    pause,
    plan_on,
    reply,
    rules_on,
    sent,
    step,
    upto,
    when,
)

DAYS = [date(2026, 9, 20) + timedelta(days=number) for number in range(0, 130, 3)]


def told(at: Account, on: str) -> str:
    """Explain an account."""
    rules = rules_on(on)
    return explain(at, rules, plan_account(at, rules))


LIVES = {
    "never written to": account(invoice()),
    "small": account(invoice(total="200.00")),
    "written to": account(journal=upto("friendly-reminder")),
    "written to late": account(journal=[sent("2026-10-30", "friendly-reminder")]),
    "paused": account(records=[pause("2026-10-05", "2026-10-20")]),
    "due on a holiday": account(invoice(due="2026-12-25")),
    "due before a step": account(invoice(due="2026-10-11")),
}


def settled(at: Account) -> list[date]:
    """List the days on which all that the account will ever know is known."""
    facts_ = [record.on for record in at.records]
    facts_ += [document.on for document in at.journal if document.on]
    return [day for day in DAYS if day >= max(facts_, default=DAYS[0])]


@pytest.mark.parametrize("life", LIVES)
def test_the_step_foretold_comes_on_its_day_and_none_before(life: str) -> None:
    for day in settled(LIVES[life]):
        (wait,) = plan_on(LIVES[life], str(day)).waiting or [None]
        if wait is None or wait.next is None or wait.next.on is None:
            continue
        assert wait.next.on > day
        came = plan_on(LIVES[life], str(wait.next.on)).actions
        assert [each.step for each in came if each.kind != "task"] == [wait.next.step]
        before = plan_on(LIVES[life], str(wait.next.on - timedelta(days=1)))
        assert [each for each in before.actions if each.kind != "task"] == []


@pytest.mark.parametrize("life", LIVES)
def test_explain_names_no_day_to_come_that_has_passed(life: str) -> None:
    for day in DAYS:
        for line in told(LIVES[life], str(day)).splitlines():
            ahead = re.search(r"(?:not before|next, on|then \S+ on) (\S+)", line)
            assert ahead is None or date.fromisoformat(ahead[1]) >= day, line


def test_the_next_step_is_on_one_day_in_plan_and_explanation() -> None:
    at = account(journal=[sent("2026-10-30", "friendly-reminder")])
    (wait,) = plan_on(at, "2026-11-02").waiting
    assert wait.next
    assert f"{wait.next.step}: next, on {wait.next.on} if" in told(at, "2026-11-02")


def test_limits_are_counted_in_today_s_message_included() -> None:
    two = account(
        invoice("INV-1", total="200.00"),
        invoice("INV-2", total="200.00", due="2026-10-03"),
        journal=[sent("2026-10-01", "courtesy-note", "INV-2")],
    )
    made = plan_on(two, "2026-10-08")
    assert [each.step for each in made.actions] == ["friendly-reminder"]
    (wait,) = made.waiting
    assert wait.next
    assert str(wait.next.on) == "2026-10-13"  # five days after today's, not the 12th


def test_a_when_is_judged_by_the_facts_of_its_day() -> None:
    step = Step("nudge", 0, 10, channel="email", tone="warm", template="courtesy-note")
    ladder = (
        replace(step, when=when("days_overdue >= 10 and oldest_days_overdue >= 10")),
        replace(step, name="later", index=1, offset=20),
    )
    (wait,) = plan_on(account(), "2026-10-02", replace(STANDARD, ladder=ladder)).waiting
    assert wait.next
    assert (wait.next.step, str(wait.next.on)) == ("nudge", "2026-10-12")


@pytest.mark.parametrize("life", LIVES)
def test_the_facts_of_a_day_ahead_are_those_of_the_day(life: str) -> None:
    at = replace(LIVES[life], records=(*LIVES[life].records, reply("2026-09-15")))
    for ahead in (1, 7, 40):
        later = date(2026, 10, 30) + timedelta(days=ahead)
        now = account_state(at, rules_on("2026-10-30"))
        then = account_state(at, rules_on(str(later)))
        assert facts(now, now.open_invoices[0], later) == facts(
            then, then.open_invoices[0]
        )


def test_a_call_that_nobody_made_is_not_made() -> None:
    at = account(
        journal=[
            *upto("friendly-reminder"),
            briefed("2026-10-22"),
            sent("2026-11-05", "payment-options"),
        ]
    )
    said = told(at, "2026-11-10")
    assert "personal-call: not made, handed out on 2026-10-22" in said


def test_the_balance_and_the_address_stand_at_the_top() -> None:
    at = account(
        invoice("INV-1", total="100.00"),
        invoice("INV-2", total="50.00", due="2026-12-01"),
        invoice("INV-3", total="70.00", currency="USD"),
    )
    head = told(at, "2026-10-20").split("\n\n")[0] + "\n"
    assert "  balance 150.00 EUR, 100.00 EUR of it overdue\n" in head
    assert "  balance 70.00 USD, 70.00 USD of it overdue\n" in head
    assert "  address " in head
    assert "  written to Petra Vogel, ap@acme.example\n" in head


def unhurried(last: int) -> Policy:
    """Return a policy without limits whose last step comes at an offset."""
    formal = replace(FORMAL, channel="email")
    return replace(
        STANDARD, limits=(), ladder=ladder(FRIENDLY, formal, step("last-call", last))
    )


HIGH = account(
    invoice("INV-1"),
    invoice("INV-2", due="2026-11-12"),
    journal=(
        sent("2026-10-08", "friendly-reminder"),
        sent("2026-11-16", "formal-letter"),
    ),
)
BEFORE = ["2026-11-17", "2026-11-18", "2026-11-19", "2026-11-29"]


@pytest.mark.parametrize("on", BEFORE)
def test_a_lower_step_is_foretold_for_when_it_may_go_alone(on: str) -> None:
    made = plan_on(HIGH, on, unhurried(120))
    assert next_on(made, "INV-2") == "friendly-reminder 2026-12-03"
    assert does(plan_on(HIGH, "2026-12-02", unhurried(120))) == []
    assert does(plan_on(HIGH, "2026-12-03", unhurried(120))) == [
        "send friendly-reminder: INV-2"
    ]


@pytest.mark.parametrize("on", BEFORE)
def test_a_lower_step_is_foretold_for_the_day_of_a_firmer_message(on: str) -> None:
    made = plan_on(HIGH, on, unhurried(60))
    assert next_on(made, "INV-2") == "friendly-reminder 2026-11-30"
    (said,) = plan_on(HIGH, "2026-11-30", unhurried(60)).actions
    assert {line.id: line.step for line in said.invoices} == {
        "INV-1": "last-call",
        "INV-2": "friendly-reminder",
    }
