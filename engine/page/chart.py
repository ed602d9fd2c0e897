"""The timeline as a chart that the forge draws: bars and marks, no data of theirs.

Its words are dates and our own vocabulary, reduced to letters, digits and a
few signs that mean nothing to Mermaid.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from engine.days import plus
from engine.decision.proposals import expires_on
from engine.page.matter import Matter
from engine.page.safe import Md, short_day
from engine.page.timeline import Event

#: So many of the latest marks of each side are drawn.
LATEST = 12

_OTHER = re.compile(r"[^A-Za-z0-9.-]+")
_LONGEST_LABEL = 32
_A_YEAR = 366


def chart(about: Matter, events: Sequence[Event]) -> Md:
    """Draw when it fell due, what we did, what they did, and until when to decide."""
    start = min((o.invoice.due for o in about.owed), default=about.day)
    last = expires_on(about.here, about.entry)
    lines = [
        "gantt",
        "dateFormat YYYY-MM-DD",
        f"axisFormat {'%d %b' if (last - start).days < _A_YEAR else '%b %Y'}",
        f"tickInterval {_interval(start, last)}",
        "todayMarker off",
        *_section("Owed", [_bar("crit", "overdue", start, about.day)]),
        *_section("We", [_mark(e) for e in events if e.whose == "we"]),
        *_section("They", [_mark(e) for e in events if e.whose == "they"]),
        *_section("Decide", [_bar("active", _until(last), about.entry.on, last)]),
    ]
    drawn = "\n".join(["```mermaid", lines[0], *(f"    {x}" for x in lines[1:]), "```"])
    return Md(drawn)


def _interval(start: date, end: date) -> str:
    """Space the marks of the axis so that a phone has room for them."""
    months = max(1, -(-(end - start).days // 150))
    return f"{months}month"


def _section(name: str, tasks: Iterable[str]) -> list[str]:
    drawn = list(tasks)[-LATEST:]
    return [f"section {name}", *drawn] if drawn else []


def _bar(style: str, label: str, start: date, end: date) -> str:
    """Draw a stretch of days, one day at least."""
    return f"{_named(label)} :{style}, {start}, {max(end, plus(start, 1))}"


def _mark(event: Event) -> str:
    short = short_day(event.on)
    if event.until and event.until > event.on:
        return _bar("done", f"{short} {event.label}", event.on, event.until)
    return f"{_named(f'{short} {event.label}')} :milestone, {event.on}, 0d"


def _until(last: date) -> str:
    return f"until {short_day(last)}"


def _named(label: str) -> str:
    return _OTHER.sub(" ", label).strip()[:_LONGEST_LABEL].strip() or "event"
