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

    ``customer_facts`` is all that its rows say of the customer, ``invoices`` are those
    that it listed, ``open`` those of them that it does not call settled,
    ``differences`` what differs of them now; ``missing`` counts the open ones that it
    lists no more.
    """

    account: str
    source: str
    on: date
    reach: Reach
    customer_facts: dict[str, set[str]] = field(default_factory=dict)
    invoices: set[str] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)
    open: set[str] = field(default_factory=set)
    missing: int = 0

    def note_invoice(self, imported: ImportedInvoice) -> None:
        """Note an invoice that could be read, and what is said of the customer."""
        self.invoices.add(imported.invoice.id)
        if imported.settled is None:
            self.open.add(imported.invoice.id)
        for name, value in said_of(imported).items():
            self.customer_facts.setdefault(name, set()).add(value)

    def differs(
        self, invoice: str | None, field_name: str, ours: str, theirs: str
    ) -> None:
        """Note that something differs."""
        self.differences.append(
            Difference(invoice, field_name, ours, theirs, self.source, self.on)
        )

    def compare(self, invoice: Invoice, imported: ImportedInvoice) -> None:
        """Note what stops an invoice: its facts, or payments that do not fit.

        Other facts, such as a reference, are only reported.
        """
        for name, says in OF_INVOICE.items():
            ours, theirs = says(invoice), says(imported.invoice)
            if ours != theirs:
                self.differs(invoice.id, name, ours, theirs)
        for paid in paid_otherwise(invoice, imported)[:1]:
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
        new = [
            difference
            for difference in after.differences
            if difference not in before.differences
        ]
        customer_warnings = tuple(
            _warning(self.account, difference)
            for difference in new
            if difference.field in ("name", "email")
        )
        if after == before:
            return None, customer_warnings
        text = document(imported_document(after.seen, after.listed, after.differences))
        return FileChange(path, text, "import"), customer_warnings

    def _merged(
        self, before: ImportState, profile: Profile | None, files: LedgerFiles
    ) -> ImportState:
        past = self.reach == "past"
        seen = before.seen.get(self.source, {})
        said_before, new = (seen, []) if past else self._facts_after(seen, profile)
        gone = self._gone(before, files)
        self.missing = len(gone)
        differences = [] if past else [*self.differences, *new]
        differences += [
            Difference(id_, "row", "open", GONE, self.source, self.on) for id_ in gone
        ]
        since = {_what(difference): difference for difference in before.differences}
        kept = {_what(e): e for e in before.differences if not self._is_over(e)}
        now = {
            _what(difference): since.get(_what(difference), difference)
            for difference in differences
        }
        listed = self._listed(before, gone)
        return ImportState(
            {**before.seen, self.source: said_before} if said_before else before.seen,
            tuple(difference for _, difference in sorted((kept | now).items())),
            {**before.listed, self.source: listed} if listed else _less(before, self),
        )

    def _facts_after(
        self, seen: Mapping[str, tuple[str, ...]], profile: Profile | None
    ) -> tuple[Mapping[str, tuple[str, ...]], list[Difference]]:
        """Return what is known of the customer now, and what was never said before.

        Rows may say several things of one customer, in any order. What is said for
        the first time, beside what is known, is new unless the ledger says so too.
        """
        facts = {name: set(values) for name, values in seen.items()}
        differences = []
        for name, values in sorted(self.customer_facts.items()):
            for theirs in sorted(values):
                if name not in seen or _agrees(profile, name, theirs):
                    facts.setdefault(name, set()).add(theirs)
                elif normalised_text(theirs) not in map(normalised_text, facts[name]):
                    ours = _ours(profile, name) or seen[name][0]
                    new = Difference(None, name, ours, theirs, self.source, self.on)
                    differences.append(new)
        return {
            name: tuple(sorted(values)) for name, values in facts.items()
        }, differences

    def _listed(self, before: ImportState, gone: Iterable[str]) -> tuple[str, ...]:
        """Return the invoices whose absence from the next file is to be noticed."""
        earlier = before.listed.get(self.source, ())
        if self.reach == "some":
            return ()
        if self.reach == "part":
            return tuple(sorted({*earlier, *self.open}))
        if self.reach == "past":
            return tuple(sorted({*earlier, *gone}))
        refused = {
            e.invoice for e in self.differences if e.field == "row" and e.invoice
        }
        return tuple(sorted({*self.open, *gone, *refused}))

    def _gone(self, before: ImportState, files: LedgerFiles) -> list[str]:
        """List the open invoices that the source listed before and lists no more."""
        earlier = before.listed.get(self.source, ())
        if self.reach == "past":
            late = (id_ for id_ in sorted(self.open) if id_ not in earlier)
            return [id_ for id_ in late if is_open(files, self.account, id_, new=True)]
        if self.reach != "all":
            return []
        spoken = self.invoices | {difference.invoice for difference in self.differences}
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
        return difference.invoice is None and bool(self.customer_facts)


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
    stored, _ = load_invoice(data, path)
    return stored is not None and open_amount(stored).amount > 0


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
