"""Which invoices a record's money goes to, and that none of it is lost on the way."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodterms.decision.state.account_state import AccountState, account_state
from goodterms.decision.state.allocation import (
    Allocation,
    AllocationError,
    Wish,
    allocate,
)
from goodterms.load import check_account, load_invoice
from goodterms.load.invoice_additions import grown
from goodterms.model.journal import ChargeRow
from goodterms.model.ledger import Account, Invoice
from goodterms.model.money import Money, total
from goodterms.model.records import CashReceived
from goodterms.yaml.canonical_writer import document
from goodterms.yaml.ledger_documents import invoice_document
from tests.support import factory
from tests.support.factory import (
    account,
    cash,
    credit_note,
    dispute,
    invoice,
    later,
    money,
    promise,
    rules_on,
    sent,
    settlement,
)

TODAY = "2026-11-20"


def on_day(at: Account, on: str = TODAY) -> AccountState:
    return account_state(at, rules_on(on))


def put(
    at: Account, record: str, *wishes: Wish, over: bool = False, on: str = TODAY
) -> list[str]:
    made = allocate(on_day(at, on), record, wishes, over=over)
    shares = [f"{share.invoice.id}={share.amount}" for share in made.shares]
    return [*shares, f"left {made.left}"]


A = invoice("A", due="2026-09-01", issued="2026-08-01", total="500.00")
B = invoice("B", due="2026-10-01", total="300.00")
C = invoice("C", due="2026-10-05", total="100.00", currency="USD")
PAID = cash("2026-10-20", "700.00")
NOTE = credit_note("2026-10-20", "700.00", reference="CN-5")
BOTH = pytest.mark.parametrize("record", [PAID, NOTE], ids=["payment", "credit-note"])


@BOTH
@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ([], ["A=500.00", "B=200.00", "left 0.00"]),
        ([("B", "300.00")], ["B=300.00", "left 400.00"]),
        ([("B", None), ("A", "1.00")], ["B=300.00", "A=1.00", "left 399.00"]),
        ([("B", "300.00"), ("A", None)], ["B=300.00", "A=400.00", "left 0.00"]),
    ],
)
def test_what_goes_where(
    record: CashReceived, wishes: list[Wish], expected: list[str]
) -> None:
    assert put(account(B, A, C, records=[record]), record.id, *wishes) == expected


@BOTH
@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ([("B", "300.01")], "300.01 is more than the 300.00 EUR open on 'B'; "),
        ([("A", "500.00"), ("B", "200.01")], "200.01 is more than the 200.00 EUR left"),
        ([("A", "0.00")], "'0.00' is not above zero; leave it out"),
        ([("A", "-1.00")], "'-1.00' is not above zero; leave it out"),
        ([("A", "1")], "amount '1' needs two decimals; write \"1.00\""),
        ([("A", "x")], "'x' is not an amount; "),
        ([("C", "1.00")], "'C' is in USD, '2026-10-20-"),
        ([("D", "1.00")], "no invoice 'D'; "),
        ([("A", "1.00"), ("A", "1.00")], "'A' is named twice; add the amounts up"),
    ],
)
def test_what_is_refused(record: CashReceived, wishes: list[Wish], said: str) -> None:
    at = account(A, B, C, records=[record])
    with pytest.raises(AllocationError) as refused:
        put(at, record.id, *wishes)
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("at", "record", "said"),
    [
        (account(A), "x", "no payment or credit-note record 'x'; record a payment"),
        (
            account(A, records=[PAID]),
            "2026-10-20-paymen",
            (
                "no payment or credit-note record '2026-10-20-paymen'; did you mean"
                " '2026-10-20-payment'?"
            ),
        ),
        (
            account(A, records=[settlement("2026-10-20", "1.00", "A")]),
            "2026-10-20-settlement",
            "'2026-10-20-settlement' is a settlement; name a payment or credit-note",
        ),
        (account(C, records=[PAID]), PAID.id, "no invoice in EUR is open; "),
    ],
)
def test_nothing_can_be_put_anywhere(at: Account, record: str, said: str) -> None:
    with pytest.raises(AllocationError) as refused:
        put(at, record)
    assert str(refused.value).startswith(said)


def test_more_than_is_open_only_when_told() -> None:
    at = account(A, B, records=[PAID])
    assert put(at, PAID.id, ("B", "400.00"), over=True) == ["B=400.00", "left 300.00"]


def test_a_record_is_used_up_once() -> None:
    at = account(A, B, records=[PAID])
    twice = done(at, allocate(on_day(at), PAID.id, []))
    with pytest.raises(AllocationError, match="nothing of '2026-10-20-payment' is"):
        put(twice, PAID.id)


def test_of_a_payment_that_was_taken_back_nothing_is_left() -> None:
    back = cash("2026-10-21", "-600.00")
    at = account(A, records=[PAID, back])
    assert put(at, PAID.id) == ["A=100.00", "left 0.00"]


def test_what_the_record_names_comes_first_and_what_is_disputed_last() -> None:
    named = replace(PAID, invoices=("B",))
    assert put(account(A, B, records=[named]), PAID.id)[:1] == ["B=300.00"]
    contested = dispute("2026-10-01", "2026-12-01", "A")
    assert put(account(A, B, records=[PAID, contested]), PAID.id) == [
        *("A=400.00", "B=300.00", "left 0.00")
    ]


def test_what_was_promised_is_kept() -> None:
    """The command that the task names must not break a promise for another invoice."""
    word = promise("2026-10-15", "2026-10-22", "300.00", "B")
    assert put(account(A, B, records=[PAID, word]), PAID.id)[:2] == [
        *("A=400.00", "B=300.00")
    ]


def test_a_record_of_tomorrow_can_be_put_on_what_is_open_then() -> None:
    note = cash("2026-11-25", "100.00")
    assert put(account(A, records=[note]), note.id, on=note.on.isoformat()) == [
        *("A=100.00", "left 0.00")
    ]


# ------------------------------------------------------------------ properties


def done(at: Account, made: Allocation) -> Account:
    """Write an allocation into the invoices' files and read them again."""
    new: dict[str, Invoice] = {}
    for share in made.shares:
        data = document(invoice_document(share.invoice)).encode()
        file = f"{share.invoice.id}.yaml"
        text, problems = grown(data, file, made.payments(share), made.credits(share))
        assert text is not None
        assert problems == ()
        read, problems = load_invoice(text.encode(), file)
        assert read is not None
        new[read.id] = read
    return replace(at, invoices=tuple(new.get(i.id, i) for i in at.invoices))


