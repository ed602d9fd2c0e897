"""What a person must decide: asked once, bound to its facts, carried out once."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from goodterms.decision.state.account_state import account_state
from goodterms.model.journal import JournalDocument
from goodterms.model.ledger import Account, Contact, Credit
from goodterms.model.plan import AccountPlan, Action, Deduction
from goodterms.model.policy import Policy
from goodterms.model.records import Record
from tests.support.factory import (
    CHOICES,
    FINAL,
    STANDARD,
    TRIAGE,
    account,
    bounce,
    cash,
    day,
    dispute,
    does,
    extension,
    instalments,
    invoice,
    ladder,
    met,
    money,
    next_on,
    pause,
    plan_on,
    promise,
    reply,
    rules_on,
    sent,
    standing,
    stands,
    then,
    upto,
    waiting,
)
from tests.support.play_days import Change, days, recorded, run, story, with_journal

ASKED_ON = "2026-11-30"
FREE = replace(STANDARD, limits=())


def asked(at: Account | None = None, on: str = ASKED_ON, *policies: Policy) -> Account:
    """Return an account whose proposal of that day is open."""
    at = at or account(journal=upto("formal-letter"))
    return run(at, rules_on(on, *policies))[0]


def proposal(at: Account) -> JournalDocument:
    """Return the last proposal of a journal."""
    return next(doc for doc in reversed(at.journal) if doc.state == "proposed")


def approved(at: Account, on: str, choose: str | None = None) -> Account:
    """Return the account after the team has said yes."""
    said = then(proposal(at), on, "approved", by=("dana",), choose=choose)
    return with_journal(at, said)


def one(made: AccountPlan, kind: str) -> Action:
    """Return the one action of a kind."""
    found = [action for action in made.actions if action.kind == kind]
    assert len(found) == 1
    return found[0]


# ------------------------------------------------------------------------ asking


def test_a_gated_step_is_asked_for_and_nothing_is_sent() -> None:
    at = account(journal=upto("formal-letter"))

    made = plan_on(at, ASKED_ON)
    asks = one(made, "propose")

    assert does(made) == ["propose final-notice: INV-1"]
    assert (asks.id, asks.channel, asks.to) == (
        "acme/2026-11-30-final-notice",
        "letter",
        "Hauptstr. 1, 10115 Berlin",
    )
    assert (asks.choose, str(asks.expires), asks.approval) == (
        "approve",
        "2026-12-14",
        FINAL.approval,
    )
    assert asks.facts is not None
    assert asks.facts.startswith("sha256:")


def test_it_is_asked_once() -> None:
    at = asked()

    assert story(at, [ASKED_ON, *days("2026-11-30", "2026-12-14")]) == []


def test_nothing_is_asked_on_a_day_without_business() -> None:
    at = account(journal=upto("formal-letter"))

    assert does(plan_on(at, "2026-12-05")) == []
    assert standing(plan_on(at, "2026-12-05")) == "calendar"


def test_asking_meets_no_limit() -> None:
    at = account(journal=upto("formal-letter"), records=[met("2026-11-29")])

    assert does(plan_on(at, ASKED_ON)) == ["propose final-notice: INV-1"]


# --------------------------------------------------------------------- approval


def test_approved_it_is_carried_out_once_and_the_ladder_goes_on() -> None:
    at = approved(asked(), "2026-12-02")

    made = plan_on(at, "2026-12-02")
    sends = one(made, "send")

    assert does(made) == ["send final-notice: INV-1"]
    assert (sends.decision, sends.choose, sends.id) == (
        "2026-11-30-final-notice",
        "approve",
        "acme/2026-12-02-final-notice",
    )
    assert story(at, [*days("2026-12-02", "2026-12-29")]) == [
        "2026-12-02 send final-notice: INV-1"
    ]


def test_approved_on_the_day_it_was_asked_it_has_an_id_of_its_own() -> None:
    at = approved(asked(), ASKED_ON)

    made = one(plan_on(at, ASKED_ON), "send")

    assert made.id == "acme/2026-11-30-final-notice-2"


@pytest.mark.parametrize(
    ("yes", "records", "expected"),
    [
        pytest.param("2026-12-05", (), "2026-12-07", id="on a Saturday"),
        pytest.param("2026-12-02", (met("2026-12-01"),), "2026-12-07", id="limit"),
        pytest.param("2026-12-02", (met("2026-12-02"),), "2026-12-07", id="same day"),
    ],
)
def test_it_is_carried_out_on_the_first_day_that_the_plan_allows(
    yes: str, records: tuple[Record, ...], expected: str
) -> None:
    at = replace(approved(asked(), yes), records=records)

    assert story(at, days(yes, "2026-12-16")) == [
        f"{expected} send final-notice: INV-1"
    ]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-12-16", ["send final-notice: INV-1"]),
        ("2026-12-17", ["close final-notice: (INV-1)", "propose final-notice: INV-1"]),
    ],
)
def test_an_approval_is_void_fourteen_days_after(on: str, expected: list[str]) -> None:
    made = plan_on(approved(asked(), "2026-12-02"), on)

    assert does(made) == expected
    if len(expected) > 1:
        assert one(made, "close").state == "void"


def test_an_approved_message_that_failed_is_tried_again() -> None:
    at = approved(asked(), "2026-12-02")
    failed = sent(
        "2026-12-02",
        "final-notice",
        state="failed",
        decision="2026-11-30-final-notice",
        channel="letter",
        to="Hauptstr. 1, 10115 Berlin",
    )

    again = one(plan_on(with_journal(at, failed), "2026-12-03"), "send")

    assert (again.retry, again.id) == (True, "acme/2026-12-02-final-notice")


def test_what_a_person_did_by_hand_carries_the_approval_out() -> None:
    at = approved(asked(), "2026-12-02")
    by_hand = replace(at, records=(met("2026-12-02", step="final-notice"),))

    assert does(plan_on(by_hand, "2026-12-10")) == []


# ------------------------------------------------------------- changed meanwhile


def _moved(at: Account) -> Account:
    return replace(at, profile=replace(at.profile, address=("Neue Str. 2", "Berlin")))


def _credited(at: Account) -> Account:
    credit = Credit(day("2026-12-01"), money("90.00"))
    return replace(at, invoices=(replace(at.invoices[0], credits=(credit,)),))


FACTS = [
    pytest.param(_moved, "1190.00", id="addressee"),
    pytest.param(_credited, "1100.00", id="open amount"),
]


@pytest.mark.parametrize(("change", "amount"), FACTS)
def test_changed_facts_refresh_an_open_proposal(change: Change, amount: str) -> None:
    before = asked()
    at = change(before)

    made = plan_on(at, "2026-12-01")
    fresh = one(made, "propose")

    assert does(made) == ["propose final-notice: (INV-1)"]
    assert (fresh.id, fresh.decision, str(fresh.expires)) == (
        "acme/2026-11-30-final-notice",
        "2026-11-30-final-notice",
        "2026-12-14",
    )
    assert fresh.facts != proposal(before).facts
    assert [str(total) for total in fresh.totals] == [amount]
    assert standing(made) == "deciding"
    again = recorded(at, made, day("2026-12-01"))
    assert does(plan_on(again, "2026-12-01")) == []


@pytest.mark.parametrize(("change", "amount"), FACTS)
def test_changed_facts_void_an_approval(change: Change, amount: str) -> None:
    at = change(approved(asked(), "2026-12-01"))

    made = plan_on(at, "2026-12-01")

    assert one(made, "close").state == "void"
    assert does(made, "send") == []
    assert [str(total) for total in one(made, "propose").totals] == [amount]


def test_a_changed_template_changes_the_facts() -> None:
    at = asked()
    rules = rules_on("2026-12-01")
    texts = {**rules.book.templates, "final-notice": "sha256:rewritten"}
    rewritten = replace(rules, book=replace(rules.book, templates=texts))

    assert [a.kind for a in run(at, rewritten)[1].actions] == ["propose"]


def test_days_and_cash_in_hand_are_no_facts_of_a_proposal() -> None:
    at = replace(asked(), records=(cash("2026-12-01", "50.00"),))

    assert does(plan_on(at, "2026-12-11")) == []


STOPS: list[Any] = [
    pytest.param({"flags": frozenset({"insolvent"})}, id="flagged"),
    pytest.param({"flags": frozenset({"autopay"})}, id="autopay"),
    pytest.param({"records": [dispute("2026-12-01", "2026-12-30")]}, id="dispute"),
    pytest.param({"records": [promise("2026-12-01", "2026-12-20")]}, id="promise"),
    pytest.param({"records": [extension("2026-12-01", "2026-12-20")]}, id="extension"),
    pytest.param({"records": [pause("2026-12-01", "2026-12-20")]}, id="pause"),
    pytest.param({"records": [reply("2026-12-01")]}, id="reply"),
    pytest.param({"records": [cash("2026-12-01", "1190.00")]}, id="credit"),
    pytest.param({"records": [cash("2026-12-01", "1186.00")]}, id="tolerance"),
    pytest.param(
        {"records": [instalments("2026-12-01", [("2026-12-20", "1190.00")])]},
        id="plan",
    ),
    pytest.param({"paid": [("2026-12-01", "10.00")]}, id="after-payment"),
    pytest.param({"paid": [("2026-12-01", "1190.00")]}, id="settled"),
    pytest.param(
        {
            "channels": ("email",),
            "records": [bounce("2026-12-01", "2026-11-02-payment-options")],
        },
        id="bounce",
    ),
]


def _stopped(at: Account, more: dict[str, Any]) -> Account:
    paid = invoice(paid=more.get("paid", ()))
    known = {k: v for k, v in more.items() if k not in ("paid", "records")}
    return replace(
        at,
        invoices=(paid,),
        records=tuple(more.get("records", ())),
        profile=replace(at.profile, **known),
    )


@pytest.mark.parametrize("more", STOPS)
def test_stopped_meanwhile_it_is_closed(more: dict[str, Any]) -> None:
    made = plan_on(_stopped(asked(), more), "2026-12-02")

    assert one(made, "close").state == "void"
    assert does(made, "send", "propose") == []


@pytest.mark.parametrize("more", STOPS)
def test_stopped_after_the_approval_nothing_is_sent(more: dict[str, Any]) -> None:
    made = plan_on(_stopped(approved(asked(), "2026-12-02"), more), "2026-12-02")

    assert one(made, "close").state == "void"
    assert does(made, "send", "propose") == []


def test_one_invoice_of_two_stopped_closes_it_and_the_other_is_asked_about_anew() -> (
    None
):
    both = account(
        invoice("INV-1"),
        invoice("INV-2"),
        journal=upto("formal-letter", "INV-1", "INV-2"),
    )
    at = asked(both)
    stopped = replace(at, records=(dispute("2026-12-01", "2026-12-30", "INV-2"),))

    made = plan_on(stopped, "2026-12-01")

    assert does(made) == [
        "close final-notice: (INV-1) (INV-2)",
        "propose final-notice: INV-1",
    ]
    again = recorded(stopped, made, day("2026-12-01"))
    assert does(plan_on(again, "2026-12-01")) == []


# ------------------------------------------------------------------- one per case


def test_one_open_proposal_per_case() -> None:
    """INV-1 is due for triage, INV-2 for the final notice: the firmest first."""
    two = account(
        invoice("INV-1"),
        invoice("INV-2", due="2026-10-30"),
        journal=[
            *upto("final-notice"),
            sent("2026-12-11", "formal-letter", "INV-2"),
        ],
    )

    made = plan_on(two, "2026-12-30")
    at = recorded(two, made, day("2026-12-30"))

    assert does(made) == ["propose triage: INV-1"]
    assert standing(made, "INV-2") == "one-conversation"
    assert stands(plan_on(at, "2026-12-31")) == {
        "INV-1": "deciding",
        "INV-2": "one-conversation",
    }
    decided = with_journal(at, then(proposal(at), "2026-12-31", "declined"))
    assert does(plan_on(decided, "2026-12-31")) == ["propose final-notice: INV-2"]


def test_cases_that_come_to_one_gate_on_one_day_are_one_proposal() -> None:
    two = account(
        invoice("INV-1"),
        invoice("INV-2", currency="USD"),
        journal=upto("formal-letter", "INV-1", "INV-2"),
    )

    made = plan_on(two, ASKED_ON)
    at = recorded(two, made, day(ASKED_ON))

    assert does(made) == ["propose final-notice: INV-1 INV-2"]
    assert one(made, "propose").totals == (money("1190.00"), money("1190.00", "USD"))
    assert does(plan_on(approved(at, "2026-12-01"), "2026-12-01")) == [
        "send final-notice: INV-1 INV-2"
    ]
    assert story(at, days("2026-12-01", "2026-12-14")) == []


def test_another_gate_of_another_currency_is_another_proposal() -> None:
    two = account(
        invoice("INV-1"),
        invoice("INV-2", currency="USD", due="2026-09-01"),
        journal=[
            *upto("formal-letter", "INV-1", "INV-2"),
            sent("2026-11-20", "final-notice", "INV-2"),
        ],
    )

    assert does(plan_on(two, "2026-12-04")) == [
        "propose triage: INV-2",
        "propose final-notice: INV-1",
    ]


def test_an_approval_speaks_for_its_own_invoices_only() -> None:
    two = account(
        invoice("INV-1"),
        invoice("INV-2", due="2026-10-15"),
        journal=[
            *upto("formal-letter", "INV-1", "INV-2"),
        ],
    )

    made = plan_on(approved(asked(two), "2026-12-14"), "2026-12-14", FREE)

    assert does(made) == ["send final-notice: INV-1", "propose final-notice: INV-2"]


# ----------------------------------------------------------------------- choosing

LATE = "2026-12-30"


def triage(records: Iterable[Record] = ()) -> Account:
    """Return an account that has heard the final notice and is due for triage."""
    return account(journal=upto("final-notice"), records=records)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        pytest.param((), "agency", id="never answered since 10-08"),
        pytest.param(
            (reply("2026-11-30", answered=True),), "ride-out", id="30 days ago"
        ),
        pytest.param((reply("2026-11-29", answered=True),), "plan", id="31 days ago"),
        pytest.param((reply("2026-10-31", answered=True),), "plan", id="60 days ago"),
        pytest.param((reply("2026-10-30", answered=True),), "agency", id="61 days ago"),
        pytest.param(
            (
                reply("2026-12-20", answered=True),
                promise("2026-11-18", "2026-11-25"),
            ),
            "plan",
            id="answered, and broke a promise",
        ),
    ],
)
def test_a_remedy_is_recommended_by_what_is_known(
    records: tuple[Record, ...], expected: str
) -> None:
    made = one(plan_on(triage(records=records), LATE), "propose")

    assert (made.step, made.choose, made.template) == ("triage", expected, None)
    assert (made.approval, str(made.expires)) == (TRIAGE.approval, "2027-01-20")


def test_without_a_recommendation_that_holds_the_first_option_stands() -> None:
    policy = replace(
        STANDARD, ladder=ladder(*STANDARD.ladder[:-1], replace(TRIAGE, recommend=()))
    )

    assert one(plan_on(triage(), LATE, policy), "propose").choose == "ride-out"


def chosen(remedy: str, on: str = "2026-12-31") -> Account:
    """Return an account for which people have chosen a remedy."""
    return approved(asked(triage(), LATE), on, remedy)


def test_riding_it_out_is_a_pause_and_leaves_the_step_untaken() -> None:
    at = chosen("ride-out")
    made = plan_on(at, "2026-12-31")

    assert does(made) == []
    assert (standing(made), str(waiting(made).until)) == ("pause", "2027-01-30")
    assert next_on(made) == "triage 2027-02-02"
    assert standing(plan_on(at, "2027-01-30")) == "pause"
    assert story(at, days("2026-12-31", "2027-02-10")) == [
        "2027-02-02 propose triage: INV-1"
    ]


def test_an_offer_goes_out_once_and_the_step_comes_back_when_it_has_ended() -> None:
    at = chosen("plan", "2027-01-04")
    made = plan_on(at, "2027-01-04")
    offer = one(made, "send").offer

    assert does(made) == ["send triage: INV-1"]
    assert (one(made, "send").channel, one(made, "send").template) == (
        "email",
        "offer-instalments",
    )
    assert offer is not None
    assert (str(offer.valid_until), offer.pay) == (
        "2027-01-18",
        (money("1190.00"),),
    )
    assert [(str(due), str(part)) for due, part in offer.parts] == [
        ("2027-01-19", "396.66"),
        ("2027-02-19", "396.66"),
        ("2027-03-19", "396.68"),
    ]
    assert story(at, days("2027-01-04", "2027-01-29")) == [
        "2027-01-04 send triage: INV-1",
        "2027-01-21 propose triage: INV-1",
    ]


def test_a_discount_is_of_what_is_open() -> None:
    made = one(plan_on(chosen("settlement"), "2026-12-31"), "send")

    assert made.offer is not None
    assert (made.offer.pay, made.offer.percent) == ((money("1071.00"),), "10")
    assert made.template == "offer-discount"
    assert [str(total) for total in made.totals] == ["1190.00"]


@pytest.mark.parametrize(
    ("remedy", "partner", "to"),
    [
        ("agency", "northstar", "in@northstar.example"),
        ("legal", "kanzlei-roth", "post@roth.example"),
    ],
)
def test_placing_hands_over_and_holds_credit_once(
    remedy: str, partner: str, to: str
) -> None:
    at = chosen(remedy)
    made = plan_on(at, "2026-12-31")

    assert does(made) == ["place triage: INV-1", "hold triage: (INV-1)"]
    assert (one(made, "place").partner, one(made, "place").to) == (partner, to)
    assert one(made, "place").decision == "2026-12-30-triage"
    placed = recorded(at, made, day("2026-12-31"))
    assert standing(plan_on(placed, "2026-12-31")) == "placed"
    assert story(placed, days("2026-12-31", "2027-03-31")) == []


def test_a_partner_is_not_asked_to_collect_what_is_here_already() -> None:
    at = chosen("agency")
    with_cash = replace(at, records=(*at.records, cash("2026-12-20", "50.00")))

    made = one(plan_on(with_cash, "2026-12-31"), "place")
    assert made.deductions == (Deduction("cash", money("50.00")),)
    assert [str(each) for each in made.totals] == ["1140.00"]


def test_a_placement_that_failed_is_tried_again_and_credit_is_held_once() -> None:
    at = chosen("agency")
    first = recorded(at, plan_on(at, "2026-12-31"), day("2026-12-31"))
    undone = replace(
        first,
        journal=tuple(
            replace(doc, state="failed")
            if doc.id == "2026-12-31-triage" and doc.state == "sent"
            else doc
            for doc in first.journal
        ),
    )

    made = plan_on(undone, "2027-01-04")

    assert does(made) == ["place triage: INV-1"]
    assert one(made, "place").retry


def test_a_write_off_settles_and_is_no_reason_to_thank() -> None:
    at = chosen("write-off")
    made = plan_on(at, "2026-12-31")
    written = recorded(at, made, day("2026-12-31"))

    assert does(made) == ["write-off triage: INV-1"]
    assert plan_on(written, "2026-12-31").waiting == ()
    assert story(written, days("2026-12-31", "2027-01-31")) == []


@pytest.mark.parametrize("odd", ["approve", "agencyy", "ride_out"])
def test_what_is_no_option_of_the_step_is_not_carried_out(odd: str) -> None:
    made = plan_on(chosen(odd), "2026-12-31")

    assert does(made, "send", "place", "hold", "write-off") == []
    assert one(made, "close").state == "void"


def test_an_option_that_the_step_does_not_have_sends_nothing() -> None:
    """The final notice can be approved, and nothing else."""
    made = plan_on(approved(asked(), "2026-12-02", "write-off"), "2026-12-02")

    assert does(made, "send", "write-off") == []
    assert one(made, "close").state == "void"


def test_a_partner_without_an_address_is_placed_with_all_the_same() -> None:
    rules = rules_on("2026-12-31")
    mute = replace(
        rules.settings,
        partners={
            key: replace(partner, email=None)
            for key, partner in rules.settings.partners.items()
        },
    )

    made = run(chosen("agency"), replace(rules, settings=mute))[1]

    assert does(made) == ["place triage: INV-1", "hold triage: (INV-1)"]


def test_every_remedy_of_the_policy_is_tried_here() -> None:
    assert {remedy.name for remedy in CHOICES} == {
        "ride-out",
        "plan",
        "settlement",
        "agency",
        "legal",
        "write-off",
    }


def test_an_offer_to_an_account_that_cannot_be_written_to_is_void() -> None:
    at = chosen("plan")
    mute = replace(
        at, profile=replace(at.profile, channels=(), contacts=(Contact("P"),))
    )

    assert does(plan_on(mute, "2026-12-31"), "send") == []


def test_a_small_invoice_does_not_close_the_proposal_about_another() -> None:
    """4.00 alone is within the tolerance, and no reason to take the other back."""
    two = account(
        invoice("INV-1"),
        invoice("INV-2", total="4.00"),
        journal=upto("formal-letter", "INV-1", "INV-2"),
    )

    made = plan_on(asked(two), ASKED_ON)

    assert does(made) == []
    assert stands(made) == {"INV-1": "deciding", "INV-2": "tolerance"}


def test_nobody_is_asked_about_what_is_within_the_tolerance() -> None:
    """INV-2 alone is due for the notice; INV-1 makes the case worth chasing."""
    two = account(
        invoice("INV-1", due="2026-11-20"),
        invoice("INV-2", total="4.00"),
        journal=upto("formal-letter", "INV-2"),
    )

    made = plan_on(two, ASKED_ON, FREE)

    assert does(made) == ["send friendly-reminder: INV-1"]
    assert standing(made, "INV-2") == "tolerance"


def test_a_placement_moves_no_cash_to_another_invoice() -> None:
    """The agency is told of the rest; the cash stays, on that day and afterwards."""
    two = account(
        invoice("INV-1"),
        invoice("INV-2", due="2026-11-01", total="240.00"),
        journal=[
            *upto("final-notice", "INV-1"),
            sent("2026-12-16", "formal-letter", "INV-2"),
        ],
        records=[cash("2026-12-05", "240.00")],
    )
    at = approved(asked(two, "2026-12-30"), "2026-12-30", "agency")
    after, made = run(at, rules_on("2026-12-31"))
    placed = next(action for action in made.actions if action.kind == "place")
    assert [str(each) for each in placed.totals] == ["950.00"]
    again = plan_on(after, "2026-12-31")
    assert does(again) == []
    items = account_state(after, rules_on("2026-12-31")).open_invoices
    covered = {item.id: str(item.cover.amount) for item in items}
    assert covered == {"INV-1": "240.00", "INV-2": "0.00"}
