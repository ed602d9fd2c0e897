"""What the files of an account may not say about each other."""

from dataclasses import replace

import pytest

from goodterms.load import check_account
from goodterms.model.journal import ChargeRow, Decision, JournalRow
from goodterms.model.ledger import Account, Contact, Credit, Invoice, Payment
from goodterms.model.money import Money
from goodterms.model.problem import Place
from goodterms.model.records import Call, Promise, Settlement
from tests.support import factory
from tests.support.factory import (
    STANDARD,
    account,
    cash,
    day,
    invoice,
    money,
    ref,
    sent,
)

BOOK = factory.book()


def said(checked: Account, *policies: object) -> list[str]:
    """Return what is wrong, without the account's folder and the hints."""
    book = factory.book(*policies) if policies else BOOK  # type: ignore[arg-type]
    problems = check_account(checked, book, factory.SETTINGS)
    return [
        f"{problem.place.file.removeprefix('ledger/acme/')}: {problem.what}"
        for problem in problems
    ]


def paid_from(source: str, currency: str = "EUR") -> Invoice:
    payment = Payment(day("2026-10-20"), money("1.00", currency), source=source)
    return replace(invoice(currency=currency), payments=(payment,))


def credited_from(source: str) -> Invoice:
    credit = Credit(day("2026-10-20"), money("1.00"), source=source)
    return replace(invoice(), credits=(credit,))


DISPUTE = factory.dispute("2026-10-20", "2026-11-10")
RESOLUTION = factory.resolution("2026-10-25", DISPUTE.id, "partly", "1.00")
DECISION = Decision(
    id="2026-11-30-final-notice",
    proposed=day("2026-11-30"),
    expires=day("2026-12-14"),
    step="final-notice",
    policy=STANDARD.ref,
    invoices=(JournalRow("INV-1", open="1190.00"),),
    choose="approve",
    facts="sha256:00",
)


def decided(**changes: object) -> Account:
    decision = replace(DECISION, **changes)  # type: ignore[arg-type]
    return replace(account(), decisions={decision.id: decision})


def test_nothing_is_wrong_with_what_is_right() -> None:
    payment = cash("2026-10-20", "70.00")
    checked = account(
        replace(paid_from(payment.id), credits=credited_from(RESOLUTION.id).credits),
        invoice("INV-2", pin="standard@3"),
        records=(payment, DISPUTE, RESOLUTION, factory.call("2026-10-21")),
        journal=(sent("2026-10-08", "friendly-reminder"),),
    )
    assert said(replace(checked, decisions={DECISION.id: DECISION})) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"owner": "dan"}, "unknown person 'dan'"),
        ({"owner": None}, None),
        ({"policy": "standard"}, None),
        ({"policy": "standart"}, "unknown policy 'standart'"),
        ({"policy": "standard", "segment": "nobody"}, None),
        ({"segment": "nobody"}, "no policy serves segment 'nobody'"),
        ({"segment": None}, None),
    ],
)
def test_profile(changes: dict[str, object], expected: str | None) -> None:
    wanted = [f"account.yaml: {expected}"] if expected else []
    assert said(account(**changes)) == wanted  # type: ignore[arg-type]


def test_an_address_that_no_mail_reaches_is_told() -> None:
    checked = account(contacts=(Contact("AP desk", None, "ap@acme"),))
    assert said(checked) == ["account.yaml: 'acme' is no domain that mail can go to"]


@pytest.mark.parametrize(
    ("checked", "expected"),
    [
        (invoice(pin="standard@4"), "unknown policy 'standard@4'"),
        (paid_from("x"), "unknown payment record 'x'"),
        (
            paid_from("2026-10-20-dispute"),
            "unknown payment record '2026-10-20-dispute'",
        ),
        (
            paid_from("2026-10-20-payment", "USD"),
            "payment '2026-10-20-payment' is in EUR",
        ),
        (credited_from("x"), "unknown resolution or credit-note record 'x'"),
        (
            replace(invoice(), reference="RF18 5390 0754 7035"),
            "'RF18 5390 0754 7035' is not a creditor reference of ISO 11649",
        ),
        (replace(invoice(), reference="RF18 5390 0754 7034"), None),
        (replace(invoice(), reference="RF-1"), "'RF-1' is not a creditor reference"),
        (replace(invoice(), reference=f"RF{'9' * 5000}"), "'RF9999"),
        (replace(invoice(), reference="Invoice 7"), None),
    ],
)
def test_invoice(checked: Invoice, expected: str | None) -> None:
    at = account(checked, records=(cash("2026-10-20", "70.00"), DISPUTE))
    found = [line for line in said(at) if not line.startswith("records/")]
    assert [line[: len(f"invoices/INV-1.yaml: {expected}")] for line in found] == (
        [f"invoices/INV-1.yaml: {expected}"] if expected else []
    )


