"""Amounts, dates and lists as their readers write them."""

from copy import copy
from datetime import date
from decimal import Decimal

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from goodterms.model.money import DECIMALS, Money
from goodterms.render.locale_format import LocaleFormat, figures, where_spoken
from tests.support.sample_messages import money

NBSP, NNBSP = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("language", "country", "amount", "currency", "shown"),
    [
        ("de", "DE", "1190.00", "EUR", f"1.190,00{NBSP}€"),
        ("de", "DE", "-0.50", "EUR", f"-0,50{NBSP}€"),
        ("de", "CH", "1190.00", "CHF", f"CHF{NBSP}1\u2019190.00"),
        ("de", "AT", "1190.00", "EUR", f"€{NBSP}1.190,00"),
        ("en", "GB", "1190.00", "GBP", "£1,190.00"),
        ("en", "GB", "640.00", "USD", "US$640.00"),
        ("en", "US", "640.00", "USD", "$640.00"),
        ("en", "DE", "1190.00", "EUR", f"1.190,00{NBSP}€"),
        ("en", "IN", "1234567.00", "INR", "₹12,34,567.00"),
        ("fr", "FR", "1190.00", "EUR", f"1{NNBSP}190,00{NBSP}€"),
        ("de", "DE", "1190", "JPY", f"1.190{NBSP}¥"),
        ("en", "US", "1.234", "KWD", f"KWD{NBSP}1.234"),
        ("en", "GB", "-5.00", "CHF", f"-CHF{NBSP}5.00"),
        ("de", "US", "1190.00", "EUR", f"1.190,00{NBSP}€"),
        ("tlh", "DE", "1190.00", "EUR", "€1,190.00"),
    ],
)
def test_amount(
    language: str, country: str, amount: str, currency: str, shown: str
) -> None:
    assert figures(language, country).amount(money(amount, currency)) == shown


LOCALES = ["de_DE", "de_CH", "en_GB", "en_IN", "fr_FR", "pl_PL", "es_ES", "ar_EG", "fa"]


@given(
    st.sampled_from(LOCALES),
    st.sampled_from(["EUR", "JPY", "KWD", "CHF"]),
    st.integers(-(10**12), 10**12).filter(bool),
)
def test_amounts_are_what_babel_writes(code: str, currency: str, units: int) -> None:
    amount = Money(Decimal(units).scaleb(-DECIMALS[currency]), currency)
    locale = Locale.parse(code)
    pattern = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (DECIMALS[currency], DECIMALS[currency])

    shown = pattern.apply(
        amount.amount, locale, currency=currency, currency_digits=False
    )

    assert LocaleFormat(locale).amount(amount).replace(NBSP, "") == shown.replace(
        NBSP, ""
    )


@pytest.mark.parametrize(
    ("language", "country", "long", "short"),
    [
        ("de", "DE", "1. Oktober 2026", "01.10.2026"),
        ("en", "GB", "1 October 2026", "1 Oct 2026"),
        ("en", "US", "October 1, 2026", "Oct 1, 2026"),
    ],
)
def test_day(language: str, country: str, long: str, short: str) -> None:
    style = figures(language, country)
    day = date(2026, 10, 1)

    assert style.day(day) == long.replace(" ", NBSP)
    assert style.day(day, "medium") == short.replace(" ", NBSP)


@pytest.mark.parametrize(
    ("language", "number", "shown"),
    [("de", "10", f"10{NBSP}%"), ("de", "12.5", f"12,5{NBSP}%"), ("en", "10", "10%")],
)
def test_percent(language: str, number: str, shown: str) -> None:
    assert (
        figures(language, {"de": "DE", "en": "GB"}[language]).percent(number) == shown
    )


def test_listing() -> None:
    style = figures("de", "DE")

    assert style.listing(["a"]) == "a"
    assert style.listing(["a", "b"]) == "a und b"
    assert style.listing(["a", "b", "c"]) == "a, b und c"


@pytest.mark.parametrize(
    ("language", "country", "expected"),
    [("en", "DE", "001"), ("en", "GB", "GB"), ("de", "AT", "AT"), ("de", "GB", "001")],
)
def test_where_what_we_write_to_ourselves_is_spoken(
    language: str, country: str, expected: str
) -> None:
    assert where_spoken(language, country) == expected
