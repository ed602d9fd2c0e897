"""The ladder of one invoice: never skipped, never repeated, never hurried."""

from dataclasses import replace

import pytest

from goodterms.decision.state.account_state import account_state
from goodterms.model.ledger import Account
from goodterms.model.policy import Policy
from goodterms.model.records import Record
from tests.support.factory import (
    CALL,
    COURTESY,
    FINAL,
    FORMAL,
    FRIENDLY,
    OPTIONS,
    STANDARD,
    account,
    bounce,
    briefed,
    call,
    day,
    does,
    invoice,
    ladder,
    met,
    migration,
    next_on,
    pause,
    plan_on,
    proposed,
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
    when,
)
from tests.support.play_days import days, story

BY_HAND = replace(STANDARD, limits=())


# ------------------------------------------------- steps that may be skipped


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-10-01", ["send courtesy-note: INV-1"]),
        ("2026-10-02", []),
    ],
)
def test_until_holds_its_day_included(on: str, expected: list[str]) -> None:
    assert does(plan_on(account(), on)) == expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-10-30", "calling"),
        ("2026-11-01", "calling"),
        ("2026-11-02", "-"),
    ],
)
def test_a_call_not_made_within_lapse_counts_as_skipped(on: str, expected: str) -> None:
    made = plan_on(account(journal=upto("personal-call")), on)

    assert standing(made) == expected
    if expected == "-":
        assert does(made) == ["send payment-options: INV-1"]


def test_a_call_that_was_never_handed_out_does_not_lapse() -> None:
    """Silence at our side is no call: it is handed out first, however late."""
    made = plan_on(account(journal=upto("friendly-reminder")), "2027-01-20")

    assert does(made) == ["call personal-call: INV-1"]


@pytest.mark.parametrize(
    ("total", "segment", "expected"),
    [
        ("249.99", "standard", "payment-options 2026-11-02"),
        ("250.00", "standard", "personal-call 2026-10-22"),
        ("20.00", "key", "personal-call 2026-10-22"),
    ],
)
def test_a_step_whose_when_is_false_is_skipped(
    total: str, segment: str, expected: str
) -> None:
    serving = replace(STANDARD, segments=("standard", "key"))
    at = account(
        invoice(total=total), segment=segment, journal=upto("friendly-reminder")
    )

    assert next_on(plan_on(at, "2026-10-12", serving)) == expected


def test_when_is_asked_of_the_case_and_of_the_day() -> None:
    """Two small invoices together are worth a call, once both are overdue."""
    two = account(
        invoice("INV-1", total="200.00"),
        invoice("INV-2", total="200.00", due="2026-10-20"),
        journal=upto("friendly-reminder"),
    )

    assert next_on(plan_on(two, "2026-10-20")) == "personal-call 2026-10-22"
    assert does(plan_on(two, "2026-10-22")) == ["call personal-call: INV-1 (INV-2)"]


def test_a_when_that_fails_is_a_problem_and_never_false() -> None:
    odd = replace(
        STANDARD,
        ladder=ladder(
            FRIENDLY, step("odd", 14, when=when("overdue / disputed > 1")), OPTIONS
        ),
    )

    made = plan_on(account(journal=upto("friendly-reminder")), "2026-12-01", odd)

    assert made.actions == ()
    assert len(made.problems) == 1
    assert "overdue / disputed > 1" in made.problems[0].what


# ---------------------------------------------------------- waits and calendar


@pytest.mark.parametrize(
    ("reminded", "expected"),
    [
        ("2026-10-08", "personal-call 2026-10-22"),
        ("2026-10-15", "personal-call 2026-10-22"),
        ("2026-10-16", "personal-call 2026-10-23"),
        ("2026-10-19", "personal-call 2026-10-26"),
        ("2026-10-24", "personal-call 2026-11-02"),
    ],
)
def test_the_wait_of_the_last_step_counts_from_its_day(
    reminded: str, expected: str
) -> None:
    """The last one was sent on a Saturday; 10-31 is one too."""
    at = account(journal=[sent(reminded, "friendly-reminder")])

    assert next_on(plan_on(at, reminded)) == expected


