"""The shapes of a page: tables, folded parts, and what goes when it is too long."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from goodterms.views.markdown import Markdown, joined, say

#: A body may have 65,536 characters on GitHub; others append to it.
LONGEST_BODY = 58_000


@dataclass(frozen=True, slots=True)
class PageSection:
    """A part of a page. The least ``weight`` is left out first.

    ``where`` says where to find what it shows, if it has to be left out.
    """

    name: str
    body: Markdown
    weight: int
    where: Markdown


def table(
    heads: Sequence[str], rows: Iterable[Sequence[Markdown]], right: Sequence[int] = ()
) -> Markdown:
    """Lay out a table; *right* are the columns of figures."""
    rules = ["--:" if n in right else "---" for n in range(len(heads))]
    lines = [heads, rules, *rows]
    return Markdown("\n".join("| " + " | ".join(cells) + " |" for cells in lines))


def folded(summary: Markdown, body: Markdown) -> Markdown:
    """Fold a part away; a tap opens it."""
    return Markdown(f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>")


def section(heading: str, *blocks: Markdown) -> Markdown:
    """Put blocks under a heading."""
    return paragraphs(Markdown(f"### {heading}"), *blocks)


def paragraphs(*blocks: Markdown) -> Markdown:
    """Put blocks below each other, without the empty ones."""
    return joined([block for block in blocks if block], "\n\n")


def bullets(items: Iterable[Markdown]) -> Markdown:
    """Make a list."""
    return Markdown("\n".join(f"- {item}" for item in items))


def numbered(items: Iterable[Markdown]) -> Markdown:
    """Make a list of steps, to be done in this order."""
    return Markdown("\n".join(f"{n}. {item}" for n, item in enumerate(items, 1)))


def fitted(
    head: Markdown,
    sections: Sequence[PageSection],
    foot: Markdown,
    longest: int = LONGEST_BODY,
) -> Markdown:
    """Put a page together; whole sections go until it fits, the lightest first.

    Head and foot always stay, and a line says what was left out and where it
    is. *longest* is in characters.
    """
    kept, omitted = [part for part in sections if part.body], list[PageSection]()
    while True:
        note = _left_out(omitted)
        body = paragraphs(head, *(part.body for part in kept), note, foot)
        if len(body) <= longest or not kept:
            return body
        lightest = min(kept, key=lambda part: part.weight)
        kept.remove(lightest)
        omitted.append(lightest)


def _left_out(omitted: Sequence[PageSection]) -> Markdown:
    if not omitted:
        return Markdown()
    named = [say("{} ({})", part.name, part.where) for part in omitted]
    return say("**Left out, the page would be too long:** {}.", joined(named))
