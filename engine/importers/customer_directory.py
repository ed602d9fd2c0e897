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
    """Where an imported invoice belongs: a folder, or why that cannot be told."""

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
        directory = cls(files, creditor)
        for folder in sorted(files.names("ledger")):
            path = account_path(folder)
            data = None if folder.startswith(("_", ".")) else files.read(path)
            if data is None:
                continue
            profile, _ = load_profile(data, path, creditor)
            if profile is not None:
                directory.add(folder, profile)
            for name in files.names(invoices_folder(folder)):
                if name.endswith(".yaml"):
                    directory.has(folder, name.removesuffix(".yaml"))
        return directory

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

    def find(self, imported: ImportedInvoice) -> CustomerMatch:
        """Find the customer that an invoice is about, or say why nobody can tell.

        The source's own key decides. A folder of that name without such a key is
        the same customer if its name or an e-mail address is the same.
        """
        account = self.keys.get((imported.source, imported.key))
        if account is not None:
            return CustomerMatch(account)
        profile = self.profiles.get(imported.account)
        if profile is None:
            return CustomerMatch(imported.account)
        keys = profile.keys.get(imported.source, ())
        if not keys and _is_alike(profile, imported):
            return CustomerMatch(imported.account)
        whose = f"'{keys[0]}' in {imported.source}" if keys else f"'{profile.name}'"
        folder = account_folder(imported.account)
        message = f"'{imported.key}' would go into {folder}, which is {whose}"
        hint = (
            f"{_one_customer(profile, imported, folder)}; else name this one otherwise"
        )
        return CustomerMatch(
            "", Problem(imported.place, message, hint, rule="other-customer")
        )

    def holder(self, source: str, key: str) -> str | None:
        """Find whom a row of that key may be about, whatever name it has.

        The customer of that key; else the folder of that name, unless it is known
        to be another customer of the source.
        """
        account = self.keys.get((source, key))
        if account is not None:
            return account
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
        candidates = self._spellings(account, number)
        exact = [id_ for id_ in candidates if id_.casefold() == number.casefold()]
        return exact[0] if exact else candidates[0] if len(candidates) == 1 else None

    def id_of(self, account: str, imported: ImportedInvoice) -> str:
        """Return the id under which a customer has, or is to have, an invoice.

        A file of that name is looked at first, then those of other spellings that
        are the same invoice.
        """
        own = imported.invoice.id
        candidates = self._spellings(account, own)
        named = [id_ for id_ in candidates if id_.casefold() == own.casefold()]
        if not candidates or candidates == named:
            return (named or [own])[0]
        others = [id_ for id_ in candidates if id_ not in named]
        wanted = identity(imported.invoice)
        same = (id_ for id_ in (*named, *others) if self._is((account, id_), wanted))
        return next(same, (named or [own])[0])

    def twin(
        self, account: str, imported: ImportedInvoice
    ) -> tuple[Bill, Problem] | None:
        """Find another customer who has this very invoice, and say so.

        Most often it is one customer under two numbers, as when a spreadsheet
        dropped leading zeros.
        """
        invoice, wanted = imported.invoice, identity(imported.invoice)
        for bill in sorted(self.numbers.get(normalised_number(invoice.id), ())):
            other, id_ = bill
            if other != account and self._is(bill, wanted):
                name = f" as '{id_}'" if id_ != invoice.id else ""
                message = (
                    f"invoice '{imported.number}' of {invoice.issued} over"
                    f" {invoice.total} is in ledger/{other} already{name}, and this"
                    f" row is of '{imported.key}'"
                )
                profile = self.profiles.get(other)
                hint = _one_customer(profile, imported, account_folder(other))
                return bill, Problem(imported.place, message, hint, rule="same-invoice")
        return None

    def _spellings(self, account: str, number: str) -> list[str]:
        """List the ids of a customer's invoices that are spellings of a number."""
        bills = self.numbers.get(normalised_number(number), ()) if number else ()
        return sorted(id_ for folder, id_ in bills if folder == account)

    def _is(self, bill: Bill, wanted: str) -> bool:
        """Whether a file, or one that is about to be written, is that invoice's."""
        invoice = self.new.get(bill)
        if invoice is None:
            path = invoice_path(*bill)
            invoice, _ = load_invoice(self.files.read(path) or b"", path)
        return invoice is not None and identity(invoice) == wanted


def _one_customer(
    profile: Profile | None, imported: ImportedInvoice, folder: str
) -> str:
    """Say what makes an imported invoice one of a customer who is known already."""
    keys_known = profile.keys.get(imported.source, ()) if profile else ()
    keys = ", ".join(f'"{key}"' for key in (*keys_known, imported.key))
    listed = f"[{keys}]" if keys_known else keys
    return (
        f"if they are one customer, let {folder}/account.yaml say"
        f" 'keys: {{{imported.source}: {listed}}}'"
    )


def _is_alike(profile: Profile, imported: ImportedInvoice) -> bool:
    """Whether a customer without a key of the source is that of an invoice."""
    emails = {
        normalised_text(contact.email) for contact in profile.contacts if contact.email
    }
    named = normalised_text(profile.name) == normalised_text(imported.name)
    return named or normalised_text(imported.email) in emails


def said_of(imported: ImportedInvoice) -> Mapping[str, str]:
    """Return what a source says of the customer itself, as imports keep it."""
    facts = {"name": imported.name, "email": imported.email}
    return {key: value for key, value in facts.items() if value}
