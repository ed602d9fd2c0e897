"""Read YAML as ``canonical`` writes it, many times faster than libyaml's events.

A shortcut without a say: it returns what the strict reader of ``source`` would,
or nothing, and then that one reads. It knows block mappings whose parts lie two
columns deeper, lists with ``- ``, ``{…}`` and ``[…]`` on one line, plain text and
simple quoted text, literal blocks, comments on lines of their own.

How: in a block, deeper lines are first joined to the line above them, so that one
``split`` finds the entries of a mapping or the items of a list; what was joined is
read the same way. A flow is split at its commas. Every part is matched in full
against what YAML allows at its place. Short ones are remembered with what they
say: most dates, words and amounts stand in many files.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from goodterms.yaml.events import Value, plain

#: An entry of a mapping; without a key an item of a list, or nothing at all.
Part: TypeAlias = tuple[str | None, Value]

#: Joins deeper lines to the line above; no file that we read holds it.
_JOINT = "\x01"

#: What lies deeper, in columns or in brackets, is left to the strict reader.
_DEEP = _JOINT + " " * 20
_BRACKETS = 20

#: So many parts are remembered, and none that is longer.
_MANY, _LONG = 10_000, 80

_CONTROL = r"\x00-\x1f\x7f"
_KEY = r"(?!(?:true|false|null):)[A-Za-z_][A-Za-z0-9_-]{0,99}+"
_KNOWN = r"(?:true|false|null|0|-?[1-9][0-9]{0,17})\Z"
_START = rf"""[^{_CONTROL} \-?:,\[\]{{}}#&*!|>'"%@`~]"""

_unprintable = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]"
).search
_head = re.compile(rf"({_KEY}):([ {_JOINT}])").match


class _NotCanonicalError(Exception):
    """Something that the strict reader must judge."""


