"""Skim a journal: what it leaves open, without reading what it says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_KEY = re.compile(rb'^(id|on|at|state): "?([^"\n]*)', re.MULTILINE)
_START = re.compile(rb"^---", re.MULTILINE)

#: States after which nothing more is to come by itself.
_OPEN = frozenset({"claimed", "in-doubt", "proposed"})


@dataclass(frozen=True, slots=True)
class Skimmed:
    """The last state of each id, the ids ever approved, and the latest date.

    ``latest`` is the text of a date, or of a time in UTC, or "".
    """

    states: Mapping[str, str]
    approved: frozenset[str]
    latest: str

    @property
    def is_open(self) -> bool:
        """Whether a claim lacks its outcome, or a proposal its answer."""
        return not _OPEN.isdisjoint(self.states.values())


def skim(data: bytes) -> Skimmed | None:
    """Skim a journal as the engine writes it; None for one written otherwise."""
    states: dict[str, str] = {}
    approved: set[str] = set()
    latest, current, documents = "", "", 0
    for key, value in _KEY.findall(data):
        text = value.decode(errors="replace")
        if key == b"id":
            current = text
            documents += 1
        elif key == b"state":
            _take(states, current, text)
            approved.update([current] if text == "approved" else [])
        else:
            latest = max(latest, text)
    if documents != len(_START.findall(data)) or (data.strip() and not documents):
        return None
    return Skimmed(states, frozenset(approved), latest)


def _take(states: dict[str, str], entry: str, state: str) -> None:
    if states.get(entry) != "sent":
        states[entry] = state
