"""Public holidays of countries and their regions, from the ``holidays`` library."""

from collections.abc import Container
from datetime import date
from functools import cache


@cache
def holidays(place: str) -> Container[date]:
    """Return the public holidays of a country (``DE``), or of a region (``DE-BY``).

    Those of a country are the nationwide ones; a region has its own beside them.
    A country that nobody knows has none, an unknown region those of its country.
    """
    return _Holidays(place)


@cache
def regions(country: str) -> tuple[str, ...] | None:
    """Return the regions of a country that the library knows; None: not the country."""
    from holidays import country_holidays  # noqa: PLC0415 - start fast

    try:
        return tuple(country_holidays(country).subdivisions)
    except NotImplementedError:
        return None


class _Holidays:
    """Loads the library when the first date is asked for: it takes its time."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._known: Container[date] | None = None

    def __contains__(self, day: object) -> bool:
        if self._known is None:
            self._known = _of(self._place)
        return isinstance(day, date) and day in self._known


def _of(place: str) -> Container[date]:
    from holidays import country_holidays  # noqa: PLC0415 - start fast

    country, _, region = place.partition("-")
    subdivision = region if region in (regions(country) or ()) else None
    try:
        known: Container[date] = country_holidays(country, subdiv=subdivision)
    except NotImplementedError:
        return frozenset()
    return known