def test_a_step_moves_to_the_next_business_day_and_the_next_wait_follows() -> None:
    christmas = account(invoice(due="2026-12-18"), journal=[], country="FR", records=[])

    assert next_on(plan_on(christmas, "2026-12-21")) == "friendly-reminder 2026-12-28"


def test_a_due_date_on_a_free_day_moves_before_anything_is_overdue() -> None:
    """Due on Saturday: overdue from Tuesday; days overdue count from Saturday."""
    early = replace(STANDARD, ladder=ladder(COURTESY, step("at-once", 1)))
    at = account(invoice(due="2026-10-10"))

    monday = plan_on(at, "2026-10-12", early)

    assert does(monday) == ["send at-once: INV-1"]
    assert monday.actions[0].invoices[0].days_overdue == 2


def test_days_overdue_count_from_the_contractual_due_date() -> None:
    at = account(records=[pause("2026-10-01", "2026-10-29")])

    made = plan_on(at, "2026-11-02")

    assert made.actions[0].invoices[0].days_overdue == 32
    early = plan_on(account(), "2026-09-28").actions[0].invoices[0]
    assert early.days_overdue == -3


# -------------------------------------------------------- what took a step


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("claimed", []),
        ("sent", []),
        ("in-doubt", []),
        ("failed", ["send friendly-reminder: INV-1"]),
    ],
)
def test_what_may_have_left_took_its_step(state: str, expected: list[str]) -> None:
    at = account(journal=[sent("2026-10-08", "friendly-reminder", state=state)])

    assert does(plan_on(at, "2026-10-14")) == expected


def test_sent_is_final() -> None:
    entry = sent("2026-10-08", "friendly-reminder")
    at = account(journal=[entry, then(entry, "2026-10-09", "failed")])

    assert does(plan_on(at, "2026-10-14")) == []


def test_a_failed_claim_is_retried_under_its_own_id() -> None:
    at = account(journal=[sent("2026-10-08", "friendly-reminder", state="failed")])

    again = plan_on(at, "2026-10-12").actions[0]

    assert (again.id, again.retry) == ("acme/2026-10-08-friendly-reminder", True)


@pytest.mark.parametrize(
    "moved",
    [
        {"to": "old@acme.example"},
        {"channel": "letter"},
    ],
)
def test_a_failed_claim_to_elsewhere_is_not_retried(moved: dict[str, str]) -> None:
    failed = sent("2026-10-08", "friendly-reminder", state="failed", **moved)

    again = plan_on(account(journal=[failed]), "2026-10-08").actions[0]

    assert (again.id, again.retry) == ("acme/2026-10-08-friendly-reminder-2", False)


def test_a_message_that_bounced_did_not_happen() -> None:
    """The step is not taken, the limit not touched: it goes by letter at once."""
    at = account(
        journal=[sent("2026-10-08", "friendly-reminder")],
        records=[bounce("2026-10-09", "2026-10-08-friendly-reminder")],
    )

    made = plan_on(at, "2026-10-09")

    assert does(made) == ["send friendly-reminder: INV-1"]
    assert made.actions[0].channel == "letter"


