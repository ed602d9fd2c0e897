"""The same words are not said to a case again and again."""

from dataclasses import replace
from datetime import date

import pytest

from goodterms.decision.plan import plan_account
from goodterms.model.journal import JournalRow
from goodterms.model.ledger import Account
from goodterms.model.plan import OngoingConversation
from goodterms.model.policy import Limit, Policy
from tests.support.factory import (
    CALL,
    COURTESY,
    FORMAL,
    FRIENDLY,
    OPTIONS,
    STANDARD,
    account,
    bounce,
    call,
    day,
    does,
    invoice,
    ladder,
    later,
    met,
    money,
    next_on,
    plan_on,
    rules_on,
    sent,
    standing,
    step,
    upto,
    waiting,
)
from tests.support.play_days import days, run, story
from tests.support.sample_messages import TODAY, worded
from tests.support.sample_messages import account as customer
from tests.support.sample_messages import action as message
from tests.support.sample_messages import invoice as bill

AGAIN = replace(
    STANDARD, limits=(), again=21, ladder=ladder(FRIENDLY, replace(OPTIONS, offset=30))
)
#: INV-1 was reminded on 2026-10-08; the reminder of INV-2 is due on 2026-10-15.
TOLD = upto("friendly-reminder", "INV-1")
TWO = account(invoice("INV-1"), invoice("INV-2", due="2026-10-08"), journal=TOLD)


def weekly(count: int = 12) -> Account:
    """Return an account with an invoice a week, the first due on 2026-10-01."""
    bills = [
        invoice(f"INV-{n:02}", due=later("2026-10-01", 7 * n), total="100.00")
        for n in range(count)
    ]
    return account(*bills)


def test_what_the_case_heard_lately_is_not_said_alone() -> None:
    made = plan_on(TWO, "2026-10-15", AGAIN)

    assert does(made) == []
    assert standing(made, "INV-2") == "one-conversation"
    assert waiting(made, "INV-2").why[0] == (
        "this case heard friendly-reminder on 2026-10-08; not alone again before"
        " 2026-10-29, but with the next message of the case"
    )
    assert next_on(made, "INV-2") == "friendly-reminder 2026-10-29"


def test_after_the_time_it_is_said_and_shows_the_whole_conversation() -> None:
    made = plan_on(TWO, "2026-10-29", AGAIN)

    assert does(made) == ["send friendly-reminder: INV-2 (INV-1)"]
    assert made.actions[0].running == OngoingConversation(day("2026-10-08"), 1)


def test_with_a_firmer_message_of_the_case_it_goes_along_at_once() -> None:
    sooner = replace(AGAIN, ladder=ladder(FRIENDLY, replace(OPTIONS, offset=16)))

    assert story(TWO, days("2026-10-15", "2026-10-20"), sooner) == [
        "2026-10-19 send payment-options: INV-1 INV-2/friendly-reminder"
    ]


@pytest.mark.parametrize(
    ("change", "policy"),
    [
        pytest.param({}, replace(AGAIN, again=0), id="no such rule"),
        pytest.param(
            {"records": (bounce("2026-10-09", TOLD[0].id),), "journal": TOLD},
            AGAIN,
            id="it bounced",
        ),
        pytest.param(
            {"journal": (replace(TOLD[0], state="failed"),)}, AGAIN, id="it failed"
        ),
        pytest.param(
            {"records": (met("2026-10-08", "INV-1", step="friendly-reminder"),)},
            AGAIN,
            id="a person said it in their own words",
        ),
        pytest.param(
            {"journal": (sent("2026-10-08", "courtesy-note", "INV-1"),)},
            replace(AGAIN, ladder=ladder(COURTESY, FRIENDLY)),
            id="it was another step",
        ),
    ],
)
def test_what_was_not_heard_can_be_said(
    change: dict[str, object], policy: Policy
) -> None:
    at = replace(TWO, **({"journal": ()} | change if change else {}))  # type: ignore[arg-type]

    assert any("INV-2" in line for line in does(plan_on(at, "2026-10-15", policy)))


