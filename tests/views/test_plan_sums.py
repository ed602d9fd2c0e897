"""Every sum of one action agrees: plan, offer, page, letter; never more than owed."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.decision.state.account_state import account_state
from goodterms.decision.state.discounts import concrete_offer
from goodterms.decision.state.history import JournalEntry
from goodterms.model.calendar import Period
from goodterms.model.journal import JournalDocument, JournalRow
from goodterms.model.money import Money, rounded, total, zero
from goodterms.model.plan import Action
from goodterms.model.policy import Offer, OfferKind
from goodterms.model.records import CashReceived
from goodterms.views.proposal_page.context import proposal_context, would_do
from tests.decision.test_properties import PLAYS
from tests.support.factory import day, money
from tests.support.generated_ledgers import Turn, play

seeds = st.integers(0, PLAYS - 1)

ASKING = ("send", "call", "propose", "place", "write-off")


def asking(seed: int) -> Iterator[tuple[Turn, Action]]:
    """Return what asks for money in a play, with the turn in which it does."""
    for turn in play(seed):
        for action in turn.of(*ASKING):
            yield turn, action


def claimed(action: Action, currency: str) -> Money:
    """Add up the charges of an action."""
    mine = (c for c in action.charges if c.interest.currency == currency)
    return total((c.interest + c.compensation for c in mine), currency)


@given(seeds)
def test_nothing_asks_for_more_than_is_owed_net_of_everything_received(
    seed: int,
) -> None:
    for turn, action in asking(seed):
        here = account_state(turn.before, turn.rules)
        for asked in action.totals:
            currency = asked.currency
            none = zero(currency)
            owed = total((i.open for i in here.case(currency)), currency)
            books = here.balances
            several = (books.cash, books.unapplied_credits, books.credit_balances)
            here_already = total((s.get(currency, none) for s in several), currency)

            assert asked - claimed(action, currency) <= max(owed - here_already, none)
            assert asked.amount >= 0


@given(seeds)
def test_an_offer_adds_up_to_the_total_that_is_shown(seed: int) -> None:
    for _, action in asking(seed):
        if action.offer is None or action.kind == "propose":
            continue
        for asked in action.totals:
            currency = asked.currency
            pay = total(
                (p for p in action.offer.pay if p.currency == currency), currency
            )
            parts = (a for _, a in action.offer.parts if a.currency == currency)
            if action.offer.kind == "instalments":
                assert pay == asked == total(parts, currency)
            else:
                percent = Decimal(action.offer.percent or 0)
                assert pay == asked - rounded(asked.amount * percent / 100, currency)


@given(seeds)
def test_page_and_plan_of_a_proposal_agree_to_the_cent(seed: int) -> None:
    for turn, action in asking(seed):
        if action.kind != "propose":
            continue
        about = proposal_context(
            turn.before, turn.rules, proposed(action), turn.rules.as_of
        )
        done, _ = would_do(about, action.choose)

        assert tuple(each.net for each in about.amounts_asked) == action.totals
        for each in done:
            if each.kind in ("send", "place", "write-off"):
                assert each.totals == action.totals
                assert each.deductions == action.deductions


def proposed(action: Action) -> JournalEntry:
    """Return the entry that the journal gets of a proposal."""
    on = day(action.entry[:10])
    rows = (*action.invoices, *action.listed)
    doc = JournalDocument(
        id=action.entry,
        day=on,
        on=on,
        kind="propose",
        state="proposed",
        step=action.step,
        policy=action.policy,
        choose=action.choose,
        expires=action.expires,
        invoices=tuple(JournalRow(r.id, action.step, str(r.open)) for r in rows),
    )
    return JournalEntry(doc, on)


# ------------------------------------------------------------------- offers alone

some = st.integers(1, 10_000_000).map(lambda n: Money(Decimal(n) / 100, "EUR"))


@given(some, st.integers(1, 24), st.integers(0, 60))
def test_instalments_are_conserved(whole: Money, count: int, first: int) -> None:
    terms = Offer(
        "p", "instalments", 14, count=count, every=Period(1, "month"), first=first
    )
    made = concrete_offer(terms, [whole], day("2026-01-31"))

    assert made is not None
    amounts = [amount for _, amount in made.parts]
    assert total(amounts, "EUR") == whole
    assert len({str(amount) for amount in amounts[:-1]}) <= 1
    assert [due for due, _ in made.parts] == sorted({due for due, _ in made.parts})
    assert made.parts[0][0] > made.valid_until


@given(some, st.integers(1, 99))
def test_a_discount_is_taken_from_what_is_asked(whole: Money, percent: int) -> None:
    terms = Offer("d", "discount", 14, percent=Decimal(percent))
    made = concrete_offer(terms, [whole], day("2026-01-31"))

    assert made is not None
    assert made.pay[0] + rounded(whole.amount * percent / 100, "EUR") == whole


def test_an_offer_in_two_currencies_keeps_them_apart() -> None:
    terms = Offer("p", "instalments", 14, count=2, every=Period(1, "month"), first=7)

    made = concrete_offer(
        terms, [money("100.01"), money("7", "JPY")], day("2026-01-31")
    )

    assert made is not None
    assert made.pay == (money("100.01"), money("7", "JPY"))
    assert [f"{due} {a} {a.currency}" for due, a in made.parts] == [
        "2026-02-15 50.00 EUR",
        "2026-02-15 3 JPY",
        "2026-03-15 50.01 EUR",
        "2026-03-15 4 JPY",
    ]


@pytest.mark.parametrize("kind", ["instalments", "discount"])
def test_there_is_no_offer_on_nothing(kind: OfferKind) -> None:
    terms = Offer("p", kind, 14, count=2, first=7, percent=Decimal(10))

    assert concrete_offer(terms, [money("0.00")], day("2026-01-31")) is None
    assert concrete_offer(replace(terms), [], day("2026-01-31")) is None


@given(seeds)
def test_all_money_that_came_in_is_somewhere_once(seed: int) -> None:
    """On a principal, on charges, in the customer's favour, or not matched yet."""
    for turn in play(seed):
        here = account_state(turn.before, turn.rules)
        book, day_ = here.balances, turn.rules.as_of
        for currency in {i.currency for i in book.invoices.values()}:
            bills = [i for i in book.invoices.values() if i.currency == currency]
            paid = (p for i in bills for p in i.payments if p.on <= day_)
            came = total((p.amount for p in paid if p.source is None), currency)
            came += total(
                (
                    r.amount
                    for r in here.records
                    if isinstance(r, CashReceived) and r.amount.currency == currency
                ),
                currency,
            )
            on_bills = total(
                (
                    move.amount
                    for bill in bills
                    for move in book.reductions[bill.id]
                    if move.kind == "payment"
                ),
                currency,
            )
            charges = total(
                (
                    book.charges[bill.id].paid.sum
                    for bill in bills
                    if bill.id in book.charges
                ),
                currency,
            )
            unmatched = total(
                (r.left for r in book.receipts if r.left.currency == currency), currency
            )

            assert came == on_bills + charges + unmatched


@given(seeds)
def test_what_is_free_covers_something_or_is_left(seed: int) -> None:
    """Cash and credit that stand on no invoice are used once, or said to be left."""
    for turn in play(seed):
        here = account_state(turn.before, turn.rules)
        for currency in {free.amount.currency for free in here.free_cash}:
            free = total(
                (f.amount for f in here.free_cash if f.amount.currency == currency),
                currency,
            )
            used = total((i.cover.amount for i in here.case(currency)), currency)
            left = total(here.unused_cash(currency).values(), currency)

            assert free == used + left
            assert all(i.net.amount >= 0 for i in here.case(currency))
