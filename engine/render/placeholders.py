"""Placeholders keep customer data out of Markdown parsing.

A template prints a value: what lands in the text is a *slot*, a number between
two marks that Markdown takes for a word. Structure is then read from text that
holds no data at all, and the data is put in last, escaped for the place where
it stands. So no customer's name can make a link, a table cell or a heading.
"""

import re
from collections.abc import Sequence

from goodterms.render.template_values import PayUrl, ValueRefusedError

_OPEN, _CLOSE, _END = "\ue000", "\ue001", "\ue002"
SLOT = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_MARKS = re.compile(f"[{_OPEN}{_CLOSE}{_END}]")
_TAG = re.compile(r"\{%(?!\s*include\b).*?%\}|\{#.*?#\}")

#: Control characters, and those that turn the direction of a line around.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]"
)
_SPACES = re.compile(r"[\t-\r\x1c-\x1f \x85\u2028\u2029]+")


class Placeholders(list[str]):
    """The data of one message, in the order in which its template printed it."""

    __slots__ = ()

    def put(self, value: object) -> str:
        """Keep a value and return the slot that stands for it.

        Raises ValueRefusedError for what says nothing to a reader.
        """
        self.append(value if isinstance(value, PayUrl) else plain(value))
        return f"{_OPEN}{len(self) - 1}{_CLOSE}"

    def fill(self, text: str) -> str:
        """Put the data into a text where nothing needs escaping."""
        return SLOT.sub(lambda match: self[int(match[1])], text)


def plain(value: object) -> str:
    """Return the text of a value on one line, without control characters."""
    if value is None or isinstance(value, bool | dict | list | set):
        raise ValueRefusedError(
            f"'{value}' is nothing to print", "print a text, a number or a date"
        )
    if type(value) is tuple:
        raise ValueRefusedError("a list is nothing to print", "loop over it")
    return one_line(str(value))


def one_line(text: str) -> str:
    """Turn every run of white space into a blank and drop control characters."""
    return _SPACES.sub(" ", _UNSEEN.sub("", text)).strip(" ")


def marked(source: str) -> str:
    """Make a template's lines end where its writer sees them end.

    Jinja drops the newline after a tag. That is right for a line of nothing
    but tags; any other line, an include among them, is given a mark at its
    end, which keeps it.
    """
    return "\n".join(map(_marked, _MARKS.sub("", source).split("\n")))


def _marked(line: str) -> str:
    if not line.rstrip().endswith(("%}", "#}")):
        return line
    text = _TAG.sub("", line).strip()
    is_text = text and ("{%" in text or not text.endswith(("%}", "#}")))
    return f"{line.rstrip()}{_END}" if is_text else line


def unmarked(text: str) -> str:
    """Take the marks at the ends of lines out of what a template gave."""
    return text.replace(_END, "")


def pieces(text: str) -> Sequence[str | int]:
    """Split into texts and slot numbers, in turn, a text first and last."""
    parts: list[str | int] = list(SLOT.split(text))
    parts[1::2] = [int(number) for number in parts[1::2]]
    return parts
