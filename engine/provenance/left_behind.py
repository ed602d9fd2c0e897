"""Find invoices whose past was left in the folder of an account that is gone."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from goodterms.git.command import git, names_in
from goodterms.load import load_invoice, load_record
from goodterms.model.identity import identity, normalised_number
from goodterms.model.paths import invoices_folder, journal_path, records_folder
from goodterms.model.records import ContactMade
from goodterms.provenance.commit_rules import account_of, id_of
from goodterms.provenance.difference import HistoryDifference
from goodterms.provenance.objects import GitObjects, blob_id

#: An invoice in a row of a journal's entry.
_ROW = re.compile(rb"[{ ]id: \"?([A-Za-z0-9][A-Za-z0-9._-]*)")

#: The files that can tell of an invoice.
_TELLING = re.compile(r"ledger/[^/]+/(?P<sort>invoices|records)/[^/]+\.yaml")


@dataclass(frozen=True, slots=True)
class LedgerTree:
    """The files of a ledger: of a commit, or of the checkout where *tip* is None."""

    objects: GitObjects
    tip: str | None

    def names(self) -> list[str]:
        """List the invoices and records, by path from the root."""
        repo = self.objects.repo
        if self.tip is None:
            found = (repo.root / "ledger").glob("*/*/*.yaml")
            names = [str(path.relative_to(repo.root)) for path in found]
        else:
            args = ("ls-tree", "-r", "-z", "--name-only", "--full-tree", self.tip)
            told = names_in(git(repo.top, *args, repo.path("ledger/")))
            names = [name.removeprefix(repo.prefix) for name in told]
        return sorted(name for name in names if _TELLING.fullmatch(name))

    def text(self, path: str) -> bytes:
        """Return what a file holds, b"" where there is none."""
        if self.tip is not None:
            return self.objects.text(self.objects.at(self.tip, path))
        file = self.objects.repo.root / path
        return file.read_bytes() if file.is_file() else b""


def left_behind(
    ledger: LedgerTree,
    gone: Iterable[HistoryDifference],
    kept: Callable[[HistoryDifference], bytes],
) -> Iterator[HistoryDifference]:
    """Name the accounts that have an invoice of one that is gone, but not its past.

    *gone* are the journals of accounts that are gone, and *kept* says what they hold.
    An account has an invoice's past if its journal, or a record of a contact, tells
    of it.
    """
    journals = {known: _rows(kept(known)) for known in gone}
    if not any(journals.values()):
        return
    names = ledger.names()
    places: dict[str, list[str]] = {}
    for path in names:
        if "/invoices/" in path:
            places.setdefault(normalised_number(id_of(path)), []).append(path)
    named: set[str] = set()
    for known, rows in journals.items():
        for path in [path for row in rows for path in places.get(row, ())]:
            account = account_of(path)
            if account in named or not _is_same(ledger, known, path):
                continue
            if normalised_number(id_of(path)) not in _told(ledger, account, names):
                named.add(account)
                yield _left(ledger, known, path)


def _rows(journal: bytes) -> Mapping[str, str]:
    """Return the invoices that a journal tells of, by their plain numbers."""
    ids = (found.decode() for found in _ROW.findall(journal))
    return {normalised_number(id_): id_ for id_ in ids}


def _is_same(ledger: LedgerTree, difference: HistoryDifference, path: str) -> bool:
    """Whether an invoice is the one that the account had when it went.

    One that was moved before that is known by its number alone.
    """
    folder = invoices_folder(account_of(difference.source))
    had = f"{folder}/{id_of(path)}.yaml"
    before = ledger.objects.text(ledger.objects.at(difference.at, had))
    old, new = load_invoice(before, had)[0], load_invoice(ledger.text(path), path)[0]
    return new is not None and (old is None or identity(old) == identity(new))


def _told(ledger: LedgerTree, account: str, names: Iterable[str]) -> set[str]:
    """List the invoices of which an account's journal or its contacts tell."""
    told = set(_rows(ledger.text(journal_path(account))))
    for path in names:
        if path.startswith(f"{records_folder(account)}/"):
            record, _ = load_record(ledger.text(path), path)
            if isinstance(record, ContactMade):
                told |= {normalised_number(id_) for id_ in record.invoices}
    return told


def _left(
    ledger: LedgerTree, difference: HistoryDifference, path: str
) -> HistoryDifference:
    journal = journal_path(account_of(path))
    has = ledger.text(journal)
    return replace(
        difference,
        path=journal,
        how="left",
        has=blob_id(has, difference.at) if has.strip() else None,
        line=0,
        why=id_of(path),
    )
