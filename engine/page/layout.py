"""The shapes of a page: tables, folded parts, and what goes when it is too long."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.page.safe import Md, joined, say

#: A body may have 65,536 characters on GitHub; others append to it.
LONGEST_BODY = 58_000


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page. The least ``weight`` is left out first.

    ``where`` says where to find what it shows, if it has to be left out.
    """

    name: str
    body: Md
    weight: int
    where: Md


def table(
    heads: Sequence[str], rows: Iterable[Sequence[Md]], right: Sequence[int] = ()
) -> Md:
    """Lay out a table; *right* are the columns of figures."""
    rules = ["--:" if n in right else "---" for n in range(len(heads))]
    lines = [heads, rules, *rows]
    return Md("\n".join("| " + " | ".join(cells) + " |" for cells in lines))


def folded(summary: Md, body: Md) -> Md:
    """Fold a part away; a tap opens it."""
    return Md(f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>")


def section(heading: str, *blocks: Md) -> Md:
    """Put blocks under a heading."""
    return paragraphs(Md(f"### {heading}"), *blocks)


def paragraphs(*blocks: Md) -> Md:
    """Put blocks below each other, without the empty ones."""
    return joined([block for block in blocks if block], "\n\n")


def bullets(items: Iterable[Md]) -> Md:
    """Make a list."""
    return Md("\n".join(f"- {item}" for item in items))


def numbered(items: Iterable[Md]) -> Md:
    """Make a list of steps, to be done in this order."""
    return Md("\n".join(f"{n}. {item}" for n, item in enumerate(items, 1)))


def fitted(
    head: Md, sections: Sequence[Section], foot: Md, longest: int = LONGEST_BODY
) -> Md:
    """Put a page together; whole sections go until it fits, the lightest first.

    Head and foot always stay, and a line says what was left out and where it
    is. *longest* is in characters.
    """
    kept, gone = [each for each in sections if each.body], list[Section]()
    while True:
        note = _left_out(gone)
        body = paragraphs(head, *(each.body for each in kept), note, foot)
        if len(body) <= longest or not kept:
            return body
        lightest = min(kept, key=lambda each: each.weight)
        kept.remove(lightest)
        gone.append(lightest)


def _left_out(gone: Sequence[Section]) -> Md:
    if not gone:
        return Md()
    named = [say("{} ({})", each.name, each.where) for each in gone]
    return say("**Left out, the page would be too long:** {}.", joined(named))
