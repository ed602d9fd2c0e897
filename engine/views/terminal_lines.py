"""Lines for a terminal: none is wider than it, but for what is to be pasted."""

from collections.abc import Iterable
from textwrap import wrap

#: As wide as a terminal is when it opens, and as a message that quotes it.
WIDTH = 80


def lines(text: str, indent: int = 0, hang: int | None = None) -> list[str]:
    """Break a text into lines that begin at *indent*, the later ones at *hang*.

    Words are kept whole, ids and addresses too.
    """
    return wrap(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hang is None else hang),
        break_long_words=False,
        break_on_hyphens=False,
    )


def joined(parts: Iterable[str]) -> str:
    """Join what there is of some parts, ``a, b``."""
    return ", ".join(part for part in parts if part)
