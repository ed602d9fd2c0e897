"""What is wrong, where, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal
from unicodedata import category

#: Control characters, line and paragraph ends, halves of characters.
_ENDS = ("Cc", "Zl", "Zp", "Cs")
_JOINERS = "\u200c\u200d"

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A spot in a file, counted from 1; line and column 0 mean "not known"."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        numbers = [str(n) for n in (self.line, self.column) if n]
        return ":".join([self.file, *numbers])


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    ``what`` says what is wrong and ``hint`` what to do; both in lower case,
    without a full stop, user text in single quotes. ``rule`` is a stable,
    dash-separated name for machines (SARIF, the catalogue of errors).
    """

    place: Place
    what: str
    hint: str = ""
    severity: Severity = "error"
    rule: str = "invalid"

    @property
    def message(self) -> str:
        """What is wrong and what to do, on one line."""
        return f"{self.what}; {self.hint}" if self.hint else self.what

    def __str__(self) -> str:
        return _one_line(f"{self.place}: {self.severity}: {self.message}")

    @property
    def sort_key(self) -> tuple[Place, str, str]:
        """Order problems by place, so that equal inputs print equal reports."""
        return (self.place, self.severity, self.message)


def _one_line(text: str) -> str:
    """Show what would end or hide a line: a name of a file may hold anything."""
    return "".join("\ufffd" if _is_unseen(c) else c for c in text)


def _is_unseen(character: str) -> bool:
    kind = category(character)
    return kind in _ENDS or (kind == "Cf" and character not in _JOINERS)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort by place and drop exact repetitions."""
    return tuple(sorted(set(problems), key=lambda problem: problem.sort_key))


def has_errors(problems: Iterable[Problem]) -> bool:
    """Say whether any of them is an error; warnings never fail a command."""
    return any(problem.severity == "error" for problem in problems)


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Hint at the nearest known word, or list them when they are few."""
    names = sorted(set(words))
    close = get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    if names and len(names) <= 8:  # noqa: PLR2004 - as many as an eye takes in
        return "known are " + ", ".join(f"'{name}'" for name in names)
    return ""
