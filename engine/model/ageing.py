"""Ageing buckets: how old a debt is, in the bands that the trade reads it by."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

#: The first and last day overdue of each bucket, None: no such bound.
BUCKETS = ((None, 0), (1, 30), (31, 60), (61, 90), (91, None))


def ageing_buckets(
    found: Iterable[T], days: Callable[[T], int]
) -> Iterator[tuple[int | None, int | None, list[T]]]:
    """Sort by *days* overdue: first and last day of a bucket, and what is in it.

    Buckets with nothing in them are left out.
    """
    known = list(found)
    for first, last in BUCKETS:
        mine = [
            each
            for each in known
            if (first is None or first <= days(each))
            and (last is None or days(each) <= last)
        ]
        if mine:
            yield first, last, mine
