"""Exact amounts of one currency, in ISO 4217 minor units."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

_TWO_DECIMALS = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN
BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP
GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD
KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN
NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG
SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"

#: Minor units of every currency in use (ISO 4217, list one, 2026).
DECIMALS: dict[str, int] = {
    **dict.fromkeys(_TWO_DECIMALS.split(), 2),
    **dict.fromkeys(_NO_DECIMALS.split(), 0),
    **dict.fromkeys(_THREE_DECIMALS.split(), 3),
}

_WHOLE = "-?(0|[1-9][0-9]*)"
_AMOUNT = re.compile(rf"{_WHOLE}(\.[0-9]+)?", re.ASCII)
#: What an amount of so many decimals looks like.
_FITS = {
    0: re.compile(_WHOLE, re.ASCII).fullmatch,
    2: re.compile(rf"{_WHOLE}\.[0-9]{{2}}", re.ASCII).fullmatch,
    3: re.compile(rf"{_WHOLE}\.[0-9]{{3}}", re.ASCII).fullmatch,
}


class AmountError(ValueError):
    """A text that is no amount of the currency. ``hint`` says how to write it."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(f"{what}; {hint}" if hint else what)
        self.what = what
        self.hint = hint


class CurrencyMismatchError(ValueError):
    """Two currencies met in one sum, which never happens."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of one currency, exact to its minor unit.

    Amounts of different currencies neither add nor compare.
    """

    amount: Decimal
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise _mismatch(self, other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise _mismatch(self, other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __str__(self) -> str:
        return f"{self.amount:.{DECIMALS[self.currency]}f}"


def _mismatch(amount: Money, other: Money) -> CurrencyMismatchError:
    return CurrencyMismatchError(
        f"{amount} {amount.currency} and {other} {other.currency} do not add up"
    )


@cache
def unit(currency: str) -> Decimal:
    """Return the smallest amount of a currency, such as 0.01 for EUR."""
    return Decimal(1).scaleb(-DECIMALS[currency])


@cache
def zero(currency: str) -> Money:
    """Return nothing at all of a currency."""
    return Money(Decimal(0), currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Add amounts of one currency; nothing adds up to zero."""
    summed = Decimal(0)
    for amount in amounts:
        if amount.currency != currency:
            raise _mismatch(Money(summed, currency), amount)
        summed += amount.amount
    return Money(summed, currency)


def by_currency(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """Add amounts up for each currency, in the order of their codes."""
    listed = tuple(amounts)
    return tuple(
        total((amount for amount in listed if amount.currency == currency), currency)
        for currency in sorted({amount.currency for amount in listed})
    )


def rounded(amount: Decimal, currency: str) -> Money:
    """Round half up, away from zero, to the currency's minor unit."""
    return Money(amount.quantize(unit(currency), ROUND_HALF_UP), currency)


@lru_cache(maxsize=8192)
def parse_amount(text: str, currency: str) -> Money:
    """Read ``"1190.00"``: plain digits, a dot, the currency's own decimals.

    Raises AmountError, which says how to write it.
    """
    fits = _FITS.get(DECIMALS.get(currency, -1))
    if fits is not None and fits(text):
        return Money(Decimal(text), currency)
    raise _unfit(text, currency)


def _unfit(text: str, currency: str) -> AmountError:
    """Say what keeps a text from being an amount of the currency."""
    if currency not in DECIMALS:
        return AmountError(f"'{currency}' is no currency of ISO 4217")
    decimals = DECIMALS[currency]
    if not _AMOUNT.fullmatch(text):
        example = f"{Decimal(1190):.{decimals}f}"
        return AmountError(f"'{text}' is not an amount", f'write it like "{example}"')
    wanted = f"{Decimal(text):.{decimals}f}"
    given = len(text.partition(".")[2])
    if given > decimals and Decimal(wanted) != Decimal(text):
        return AmountError(
            f"'{text}' has more decimals than {currency} has ({decimals})",
            "round it yourself",
        )
    number = {0: "no decimals", 2: "two decimals", 3: "three decimals"}[decimals]
    return AmountError(f"amount '{text}' needs {number}", f'write "{wanted}"')
