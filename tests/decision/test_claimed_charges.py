"""Charges that were paid: neither a credit balance nor claimed again."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodterms.decision.state.account_state import account_state
from goodterms.decision.state.balances import Balances
from goodterms.model.journal import ChargeRow, EntryTime, JournalDocument
from goodterms.model.ledger import Account, Credit, Invoice, Payment
from goodterms.model.money import Money, total, zero
from goodterms.model.plan import AccountPlan, Action
from goodterms.model.records import Record
from goodterms.run.journal_entries import claim
from goodterms.views.explain import explain
from tests.decision.test_late_charges import CLAIMING, LAW
from tests.support.factory import (
    account,
    bounce,
    day,
    invoice,
    money,
    plan_on,
    rules_on,
    sent,
    settlement,
    then,
)

CLAIM_DAY = "2026-10-20"


def claiming(
    on: str = CLAIM_DAY,
    interest: str = "12.66",
    compensation: str = "40.00",
    **more: object,
) -> JournalDocument:
    """Say that a message claimed charges on INV-1, of 1000.00, beside what was open."""
    row = ChargeRow("INV-1", interest, compensation)
    return sent(on, "claim", charges=(row,), **more)


def firm(
    *payments: tuple[str, str],
    journal: Iterable[JournalDocument] = (),
    credited: Iterable[tuple[str, str]] = (),
    records: Iterable[Record] = (),
) -> Account:
    """Return an account whose only invoice, of 1000.00, was paid as said."""
    made = invoice(total="1000.00", paid=payments, credited=credited)
    known = tuple(journal) or (claiming(),)
    return account(made, journal=known, records=records)


def booked(at: Account, as_of: str = "2026-12-31") -> Balances:
    """Return the books of a day."""
    return account_state(at, rules_on(as_of, CLAIMING)).balances


def left(at: Account, as_of: str = "2026-12-31") -> tuple[str, str]:
    """Return what is open on INV-1, and what was paid of charges."""
    book = booked(at, as_of)
    found = book.charges.get("INV-1")
    return str(book.open["INV-1"]), str(found.paid.sum) if found else "none"


@pytest.mark.parametrize(
    ("payments", "expected"),
    [
        pytest.param([("2026-11-02", "1052.66")], ("0.00", "52.66"), id="all at once"),
        pytest.param(
            [("2026-11-02", "1000.00"), ("2026-11-09", "52.66")],
            ("0.00", "52.66"),
            id="the charges later",
        ),
        pytest.param(
            [("2026-11-02", "52.66"), ("2026-11-09", "1000.00")],
            ("0.00", "52.66"),
            id="the charges first",
        ),
        pytest.param(
            [("2026-11-02", "1020.00")], ("0.00", "20.00"), id="charges in part"
        ),
        pytest.param([("2026-11-02", "1000.00")], ("0.00", "0.00"), id="no charges"),
        pytest.param([("2026-11-02", "999.99")], ("0.01", "0.00"), id="principal"),
        pytest.param(
            [("2026-11-02", "1100.00")], ("-47.34", "52.66"), id="more than claimed"
        ),
        pytest.param(
            [("2026-11-02", "1000.00"), ("2026-11-03", "1000.00")],
            ("-947.34", "52.66"),
            id="paid twice",
        ),
        pytest.param(
            [
                ("2026-11-02", "1000.00"),
                ("2026-11-03", "52.66"),
                ("2026-11-04", "52.66"),
            ],
            ("-52.66", "52.66"),
            id="the charges twice",
        ),
        pytest.param(
            [("2026-10-19", "1052.66")], ("-52.66", "0.00"), id="before any claim"
        ),
        pytest.param(
            [("2026-10-20", "1052.66")], ("0.00", "52.66"), id="on the claim's day"
        ),
    ],
)
def test_what_is_paid_beyond_the_principal_settles_what_was_claimed(
    payments: list[tuple[str, str]], expected: tuple[str, str]
) -> None:
    assert left(firm(*payments)) == expected


def test_compensation_is_settled_before_interest() -> None:
    found = booked(firm(("2026-11-02", "1045.00"))).charges["INV-1"]

    assert (str(found.paid.compensation), str(found.paid.interest)) == ("40.00", "5.00")
    assert (str(found.left.compensation), str(found.left.interest)) == ("0.00", "7.66")
    assert found.on == day(CLAIM_DAY)


@pytest.mark.parametrize(
    ("document", "records", "expected"),
    [
        (claiming(state="claimed"), (), ("0.00", "52.66")),
        (claiming(state="in-doubt"), (), ("0.00", "52.66")),
        (claiming(state="failed"), (), ("-52.66", "none")),
        (claiming(), [bounce("2026-10-21", f"{CLAIM_DAY}-claim")], ("-52.66", "none")),
        (claiming(kind="propose", state="approved"), (), ("-52.66", "none")),
        (sent(CLAIM_DAY, "claim"), (), ("-52.66", "none")),
    ],
    ids=["claimed", "in doubt", "failed", "bounced", "proposed", "older journal"],
)
def test_only_a_message_that_went_out_claimed_anything(
    document: JournalDocument, records: Iterable[Record], expected: tuple[str, str]
) -> None:
    at = firm(("2026-11-02", "1052.66"), journal=[document], records=records)

    assert left(at) == expected


def test_only_the_latest_claim_counts() -> None:
    two = [claiming(), claiming("2026-10-27", "20.00")]

    assert left(firm(("2026-10-26", "1060.00"), journal=two)) == ("-7.34", "52.66")
    assert left(firm(("2026-10-28", "1070.00"), journal=two[::-1])) == (
        "-10.00",
        "60.00",
    )
    assert left(firm(("2026-10-28", "1070.00"), journal=two)) == ("-10.00", "60.00")


def test_a_claim_that_bounced_leaves_the_one_before() -> None:
    two = [claiming(), claiming("2026-10-27", "20.00")]
    undone = [bounce("2026-10-28", "2026-10-27-claim")]

    at = firm(("2026-10-30", "1060.00"), journal=two, records=undone)

    assert left(at) == ("-7.34", "52.66")


def test_our_own_credit_note_pays_no_charges() -> None:
    """Charges that were left unpaid are let go: a credit is the customer's."""
    paid = ("2026-11-02", "1000.00")

    assert left(firm(paid, credited=[("2026-11-09", "100.00")])) == ("-100.00", "0.00")
    record = settlement("2026-11-09", "100.00", "INV-1")
    assert left(firm(paid, records=[record])) == ("-100.00", "0.00")


