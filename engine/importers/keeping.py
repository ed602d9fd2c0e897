"""What imports keep of a customer: ``import.yaml``, what was said and what differs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.decision.differing import GONE, differing, in_words
from engine.importers.arrival import Arrival
from engine.importers.comparing import compare, open_amount
from engine.importers.directory import said_of
from engine.importers.shelf import Change, Shelf
from engine.load import Problems, load_invoice
from engine.load.imported import Imported, load_imported
from engine.model import Account, Difference, Invoice, Profile
from engine.problem import Place, Problem
from engine.text.dump import document, imported_document

#: What stops an invoice until somebody mends it; other facts are only reported.
_STOPPING: Mapping[str, Callable[[Invoice], str]] = {
    "total": lambda invoice: str(invoice.total),
    "due": lambda invoice: invoice.due.isoformat(),
    "issued": lambda invoice: invoice.issued.isoformat(),
    "currency": lambda invoice: invoice.currency,
}


@dataclass(slots=True)
class Kept:
    """What one source says of one customer in this import.

    ``invoices`` are those that it listed, ``open`` those of them that it does not
    call settled, ``found`` what differs of them now. ``whole`` says that it lists
    everything that is open.
    """

    account: str
    source: str
    on: date
    said: Mapping[str, str] = field(default_factory=dict)
    invoices: set[str] = field(default_factory=set)
    found: list[Difference] = field(default_factory=list)
    open: set[str] = field(default_factory=set)
    whole: bool = False

    def hear(self, arrival: Arrival) -> None:
        """Note an invoice that could be read, and what is said of the customer."""
        self.invoices.add(arrival.invoice.id)
        if arrival.settled is None:
            self.open.add(arrival.invoice.id)
        self.said = said_of(arrival)

    def differs(self, invoice: str | None, what: str, ours: str, theirs: str) -> None:
        """Note that something differs."""
        self.found.append(Difference(invoice, what, ours, theirs, self.source, self.on))

    def compare(self, ours: Invoice, arrival: Arrival) -> None:
        """Note what stops an invoice: its facts, or payments that do not fit."""
        for name, says in _STOPPING.items():
            here, there = says(ours), says(arrival.invoice)
            if here != there:
                self.differs(ours.id, name, here, there)
        _, findings = compare(ours, arrival)
        paid = [each.what for each in findings if each.path[0] == "payments"]
        if paid:
            self.differs(ours.id, "payments", "not so", paid[0])

    def change(
        self, shelf: Shelf, profile: Profile | None
    ) -> tuple[Change | None, Problems]:
        """Return the file as it is to be written; None where it stays as it is.

        The problems say what differs of the customer since this import.
        """
        path = f"ledger/{self.account}/import.yaml"
        data = shelf.read(path)
        before, problems = load_imported(data, path) if data else (Imported(), ())
        if before is None:
            return None, problems
        after = self._merged(before, profile, shelf)
        new = [each for each in after.differences if each not in before.differences]
        said = tuple(
            _warning(self.account, each)
            for each in new
            if each.field in ("name", "email")
        )
        if after == before:
            return None, said
        text = document(imported_document(after.seen, after.listed, after.differences))
        return Change(path, text, "import"), said

    def _merged(
        self, before: Imported, profile: Profile | None, shelf: Shelf
    ) -> Imported:
        known = dict(before.seen.get(self.source, {}))
        found = list(self.found)
        for name, theirs in self.said.items():
            if known.get(name, theirs) == theirs or _agrees(profile, name, theirs):
                known[name] = theirs
            else:
                ours = _ours(profile, name) or known[name]
                found.append(Difference(None, name, ours, theirs, self.source, self.on))
        gone = self._gone(before, shelf)
        found += [
            Difference(id_, "row", "open", GONE, self.source, self.on) for id_ in gone
        ]
        kept = [each for each in before.differences if not self._is_over(each)]
        since = {_what(each): each for each in before.differences}
        now = [since.get(_what(each), each) for each in found]
        listed = before.listed.get(self.source, ())
        if self.whole:
            refused = {each.invoice for each in self.found if each.field == "row"}
            again = (id_ for id_ in listed if id_ in refused)
            listed = tuple(sorted({*self.open, *gone, *again}))
        return Imported(
            {**before.seen, self.source: known} if known else before.seen,
            (*kept, *now),
            {**before.listed, self.source: listed} if listed else _less(before, self),
        )

    def _gone(self, before: Imported, shelf: Shelf) -> list[str]:
        """List the open invoices that the source listed before and lists no more."""
        if not self.whole:
            return []
        earlier = before.listed.get(self.source, ())
        spoken = self.invoices | {each.invoice for each in self.found}
        missing = (id_ for id_ in earlier if id_ not in spoken)
        return [id_ for id_ in missing if _is_open(shelf, self.account, id_)]

    def _is_over(self, each: Difference) -> bool:
        """Whether this import speaks of what differed before, and so settles it."""
        if each.source != self.source:
            return False
        if each.invoice is None:
            return bool(self.said)
        return each.invoice in self.invoices or each.theirs == GONE


def _less(before: Imported, kept: Kept) -> Mapping[str, tuple[str, ...]]:
    return {key: ids for key, ids in before.listed.items() if key != kept.source}


def _is_open(shelf: Shelf, account: str, invoice: str) -> bool:
    path = f"ledger/{account}/invoices/{invoice}.yaml"
    known, _ = load_invoice(shelf.read(path) or b"", path)
    return known is not None and open_amount(known).amount > 0


def _warning(account: str, each: Difference) -> Problem:
    place = Place(f"ledger/{account}/account.yaml")
    return Problem(place, in_words(each), severity="warning", rule="differs")


def _what(each: Difference) -> tuple[str | None, str, str, str]:
    return (each.invoice, each.field, each.theirs, each.source)


def _agrees(profile: Profile | None, name: str, theirs: str) -> bool:
    if profile is None:
        return True
    mended = Difference(None, name, "", theirs, "", date.min)
    return not differing(Account("", profile, differences=(mended,)), date.max)


def _ours(profile: Profile | None, name: str) -> str:
    if profile is None:
        return ""
    if name == "name":
        return profile.name
    return next((c.email for c in profile.contacts if c.email), "")
