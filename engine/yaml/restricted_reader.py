"""Read restricted YAML into plain values.

What is known: mappings with text as keys, lists, text, ``true`` and ``false``,
null, plain whole numbers. All else is text (``no``, ``010``, ``12:30``,
``1250.10``, dates) or refused: aliases, anchors, tags, duplicate keys.

Three readers, the quickest first, each leaving to the next what it does not know:
of canonical files, of libyaml's events, of events with their places.
"""

from typing import TYPE_CHECKING

from yaml.events import (
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from goodterms.yaml.canonical_reader import canonical_documents
from goodterms.yaml.events import DEEPEST, UNREADABLE, Parser, Value, plain

if TYPE_CHECKING:
    from yaml.events import Event

    from goodterms.model.problem import Problem
    from goodterms.yaml.events import Next
    from goodterms.yaml.places import PlacedDocument

__all__ = [
    "SourceError",
    "Value",
    "documents",
    "documents_with_places",
    "strict_documents",
]


_UTF_16 = frozenset({b"\xff\xfe", b"\xfe\xff"})


class SourceError(Exception):
    """A file that cannot be read; carries every problem that was found."""

    def __init__(self, problems: "tuple[Problem, ...]") -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class _NotPlainError(Exception):
    """Something that the quick reader leaves to the explaining one."""


def documents(data: bytes, file: str) -> list[Value]:
    """Read the documents of a file; an empty file has none.

    Raises SourceError with all problems of the file, each with its place.
    """
    read = canonical_documents(data)
    return strict_documents(data, file) if read is None else read


def strict_documents(data: bytes, file: str) -> list[Value]:
    """Read the documents of a file of any style; decides what ``documents`` may."""
    try:
        return _quick(data)
    except (_NotPlainError, *UNREADABLE):
        placed, problems = documents_with_places(data, file)
        if problems:
            raise SourceError(problems) from None
        return [document.value for document in placed]


def documents_with_places(
    data: bytes, file: str
) -> "tuple[tuple[PlacedDocument, ...], tuple[Problem, ...]]":
    """Read the documents of a file with the place of every key and value.

    Much slower than ``documents``: for explaining what is wrong with a file.
    Documents are returned beside problems as far as they could be read.
    """
    from goodterms.yaml.places import placed_documents  # noqa: PLC0415 - start fast

    return placed_documents(data, file)


def _quick(data: bytes) -> list[Value]:
    # libyaml would read UTF-16, conflict markers inside quotes, later BOMs.
    if data[:2] in _UTF_16 or b"<<<<<<<" in data or data.rfind(b"\xef\xbb\xbf") > 0:
        raise _NotPlainError
    get = Parser(data).get_event
    get()
    read = []
    while type(get()) is DocumentStartEvent:
        read.append(_value(get(), get, DEEPEST))
        get()
    return read


def _value(event: "Event | None", get: "Next", depth: int) -> Value:
    if type(event) is ScalarEvent:
        if event.anchor is None and event.tag is None:
            text: str = event.value
            return text if event.style else plain(text)
    elif type(event) is MappingStartEvent:
        if event.anchor is None and event.tag is None and depth:
            return _mapping(get, depth - 1)
    elif (
        type(event) is SequenceStartEvent
        and event.anchor is None
        and event.tag is None
        and depth
    ):
        return _sequence(get, depth - 1)
    raise _NotPlainError


def _mapping(get: "Next", depth: int) -> dict[str, Value]:
    read: dict[str, Value] = {}
    while type(event := get()) is ScalarEvent:
        key = event.value
        if (
            key in read
            or event.anchor is not None
            or event.tag is not None
            or not (event.style or plain(key) is key)
        ):
            raise _NotPlainError
        read[key] = _value(get(), get, depth)
    if type(event) is MappingEndEvent:
        return read
    raise _NotPlainError


def _sequence(get: "Next", depth: int) -> list[Value]:
    read = []
    while type(event := get()) is not SequenceEndEvent:
        read.append(_value(event, get, depth))
    return read
