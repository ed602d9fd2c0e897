"""Where a file is not what the engine made of it: which commit, how, and since when."""

from dataclasses import asdict, dataclass, replace


@dataclass(frozen=True, slots=True)
class HistoryDifference:
    """A journal, message or decision that is not what it was made as.

    ``commit`` did it, "" where it is not committed; ``how`` is a key of HOW.
    ``kept`` is the blob that belongs there, "" for none, and ``source`` the path where
    the commit ``at`` has it; ``grown`` is what the engine has
    appended since. ``has`` is what is there, ``line`` where that differs first.
    ``mended`` is the commit that put it right. What does not ``hold`` its account is
    only named: before a decision has its effect the forge is asked whether it stands.
    """

    path: str
    commit: str
    how: str
    kept: str
    source: str
    has: str | None = None
    line: int = 0
    at: str = ""
    grown: str = ""
    mended: str = ""
    why: str = ""
    holds: bool = True

    @property
    def is_beside(self) -> bool:
        """Whether what belongs there would have to go beside what is there."""
        return self.how == "left" and self.has is not None

    def now(self, has: str | None, how: str, line: int) -> "HistoryDifference":
        """Return it as a later commit left it."""
        return replace(self, has=has, how=how, line=line)

    def values(self) -> dict[str, object]:
        """Return it as plain values, from which it can be made again."""
        return asdict(self)


def compared(kept: bytes, now: bytes | None) -> tuple[str, int]:
    """Say how a content departs from what belongs there, and in which line first."""
    if now is None:
        return "removed", 0
    common = _common(kept, now)
    number = now.count(b"\n", 0, common) + 1
    if not now.strip() and kept.strip():
        return "emptied", 0
    if kept.startswith(now):
        return "cut", number
    if not kept:
        return "brought", 1
    return ("added" if now.startswith(kept) else "edited"), number


def _common(one: bytes, other: bytes) -> int:
    """Return how many bytes two contents begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
