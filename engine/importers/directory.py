"""Which customer of the ledger an import means, by what other systems call them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.importers.arrival import Arrival
from engine.importers.cells import CellError, read_id
from engine.importers.shelf import Shelf
from engine.load import load_invoice, load_profile
from engine.model import Invoice, Profile
from engine.problem import Problem
from engine.settings import Creditor


@dataclass(frozen=True, slots=True)
class Found:
    """Where an arrival belongs: a folder, or the reason why that cannot be told."""

    account: str
    problem: Problem | None = None


@dataclass(slots=True)
class Directory:
    """The customers of a ledger, by folder, by key, and by their invoices' files.

    ``keys`` maps (source, key) to a folder, ``numbers`` the names of invoices in
    small letters to the folders that have one.
    """

    shelf: Shelf
    creditor: Creditor
    profiles: dict[str, Profile] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    numbers: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, shelf: Shelf, creditor: Creditor) -> "Directory":
        """Read who is in a ledger; an account with errors is known by its folder."""
        made = cls(shelf, creditor)
        for folder in sorted(shelf.names("ledger")):
            path = f"ledger/{folder}/account.yaml"
            data = None if folder.startswith(("_", ".")) else shelf.read(path)
            if data is None:
                continue
            profile, _ = load_profile(data, path, creditor)
            if profile is not None:
                made.add(folder, profile)
            for name in shelf.names(f"ledger/{folder}/invoices"):
                made.has(folder, name.removesuffix(".yaml"))
        return made

    def add(self, folder: str, profile: Profile) -> None:
        """Know a customer."""
        self.profiles[folder] = profile
        for source, key in profile.keys.items():
            self.keys.setdefault((source, key), folder)

    def has(self, folder: str, invoice: str) -> None:
        """Know that a customer has an invoice of that id."""
        self.numbers.setdefault(invoice.casefold(), set()).add(folder)

    def find(self, arrival: Arrival) -> Found:
        """Find the customer that an arrival is about, or say why nobody can tell.

        The source's own key decides. A folder of that name without such a key is
        the same customer if its name or an e-mail address is the same.
        """
        known = self.keys.get((arrival.source, arrival.key))
        if known is not None:
            return Found(known)
        profile = self.profiles.get(arrival.account)
        if profile is None:
            return Found(arrival.account)
        key = profile.keys.get(arrival.source)
        if key is None and _is_alike(profile, arrival):
            return Found(arrival.account)
        whose = f"'{key}' in {arrival.source}" if key else f"'{profile.name}'"
        folder = f"ledger/{arrival.account}"
        what = f"'{arrival.key}' would go into {folder}, which is {whose}"
        hint = (
            f"if they are one customer, put 'keys: {{{arrival.source}:"
            f' "{arrival.key}"}}\' into that account.yaml; else name this one otherwise'
        )
        return Found("", Problem(arrival.place, what, hint, rule="other-customer"))

    def holder(self, source: str, key: str) -> str | None:
        """Find whom a row of that key may be about, whatever name it has.

        The customer of that key; else the folder of that name, unless it is known
        to be another customer of the source.
        """
        known = self.keys.get((source, key))
        if known is not None:
            return known
        try:
            folder = read_id(key).lower()
        except CellError:
            return None
        profile = self.profiles.get(folder)
        return folder if profile and source not in profile.keys else None

    def invoice(self, account: str, invoice: str) -> str | None:
        """Return the id that a customer's invoice has; None where there is none."""
        if account not in self.numbers.get(invoice.casefold(), ()):
            return None
        names = self.shelf.names(f"ledger/{account}/invoices")
        ids = (name.removesuffix(".yaml") for name in names)
        return next((id_ for id_ in ids if id_.casefold() == invoice.casefold()), None)

    def twin(self, account: str, arrival: Arrival) -> tuple[str, Problem] | None:
        """Find another customer who has this very invoice, and say so.

        The same number, date, currency and total: most often one customer under
        two numbers, as when a spreadsheet dropped leading zeros.
        """
        invoice = arrival.invoice
        others = self.numbers.get(invoice.id.casefold(), set()) - {account}
        for other in sorted(others):
            known = self._invoice(other, invoice.id)
            if known and _is_the_same(known, invoice):
                what = (
                    f"invoice '{arrival.number}' of {invoice.issued} over"
                    f" {invoice.total} is in ledger/{other} already, and this row is of"
                    f" '{arrival.key}'"
                )
                hint = (
                    f"if they are one customer, put 'keys: {{{arrival.source}:"
                    f' "{arrival.key}"}}\' into ledger/{other}/account.yaml'
                )
                return other, Problem(arrival.place, what, hint, rule="same-invoice")
        return None

    def _invoice(self, account: str, invoice: str) -> Invoice | None:
        path = f"ledger/{account}/invoices/{self.invoice(account, invoice)}.yaml"
        return load_invoice(self.shelf.read(path) or b"", path)[0]


def _is_the_same(one: Invoice, other: Invoice) -> bool:
    return (one.issued, one.total) == (other.issued, other.total)


def _is_alike(profile: Profile, arrival: Arrival) -> bool:
    """Whether a customer without a key of the source is the one of an arrival."""
    emails = {contact.email for contact in profile.contacts if contact.email}
    return _folded(profile.name) == _folded(arrival.name) or arrival.email in emails


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def said_of(arrival: Arrival) -> Mapping[str, str]:
    """Return what a source says of the customer itself, as imports keep it."""
    said = {"name": arrival.name, "email": arrival.email}
    return {key: value for key, value in said.items() if value}
