"""Cells as other systems write them, and what is refused rather than guessed."""

from datetime import date

import pytest

from goodterms.importers.cells import (
    AmountStyle,
    CellError,
    is_date_style,
    one_line,
    read_currency,
    read_date,
    read_flag,
    read_id,
)

PLAIN = AmountStyle()
ENGLISH = AmountStyle(".", ",")
GERMAN = AmountStyle(",", ".")
SWISS = AmountStyle(".", "’")  # noqa: RUF001 - as Swiss files write it


@pytest.mark.parametrize(
    ("style", "text", "currency", "amount"),
    [
        (PLAIN, "1190.00", "EUR", "1190.00"),
        (PLAIN, "1190", "EUR", "1190.00"),
        (PLAIN, "55.9", "EUR", "55.90"),
        (PLAIN, "55.9400", "EUR", "55.94"),
        (PLAIN, "0055.94", "EUR", "55.94"),
        (PLAIN, "-5.00", "EUR", "-5.00"),
        (PLAIN, "5.00-", "EUR", "-5.00"),
        (PLAIN, "1190", "JPY", "1190"),
        (PLAIN, "1190.0", "JPY", "1190"),
        (PLAIN, "1.190", "KWD", "1.190"),
        (ENGLISH, "1,234,567.8", "EUR", "1234567.80"),
        (ENGLISH, "1234567.8", "EUR", "1234567.80"),
        (GERMAN, "1.190,00", "EUR", "1190.00"),
        (GERMAN, "1.190", "EUR", "1190.00"),
        (SWISS, "1’190.00", "CHF", "1190.00"),  # noqa: RUF001 - as Swiss files write it
        (PLAIN, "£40.00", "GBP", "40.00"),
        (ENGLISH, "£1,190.00", "GBP", "1190.00"),
        (PLAIN, "-£40.00", "GBP", "-40.00"),
        (PLAIN, "£-40.00", "GBP", "-40.00"),
        (PLAIN, "£ 40.00-", "GBP", "-40.00"),
        (GERMAN, "1.190,00 €", "EUR", "1190.00"),
        (GERMAN, "5,00 €-", "EUR", "-5.00"),
        (PLAIN, "$40.00", "CAD", "40.00"),
        (PLAIN, "¥1190", "JPY", "1190"),
        (PLAIN, "CHF 40.00", "CHF", "40.00"),
        (PLAIN, "40.00 GBP", "GBP", "40.00"),
        (GERMAN, "40,00 kr", "SEK", "40.00"),
    ],
)
def test_an_amount_is_read(
    style: AmountStyle, text: str, currency: str, amount: str
) -> None:
    read = style.read(text, currency)
    assert (str(read), read.currency) == (amount, currency)


@pytest.mark.parametrize(
    ("style", "text", "currency", "what"),
    [
        pytest.param(PLAIN, "1,190.00", "EUR", "is not an amount", id="thousands"),
        pytest.param(PLAIN, "1.190", "EUR", "may stand for 1190", id="which mark?"),
        pytest.param(PLAIN, "1.000", "JPY", "may stand for 1000", id="yen"),
        pytest.param(PLAIN, "1.0051", "EUR", "has more decimals", id="decimals"),
        pytest.param(GERMAN, "1190.00", "EUR", "is not an amount", id="english"),
        pytest.param(GERMAN, "11.90", "EUR", "is not an amount", id="no group"),
        pytest.param(ENGLISH, "1,19", "EUR", "is not an amount", id="short group"),
        pytest.param(PLAIN, "-5-", "EUR", "is not an amount", id="two signs"),
        pytest.param(PLAIN, "€40.00", "GBP", "is in €, and the row in GBP", id="sign"),
        pytest.param(PLAIN, "$40.00", "GBP", r"is in \$, and the row", id="dollar"),
        pytest.param(PLAIN, "40.00 EUR", "GBP", "is in EUR, and the row", id="code"),
        pytest.param(PLAIN, "INV 40.00", "GBP", "is not an amount", id="no code"),
        pytest.param(PLAIN, "££40.00", "GBP", "is not an amount", id="two marks"),
        pytest.param(PLAIN, "£", "GBP", "is not an amount", id="sign alone"),
        pytest.param(PLAIN, "£-40.00-", "GBP", "is not an amount", id="two minus"),
        pytest.param(PLAIN, "١٢", "EUR", "is not an amount", id="other digits"),
        pytest.param(PLAIN, "1e3", "EUR", "is not an amount", id="exponent"),
        pytest.param(PLAIN, ".50", "EUR", "is not an amount", id="no whole"),
    ],
)
def test_an_amount_is_never_guessed(
    style: AmountStyle, text: str, currency: str, what: str
) -> None:
    with pytest.raises(CellError, match=what):
        style.read(text, currency)