def test_what_was_proposed_or_declined_took_no_step() -> None:
    asked = sent("2026-10-08", "friendly-reminder", kind="propose", state="declined")

    assert does(plan_on(account(journal=[asked]), "2026-10-08")) == []
    assert does(plan_on(account(journal=[asked]), "2026-11-09")) == [
        "send friendly-reminder: INV-1"
    ]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        pytest.param((), "friendly-reminder", id="nothing"),
        pytest.param(
            (met("2026-10-05", step="friendly-reminder"),),
            "personal-call 2026-10-22",
            id="a contact took the first step",
        ),
        pytest.param(
            (met("2026-10-05", "INV-1", step="formal-letter"),),
            "final-notice 2026-11-30",
            id="history before adoption",
        ),
        pytest.param(
            (met("2026-10-05", "INV-9", step="formal-letter"),),
            "friendly-reminder",
            id="a contact about another invoice",
        ),
        pytest.param(
            (met("2026-10-05"),),
            "friendly-reminder",
            id="a contact that took no step",
        ),
        pytest.param(
            (call("2026-10-05", step="personal-call"),),
            "payment-options 2026-11-02",
            id="a call that took the phone step",
        ),
        pytest.param(
            (call("2026-10-05", "no-answer", step="personal-call"),),
            "friendly-reminder",
            id="a call that nobody answered",
        ),
    ],
)
def test_steps_taken_by_hand(records: tuple[Record, ...], expected: str) -> None:
    made = plan_on(account(records=records), "2026-10-07")

    assert next_on(made).startswith(expected)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (call("2026-10-22"), "payment-options 2026-11-02"),
        (call("2026-10-26"), "payment-options 2026-11-02"),
        (call("2026-10-29"), "payment-options 2026-11-03"),
        (met("2026-10-29"), "payment-options 2026-11-03"),
        (call("2026-10-29", "voicemail"), "payment-options 2026-11-03"),
        (call("2026-10-29", "refused"), "payment-options 2026-11-03"),
    ],
)
def test_a_call_is_taken_by_the_next_call_or_contact(
    record: Record, expected: str
) -> None:
    at = account(journal=upto("personal-call"), records=[record])

    assert next_on(plan_on(at, "2026-10-30", BY_HAND)) == expected


def test_a_call_about_another_invoice_leaves_this_one_to_call() -> None:
    at = account(
        invoice("INV-1"),
        invoice("INV-2", due="2026-12-01"),
        journal=upto("personal-call"),
        records=[call("2026-10-26", "reached", "INV-2")],
    )

    assert standing(plan_on(at, "2026-10-27")) == "calling"


# -------------------------------------------------------------- money


def test_a_payment_never_raises_a_step() -> None:
    """The oldest is paid; the others go on from where they are."""
    before = account(
        invoice("INV-1"),
        invoice("INV-2", due="2026-10-29"),
        journal=upto("formal-letter"),
    )
    after = account(
        invoice("INV-1", paid=[("2026-11-17", "1190.00")]),
        invoice("INV-2", due="2026-10-29"),
        journal=upto("formal-letter"),
    )

    assert stands(plan_on(before, "2026-11-18"))["INV-2"] in {
        "limit",
        "one-conversation",
    }
    assert next_on(plan_on(after, "2026-11-18"), "INV-2").startswith(
        "friendly-reminder"
    )


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-11-19", "waiting"),
        ("2026-11-20", "waiting"),
        ("2026-11-23", "waiting"),
        ("2026-11-24", "-"),
    ],
)
def test_a_reversed_payment_resumes_where_it_was_after_the_gap(
    on: str, expected: str
) -> None:
    returned = invoice(paid=[("2026-10-10", "1190.00"), ("2026-11-20", "-1190.00")])
    at = account(
        returned,
        journal=[
            *upto("friendly-reminder"),
            briefed("2026-10-09"),
            sent("2026-10-10", "payment-options"),
        ],
    )
    gap = replace(STANDARD, pauses=replace(STANDARD.pauses, resume_gap=4))

    made = plan_on(at, on, gap)

    if on == "2026-11-19":
        assert made.waiting == ()
    else:
        assert standing(made) == expected
    if expected == "-":
        assert does(made) == ["send formal-letter: INV-1"]


def test_a_part_payment_keeps_the_step() -> None:
    at = account(
        invoice(paid=[("2026-10-20", "500.00")]), journal=upto("friendly-reminder")
    )

    made = plan_on(at, "2026-10-26")

    assert does(made) == ["call personal-call: INV-1"]
    assert str(made.actions[0].invoices[0].open) == "690.00"
    assert [str(total) for total in made.actions[0].totals] == ["690.00"]


# ------------------------------------------------------------- policy versions

V4 = replace(STANDARD, version=4, effective=day("2026-10-15"))