def owed(here: AccountState, currency: str) -> Money:
    """Return what is owed net of everything that came in."""
    books = here.balances
    opened = [a for a in books.open.values() if a.currency == currency]
    free = [*books.receipts, *books.credit_notes]
    loose = [each.left for each in free if each.left.currency == currency]
    return total(opened, currency) - total(loose, currency)


DAYS = st.integers(0, 60)
SUMS = st.sampled_from(["0.01", "100.00", "300.00", "1190.00", "2000.00"])
CODES = st.sampled_from(["EUR", "EUR", "USD"])


@st.composite
def ledgers(draw: st.DrawFn) -> Account:
    invoices = [
        invoice(
            f"INV-{n}",
            due=later("2026-09-15", draw(DAYS)),
            total=draw(SUMS),
            currency=draw(CODES),
        )
        for n in range(draw(st.integers(1, 4)))
    ]
    records = [
        draw(st.sampled_from([cash, credit_note]))(
            later("2026-09-20", draw(DAYS)), draw(SUMS), draw(CODES), id=f"r{n}"
        )
        for n in range(draw(st.integers(1, 3)))
    ]
    return account(*invoices, records=records)


def nets(here: AccountState) -> dict[str, Money]:
    return {item.id: item.net for item in here.open_invoices if item.net.amount}


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(ledgers(), st.data())
def test_money_is_conserved(at: Account, data: st.DataObject) -> None:
    """Whatever is put where: the same is owed, and check has nothing to say."""
    before = on_day(at)
    for record in data.draw(st.permutations([r.id for r in at.records])):
        wishes = _wishes(at, data)
        try:
            made = allocate(on_day(at), record, wishes, over=data.draw(st.booleans()))
        except AllocationError:
            continue
        at = done(at, made)
        after = on_day(at)
        for currency in ("EUR", "USD"):
            assert owed(after, currency) == owed(before, currency)
        problems = check_account(at, factory.book(), factory.SETTINGS)
        wrong = {p.rule for p in problems} - {"file-name", "overpaid", "recorded-twice"}
        assert wrong <= {"credited-too-much"}  # told to, beyond the total


def _wishes(at: Account, data: st.DataObject) -> Sequence[Wish]:
    if data.draw(st.booleans()):
        return []
    some = data.draw(st.lists(st.sampled_from(at.invoices), unique=True, max_size=2))
    return [(i.id, data.draw(st.one_of(st.none(), SUMS))) for i in some]


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(ledgers())
def test_the_oldest_first_is_what_the_plan_took_off_already(at: Account) -> None:
    """One record after the other, credit notes first, as cover does: nothing moves."""
    before = nets(on_day(at))
    for record in sorted(at.records, key=lambda r: (isinstance(r, CashReceived), r.on)):
        try:
            at = done(at, allocate(on_day(at), record.id, []))
        except AllocationError:
            continue
        assert nets(on_day(at)) == before


@pytest.mark.parametrize(
    ("came", "whole"),
    [
        pytest.param("2026-11-20", "1052.66", id="after the claim"),
        pytest.param("2026-11-10", "1000.00", id="before it"),
    ],
)
def test_money_pays_the_charges_that_were_claimed_by_then(
    came: str, whole: str
) -> None:
    claimed = ChargeRow("A", "40.00", "12.66")
    claim = sent("2026-11-15", "formal-letter", "A", charges=(claimed,))
    received = cash(came, "1200.00", id="paid")
    at = account(
        replace(A, total=money("1000.00")), records=[received], journal=[claim]
    )
    assert put(at, "paid", ("A", None))[:1] == [f"A={whole}"]