def test_a_credit_before_the_payment_leaves_more_for_charges() -> None:
    for on in ("2026-11-02", "2026-11-09"):
        at = firm(("2026-11-09", "1000.00"), credited=[(on, "40.00")])
        assert left(at) == ("0.00", "40.00")


def test_money_beside_a_balance_in_their_favour_pays_no_more_than_itself() -> None:
    at = firm(
        ("2026-11-02", "1000.00"),
        ("2026-11-09", "20.00"),
        credited=[("2026-11-04", "100.00")],
    )

    assert left(at) == ("-100.00", "20.00")


def test_a_later_claim_is_beside_what_was_paid_of_an_earlier_one() -> None:
    """The direct debit came back, its charges stay paid, and more has accrued."""
    two = [claiming(), claiming("2026-11-10", "10.00", "0.00")]
    paid = [("2026-11-02", "1000.00"), ("2026-11-03", "52.66")]
    paid += [("2026-11-04", "-1000.00")]

    found = booked(firm(*paid, journal=two)).charges["INV-1"]

    assert (str(found.paid.sum), str(found.left.sum)) == ("52.66", "10.00")
    again = firm(*paid, ("2026-11-12", "1015.00"), journal=two)
    assert left(again) == ("-5.00", "62.66")


@pytest.mark.parametrize(
    ("payments", "expected"),
    [
        pytest.param(
            [("2026-11-02", "1052.66"), ("2026-11-09", "-1052.66")],
            ("1000.00", "0.00"),
            id="all of it",
        ),
        pytest.param(
            [
                ("2026-11-02", "1000.00"),
                ("2026-11-03", "52.66"),
                ("2026-11-09", "-1000.00"),
            ],
            ("1000.00", "52.66"),
            id="the one of that amount",
        ),
        pytest.param(
            [("2026-11-02", "1100.00"), ("2026-11-09", "-40.00")],
            ("-7.34", "52.66"),
            id="what is in their favour comes first",
        ),
        pytest.param(
            [("2026-11-02", "1100.00"), ("2026-11-09", "-60.00")],
            ("0.00", "40.00"),
            id="then interest",
        ),
        pytest.param(
            [("2026-11-02", "1100.00"), ("2026-11-09", "-110.00")],
            ("10.00", "0.00"),
            id="then compensation and principal",
        ),
        pytest.param(
            [
                ("2026-11-02", "900.00"),
                ("2026-11-03", "152.66"),
                ("2026-11-09", "-200.00"),
            ],
            ("147.34", "0.00"),
            id="the latest ones",
        ),
        pytest.param(
            [
                ("2026-11-02", "1100.00"),
                ("2026-11-03", "30.00"),
                ("2026-11-09", "-100.00"),
            ],
            ("0.00", "30.00"),
            id="the latest one whole and some of the one before",
        ),
        pytest.param(
            [
                ("2026-11-02", "1000.00"),
                ("2026-11-03", "1000.00"),
                ("2026-11-09", "-1000.00"),
            ],
            ("0.00", "0.00"),
            id="the latest of those of its amount",
        ),
        pytest.param(
            [("2026-11-02", "100.00"), ("2026-11-09", "-150.00")],
            ("1050.00", "0.00"),
            id="more than was paid",
        ),
        pytest.param(
            [
                ("2026-11-02", "1052.66"),
                ("2026-11-09", "-1052.66"),
                ("2026-11-16", "1052.66"),
            ],
            ("0.00", "52.66"),
            id="and paid again",
        ),
    ],
)
def test_a_reversed_payment_takes_back_what_it_had_settled(
    payments: list[tuple[str, str]], expected: tuple[str, str]
) -> None:
    assert left(firm(*payments)) == expected


