"""Blocks and data as HTML, styled in place: mail programs drop the rest."""

from collections.abc import Callable
from html import escape
from itertools import groupby

from goodterms.render.links import destination
from goodterms.render.markup import (
    BREAK,
    Block,
    Blocks,
    Bullets,
    HorizontalRule,
    MarkupTable,
    Paragraph,
    Quote,
    Runs,
    TextRun,
    Verbatim,
)
from goodterms.render.placeholders import SLOT, Placeholders

_TEXT = "margin:0 0 16px"
_HEADINGS = {1: "22px", 2: "17px"}
_HEADING = "margin:24px 0 8px;font-weight:600;line-height:1.3;font-size:"
_LIST = "margin:0 0 16px;padding-left:22px"
_ITEM = "margin:0 0 6px"
_TABLE = "width:100%;border-collapse:collapse;margin:0 0 20px;font-size:15px"
_CELL = "padding:8px 6px;border-bottom:1px solid #d5dbe1;vertical-align:top"
_HEAD = f"{_CELL};font-size:13px;font-weight:600;color:#56616b;vertical-align:bottom"
_NAME = "overflow-wrap:anywhere"
_FIGURE = "white-space:nowrap"
_QUOTE = "margin:0 0 16px;padding:12px 16px 1px;background:#eef3f5;border-radius:6px"
_CODE = "font-family:Menlo,Consolas,monospace;font-size:14px"
_LINK = "color:#0b5c6b"
_BUTTON = (
    "display:inline-block;padding:11px 20px;border-radius:6px;background:#0b5c6b;"
    "color:#ffffff;font-weight:600;text-decoration:none"
)
_RULE = "border:0;border-top:1px solid #d5dbe1;margin:24px 0"


def as_html(blocks: Blocks, slots: Placeholders) -> str:
    """Write blocks as HTML; data is escaped and never changes the structure."""
    return "\n".join(_WRITERS[type(block)](block, slots) for block in blocks)


def filled(text: str, slots: Placeholders) -> str:
    """Escape a text and put the escaped data into it."""
    return SLOT.sub(lambda match: escape(slots[int(match[1])]), escape(text))


def _paragraph(block: Paragraph, slots: Placeholders) -> str:
    if block.level:
        style = _HEADING + _HEADINGS.get(block.level, "16px")
        level = min(block.level, 6)
        return f'<h{level} style="{style}">{_inline(block.runs, slots)}</h{level}>'
    button = _is_button(block.runs)
    return f'<p style="{_TEXT}">{_inline(block.runs, slots, button=button)}</p>'


def _is_button(runs: Runs) -> bool:
    """Say whether a paragraph is nothing but one link to the web."""
    targets = {run.href for run in runs}
    return len(targets) == 1 and not str(*targets).startswith(("None", "mailto:"))


def _inline(runs: Runs, slots: Placeholders, *, button: bool = False) -> str:
    parts = []
    for href, linked in groupby(runs, key=lambda run: run.href):
        words = "".join(_run(run, slots) for run in linked)
        if href is not None:
            target = escape(destination(href, slots))
            kind, style = ("button", _BUTTON) if button else ("link", _LINK)
            words = f'<a class="{kind}" href="{target}" style="{style}">{words}</a>'
        parts.append(words)
    return "".join(parts)


def _run(run: TextRun, slots: Placeholders) -> str:
    if run is BREAK:
        return "<br>\n"
    words = filled(run.text, slots)
    if run.code:
        words = f'<code style="{_CODE}">{words}</code>'
    if run.emphasis:
        words = f"<em>{words}</em>"
    return f"<strong>{words}</strong>" if run.strong else words


def _bullets(block: Bullets, slots: Placeholders) -> str:
    items = "".join(f'<li style="{_ITEM}">{_item(i, slots)}</li>' for i in block.items)
    if block.start is None:
        return f'<ul style="{_LIST}">{items}</ul>'
    return f'<ol start="{block.start}" style="{_LIST}">{items}</ol>'


def _item(blocks: Blocks, slots: Placeholders) -> str:
    """Write an item; one that is a single paragraph needs no paragraph of its own."""
    if len(blocks) == 1 and isinstance(blocks[0], Paragraph) and not blocks[0].level:
        return _inline(blocks[0].runs, slots)
    return as_html(blocks, slots)


def _table(block: MarkupTable, slots: Placeholders) -> str:
    head, *body = block.rows
    rows = [_row(head, block.right, slots, "th")] if any(head) else []
    rows += [_row(row, block.right, slots, "td") for row in body]
    return f'<table style="{_TABLE}">{"".join(rows)}</table>'


def _row(
    cells: tuple[Runs, ...], right: tuple[bool, ...], slots: Placeholders, tag: str
) -> str:
    """Write a row; its first cell runs on over empty ones beside it."""
    empty = next((at for at, cell in enumerate(cells) if at and cell), len(cells)) - 1
    kind = 'class="cell rule muted" scope="col"' if tag == "th" else 'class="cell rule"'
    written = []
    for at, cell in enumerate(cells):
        if not 0 < at <= empty or tag == "th":
            span = (
                f' colspan="{1 + empty}"' if at == 0 and empty and tag == "td" else ""
            )
            style = _cell_style(tag, at, is_right=right[at])
            content = _inline(cell, slots)
            written.append(f'<{tag} {kind}{span} style="{style}">{content}</{tag}>')
    return f"<tr>{''.join(written)}</tr>"


def _cell_style(tag: str, index: int, *, is_right: bool) -> str:
    """Let heads and first columns break, so that a table fits a small screen."""
    align = f"text-align:{'right' if is_right else 'left'}"
    if tag == "th":
        return f"{_HEAD};{align}"
    return f"{_CELL};{align};{_FIGURE if index else _NAME}"


def _quote(block: Quote, slots: Placeholders) -> str:
    inside = as_html(block.blocks, slots)
    return f'<div class="quiet" style="{_QUOTE}">{inside}</div>'


def _verbatim(block: Verbatim, slots: Placeholders) -> str:
    return (
        f'<pre style="{_CODE};white-space:pre-wrap">{filled(block.text, slots)}</pre>'
    )


def _rule(_block: HorizontalRule, _slots: Placeholders) -> str:
    return f'<hr class="rule" style="{_RULE}">'


_WRITERS: dict[type[Block], Callable[..., str]] = {
    Paragraph: _paragraph,
    Bullets: _bullets,
    MarkupTable: _table,
    Quote: _quote,
    Verbatim: _verbatim,
    HorizontalRule: _rule,
}
