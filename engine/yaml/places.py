"""Read YAML again, slowly, to say where everything stands and all that is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from goodterms.model.problem import Place, Problem
from goodterms.yaml.events import DEEPEST, UNREADABLE, Parser, Value, plain
from goodterms.yaml.syntax_messages import (
    in_our_words,
    one_line,
    tag_shown,
    unreadable_text,
)

if TYPE_CHECKING:
    from yaml.events import Event

Path: TypeAlias = tuple[str | int, ...]

#: Where the parts of what is not kept go: no key and no position in a list.
_NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Places:
    """Where the keys and values of one document stand, by their path.

    A path is the keys and list positions that lead to a value; ``()`` is the
    document. What is not in the file has the place of what would hold it.
    ``spoiled`` are the paths whose value could not be read.
    """

    file: str
    keys: Mapping[Path, Place] = field(default_factory=dict)
    values: Mapping[Path, Place] = field(default_factory=dict)
    spoiled: frozenset[Path] = frozenset()

    def value(self, path: Path) -> Place:
        """Return the place of the value at a path."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(self.file))

    def key(self, path: Path) -> Place:
        """Return the place of the key at a path; of a list item, its value's."""
        return self.keys.get(path) or self.value(path)


@dataclass(frozen=True, slots=True)
class PlacedDocument:
    """A document and the places of its parts."""

    value: Value
    places: Places


def placed_documents(
    data: bytes, file: str
) -> tuple[tuple[PlacedDocument, ...], tuple[Problem, ...]]:
    """Read every document, go on after a problem where that makes sense.

    An ill-formed file yields the documents before the one that is broken.
    """
    problems = unreadable_text(data, file)
    if problems:
        return (), problems
    walk = _EventWalk(data, file)
    documents: list[PlacedDocument] = []
    try:
        while (document := walk.document()) is not None:
            documents.append(document)
    except _TooDeepError:
        pass
    except UNREADABLE as error:
        walk.problems.append(in_our_words(error, data.decode("utf-8-sig"), file))
    return tuple(documents), tuple(walk.problems)


class _TooDeepError(Exception):
    """The rest of the file is not worth reading."""


class _EventWalk:
    """One pass over the events of a file, gathering places and problems."""

    def __init__(self, data: bytes, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self._get = Parser(data).get_event
        self._started = False
        self._keys: dict[Path, Place] = {}
        self._values: dict[Path, Place] = {}
        self._spoiled: set[Path] = set()

    def document(self) -> PlacedDocument | None:
        """Read the next document; None at the end of the file."""
        if not self._started:
            self._get()
            self._started = True
        if not isinstance(self._get(), DocumentStartEvent):
            return None
        self._keys, self._values, self._spoiled = {}, {}, set()
        value = self._value(self._get(), ())
        self._get()
        spoiled = frozenset(self._spoiled)
        return PlacedDocument(
            value, Places(self.file, self._keys, self._values, spoiled)
        )

    def _place(self, event: "Event | None") -> Place:
        mark = getattr(event, "start_mark", None)
        if mark is None:
            return Place(self.file)
        return Place(self.file, mark.line + 1, mark.column + 1)

    def _wrong(self, event: "Event | None", fault: str, hint: str, rule: str) -> None:
        where = self._place(event)
        problem = Problem(where, one_line(fault), hint, rule=f"yaml-{rule}")
        self.problems.append(problem)

    def _value(self, event: "Event | None", path: Path) -> Value:
        self._values[path] = self._place(event)
        if isinstance(event, AliasEvent):
            self._spoiled.add(path)
            fault = f"alias '*{event.anchor}' is not allowed"
            self._wrong(event, fault, "write the value out", "alias")
            return None
        self._undecorated(event, path)
        if isinstance(event, ScalarEvent):
            text: str = event.value
            return text if event.style else plain(text)
        if len(path) >= DEEPEST:
            fault = f"lists and mappings are nested more than {DEEPEST} deep"
            self._wrong(event, fault, "write it flatter", "depth")
            raise _TooDeepError
        if isinstance(event, MappingStartEvent):
            return self._mapping(path)
        return self._sequence(path)

    def _undecorated(self, event: "Event | None", path: Path) -> None:
        """Refuse an anchor or a tag in front of a key or value."""
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is not None:
            fault = f"anchor '&{anchor}' is not allowed"
            self._wrong(event, fault, "delete it", "anchor")
        if tag is not None:
            self._spoiled.add(path)
            fault = f"tag '{tag_shown(tag)}' is not allowed"
            hint = "delete it, or put the text in quotes"
            self._wrong(event, fault, hint, "tag")

    def _mapping(self, path: Path) -> dict[str, Value]:
        read: dict[str, Value] = {}
        while not isinstance(event := self._get(), MappingEndEvent):
            key = self._key(event, path)
            if key is None:
                self._value(self._get(), (*path, _NOWHERE))
                continue
            self._keys[(*path, key)] = self._place(event)
            read[key] = self._value(self._get(), (*path, key))
        return read

    def _key(self, event: "Event | None", path: Path) -> str | None:
        """Return the text of a new key, or None after saying why it is none."""
        if not isinstance(event, ScalarEvent):
            self._value(event, (*path, _NOWHERE))
            self._wrong(event, "a key must be text", "write 'key: value'", "key")
            return None
        self._undecorated(event, (*path, _NOWHERE))
        text: str = event.value
        if not event.style and plain(text) is not text:
            fault = f"key '{text}' is not text" if text else "a key is missing"
            hint = "put it in quotes" if text else "write 'key: value'"
            self._wrong(event, fault, hint, "key")
            return None
        first = self._keys.get((*path, text))
        if first is None:
            return text
        fault = f"duplicate key '{text}', first used at line {first.line}"
        self._wrong(event, fault, "delete one of them", "duplicate")
        return None

    def _sequence(self, path: Path) -> list[Value]:
        read: list[Value] = []
        while not isinstance(event := self._get(), SequenceEndEvent):
            read.append(self._value(event, (*path, len(read))))
        return read
