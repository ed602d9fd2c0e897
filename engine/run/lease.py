"""How long a run may act on its claims, before others may take them over."""

import time
from dataclasses import dataclass, field
from datetime import timedelta

#: A claim without an outcome is taken over by another run after so long.
PATIENCE = timedelta(hours=1)


def elapsed() -> float:
    """Return seconds of a clock that goes on while the machine sleeps, if it can."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


@dataclass(frozen=True, slots=True)
class ClaimLease:
    """The right to act on claims: from the beginning of a run, for half the patience.

    Others count from the same moment, by their own clocks; the other half is for
    clocks that differ, and for what is under way.
    """

    begun: float = field(default_factory=elapsed)
    seconds: float = PATIENCE.total_seconds() / 2

    def holds(self) -> bool:
        """Whether nobody can have taken the claims over yet."""
        return elapsed() - self.begun < self.seconds
