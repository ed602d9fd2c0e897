"""What people say to the engine in a comment: one line that begins with a slash."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from goodterms.forge.protocol import in_one_line
from goodterms.model.calendar import DayError, parse_date
from goodterms.views.mail_body import own_lines

Verb: TypeAlias = Literal["choose", "decline", "later", "why", "approve"]

#: A proposal is put off for so many days at most.
LONGEST = 90

_LINE = re.compile(
    r" {0,3}/(choose|decline|later|why|approve|merge)(?:[:,.]?(?:[ \t]+(.*))?)",
    re.IGNORECASE | re.ASCII,
)
_BECAUSE = re.compile(r"(?:because|reason|weil)\b:?\s*", re.IGNORECASE)
_SPAN = re.compile(r"(\d{1,4})\s*(d|days?|w|weeks?)", re.IGNORECASE)
_WHEN = re.compile(
    r"(?:until\s+|in\s+)?(\d{4}-\d{2}-\d{2}|\d+\s*(?:days?|weeks?|d|w)\b)[,:;]?\s*(.*)",
    re.IGNORECASE | re.DOTALL,
)
#: What GitHub shows as no words of the author's own, or not at all.
_HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(pre|code|blockquote|del|strike|s)\b[^>]*>.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)")


@dataclass(frozen=True, slots=True)
class CommentCommand:
    """What somebody asks for: the ``option`` to choose, the span or day to wait.

    ``reason`` is one line, None where they gave none.
    """

    verb: Verb
    option: str = ""
    when: str = ""
    reason: str | None = None


def read_commands(text: str) -> tuple[CommentCommand, ...]:
    """Find the commands in a comment: lines that are neither quoted, code nor hidden.

    What follows a command, up to the next one, belongs to its reason; what a mail
    program has put below it does not.
    """
    commands: list[tuple[str, list[str]]] = []
    shown = "\n".join(_quoted_whole(_HIDDEN.sub("", text).splitlines()))
    for line in _without_code(own_lines(shown)):
        begun = _LINE.fullmatch(line)
        if begun:
            commands.append((begun[1].casefold(), [begun[2] or ""]))
        elif commands:
            commands[-1][1].append(line)
    return tuple(_command(verb, rest) for verb, rest in commands)


def _quoted_whole(lines: Iterable[str]) -> Iterator[str]:
    """Mark every line of a quoted paragraph: mail programs break long ones anew."""
    quoted = False
    for line in lines:
        marked = line.lstrip().startswith(">")
        quoted = marked or (quoted and bool(line.strip()) and not _FENCE.match(line))
        yield f"> {line}" if quoted and not marked else line


def _without_code(lines: Iterable[str]) -> Iterator[str]:
    """Leave out blocks between fences; only one like the first ends a block."""
    fence = ""
    for line in lines:
        fence_line = _FENCE.fullmatch(line)
        if not fence and fence_line:
            fence = fence_line[1]
        elif not fence:
            yield line
        elif (
            fence_line and fence_line[1].startswith(fence) and not fence_line[2].strip()
        ):
            fence = ""


def read_days(text: str, today: date | None = None) -> int:
    """Read for how many days a proposal is put off: ``14d``, ``2 weeks``, or a date.

    A date needs *today*. Raises DayError.
    """
    span = _SPAN.fullmatch(text.strip())
    if span:
        days = int(span[1]) * (7 if span[2].casefold().startswith("w") else 1)
    elif today and text[:4].isdecimal():
        days = (parse_date(text) - today).days
    else:
        raise DayError(f"'{text}' is no span of days; write it like 14d or 2 weeks")
    if not 1 <= days <= LONGEST:
        raise DayError(f"'{text}' is not from 1 to {LONGEST} days from today")
    return days


def _command(verb: str, lines: Sequence[str]) -> CommentCommand:
    rest = "\n".join(lines).strip()
    if verb == "choose":
        option, why = [*rest.split(None, 1), "", ""][:2]
        return CommentCommand(
            "choose", option=option.strip(".,:;`'\""), reason=_reason(why)
        )
    if verb == "later":
        match = _WHEN.fullmatch(rest)
        when, why = (match[1], match[2]) if match else (rest.partition("\n")[0], "")
        return CommentCommand("later", when=when, reason=_reason(why))
    if verb == "decline":
        return CommentCommand("decline", reason=_reason(rest))
    if verb == "why":
        return CommentCommand("why", option=lines[0].strip())
    return CommentCommand("approve")


def _reason(text: str) -> str | None:
    bare = text.strip()
    begun = _BECAUSE.match(bare)
    return in_one_line(bare[begun.end() :] if begun else bare)