def test_a_new_version_leaves_an_episode_that_has_begun_alone() -> None:
    slower = replace(V4, ladder=ladder(FRIENDLY, replace(CALL, offset=40)))
    begun = account(journal=upto("friendly-reminder"))

    made = plan_on(begun, "2026-10-20", STANDARD, slower)

    assert next_on(made) == "personal-call 2026-10-22"
    assert next_on(plan_on(account(), "2026-10-07", STANDARD, slower)).startswith(
        "friendly-reminder 2026-10-08"
    )
    fresh = plan_on(
        account(records=[pause("2026-10-01", "2026-10-20")]),
        "2026-10-20",
        STANDARD,
        slower,
    )
    assert next_on(fresh) == "friendly-reminder 2026-10-23"


@pytest.mark.parametrize(
    ("takes_over", "expected"),
    [
        (None, "personal-call 2026-10-22"),
        (migration(3), "second 2026-11-10"),
        (migration(2), "personal-call 2026-10-22"),
    ],
    ids=["says nothing", "takes 3 over", "takes 2 over"],
)
def test_a_new_version_takes_over_where_it_says_so(
    takes_over: object, expected: str
) -> None:
    new = replace(
        V4,
        ladder=ladder(FRIENDLY, step("second", 40)),
        migrates=takes_over,  # type: ignore[arg-type]
    )
    at = account(journal=upto("friendly-reminder"))

    assert next_on(plan_on(at, "2026-10-20", STANDARD, new)) == expected


def test_a_version_takes_over_from_the_day_it_is_effective() -> None:
    new = replace(
        V4, ladder=ladder(FRIENDLY, step("second", 40)), migrates=migration(3)
    )
    at = account(journal=upto("friendly-reminder"))

    assert next_on(plan_on(at, "2026-10-14", STANDARD, new)).startswith("personal-call")
    assert next_on(plan_on(at, "2026-10-15", STANDARD, new)).startswith("second")


RENAMED = replace(
    V4,
    ladder=ladder(step("hello", 7, 7), step("again", 20, 7), FINAL),
    migrates=migration(3, friendly_reminder="hello", formal_letter="again"),
)


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ("friendly-reminder", "again 2026-10-21"),
        ("formal-letter", "final-notice 2026-11-30"),
    ],
)
def test_steps_keep_their_place_under_their_new_names(
    taken: str, expected: str
) -> None:
    at = account(journal=[sent("2026-10-08", taken)])

    assert next_on(plan_on(at, "2026-10-15", STANDARD, RENAMED)) == expected


@pytest.mark.parametrize("gated", [True, False])
def test_a_no_is_kept_under_the_new_name_of_the_step(*, gated: bool) -> None:
    """A declined letter does not go out a day later because a version renamed it."""
    asks = FINAL.approval if gated else None
    new = replace(
        V4,
        ladder=ladder(*STANDARD.ladder[:5], replace(FINAL, name="last", approval=asks)),
        migrates=migration(3, final_notice="last", triage="last"),
    )
    no = proposed("2026-11-30", "final-notice", "INV-1", state="declined")
    at = account(journal=(*upto("formal-letter"), no))

    for on in ("2026-12-02", "2026-12-30"):
        made = plan_on(at, on, STANDARD, new)
        assert (does(made), standing(made)) == ([], "declined")
    later = plan_on(at, "2027-01-04", STANDARD, new)
    assert does(later) == [f"{'propose' if gated else 'send'} last: INV-1"]


def test_a_chain_of_versions_renames_step_by_step() -> None:
    v5 = replace(
        RENAMED,
        version=5,
        ladder=ladder(step("first", 7, 7), step("last", 30)),
        migrates=migration(4, hello="first"),
    )
    at = account(journal=upto("friendly-reminder"))

    assert next_on(plan_on(at, "2026-10-15", STANDARD, RENAMED, v5)).startswith("last")


def test_a_step_that_the_new_version_forgot_is_a_problem() -> None:
    new = replace(V4, ladder=ladder(FORMAL), migrates=migration(3))
    at = account(journal=upto("friendly-reminder"))

    made = plan_on(at, "2026-10-20", STANDARD, new)

    assert made.actions == ()
    assert "friendly-reminder" in made.problems[0].what
    assert "standard@4" in made.problems[0].what


SHORT = replace(STANDARD, version=2, ladder=ladder(step("only", 10)))


