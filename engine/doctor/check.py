"""One thing that has to be right, and whether it is."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "broken", "mind", "unknown"]


@dataclass(frozen=True, slots=True)
class DoctorCheck:
    """Something looked at: what it was, how it is, and how to mend it.

    ``mind`` is right and may surprise, ``unknown`` cannot be seen from here.
    """

    what: str
    state: State
    told: str
    how: str = ""

    @property
    def words(self) -> str:
        """How it is, and how to mend it."""
        return f"{self.told}; {self.how}" if self.how else self.told

    def __str__(self) -> str:
        return f"{self.state:<8} {self.what}: {self.words}"


def ok(subject: str, words: str) -> DoctorCheck:
    """Say that something is right."""
    return DoctorCheck(subject, "ok", words)


def broken(subject: str, words: str, how: str = "") -> DoctorCheck:
    """Say that something is not right, and what to do."""
    return DoctorCheck(subject, "broken", words, how)


def mind(subject: str, words: str, how: str = "") -> DoctorCheck:
    """Say something that may surprise."""
    return DoctorCheck(subject, "mind", words, how)


def unknown(subject: str, words: str, how: str = "") -> DoctorCheck:
    """Say that something cannot be seen from here, and where to look."""
    return DoctorCheck(subject, "unknown", words, how)
