"""Files in, values out: defaults, derived values, and round trips."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, iso11649

from goodterms.load import (
    load_account,
    load_decision,
    load_invoice,
    load_journal,
    load_profile,
    load_record,
    load_settings,
    load_source,
)
from goodterms.load.load_file import single
from goodterms.load.value_readers import mod_97
from goodterms.model.journal import JournalRow
from goodterms.model.ledger import Payment, Profile
from goodterms.model.money import Money
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.records import KINDS, CashReceived, Extension, Reply, Resolution
from goodterms.model.settings import Brakes, Creditor, Settings
from goodterms.yaml.canonical_writer import document
from goodterms.yaml.events import Value
from goodterms.yaml.ledger_documents import (
    decision_document,
    invoice_document,
    journal_text,
    profile_document,
    record_document,
)
from tests.support.sample_files import (
    ACCOUNT,
    CREDITOR,
    DECISION,
    INVOICE,
    JOURNAL,
    RECORDS,
    SETTINGS,
    SOURCE,
    record,
)

OURS = Settings(CREDITOR)
LEAST = b"name: ACME\ncontacts: [{name: Petra}]\n"
CREDITOR_LINES = (
    b"creditor: {name: L, country: AT, timezone: Europe/Vienna, email: a@l.example}\n"
)


def _profile(text: str) -> Profile:
    profile, problems = load_profile(text.encode(), "account.yaml", CREDITOR)
    assert profile is not None, problems
    return profile


def test_settings_with_nothing_but_the_creditor() -> None:
    settings, problems = load_settings(CREDITOR_LINES, "goodterms.yaml")
    assert problems == ()
    creditor = Creditor("L", "AT", "Europe/Vienna", "a@l.example", language="en")
    assert settings == Settings(creditor)


def test_settings_with_every_key() -> None:
    settings, problems = load_settings(SETTINGS.encode(), "goodterms.yaml")
    assert problems == ()
    assert settings is not None
    assert [each.iban for each in settings.creditor.bank] == ["DE02120300000000202051"]
    assert settings.creditor.address == ("Lindenallee 4", "10119 Berlin")
    assert settings.people["omar"].phone == "110"
    assert settings.teams == {"finance-leads": ("dana", "omar")}
    assert settings.partners["kanzlei-roth"].fee_percent == Decimal("12.5")
    limit = Money(Decimal("5000.00"), "EUR")
    assert settings.brakes == Brakes(200, Decimal("0.3"), 20, {"EUR": limit})
    assert settings.fresh == {"payments": 4}


def test_channels_that_settings_do_not_name_go_to_the_outbox() -> None:
    named = CREDITOR_LINES + b"channels: {email: smtp}\n"
    settings, _ = load_settings(named, "goodterms.yaml")
    assert settings is not None
    assert settings.channels == {
        "email": "smtp",
        "letter": "outbox",
        "sms": "outbox",
        "phone": "outbox",
    }


def test_a_brake_of_nothing_is_kept() -> None:
    braked = CREDITOR_LINES + b"brakes: {messages: 0, share: 0, proposals: 0}\n"
    settings, _ = load_settings(braked, "goodterms.yaml")
    assert settings is not None
    assert settings.brakes == Brakes(0, Decimal(0), 0)


def test_an_account_takes_the_place_of_its_creditor() -> None:
    vienna = Creditor("L", "AT", "Europe/Vienna", "a@l.example", language="de")
    profile, _ = load_profile(LEAST, "account.yaml", vienna)
    assert profile is not None
    assert (profile.language, profile.country) == ("de", "AT")
    assert profile.timezone == "Europe/Vienna"
    assert (profile.owner, profile.segment, profile.policy) == (None, None, None)


@pytest.mark.parametrize(
    ("written", "channels"),
    [
        ("contacts: [{name: P}]", ()),
        ("contacts: [{name: P, email: p@a.example}]", ("email",)),
        ("contacts: [{name: P, phone: 110}]", ("phone",)),
        ("contacts: [{name: P}]\naddress: [Hauptstr. 1]", ("letter",)),
        (
            (
                "contacts: [{name: P, phone: 110}, {name: Q, email: q@a.example}]\n"
                "address: [Hauptstr. 1]"
            ),
            ("email", "phone", "letter"),
        ),
        ("contacts: [{name: P, email: p@a.example}]\nchannels: []", ()),
        ("contacts: [{name: P}]\nchannels: [sms, email]", ("sms", "email")),
    ],
)
def test_channels_are_what_the_contacts_have(
    written: str, channels: tuple[str, ...]
) -> None:
    assert _profile(f"name: ACME\n{written}\n").channels == channels


def test_a_whole_number_is_its_text_where_text_is_wanted() -> None:
    profile = _profile("name: 4711\ncontacts: [{name: 7, phone: 110}]\nnotes: 12\n")
    assert (profile.name, profile.contacts[0].phone, profile.notes) == (
        "4711",
        "110",
        "12",
    )


def test_yen_need_no_quotes() -> None:
    text = b"issued: 2026-09-01\ndue: 2026-10-01\ncurrency: JPY\ntotal: 1190\n"
    invoice, _ = load_invoice(text, "invoices/4711.yaml")
    assert invoice is not None
    assert (invoice.id, invoice.total) == ("4711", Money(Decimal(1190), "JPY"))


def test_the_key_from_names_a_source() -> None:
    invoice, _ = load_invoice(INVOICE.encode(), "invoices/INV-1.yaml")
    assert invoice is not None
    assert invoice.policy == PolicyRef("standard", 3)
    assert invoice.payments[1] == Payment(
        date(2026, 10, 21),
        Money(Decimal("-500.00"), "EUR"),
        source="2026-10-20-payment",
    )
    assert invoice.credits[1].source == "2026-10-20-resolution"


@pytest.mark.parametrize("kind", RECORDS)
def test_every_kind_of_record_has_its_own_value(kind: str) -> None:
    text = document(record(kind)).encode()
    read, problems = load_record(text, f"records/2026-10-22-{kind}.yaml")
    assert problems == ()
    assert type(read) is KINDS[kind]
    assert (read.id, read.on) == (f"2026-10-22-{kind}", date(2026, 10, 22))
    assert read.invoices == ("INV-2026-0042", "4711")
    assert load_record(document(record_document(read)).encode(), f"{read.id}.yaml")[
        0
    ] == (read)


def test_what_a_record_leaves_out() -> None:
    head = b"on: 2026-10-22\nby: dana\n"
    reply, _ = load_record(b"kind: reply\n" + head, "x.yaml")
    assert isinstance(reply, Reply)
    assert (reply.answered, reply.channel, reply.invoices) == (False, None, ())
    extension, _ = load_record(b"kind: extension\nuntil: 2026-11-01\n" + head, "x.yaml")
    assert isinstance(extension, Extension)
    assert extension.final
    rejected, _ = load_record(
        b"kind: resolution\nof: y\noutcome: rejected\n" + head, "x.yaml"
    )
    assert isinstance(rejected, Resolution)
    assert rejected.credit is None


def test_cash_has_its_currency() -> None:
    text = b"kind: payment\non: 2026-10-22\nby: dana\namount: 70\ncurrency: JPY\n"
    cash, _ = load_record(text, "x.yaml")
    assert isinstance(cash, CashReceived)
    assert cash.amount == Money(Decimal(70), "JPY")


def test_a_journal_folds_nothing() -> None:
    journal, problems = load_journal(JOURNAL.encode(), "journal.yaml", "Europe/Berlin")
    assert problems == ()
    assert journal is not None
    assert [entry.state for entry in journal] == ["claimed", "sent", "failed"]
    assert journal[0].invoices == (
        JournalRow(
            "INV-2026-0042",
            "friendly-reminder",
            "1190.00",
            policy=PolicyRef("standard", 2),
        ),
    )
    assert journal[0].totals == (("EUR", "1190.00"),)
    assert (journal[1].invoices, journal[1].kind, journal[1].by) == (
        None,
        None,
        ("dana",),
    )


@pytest.mark.parametrize(
    ("line", "zone", "dated"),
    [
        ("at: 2026-10-08T23:12:03Z", "Europe/Berlin", "2026-10-09"),
        ("at: 2026-10-08T23:12:03Z", "America/New_York", "2026-10-08"),
        ("at: 2026-10-08T03:12:03Z", "America/New_York", "2026-10-07"),
        ("on: 2026-10-10", "Europe/Berlin", "2026-10-10"),
        ("on: 2026-10-10\nat: 2026-10-12T03:12:03Z", "Europe/Berlin", "2026-10-10"),
        ("error: refused", "Europe/Berlin", "2026-10-08"),
    ],
)
def test_a_document_is_dated_where_the_creditor_is(
    line: str, zone: str, dated: str
) -> None:
    first = "id: 2026-10-08-a\non: 2026-10-08\nkind: send\nstate: claimed\n"
    text = f"{first}---\nid: 2026-10-08-a\nstate: failed\n{line}\n"
    journal, problems = load_journal(text.encode(), "journal.yaml", zone)
    assert journal is not None, problems
    assert [str(entry.day) for entry in journal] == ["2026-10-08", dated]


def test_what_is_written_reads_back() -> None:
    profile = _profile(ACCOUNT)
    assert _profile(document(profile_document(profile))) == profile
    invoice, _ = load_invoice(INVOICE.encode(), "INV-1.yaml")
    assert invoice is not None
    again = document(invoice_document(invoice)).encode()
    assert load_invoice(again, "INV-1.yaml")[0] == invoice
    journal, _ = load_journal(JOURNAL.encode(), "journal.yaml", "Europe/Berlin")
    assert journal is not None
    text = journal_text(journal).encode()
    assert load_journal(text, "journal.yaml", "Europe/Berlin")[0] == journal
    file = "2026-11-30-final-notice.yaml"
    decision, _ = load_decision(DECISION.encode(), file)
    assert decision is not None
    copy = document(decision_document(decision)).encode()
    assert load_decision(copy, file)[0] == decision


def test_a_source_says_how_far_it_goes() -> None:
    source, _ = load_source(SOURCE.encode(), "payments.yaml")
    assert source is not None
    assert (source.kind, source.until) == ("payments", date(2026, 11, 19))


FOLDER = {
    "ledger/acme/account.yaml": LEAST,
    "ledger/acme/invoices/INV-2.yaml": INVOICE.encode(),
    "ledger/acme/invoices/INV-1.yaml": INVOICE.encode(),
    "ledger/acme/records/2026-10-22-note.yaml": document(record("note")).encode(),
    "ledger/acme/journal.yaml": JOURNAL.encode(),
    "ledger/acme/decisions/2026-11-30-final-notice.yaml": DECISION.encode(),
    "ledger/acme/messages/2026-10-08-friendly-reminder.md": b"Dear Petra",
    "ledger/acme/README.md": b"Ask Dana",
}


def test_an_account_is_its_folder() -> None:
    account, problems = load_account("acme", FOLDER, OURS)
    assert problems == ()
    assert account is not None
    assert [invoice.id for invoice in account.invoices] == ["INV-1", "INV-2"]
    assert [each.id for each in account.records] == ["2026-10-22-note"]
    assert len(account.journal) == 3
    assert [*account.decisions] == ["2026-11-30-final-notice"]


@pytest.mark.parametrize("broken", [path for path in FOLDER if path.endswith("yaml")])
def test_one_broken_file_keeps_the_account_out(broken: str) -> None:
    account, problems = load_account("acme", {**FOLDER, broken: b"x: *y\n"}, OURS)
    assert account is None
    assert {problem.place.file for problem in problems} == {broken}


def test_the_problems_of_all_files_are_told() -> None:
    broken = {path: b"a: 1\na: 2\n" for path in FOLDER if path.endswith(".yaml")}
    _account, problems = load_account("acme", broken, OURS)
    assert {problem.place.file for problem in problems} == set(broken)


def test_a_file_is_never_refused_without_a_reason() -> None:
    def refuse(_raw: Value) -> None:
        raise ValueError("the reason")

    value, problems = single(b"a: 1", "x.yaml", refuse, lambda _raw: ())
    assert value is None
    assert [*map(str, problems)] == ["x.yaml: error: cannot be read: the reason"]


def test_a_warning_keeps_nobody_out() -> None:
    account, problems = load_account("acme", {**FOLDER, "ledger/acme/x": b""}, OURS)
    assert account is not None
    assert [problem.severity for problem in problems] == ["warning"]


@given(st.from_regex(r"RF[0-9]{2}[0-9A-Z]{1,21}", fullmatch=True))
def test_check_digits_of_references(code: str) -> None:
    assert (mod_97(code) == 1) == iso11649.is_valid(code)


@pytest.mark.parametrize(
    "code",
    ["DE02120300000000202051", "GB33BUKB20201555555555", "FR1420041010050500013M02606"],
)
def test_check_digits_of_accounts(code: str) -> None:
    assert iban.is_valid(code)
    assert mod_97(code) == 1
    assert mod_97(code[:-1] + "9") != 1
