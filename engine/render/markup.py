"""Markdown read into blocks: the structure of a message, without its data.

The same structure comes back for most messages of a template, since all that
differs between customers stands in slots; so it is held once read.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TypeAlias

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode


@dataclass(frozen=True, slots=True)
class TextRun:
    """Words in one style; ``text`` may hold slots. A hard break is a lone newline."""

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    href: str | None = None


Runs: TypeAlias = tuple[TextRun, ...]
BREAK = TextRun("\n")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; ``level`` is that of a heading, 0 for plain text."""

    runs: Runs
    level: int = 0


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; ``start`` is the first number, None where it has bullets."""

    items: "tuple[Blocks, ...]"
    start: int | None = None


@dataclass(frozen=True, slots=True)
class MarkupTable:
    """Rows of cells, the first of them the head. ``right`` tells columns of figures."""

    right: tuple[bool, ...]
    rows: tuple[tuple[Runs, ...], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage set apart."""

    blocks: "Blocks"


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Lines that keep their breaks and blanks."""

    text: str


@dataclass(frozen=True, slots=True)
class HorizontalRule:
    """A line across."""


Block: TypeAlias = Paragraph | Bullets | MarkupTable | Quote | Verbatim | HorizontalRule
Blocks: TypeAlias = tuple[Block, ...]


@cache
def _markdown() -> MarkdownIt:
    """Make the parser: CommonMark with tables; no HTML, no images.

    Where a link leads is judged when the data is in it, not here.
    """
    parser = MarkdownIt("commonmark", {"html": False})
    parser.enable("table").disable(["image", "html_block", "html_inline"])
    parser.normalizeLink = str  # type: ignore[method-assign,assignment]
    parser.validateLink = bool  # type: ignore[method-assign,assignment]
    return parser


@lru_cache(maxsize=512)
def blocks(text: str) -> Blocks:
    """Read Markdown with slots into blocks."""
    return _blocks(SyntaxTreeNode(_markdown().parse(text)).children)


def _blocks(nodes: Sequence[SyntaxTreeNode]) -> Blocks:
    return tuple(_BLOCKS[node.type](node) for node in nodes)


def _paragraph(node: SyntaxTreeNode) -> Paragraph:
    level = int(node.tag[1:]) if node.type == "heading" else 0
    return Paragraph(_inline(node), level)


def _bullets(node: SyntaxTreeNode) -> Bullets:
    items = tuple(_blocks(item.children) for item in node.children)
    numbered = node.type == "ordered_list"
    return Bullets(items, int(node.attrs.get("start", 1)) if numbered else None)


def _quote(node: SyntaxTreeNode) -> Quote:
    return Quote(_blocks(node.children))


def _verbatim(node: SyntaxTreeNode) -> Verbatim:
    return Verbatim(node.content.removesuffix("\n"))


def _rule(_node: SyntaxTreeNode) -> HorizontalRule:
    return HorizontalRule()


def _table(node: SyntaxTreeNode) -> MarkupTable:
    rows = [row for part in node.children for row in part.children]
    right = tuple("right" in str(cell.attrs.get("style")) for cell in rows[0].children)
    return MarkupTable(right, tuple(tuple(map(_inline, row.children)) for row in rows))


def _inline(node: SyntaxTreeNode) -> Runs:
    """Flatten the inline children of a block into runs."""
    runs = (run for inline in node.children for run in _runs(inline, TextRun("")))
    return tuple(run for run in runs if run.text)


def _runs(node: SyntaxTreeNode, style: TextRun) -> Iterator[TextRun]:
    fixed = {"softbreak": TextRun(" "), "hardbreak": BREAK}.get(node.type)
    if fixed:
        yield fixed
    elif node.type in {"text", "code_inline"}:
        yield replace(style, text=node.content, code=node.type == "code_inline")
    elif node.type == "strong":
        style = replace(style, strong=True)
    elif node.type == "em":
        style = replace(style, emphasis=True)
    elif node.type == "link":
        style = replace(style, href=str(node.attrs["href"]))
    for child in node.children:
        yield from _runs(child, style)


_BLOCKS: dict[str, Callable[[SyntaxTreeNode], Block]] = {
    "paragraph": _paragraph,
    "heading": _paragraph,
    "bullet_list": _bullets,
    "ordered_list": _bullets,
    "table": _table,
    "blockquote": _quote,
    "fence": _verbatim,
    "code_block": _verbatim,
    "hr": _rule,
}
