"""What imports keep of a customer: ``import.yaml``, what was said and what differs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from goodterms.importers.customer_directory import said_of
from goodterms.importers.diff import open_amount, paid_otherwise
from goodterms.importers.ledger_files import FileChange, LedgerFiles
from goodterms.importers.observations import ImportedInvoice
from goodterms.load import Problems, load_invoice
from goodterms.load.import_state import ImportState, load_imported
from goodterms.model.differences import (
    GONE,
    OF_INVOICE,
    describe_difference,
    open_differences,
)
from goodterms.model.identity import normalised_text
from goodterms.model.ledger import Account, Difference, Invoice, Profile
from goodterms.model.paths import account_path, import_state_path, invoice_path
from goodterms.model.problem import Place, Problem
from goodterms.yaml.canonical_writer import document
from goodterms.yaml.ledger_documents import imported_document

#: How far a file speaks. Of ``all`` that is open: what it lists no more is held. Of
#: ``some``, what is new: nothing is missing. Of a ``part``: what was missing stays so.
#: Of the ``past``, before what was read already: it neither ends a difference nor
#: finds one, and what only it lists as open has gone since.
Reach: TypeAlias = Literal["all", "some", "part", "past"]


@dataclass(slots=True)
class SourceStatement:
    """What one source says of one customer in this import.

    ``said`` is all that its rows say of the customer, ``invoices`` are those that it
    listed, ``open`` those of them that it does not call settled, ``found`` what differs
    of them now; ``missing`` counts the open ones that it lists no more.
    """

    account: str
    source: str
    on: date
    reach: Reach
    said: dict[str, set[str]] = field(default_factory=dict)
    invoices: set[str] = field(default_factory=set)
    found: list[Difference] = field(default_factory=list)
    open: set[str] = field(default_factory=set)
    missing: int = 0

    def hear(self, arrival: ImportedInvoice) -> None:
        """Note an invoice that could be read, and what is said of the customer."""
        self.invoices.add(arrival.invoice.id)
        if arrival.settled is None:
            self.open.add(arrival.invoice.id)
        for name, value in said_of(arrival).items():
            self.said.setdefault(name, set()).add(value)

    def differs(self, invoice: str | None, what: str, ours: str, theirs: str) -> None:
        """Note that something differs."""
        self.found.append(Difference(invoice, what, ours, theirs, self.source, self.on))

    def compare(self, invoice: Invoice, arrival: ImportedInvoice) -> None:
        """Note what stops an invoice: its facts, or payments that do not fit.

        Other facts, such as a reference, are only reported.
        """
        for name, says in OF_INVOICE.items():
            here, there = says(invoice), says(arrival.invoice)
            if here != there:
                self.differs(invoice.id, name, here, there)
        for paid in paid_otherwise(invoice, arrival)[:1]:
            self.differs(invoice.id, "payments", paid.ours, paid.theirs)

    def change(
        self, files: LedgerFiles, profile: Profile | None
    ) -> tuple[FileChange | None, Problems]:
        """Return the file as it is to be written; None where it stays as it is.

        The problems say what differs of the customer since this import.
        """
        path = import_state_path(self.account)
        data = files.read(path)
        before, problems = load_imported(data, path) if data else (ImportState(), ())
        if before is None:
            return None, problems
        after = self._merged(before, profile, files)
        new = [each for each in after.differences if each not in before.differences]
        said = tuple(
            _warning(self.account, each)
            for each in new
            if each.field in ("name", "email")
        )
        if after == before:
            return None, said
        text = document(imported_document(after.seen, after.listed, after.differences))
        return FileChange(path, text, "import"), said

    def _merged(
        self, before: ImportState, profile: Profile | None, files: LedgerFiles
    ) -> ImportState:
        past = self.reach == "past"
        seen = before.seen.get(self.source, {})
        known, new = (seen, []) if past else self._heard(seen, profile)
        gone = self._gone(before, files)
        self.missing = len(gone)
        found = [] if past else [*self.found, *new]
        found += [
            Difference(id_, "row", "open", GONE, self.source, self.on) for id_ in gone
        ]
        since = {_what(each): each for each in before.differences}
        kept = {_what(e): e for e in before.differences if not self._is_over(e)}
        now = {_what(each): since.get(_what(each), each) for each in found}
        listed = self._listed(before, gone)
        return ImportState(
            {**before.seen, self.source: known} if known else before.seen,
            tuple(each for _, each in sorted((kept | now).items())),
            {**before.listed, self.source: listed} if listed else _less(before, self),
        )

    def _heard(
        self, seen: Mapping[str, tuple[str, ...]], profile: Profile | None
    ) -> tuple[Mapping[str, tuple[str, ...]], list[Difference]]:
        """Return what is known of the customer now, and what was never said before.

        Rows may say several things of one customer, in any order. What is said for
        the first time, beside what is known, is new unless the ledger says so too.
        """
        known = {name: set(values) for name, values in seen.items()}
        found = []
        for name, values in sorted(self.said.items()):
            for theirs in sorted(values):
                if name not in seen or _agrees(profile, name, theirs):
                    known.setdefault(name, set()).add(theirs)
                elif normalised_text(theirs) not in map(normalised_text, known[name]):
                    ours = _ours(profile, name) or seen[name][0]
                    new = Difference(None, name, ours, theirs, self.source, self.on)
                    found.append(new)
        return {name: tuple(sorted(values)) for name, values in known.items()}, found

    def _listed(self, before: ImportState, gone: Iterable[str]) -> tuple[str, ...]:
        """Return the invoices whose absence from the next file is to be noticed."""
        earlier = before.listed.get(self.source, ())
        if self.reach == "some":
            return ()
        if self.reach == "part":
            return tuple(sorted({*earlier, *self.open}))
        if self.reach == "past":
            return tuple(sorted({*earlier, *gone}))
        refused = {e.invoice for e in self.found if e.field == "row" and e.invoice}
        return tuple(sorted({*self.open, *gone, *refused}))

    def _gone(self, before: ImportState, files: LedgerFiles) -> list[str]:
        """List the open invoices that the source listed before and lists no more."""
        earlier = before.listed.get(self.source, ())
        if self.reach == "past":
            late = (id_ for id_ in sorted(self.open) if id_ not in earlier)
            return [id_ for id_ in late if is_open(files, self.account, id_, new=True)]
        if self.reach != "all":
            return []
        spoken = self.invoices | {each.invoice for each in self.found}
        missing = (id_ for id_ in earlier if id_ not in spoken)
        return [id_ for id_ in missing if is_open(files, self.account, id_)]

    def _is_over(self, difference: Difference) -> bool:
        """Whether this import speaks of what differed before, and so settles it.

        What it finds once more is added again.
        """
        if difference.source != self.source or self.reach == "past":
            return False
        if difference.invoice in self.invoices:
            return True
        if difference.theirs == GONE:
            return self.reach in ("all", "some")
        if difference.field == "row" and self.reach == "all":
            return True
        return difference.invoice is None and bool(self.said)


def _less(before: ImportState, kept: SourceStatement) -> Mapping[str, tuple[str, ...]]:
    return {key: ids for key, ids in before.listed.items() if key != kept.source}


def is_open(
    files: LedgerFiles, account: str, invoice: str, *, new: bool = False
) -> bool:
    """Whether the ledger has an invoice open; *new* ones are in no file yet."""
    path = invoice_path(account, invoice)
    data = files.read(path)
    if data is None:
        return new
    known, _ = load_invoice(data, path)
    return known is not None and open_amount(known).amount > 0


def _warning(account: str, difference: Difference) -> Problem:
    place = Place(account_path(account))
    return Problem(
        place, describe_difference(difference), severity="warning", rule="differs"
    )


def _what(difference: Difference) -> tuple[str, str, str, str]:
    return (
        difference.invoice or "",
        difference.field,
        difference.theirs,
        difference.source,
    )


def _agrees(profile: Profile | None, name: str, theirs: str) -> bool:
    if profile is None:
        return True
    mended = Difference(None, name, "", theirs, "", date.min)
    return not open_differences(Account("", profile, differences=(mended,)), date.max)


def _ours(profile: Profile | None, name: str) -> str:
    if profile is None:
        return ""
    if name == "name":
        return profile.name
    return next((c.email for c in profile.contacts if c.email), "")