def test_another_currency_is_another_conversation() -> None:
    at = account(
        invoice("INV-1"),
        invoice("INV-2", due="2026-10-08", currency="USD"),
        journal=TOLD,
    )

    assert does(plan_on(at, "2026-10-15", AGAIN)) == ["send friendly-reminder: INV-2"]


def test_what_was_paid_since_was_heard_all_the_same() -> None:
    """Who pays at each reminder hears one in three weeks, not one a week."""
    paid = invoice("INV-1", paid=[("2026-10-12", "1190.00")])
    at = account(paid, invoice("INV-2", due="2026-10-08"), journal=TOLD)

    assert standing(plan_on(at, "2026-10-16", AGAIN), "INV-2") == "one-conversation"
    made = plan_on(at, "2026-10-29", AGAIN)
    assert does(made) == ["send friendly-reminder: INV-2"]
    assert made.actions[0].running is None


def test_an_invoice_a_week_is_one_message_in_three() -> None:
    only = replace(AGAIN, ladder=ladder(FRIENDLY))
    lines = story(weekly(), days("2026-10-05", "2026-12-20"), only)

    assert lines[:3] == [
        "2026-10-08 send friendly-reminder: INV-00",
        "2026-10-29 send friendly-reminder: INV-01 INV-02 INV-03",
        "2026-11-19 send friendly-reminder: INV-04 INV-05 INV-06",
    ]


@pytest.mark.parametrize("again", [0, 7, 21, 60])
@pytest.mark.parametrize("limits", [STANDARD.limits, ()])
def test_no_invoice_is_starved(again: int, limits: tuple[Limit, ...]) -> None:
    """Each is told within ``again`` days, and 10 for limits and holidays."""
    policy = replace(STANDARD, limits=limits, again=again)
    told: dict[str, date] = {}
    at = weekly(20)
    for on in days("2026-10-05", "2027-05-01"):
        at, made = run(at, rules_on(on, replace(policy, ladder=(FRIENDLY,))))
        for action in made.actions:
            told |= {line.id: day(on) for line in action.invoices}

    late = [
        (told[bill_.id] - bill_.due).days - FRIENDLY.offset for bill_ in at.invoices
    ]
    assert max(late) <= again + 10


@pytest.mark.parametrize("made", [False, True], ids=["calls lapse", "calls are made"])
def test_on_a_whole_ladder_each_is_told_hardly_later_than_without_the_rule(
    *, made: bool
) -> None:
    assert _slowest(21, made=made) <= _slowest(0, made=made) + 21


def _slowest(again: int, *, made: bool) -> int:
    """Play an invoice a week; return the longest wait for a first word, in days."""
    at, policy = weekly(16), replace(STANDARD, again=again)
    dear = (replace(each, total=money("300.00")) for each in at.invoices)
    at = replace(at, invoices=tuple(dear))
    told: dict[str, date] = {}
    for on in days("2026-09-20", "2027-02-20"):
        at, plan = run(at, rules_on(on, policy))
        for action in plan.actions:
            names = [line.id for line in action.invoices]
            told = dict.fromkeys(names, day(on)) | told
            if made and action.kind == "call":
                spoke = call(on, "reached", *names)
                at = replace(at, records=(*at.records, spoke))
    return max((told[bill_.id] - bill_.due).days for bill_ in at.invoices)


def test_the_day_named_is_the_day_it_is_said() -> None:
    """What the plan says of INV-2 on each day of waiting comes true."""
    limited = replace(AGAIN, limits=STANDARD.limits)
    for on in days("2026-10-15", "2026-10-28"):
        assert next_on(plan_on(TWO, on, limited), "INV-2").endswith("2026-10-29")
    assert plan_account(TWO, rules_on("2026-10-29", limited)).actions


def test_the_day_foretold_counts_it_in_with_what_goes_out_today() -> None:
    """INV-2 is not even overdue on the day on which the first reminder goes."""
    limited = replace(AGAIN, limits=STANDARD.limits)
    new = replace(TWO, journal=())

    assert next_on(plan_on(new, "2026-10-08", limited), "INV-2").endswith("2026-10-29")
    assert next_on(plan_on(TWO, "2026-10-09", limited), "INV-2").endswith("2026-10-29")


