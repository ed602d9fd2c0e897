"""Amounts, dates and lists as people in a language and a country write them."""

from collections.abc import Sequence
from copy import copy
from datetime import date
from decimal import Decimal
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.numbers import NumberPattern

from engine.money import DECIMALS, Money


class Figures:
    """How one language, as written in one country, shows figures.

    Patterns are looked up once and held: that is what makes a message cheap.
    """

    def __init__(self, locale: Locale) -> None:
        self.locale = locale
        self._money: dict[str, NumberPattern] = {}

    def amount(self, money: Money) -> str:
        """Show an amount with its currency and all of its decimals."""
        pattern = self._money.get(money.currency) or self._pattern(money.currency)
        return str(
            pattern.apply(
                money.amount,
                self.locale,
                currency=money.currency,
                currency_digits=False,
            )
        )

    def _pattern(self, currency: str) -> NumberPattern:
        """Adapt the locale's pattern: ISO 4217 says how many decimals, not CLDR."""
        pattern: NumberPattern = copy(self.locale.currency_formats["standard"])
        pattern.frac_prec = (DECIMALS[currency], DECIMALS[currency])
        self._money[currency] = pattern
        return pattern

    def day(self, day: date, form: str = "long") -> str:
        """Show a date: ``long`` is 1 October 2026, ``medium`` fits into a table."""
        return str(self.locale.date_formats[form].apply(day, self.locale))

    def percent(self, number: str) -> str:
        """Show a percentage given as a decimal number, such as ``12.5``."""
        pattern = copy(self.locale.percent_formats[None])
        pattern.frac_prec = (0, 4)
        return str(pattern.apply(Decimal(number) / 100, self.locale))

    def listing(self, parts: Sequence[str]) -> str:
        """Join into a phrase: a, b and c."""
        return parts[0] if len(parts) == 1 else format_list(parts, locale=self.locale)


@cache
def figures(language: str, country: str) -> Figures:
    """Return the figures of a language in a country.

    Where nobody writes the language there, the language alone decides; where
    the language is unknown, English does.
    """
    for code in (f"{language}_{country}", language, "en"):
        try:
            return Figures(Locale.parse(code))
        except (UnknownLocaleError, ValueError):
            continue
    raise AssertionError("there is always English")
