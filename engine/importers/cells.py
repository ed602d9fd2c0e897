"""Read single cells of a table: dates, amounts, names, as other systems write them."""

import re
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from unicodedata import normalize

from anyascii import anyascii

from goodterms.load import value_readers
from goodterms.model.money import DECIMALS, Money, parse_amount

_NOT_ONE_LINE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9._-]+")

#: What spreadsheets make of long numbers.
_COUNTED = re.compile(r"[0-9]([.,][0-9]+)?[eE]\+[0-9]+")
_AS_TWO = ("ae", "oe", "ue", "Ae", "Oe", "Ue")
_UMLAUTS = str.maketrans(
    dict(zip("\u00e4\u00f6\u00fc\u00c4\u00d6\u00dc", _AS_TWO, strict=True))
)

#: What is written with a dollar sign.
_DOLLARS = (
    "USD ARS AUD BBD BMD BND BSD BZD CAD CLP COP FJD GYD HKD JMD KYD LRD MXN NAD NZD"
    " SBD SGD SRD TTD TWD XCD"
)

#: The signs that spreadsheets put to amounts, and the currencies that they stand for.
_SIGNS = {
    "\u00a3": frozenset({"GBP", "FKP", "GIP", "SHP"}),
    "\u20ac": frozenset({"EUR"}),
    "$": frozenset(_DOLLARS.split()),
    "\u00a5": frozenset({"JPY", "CNY"}),
    "\u20b9": frozenset({"INR"}),
    "kr": frozenset({"DKK", "ISK", "NOK", "SEK"}),
    "z\u0142": frozenset({"PLN"}),
}
_SIGN = "|".join([*(re.escape(sign) for sign in _SIGNS), "[A-Z]{3}"])
_SIGN_FIRST = re.compile(rf"(?P<head>-?)(?P<sign>{_SIGN}) ?(?P<tail>.*)")
_SIGN_LAST = re.compile(rf"(?P<head>.*?) ?(?P<sign>{_SIGN})(?P<tail>-?)")

#: Digits between two marks of thousands.
_GROUP = 3

#: Longer names of files are trouble on some systems.
LONGEST_ID = 100