def test_a_pin_is_the_terms_that_were_agreed() -> None:
    pinned = account(
        invoice(pin="standard@2"),
        journal=[],
        records=[pause("2026-10-01", "2026-10-02")],
    )

    assert next_on(plan_on(pinned, "2026-10-05", SHORT, STANDARD)) == "only 2026-10-12"


def test_a_pin_outranks_the_journal() -> None:
    pinned = account(
        invoice(pin="standard@2"),
        journal=[sent("2026-10-01", "only", policy=STANDARD.ref)],
    )

    assert standing(plan_on(pinned, "2026-10-05", SHORT, STANDARD)) == "exhausted"


def test_the_accounts_policy_outranks_its_segments() -> None:
    own = replace(SHORT, name="key-account", segments=())
    at = account(policy="key-account")

    assert next_on(plan_on(at, "2026-10-05", STANDARD, own)) == "only 2026-10-12"


def test_a_segment_that_no_policy_serves_is_a_problem() -> None:
    made = plan_on(account(segment="unknown"), "2026-10-08")

    assert (made.actions, made.waiting) == ((), ())
    assert "unknown" in made.problems[0].what


def test_an_older_version_is_used_until_the_new_one_is_effective() -> None:
    assert next_on(plan_on(account(), "2026-10-05", STANDARD, RENAMED)).startswith(
        "friendly-reminder"
    )
    assert does(plan_on(account(), "2026-10-15", STANDARD, RENAMED)) == [
        "send hello: INV-1"
    ]


def test_where_policies_meet_the_stricter_limit_and_the_lower_tolerance_hold() -> None:
    strict: Policy = replace(
        SHORT, limits=(replace(STANDARD.limits[0], per=20),), tolerance={}
    )
    two = account(
        invoice("INV-1", total="4.00"),
        invoice("INV-2", pin="standard@2"),
        records=[met("2026-09-25")],
    )

    made = plan_on(two, "2026-10-12", strict, STANDARD)

    assert stands(made) == {"INV-1": "limit", "INV-2": "limit"}
    assert str(waiting(made, "INV-1").until) == "2026-10-14"


# ------------------------------------------------------------------ the end


def test_a_ladder_of_which_every_step_is_skipped_is_exhausted() -> None:
    never = replace(
        STANDARD, ladder=ladder(replace(FRIENDLY, when=when("overdue < 0")))
    )

    made = plan_on(account(), "2026-10-08", never)

    assert standing(made) == "exhausted"
    assert tasks(made) == ["exhausted"]


def test_exhausted_is_no_task_before_anything_is_overdue() -> None:
    only = replace(STANDARD, ladder=ladder(COURTESY))
    at = account(journal=[sent("2026-09-28", "courtesy-note")])

    assert tasks(plan_on(at, "2026-09-30", only)) == []
    assert tasks(plan_on(at, "2026-10-02", only)) == ["exhausted"]


def test_a_row_may_name_a_step_of_its_own() -> None:
    """INV-2 rode along with the formal letter and took the friendly reminder."""
    letter = sent(
        "2026-11-16",
        "formal-letter",
        took("INV-1", "formal-letter"),
        took("INV-2", "friendly-reminder"),
    )
    two = account(
        invoice("INV-1"), invoice("INV-2", due="2026-11-01"), journal=[letter]
    )

    made = plan_on(two, "2026-11-17")

    assert next_on(made, "INV-1") == "final-notice 2026-11-30"
    assert next_on(made, "INV-2") == "personal-call 2026-12-07"
    assert waiting(made, "INV-2").why == ("personal-call is due from 2026-11-23",)


def test_first_seen_sixty_days_late_it_still_hears_the_friendly_reminder_first() -> (
    None
):
    """Each step waits for the wait of the one before; the call lapses."""
    assert story(account(), days("2026-11-30", "2027-01-31")) == [
        "2026-11-30 send friendly-reminder: INV-1",
        "2026-12-07 call personal-call: INV-1",
        "2026-12-18 send payment-options: INV-1",
        "2027-01-04 send formal-letter: INV-1",
        "2027-01-18 propose final-notice: INV-1",
    ]


