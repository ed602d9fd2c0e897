"""Dates, spans of days and business days. Nobody here knows what day it is."""

import re
from calendar import monthrange
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

#: Names of the days of the week as policies write them, Monday first.
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SPAN = re.compile(r"([0-9]{1,4})d", re.ASCII)
_OFFSET = re.compile(r"due(?: *([+-]) *([0-9]{1,4})d)?", re.ASCII)
_PERIOD = re.compile(r"([1-9][0-9]{0,2}) (day|week|month)s?", re.ASCII)


class DayError(ValueError):
    """A text that is no date, span or offset; says how to write it."""


def parse_date(text: str) -> date:
    """Read an ISO date, ``2026-10-08`` and no other form. Raises DayError."""
    if not _DATE.fullmatch(text):
        raise DayError(f"'{text}' is not a date; write it like 2026-10-08")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DayError(f"'{text}' is not a date: {error}") from None


def parse_span(text: str) -> int:
    """Read a number of calendar days, ``5d``. Raises DayError."""
    match = _SPAN.fullmatch(text)
    if not match:
        raise DayError(f"'{text}' is not a number of days; write it like 5d")
    return int(match[1])


def parse_offset(text: str) -> int:
    """Read ``due``, ``due + 7d`` or ``due - 5d`` as days. Raises DayError."""
    match = _OFFSET.fullmatch(text)
    if not match:
        bare = re.fullmatch(r"\s*([+-]?)\s*([0-9]+)\s*d?\s*", text, re.ASCII)
        meant = f"due {bare[1] or '+'} {bare[2]}d" if bare else "due + 7d"
        raise DayError(f"'{text}' is not an offset; write it like {meant}")
    days = int(match[2] or 0)
    return -days if match[1] == "-" else days


@dataclass(frozen=True, slots=True)
class Period:
    """A recurring distance between dates, such as one month."""

    number: int
    unit: str

    def after(self, start: date, times: int = 1) -> date:
        """Return the date that many periods later; month ends are clamped."""
        count = self.number * times
        if self.unit == "month":
            return add_months(start, count)
        return start + timedelta(days=count * (7 if self.unit == "week" else 1))


def parse_period(text: str) -> Period:
    """Read ``1 month``, ``2 weeks`` or ``10 days``. Raises DayError."""
    match = _PERIOD.fullmatch(text)
    if not match:
        raise DayError(f"'{text}' is not a period; write it like 1 month")
    return Period(int(match[1]), match[2])


def add_months(start: date, months: int) -> date:
    """Move by whole months; 31 January plus one month is the end of February."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def plus(day: date, days: int) -> date:
    """Move by calendar days, forward or back."""
    return day + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are business days: ``weekdays`` (0 is Monday), no holidays."""

    weekdays: frozenset[int]
    holidays: Container[date] = frozenset()

    def is_business_day(self, day: date) -> bool:
        """Say whether business is done on that day."""
        return day.weekday() in self.weekdays and day not in self.holidays

    def on_or_after(self, day: date) -> date:
        """Return the first business day that is not before *day*."""
        while not self.is_business_day(day):
            day += timedelta(days=1)
        return day

    def before(self, day: date) -> date:
        """Return the last business day before *day*."""
        day -= timedelta(days=1)
        while not self.is_business_day(day):
            day -= timedelta(days=1)
        return day

    def business_days(self, after: date, until: date) -> Iterator[date]:
        """List the business days after one date, up to and including another."""
        day = after + timedelta(days=1)
        while day <= until:
            if self.is_business_day(day):
                yield day
            day += timedelta(days=1)
