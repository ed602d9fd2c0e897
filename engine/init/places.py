"""What is usual where a firm is: its time zone, and examples that look like its own."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files as resources

from goodterms.model.refusal import RefusalError

#: What tzdata says of the zone in which most of a country's people live.
_MOST = ("most of ", "(mainland)")


class TimeZoneError(RefusalError):
    """A country has several time zones, and nobody said which one is meant."""


@dataclass(frozen=True, slots=True)
class CountryExamples:
    """How a telephone number and a bank account are written in a country.

    The numbers are reserved for examples, or made up; ``counsel`` is whom a
    matter is handed to before it goes to court.
    """

    phone: str
    bank: str
    counsel: str = "Lawyer"


#: The example of each country in the registry of IBANs.
_IBANS = """
AT611904300234573201 CH9300762011623852957 DE02120300000000202051
DK5000400440116243 ES9121000418450200051332 FI2112345600000785
FR1420041010050500013M02606 IE29AIBK93115212345678 IT60X0542811101000000123456
LU280019400644750000 NL91ABNA0417164300 NO9386011117947 PL61109010140000071219812874
PT50000201231234567890154 SE4550000000058398257466
"""
_IBAN_OF = {iban[:2]: f"{{iban: {iban}}}" for iban in _IBANS.split()}
_FORM = "{iban: , bic: }"
_EXAMPLES = {
    "AU": CountryExamples(
        "+61 2 5550 1234", '{bsb: 062-000, account: "12345678"}', "Solicitor"
    ),
    "DE": CountryExamples(
        "+49 30 23125 000", "{iban: DE02120300000000202051, bic: BYLADEM1001}"
    ),
    "GB": CountryExamples(
        "+44 20 7946 0018",
        '{sort_code: 60-16-13, account: "31926819"}',
        "Solicitor",
    ),
    "IE": CountryExamples("+353 ", _IBAN_OF["IE"], "Solicitor"),
    "NZ": CountryExamples("+64 ", _FORM, "Solicitor"),
    "US": CountryExamples(
        "+1 312 555 0118", '{routing: "110000000", account: "000123456789"}'
    ),
}


def examples(country: str) -> CountryExamples:
    """Return what is usual in a country; where nobody knows, an empty form."""
    return _EXAMPLES.get(country) or CountryExamples("+", _IBAN_OF.get(country, _FORM))


def time_zone(country: str) -> str:
    """Return a country's time zone, or that of most of it.

    Raises TimeZoneError where it has several, for a guess would be wrong for many.
    """
    zones = _zones().get(country, ())
    main = [name for name, where in zones if any(most in where for most in _MOST)]
    if len(zones) == 1 or len(main) == 1:
        return (main or [zones[0][0]])[0]
    if not zones:
        raise TimeZoneError(
            f"nobody knows the time zone of {country}",
            "name it with --timezone, like Europe/London",
        )
    large = [name for name, where in zones if "(most areas)" in where]
    first = (large or [zones[0][0]])[0]
    raise TimeZoneError(
        f"{country} has {len(zones)} time zones",
        f"name yours with --timezone, like {first}",
    )


@cache
def _zones() -> dict[str, tuple[tuple[str, str], ...]]:
    """List (name, where that is) of each country's zones, as tzdata does."""
    text = (resources("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for row in text.splitlines():
        if row and not row.startswith("#"):
            country, _, name, *where = row.split("\t")
            found[country] = (*found.get(country, ()), (name, "".join(where)))
    return found
