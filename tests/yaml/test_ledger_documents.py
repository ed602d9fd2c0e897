"""The files of the nouns, as the design shows them."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.load import load_invoice, load_journal, load_profile, load_record
from goodterms.model.journal import ChargeRow, Decision, JournalDocument, JournalRow
from goodterms.model.ledger import Contact, Credit, Invoice, Payment, Profile, Terms
from goodterms.model.money import Money, parse_amount
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.records import (
    CashReceived,
    CheckIn,
    CreditNote,
    Dispute,
    Extension,
    Instalment,
    InstalmentPlan,
    Promise,
    Record,
    Reply,
    Resolution,
)
from goodterms.model.settings import Creditor
from goodterms.yaml.canonical_writer import document
from goodterms.yaml.ledger_documents import (
    decision_document,
    invoice_document,
    journal_text,
    profile_document,
    record_document,
)

STANDARD = PolicyRef("standard", 3)
DAY = date(2026, 10, 22)


def eur(text: str) -> Money:
    return parse_amount(text, "EUR")


def test_invoice() -> None:
    invoice = Invoice(
        id="INV-2026-0042",
        issued=date(2026, 9, 1),
        due=date(2026, 10, 1),
        total=eur("1190.00"),
        payments=(
            Payment(date(2026, 10, 20), eur("500.00"), reference="stmt 17"),
            Payment(date(2026, 10, 21), eur("-1.00"), source="2026-10-20-payment"),
        ),
        credits=(
            Credit(date(2026, 10, 25), eur("90.00"), "damaged goods", "CN-17"),
            Credit(DAY, eur("9.00"), source="2026-10-22-resolution"),
            Credit(DAY, eur("1.00"), goodwill=True),
        ),
        reference="RF18539007547034",
        purchase_order="7781",
        policy=STANDARD,
    )
    assert document(invoice_document(invoice)) == (
        "issued: 2026-09-01\n"
        "due: 2026-10-01\n"
        "currency: EUR\n"
        'total: "1190.00"\n'
        "reference: RF18539007547034\n"
        'purchase_order: "7781"\n'
        "policy: standard@3\n"
        "payments:\n"
        '  - {on: 2026-10-20, amount: "500.00", reference: stmt 17}\n'
        '  - {on: 2026-10-21, amount: "-1.00", from: 2026-10-20-payment}\n'
        "credits:\n"
        '  - {on: 2026-10-25, amount: "90.00", reason: damaged goods, '
        "reference: CN-17}\n"
        '  - {on: 2026-10-22, amount: "9.00", from: 2026-10-22-resolution}\n'
        '  - {on: 2026-10-22, amount: "1.00", goodwill: true}\n'
    )


def test_an_invoice_without_payments_says_nothing_of_them() -> None:
    invoice = Invoice("1", DAY, DAY, Money(parse_amount("7", "JPY").amount, "JPY"))
    assert document(invoice_document(invoice)) == (
        'issued: 2026-10-22\ndue: 2026-10-22\ncurrency: JPY\ntotal: "7"\n'
    )


@pytest.mark.parametrize(
    ("record", "written"),
    [
        pytest.param(
            Promise(
                id="2026-10-22-promise",
                on=DAY,
                by="dana",
                invoices=("INV-2026-0042",),
                amount="600.00",
                pay_by=date(2026, 11, 5),
                said="Their bank changed.\nPayment run on the 4th.",
                reason="admin",
            ),
            "kind: promise\non: 2026-10-22\nby: dana\ninvoices: [INV-2026-0042]\n"
            'pay_by: 2026-11-05\namount: "600.00"\n'
            "said: |-\n  Their bank changed.\n  Payment run on the 4th.\n"
            "reason: admin\n",
            id="promise",
        ),
        pytest.param(
            Dispute(id="d", on=DAY, by="dana", review_by=DAY),
            "kind: dispute\non: 2026-10-22\nby: dana\nreview_by: 2026-10-22\n",
            id="dispute",
        ),
        pytest.param(
            Resolution(id="r", on=DAY, by="omar", of="d", outcome="rejected"),
            "kind: resolution\non: 2026-10-22\nby: omar\nof: d\noutcome: rejected\n",
            id="resolution",
        ),
        pytest.param(
            CashReceived(id="p", on=DAY, by="omar", amount=eur("5.00")),
            'kind: payment\non: 2026-10-22\nby: omar\namount: "5.00"\ncurrency: EUR\n',
            id="unapplied cash",
        ),
        pytest.param(
            CreditNote(id="c", on=DAY, by="omar", amount=eur("5.00"), reference="CN-5"),
            "kind: credit-note\non: 2026-10-22\nby: omar\n"
            'amount: "5.00"\ncurrency: EUR\nreference: CN-5\n',
            id="credit note",
        ),
        pytest.param(
            InstalmentPlan(
                id="i", on=DAY, by="omar", instalments=(Instalment(DAY, "5.00"),)
            ),
            "kind: plan\non: 2026-10-22\nby: omar\n"
            'instalments:\n  - {due: 2026-10-22, amount: "5.00"}\n',
            id="instalment plan",
        ),
        pytest.param(
            Extension(id="e", on=DAY, by="omar", until=DAY, final=False),
            "kind: extension\non: 2026-10-22\nby: omar\nuntil: 2026-10-22\n"
            "final: false\n",
            id="extension that is not final",
        ),
        pytest.param(
            Reply(id="a", on=DAY, by="omar", approved_by="dana"),
            "kind: reply\non: 2026-10-22\nby: omar\napproved_by: dana\n",
            id="defaults are left out",
        ),
        pytest.param(
            CheckIn(id="c", on=DAY, by="omar"),
            "kind: check-in\non: 2026-10-22\nby: omar\n",
            id="check-in",
        ),
    ],
)
def test_record(record: Record, written: str) -> None:
    assert document(record_document(record)) == written


def test_profile() -> None:
    profile = Profile(
        name="ACME GmbH",
        contacts=(Contact("Petra Vogel", "accounts-payable", "ap@acme.example"),),
        segment="key",
        since=date(2019, 4, 1),
        owner="dana",
        language="de",
        address=("Hauptstr. 1", "10115 Berlin"),
        channels=("email", "phone"),
        terms=Terms(net_days=30, credit_limit=(eur("20000.00"),), deposit_percent=0),
        annual_value=(eur("120000.00"),),
        flags=frozenset({"vulnerable", "autopay"}),
    )
    assert document(profile_document(profile)) == (
        "name: ACME GmbH\n"
        "segment: key\n"
        "since: 2019-04-01\n"
        "owner: dana\n"
        "language: de\n"
        "country: DE\n"
        "timezone: Europe/Berlin\n"
        "contacts:\n"
        "  - {name: Petra Vogel, role: accounts-payable, email: ap@acme.example}\n"
        "address: [Hauptstr. 1, 10115 Berlin]\n"
        "channels: [email, phone]\n"
        'terms: {net_days: 30, credit_limit: {EUR: "20000.00"}, deposit_percent: 0}\n'
        'annual_value: {EUR: "120000.00"}\n'
        "flags: [autopay, vulnerable]\n"
    )


def test_decision() -> None:
    decision = Decision(
        id="2026-11-30-final-notice",
        proposed=date(2026, 11, 30),
        expires=date(2026, 12, 14),
        step="final-notice",
        policy=STANDARD,
        invoices=(JournalRow("INV-2026-0042", open="690.00"),),
        choose="approve",
        facts="sha256:9f2c",
    )
    assert document(decision_document(decision)) == (
        "id: 2026-11-30-final-notice\n"
        "proposed: 2026-11-30\n"
        "expires: 2026-12-14\n"
        "step: final-notice\n"
        "policy: standard@3\n"
        'invoices: [{id: INV-2026-0042, open: "690.00"}]\n'
        "choose: approve\n"
        "facts: sha256:9f2c\n"
    )


def test_journal() -> None:
    claimed = JournalDocument(
        id="2026-10-08-friendly-reminder",
        day=date(2026, 10, 8),
        on=date(2026, 10, 8),
        kind="send",
        state="claimed",
        step="friendly-reminder",
        policy=STANDARD,
        invoices=(
            JournalRow("INV-2026-0042", "friendly-reminder", "1190.00"),
            JournalRow("INV-2026-0041", "formal-letter", policy=PolicyRef("key", 1)),
        ),
        totals=(("EUR", "1190.00"),),
        why=("7 days overdue; step is due from 2026-10-08",),
    )
    sent = JournalDocument(
        id=claimed.id, day=claimed.day, state="sent", at="2026-10-08T07:12:03Z"
    )
    assert journal_text([claimed, sent]) == (
        "---\n"
        "id: 2026-10-08-friendly-reminder\n"
        "on: 2026-10-08\n"
        "kind: send\n"
        "state: claimed\n"
        "step: friendly-reminder\n"
        "policy: standard@3\n"
        "invoices:\n"
        '  - {id: INV-2026-0042, step: friendly-reminder, open: "1190.00"}\n'
        "  - {id: INV-2026-0041, step: formal-letter, policy: key@1}\n"
        'totals: {EUR: "1190.00"}\n'
        "why: [7 days overdue; step is due from 2026-10-08]\n"
        "---\n"
        "id: 2026-10-08-friendly-reminder\n"
        "state: sent\n"
        "at: 2026-10-08T07:12:03Z\n"
    )


LEDGER = Path(__file__).parents[2] / "ledger"
CREDITOR = Creditor("Linden", "DE", "Europe/Berlin", "a@linden.example")


def shipped(pattern: str) -> list[Path]:
    return sorted(LEDGER.glob(pattern))


@pytest.mark.parametrize("path", shipped("*/invoices/*.yaml"), ids=lambda p: p.name)
def test_a_shipped_invoice_is_the_same_when_written_and_read(path: Path) -> None:
    read, _ = load_invoice(path.read_bytes(), path.name)
    assert read is not None
    text = document(invoice_document(read))
    assert load_invoice(text.encode(), path.name) == (read, ())


@pytest.mark.parametrize(
    "path", shipped("*/records/*.yaml"), ids=lambda p: str(p)[-40:]
)
def test_a_shipped_record_is_the_same_when_written_and_read(path: Path) -> None:
    read, _ = load_record(path.read_bytes(), path.name)
    assert read is not None
    text = document(record_document(read))
    assert load_record(text.encode(), path.name) == (read, ())


@pytest.mark.parametrize("path", shipped("*/account.yaml"), ids=lambda p: p.parent.name)
def test_a_shipped_account_is_the_same_when_written_and_read(path: Path) -> None:
    read, _ = load_profile(path.read_bytes(), path.name, CREDITOR)
    assert read is not None
    text = document(profile_document(read))
    assert load_profile(text.encode(), path.name, CREDITOR) == (read, ())


def test_the_shipped_ledger_has_files_of_every_sort() -> None:
    for pattern in ("*/invoices/*.yaml", "*/records/*.yaml", "*/account.yaml"):
        assert len(shipped(pattern)) > 5


WORDS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=20
)
DATES = st.dates(date(1900, 1, 1), date(2999, 12, 31))
NAMES = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,9}", fullmatch=True)
ROWS = st.builds(JournalRow, id=NAMES, step=st.none() | NAMES, open=st.just("1.00"))
ENTRIES = st.builds(
    JournalDocument,
    id=st.builds("{}-{}".format, DATES, NAMES),
    day=st.just(DAY),
    on=st.just(DAY),
    kind=st.sampled_from(["send", "call", "propose"]),
    state=st.sampled_from(["claimed", "sent"]),
    policy=st.none() | st.just(STANDARD),
    to=st.none() | WORDS,
    invoices=st.none() | st.lists(ROWS).map(tuple),
    totals=st.none() | st.just((("EUR", "1.00"), ("USD", "2.00"))),
    charges=st.none() | st.just((ChargeRow("INV-1", "1.00", "0.00"),)),
    why=st.none() | st.lists(WORDS).map(tuple),
    by=st.none() | st.lists(WORDS).map(tuple),
    offer=st.none() | NAMES,
    valid_until=st.none() | DATES,
    error=st.none() | WORDS,
)


@given(st.lists(ENTRIES, max_size=3, unique_by=lambda entry: entry.id))
def test_a_journal_is_the_same_when_written_and_read(
    entries: list[JournalDocument],
) -> None:
    text = journal_text(entries)
    read, problems = load_journal(text.encode(), "journal.yaml", "UTC")
    assert problems == ()
    assert read == tuple(entries)
