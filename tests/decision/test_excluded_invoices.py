"""A message about some invoices of a case names the others, and why they are out."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.model.journal import JournalDocument
from goodterms.model.plan import (
    AccountPlan,
    Action,
    ExcludedInvoice,
    ExclusionReason,
    InvoiceLine,
)
from goodterms.model.records import Record
from tests.support.factory import (
    STANDARD,
    account,
    briefed,
    cash,
    day,
    dispute,
    extension,
    instalments,
    invoice,
    pause,
    plan_on,
    promise,
    proposed,
    sent,
)
from tests.support.generated_ledgers import play
from tests.support.sample_messages import DISCOUNT, INSTALMENTS, TODAY, worded
from tests.support.sample_messages import account as customer
from tests.support.sample_messages import action as message
from tests.support.sample_messages import invoice as bill

FREE = replace(STANDARD, limits=())


def message_of(made: AccountPlan) -> Action:
    """Return the message of a plan."""
    return next(a for a in made.actions if a.kind in ("send", "call"))


@pytest.mark.parametrize(
    ("records", "journal", "reason", "until"),
    [
        pytest.param(
            [dispute("2026-10-06", "2026-12-01", "INV-2")],
            [],
            "clarification",
            None,
            id="disputed",
        ),
        pytest.param(
            [promise("2026-10-06", "2026-10-26", None, "INV-2")],
            [],
            "promised",
            "2026-10-26",
            id="promised: by the day promised, not the end of the grace",
        ),
        pytest.param(
            [extension("2026-10-06", "2026-11-02", "INV-2")],
            [],
            "extended",
            "2026-11-02",
            id="extended",
        ),
        pytest.param(
            [instalments("2026-10-06", [("2026-12-01", "111.00")], "INV-2")],
            [],
            "instalments",
            None,
            id="by instalments",
        ),
        pytest.param(
            [],
            [proposed("2026-10-06", "friendly-reminder", "INV-2")],
            "separately",
            None,
            id="a decision about it is pending",
        ),
        pytest.param(
            [],
            [sent("2026-10-05", "triage", "INV-2", kind="place")],
            "separately",
            None,
            id="placed",
        ),
    ],
)
def test_what_is_left_out_is_named_with_its_reason(
    records: list[Record], journal: list[object], reason: str, until: str | None
) -> None:
    two = account(
        invoice("INV-1", total="300.00"),
        invoice("INV-2", total="111.00", due="2026-10-05"),
        records=records,
        journal=journal,  # type: ignore[arg-type]
    )

    made = message_of(plan_on(two, "2026-10-12", FREE))

    assert [line.id for line in made.invoices] == ["INV-1"]
    assert [(a.line.id, a.reason, a.until) for a in made.apart] == [
        ("INV-2", reason, day(until) if until else None)
    ]


def test_what_cash_covers_is_named_and_other_currencies_are_not() -> None:
    three = account(
        invoice("INV-1", total="111.00", due="2026-09-28"),
        invoice("INV-2", total="300.00"),
        invoice("INV-3", due="2026-10-02", currency="USD"),
        records=[
            cash("2026-09-30", "111.00"),
            dispute("2026-10-06", "2026-12-01", "INV-3"),
        ],
    )

    made = message_of(plan_on(three, "2026-10-12", FREE))

    assert [(a.line.id, a.reason) for a in made.apart] == [("INV-1", "covered")]


def test_who_calls_is_told_what_the_call_is_not_about() -> None:
    two = account(
        invoice("INV-1"),
        invoice("INV-2", due="2026-10-05"),
        journal=[sent("2026-10-08", "friendly-reminder")],
        records=[dispute("2026-10-06", "2026-12-01", "INV-2")],
    )

    made = message_of(plan_on(two, "2026-10-22"))

    assert made.kind == "call"
    assert [(a.line.id, a.reason) for a in made.apart] == [("INV-2", "clarification")]


def test_a_call_still_to_be_made_is_left_out_of_a_letter_about_another() -> None:
    """Approved or not, a message never reads as if it were about all."""
    two = account(
        invoice("INV-1"),
        invoice("INV-2", due="2026-10-05"),
        journal=[briefed("2026-10-26", "INV-2")],
    )

    made = plan_on(two, "2026-10-27", FREE)

    assert [a.line.id for a in message_of(made).apart] == []
    assert [line.id for line in message_of(made).invoices] == ["INV-1", "INV-2"]


@given(st.integers(0, 159))
def test_a_message_shows_or_names_every_overdue_invoice_of_its_case(seed: int) -> None:
    for turn in play(seed):
        overdue = {
            wait.invoice: wait.open.currency
            for wait in turn.made.waiting
            if wait.days_overdue > 3 and wait.open
        }
        for action in turn.of("send", "call"):
            if not action.invoices or action.step == "instalment":
                continue
            shown = (*action.invoices, *action.listed)
            named = {line.id for line in shown} | {a.line.id for a in action.apart}
            cases = {line.open.currency for line in shown}
            assert {i for i, cur in overdue.items() if cur in cases} <= named
            assert not {line.id for line in shown} & {a.line.id for a in action.apart}


@pytest.mark.parametrize(
    ("journal", "expected"),
    [
        pytest.param((), [("INV-1", "another", None)], id="never written about"),
        pytest.param(
            (sent("2026-10-08", "friendly-reminder", "INV-1"),),
            [("INV-1", "written", "2026-10-08")],
            id="written about",
        ),
    ],
)
def test_nothing_is_promised_that_may_never_come(
    journal: tuple[JournalDocument, ...], expected: list[tuple[str, str, str | None]]
) -> None:
    """Somebody asked for a pause about INV-1: nobody is going to write about it."""
    two = account(
        invoice("INV-1"),
        invoice("INV-2", due="2026-10-19"),
        journal=journal,
        records=[pause("2026-10-20", "2026-12-20", invoices=("INV-1",))],
    )
    made = message_of(plan_on(two, "2026-10-26", FREE))
    found = [(a.line.id, a.reason, a.until and str(a.until)) for a in made.apart]
    assert found == expected


# ---------------------------------------------------------------------- the words

TEMPLATES = (
    "friendly-reminder",
    "payment-options",
    "formal-letter",
    "final-notice",
    "offer-instalments",
    "offer-discount",
    "call-brief",
)


@pytest.mark.parametrize(
    ("language", "reason", "until", "words"),
    [
        ("en", "written", "2026-10-26", "we wrote to you about it on 26 Oct 2026"),
        (
            "de",
            "written",
            "2026-10-26",
            "haben wir Ihnen geschrieben am 26.10.2026",
        ),
        ("en", "another", None, "another matter"),
        ("de", "another", None, "ein anderer Vorgang"),
    ],
)
def test_where_the_others_are_dealt_with(
    language: str, reason: ExclusionReason, until: str | None, words: str
) -> None:
    at = customer(bill("INV-1"), language=language)
    plain = message("formal-letter", at)
    made = worded(replace(plain, apart=(left_out(reason, until),)), at)
    assert words in " ".join(made.text.split())


def left_out(
    reason: ExclusionReason = "clarification", until: str | None = None
) -> ExcludedInvoice:
    """Leave out INV-9, due on 2026-10-05."""
    of = bill("INV-9", "2026-10-05")
    days = (TODAY - of.due).days
    row = InvoiceLine(of.id, of.total, of.total, of.due, days, None, STANDARD.ref)
    return ExcludedInvoice(row, reason, day(until) if until else None)


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize(
    ("language", "some", "every", "reason"),
    [
        ("en", ("hese 2 of your invoices", "On these invoices"), "Your 2", "in clar"),
        ("de", ("iese 2 Ihrer", "iesen 2 Ihrer"), "Ihre 2 unten", "in Klärung"),
    ],
)
def test_the_shipped_words_say_these_and_name_the_rest(
    template: str, language: str, some: tuple[str, str], every: str, reason: str
) -> None:
    at = customer(bill("INV-1"), bill("INV-2"), language=language)
    kind = "call" if template == "call-brief" else "send"
    if kind == "call" and language == "de":
        pytest.skip("a brief is for us, in our own language")
    offer = DISCOUNT if template == "offer-discount" else INSTALMENTS
    plain = message(template, at, kind=kind, offer=offer)
    text = " ".join(worded(replace(plain, apart=(left_out(),)), at).text.split())
    whole = " ".join(worded(plain, at).text.split())

    assert any(words in text for words in some)
    assert every not in text
    assert "INV-9" in text
    assert reason in text
    assert "INV-9" not in whole
    assert not any(words in whole for words in some)


@pytest.mark.parametrize(
    ("reason", "until", "expected"),
    [
        ("promised", "2026-12-01", "payment is promised by 1 Dec 2026"),
        ("instalments", None, "paid by the instalments agreed on"),
        ("extended", "2026-12-01", "there is more time until 1 Dec 2026"),
        ("covered", None, "covered by what has been received or credited"),
        ("small", None, "only a small rest is open"),
        ("separately", None, "written about separately"),
    ],
)
def test_every_reason_has_its_words(
    reason: ExclusionReason, until: str | None, expected: str
) -> None:
    at = customer(bill("INV-1"))
    made = worded(
        replace(message("formal-letter", at), apart=(left_out(reason, until),)), at
    )

    for shown in (made.text, made.html):
        assert f"INV-9, due 5 Oct 2026: {expected}" in " ".join(shown.split())
