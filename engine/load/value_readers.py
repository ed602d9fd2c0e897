"""Read single values of a file, strictly: dates, amounts, names, addresses."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from string import ascii_uppercase
from typing import TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from goodterms.model.calendar import (
    DayError,
    Period,
    parse_date,
    parse_offset,
    parse_period,
    parse_span,
)
from goodterms.model.money import DECIMALS, Money, parse_amount
from goodterms.model.policy_ref import PolicyRef
from goodterms.yaml.events import Value

_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN
BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ
DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL
GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM
JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP
NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD
SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""

#: Every code that is assigned (ISO 3166-1 alpha-2, 2026).
COUNTRIES = frozenset(_CODES.split())

#: What people write in their place.
ALIASES = {"UK": "GB", "EL": "GR", "FX": "FR"}


T = TypeVar("T")
Reader: TypeAlias = Callable[[Value], T]

#: So many texts a reader knows again.
_REMEMBERED = 1000

#: What a reader raises: ValueError; KeyError where a key is missing.
REFUSED = (ValueError, KeyError)


class ValueNotAllowedError(ValueError):
    """A value that the schema does not allow."""


def mapping(value: Value, accepted: frozenset[str]) -> dict[str, Value]:
    """Read a mapping that has no other than the known keys."""
    if type(value) is dict and value.keys() <= accepted:
        return value
    raise ValueNotAllowedError


def table(value: Value) -> dict[str, Value]:
    """Read a mapping whose keys are names that the user gives."""
    if type(value) is dict:
        return value
    raise ValueNotAllowedError


def listed(value: Value, read: Reader[T], least: int = 0) -> tuple[T, ...]:
    """Read a list of at least so many items, each with the same reader."""
    if type(value) is list and len(value) >= least:
        return tuple([read(item) for item in value])
    raise ValueNotAllowedError


def distinct(value: Value, read: Reader[T], least: int = 0) -> tuple[T, ...]:
    """Read a list in which nothing stands twice."""
    items = listed(value, read, least)
    if len(set(items)) == len(items):
        return items
    raise ValueNotAllowedError


def one_or_more(value: Value, read: Reader[T]) -> tuple[T, ...]:
    """Read a value, or a list of several of which none stands twice."""
    return distinct(value, read, 1) if type(value) is list else (read(value),)


def maybe(data: Mapping[str, Value], key: str, read: Reader[T]) -> T | None:
    """Read the value of a key that may be left out; null is no value."""
    return read(data[key]) if key in data else None


def matching(pattern: str) -> Reader[str]:
    """Return a reader of text that a pattern matches from end to end.

    It remembers some that did: a few words make up most of a ledger.
    """
    fits = re.compile(pattern, re.ASCII).fullmatch
    accepted: set[str] = set()

    def read(value: Value) -> str:
        if type(value) is int:
            value = str(value)
        if type(value) is not str:
            raise ValueNotAllowedError
        if value not in accepted:
            if not fits(value):
                raise ValueNotAllowedError
            if len(accepted) >= _REMEMBERED:
                accepted.clear()
            accepted.add(value)
        return value

    return read


_Word = TypeVar("_Word", bound=str)


def one_of(*words: _Word) -> Reader[_Word]:
    """Return a reader of one of a few words."""
    allowed = {str(word): word for word in words}

    def read(value: Value) -> _Word:
        if type(value) is str and value in allowed:
            return allowed[value]
        raise ValueNotAllowedError

    return read


def whole(least: int, most: int) -> Reader[int]:
    """Return a reader of whole numbers, both ends allowed."""

    def read(value: Value) -> int:
        if type(value) is int and least <= value <= most:
            return value
        raise ValueNotAllowedError

    return read


def flag(value: Value) -> bool:
    """Read true or false."""
    if type(value) is bool:
        return value
    raise ValueNotAllowedError


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


def read_date(value: Value) -> date:
    """Read an ISO date of the years 1900 to 2999."""
    if type(value) is str:
        return _parsed_day(value)
    raise ValueNotAllowedError


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
    raise ValueNotAllowedError


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
    raise ValueNotAllowedError


def iban(value: Value) -> str:
    """Read an IBAN whose check digits are right; returned without spaces."""
    written = _iban(value).replace(" ", "")
    if mod_97(written) == 1:
        return written
    raise ValueNotAllowedError


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
    raise ValueNotAllowedError


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
    raise ValueNotAllowedError


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
    raise ValueNotAllowedError


def amount(value: Value, code: str) -> Money:
    """Read an amount with exactly the decimals of its currency."""
    if type(value) is int:
        value = str(value)
    if type(value) is str:
        return parse_amount(value, code)
    raise ValueNotAllowedError


def amounts(value: Value) -> dict[str, Money]:
    """Read amounts by currency, none of them negative."""
    read = {currency(code): amount(each, code) for code, each in table(value).items()}
    if any(money.amount < 0 for money in read.values()):
        raise ValueNotAllowedError
    return read


def policy_ref(value: Value) -> PolicyRef:
    """Read a policy in one version, ``standard@3``."""
    if type(value) is str:
        return _parsed_ref(value)
    raise ValueNotAllowedError


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
        raise ValueNotAllowedError from None


def timezone(value: Value) -> str:
    """Read the name of an IANA time zone, ``Europe/Berlin``."""
    key = line(value)
    zone(key)
    return key