@pytest.mark.parametrize(
    ("text", "style", "day"),
    [
        ("1/2/2013", "%m/%d/%Y", date(2013, 1, 2)),
        ("02.01.2013", "%d.%m.%Y", date(2013, 1, 2)),
        ("2013-01-02 00:00", "%Y-%m-%d %H:%M", date(2013, 1, 2)),
        ("20130102", "%Y%m%d", date(2013, 1, 2)),
    ],
)
def test_a_date_is_read(text: str, style: str, day: date) -> None:
    assert read_date(text, style) == day


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("13/2/2013", "%m/%d/%Y"),
        ("2/30/2013", "%m/%d/%Y"),
        ("0213-01-02", "%Y-%m-%d"),
        ("2013-01-02T00:00", "%Y-%m-%d"),
    ],
)
def test_a_date_that_is_none_is_refused(text: str, style: str) -> None:
    with pytest.raises(CellError, match=r"is not a date like %"):
        read_date(text, style)


@pytest.mark.parametrize(
    ("style", "holds_a_day"),
    [
        ("%Y-%m-%d", True),
        ("%d.%m.%y", True),
        ("%d %B %Y", True),
        ("%d.%m.", False),
        ("%Y-%m", False),
        ("%Q", False),
        ("day", False),
    ],
)
def test_a_date_style_holds_day_month_and_year(
    style: str, *, holds_a_day: bool
) -> None:
    assert is_date_style(style) is holds_a_day


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("0379-NEVHP", "0379-NEVHP"),
        ("2026/0042", "2026-0042"),
        ("  Müller & Söhne ", "Mueller-Soehne"),
        ("../../etc", "etc"),
        ("_sources", "sources"),
        ("日本商事", "RiBenShangShi"),
        ("Łódź Sp. z o.o.", "Lodz-Sp.-z-o.o"),
        (
            "\u041e\u041e\u041e \u0420\u043e\u043c\u0430\u0448\u043a\u0430",
            "OOO-Romashka",
        ),
        ("a..b", "a.b"),
        ("con", "con-1"),
        ("Nul.x", "Nul-x-1"),
        ("acme.lock", "acme-lock-1"),
        (".hidden", "hidden"),
    ],
)
def test_an_id_names_a_file(text: str, name: str) -> None:
    assert read_id(text) == name


@pytest.mark.parametrize("text", ["4E12", "7e3", "1.5E2"])
def test_a_number_with_an_e_in_it_is_one(text: str) -> None:
    """A spreadsheet writes the sign of the exponent."""
    assert read_id(text) == text


@pytest.mark.parametrize(
    "text", ["", "..", "x" * 101, "1.93057E+09", "1,93057e+09", "2E+5"]
)
def test_an_id_that_names_no_file_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        read_id(text)


def test_a_cell_becomes_one_line() -> None:
    assert one_line("  ACME\r\n GmbH\x00\u2028& Co\u00a0KG ") == "ACME GmbH & Co KG"


def test_a_currency_is_one_of_iso_4217() -> None:
    assert read_currency("eur") == "EUR"
    with pytest.raises(CellError, match="'EURO' is no currency"):
        read_currency("EURO")


def test_a_flag_is_yes_or_no_and_nothing_else() -> None:
    assert read_flag("YES", {"yes"}, {"no"})
    assert not read_flag("No", {"yes"}, {"no"})
    assert not read_flag("", {"yes"}, {"no"})
    with pytest.raises(CellError, match="'maybe' is neither yes nor no"):
        read_flag("maybe", {"yes"}, {"no"})