def test_facts_of_a_later_day_are_not_known() -> None:
    at = firm(("2026-11-02", "1052.66"), ("2026-11-09", "-1052.66"))

    assert left(at, "2026-10-19") == ("1000.00", "none")
    assert left(at, "2026-11-02") == ("0.00", "52.66")
    assert left(at, "2026-11-09") == ("1000.00", "0.00")


def test_the_day_of_settlement_is_that_of_the_principal() -> None:
    at = firm(("2026-11-02", "1000.00"), ("2026-11-09", "52.66"))
    book = booked(at)

    assert book.settled_on(book.invoices["INV-1"]) == day("2026-11-02")


# ------------------------------------------------------------------- and after it


def plan_of(at: Account, on: str) -> AccountPlan:
    """Decide for an account whose steps claim charges."""
    made = plan_on(at, on, CLAIMING, jurisdictions={"DE": LAW})
    assert made.problems == ()
    return made


def test_a_letter_is_paid_to_the_cent_and_the_next_invoice_is_asked_in_full() -> None:
    """The payment of a claim is no credit: it covers nothing else."""
    made = invoice(total="3650.00")
    start = account(made, journal=[sent("2026-10-08", "friendly-reminder")])
    letter = next(a for a in plan_of(start, "2026-10-15").actions if a.kind == "send")
    when = EntryTime(day("2026-10-15"), datetime(2026, 10, 15, 12, tzinfo=UTC))
    document = claim(letter, when, "7f3a", "sha256:9f")
    paid = replace(made, payments=(Payment(day("2026-10-20"), letter.totals[0]),))
    other = invoice("INV-2", due="2026-11-02", issued="2026-10-15", total="100.00")
    at = account(
        paid,
        other,
        journal=[*start.journal, document, then(document, "2026-10-15", "sent")],
    )

    sends = [a for a in plan_of(at, "2026-11-09").actions if a.kind == "send"]

    assert [str(t) for t in letter.totals] == ["3704.00"]
    assert document.charges == (ChargeRow("INV-1", "14.00", "40.00"),)
    assert left(at) == ("0.00", "54.00")
    assert [[str(t) for t in a.totals] for a in sends] == [["100.00"]]


def test_a_paid_charge_is_not_claimed_again() -> None:
    """A returned direct debit opens the invoice anew; its charges stay paid."""
    made = invoice(
        total="3650.00",
        paid=[
            ("2026-10-20", "3650.00"),
            ("2026-10-21", "54.00"),
            ("2026-10-22", "-3650.00"),
        ],
    )
    row = ChargeRow("INV-1", "14.00", "40.00")
    journal = [
        sent("2026-10-08", "friendly-reminder"),
        sent("2026-10-15", "claim", charges=(row,)),
    ]
    at = account(made, journal=journal)

    (again,) = [a for a in plan_of(at, "2026-10-29").actions if a.kind == "send"]

    # 1.00 a day: 28 days late, two of them paid, 14.00 and the fixed sum settled
    assert [str(c.interest) for c in again.charges] == ["12.00"]
    assert [str(c.compensation) for c in again.charges] == ["0.00"]
    assert [str(t) for t in again.totals] == ["3662.00"]


