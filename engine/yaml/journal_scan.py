"""Skim a journal: what it leaves open, without reading what it says.

Only the engine writes journals, and always in one spelling. Whatever is spelled
otherwise, though it may mean the same as YAML, is not the engine's own writing:
``odd_line`` finds it, and ``skim`` does not judge it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

#: The keys that are skimmed, with their values as the engine spells them.
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_SKIMMED = (
    r'id:\ (?:"[A-Za-z0-9][A-Za-z0-9._-]*"|[A-Za-z0-9][A-Za-z0-9._-]*)'
    rf"|on:\ {_DAY}"
    rf"|at:\ {_DAY}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}Z"
    r"|state:\ [a-z][a-z-]*"
)
#: A line that is none of: a start, a skimmed key, another key, a deeper line.
_ODD = re.compile(
    rf"""^(?!---$|$|\ |\#
          |(?:{_SKIMMED})$
          |(?!(?:id|on|at|state):)[a-z][a-z_-]*:(?:\ |$)
         ).*$""".encode(),
    re.MULTILINE | re.VERBOSE,
)
#: A line whose value is no plain text: in quotes, or a list or mapping in one line.
_VALUE = re.compile(
    rb"""^\ *(?:-\ +)*(?:[A-Za-z_][A-Za-z0-9_-]*:\ +)?(["'\[{].*)$""",
    re.MULTILINE | re.VERBOSE,
)
_CLOSED = re.compile(rb'"(?:[^"\\]|\\.)*"')
#: Where a text begins inside of brackets; one that we would not write is a group.
_IN_FLOW = re.compile(rb"""(?:[:,]\ +|[\[{]\ *)(?:"(?:[^"\\]|\\.)*"|(['"]))""")
#: A text of several lines, which are no lines of the journal's own.
_LITERAL = re.compile(
    rb"^(\ *)(?:-\ +)*(?:[A-Za-z_][A-Za-z0-9_-]*:\ )?\|-?\n(?:(?:\1\ .*)?\n)*",
    re.MULTILINE,
)
_KEY = re.compile(rb'^(---|id|on|at|state)(?:: "?([^"\n]*))?', re.MULTILINE)

#: The keys that tell what a document does, as the engine writes them.
_TOLD = re.compile(
    rb'^(---$|id|kind|state|decision|message|text)(?:: "?([^"\n]*))?', re.MULTILINE
)

#: States after which nothing more is to come by itself.
_OPEN = frozenset({"claimed", "in-doubt", "proposed"})


@dataclass(frozen=True, slots=True)
class JournalSkim:
    """The last state of each id, the ids ever approved, and the latest date.

    ``latest`` is the text of a date, or of a time in UTC, or "".
    """

    states: Mapping[str, str]
    approved: frozenset[str]
    latest: str

    @property
    def is_open(self) -> bool:
        """Whether a claim lacks its outcome, or a proposal its answer."""
        return not _OPEN.isdisjoint(self.states.values())


@dataclass(frozen=True, slots=True)
class SkimmedDocument:
    """What one document of a journal does; keys that it leaves out are ""."""

    id: str
    kind: str = ""
    state: str = ""
    decision: str = ""
    message: str = ""
    text: str = ""


def written(data: bytes) -> list[SkimmedDocument]:
    """List what each document does, in order, of text that has no ``odd_line``."""
    found: list[dict[str, str]] = []
    for key, value in _TOLD.findall(data):
        if key == b"---":
            found.append({})
        elif found:
            found[-1].setdefault(key.decode(), value.decode())
    return [SkimmedDocument(**keys) for keys in found if "id" in keys]


def odd_line(data: bytes) -> int | None:
    """Return the first line, from 1, that the engine cannot have written.

    None where there is none. The engine ends lines with a line feed, begins each
    document with ``---`` and its ``id``, and writes a key once.
    """
    found = [
        at for at in (data.find(b"\r"), _stray(data)) if at is not None and at >= 0
    ]
    found += [match.start() for match in [_ODD.search(data)] if match]
    lines = [data.count(b"\n", 0, at) + 1 for at in found]
    quote = _quote(data)
    lines += [quote.string.count(b"\n", 0, quote.start()) + 1] if quote else []
    return min(lines, default=None)


def _quote(data: bytes) -> re.Match[bytes] | None:
    """Find text in quotes that we would not write, or that goes on below its line."""
    if b"|" in data:
        data = _LITERAL.sub(lambda m: b"\n" * m[0].count(b"\n"), data)
    return next((m for m in _VALUE.finditer(data) if not _is_ours(m[1])), None)


def _is_ours(value: bytes) -> bool:
    if value[:1] in b"\"'":
        return _CLOSED.fullmatch(value) is not None
    return not any(match[1] for match in _IN_FLOW.finditer(value))


def _stray(data: bytes) -> int | None:
    """Find a key that a document has twice, or before its id."""
    seen: set[bytes] = set()
    for match in _KEY.finditer(data):
        key = match[1]
        if key == b"---":
            seen = set()
        elif key in seen or (key != b"id" and b"id" not in seen):
            return match.start()
        else:
            seen.add(key)
    return 0 if not seen and data.strip() else None


def skim(data: bytes) -> JournalSkim | None:
    """Skim a journal as the engine writes it; None for one written otherwise."""
    if odd_line(data) is not None or (data and not data.startswith(b"---\n")):
        return None
    states: dict[str, str] = {}
    approved: set[str] = set()
    latest, current = "", ""
    for key, value in _KEY.findall(data):
        text = value.decode()
        if key == b"id":
            current = text
        elif key == b"state":
            _take(states, current, text)
            approved.update([current] if text == "approved" else [])
        elif key != b"---":
            latest = max(latest, text)
    return JournalSkim(states, frozenset(approved), latest)


def _take(states: dict[str, str], entry: str, state: str) -> None:
    if states.get(entry) != "sent":
        states[entry] = state