def test_calls_are_not_held_by_it() -> None:
    calls = replace(AGAIN, ladder=ladder(replace(CALL, when=None, offset=7)))
    at = account(
        invoice("INV-1"),
        invoice("INV-2", due="2026-10-08"),
        journal=[sent("2026-10-08", "personal-call")],
    )

    assert does(plan_on(at, "2026-10-15", calls)) == ["call personal-call: INV-2"]


# ---------------------------------------------------------------------- the words


@pytest.mark.parametrize(
    ("template", "language", "more", "words"),
    [
        (
            "friendly-reminder",
            "en",
            1,
            "Since we wrote to you on 5 October 2026, one more invoice has fallen due",
        ),
        ("friendly-reminder", "en", 2, "2 more invoices have fallen due"),
        (
            "friendly-reminder",
            "de",
            1,
            "seit unserem Schreiben vom 5. Oktober 2026 ist eine weitere Rechnung",
        ),
        ("friendly-reminder", "de", 2, "sind 2 weitere Rechnungen fällig geworden"),
        ("payment-options", "en", 1, "one more has fallen due. I would like"),
        ("payment-options", "de", 2, "sind 2 weitere fällig geworden. Ich möchte"),
        ("formal-letter", "en", 2, "2 more have fallen due. We ask you"),
        ("formal-letter", "de", 1, "ist eine weitere fällig geworden. Wir bitten"),
    ],
)
def test_the_shipped_words_go_on_with_the_conversation(
    template: str, language: str, more: int, words: str
) -> None:
    at = customer(bill("INV-1"), bill("INV-2"), bill("INV-3"), language=language)
    plain = message(template, at)
    made = worded(
        replace(plain, running=OngoingConversation(day("2026-10-05"), more)), at
    )
    text = " ".join(made.text.split())

    assert words in text
    assert "reached you" not in made.subject + text
    assert "angekommen?" not in made.subject + text
    assert TODAY.isoformat() not in text


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize(
    ("language", "words", "asks"),
    [
        ("en", "We wrote to you on 5 October 2026 about", "reached you"),
        ("de", "am 5. Oktober 2026 haben wir Ihnen zu", "angekommen"),
    ],
)
def test_what_was_written_about_before_is_not_asked_after_as_if_it_were_lost(
    number: int, language: str, words: str, asks: str
) -> None:
    bills = [bill(f"INV-{n}") for n in range(number)]
    at = customer(*bills, language=language)
    plain = message("friendly-reminder", at)
    made = worded(replace(plain, running=OngoingConversation(day("2026-10-05"), 0)), at)
    text = " ".join(made.text.split())
    assert words in text
    assert asks not in made.subject + text


def test_an_invoice_of_a_formal_letter_is_not_asked_after_as_if_it_were_lost() -> None:
    """INV-2 was shown in it; then its own first reminder is due."""
    listed = (JournalRow("INV-2", None, "1190.00"),)
    letter = sent("2026-11-16", "formal-letter", "INV-1", listed=listed)
    two = account(
        invoice("INV-1"), invoice("INV-2", due="2026-11-12"), journal=[letter]
    )
    steps = ladder(FRIENDLY, replace(FORMAL, channel="email"), step("far", 300))
    policy = replace(STANDARD, limits=(), ladder=steps)
    (made,) = plan_on(two, "2026-12-03", policy).actions
    assert (made.step, made.running) == (
        "friendly-reminder",
        OngoingConversation(day("2026-11-16"), 0),
    )


@pytest.mark.parametrize(
    ("name", "language", "greeting"),
    [
        ("Petra Vogel", "en", "Dear Petra Vogel,"),
        ("200769623", "en", "Good day,"),
        ("Petra Vogel", "de", "Guten Tag Petra Vogel,"),
        ("200769623", "de", "Guten Tag,"),
        ("12-34/5", "en", "Good day,"),
        ("李雷", "en", "Dear 李雷,"),
    ],
)
def test_nobody_is_greeted_by_a_number(name: str, language: str, greeting: str) -> None:
    at = customer(language=language)
    person = replace(at.profile.contacts[0], name=name)
    at = replace(at, profile=replace(at.profile, contacts=(person,)))

    text = worded(message("friendly-reminder", at, contact=person), at).text

    assert text.startswith(f"{greeting}\n")
