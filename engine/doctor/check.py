"""The result of one check of the set-up."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "broken", "mind", "unknown"]


@dataclass(frozen=True, slots=True)
class DoctorCheck:
    """A check: its ``subject``, its state, the ``finding`` and ``how`` to mend it.

    ``mind`` is right and may surprise, ``unknown`` cannot be seen from here.
    """

    subject: str
    state: State
    finding: str
    how: str = ""

    @property
    def words(self) -> str:
        """How it is, and how to mend it."""
        return f"{self.finding}; {self.how}" if self.how else self.finding

    def __str__(self) -> str:
        return f"{self.state:<8} {self.subject}: {self.words}"


def ok(subject: str, finding: str) -> DoctorCheck:
    """Say that something is right."""
    return DoctorCheck(subject, "ok", finding)


def broken(subject: str, finding: str, how: str = "") -> DoctorCheck:
    """Say that something is not right, and what to do."""
    return DoctorCheck(subject, "broken", finding, how)


def mind(subject: str, finding: str, how: str = "") -> DoctorCheck:
    """Say something that may surprise."""
    return DoctorCheck(subject, "mind", finding, how)


def unknown(subject: str, finding: str, how: str = "") -> DoctorCheck:
    """Say that something cannot be seen from here, and where to look."""
    return DoctorCheck(subject, "unknown", finding, how)
