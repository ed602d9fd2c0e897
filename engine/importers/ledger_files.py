"""The folder that an importer writes to: what is there, and what changes."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from goodterms.load import Problems, load_invoice, load_record
from goodterms.model.ledger import Invoice
from goodterms.model.paths import invoices_folder, records_folder
from goodterms.model.problem import Problem
from goodterms.model.records import Record
from goodterms.workspace.files import without_links


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file to write, and what it adds: account, invoice, payment."""

    path: str
    text: str
    adds: str


@dataclass(frozen=True, slots=True)
class LedgerFiles:
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
            return [entry.name for entry in without_links(self.root, folder).iterdir()]
        except FileNotFoundError:
            return []

    def write(self, changes: Iterable[FileChange]) -> None:
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


def records_of(files: LedgerFiles, account: str) -> tuple[tuple[Record, ...], Problems]:
    """Read the records of an account, whatever their files are called."""
    folder = records_folder(account)
    records: list[Record] = []
    problems: list[Problem] = []
    for name in _yaml(files, folder):
        path = f"{folder}/{name}"
        record, unread = load_record(files.read(path) or b"", path)
        problems += unread
        records += [record] if record else []
    return tuple(records), tuple(problems)


def invoices_of(files: LedgerFiles, account: str) -> tuple[Invoice, ...]:
    """Read the invoices of an account that can be read."""
    folder = invoices_folder(account)
    paths = (f"{folder}/{name}" for name in _yaml(files, folder))
    read = (load_invoice(files.read(path) or b"", path)[0] for path in paths)
    return tuple(invoice for invoice in read if invoice is not None)


def _yaml(files: LedgerFiles, folder: str) -> list[str]:
    names = sorted(files.names(folder))
    return [n for n in names if n.endswith(".yaml") and not n.startswith(".")]