def canonical_documents(data: bytes) -> list[Value] | None:
    """Read the documents of a file, None where it is not written canonically."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    if text[-1:] != "\n" or _JOINT in text:
        return None
    if not data.isascii() and _unprintable(text):
        return None
    if "\n\n  " in text:  # an empty line inside of a block has no blanks
        text = text.replace("\n\n  ", "\n  \n  ")
    bodies = text.removeprefix("---\n")[:-1].split("\n---\n")
    try:
        return [_mapping(body) for body in bodies]
    except _NotCanonicalError:
        return None


def _lines(body: str) -> list[str]:
    """Return the lines of a block, each with the deeper ones below it."""
    return body.replace("\n  ", _JOINT).split("\n")


def _mapping(body: str) -> dict[str, Value]:
    lines = _lines(body)
    read = dict(map(_in_block, lines))
    if None in read:
        del read[None]
        lines = [line for line in lines if not _says_nothing(line)]
    if len(read) != len(lines) or not read:  # a key stands twice or is missing
        raise _NotCanonicalError
    return read  # type: ignore[return-value]  # None is no longer in it


def _says_nothing(line: str) -> bool:
    return line == "" or (line[0] == "#" and not _unprintable(line))


def _composite(part: str) -> Part:
    """Read a part of a block that is more than a key and a scalar."""
    if _says_nothing(part):
        return None, None
    key, mark, rest = _taken_apart(part)
    if mark == _JOINT:
        return key, _below(rest)
    if rest[:1] == "|":
        return key, _literal(rest)
    return key, _flow(rest)


def _composite_in_flow(part: str) -> Part:
    if part.count("{") + part.count("[") > _BRACKETS:
        raise _NotCanonicalError
    key, mark, rest = _taken_apart(part)
    if mark == _JOINT:
        raise _NotCanonicalError
    return key, _flow(rest)


def _taken_apart(part: str) -> tuple[str | None, str, str]:
    """Return the key, if there is one, what follows its colon, and the rest."""
    head = _head(part)
    return (head[1], head[2], part[head.end() :]) if head else (None, "", part)


def _below(joined: str) -> Value:
    """Read what lies below a key: a list or a mapping."""
    if joined[:3] == "- {" and joined[-1] == "}":
        return [_pairs(row) for row in joined[3:-1].split("}\x01- {")]
    if _DEEP in joined:
        raise _NotCanonicalError
    body = joined.replace(_JOINT, "\n")
    if body[:2] == "- ":
        return [_item(line) for line in _lines(body)]
    return _mapping(body)


def _item(line: str) -> Value:
    written = line[2:]
    if line[:2] != "- ":
        raise _NotCanonicalError
    if _JOINT in line and written[0] != "|":
        return _mapping(written.replace(_JOINT, "\n"))
    return _unkeyed(_in_block(written))


def _unkeyed(part: Part) -> Value:
    """Return an item; one with a key is a mapping of its own."""
    key, value = part
    return value if key is None else {key: value}


def _literal(written: str) -> str:
    """Read a literal block: ``|`` keeps one line end, ``|-`` none."""
    head, _, joined = written.partition(_JOINT)
    text = joined.replace(_JOINT, "\n")
    odd = text[:1] in {"", " ", "\n"} or text[-1] in " \n" or " \n" in text
    if odd or head not in {"|", "|-"} or _unprintable(text):
        raise _NotCanonicalError
    return text + "\n" if head == "|" else text


def _flow(written: str) -> Value:
    """Read a ``{…}`` or ``[…]`` that stands on one line."""
    inner, ends = written[1:-1], written[:1] + written[-1:]
    if ends == "{}":
        return _pairs(inner) if inner else {}
    if ends != "[]":
        raise _NotCanonicalError
    if inner[:1] == "{" and inner[-1] == "}":
        return [_pairs(row) for row in inner[1:-1].split("}, {")]
    return [_unkeyed(part) for part in _parts(inner)] if inner else []


def _pairs(inner: str) -> dict[str, Value]:
    parts = _parts(inner)
    read = dict(parts)
    if len(read) != len(parts) or None in read:
        raise _NotCanonicalError
    return read  # type: ignore[return-value]  # None is not in it


def _parts(inner: str) -> list[Part]:
    written = inner.split(", ")
    try:
        return list(map(_in_flow, written))
    except _NotCanonicalError:
        whole = _whole(written)
        if len(whole) == len(written):
            raise
        return list(map(_in_flow, whole))


def _whole(parts: list[str]) -> list[str]:
    """Put together again what was split inside of brackets or quotes."""
    whole: list[str] = []
    open_parts: list[str] = []
    depth = quotes = 0
    for part in parts:
        open_parts.append(part)
        depth += part.count("{") + part.count("[") - part.count("}") - part.count("]")
        quotes += part.count('"')
        if depth == 0 and quotes % 2 == 0:
            whole.append(", ".join(open_parts))
            open_parts = []
    return [*whole, *open_parts]


class _Parts(dict[str, Part]):
    """What parts say, by how they are written; a new one is read when asked for."""

    def __init__(self, reserved: str, composite: Callable[[str], Part]) -> None:
        """Know the characters that a plain text has none of, and what else there is.

        In a plain text ':' needs something after it, '#' before it, blanks both.
        """
        other = rf"[^:# {_CONTROL}{reserved}]"
        colon = rf":(?=[^ {_CONTROL}{reserved}])"
        blanks = rf"\ ++(?=[^# {_CONTROL}{reserved}])"
        text = rf"{_START}{other}*+(?:(?:{colon}|{blanks}|\#){other}*+)*+"
        quoted = rf'"([^"\\{_CONTROL}]*+)"'
        scalar = rf"(?:({_KNOWN})|({text})|{quoted})"
        self._scalar = re.compile(rf"(?:({_KEY}): )?{scalar}").fullmatch
        self._composite = composite

    def __missing__(self, written: str) -> Part:
        found = self._scalar(written)
        if found is None:
            return self._composite(written)
        key, known, text, quoted = found.groups()
        value = plain(known) if known else quoted if text is None else text
        if len(written) <= _LONG:
            if len(self) >= _MANY:
                self.clear()
            self[written] = key, value
        return key, value


_in_block = _Parts("", _composite).__getitem__
_in_flow = _Parts(r",?\[\]{}", _composite_in_flow).__getitem__
