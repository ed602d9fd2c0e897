"""Our own Markdown as plain text, for a terminal: nothing is folded, nothing hidden."""

import re
from collections.abc import Iterator, Sequence
from html import unescape

from goodterms.render.text import padded, width, wrapped
from goodterms.views.markdown import Markdown, plain

#: Lines are no longer than this, where there is a blank to break them at.
WIDTH = 80

#: A column is not made narrower than this; what is between columns.
_NARROWEST, _GAP = 16, "  "

_TAG = re.compile(r"</?[a-z]+>")
_RULE = re.compile(r"\| (---|--:)( \| (---|--:))* \|")
_CELLS = " | "
_FENCED = re.compile(r"(?P<fence>`{3,})text\n(?P<kept>.*\n)(?P=fence)\s*", re.DOTALL)


def as_terminal(text: Markdown) -> str:
    """Write Markdown of ours as lines: headings, tables, lists, quoted files.

    What a page folds away stands open. Customers' words are taken as words, since
    ``page.safe`` has written their marks as entities.
    """
    blocks = (_block(lines) for lines in _blocks(text) if lines)
    return "\n\n".join(filter(None, blocks)).replace("\u00a0", " ")


def unfenced(message: str) -> str:
    """Return the kept text of a message without the fence that Markdown needs."""
    fenced = _FENCED.fullmatch(message)
    return fenced["kept"].rstrip("\n") if fenced else message


def _blocks(text: Markdown) -> Iterator[list[str]]:
    """Part a text at its empty lines, but for those inside ``<pre>``."""
    block: list[str] = []
    inside = False
    for line in text.split("\n"):
        inside = (inside or line == "<pre>") and line != "</pre>"
        if line.strip() or inside:
            block.append(line)
            continue
        yield block
        block = []
    yield block


def _block(lines: Sequence[str]) -> str:
    if lines[0] == "<pre>":
        return "\n".join(f"    {unescape(line)}".rstrip() for line in lines[1:-1])
    if len(lines) > 1 and _RULE.fullmatch(lines[1]):
        return _table(lines)
    return "\n".join(row for line in lines for row in _line(line))


def _line(line: str) -> list[str]:
    """Write a line; a heading is underlined, an item of a list hangs."""
    words = _words(line)
    if line.startswith("### "):
        head = words.removeprefix("### ")
        return [head, "-" * width(head)]
    if line.startswith("- "):
        first, *rest = wrapped(words[2:], WIDTH - 2)
        return [f"- {first}", *(f"  {row}" for row in rest)]
    return wrapped(words, WIDTH) if words else []


def _words(text: str) -> str:
    """Leave out what is meant for a forge; a line break stays one."""
    bare = text.replace("<br>", "\n").replace("`", "")
    return plain(_TAG.sub("", bare)).strip()


def _table(lines: Sequence[str]) -> str:
    rights = [rule.strip("| ") == "--:" for rule in lines[1].split(_CELLS)]
    rows = [_row(lines[0]), *map(_row, lines[2:])]
    widths = _fitting([max(map(_widest, column)) for column in zip(*rows, strict=True)])
    head, *body = [list(_laid_out(row, widths, rights)) for row in rows]
    rule = _GAP.join("-" * wide for wide in widths)
    return "\n".join([*head, rule, *(line for row in body for line in row)])


def _row(line: str) -> list[str]:
    return [_words(cell) for cell in line.removeprefix("| ")[:-2].split(_CELLS)]


def _widest(cell: str) -> int:
    return max(map(width, cell.split("\n")))


def _fitting(widths: Sequence[int]) -> list[int]:
    """Make the widest columns narrower until a row has room on the screen."""
    narrowed = list(widths)
    most = WIDTH - len(_GAP) * (len(narrowed) - 1)
    while sum(narrowed) > most and max(narrowed) > _NARROWEST:
        narrowed[narrowed.index(max(narrowed))] -= 1
    return narrowed


def _laid_out(
    row: Sequence[str], widths: Sequence[int], rights: Sequence[bool]
) -> Iterator[str]:
    cells = [wrapped(cell, wide) for cell, wide in zip(row, widths, strict=True)]
    for at in range(max(map(len, cells))):
        parts = [
            padded(cell[at] if at < len(cell) else "", wide, right=right)
            for cell, wide, right in zip(cells, widths, rights, strict=True)
        ]
        yield _GAP.join(parts).rstrip()
