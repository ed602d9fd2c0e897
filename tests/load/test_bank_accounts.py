"""Which account a message names, by the currency and where the customer is."""

from dataclasses import replace
from pathlib import Path

import pytest

from goodterms.cli import main
from goodterms.load import load_settings
from goodterms.model.ledger import Account
from goodterms.model.settings import BankAccount, Creditor, Settings
from goodterms.render import RenderedMessage
from goodterms.render import render as render_message
from goodterms.workspace.bundled_files import shipped_files
from tests.support.sample_messages import (
    LINDEN,
    NO_BOOK,
    SETTINGS,
    TODAY,
    account,
    action,
    invoice,
    money,
    rendered,
    template,
    templates,
)

STERLING = BankAccount(
    currency="GBP",
    sort_code="601613",
    number="31926819",
    iban="GB29NWBK60161331926819",
    bic="NWBKGB2L",
)
EURO = BankAccount(currency="EUR", iban="DE02120300000000202051", bic="BYLADEM1001")
DOLLAR = BankAccount(currency="USD", routing="110000000", number="000123456789")
AUSSIE = BankAccount(bsb="062000", number="12345678")
ANY = BankAccount(iban="FR1420041010050500013M02606")
ALL = (STERLING, EURO, DOLLAR, AUSSIE, ANY)


def chosen(
    currency: str, country: str, *bank: BankAccount
) -> tuple[BankAccount | None, BankAccount | None]:
    """Return the account that is shown, and the same as the file has it."""
    found = replace(LINDEN, bank=bank or ALL).pay_to(currency, country)
    for each in bank or ALL:
        if found and found == each.shown(currency, country):
            return found, each
    return found, None


@pytest.mark.parametrize(
    ("currency", "country", "of"),
    [
        pytest.param("GBP", "GB", STERLING, id="at home by sort code"),
        pytest.param("GBP", "JE", STERLING, id="Jersey has sort codes"),
        pytest.param("GBP", "DE", STERLING, id="from abroad by its IBAN"),
        pytest.param("GBP", "FR", STERLING, id="the currency before the country"),
        pytest.param("EUR", "GB", EURO, id="one that names the currency first"),
        pytest.param("USD", "US", DOLLAR, id="by routing number"),
        pytest.param("USD", "DE", ANY, id="no routing number from abroad"),
        pytest.param("AUD", "AU", AUSSIE, id="a BSB takes what it moves"),
        pytest.param("AUD", "GB", ANY, id="no BSB from abroad"),
        pytest.param("CHF", "CH", ANY, id="any currency by IBAN"),
    ],
)
def test_the_account_that_fits_currency_and_country(
    currency: str, country: str, of: BankAccount
) -> None:
    assert chosen(currency, country)[1] == of


def test_of_two_for_a_currency_the_one_of_their_country() -> None:
    french = replace(EURO, iban=ANY.iban)

    assert chosen("EUR", "FR", EURO, french)[1] == french
    assert chosen("EUR", "DE", french, EURO)[1] == EURO


def test_of_equals_the_first_in_the_file() -> None:
    twin = replace(EURO, iban="DE75512108001245126199")

    assert chosen("EUR", "AT", EURO, twin)[1] == EURO
    assert chosen("EUR", "AT", twin, EURO)[1] == twin


def test_only_the_numbers_that_the_customer_needs() -> None:
    at_home = STERLING.shown("GBP", "GB")
    abroad = STERLING.shown("GBP", "DE")

    assert (at_home.sort_code, at_home.number, at_home.iban) == (
        "601613",
        "31926819",
        None,
    )
    assert (abroad.sort_code, abroad.number, abroad.iban, abroad.bic) == (
        None,
        None,
        "GB29NWBK60161331926819",
        "NWBKGB2L",
    )


def test_from_abroad_without_an_iban_all_there_is() -> None:
    dollar = replace(DOLLAR, bic="CHASUS33")

    assert chosen("USD", "DE", dollar)[0] == dollar


def test_a_currency_that_no_account_takes() -> None:
    assert chosen("EUR", "GB", STERLING, AUSSIE) == (None, None)
    assert chosen("USD", "AU", AUSSIE) == (None, None)
    assert replace(LINDEN, bank=()).pay_to("EUR", "DE") is None


# ---------------------------------------------------------------- what is written


SHIPPED = {path: data.decode() for path, data in shipped_files("templates")}


def letter(
    of: Account, *bank: BankAccount, language: str = "en", country: str = "GB"
) -> RenderedMessage:
    """Write a formal letter to a customer in a country."""
    profile = replace(of.profile, language=language, country=country)
    at = replace(of, profile=profile)
    settings = replace(SETTINGS, creditor=replace(LINDEN, bank=bank))
    made, problems = render_message(
        templates(SHIPPED), action("formal-letter", at), at, settings, TODAY, NO_BOOK
    )
    assert problems == ()
    assert made is not None
    return made


def how_to_pay(made: RenderedMessage, heading: str = "How to pay") -> list[str]:
    """Return the list below the heading, without what to quote."""
    below = made.text.split(heading)[1].splitlines()[3:]
    return [row for row in below[: below.index("")] if "quote" not in row]


def sterling(id_: str = "INV-1") -> Account:
    """Return an account that owes sterling."""
    return account(invoice(id_, total=money("1190.00", "GBP")))


