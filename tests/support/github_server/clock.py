"""The server's clock: the machine's, until a test sets it."""

import time
from datetime import UTC, datetime


class Clock:
    """What time the server believes it is, in whole seconds of UTC."""

    def __init__(self) -> None:
        self._set: datetime | None = None

    def set(self, moment: datetime | None) -> None:
        """Stand still at *moment*, or follow the machine again when None."""
        self._set = None if moment is None else moment.astimezone(UTC)

    def now(self) -> datetime:
        """Tell the time."""
        moment = self._set or datetime.fromtimestamp(time.time(), UTC)
        return moment.replace(microsecond=0)

    def stamp(self) -> str:
        """Tell the time as GitHub writes it."""
        return self.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def epoch(self) -> int:
        """Tell the time in seconds since 1970."""
        return int(self.now().timestamp())
