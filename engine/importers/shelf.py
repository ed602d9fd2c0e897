"""The folder that an importer writes to: what is there, and what changes."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.files import without_links


@dataclass(frozen=True, slots=True)
class Change:
    """A file to write, and what it adds: account, invoice, payment."""

    path: str
    text: str
    adds: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of a repository, by their paths in it; links are not followed."""

    root: Path

    def read(self, path: str) -> bytes | None:
        """Return what a file holds, None if there is no such file. Raises OSError."""
        try:
            return without_links(self.root, path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def names(self, folder: str) -> list[str]:
        """List what is in a folder; a missing one holds nothing. Raises OSError."""
        try:
            return [each.name for each in without_links(self.root, folder).iterdir()]
        except FileNotFoundError:
            return []

    def write(self, changes: Iterable[Change]) -> None:
        """Write files, each whole or not at all. Raises OSError."""
        folders: set[Path] = set()
        for change in changes:
            path = without_links(self.root, change.path)
            if path.parent not in folders:
                path.parent.mkdir(parents=True, exist_ok=True)
                folders.add(path.parent)
            draft = path.with_name(f".{path.name}.{os.getpid()}")
            try:
                draft.write_bytes(change.text.encode())
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