def test_nothing_is_claimed_where_all_of_it_was_paid() -> None:
    row = ChargeRow("INV-1", "14.00", "40.00")
    made = invoice(
        total="3650.00",
        paid=[
            ("2026-10-15", "3650.00"),
            ("2026-10-15", "54.00"),
            ("2026-10-16", "-3650.00"),
        ],
    )
    journal = [
        sent("2026-10-08", "friendly-reminder"),
        sent("2026-10-14", "claim", charges=(row,)),
        sent("2026-10-15", "claim", charges=(), state="failed"),
    ]
    low = replace(LAW, rates=(replace(LAW.rates[0], percent=Decimal(1)),))
    at = account(made, journal=journal)
    made_plan = plan_on(at, "2026-10-29", CLAIMING, jurisdictions={"DE": low})
    (again,) = [a for a in made_plan.actions if a.kind == "send"]

    assert again.charges == ()
    assert [str(t) for t in again.totals] == ["3650.00"]


@pytest.mark.parametrize(
    ("payments", "expected"),
    [
        (
            [("2026-11-02", "1052.66")],
            "INV-1: settled on 2026-11-02, 32 days late; 52.66 EUR of charges paid",
        ),
        (
            [("2026-11-02", "1000.00")],
            "INV-1: settled on 2026-11-02, 32 days late; {}".format(
                "52.66 EUR of charges claimed on 2026-10-20 let go"
            ),
        ),
        (
            [("2026-11-02", "1045.00")],
            "INV-1: settled on 2026-11-02, 32 days late; {}; {}".format(
                "45.00 EUR of charges paid",
                "7.66 EUR of charges claimed on 2026-10-20 let go",
            ),
        ),
        (
            [("2026-11-02", "500.00")],
            "  52.66 EUR of charges claimed on 2026-10-20 not paid",
        ),
    ],
)
def test_explain_says_what_became_of_charges(
    payments: list[tuple[str, str]], expected: str
) -> None:
    at = firm(*payments)
    rules = rules_on("2026-12-31", CLAIMING)

    told = explain(at, rules, AccountPlan("acme"))

    assert expected in told.splitlines()


# ---------------------------------------------------------------------- conserved

_AMOUNTS = st.sampled_from(
    ["0.01", "12.66", "40.00", "52.66", "100.00", "947.34", "1000.00", "1052.66"]
)
_DAYS = st.integers(0, 60).map(lambda n: day("2026-10-05") + timedelta(days=n))
_MOVES = st.lists(st.tuples(_DAYS, _AMOUNTS, st.booleans()), max_size=6)
_CREDITS = st.lists(st.tuples(_DAYS, _AMOUNTS, st.booleans()), max_size=2)


@st.composite
def _lives(draw: st.DrawFn) -> Account:
    """Draw payments (some reversed), credits and claims of one invoice."""
    moves = draw(_MOVES)
    made = replace(
        invoice(total="1000.00"),
        payments=tuple(
            Payment(on, -money(a) if back else money(a)) for on, a, back in moves
        ),
        credits=tuple(
            Credit(on, money(a), goodwill=good)
            for on, a, good in draw(
                st.lists(st.tuples(_DAYS, _AMOUNTS, st.booleans()), max_size=2)
            )
        ),
    )
    claims = draw(st.lists(st.tuples(_DAYS, _AMOUNTS, _AMOUNTS), max_size=3))
    journal = [
        claiming(on.isoformat(), one, two, id=f"{on}-claim-{n}")
        for n, (on, one, two) in enumerate(claims)
    ]
    return account(made, journal=journal)


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(_lives(), _DAYS)
def test_money_is_conserved(at: Account, on: object) -> None:
    """Received = principal settled by it + charges settled + credit balance."""
    book = booked(at, str(on))
    (made,) = book.invoices.values()
    nothing = zero("EUR")
    received = _sum(p.amount for p in made.payments if p.on <= book.as_of)
    credited = _sum(c.amount for c in made.credits if c.on <= book.as_of)
    opened = book.open[made.id]
    claimed = book.charges.get(made.id)
    charges = claimed.paid.sum if claimed else nothing

    principal = made.total - max(opened, nothing) - credited
    assert received == principal + charges + max(-opened, nothing)


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(_lives(), _DAYS)
def test_charges_paid_are_charges_claimed(at: Account, on: object) -> None:
    """No more than was claimed is settled, and nothing without a payment of it."""
    book = booked(at, str(on))
    for id_, each in book.charges.items():
        assert all(amount >= zero("EUR") for amount in (*each.paid, *each.left))
        assert each.left.sum <= each.latest.sum
        claims = [d for d in at.journal if d.charges and d.day <= book.as_of]
        rows = [row for d in claims for row in d.charges or ()]
        most = _sum(money(r.interest) + money(r.compensation) for r in rows)
        payments = book.invoices[id_].payments
        came = [p.amount for p in payments if p.on <= book.as_of]
        assert each.paid.sum <= most
        assert each.paid.sum <= _sum(a for a in came if a.amount > 0)
        if len(claims) == 1:
            assert each.paid.plus(each.left) == each.latest


