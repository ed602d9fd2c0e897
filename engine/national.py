"""Nationwide public holidays, from the ``holidays`` library."""

from collections.abc import Container
from datetime import date
from functools import cache


@cache
def holidays(country: str) -> Container[date]:
    """Return the nationwide public holidays of a country (ISO 3166, two capitals).

    Holidays of regions are none. A country that nobody knows has none.
    """
    return _Holidays(country)


class _Holidays:
    """Loads the library when the first date is asked for: it takes its time."""

    def __init__(self, country: str) -> None:
        self._country = country
        self._known: Container[date] | None = None

    def __contains__(self, day: object) -> bool:
        if self._known is None:
            self._known = _of_country(self._country)
        return isinstance(day, date) and day in self._known


def _of_country(country: str) -> Container[date]:
    from holidays import country_holidays  # noqa: PLC0415 - start fast

    try:
        known: Container[date] = country_holidays(country)
    except NotImplementedError:
        return frozenset()
    return known
