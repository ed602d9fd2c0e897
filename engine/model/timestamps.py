"""Time stamps as files write them: in UTC, to the second, ``2026-10-08T07:12:03Z``."""

from datetime import UTC, datetime

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def timestamp(time: datetime) -> str:
    """Write a time; it has to be in UTC."""
    return time.strftime(_FORMAT)


def parse_timestamp(text: str) -> datetime:
    """Read a time stamp. Raises ValueError where it is no ISO time."""
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
