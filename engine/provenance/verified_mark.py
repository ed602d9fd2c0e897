"""What was verified up to which commit, kept in git's own folder of a clone.

It only saves time: one that is missing, of another make, or not on the way of main
is not used, and all of main is followed from its beginning.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from goodterms.git import Repo
from goodterms.provenance.difference import HistoryDifference

_FILE = "goodterms-verified"

#: Changes with what is verified: a mark of another make says nothing.
_MAKE = 2


@dataclass(frozen=True, slots=True)
class VerifiedMark:
    """A commit of main, and what was known there."""

    commit: str
    begun: bool
    off: tuple[HistoryDifference, ...]
    left: Mapping[str, str]


def read_mark(repo: Repo) -> VerifiedMark | None:
    """Return the mark of this clone and root, None where there is none to use."""
    try:
        kept = json.loads(_file(repo).read_text(encoding="utf-8"))
        if (kept["make"], kept["root"]) != (_MAKE, repo.prefix):
            return None
        off = tuple(HistoryDifference(**each) for each in kept["off"])
        left = {str(path): str(blob) for path, blob in kept["left"].items()}
        return VerifiedMark(str(kept["commit"]), bool(kept["begun"]), off, left)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_mark(repo: Repo, mark: VerifiedMark) -> None:
    """Keep a mark; where that cannot be done, the next look takes longer."""
    kept = {
        "make": _MAKE,
        "root": repo.prefix,
        "commit": mark.commit,
        "begun": mark.begun,
        "off": [each.values() for each in mark.off],
        "left": dict(mark.left),
    }
    draft = _file(repo).with_name(f"{_FILE}.{uuid4().hex}")
    with suppress(OSError):
        draft.write_text(json.dumps(kept), encoding="utf-8")
        draft.replace(_file(repo))


def _file(repo: Repo) -> Path:
    return repo.common / _FILE
