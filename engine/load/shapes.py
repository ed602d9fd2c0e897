"""Read the shapes of a file, strictly: mappings, lists, words, patterns.

Every reader takes a plain value and returns ours, or raises ValueError. It
need not say what is wrong: ``explain`` does, with the schema, for the few files
that are refused. Where text is wanted a plain whole number is its text.
"""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

from engine.text.source import Value

T = TypeVar("T")
Reader: TypeAlias = Callable[[Value], T]

#: So many texts a reader knows again.
_REMEMBERED = 1000

#: What a reader raises: ValueError; KeyError where a key is missing.
REFUSED = (ValueError, KeyError)


class RefusedError(ValueError):
    """A value that the schema does not allow."""


def mapping(value: Value, known: frozenset[str]) -> dict[str, Value]:
    """Read a mapping that has no other than the known keys."""
    if type(value) is dict and value.keys() <= known:
        return value
    raise RefusedError


def table(value: Value) -> dict[str, Value]:
    """Read a mapping whose keys are names that the user gives."""
    if type(value) is dict:
        return value
    raise RefusedError


def listed(value: Value, read: Reader[T], least: int = 0) -> tuple[T, ...]:
    """Read a list of at least so many items, each with the same reader."""
    if type(value) is list and len(value) >= least:
        return tuple([read(item) for item in value])
    raise RefusedError


def distinct(value: Value, read: Reader[T], least: int = 0) -> tuple[T, ...]:
    """Read a list in which nothing stands twice."""
    items = listed(value, read, least)
    if len(set(items)) == len(items):
        return items
    raise RefusedError


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
    known: set[str] = set()

    def read(value: Value) -> str:
        if type(value) is int:
            value = str(value)
        if type(value) is not str:
            raise RefusedError
        if value not in known:
            if not fits(value):
                raise RefusedError
            if len(known) >= _REMEMBERED:
                known.clear()
            known.add(value)
        return value

    return read


def one_of(*words: str) -> Reader[str]:
    """Return a reader of one of a few words."""
    known = frozenset(words)

    def read(value: Value) -> str:
        if type(value) is str and value in known:
            return value
        raise RefusedError

    return read


def whole(least: int, most: int) -> Reader[int]:
    """Return a reader of whole numbers, both ends allowed."""

    def read(value: Value) -> int:
        if type(value) is int and least <= value <= most:
            return value
        raise RefusedError

    return read


def flag(value: Value) -> bool:
    """Read true or false."""
    if type(value) is bool:
        return value
    raise RefusedError
