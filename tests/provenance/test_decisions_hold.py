"""A decision holds only while its step is still next and still due."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.decision.plan import plan_account
from goodterms.model.ledger import Account, Credit, Invoice
from goodterms.model.policy import Migration
from tests.decision.test_properties import PLAYS
from tests.decision.test_proposal_effects import ASKED_ON, approved, asked, one
from tests.support.factory import (
    STANDARD,
    account,
    day,
    does,
    invoice,
    met,
    money,
    plan_on,
    upto,
    when,
)
from tests.support.generated_ledgers import play

Change = Callable[[Invoice], Invoice]


def due(on: str) -> Change:
    """Correct the due date."""
    return lambda old: replace(old, due=day(on))


def credited(amount: str) -> Change:
    """Add a credit note of the day after the proposal."""
    note = Credit(day("2026-12-01"), money(amount))
    return lambda old: replace(old, credits=(note,))


def changed(at: Account, change: Change) -> Account:
    """Change the account's one invoice."""
    return replace(at, invoices=tuple(change(each) for each in at.invoices))


MOVED = [
    pytest.param(due("2026-11-10"), "due on 2026-11-10: final-notice is not due"),
    pytest.param(due("2027-01-29"), "its next step is courtesy-note now"),
]


@pytest.mark.parametrize(("change", "why"), MOVED)
@pytest.mark.parametrize("yes", [False, True])
def test_a_corrected_due_date_ends_it(change: Change, why: str, *, yes: bool) -> None:
    at = approved(asked(), "2026-12-01") if yes else asked()

    made = plan_on(changed(at, change), "2026-12-02")

    assert does(made, "send", "place", "propose") == []
    assert one(made, "close").state == "void"
    assert why in one(made, "close").why[0]


def test_a_due_date_that_leaves_the_step_due_is_only_asked_about_again() -> None:
    """The letter says the due date, so an approval is bound to it too."""
    sooner = changed(asked(), due("2026-09-30"))
    agreed = changed(approved(asked(), "2026-12-01"), due("2026-09-30"))

    assert does(plan_on(sooner, "2026-12-02")) == ["propose final-notice: (INV-1)"]
    assert does(plan_on(agreed, "2026-12-02")) == [
        "close final-notice: (INV-1)",
        "propose final-notice: INV-1",
    ]


WITH_WHEN = replace(
    STANDARD,
    ladder=tuple(
        replace(step, when=when("overdue >= 250"))
        if step.name == "final-notice"
        else step
        for step in STANDARD.ladder
    ),
)


@pytest.mark.parametrize("yes", [False, True])
def test_a_condition_that_has_become_false_ends_it(*, yes: bool) -> None:
    at = asked(None, ASKED_ON, WITH_WHEN)
    at = approved(at, "2026-12-01") if yes else at

    held = plan_on(at, "2026-12-02", WITH_WHEN)
    made = plan_on(changed(at, credited("1090.00")), "2026-12-02", WITH_WHEN)

    assert does(held) == (["send final-notice: INV-1"] if yes else [])
    assert does(made, "send", "propose") == []
    assert one(made, "close").why == (
        "INV-1: final-notice is skipped: not the case: overdue >= 250",
    )


@pytest.mark.parametrize("yes", [False, True])
def test_a_new_version_that_takes_over_ends_it(*, yes: bool) -> None:
    newer = replace(STANDARD, version=4, migrates=Migration((3,)))
    at = approved(asked(), "2026-12-01") if yes else asked()

    made = plan_on(at, "2026-12-02", STANDARD, newer)

    assert one(made, "close").state == "void"
    assert "standard@4" in one(made, "close").why[0]


def test_a_step_that_a_person_took_ends_a_proposal() -> None:
    at = replace(asked(), records=(met("2026-12-01", "INV-1", step="final-notice"),))

    made = plan_on(at, "2026-12-02")

    assert "its next step is triage" in one(made, "close").why[0]


def test_what_only_waits_for_a_day_still_holds() -> None:
    """A Saturday, or a limit, does not end an approval."""
    at = approved(asked(), "2026-12-04")

    assert does(plan_on(at, "2026-12-05")) == []
    assert does(plan_on(at, "2026-12-07")) == ["send final-notice: INV-1"]


@given(st.integers(0, PLAYS - 1))
def test_what_is_carried_out_is_what_the_day_would_propose(seed: int) -> None:
    """Without the proposal the same step would be proposed for the same invoices.

    Or it would wait for nothing but another proposal of the case, which makes one
    at a time, the firmest first.
    """
    for turn in play(seed):
        for action in turn.made.actions:
            if not action.decision or action.kind not in ("send", "place", "write-off"):
                continue
            without = tuple(d for d in turn.before.journal if d.id != action.decision)
            mine = {line.id for line in action.invoices}
            fresh = plan_account(replace(turn.before, journal=without), turn.rules)
            asks = {
                line.id
                for each in fresh.actions
                if each.kind == "propose" and each.step == action.step
                for line in (*each.invoices, *each.listed)
            }

            behind = {
                wait.invoice
                for wait in fresh.waiting
                if wait.why[0].endswith(("is proposed first", "is still open"))
            }
            assert mine <= asks | behind


def test_an_account_that_was_never_asked_is_not_touched() -> None:
    at = account(invoice(), journal=upto("formal-letter"))

    assert does(plan_on(at, ASKED_ON)) == ["propose final-notice: INV-1"]