@pytest.mark.parametrize("gap", [1, 2, 3, 7, 13, 30, 45])
def test_missed_runs_never_yield_two_messages_at_once(gap: int) -> None:
    told = story(account(), days("2026-09-01", "2027-06-30", gap))
    sends = [line for line in told if " send " in line]

    assert len({line[:10] for line in sends}) == len(sends)
    assert [line.split()[2] for line in sends if "courtesy" not in line] == [
        "friendly-reminder:",
        "payment-options:",
        "formal-letter:",
    ]


def test_a_second_run_on_the_same_day_does_nothing() -> None:
    twice = [on for on in days("2026-09-01", "2027-01-20") for _ in range(2)]

    assert story(account(), twice) == story(account(), days("2026-09-01", "2027-01-20"))


def test_a_whole_ladder_day_by_day() -> None:
    """Nobody pays, nobody answers, nobody decides."""
    assert story(account(), days("2026-09-01", "2027-01-20")) == [
        "2026-09-28 send courtesy-note: INV-1",
        "2026-10-08 send friendly-reminder: INV-1",
        "2026-10-22 call personal-call: INV-1",
        "2026-11-02 send payment-options: INV-1",
        "2026-11-17 send formal-letter: INV-1",
        "2026-12-01 propose final-notice: INV-1",
        "2026-12-16 close final-notice: (INV-1)",
        "2027-01-15 propose final-notice: INV-1",
    ]


def test_an_expired_proposal_comes_back_on_its_day_however_late_it_is_closed() -> None:
    at = account(journal=upto("formal-letter"))
    late = ["2026-11-30", "2027-01-11", *days("2027-01-12", "2027-01-15")]

    assert story(at, late) == [
        "2026-11-30 propose final-notice: INV-1",
        "2027-01-11 close final-notice: (INV-1)",
        "2027-01-14 propose final-notice: INV-1",
    ]


def test_only_the_next_call_takes_the_step() -> None:
    """Later calls are contacts, and do not make the customer wait anew."""
    at = account(
        journal=upto("personal-call"),
        records=[call("2026-10-30", id="b"), call("2026-10-23", id="a")],
    )

    assert next_on(plan_on(at, "2026-10-30", BY_HAND)) == "payment-options 2026-11-02"


def test_a_record_that_names_no_invoice_says_nothing_of_one_that_was_settled() -> None:
    """INV-1 was paid when they met; when the payment bounced it starts anew."""
    at = account(
        invoice(paid=[("2026-10-05", "1190.00"), ("2026-11-05", "-1190.00")]),
        invoice("INV-2", total="600.00"),
        records=[met("2026-10-20", step="formal-letter")],
    )

    made = plan_on(at, "2026-11-06")

    assert waiting(made, "INV-1").why[0] == "friendly-reminder is due from 2026-11-09"
    assert next_on(made, "INV-2") == "final-notice 2026-11-30"


def test_names_follow_the_path_of_the_episode() -> None:
    """Version 5 takes 3 over by itself; what 4 would have called it is no matter."""
    v5 = replace(
        RENAMED,
        version=5,
        ladder=ladder(step("first", 7, 7), step("other", 20, 7), FINAL),
        migrates=migration(3, 4, friendly_reminder="first", hello="other"),
    )
    begun = sent("2026-10-08", "friendly-reminder")

    assert next_on(
        plan_on(account(journal=[begun]), "2026-10-15", STANDARD, RENAMED, v5)
    ).startswith("other 2026")


def test_a_pin_keeps_the_names_of_its_own_version() -> None:
    """The message was sent under 3; the invoice is pinned to 2, which has it too."""
    old = replace(STANDARD, version=2, effective=day("2025-06-01"))
    pinned = account(
        invoice(pin="standard@2"), journal=[sent("2026-10-08", "friendly-reminder")]
    )

    made = plan_on(pinned, "2026-10-15", old, STANDARD, RENAMED)

    assert next_on(made) == "personal-call 2026-10-22"


