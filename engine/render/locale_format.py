"""Amounts, dates and lists as people in a language and a country write them."""

import re
from collections.abc import Callable, Sequence
from copy import copy
from datetime import date
from decimal import Decimal
from functools import cache, partial

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages
from babel.lists import format_list
from babel.numbers import NumberPattern, get_currency_symbol

from goodterms.model.money import DECIMALS, Money

#: A million and a bit, as locales write it that group by thousands.
_PROBE = Decimal(1234567)
_SHAPE = re.compile(r"(\D*)1(?P<group>\D*)234(?P=group)567(?:(\D+)0+)?(\D*)")


class LocaleFormat:
    """How one language, as written in one country, shows figures.

    Patterns are looked up once and held: that is what makes a message cheap.
    """

    def __init__(self, locale: Locale) -> None:
        self.locale = locale
        self._shapes: dict[tuple[str, Decimal], Callable[[Decimal], str]] = {}

    def amount(self, money: Money) -> str:
        """Show an amount with its currency and all of its decimals."""
        probe = -_PROBE if money.amount < 0 else _PROBE
        key = (money.currency, probe)
        show = self._shapes.get(key)
        if show is None:
            show = self._shapes[key] = self._shape(*key)
        return show(money.amount)

    def _shape(self, currency: str, probe: Decimal) -> Callable[[Decimal], str]:
        """Derive from one amount how the locale writes all amounts of that sign.

        Where it groups by other than thousands, Babel writes each of them.
        """
        decimals = DECIMALS[currency]
        pattern: NumberPattern = copy(self.locale.currency_formats["standard"])
        pattern.frac_prec = (decimals, decimals)  # ISO 4217 decides, not CLDR
        if get_currency_symbol(currency, self.locale)[-1].isalpha():
            # Letters keep their distance: CHF 5.00, but €5.00.
            plus, minus = (re.sub("¤$", "¤\u00a0", prefix) for prefix in pattern.prefix)
            pattern.prefix = (plus, minus)
        written = partial(
            pattern.apply,
            locale=self.locale,
            currency=currency,
            currency_digits=False,
        )
        shape = _SHAPE.fullmatch(written(probe))
        if shape is None:
            return written
        before, group, point, after = (part or "" for part in shape.groups())

        def show(amount: Decimal) -> str:
            whole, _, rest = f"{abs(amount):,.{decimals}f}".partition(".")
            return f"{before}{whole.replace(',', group)}{point}{rest}{after}"

        return show

    def day(self, day: date, form: str = "long") -> str:
        """Show a date: ``long`` is 1 October 2026, ``medium`` fits into a table.

        No line breaks inside it.
        """
        shown = str(self.locale.date_formats[form].apply(day, self.locale))
        return shown.replace(" ", "\u00a0")

    def percent(self, number: str) -> str:
        """Show a percentage given as a decimal number, such as ``12.5``."""
        pattern = copy(self.locale.percent_formats[None])
        pattern.frac_prec = (0, 4)
        return str(pattern.apply(Decimal(number) / 100, self.locale))

    def listing(self, parts: Sequence[str]) -> str:
        """Join into a phrase: a, b and c."""
        return parts[0] if len(parts) == 1 else format_list(parts, locale=self.locale)


@cache
def figures(language: str, country: str) -> LocaleFormat:
    """Return the figures of a language in a country.

    Where nobody writes the language there, the language alone decides; where
    the language is unknown, English does.
    """
    for code in (f"{language}_{country}", language):
        try:
            return LocaleFormat(Locale.parse(code))
        except (UnknownLocaleError, ValueError):
            continue
    return LocaleFormat(Locale.parse("en"))


def where_spoken(language: str, country: str) -> str:
    """Return the country where the language is one of its own, else the world.

    What we write to ourselves and to partners follows its language: English from
    Germany reads as English does everywhere.
    """
    spoken = get_official_languages(country, regional=True, de_facto=True)
    return country if language in spoken else "001"
