"""What people get wrong in YAML, in words that say how to mend it."""

import re
from typing import TYPE_CHECKING

from goodterms.model.problem import Place, Problem

if TYPE_CHECKING:
    from yaml.error import Mark

#: What YAML takes for the end of a line.
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONFLICT = re.compile(r"^(?:<<<<<<<|>>>>>>>)(?: |$)", re.MULTILINE)
_CONFLICT_START = re.compile(r"^<<<<<<<(?: |$)", re.MULTILINE)

_INDENT = "indent the keys of a mapping, and the items of a list, alike"
_COLON = "put a text that holds ': ' in quotes, or mend the indentation"
_CLOSE = "close what '[' or '{' opened, or delete the comma before"
_AFTER = "put the whole text in double quotes"
_QUOTES = "put the text in quotes"

#: (part of the parser's complaint, what is wrong, what to do, whether the
#: place to name is where the construct began); the first that fits.
_COMPLAINTS: tuple[tuple[str, str, str, bool], ...] = (
    ("mapping values are not allowed", "':' is not expected here", _COLON, False),
    ("could not find expected ':'", "this line has no ':'", "write 'key: value'", True),
    ("end of stream", "the quote that opens here is never closed", "close it", True),
    (
        "document indicator",
        "the quote that opens here is never closed",
        "close it",
        True,
    ),
    ("',' or '}'", "the '{' here is not closed", "a ',' or '}' is missing", True),
    ("',' or ']'", "the '[' here is not closed", "a ',' or ']' is missing", True),
    ("expected key", "a 'key: value' is expected here", _INDENT, False),
    ("<block end>", "a 'key: value' is expected here", _INDENT, False),
    ("'-' indicator", "an item ('- …') is expected here", _INDENT, False),
    ("node content", "a value is expected here", _CLOSE, False),
    ("sequence entries are not", "'- ' is not expected here", _QUOTES, False),
    ("unknown escape", "unknown escape after '\\'", "use single quotes", False),
    ("tag handle", "a tag is not allowed", "put the text in quotes", False),
    ("document start", "a new document starts without '---'", "", False),
    ("alphabetic or numeric", "a text starts with '&' or '*'", _QUOTES, True),
)


def one_line(text: str) -> str:
    """Write a text as one line that no terminal acts on."""
    return _UNSEEN.sub("\ufffd", text)


def tag_shown(tag: str) -> str:
    """Write a tag as people do: ``!!str`` for the long form of YAML's own."""
    return tag.replace("tag:yaml.org,2002:", "!!")


def unreadable_text(data: bytes, file: str) -> tuple[Problem, ...]:
    """Say what keeps a file from being looked at as YAML at all.

    Bytes that are not UTF-8, control characters (each once), conflict markers.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        place = _place(file, data[: error.start].decode(), error.start)
        fault = f"byte 0x{data[error.start]:02x} is not UTF-8"
        return (Problem(place, fault, "save the file as UTF-8", rule="yaml-encoding"),)
    text = text.removeprefix("\ufeff")
    return (*_control_characters(text, file), *_conflicts(text, file))


def _control_characters(text: str, file: str) -> list[Problem]:
    firsts: dict[str, int] = {}
    for found in _FORBIDDEN.finditer(text):
        firsts.setdefault(found[0], found.start())
    return [
        Problem(
            _place(file, text, at),
            f"control character U+{ord(character):04X} is not allowed",
            "delete it",
            rule="yaml-character",
        )
        for character, at in firsts.items()
    ]


def _conflicts(text: str, file: str) -> list[Problem]:
    starts = list(_CONFLICT_START.finditer(text)) or list(_CONFLICT.finditer(text))
    hint = "keep what is right and delete the lines with '<<<', '===' and '>>>'"
    return [
        Problem(
            _place(file, text, found.start()),
            "merge conflict that nobody has resolved",
            hint,
            rule="yaml-conflict",
        )
        for found in starts
    ]


def _place(file: str, text: str, at: int) -> Place:
    lines = _LINE_END.split(text[:at])
    return Place(file, len(lines), len(lines[-1]) + 1)


def in_our_words(error: Exception, text: str, file: str) -> Problem:
    """Say what the parser found wrong, where a person would look for it."""
    said = str(getattr(error, "problem", None) or error)
    mark: Mark | None = getattr(error, "problem_mark", None)
    began: Mark | None = getattr(error, "context_mark", None)
    fault, hint, at_start = _complaint(said, *_around(mark, text))
    place = _marked(began if at_start and began else mark, file)
    return Problem(place, fault, hint, rule="yaml-syntax")


def _complaint(said: str, before: str, character: str) -> tuple[str, str, bool]:
    if "cannot start any token" in said:
        if character == "\t":
            return "a tab cannot indent", "use spaces", False
        return f"'{character}' cannot start a text", _QUOTES, False
    if "expected key" in said and before.strip():
        return f"'{character}' is not expected here", _AFTER, False
    for part, fault, hint, at_start in _COMPLAINTS:
        if part in said:
            return fault, hint, at_start
    return f"not readable as YAML: {said}", "", False


def _around(mark: "Mark | None", text: str) -> tuple[str, str]:
    """Return what stands on the line before a mark, and the character there."""
    lines = _LINE_END.split(text)
    if mark is None or mark.line >= len(lines):
        return "", ""
    line = lines[mark.line]
    return line[: mark.column], line[mark.column : mark.column + 1]


def _marked(mark: "Mark | None", file: str) -> Place:
    return Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
