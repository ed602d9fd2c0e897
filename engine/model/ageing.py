"""Ageing buckets: how old a debt is, in the bands that the trade reads it by."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

#: The first and last day overdue of each bucket, None: no such bound.
BUCKETS = ((None, 0), (1, 30), (31, 60), (61, 90), (91, None))


def ageing_buckets(
    debts: Iterable[T], days: Callable[[T], int]
) -> Iterator[tuple[int | None, int | None, list[T]]]:
    """Sort by *days* overdue: first and last day of a bucket, and what is in it.

    Buckets with nothing in them are left out.
    """
    listed = list(debts)
    for first, last in BUCKETS:
        in_bucket = [
            debt
            for debt in listed
            if (first is None or first <= days(debt))
            and (last is None or days(debt) <= last)
        ]
        if in_bucket:
            yield first, last, in_bucket
