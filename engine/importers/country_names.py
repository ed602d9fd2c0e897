"""Countries in the forms in which people and programs write them."""

from functools import cache

from babel import Locale
from babel.core import get_global

from goodterms.load.value_readers import ALIASES, COUNTRIES

#: Languages whose names of countries are understood.
_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pl")


def read_country(text: str) -> str | None:
    """Return the two letters of a country of ISO 3166; None for what is none.

    Two or three letters or digits of ISO 3166 in any case, ``UK`` and ``EL``, or the
    name of the country in a few languages.
    """
    code = text.strip().upper()
    code = ALIASES.get(code, code)
    if code in COUNTRIES:
        return code
    name = _folded(text)
    head, comma, tail = name.partition(", ")
    return _known().get(name) or _known().get(f"{tail} {head}" if comma else name)


#: Names that people write, and the library's languages do not have.
_USUAL = {
    "AE": "UAE",
    "CZ": "Czech Republic",
    "GB": "Great Britain; England; Scotland; Wales; Northern Ireland; U K",
    "IE": "Republic of Ireland; Eire",
    "KR": "Republic of Korea",
    "MK": "Macedonia",
    "MM": "Burma",
    "NL": "The Netherlands; Holland",
    "RU": "Russian Federation",
    "SK": "Slovak Republic",
    "SZ": "Swaziland",
    "TR": "Turkey",
    "US": "United States of America; U S A; U S",
    "VN": "Viet Nam",
}


@cache
def _known() -> dict[str, str]:
    codes = {}
    for code, names in get_global("territory_aliases").items():
        if len(names) == 1 and names[0] in COUNTRIES:
            codes[_folded(code)] = names[0]
    for code, usual in _USUAL.items():
        codes |= {_folded(name): code for name in usual.split("; ")}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code in COUNTRIES:
                codes[_folded(name)] = code
    return codes


def _folded(text: str) -> str:
    return " ".join(text.replace(".", " ").split()).casefold()