class CellError(ValueError):
    """A cell that cannot be read; says what is wrong and what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def one_line(text: str) -> str:
    """Return the words of a cell with single spaces, no control characters.

    Letters and their accents are one sign where they can be: two spellings of a
    name that look alike are one.
    """
    return _NOT_ONE_LINE.sub(" ", normalize("NFC", text)).strip()


def read_id(text: str) -> str:
    """Make a file name of a number or name: letters, digits, dot, ``_`` and ``-``.

    Other scripts are written in Latin letters, anything else becomes ``-``; a name
    that Windows or git cannot keep gets a ``-1``. Raises CellError where nothing is
    left, and for a number in the form 1.9E+09, whose digits are lost.
    """
    if _COUNTED.fullmatch(text):
        message = f"'{text}' is a number that a spreadsheet has shortened"
        raise CellError(message, "export the column as text")
    name = _NOT_IN_AN_ID.sub("-", _in_latin(text)).strip("-").lstrip("._-")
    name = re.sub(r"\.{2,}", ".", name).rstrip(".")
    if not name:
        raise CellError(f"'{text}' names no file", "it needs a letter or a digit")
    if len(name) > LONGEST_ID:
        raise CellError(f"'{text}' is too long to name a file", "shorten it")
    try:
        return value_readers.invoice_id(name)
    except ValueError:
        return f"{name.replace('.', '-')}-1"


def _in_latin(text: str) -> str:
    """Write a text of any script in Latin letters, German umlauts as two."""
    if text.isascii():
        return text
    return str(anyascii(text.translate(_UMLAUTS)))


@lru_cache(maxsize=8192)
def read_date(text: str, style: str) -> date:
    """Read a date as ``strptime`` does, and no time of day. Raises CellError."""
    try:
        read = date(*time.strptime(text, style)[:3])
        return value_readers.read_date(read.isoformat())
    except ValueError:
        message = f"'{text}' is not a date like {style}"
        raise CellError(message, "mend it, or 'format: date' in the mapping") from None


def is_date_style(style: str) -> bool:
    """Say whether a format holds day, month and year."""
    sample = date(2027, 11, 28)
    try:
        return date(*time.strptime(sample.strftime(style), style)[:3]) == sample
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class AmountStyle:
    """How amounts are written: the mark before the cents, that of thousands."""

    decimal: str = "."
    thousands: str = ""

    def read(self, text: str, currency: str) -> Money:
        """Read ``1,190.00``, ``-5``, ``5-``, ``£40.00``; missing decimals are zeros.

        Thousands are groups of three or not marked at all, so that no mark is
        taken for the other. A sign or code of a currency, before or behind, must be
        that of the row. Raises CellError.
        """
        bare = _without_sign(text, currency)
        match = _shape(self.decimal, self.thousands).fullmatch(bare)
        if not match:
            hint = f"write it like {self._sample()}, or mend 'format' in the mapping"
            raise CellError(f"'{text}' is not an amount", hint)
        whole = re.sub("[^0-9]", "", match["whole"]).lstrip("0") or "0"
        minus = "-" if match["minus"] or match["after"] else ""
        return _padded(f"{minus}{whole}", match["cents"] or "", currency)

    def _sample(self) -> str:
        return f"1{self.thousands}190{self.decimal}00"


def _without_sign(text: str, currency: str) -> str:
    """Take the sign of a currency off an amount. Raises CellError for another's."""
    match = _SIGN_FIRST.fullmatch(text) or _SIGN_LAST.fullmatch(text)
    if match is None or match["sign"] not in {*_SIGNS, *DECIMALS}:
        return text
    sign = match["sign"]
    if currency not in _SIGNS.get(sign, {sign}):
        message = f"'{text}' is in {sign}, and the row in {currency}"
        raise CellError(message, "mend the cell, or the currency of the row")
    return f"{match['head']}{match['tail']}"


@lru_cache
def _shape(decimal: str, thousands: str) -> re.Pattern[str]:
    groups = rf"|[0-9]{{1,3}}({re.escape(thousands)}[0-9]{{3}})+" if thousands else ""
    return re.compile(
        rf"(?P<minus>-)?(?P<whole>[0-9]+{groups})"
        rf"({re.escape(decimal)}(?P<cents>[0-9]+))?(?P<after>(?(minus)|-?))"
    )


def _padded(whole: str, cents: str, currency: str) -> Money:
    places = DECIMALS[currency]
    if len(cents) == _GROUP != places:
        message = f"'{whole}.{cents}' may stand for {whole}{cents}"
        hint = "name the marks 'decimal' and 'thousands' under 'format' in the mapping"
        raise CellError(message, hint)
    if cents[places:].strip("0"):
        message = f"'{whole}.{cents}' has more decimals than {currency} has ({places})"
        raise CellError(message, "round it where it comes from")
    kept = cents[:places].ljust(places, "0")
    return parse_amount(f"{whole}.{kept}" if kept else whole, currency)


def read_currency(text: str) -> str:
    """Read the code of a currency, small or capital. Raises CellError."""
    code = text.upper()
    if code not in DECIMALS:
        hint = "write three capitals, like EUR"
        raise CellError(f"'{text}' is no currency of ISO 4217", hint)
    return code


def read_flag(text: str, yes: Collection[str], no: Collection[str]) -> bool:
    """Read a cell that says yes or no; an empty one is a no. Raises CellError."""
    word = text.casefold()
    if word and word not in yes and word not in no:
        hint = "list it under 'means_yes' or 'means_no' in the mapping"
        raise CellError(f"'{text}' is neither yes nor no", hint)
    return word in yes