def test_invoices_that_one_file_system_cannot_hold() -> None:
    assert said(account(invoice("INV-1"), invoice("inv-1"))) == [
        "invoices/inv-1.yaml: invoice 'inv-1' differs from 'INV-1' only by capitals"
    ]


def _call(**changes: object) -> Call:
    made = Call(
        id="2026-10-22-call", on=day("2026-10-22"), by="dana", outcome="reached"
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (_call(), []),
        (_call(id="2026-10-22-call-2"), []),
        (_call(id="2026-10-22-call-x"), ["a record of this day and kind is called"]),
        (_call(id="call"), ["a record of this day and kind is called"]),
        (_call(by="x"), ["unknown person 'x'"]),
        (_call(approved_by="x"), ["unknown person 'x'"]),
        (_call(invoices=("INV-1", "INV-9")), ["unknown invoice 'INV-9'"]),
        (_call(step="personal-call"), []),
        (_call(step="personal"), ["unknown step 'personal'"]),
        (factory.bounce("2026-10-22", "2026-10-08-friendly-reminder"), []),
        (factory.bounce("2026-10-22", "2026-10-08-x"), ["unknown journal entry"]),
        (
            factory.resolution("2026-10-22", "2026-10-20-x"),
            ["unknown dispute '2026-10-20-x'"],
        ),
        (factory.promise("2026-10-22", "2026-12-21", "600.00"), []),
        (
            factory.promise("2026-10-22", "2026-12-22", "600.00"),
            ["a promise more than 60 days out has no effect"],
        ),
        (
            replace(
                factory.promise("2026-10-22", "2026-12-22", "600.00"),
                approved_by="omar",
            ),
            [],
        ),
        (
            factory.instalments(
                "2026-10-22", [("2026-11-05", "1.00")], template="friendly-reminder"
            ),
            [],
        ),
        (
            factory.instalments("2026-10-22", [("2026-11-05", "1.00")], template="x"),
            ["unknown template 'x'"],
        ),
        (
            factory.promise("2026-10-22", "2026-11-05", "600"),
            ["amount '600' needs two decimals"],
        ),
        (
            factory.settlement("2026-10-22", "600.5"),
            ["amount '600.5' needs two decimals"],
        ),
        (
            factory.instalments(
                "2026-10-22", [("2026-11-05", "1.5"), ("2026-12-05", "1")]
            ),
            ["amount '1' needs two decimals", "amount '1.5' needs two decimals"],
        ),
    ],
)
def test_record(record: object, expected: list[str]) -> None:
    reminder = sent("2026-10-08", "friendly-reminder")
    found = said(account(records=(record,), journal=(reminder,)))  # type: ignore[arg-type]
    told = [line.partition(": ")[2] for line in found]
    assert [line[: len(each)] for line, each in zip(told, expected, strict=True)] == (
        expected
    )


def test_an_amount_needs_one_currency() -> None:
    invoices = (invoice("INV-1"), invoice("INV-2", currency="USD"))
    record = Settlement(
        id="2026-10-22-settlement",
        on=day("2026-10-22"),
        by="dana",
        value="100.00",
        form="goods",
    )
    assert said(account(*invoices, records=(record,))) == [
        "records/2026-10-22-settlement.yaml: nobody knows which currency '100.00' is in"
    ]
    named = replace(record, invoices=("INV-2",))
    assert said(account(*invoices, records=(named,))) == []