def test_the_lower_tolerance_holds_for_the_whole_account() -> None:
    """One invoice is under terms that tolerate nothing: 4.00 is asked for."""
    strict = replace(SHORT, tolerance={})
    two = account(
        invoice("INV-1", total="4.00"),
        invoice("INV-2", due="2026-12-01", pin="standard@2"),
    )

    assert does(plan_on(two, "2026-10-08", strict, STANDARD)) == [
        "send friendly-reminder: INV-1"
    ]
    assert standing(plan_on(two, "2026-10-08", SHORT, STANDARD)) == "tolerance"


@pytest.mark.parametrize(
    ("at", "later"),
    [
        pytest.param(
            account(invoice(paid=[("2026-10-09", "1190.00")])),
            [],
            id="a payment",
        ),
        pytest.param(
            account(invoice(credited=[("2026-10-09", "1190.00")])), [], id="a credit"
        ),
        pytest.param(
            account(records=[met("2026-10-09", step="friendly-reminder")]),
            [],
            id="a record",
        ),
        pytest.param(
            account(journal=[sent("2026-10-09", "friendly-reminder")]),
            [],
            id="a message",
        ),
        pytest.param(
            account(invoice(), invoice("INV-2", issued="2026-10-09", due="2026-10-09")),
            ["send friendly-reminder: INV-1"],
            id="an invoice",
        ),
    ],
)
def test_what_is_dated_later_does_not_exist_yet(at: Account, later: list[str]) -> None:
    made = plan_on(at, "2026-10-08")

    assert does(made) == ["send friendly-reminder: INV-1"]
    assert stands(made) == {}
    assert does(plan_on(at, "2026-10-09"), "send", "call") == later


# ------------------------------------------------- steps that a person took, or did not

NOTED = met("2026-10-20", step="formal-letter")
TWO = (invoice("OLD", due="2026-09-01"), invoice("NEW", due="2026-11-09"))


def steps_of(at: Account, name: str, on: str) -> list[str]:
    """Name the steps that an invoice has taken."""
    here = account_state(at, rules_on(on))
    item = next(item for item in here.open_invoices if item.id == name)
    return [step.name for step, _ in item.steps_taken]


def test_a_step_noted_without_invoices_is_about_those_that_were_overdue() -> None:
    """An invoice that was not even due must not hear a final notice first."""
    two = account(*TWO, records=[NOTED])

    assert steps_of(two, "OLD", "2026-11-20") == ["formal-letter"]
    assert steps_of(two, "NEW", "2026-11-20") == []
    assert "friendly-reminder" in next_on(plan_on(two, "2026-11-10"), "NEW")


def test_nor_about_those_that_were_past_it() -> None:
    past = account(
        *TWO,
        records=[met("2026-10-20", step="friendly-reminder")],
        journal=[sent("2026-10-01", "formal-letter", "OLD")],
    )

    assert steps_of(past, "OLD", "2026-11-20") == ["formal-letter"]


def test_a_step_before_the_due_date_is_about_what_was_open() -> None:
    early = account(*TWO, records=[met("2026-10-20", step="courtesy-note")])

    assert steps_of(early, "NEW", "2026-11-20") == ["courtesy-note"]


def test_named_invoices_took_the_step() -> None:
    named = account(*TWO, records=[met("2026-11-10", "NEW", step="formal-letter")])

    assert steps_of(named, "NEW", "2026-11-20") == ["formal-letter"]
    assert steps_of(named, "OLD", "2026-11-20") == []


def test_what_was_said_about_a_wrong_due_date_leads_to_nothing_firmer() -> None:
    """Nobody has reminded them of the right one; but they did hear from us."""
    moved = account(invoice(due="2027-02-01"), journal=upto("formal-letter"))

    assert steps_of(moved, "INV-1", "2027-02-02") == []
    assert does(plan_on(moved, "2027-02-08")) == ["send friendly-reminder: INV-1"]
    assert account_state(moved, rules_on("2027-02-02")).history.contacts


def test_a_warm_word_may_follow_what_was_said_about_a_wrong_due_date() -> None:
    """The call is a person's, who says the right date."""
    moved = account(invoice(due="2026-11-30"), journal=upto("friendly-reminder"))

    assert steps_of(moved, "INV-1", "2026-12-01") == ["friendly-reminder"]
    assert does(plan_on(moved, "2026-12-21")) == ["call personal-call: INV-1"]
