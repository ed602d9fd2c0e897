"""YAML as a stream of events, and the few plain values we know.

libyaml reads where PyYAML was built with it; PyYAML's own parser stands in.
"""

import re
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, TypeAlias

from yaml import YAMLError, __with_libyaml__
from yaml.parser import Parser as _PythonParser
from yaml.reader import Reader
from yaml.scanner import Scanner

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml.events import Event

    Next: TypeAlias = Callable[[], Event | None]

    class Events(Protocol):
        """What both parsers offer: one event after the other."""

        def get_event(self) -> Event | None:
            """Return the next event."""


Value: TypeAlias = "dict[str, Value] | list[Value] | str | int | bool | None"

#: How deep lists and mappings may lie in one another; ours need six.
DEEPEST = 50

#: What parsing ill-formed YAML raises.
UNREADABLE = (YAMLError, UnicodeError)

_WORDS: dict[str, bool | None] = {
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    "": None,
}
_integer = re.compile(r"0|-?[1-9][0-9]{0,17}", re.ASCII).fullmatch
_DIGITS = frozenset("0123456789")


class PurePythonParser(Reader, Scanner, _PythonParser):
    """PyYAML's own parser: slower, with the same events."""

    def __init__(self, stream: bytes) -> None:
        Reader.__init__(self, stream)
        Scanner.__init__(self)
        _PythonParser.__init__(self)


def find_parser() -> "Callable[[bytes], Events]":
    """Return what makes a parser of a file's bytes: libyaml's, if it is there."""
    if not __with_libyaml__:
        return PurePythonParser
    found: Callable[[bytes], Events] = import_module("yaml.cyaml").CParser
    return found


#: Parses bytes into events.
Parser = find_parser()


def plain(text: str) -> str | int | bool | None:
    """Read an unquoted scalar: true, false, null, a plain whole number, or text.

    A number is one only as ``str`` would write it, so its text is never lost:
    ``010``, ``+1``, ``-0``, ``1e3`` and numbers of more than 18 digits are text.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[-1] in _DIGITS and _integer(text):
        return int(text)
    return text
