"""Canonical YAML: equal values give equal text, which reads back as the same values.

Our own loader reads exactly what was written; any YAML 1.1 or 1.2 reader does but
for dates, which some turn into date objects, and the key ``on``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

#: A mapping or list that fits into this many columns stands on one line.
WIDTH = 100

#: YAML readers give up on keys of more than 1,024 bytes, escapes included.
LONGEST_KEY = 100

#: Plain digits from here on are read as text, not as a whole number.
LARGEST = 10**18

#: Lists that people and importers add to: each item has a line of its own, so
#: that a diff shows what was added.
_GROWING = frozenset({"payments", "credits", "contacts", "instalments"})

_DAY = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?", re.ASCII
)
_WORD = re.compile(r"true|false|null|yes|no|on|off|y|n", re.IGNORECASE)
_KEY_WORD = re.compile(r"true|false|null", re.IGNORECASE)
_NUMBER = re.compile(
    r"[-+]?[0-9][0-9 _.,:/()+-]*([eE][-+]?[0-9]+)?|0[xob][0-9a-fA-F_]+"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[Tt].*",
    re.ASCII,
)
_UNSAFE = re.compile(r"""[ \-?:,\[\]{}#&*!|>'"%@`.=<~]|.*(: | #|[: ]\Z)""")
_UNSAFE_IN_FLOW = re.compile(r"[,\[\]{}?]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def document(data: Mapping[str, object]) -> str:
    """Write one document: a block mapping, keys in the order given.

    Values may be text, whole numbers, true and false, None, dates, lists and
    mappings with text keys. Text that reads as anything else stands in double
    quotes, amounts therefore too; text of several lines is a literal block.
    Control characters are escaped; a lone surrogate, which no file can hold,
    becomes U+FFFD. Raises TypeError for any other value and ValueError for a
    key of more than 100 characters or a number of more than 18 digits.
    """
    if not data:
        return "{}\n"
    return "".join(f"{line}\n" for line in _mapping(data, 0))


def documents(several: Iterable[Mapping[str, object]]) -> str:
    """Write documents one after the other, each after a line ``---``.

    What this returns can be appended to what an earlier call returned.
    """
    return "".join(f"---\n{document(data)}" for data in several)


def scalar(value: str) -> str:
    """Write a text so that it can stand anywhere, in a flow mapping too."""
    return _scalar(value, flow=True)


def _mapping(data: Mapping[str, object], indent: int) -> Iterator[str]:
    for key, value in data.items():
        head = " " * indent + _key(key, flow=False) + ":"
        if (line := _on_one_line(head, value, spread=key in _GROWING)) is not None:
            yield line
        elif isinstance(value, str):
            yield from _literal(head, value, indent)
        else:
            yield head
            yield from _below(value, indent + 2)


def _sequence(items: Iterable[object], indent: int) -> Iterator[str]:
    head = " " * indent + "-"
    for item in items:
        if (line := _on_one_line(head, item)) is not None:
            yield line
        elif isinstance(item, str):
            yield from _literal(head, item, indent)
        else:
            below = _below(item, indent + 2)
            yield f"{head} {next(below)[indent + 2 :]}"
            yield from below


def _below(value: object, indent: int) -> Iterator[str]:
    if isinstance(value, Mapping):
        return _mapping(value, indent)
    return _sequence(value if isinstance(value, (list, tuple)) else (), indent)


def _on_one_line(head: str, value: object, *, spread: bool = False) -> str | None:
    """Write a key or dash with its value, None where that takes more lines."""
    if not isinstance(value, (Mapping, list, tuple)):
        return None if _is_literal(value) else f"{head} {_scalar(value, flow=False)}"
    if value and (spread or _holds_literal(value)):
        return None
    line = f"{head} {_flow(value)}"
    return line if len(line) <= WIDTH or not value else None


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        pairs = (f"{_key(k, flow=True)}: {_flow(v)}" for k, v in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value, flow=True)


def _scalar(value: object, *, flow: bool) -> str:
    if isinstance(value, str):
        return _text(value, flow=flow)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _whole_number(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a YAML file of ours")


def _whole_number(number: int) -> str:
    if abs(number) >= LARGEST:
        raise ValueError(f"{number} has more digits than are read as a number")
    return str(number)


def _text(text: str, *, flow: bool) -> str:
    plain = _reads_as_text(text, flow=flow) and not _WORD.fullmatch(text)
    return text if plain or _is_day(text) else _quoted(text)


def _is_day(text: str) -> bool:
    """Say whether a text is a date or time stamp as the ledger writes them."""
    if not _DAY.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _key(key: object, *, flow: bool) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{type(key).__name__} is no key of a YAML file of ours")
    if len(key) > LONGEST_KEY:
        raise ValueError(f"a key of {len(key)} characters is too long to be read")
    plain = _reads_as_text(key, flow=flow) and not _KEY_WORD.fullmatch(key)
    return key if plain else _quoted(key)


def _reads_as_text(text: str, *, flow: bool) -> bool:
    return (
        text != ""
        and text.isprintable()
        and not _UNSAFE.match(text)
        and not _NUMBER.fullmatch(text)
        and not (flow and _UNSAFE_IN_FLOW.search(text))
    )


def _quoted(text: str) -> str:
    writable = _SURROGATE.sub("\ufffd", text)
    return '"' + "".join(map(_escaped, writable)) + '"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = f"{ord(char):x}"
    letter, width = next(
        form for form in (("x", 2), ("u", 4), ("U", 8)) if len(code) <= form[1]
    )
    return f"\\{letter}{code:0>{width}}"


def _is_literal(value: object) -> bool:
    """Say whether a literal block shows a text as it is, no character lost."""
    if not isinstance(value, str) or "\n" not in value or value[0] in " \n":
        return False
    lines = value.removesuffix("\n").split("\n")
    clean = all(line.isprintable() and not line.endswith(" ") for line in lines)
    return clean and lines[-1] != ""


def _holds_literal(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_literal, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_holds_literal, value))
    return _is_literal(value)


def _literal(head: str, text: str, indent: int) -> Iterator[str]:
    yield f"{head} |" if text.endswith("\n") else f"{head} |-"
    for line in text.removesuffix("\n").split("\n"):
        yield " " * (indent + 2) + line if line else ""
