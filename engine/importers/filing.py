"""File what arrived: which files of the ledger are new, and which gain a payment."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.importers.addition import added_text, new_text
from engine.importers.arrival import Arrival
from engine.importers.disputes import (
    Records,
    Signature,
    dispute_records,
    read_records,
)
from engine.importers.shelf import Change, Shelf
from engine.load import Problems, Source, load_source
from engine.problem import Problem
from engine.records import KIND_OF
from engine.text.dump import document, record_document


def file_arrivals(
    arrivals: Iterable[Arrival], shelf: Shelf, signature: Signature | None
) -> "Filed":
    """Decide what to write. Nothing that the ledger says is overwritten.

    An account, an invoice, a record is written only if it is not there; an
    invoice that is gains the payments that it lacks. ``signature`` is who
    stands for dispute records; without one there are none.
    """
    filed = Filed(shelf, signature)
    for arrival in arrivals:
        filed.add(arrival)
    return filed


@dataclass(slots=True)
class Filed:
    """The changes to make, and what was found when they were looked for.

    ``unchanged`` and ``differing`` count invoices that the ledger had;
    differing ones stand in ``problems``.
    """

    shelf: Shelf
    signature: Signature | None
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    differing: int = 0
    problems: list[Problem] = field(default_factory=list)
    _accounts: set[str] = field(default_factory=set)
    _records: dict[str, Records] = field(default_factory=dict)

    def add(self, arrival: Arrival) -> None:
        """Decide what to write for one invoice."""
        self._add_account(arrival)
        self._add_invoice(arrival)
        if arrival.disputed and self.signature is not None:
            self._add_disputes(arrival, self.signature)

    def _add_account(self, arrival: Arrival) -> None:
        path = f"ledger/{arrival.account}/account.yaml"
        if arrival.account in self._accounts:
            return
        self._accounts.add(arrival.account)
        if self.shelf.read(path) is None:
            self.changes.append(Change(path, document(arrival.profile), "account"))

    def _add_invoice(self, arrival: Arrival) -> None:
        path = f"ledger/{arrival.account}/invoices/{arrival.invoice.id}.yaml"
        data = self.shelf.read(path)
        if data is None:
            self.changes.append(Change(path, new_text(arrival), "invoice"))
            return
        text, problems = added_text(data, path, arrival)
        self.problems.extend(problems)
        self.differing += bool(problems)
        self.unchanged += text is None and not problems
        if text is not None:
            self.changes.append(Change(path, text, "payment"))

    def _add_disputes(self, arrival: Arrival, signature: Signature) -> None:
        folder = f"ledger/{arrival.account}/records"
        if arrival.account not in self._records:
            kept, problems = read_records(self.shelf, folder)
            self._records[arrival.account] = kept
            self.problems.extend(problems)
        kept = self._records[arrival.account]
        for record in dispute_records(arrival, kept, signature):
            kept.add(record)
            path, text = f"{folder}/{record.id}.yaml", document(record_document(record))
            self.changes.append(Change(path, text, KIND_OF[type(record)]))


def file_source(
    name: str, source: Source, shelf: Shelf
) -> tuple[tuple[Change, ...], Problems]:
    """Decide whether to write how far a source was read; it never goes back."""
    path = f"ledger/_sources/{name}.yaml"
    data = shelf.read(path)
    before, problems = (None, ()) if data is None else load_source(data, path)
    if problems or (before is not None and before.until >= source.until):
        return (), problems
    text = document({"kind": source.kind, "until": source.until})
    return (Change(path, text, "source"),), ()