def _sum(amounts: Iterable[Money]) -> Money:
    return total(amounts, "EUR")


# --------------------------------------------------------------- played day by day


def _asked(action: Action) -> dict[str, Money]:
    """Return what a message asks for on each of its invoices, charges included."""
    asked = {line.id: line.open for line in (*action.invoices, *action.listed)}
    for each in action.charges:
        asked[each.invoice] += each.interest + each.compensation
    return asked


def _pay(at: Account, on: date, amounts: Mapping[str, Money]) -> Account:
    """Note payments on invoices."""
    made = (
        replace(i, payments=(*i.payments, Payment(on, amounts[i.id])))
        if i.id in amounts
        else i
        for i in at.invoices
    )
    return replace(at, invoices=tuple(made))


def _answer(at: Account, on: date, action: Action, dice: Random) -> Account:
    """Let the customer pay a message: all, in two payments, in part, or not at all."""
    asked = _asked(action)
    how = dice.choice(["all", "apart", "principal", "half", "nothing"])
    if how == "nothing":
        return at
    if how == "half":
        half = {id_: Money(a.amount // 2, a.currency) for id_, a in asked.items()}
        return _pay(at, on, {id_: a for id_, a in half.items() if a.amount > 0})
    lines = (*action.invoices, *action.listed)
    principal = {line.id: line.open for line in lines}
    if how == "principal":
        return _pay(at, on, principal)
    if how == "apart":
        charges = {id_: asked[id_] - principal[id_] for id_ in asked}
        at = _pay(at, on, principal)
        asked = {id_: amount for id_, amount in charges.items() if amount.amount}
    paid = _pay(at, on, asked)
    book = booked(paid, on.isoformat())
    for id_ in asked:  # who pays what is asked owes nothing, and has nothing to get
        assert book.open[id_] == zero("EUR"), (on, id_)
    return paid


@pytest.mark.parametrize("seed", range(60))
def test_who_pays_what_is_asked_is_even(seed: int) -> None:
    """Through claims, part payments and returned debits, to the cent."""
    dice = Random(seed)  # noqa: S311 - dice, and no secret
    totals = ["3650.00", "999.99", "100.01", "1000.00"]
    bills = (
        invoice(f"INV-{n}", total=dice.choice(totals), due=dice.choice(_DUE))
        for n in range(dice.randint(1, 2))
    )
    at, on = account(*bills), day("2026-10-05")
    for _ in range(14):
        on += timedelta(days=dice.choice([2, 5, 7]))
        plan = plan_on(at, on.isoformat(), CLAIMING, jurisdictions={"DE": LAW})
        assert plan.problems == ()
        for action in plan.actions:
            if action.kind != "send":
                continue
            _claimed_once(at, on, action)
            when = EntryTime(on, datetime(on.year, on.month, on.day, 12, tzinfo=UTC))
            done = replace(claim(action, when, "7f3a", "sha256:9f"), state="sent")
            at = replace(at, journal=(*at.journal, done))
            at = _answer(at, on, action, dice)
        at = _returned(at, on, dice)
    for made in booked(at, on.isoformat()).invoices.values():
        received = _sum(p.amount for p in made.payments)
        book = booked(at, on.isoformat())
        known = book.charges.get(made.id)
        settled = known.paid.sum if known else zero("EUR")
        assert received == made.total - book.open[made.id] + settled


def _claimed_once(at: Account, on: date, action: Action) -> None:
    """Of the fixed sum no more is claimed than was not paid before."""
    book = booked(at, on.isoformat())
    for each in action.charges:
        known = book.charges.get(each.invoice)
        before = known.paid.compensation if known else zero("EUR")
        assert before + each.compensation == money("40.00")


_DUE = ["2026-10-01", "2026-10-08", "2026-10-15"]


def _returned(at: Account, on: date, dice: Random) -> Account:
    """Return a direct debit now and then: the largest payment that stands."""
    largest = {
        made.id: max(amounts, default=zero("EUR"))
        for made in at.invoices
        if (amounts := _standing(made))
    }
    if not largest or dice.random() < 0.6:
        return at
    one = dice.choice(sorted(largest))
    return _pay(at, on, {one: -largest[one]})


def _standing(made: Invoice) -> list[Money]:
    """List the payments that no reversal of their amount has taken back."""
    stand: list[Money] = []
    for payment in made.payments:
        if payment.amount.amount > 0:
            stand.append(payment.amount)
        else:
            stand.remove(-payment.amount)
    return stand
