"""The dashboard, and the summary of a run."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings

from goodterms.model.plan import (
    Action,
    InvoiceLine,
    Plan,
    Standing,
    TaskOption,
    WaitingInvoice,
)
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.problem import Place, Problem
from goodterms.views import (
    Dashboard,
    DashboardProposal,
    LastRun,
    dashboard_page,
    doctor_summary,
    read_marker,
    step_summary,
)
from goodterms.views.dashboard import MOST
from goodterms.views.page_layout import LONGEST_BODY
from goodterms.views.step_summary import LONGEST_SUMMARY
from tests.support.factory import SETTINGS, day, money
from tests.support.read_pages import names_found, seen
from tests.views.test_markdown import TEXTS


def task(owner: str | None, name: str, why: str, account: str = "acme") -> Action:
    """Return a task that has waited for two days, about 500 EUR, and has a form."""
    return Action(
        id="x",
        kind="task",
        account=account,
        step=name,
        owner=owner,
        why=(why,),
        since=day("2026-12-01"),
        at_stake=(money("500.00"),),
        way_out=TaskOption("goodterms record reply acme --by dana --answered", "reply"),
    )


def held(standing: Standing, why: str, invoice: str = "INV-1") -> WaitingInvoice:
    """Return an invoice of 100 EUR that is not chased, three days overdue."""
    return WaitingInvoice(
        "acme", invoice, standing, why=(why,), open=money("100.00"), days_overdue=3
    )


PLAN = Plan(
    as_of=day("2026-12-03"),
    actions=(
        Action(id="acme/2026-12-03-friendly", kind="send", account="acme", step="f"),
        task("dana", "unanswered-reply", "they replied on 2026-12-01"),
        task("omar", "call-to-make", "call, then record it", "blum"),
        task(None, "unapplied-cash", "500.00 EUR received"),
    ),
    waiting=(
        held("dispute", "disputed on 2026-11-20, review by 2026-12-10"),
        held("promise", "promised 600.00 by 2026-12-05", "INV-2"),
        held("dispute", "disputed on 2026-11-21, review by 2026-12-10", "INV-3"),
        held("waiting", "formal-letter is due from 2026-12-10", "INV-4"),
        held("deciding", "proposal x waits for a decision", "INV-5"),
    ),
    accounts=9,
    customers={"acme": "ACME GmbH", "blum": "Blum & Co"},
)
BOARD = Dashboard(
    plan=PLAN,
    settings=SETTINGS,
    run=LastRun(
        at="2026-12-03T07:23:00Z",
        ok=True,
        summary="1 message sent",
        url="https://f.example/r/7",
    ),
    figures=(("sent", "1"),),
    proposals=(
        DashboardProposal(
            "acme/2026-11-30-final-notice",
            "ACME GmbH",
            "final-notice",
            (money("1190.00"),),
            day("2026-11-30"),
            day("2026-12-14"),
            "https://f.example/pull/7",
        ),
        DashboardProposal(
            "blum/2026-11-20-triage",
            "Blum & Co",
            "triage",
            (),
            day("2026-11-20"),
            day("2026-12-11"),
        ),
    ),
    doubts=("acme/2026-12-01-formal-letter",),
)


def test_the_dashboard(golden: Callable[[str, str], None]) -> None:
    made = dashboard_page(BOARD)
    golden("page-dashboard.md", f"{made.title}\n\n{made.body}")
    assert made.labels == ("goodterms", "dashboard")
    assert made.assignee_key is None


def test_proposals_stand_by_age() -> None:
    text = seen(dashboard_page(BOARD).body).text
    assert text.index("Blum & Co triage 13 days") < text.index("ACME GmbH")


def test_a_refused_decision_says_so_in_place_of_its_age() -> None:
    refused = replace(BOARD.proposals[1], refused=True)
    text = seen(dashboard_page(replace(BOARD, proposals=(refused,))).body).text
    assert "Blum & Co triage refused" in text


def test_held_invoices_are_counted_by_what_stops_them() -> None:
    body = dashboard_page(BOARD).body
    text = " ".join(seen(body).text.split())
    assert "dispute: 2 invoices, 200.00 EUR" in text
    assert "promise: 1 invoice, 100.00 EUR" in text
    assert "formal-letter is due from" not in body


def test_tasks_stand_by_person() -> None:
    body = dashboard_page(BOARD).body
    assert "<summary>Dana Lindqvist: 1 task</summary>" in body
    assert "<summary>no owner: 1 task</summary>" in body


def test_tasks_say_whose_they_are_what_is_at_stake_and_where_they_are_settled() -> None:
    board = replace(BOARD, repository="https://f.example/linden/books")
    page = seen(dashboard_page(board).body)
    told = "they replied on 2026-12-01 (500.00 EUR, for 2 days) Write it down"
    assert f"ACME GmbH acme unanswered-reply: {told}" in page.text
    form = "https://f.example/linden/books/issues/new?template=reply.yml&account=acme"
    assert form in page.links


@pytest.mark.parametrize(
    ("run", "told"),
    [
        ({}, "Last run Thu 3 Dec 2026, 08:23 went well: 1 message sent"),
        ({"ok": False}, "needs attention"),
        ({"missed": "2 runs since Tue 1 Dec"}, "Missed: 2 runs since Tue 1 Dec"),
    ],
)
def test_the_last_run(run: dict[str, object], told: str) -> None:
    board = replace(BOARD, run=replace(BOARD.run, **run))  # type: ignore[arg-type]
    assert told in seen(dashboard_page(board).body).text


def test_what_is_overdue_is_added_up_by_currency_and_counted_once() -> None:
    ref = PolicyRef("standard", 3)
    line = InvoiceLine(
        "INV-9", money("25.00"), money("25.00"), day("2026-11-29"), 4, None, ref
    )
    yen = replace(held("promise", "promised"), invoice="INV-8", open=money("9", "JPY"))
    early = replace(held("waiting", "not due"), invoice="INV-7", days_overdue=-2)
    send = replace(PLAN.actions[0], invoices=(line,))
    hold = replace(send, kind="hold")
    plan = replace(PLAN, actions=(send, hold), waiting=(*PLAN.waiting, yen, early))
    text = seen(dashboard_page(replace(BOARD, plan=plan)).body).text
    assert "Overdue 525.00 EUR9 JPY" in text.replace("\u00a0", " ")


def test_it_leads_to_the_forms() -> None:
    there = "https://f.example/issues/new/choose"
    assert there in dashboard_page(replace(BOARD, forms=there)).body


def test_nothing_waits_nothing_is_shown() -> None:
    quiet = replace(BOARD, plan=Plan(day("2026-12-03")), proposals=(), doubts=())
    body = dashboard_page(quiet).body
    assert "###" not in body


def test_equal_boards_have_equal_markers() -> None:
    assert dashboard_page(BOARD) == dashboard_page(
        replace(BOARD, figures=BOARD.figures)
    )
    other = dashboard_page(replace(BOARD, doubts=()))
    assert other.marker != dashboard_page(BOARD).marker


def test_long_lists_are_counted_and_fit() -> None:
    plan = replace(
        PLAN,
        actions=tuple(task("dana", "x", "why " * 90) for _ in range(900)),
        waiting=tuple(held("dispute", "why " * 90, f"INV-{n}") for n in range(900)),
    )
    body = dashboard_page(replace(BOARD, plan=plan)).body
    assert len(body) <= LONGEST_BODY
    assert body.count(f"and {900 - MOST} more") == 2


@given(TEXTS)
@settings(max_examples=30, deadline=None)
def test_no_text_changes_the_dashboard(text: str) -> None:
    plain, made = _written("x"), _written(text)
    assert seen(made).elements == seen(plain).elements
    assert names_found(made) == set()
    assert read_marker(made) is not None


def _written(text: str) -> str:
    first = replace(BOARD.proposals[0], customer=text, step=text)
    plan = replace(
        PLAN,
        actions=(task(text, text, text),),
        waiting=(held("dispute", text),),
        customers={"acme": text},
    )
    run = replace(BOARD.run, summary=text, missed=f"x{text}")
    board = replace(BOARD, plan=plan, run=run, proposals=(first,))
    return dashboard_page(replace(board, figures=((text, text),))).body


# ------------------------------------------------------------- the step summary

WRONG = Problem(Place("ledger/acme/account.yaml", 3, 1), "unknown key 'nmae'")


def test_the_summary_of_a_run(golden: Callable[[str, str], None]) -> None:
    lines = ["claim    send acme/2026-12-03-friendly", "deliver  sent <it>"]
    golden(
        "page-summary.md",
        step_summary("1 message sent", lines, [WRONG], PLAN, [("Sent", "1")]),
    )


def test_what_the_doctor_found_can_be_followed_and_the_rest_is_folded_away() -> None:
    found = [
        ("ok", "git", "origin answers"),
        ("broken", "last run", "none; see https://f.example/actions > Run workflow"),
    ]
    shown = seen(doctor_summary(found))
    assert shown.text == (
        "Doctor broken last run: none; see https://f.example/actions > Run workflow"
        " 1 check in order git: origin answers"
    )
    assert "https://f.example/actions" in doctor_summary(found)
    assert "All is set up." in doctor_summary(found[:1])


def test_a_run_that_did_nothing_says_no_more() -> None:
    assert step_summary("Nothing was due", []) == "**Nothing was due**\n"


def test_a_summary_never_is_too_long() -> None:
    actions = (task("dana", "x", "why " * 90),) * 5000
    long = step_summary(
        "ended", ["line"] * 5000, [WRONG] * 900, replace(PLAN, actions=actions)
    )
    assert len(long.encode()) <= LONGEST_SUMMARY
    assert long.endswith("see it with `goodterms plan`.\n")
    assert "and 700 more" in long
    assert "and 4000 more lines" in long
    seen(long)


@given(TEXTS)
@settings(max_examples=30, deadline=None)
def test_no_text_opens_or_closes_anything_in_a_summary(text: str) -> None:
    wrong = replace(WRONG, what=text, place=Place(text))
    found = seen(step_summary(text, [f"x{text}"], [wrong], None, [(text, text)]))
    plain = seen(step_summary("x", ["x"], [WRONG], None, [("x", "x")]))
    assert [e for e in found.elements if not e.endswith("code")] == [
        e for e in plain.elements if not e.endswith("code")
    ]