def test_a_second_extension_needs_a_second_person() -> None:
    first = factory.extension("2026-10-22", "2026-11-05", "INV-1")
    second = factory.extension("2026-11-04", "2026-11-19", "INV-1")
    other = factory.extension("2026-11-04", "2026-11-19", "INV-2")
    both = (invoice("INV-1"), invoice("INV-2"))
    assert said(account(*both, records=(second, first))) == [
        f"records/{second.id}.yaml: a second extension for 'INV-1' has no effect"
    ]
    assert said(account(*both, records=(first, other))) == []
    approved = replace(second, approved_by="omar")
    assert said(account(*both, records=(first, approved))) == []
    assert said(account(*both, records=(replace(first, final=False), second))) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"step": "x"}, "unknown step 'x' of standard@3"),
        ({"step": "instalment"}, None),
        ({"step": "x", "kind": "hold"}, None),
        ({"policy": ref("standard@9")}, "unknown policy 'standard@9'"),
        ({"invoices": (JournalRow("INV-9"),)}, "unknown invoice 'INV-9'"),
        ({"listed": (JournalRow("INV-9"),)}, "unknown invoice 'INV-9'"),
        (
            {"invoices": (JournalRow("INV-1", open="1"),)},
            "amount '1' needs two decimals",
        ),
        (
            {"invoices": (JournalRow("INV-1", amount="1"),)},
            "amount '1' needs two decimals",
        ),
        (
            {"invoices": (JournalRow("INV-1", step="x"),)},
            "unknown step 'x' of standard@3",
        ),
        ({"charges": (ChargeRow("INV-9", "1.00", "0.00"),)}, "unknown invoice 'INV-9'"),
        (
            {"charges": (ChargeRow("INV-1", "1", "0.00"),)},
            "amount '1' needs two decimals",
        ),
        (
            {"charges": (ChargeRow("INV-1", "0.00", "1"),)},
            "amount '1' needs two decimals",
        ),
        (
            {"invoices": (JournalRow("INV-1", policy=ref("x@1")),)},
            "unknown policy 'x@1'",
        ),
    ],
)
def test_journal(changes: dict[str, object], expected: str | None) -> None:
    entry = sent("2026-10-08", "friendly-reminder")
    document = replace(entry, **changes)  # type: ignore[arg-type]
    found = said(account(journal=(document,)))
    assert found == ([f"journal.yaml: {expected}"] if expected else [])


def test_charges_are_checked_where_a_document_says_nothing_else() -> None:
    entry = sent("2026-10-08", "friendly-reminder")
    later = factory.then(
        entry, "2026-10-09", "sent", charges=(ChargeRow("INV-9", "1.00", "0.00"),)
    )
    assert said(account(journal=(entry, later))) == [
        "journal.yaml: unknown invoice 'INV-9'"
    ]


def test_a_later_document_is_of_the_kind_of_the_first() -> None:
    entry = sent("2026-10-08", "friendly-reminder")
    later = replace(entry, kind=None, step="x")
    assert said(account(journal=(entry, later))) == [
        "journal.yaml: unknown step 'x' of standard@3"
    ]


def test_a_version_that_is_gone_may_have_an_heir() -> None:
    entry = replace(sent("2026-10-08", "friendly-reminder"), policy=ref("standard@2"))
    assert said(account(journal=(entry,))) == [
        "journal.yaml: unknown policy 'standard@2'"
    ]
    heir = replace(STANDARD, migrates=factory.migration(2))
    assert said(account(journal=(entry,)), heir) == []


def test_a_step_may_have_been_renamed() -> None:
    entry = sent("2026-10-08", "old-reminder")
    heir = replace(
        STANDARD,
        version=4,
        migrates=factory.migration(3, **{"old-reminder": "friendly-reminder"}),
    )
    assert said(account(journal=(entry,)), STANDARD, heir) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"choose": "agency"}, "unknown option 'agency'"),
        ({"step": "triage"}, "unknown option 'approve'"),
        ({"step": "triage", "choose": "agency"}, None),
        ({"step": "x"}, "unknown step 'x' of standard@3"),
        ({"policy": ref("standard@9")}, "unknown policy 'standard@9'"),
        ({"invoices": (JournalRow("INV-9", open="1.00"),)}, "unknown invoice 'INV-9'"),
        (
            {"invoices": (JournalRow("INV-1", open="1"),)},
            "amount '1' needs two decimals",
        ),
    ],
)
def test_decision(changes: dict[str, object], expected: str | None) -> None:
    wanted = [f"decisions/{DECISION.id}.yaml: {expected}"] if expected else []
    assert said(decided(**changes)) == wanted


def test_with_the_files_a_problem_has_its_line() -> None:
    files = {"ledger/acme/account.yaml": b"name: ACME\nowner: dan\n"}
    (problem,) = check_account(account(owner="dan"), BOOK, factory.SETTINGS, files)
    assert problem.place == Place("ledger/acme/account.yaml", 2, 8)


def test_a_policy_that_is_broken_is_not_unknown() -> None:
    broken = replace(
        BOOK,
        broken={ref("old@1"): None},
        broken_segments=frozenset({"gone"}),
    )
    at = account(invoice(pin="old@1"), segment="gone")
    assert check_account(at, broken, factory.SETTINGS) == ()


def test_a_promise_in_another_currency() -> None:
    yen = replace(invoice(), total=Money(money("1190.00").amount, "JPY"))
    promise = Promise(
        id="2026-10-22-promise",
        on=day("2026-10-22"),
        by="dana",
        pay_by=day("2026-11-05"),
        amount="600.00",
    )
    assert said(account(yen, records=(promise,))) == [
        "records/2026-10-22-promise.yaml: amount '600.00' needs no decimals"
    ]
