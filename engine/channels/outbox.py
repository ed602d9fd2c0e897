"""The outbox: a folder of files that somebody or something picks up."""

import glob
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from engine.channels.delivery import Delivery, Handed

FOLDER = "outbox"


@dataclass(frozen=True, slots=True)
class Outbox:
    """``outbox/<account>/<entry>.eml`` and the like, below the root.

    A file appears whole or not at all. The same bytes again change nothing;
    other bytes under the same id are refused.
    """

    root: Path
    name: str = "outbox"
    deduplicates: bool = True

    def deliver(self, delivery: Delivery) -> Handed:
        """Write each part that is not there yet."""
        folder = self.root / FOLDER / delivery.account
        files = {
            folder / f"{delivery.entry}{ending}": content
            for ending, content in delivery.parts.items()
        }
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for file, content in files.items():
                if file.exists() and file.read_bytes() != content:
                    what = f"{FOLDER}/{delivery.account}/{file.name}"
                    return Handed("failed", f"{what} exists with other content")
            for file, content in files.items():
                if not file.exists():
                    _write(file, content)
        except OSError as error:
            return Handed("failed", f"{error.filename}: {error.strerror}")
        return Handed("sent")


def _write(file: Path, content: bytes) -> None:
    for left_by_a_killed_run in file.parent.glob(f".{glob.escape(file.name)}.*"):
        left_by_a_killed_run.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        Path(name).chmod(0o644)
        Path(name).rename(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
