"""Read single values of a file, strictly: dates, amounts, names, addresses."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from string import ascii_uppercase
from zoneinfo import ZoneInfo

from engine.days import (
    DayError,
    Period,
    parse_date,
    parse_offset,
    parse_period,
    parse_span,
)
from engine.load.countries import ALIASES, COUNTRIES
from engine.load.shapes import RefusedError, matching, table
from engine.model import PolicyRef
from engine.money import DECIMALS, Money, parse_amount
from engine.text.source import Value

#: Years outside are slips of the finger, and would break sums of days.
_FIRST, _LAST = date(1900, 1, 1), date(2999, 12, 31)

#: What git takes in the name of a branch and Windows in the name of a file.
_PORTABLE = (
    r"(?!.*(\.\.|\.\Z|\.lock\Z))"
    r"(?!([cC][oO][nN]|[pP][rR][nN]|[aA][uU][xX]|[nN][uU][lL]"
    r"|([cC][oO][mM]|[lL][pP][tT])[0-9])(\.|\Z))"
)

#: One line: no control characters, none that turn the direction of text, no space at
#: either end.
line = matching("(?!\\s)[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+(?<!\\s)")
#: Any number of lines, of which one says something.
text = matching("(?=[\\s\\S]*\\S)[^\x00-\x08\x0b-\x1f\x7f-\x9f]+")
name = matching(rf"{_PORTABLE}[a-z0-9][a-z0-9._-]*")
invoice_id = matching(rf"{_PORTABLE}[A-Za-z0-9][A-Za-z0-9._-]*")
email = matching(
    r"[^\s@,;:<>()\"\\\x00-\x1f\x7f-\x9f]+@[^\s@,;:<>()\"\\\x00-\x1f\x7f-\x9f]+"
)
_country = matching(r"[A-Z]{2}")
region = matching(r"[A-Z0-9]{1,3}")
language = matching(r"[a-z]{2,3}")
entry_id = matching(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[a-z0-9][a-z0-9._-]*")
login = matching(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}")
bic = matching(r"[A-Z0-9]{8}([A-Z0-9]{3})?")
jurisdiction = matching(r"[a-z]{2}")
digest = matching(r"sha256:[0-9a-f]+")
object_id = matching(r"[0-9a-f]{40}|[0-9a-f]{64}")
#: Amounts whose currency another file knows.
bare_amount = matching(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
amount_from_zero = matching(r"(0|[1-9][0-9]*)(\.[0-9]+)?")
above_zero = matching(r"(?![0.]+\Z)(0|[1-9][0-9]*)(\.[0-9]+)?")
_decimal = matching(r"(0|[1-9][0-9]*)(\.[0-9]+)?")
_policy_ref = matching(r"[a-z0-9][a-z0-9._-]*@[1-9][0-9]{0,5}")
_timestamp = matching(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}Z")
_window = matching(r"([01][0-9]|2[0-4]):[0-5][0-9]-([01][0-9]|2[0-4]):[0-5][0-9]")
_iban = matching(r"[A-Z]{2}[0-9]{2}[A-Z0-9 ]{8,40}")
_routing = matching(r"[0-9]{9}")
_sort_code = matching(r"[0-9]{6}|[0-9]{2}([- ])[0-9]{2}\1[0-9]{2}")
_bsb = matching(r"[0-9]{3}[- ]?[0-9]{3}")
_account_number = matching(r"[0-9]+([ -][0-9]+)*")
_url = matching(r"https?://[^\s\"<>\x00-\x1f\x7f-\x9f]+")


@lru_cache(maxsize=8192)
def _parsed_day(written: str) -> date:
    day = parse_date(written)
    if _FIRST <= day <= _LAST:
        return day
    raise DayError(f"'{written}' is not a date of our time; check the year")


def day(value: Value) -> date:
    """Read an ISO date of the years 1900 to 2999."""
    if type(value) is str:
        return _parsed_day(value)
    raise RefusedError


def span(value: Value) -> int:
    """Read a number of days, ``5d``."""
    return parse_span(line(value))


def offset(value: Value) -> int:
    """Read days from the due date, ``due + 7d``."""
    return parse_offset(line(value))


def period(value: Value) -> Period:
    """Read a distance between dates, ``1 month``."""
    return parse_period(line(value))


def timestamp(value: Value) -> str:
    """Read a moment in UTC, ``2026-10-08T07:12:03Z``."""
    if type(value) is str:
        return _parsed_timestamp(value)
    raise RefusedError


@lru_cache(maxsize=1024)
def _parsed_timestamp(written: str) -> str:
    _timestamp(written)
    datetime.fromisoformat(written)
    _parsed_day(written[:10])
    return written


def window(value: Value) -> tuple[str, str]:
    """Read the hours from opening to closing, ``08:00-18:00``."""
    opens, _, closes = _window(value).partition("-")
    if opens < closes:
        return opens, closes
    raise RefusedError


def iban(value: Value) -> str:
    """Read an IBAN whose check digits are right; returned without spaces."""
    written = _iban(value).replace(" ", "")
    if mod_97(written) == 1:
        return written
    raise RefusedError


def sort_code(value: Value) -> str:
    """Read a British sort code, ``20-00-00``; returned as its six digits."""
    return _digits(_sort_code(value))


def bsb(value: Value) -> str:
    """Read an Australian BSB, ``062-000``; returned as its six digits."""
    return _digits(_bsb(value))


def account_number(value: Value) -> str:
    """Read the number of an account at a bank; returned without spaces."""
    return _digits(_account_number(value))


def routing(value: Value) -> str:
    """Read an American routing number (ABA) whose check digit is right."""
    from stdnum.us import rtn  # noqa: PLC0415 - slow to load, and rarely needed

    written = _routing(value)
    if rtn.is_valid(written):
        return written
    raise RefusedError


def _digits(written: str) -> str:
    return written.replace(" ", "").replace("-", "")


_AS_NUMBERS = {ord(letter): str(int(letter, 36)) for letter in ascii_uppercase}


def mod_97(code: str) -> int:
    """Return the check sum of ISO 7064 over a code of capitals and digits.

    It is 1 where the check digits, third and fourth, are right.
    """
    return int((code[4:] + code[:4]).translate(_AS_NUMBERS)) % 97


def percent(value: Value) -> Decimal:
    """Read a percentage from 0 to 100, whole or with decimals."""
    return _up_to(value, 100)


def share(value: Value) -> Decimal:
    """Read a part of a whole, from 0 to 1."""
    return _up_to(value, 1)


def _up_to(value: Value, most: int) -> Decimal:
    number = Decimal(_decimal(value))
    if number <= most:
        return number
    raise RefusedError


def url(value: Value) -> str:
    """Read a web address."""
    return _url(value)


def country(value: Value) -> str:
    """Read a country by its code in ISO 3166, two capitals."""
    code = _country(value)
    if code in COUNTRIES:
        return code
    other = ALIASES.get(code)
    hint = (
        f"; did you mean '{other}'?" if other else "; see the two letters of ISO 3166"
    )
    raise ValueError(f"'{code}' is no country of ISO 3166{hint}")


def currency(value: Value) -> str:
    """Read the code of a currency of ISO 4217."""
    if type(value) is str and value in DECIMALS:
        return value
    raise RefusedError


def amount(value: Value, code: str) -> Money:
    """Read an amount with exactly the decimals of its currency."""
    if type(value) is int:
        value = str(value)
    if type(value) is str:
        return parse_amount(value, code)
    raise RefusedError


def amounts(value: Value) -> dict[str, Money]:
    """Read amounts by currency, none of them negative."""
    read = {currency(code): amount(each, code) for code, each in table(value).items()}
    if any(money.amount < 0 for money in read.values()):
        raise RefusedError
    return read


def policy_ref(value: Value) -> PolicyRef:
    """Read a policy in one version, ``standard@3``."""
    if type(value) is str:
        return _parsed_ref(value)
    raise RefusedError


@lru_cache(maxsize=1024)
def _parsed_ref(written: str) -> PolicyRef:
    policy, _, version = _policy_ref(written).rpartition("@")
    return PolicyRef(policy, int(version))


@lru_cache(maxsize=1024)
def zone(key: str) -> ZoneInfo:
    """Find a time zone by its IANA name; a ValueError if there is none."""
    try:
        return ZoneInfo(key)
    except (OSError, LookupError):  # a folder of zones; no such zone
        raise RefusedError from None


def timezone(value: Value) -> str:
    """Read the name of an IANA time zone, ``Europe/Berlin``."""
    key = line(value)
    zone(key)
    return key