def test_a_british_customer_reads_sort_code_and_number_in_text_and_html() -> None:
    made = letter(sterling(), *ALL)

    assert how_to_pay(made) == [
        "- Pay to: Linden & Partner GmbH",
        "- Sort code: 60-16-13",
        "- Account number: 31926819",
    ]
    for part in ("Sort code: 60-16-13", "Account number: 31926819"):
        assert part in made.html
    assert "IBAN" not in made.text + made.html


def test_a_german_customer_reads_iban_and_german_labels() -> None:
    made = letter(sterling(), *ALL, language="de", country="DE")

    rows = made.text.split("So können Sie zahlen")[1].splitlines()[3:6]
    assert rows == [
        "- Empfänger: Linden & Partner GmbH",
        "- IBAN: GB29 NWBK 6016 1331 9268 19",
        "- BIC: NWBKGB2L",
    ]


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", ["Routing number (ABA): 110000000", "Account number: 000123456789"]),
        ("de", ["Routing Number (ABA): 110000000", "Kontonummer: 000123456789"]),
    ],
)
def test_a_dollar_account_in_both_languages(language: str, labels: list[str]) -> None:
    at = account(invoice(total=money("1190.00", "USD")))

    made = letter(at, *ALL, language=language, country="US")

    for label in labels:
        assert f"- {label}\n" in made.text
        assert f">{label}</li>" in made.html


def test_several_currencies_have_a_line_each() -> None:
    at = account(
        invoice("INV-1", total=money("100.00", "GBP")),
        invoice("INV-2", total=money("200.00", "EUR")),
        invoice("INV-3", total=money("300.00", "AUD")),
    )

    assert how_to_pay(letter(at, STERLING, EURO)) == [
        "- Pay to: Linden & Partner GmbH",
        "- AUD: to the account that the invoice names",
        "- EUR: IBAN DE02 1203 0000 0000 2020 51, BIC BYLADEM1001",
        "- GBP: Sort code 60-16-13, Account number 31926819",
    ]


def test_currencies_of_one_account_share_its_lines() -> None:
    at = account(
        invoice("INV-1", total=money("100.00", "GBP")),
        invoice("INV-2", total=money("200.00", "EUR")),
    )

    assert how_to_pay(letter(at, ANY)) == [
        "- Pay to: Linden & Partner GmbH",
        "- IBAN: FR14 2004 1010 0505 0001 3M02 606",
    ]


@pytest.mark.parametrize("bank", [(), (EURO,)], ids=["none", "of another currency"])
def test_without_an_account_the_message_points_to_the_invoice(
    bank: tuple[BankAccount, ...],
) -> None:
    assert how_to_pay(letter(sterling(), *bank)) == [
        "- Pay to the account that the invoice names"
    ]


def test_templates_of_before_still_print_an_iban() -> None:
    made = rendered(template("{{ creditor.iban }} {{ creditor.bic }}"), account())

    assert "DE02 1203 0000 0000 2020 51 BYLADEM1001" in made.text


# ------------------------------------------------------------------ in the settings


def loaded(bank: str) -> Creditor:
    """Read settings with a bank, which have nothing wrong."""
    text = (
        "creditor: {name: A, country: GB, timezone: Europe/London,"
        f" email: a@b.example, bank: {bank}}}\n"
    )
    read, problems = load_settings(text.encode(), "goodterms.yaml")
    assert problems == ()
    assert isinstance(read, Settings)
    return read.creditor


@pytest.mark.parametrize(
    ("written", "sort_code", "number"),
    [
        ('{sort_code: 60-16-13, account: "31926819"}', "601613", "31926819"),
        ("{sort_code: 601613, account: 31926819}", "601613", "31926819"),
        ("{sort_code: 04 00 04, account: 01 23 45 67}", "040004", "01234567"),
        ("{sort_code: 040004, account: 01234567}", "040004", "01234567"),
    ],
)
def test_a_sort_code_as_banks_print_it(
    written: str, sort_code: str, number: str
) -> None:
    (read,) = loaded(written).bank

    assert (read.sort_code, read.number) == (sort_code, number)


def test_a_list_of_accounts_keeps_its_order() -> None:
    read = loaded(
        "[{currency: EUR, iban: DE02 1203 0000 0000 2020 51},"
        " {currency: USD, routing: 110000000, account: 000123456789}]"
    )

    assert [each.currency for each in read.bank] == ["EUR", "USD"]
    assert read.bank[1].number == "000123456789"


@pytest.mark.parametrize(
    ("country", "zone", "key"),
    [
        ("GB", "Europe/London", "sort_code"),
        ("US", "America/Chicago", "routing"),
        ("AU", "Australia/Sydney", "bsb"),
        ("FR", "Europe/Paris", "iban"),
    ],
)
def test_the_example_of_a_new_repository_is_one_of_its_country(
    country: str, zone: str, key: str, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    assert main(["init", str(folder), "--country", country, "--timezone", zone]) == 0
    file = folder / "goodterms.yaml"

    file.write_text(file.read_text().replace("# bank:", "bank:"))

    read, problems = load_settings(file.read_bytes(), "goodterms.yaml")
    assert problems == ()
    assert read is not None
    assert getattr(read.creditor.bank[0], key)
    assert main(["--root", str(folder), "check"]) == 0
