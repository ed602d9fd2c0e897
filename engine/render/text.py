"""Blocks and data as plain text: what people read who read mail as text."""

import re
from collections.abc import Callable
from itertools import groupby
from unicodedata import combining, east_asian_width

from goodterms.render.links import destination
from goodterms.render.markup import (
    Block,
    Blocks,
    Bullets,
    HorizontalRule,
    MarkupTable,
    Paragraph,
    Quote,
    Runs,
    Verbatim,
)
from goodterms.render.placeholders import Placeholders

#: Lines are no longer than this, where there is a blank to break them at.
WIDTH = 72

#: Characters among which there are wide ones, and ones without a width.
_UNEVEN = re.compile("[\u0300-\u036f\u0483-\u1fff\u2e80-\U0010ffff]")


def as_text(blocks: Blocks, slots: Placeholders) -> str:
    """Write blocks as lines of text, an empty line between them."""
    text = "\n".join(line.rstrip() for line in _lines(blocks, slots, WIDTH))
    # Blanks that held an amount together have done their work.
    return text.replace("\u00a0", " ").replace("\u202f", " ") + "\n"


def width(text: str) -> int:
    """Return how many columns a text takes; wide characters take two."""
    if text.isascii() or not _UNEVEN.search(text):
        return len(text)
    return sum(
        2 if east_asian_width(c) in "WF" else 0 if combining(c) else 1 for c in text
    )


def wrapped(text: str, room: int = WIDTH) -> list[str]:
    """Break a text at its blanks and newlines; a longer word keeps its line."""
    return [line for passage in text.split("\n") for line in _broken(passage, room)]


def _broken(passage: str, room: int) -> list[str]:
    if width(passage) <= room:
        return [" ".join(filter(None, passage.split(" ")))]
    lines: list[str] = []
    line, used = "", 0
    for word in filter(None, passage.split(" ")):
        takes = width(word)
        if line and used + 1 + takes > room:
            lines.append(line)
            line, used = word, takes
        else:
            line = f"{line} {word}" if line else word
            used += takes + (1 if used else 0)
    return [*lines, line]


def _lines(blocks: Blocks, slots: Placeholders, room: int) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        if lines:
            lines.append("")
        lines += _WRITERS[type(block)](block, slots, room)
    return lines


def _paragraph(block: Paragraph, slots: Placeholders, room: int) -> list[str]:
    lines = wrapped(_words(block.runs, slots), room)
    if block.level:
        lines.append("-" * max(map(width, lines)))
    return lines


def _words(runs: Runs, slots: Placeholders) -> str:
    """Write runs as one text; a link is its words, then where it leads."""
    parts = []
    for href, linked in groupby(runs, key=lambda run: run.href):
        words = "".join(slots.fill(run.text) for run in linked)
        if href is not None:
            target = destination(href, slots)
            shown = target.removeprefix("mailto:")
            words = words if words == shown else f"{words} <{shown}>"
        parts.append(words)
    return "".join(parts)


def _bullets(block: Bullets, slots: Placeholders, room: int) -> list[str]:
    lines: list[str] = []
    for number, item in enumerate(block.items, block.start or 0):
        mark = "- " if block.start is None else f"{number}. "
        first, *rest = _lines(item, slots, room - len(mark)) or [""]
        lines += [mark + first, *(" " * len(mark) + line for line in rest)]
    return lines


def _table(block: MarkupTable, slots: Placeholders, _room: int) -> list[str]:
    rows = [[_words(cell, slots) for cell in row] for row in block.rows]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    head, *body = [
        "  ".join(
            padded(cell, wide, right=right)
            for cell, wide, right in zip(row, widths, block.right, strict=True)
        )
        for row in rows
    ]
    if not head.strip():
        return body
    return [head, "  ".join("-" * wide for wide in widths), *body]


def padded(text: str, wide: int, *, right: bool) -> str:
    """Fill a text up with blanks to a number of columns."""
    blanks = " " * (wide - width(text))
    return blanks + text if right else text + blanks


def _quote(block: Quote, slots: Placeholders, room: int) -> list[str]:
    return [f"  {line}" for line in _lines(block.blocks, slots, room - 2)]


def _verbatim(block: Verbatim, slots: Placeholders, _room: int) -> list[str]:
    return [f"    {line}" for line in slots.fill(block.text).split("\n")]


def _rule(_block: HorizontalRule, _slots: Placeholders, room: int) -> list[str]:
    return ["-" * room]


_WRITERS: dict[type[Block], Callable[..., list[str]]] = {
    Paragraph: _paragraph,
    Bullets: _bullets,
    MarkupTable: _table,
    Quote: _quote,
    Verbatim: _verbatim,
    HorizontalRule: _rule,
}
