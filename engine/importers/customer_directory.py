"""Which customer of the ledger an import means, by what other systems call them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from goodterms.importers.cells import CellError, read_id
from goodterms.importers.ledger_files import LedgerFiles
from goodterms.importers.observations import ImportedInvoice
from goodterms.load import load_invoice, load_profile
from goodterms.model.identity import identity, normalised_number, normalised_text
from goodterms.model.ledger import Invoice, Profile
from goodterms.model.paths import (
    account_folder,
    account_path,
    invoice_path,
    invoices_folder,
)
from goodterms.model.problem import Problem
from goodterms.model.settings import Creditor

#: The file of an invoice: the customer's folder, and the invoice's id.
Bill: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CustomerMatch:
    """Where an arrival belongs: a folder, or the reason why that cannot be told."""

    account: str
    problem: Problem | None = None


@dataclass(slots=True)
class CustomerDirectory:
    """The customers of a ledger, by folder, by key, and by their invoices' files.

    ``keys`` maps (source, key) to a folder, ``numbers`` the plain numbers of invoices
    to the files that have one, ``new`` holds invoices that are not yet written.
    """

    files: LedgerFiles
    creditor: Creditor
    profiles: dict[str, Profile] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    numbers: dict[str, set[Bill]] = field(default_factory=dict)
    new: dict[Bill, Invoice] = field(default_factory=dict)

    @classmethod
    def read(cls, files: LedgerFiles, creditor: Creditor) -> "CustomerDirectory":
        """Read who is in a ledger; an account with errors is known by its folder."""
        made = cls(files, creditor)
        for folder in sorted(files.names("ledger")):
            path = account_path(folder)
            data = None if folder.startswith(("_", ".")) else files.read(path)
            if data is None:
                continue
            profile, _ = load_profile(data, path, creditor)
            if profile is not None:
                made.add(folder, profile)
            for name in files.names(invoices_folder(folder)):
                if name.endswith(".yaml"):
                    made.has(folder, name.removesuffix(".yaml"))
        return made

    def add(self, folder: str, profile: Profile) -> None:
        """Know a customer."""
        self.profiles[folder] = profile
        for source, keys in profile.keys.items():
            for key in keys:
                self.keys.setdefault((source, key), folder)

    def has(self, folder: str, id_: str, new: Invoice | None = None) -> None:
        """Know that a customer has an invoice of that id; a *new* one is in no file."""
        self.numbers.setdefault(normalised_number(id_), set()).add((folder, id_))
        if new is not None:
            self.new[folder, id_] = new

    def find(self, arrival: ImportedInvoice) -> CustomerMatch:
        """Find the customer that an arrival is about, or say why nobody can tell.

        The source's own key decides. A folder of that name without such a key is
        the same customer if its name or an e-mail address is the same.
        """
        known = self.keys.get((arrival.source, arrival.key))
        if known is not None:
            return CustomerMatch(known)
        profile = self.profiles.get(arrival.account)
        if profile is None:
            return CustomerMatch(arrival.account)
        keys = profile.keys.get(arrival.source, ())
        if not keys and _is_alike(profile, arrival):
            return CustomerMatch(arrival.account)
        whose = f"'{keys[0]}' in {arrival.source}" if keys else f"'{profile.name}'"
        folder = account_folder(arrival.account)
        what = f"'{arrival.key}' would go into {folder}, which is {whose}"
        hint = (
            f"{_one_customer(profile, arrival, folder)}; else name this one otherwise"
        )
        return CustomerMatch(
            "", Problem(arrival.place, what, hint, rule="other-customer")
        )

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

    def invoice(self, account: str, number: str) -> str | None:
        """Return the id that a customer's invoice has; None where there is none.

        One that is spelled otherwise is meant only where no other may be.
        """
        mine = self._mine(account, number)
        exact = [id_ for id_ in mine if id_.casefold() == number.casefold()]
        return exact[0] if exact else mine[0] if len(mine) == 1 else None

    def id_of(self, account: str, arrival: ImportedInvoice) -> str:
        """Return the id under which a customer has, or is to have, an invoice.

        A file of that name is looked at first, then those of other spellings that
        are the same invoice.
        """
        own = arrival.invoice.id
        mine = self._mine(account, own)
        named = [id_ for id_ in mine if id_.casefold() == own.casefold()]
        if not mine or mine == named:
            return (named or [own])[0]
        others = [id_ for id_ in mine if id_ not in named]
        wanted = identity(arrival.invoice)
        same = (id_ for id_ in (*named, *others) if self._is((account, id_), wanted))
        return next(same, (named or [own])[0])

    def twin(
        self, account: str, arrival: ImportedInvoice
    ) -> tuple[Bill, Problem] | None:
        """Find another customer who has this very invoice, and say so.

        Most often it is one customer under two numbers, as when a spreadsheet
        dropped leading zeros.
        """
        invoice, wanted = arrival.invoice, identity(arrival.invoice)
        for bill in sorted(self.numbers.get(normalised_number(invoice.id), ())):
            other, id_ = bill
            if other != account and self._is(bill, wanted):
                name = f" as '{id_}'" if id_ != invoice.id else ""
                what = (
                    f"invoice '{arrival.number}' of {invoice.issued} over"
                    f" {invoice.total} is in ledger/{other} already{name}, and this"
                    f" row is of '{arrival.key}'"
                )
                profile = self.profiles.get(other)
                hint = _one_customer(profile, arrival, account_folder(other))
                return bill, Problem(arrival.place, what, hint, rule="same-invoice")
        return None

    def _mine(self, account: str, number: str) -> list[str]:
        """List the ids of a customer's invoices that are spellings of a number."""
        found = self.numbers.get(normalised_number(number), ()) if number else ()
        return sorted(id_ for folder, id_ in found if folder == account)

    def _is(self, bill: Bill, wanted: str) -> bool:
        """Whether a file, or one that is about to be written, is that invoice's."""
        known = self.new.get(bill)
        if known is None:
            path = invoice_path(*bill)
            known, _ = load_invoice(self.files.read(path) or b"", path)
        return known is not None and identity(known) == wanted


def _one_customer(
    profile: Profile | None, arrival: ImportedInvoice, folder: str
) -> str:
    """Say what makes an arrival one of a customer who is known already."""
    known = profile.keys.get(arrival.source, ()) if profile else ()
    keys = ", ".join(f'"{key}"' for key in (*known, arrival.key))
    listed = f"[{keys}]" if known else keys
    return (
        f"if they are one customer, let {folder}/account.yaml say"
        f" 'keys: {{{arrival.source}: {listed}}}'"
    )


def _is_alike(profile: Profile, arrival: ImportedInvoice) -> bool:
    """Whether a customer without a key of the source is the one of an arrival."""
    emails = {
        normalised_text(contact.email) for contact in profile.contacts if contact.email
    }
    named = normalised_text(profile.name) == normalised_text(arrival.name)
    return named or normalised_text(arrival.email) in emails


def said_of(arrival: ImportedInvoice) -> Mapping[str, str]:
    """Return what a source says of the customer itself, as imports keep it."""
    said = {"name": arrival.name, "email": arrival.email}
    return {key: value for key, value in said.items() if value}
