"""Data as Markdown: words that stay words, whatever they say.

A forge reads a page twice: its Markdown, and then the words of what came out,
where ``@name``, ``#12``, ``GH-12``, commit ids, addresses and ``:tada:`` become
links and notifications. Entities stop the first reading, a break of no width
inside the word the second.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from html import unescape

from goodterms.model.money import DECIMALS, Money

#: Where a word is broken so that nobody reads it as more: after the first group.
_BREAKS = (
    re.compile(r"(@)(?=\S)"),
    re.compile(r"(#)(?=\S)"),
    re.compile(r"(gh-)(?=[0-9])", re.IGNORECASE),
    re.compile(r"(:)(?=//)"),
    re.compile(r"(www)(?=\.)", re.IGNORECASE),
    re.compile(r"(:)(?=[a-z0-9_+-]+(?::|$))", re.IGNORECASE),
)
_HEX_RUN = re.compile(r"[0-9a-f]{7,}", re.IGNORECASE)
_HEX_PART = re.compile(r"[0-9a-f]{6}(?=[0-9a-f])", re.IGNORECASE)
_ZERO_WIDTH = "\u200b"

#: Characters that mean something inside a line of Markdown.
_MARKS = "\\`*_[]<>&|~#@$^:" + _ZERO_WIDTH
_ENTITIES = str.maketrans({mark: f"&#{ord(mark)};" for mark in _MARKS})
_HTML = str.maketrans({mark: f"&#{ord(mark)};" for mark in "&<>@#" + _ZERO_WIDTH})

#: What would make a line a list, a rule or a heading.
_BULLET = re.compile(r"^([0-9]*)([.)+-](?= |$)|[-=](?=[-= ]*$))")

#: What may stand between backticks as it is: ids, addresses, numbers.
_PLAIN = re.compile(r"[A-Za-z0-9+](?:[A-Za-z0-9._/@+=,:-]| (?! ))*", re.ASCII)

_SPACES = re.compile(r"\s+")
#: A blank that no line end can take.
_FIXED = "\u00a0"

_JOINERS = "\u200c\u200d"
_HIDDEN = ("Cc", "Cf", "Cs", "Co")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

#: More of somebody's words than this is cut; the whole stands in its file.
LONGEST = 400


class Markdown(str):
    """Markdown that we wrote, or that was made safe."""

    __slots__ = ()


def say(form: str, *values: object) -> Markdown:
    """Put values into our own Markdown, ``{}`` for each.

    Md goes in as it is, money and dates as people read them, and anything else
    as words that mean nothing to a forge.
    """
    return Markdown(form.format(*map(shown, values)))


def shown(value: object) -> Markdown:
    """Return a value as Markdown."""
    if isinstance(value, Markdown):
        return value
    if isinstance(value, Money):
        return Markdown(money(value))
    if isinstance(value, date):
        return Markdown(day(value))
    return words(str(value))


def joined(parts: Sequence[Markdown], between: str = ", ", last: str = "") -> Markdown:
    """Join pieces of Markdown; *last* stands before the last one, if it is given."""
    *most, end = parts or (Markdown(),)
    return Markdown(
        (last or between).join([between.join(most), end] if most else [end])
    )


def words(text: str, longest: int = LONGEST) -> Markdown:
    """Return a text as one line of words, cut where it is very long.

    It may stand anywhere, at the start of a line too; it is never empty.
    """
    line = _broken(_cut(clean(text), longest)) or _ZERO_WIDTH
    return Markdown(_BULLET.sub(_as_entity, line.translate(_ENTITIES)))


def title(text: str, longest: int = LONGEST) -> str:
    """Return a text for a title, which is no Markdown but is read for names."""
    return _broken(_cut(clean(text), longest)).replace("`", "'")


def code(text: str) -> Markdown:
    """Return an id or an address so that it can be copied; else as words."""
    line = clean(text)
    return Markdown(f"`{line}`") if _PLAIN.fullmatch(line) else words(text)


def literal(text: str) -> Markdown:
    """Return lines for inside ``<pre>``, where only HTML means anything.

    The text is ``visible``.
    """
    return Markdown(text.translate(_HTML))


def quoted(line: str) -> Markdown:
    """Return words for inside HTML that a forge reads for names and links.

    The text is ``visible``.
    """
    return Markdown(_broken(" ".join(line.split())).translate(_HTML))


def plain(text: str) -> str:
    """Return our own Markdown as words again, for a log."""
    return unescape(text.replace("*", "")).replace(_ZERO_WIDTH, "")


def visible(text: str) -> str:
    """Drop what cannot be seen from lines, and what counts as a private mark."""
    return "".join(c for c in text if c in "\n\t" or _is_seen(c))


def clean(text: str) -> str:
    """Put a text on one line, without characters that cannot be seen."""
    spaced = _SPACES.sub(" ", text)
    return _SPACES.sub(" ", "".join(filter(_is_seen, spaced))).strip()


def money(amount: Money) -> str:
    """Show an amount, ``11,424.00 EUR``, that no line end can part."""
    return f"{amount.amount:,.{DECIMALS[amount.currency]}f}{_FIXED}{amount.currency}"


def rough(amount: Money) -> Markdown:
    """Show an estimate: no cents, but where there is nothing else."""
    if amount.amount and amount.amount == amount.amount.to_integral_value():
        return Markdown(f"{amount.amount:,.0f}{_FIXED}{amount.currency}")
    return Markdown(money(amount) if amount.amount else f"0{_FIXED}{amount.currency}")


def percent(share: Decimal) -> Markdown:
    """Show a share of one, ``25 %``; halves of a per cent and less as they are."""
    number = (share * 100).normalize()
    digits = 1 if number != number.to_integral_value() else 0
    return Markdown(f"{number:.{digits}f}{_FIXED}%")


def day(on: date) -> str:
    """Show a date, ``4 Sep 2026``."""
    return f"{short_day(on)} {on.year}"


def short_day(on: date) -> str:
    """Show a date without its year, ``4 Sep``."""
    return f"{on.day} {_MONTHS.split()[on.month - 1]}"


def weekday(on: date) -> str:
    """Show a date with its day of the week, ``Fri 4 Sep 2026``."""
    return f"{_DAYS[on.weekday()]} {day(on)}"


def column_day(on: date, today: date) -> Markdown:
    """Show a date in a column: with its year where that is not this one."""
    text = short_day(on) if on.year == today.year else day(on)
    return Markdown(text.replace(" ", _FIXED))


def count(number: int, noun: str) -> str:
    """Count things: ``1 invoice``, ``2 invoices``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _as_entity(mark: re.Match[str]) -> str:
    return f"{mark[1]}&#{ord(mark[2])};"


def _is_seen(character: str) -> bool:
    if character in _JOINERS:
        return True
    return unicodedata.category(character) not in _HIDDEN


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _broken(text: str) -> str:
    for mark in _BREAKS:
        text = mark.sub(rf"\1{_ZERO_WIDTH}", text)
    return _HEX_RUN.sub(_in_parts, text)


def _in_parts(run: re.Match[str]) -> str:
    return _HEX_PART.sub(rf"\g<0>{_ZERO_WIDTH}", run[0])
