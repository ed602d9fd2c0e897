"""Why an invoice is not chased today: each standing alone, then side by side."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from goodterms.decision.plan import plan_account
from goodterms.model.journal import JournalDocument
from goodterms.model.ledger import HARD_FLAGS
from goodterms.model.records import Record
from goodterms.views.plan_json import waiting_json
from goodterms.views.plan_text import standing as standing_text
from tests.support.factory import (
    FRIENDLY,
    STANDARD,
    account,
    bounce,
    briefed,
    call,
    cash,
    credit_note,
    dispute,
    does,
    extension,
    instalments,
    invoice,
    ladder,
    later,
    met,
    next_on,
    pause,
    plan_on,
    promise,
    proposed,
    reply,
    resolution,
    resume,
    rules_on,
    sent,
    standing,
    stands,
    step,
    tasks,
    then,
    took,
    upto,
    waiting,
)

#: What may be chased from 2026-10-08 on: a friendly reminder is due then.
REMINDED = "-"


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(promise("2026-10-14", "2026-10-20"), id="promise and its grace"),
        pytest.param(extension("2026-10-14", "2026-10-22"), id="extension"),
        pytest.param(pause("2026-10-14", "2026-10-22"), id="pause"),
    ],
)
@pytest.mark.parametrize(
    ("on", "stops"),
    [
        ("2026-10-13", "-"),
        ("2026-10-14", "pause"),
        ("2026-10-22", "pause"),
        ("2026-10-23", "waiting"),
        ("2026-10-25", "waiting"),
        ("2026-10-26", "-"),
    ],
)
def test_a_dated_pause_protects_to_its_last_day_and_leaves_a_gap(
    record: Record, on: str, stops: str
) -> None:
    kind = record.id.rpartition("-")[2]
    expected = kind if stops == "pause" else stops
    made = plan_on(account(records=[record]), on)

    assert standing(made) == expected
    if expected == kind:
        assert waiting(made).until is not None
        assert str(waiting(made).until) == "2026-10-22"
        assert next_on(made) == "friendly-reminder 2026-10-26"


@pytest.mark.parametrize(
    ("records", "kind"),
    [
        pytest.param(
            (
                dispute("2026-10-14", "2026-10-28"),
                resolution("2026-10-22", "2026-10-14-dispute"),
            ),
            "dispute",
            id="dispute",
        ),
        pytest.param(
            (reply("2026-10-14"), reply("2026-10-22", answered=True)),
            "reply",
            id="reply",
        ),
        pytest.param(
            (pause("2026-10-14", "2026-12-24"), resume("2026-10-22")),
            "pause",
            id="pause that a person ends",
        ),
    ],
)
@pytest.mark.parametrize(
    ("on", "stops"),
    [
        ("2026-10-13", "-"),
        ("2026-10-14", "pause"),
        ("2026-10-21", "pause"),
        ("2026-10-23", "waiting"),
        ("2026-10-25", "waiting"),
        ("2026-10-26", "-"),
    ],
)
def test_what_a_person_ends_leaves_a_gap_after_that_day(
    records: tuple[Record, ...], kind: str, on: str, stops: str
) -> None:
    made = plan_on(account(records=records), on)

    assert standing(made) == (kind if stops == "pause" else stops)


@pytest.mark.parametrize(
    ("on", "expected"),
    [("2026-10-16", "waiting"), ("2026-10-18", "waiting"), ("2026-10-19", "-")],
)
def test_a_pause_that_is_taken_back_on_its_own_day_leaves_a_gap_from_that_day(
    on: str, expected: str
) -> None:
    records = (pause("2026-10-15", "2026-12-24"), resume("2026-10-15"))

    assert standing(plan_on(account(records=records), on)) == expected


def test_the_day_on_which_a_person_ends_a_pause_still_protects() -> None:
    ended = [
        (reply("2026-10-14"), reply("2026-10-22", answered=True)),
        (
            dispute("2026-10-14", "2026-10-28"),
            resolution("2026-10-22", "2026-10-14-dispute"),
        ),
        (pause("2026-10-14", "2026-12-24"), resume("2026-10-22")),
    ]

    assert [does(plan_on(account(records=r), "2026-10-22")) for r in ended] == [
        [],
        [],
        [],
    ]


@pytest.mark.parametrize(
    "answer",
    [
        call("2026-10-16", "reached"),
        met("2026-10-16"),
        reply("2026-10-16", answered=True),
    ],
    ids=lambda record: record.id,
)
def test_a_reply_is_answered_by(answer: Record) -> None:
    at = account(records=[reply("2026-10-14"), answer])

    assert standing(plan_on(at, "2026-10-15")) == "reply"
    assert standing(plan_on(at, "2026-10-19")) != "reply"
    assert "reply" not in " ".join(tasks(plan_on(at, "2026-10-19")))


@pytest.mark.parametrize(
    "no_answer",
    [
        call("2026-10-16", "voicemail"),
        call("2026-10-16", "no-answer"),
        call("2026-10-16", "refused"),
        call("2026-10-12", "reached"),
        met("2026-10-12"),
    ],
    ids=lambda record: record.id,
)
def test_a_reply_is_not_answered_by(no_answer: Record) -> None:
    made = plan_on(account(records=[reply("2026-10-14"), no_answer]), "2026-11-19")

    assert standing(made) == "reply"
    assert waiting(made).until is None
    assert tasks(made)


def test_a_reply_that_came_answered_stops_nothing() -> None:
    made = plan_on(account(records=[reply("2026-10-08", answered=True)]), "2026-10-08")

    assert standing(made) != "reply"


def test_an_unknown_dispute_or_an_unresolved_one_has_no_end() -> None:
    made = plan_on(account(records=[dispute("2026-10-14", "2026-10-28")]), "2026-12-28")

    assert standing(made) == "dispute"
    assert tasks(made) != []


def test_a_dispute_stops_that_invoice_only() -> None:
    two = account(
        invoice("INV-1"),
        invoice("INV-2"),
        records=[dispute("2026-10-05", "2026-10-28", "INV-1")],
    )

    made = plan_on(two, "2026-10-08")

    assert stands(made) == {"INV-1": "dispute"}
    assert does(made) == ["send friendly-reminder: INV-2"]


@pytest.mark.parametrize("flag", HARD_FLAGS)
def test_no_policy_overrides_a_flag(flag: str) -> None:
    made = plan_on(account(flags=frozenset({flag})), "2026-10-08")

    assert standing(made) == "flagged"
    assert does(made) == []
    assert waiting(made).until is None
    assert waiting(made).next is None
    assert flag in " ".join(waiting(made).why)


def test_autopay_is_left_alone() -> None:
    made = plan_on(account(flags=frozenset({"autopay"})), "2026-10-08")

    assert standing(made) == "autopay"
    assert does(made) == []


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-10-13", "-"),
        ("2026-10-14", "after-payment"),
        ("2026-10-19", "after-payment"),
        ("2026-10-20", "-"),
    ],
)
def test_after_a_part_payment_without_a_gap(on: str, expected: str) -> None:
    made = plan_on(account(invoice(paid=[("2026-10-14", "100.00")])), on)

    assert standing(made) == expected
    if expected == "after-payment":
        assert str(waiting(made).until) == "2026-10-19"
        assert next_on(made) == "friendly-reminder 2026-10-20"


def test_a_part_payment_protects_the_invoice_paid_on() -> None:
    two = account(invoice("INV-1", paid=[("2026-10-07", "1.00")]), invoice("INV-2"))

    made = plan_on(two, "2026-10-08")

    assert stands(made) == {"INV-1": "after-payment"}
    assert does(made) == ["send friendly-reminder: INV-2"]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-10-07", "waiting"),
        ("2026-10-08", "plan"),
        ("2026-10-20", "plan"),
        ("2026-10-22", "plan"),
        ("2026-10-23", "plan"),
        ("2027-02-23", "plan"),
    ],
)
def test_a_plan_stops_the_ladder_in_good_standing_and_broken(
    on: str, expected: str
) -> None:
    agreed = instalments(
        "2026-10-08", [("2026-10-20", "590.00"), ("2026-11-20", "600.00")]
    )

    assert standing(plan_on(account(records=[agreed]), on)) == expected


def test_settled_invoices_stand_nowhere() -> None:
    made = plan_on(account(invoice(paid=[("2026-10-05", "1190.00")])), "2026-10-08")

    assert made.waiting == ()
    assert does(made) == []


@pytest.mark.parametrize(
    ("paid", "expected"),
    [("1184.99", "-"), ("1185.00", "tolerance"), ("1189.99", "tolerance")],
)
def test_at_or_under_the_tolerance_nobody_is_chased(paid: str, expected: str) -> None:
    made = plan_on(account(invoice(paid=[("2026-10-01", paid)])), "2026-10-08")

    assert standing(made) == expected


@pytest.mark.parametrize(
    ("total", "on", "expected"),
    [
        pytest.param(
            "5.00", "2026-09-28", "tolerance", id="no note before the due date"
        ),
        pytest.param("5.01", "2026-09-28", "-", id="a note"),
        pytest.param("5.00", "2026-10-01", "tolerance", id="on the due date"),
        pytest.param("5.00", "2026-10-02", "tolerance", id="overdue, and nothing due"),
        pytest.param("5.01", "2026-10-02", "waiting", id="overdue, and waiting"),
        pytest.param("5.00", "2026-09-21", "waiting", id="long before"),
    ],
)
def test_the_tolerance_holds_from_the_first_note_on(
    total: str, on: str, expected: str
) -> None:
    assert standing(plan_on(account(invoice(total=total)), on)) == expected


def test_a_currency_that_the_policy_does_not_name_has_no_tolerance() -> None:
    a_cent = account(invoice(total="0.01", currency="USD"))

    assert does(plan_on(a_cent, "2026-10-08")) == ["send friendly-reminder: INV-1"]


def test_the_tolerance_is_of_the_case_and_not_of_each_invoice() -> None:
    two = account(invoice("INV-1", total="3.00"), invoice("INV-2", total="3.00"))

    assert does(plan_on(two, "2026-10-08")) == ["send friendly-reminder: INV-1 INV-2"]


@pytest.mark.parametrize(
    ("received", "expected"),
    [("1184.99", "-"), ("1185.00", "tolerance"), ("1190.00", "credit")],
)
def test_unapplied_cash_is_netted_before_anybody_is_chased(
    received: str, expected: str
) -> None:
    made = plan_on(account(records=[cash("2026-10-01", received)]), "2026-10-08")

    assert standing(made) == expected
    assert tasks(made) == ["unapplied-cash"]


@pytest.mark.parametrize(
    ("credited", "expected"),
    [("1184.99", "-"), ("1185.00", "tolerance"), ("1190.00", "credit")],
)
def test_a_credit_note_without_an_invoice_is_netted_before_anybody_is_chased(
    credited: str, expected: str
) -> None:
    made = plan_on(account(records=[credit_note("2026-10-01", credited)]), "2026-10-08")

    assert standing(made) == expected
    assert tasks(made) == ["unapplied-credit"]


def test_cash_of_another_currency_settles_nothing() -> None:
    """Currencies never mix, but a person is asked before the next word."""
    at = account(records=[cash("2026-10-01", "9000", "USD")])

    made = plan_on(at, "2026-10-08")
    assert does(made) == []
    assert standing(made) == "after-payment"
    assert made.waiting[0].until is None
    assert "9000" in made.waiting[0].why[0]
    (task,) = [action for action in made.actions if action.kind == "task"]
    assert task.why[0] == (
        "9000.00 USD received and not matched to an invoice; no invoice in USD is open:"
        " ask them what it is for; a resume lets the reminders go on"
    )

    resumed = replace(at, records=(*at.records, resume("2026-10-07")))
    assert does(plan_on(resumed, "2026-10-12")) == ["send friendly-reminder: INV-1"]


def test_a_credit_balance_of_one_invoice_is_netted_with_another() -> None:
    two = account(
        invoice("INV-1", total="100.00"),
        invoice("INV-2", total="100.00", paid=[("2026-10-01", "200.00")]),
    )

    made = plan_on(two, "2026-10-08")

    assert stands(made) == {"INV-1": "credit"}


def test_an_uncertain_message_waits_for_a_person() -> None:
    doubtful = sent("2026-10-08", "friendly-reminder", state="in-doubt")
    at = account(journal=[doubtful])
    settled = account(journal=[doubtful, then(doubtful, "2026-10-27", "sent")])
    undone = account(journal=[doubtful, then(doubtful, "2026-10-27", "failed")])

    assert standing(plan_on(at, "2026-10-28")) == "in-doubt"
    assert does(plan_on(settled, "2026-10-28")) == ["call personal-call: INV-1"]
    assert does(plan_on(undone, "2026-10-28")) == ["send friendly-reminder: INV-1"]


def test_no_channel_left() -> None:
    at = account(
        journal=[sent("2026-10-08", "friendly-reminder")],
        records=[bounce("2026-10-09", "2026-10-08-friendly-reminder")],
        channels=("email",),
    )

    made = plan_on(at, "2026-10-14")

    assert standing(made) == "bounce"
    assert len(tasks(made)) == 1


def test_placed_with_an_agency_until_a_person_says_otherwise() -> None:
    made = plan_on(account(journal=[PLACED]), "2027-06-01")

    assert standing(made) == "placed"
    assert does(made) == []
    assert waiting(made).until is None


PLACED = sent(
    "2026-10-14", "triage", kind="place", channel="email", partner="northstar"
)


@pytest.mark.parametrize(
    ("on", "expected", "closes"),
    [
        ("2026-11-30", "deciding", []),
        ("2026-12-14", "deciding", []),
        ("2026-12-15", "declined", ["close final-notice"]),
    ],
)
def test_an_open_proposal_is_decided_until_it_expires(
    on: str, expected: str, closes: list[str]
) -> None:
    first = account(journal=upto("formal-letter"))
    asked = plan_on(first, "2026-11-30").actions[0]
    at = replace(
        first,
        journal=(
            *first.journal,
            proposed(
                "2026-11-30",
                "final-notice",
                facts=asked.facts,
                expires=asked.expires,
            ),
        ),
    )

    made = plan_on(at, on)

    assert standing(made) == expected
    assert [told.partition(":")[0] for told in does(made)] == closes
    assert next_on(made) == (
        "final-notice None" if expected == "deciding" else "final-notice 2027-01-14"
    )
    assert str(asked.expires) == "2026-12-14"


DECLINED = proposed("2026-11-30", "final-notice")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-12-02", "declined"),
        ("2026-12-31", "declined"),
        ("2027-01-04", "-"),
    ],
)
def test_declined_for_thirty_days(on: str, expected: str) -> None:
    at = account(
        journal=[
            *upto("formal-letter"),
            DECLINED,
            then(DECLINED, "2026-12-02", "declined"),
        ]
    )

    made = plan_on(at, on)

    assert standing(made) == expected
    if expected == "-":
        assert does(made) == ["propose final-notice: INV-1"]


SHORT = replace(STANDARD, ladder=ladder(FRIENDLY, step("second", 14, 5)))


def test_after_the_last_step_there_is_a_task_and_never_a_repeat() -> None:
    at = account(
        journal=[
            sent("2026-10-08", "friendly-reminder"),
            sent("2026-10-15", "second"),
        ]
    )

    made = plan_on(at, "2027-03-01", SHORT)

    assert standing(made) == "exhausted"
    assert waiting(made).next is None
    assert does(made) == []
    assert len(tasks(made)) == 1


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-09-27", "waiting"),
        ("2026-09-28", "-"),
        ("2026-10-01", "-"),
        ("2026-10-02", "waiting"),
        ("2026-10-07", "waiting"),
        ("2026-10-08", "-"),
    ],
)
def test_waiting_until_a_step_is_due(on: str, expected: str) -> None:
    assert standing(plan_on(account(), on)) == expected


@pytest.mark.parametrize(
    ("outcome", "on", "expected"),
    [
        (None, "2026-10-22", "calling"),
        (None, "2026-11-01", "calling"),
        ("no-answer", "2026-10-23", "calling"),
        ("voicemail", "2026-10-26", "waiting"),
        ("refused", "2026-10-26", "waiting"),
        ("reached", "2026-10-26", "waiting"),
    ],
)
def test_a_call_is_still_to_be_made(
    outcome: str | None, on: str, expected: str
) -> None:
    made = plan_on(
        account(
            journal=[
                sent("2026-10-08", "friendly-reminder"),
                briefed("2026-10-22"),
            ],
            records=[call("2026-10-23", outcome)] if outcome else [],
        ),
        on,
    )

    assert standing(made) == expected
    assert ("call" in " ".join(tasks(made))) is (expected == "calling")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-10-08", "limit"),
        ("2026-10-09", "limit"),
        ("2026-10-11", "limit"),
        ("2026-10-12", "-"),
    ],
)
def test_the_next_contact_no_sooner_than_five_days_after_the_last(
    on: str, expected: str
) -> None:
    made = plan_on(account(records=[met("2026-10-07")]), on)

    assert standing(made) == expected
    if expected == "limit":
        assert str(waiting(made).until) == "2026-10-11"
        assert next_on(made) == "friendly-reminder 2026-10-12"


def test_the_conversation_does_not_fall_back() -> None:
    """INV-1 stands at the formal letter; INV-2 would get a friendly word."""
    two = account(
        invoice("INV-1"),
        invoice("INV-2", due="2026-11-12"),
        journal=upto("formal-letter"),
    )

    held = plan_on(two, "2026-11-23")

    assert stands(held) == {"INV-1": "waiting", "INV-2": "one-conversation"}
    assert does(held) == []


SATURDAYS = replace(STANDARD, weekdays=frozenset({0, 1, 2, 3, 4}), limits=())


def test_no_business_day_of_the_customer() -> None:
    """What was due on Friday and is found on Saturday goes out on Monday."""
    made = plan_on(account(), "2026-10-10", SATURDAYS)

    assert standing(made) == "calendar"
    assert str(waiting(made).until) == "2026-10-11"
    assert next_on(made) == "friendly-reminder 2026-10-12"


def test_holidays_are_those_of_the_customer() -> None:
    """Armistice Day is one in France, and not in Germany."""
    journal = upto("personal-call")
    german, french = account(journal=journal), account(journal=journal, country="FR")

    assert does(plan_on(german, "2026-11-11")) == ["send payment-options: INV-1"]
    assert standing(plan_on(french, "2026-11-11")) == "calendar"
    assert next_on(plan_on(french, "2026-11-11")) == "payment-options 2026-11-12"


# ---------------------------------------------------------------- precedence


@dataclass(frozen=True, slots=True)
class Cause:
    """What makes one standing true on 2026-12-02, after the formal letter."""

    journal: tuple[JournalDocument, ...] = ()
    records: tuple[Record, ...] = ()
    flags: frozenset[str] = frozenset()
    paid: tuple[tuple[str, str], ...] = ()
    channels: tuple[str, ...] = ("email", "phone", "letter")


_OPTIONS, _FORMAL = upto("formal-letter")[-2:]
_EARLIER = upto("payment-options")
_DOUBT = replace(_FORMAL, id="2026-11-17-formal-letter", state="in-doubt")
ON = "2026-12-02"
UNTIL = "2026-12-30"

#: From the first that applies to the last.
CAUSES = {
    "flagged": Cause(flags=frozenset({"deceased"})),
    "placed": Cause(journal=(replace(PLACED, id="2026-11-30-triage"),)),
    "dispute": Cause(records=(dispute("2026-11-30", UNTIL),)),
    "plan": Cause(records=(instalments("2026-11-30", [(UNTIL, "1190.00")]),)),
    "promise": Cause(records=(promise("2026-11-30", UNTIL),)),
    "extension": Cause(records=(extension("2026-11-30", UNTIL),)),
    "pause": Cause(records=(pause("2026-11-30", UNTIL),)),
    "reply": Cause(records=(reply("2026-11-30"),)),
    "in-doubt": Cause(journal=(_DOUBT,)),
    "bounce": Cause(
        records=(bounce("2026-11-04", "2026-11-02-payment-options"),),
        channels=("email",),
    ),
    "autopay": Cause(flags=frozenset({"autopay"})),
    "after-payment": Cause(paid=(("2026-11-30", "100.00"),)),
    "deciding": Cause(journal=(replace(DECLINED, id="2026-12-01-final-notice"),)),
    "declined": Cause(
        journal=(DECLINED, then(DECLINED, "2026-11-30", "declined")),
    ),
}


def _both(one: Cause, other: Cause) -> dict[str, Any]:
    channels = one.channels if len(one.channels) == 1 else other.channels
    return {
        "journal": (*_EARLIER, _FORMAL, *one.journal, *other.journal),
        "records": (*one.records, *other.records),
        "flags": one.flags | other.flags,
        "channels": channels,
    }


@pytest.mark.parametrize("name", CAUSES)
def test_each_cause_alone(name: str) -> None:
    cause = CAUSES[name]
    at = account(invoice(paid=cause.paid), **_both(cause, Cause()))

    assert standing(plan_on(at, ON)) == name


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(a, b, id=f"{a} before {b}")
        for n, a in enumerate(CAUSES)
        for b in list(CAUSES)[n + 1 :]
    ],
)
def test_of_two_the_first_is_the_reason(first: str, second: str) -> None:
    one, other = CAUSES[first], CAUSES[second]
    at = account(invoice(paid=one.paid or other.paid), **_both(one, other))

    assert standing(plan_on(at, ON)) == first


def test_what_is_stopped_and_small_is_small_first() -> None:
    small = account(invoice(total="4.00"), records=[dispute("2026-10-01", UNTIL)])

    assert standing(plan_on(small, "2026-10-08")) == "tolerance"


@pytest.mark.parametrize("on", ["2026-10-05", "2026-10-08"])
def test_a_stopped_invoice_does_not_lift_another_over_the_tolerance(on: str) -> None:
    two = account(
        invoice("INV-1", total="900.00"),
        invoice("INV-2", total="4.00"),
        records=[dispute("2026-10-01", UNTIL, "INV-1")],
    )

    assert stands(plan_on(two, on)) == {"INV-1": "dispute", "INV-2": "tolerance"}


# ------------------------------------------------------------- the JSON of it


def test_the_promise_of_the_design() -> None:
    """Promised 600.00 by 11-05, two days of grace, three days of gap."""
    at = account(
        invoice("INV-2026-0043", total="1000.00", due="2026-09-10"),
        name="acme-gmbh",
        journal=[
            sent(
                "2026-09-17",
                "friendly-reminder",
                took("INV-2026-0043", "friendly-reminder"),
            ),
        ],
        records=[promise("2026-10-01", "2026-11-05", "600.00")],
    )

    made = plan_account(at, rules_on("2026-10-08"))

    assert [waiting_json(wait) for wait in made.waiting] == [
        {
            "account": "acme-gmbh",
            "invoice": "INV-2026-0043",
            "standing": "promise",
            "until": "2026-11-07",
            "next": {"step": "personal-call", "on": "2026-11-10"},
            "why": ["promised 600.00 by 2026-11-05"],
        }
    ]


def test_the_next_step_is_never_a_day_without_business() -> None:
    at = account(records=[pause("2026-10-01", "2026-10-29")])

    assert later("2026-10-29", 3) == "2026-11-01"
    assert next_on(plan_on(at, "2026-10-08")) == "friendly-reminder 2026-11-02"


@pytest.mark.parametrize(
    ("ended", "label", "why"),
    [
        pytest.param(
            {"state": "declined", "by": ("dana",), "reason": "they called"},
            None,
            "proposal 2026-11-30-final-notice was declined on 2026-12-14 by dana:"
            " they called",
            id="declined",
        ),
        pytest.param(
            {"state": "expired"},
            "expired",
            "proposal 2026-11-30-final-notice expired: nobody decided by 2026-12-14",
            id="expired",
        ),
    ],
)
def test_what_nobody_declined_is_not_called_declined(
    ended: dict[str, Any], label: str | None, why: str
) -> None:
    asked = proposed("2026-11-30", "final-notice")
    state = ended.pop("state")
    at = account(
        journal=(
            *upto("formal-letter"),
            asked,
            then(asked, "2026-12-14", state, **ended),
        )
    )

    wait = waiting(plan_on(at, "2026-12-16"))

    assert (wait.standing, wait.label, wait.why[0]) == ("declined", label, why)
    assert standing_text(wait).startswith(f"{label or 'declined'} until 2027-01-13")
