"""By which channel an account is reached, and at which address."""

from collections.abc import Iterable
from dataclasses import dataclass

from goodterms.decision.state.history import JournalEntry
from goodterms.model.ledger import ACCOUNTS_PAYABLE, WRITTEN, Account, Contact
from goodterms.model.records import Bounce, Record

#: Stands for every address, where a journal does not say which one it was.
ANYWHERE = "*"


@dataclass(frozen=True, slots=True)
class DeliveryAddress:
    """A channel with where it leads; ``contact`` is the person it names."""

    channel: str
    to: str
    contact: Contact


#: The roles that fit whom a step is for, as people call them.
ROLES = {
    "accounts-payable": frozenset(
        {
            *("accounts-payable", "payables", "ap", "accounts", "accounting"),
            *("accountant", "bookkeeping", "bookkeeper", "finance", "billing"),
            *("invoices", "purchase-ledger", "buchhaltung", "kreditoren"),
            *("kreditorenbuchhaltung", "rechnungswesen", "rechnungen"),
        }
    ),
    "management": frozenset(
        {
            *("management", "manager", "managing-director", "director", "board"),
            *("ceo", "cfo", "coo", "owner", "founder", "partner", "proprietor"),
            *("geschaeftsfuehrung", "geschaeftsfuehrer", "inhaber", "vorstand"),
        }
    ),
}


def delivery_address(
    account: Account,
    channel: str,
    dead: frozenset[tuple[str, str]],
    addressee: str = ACCOUNTS_PAYABLE,
) -> DeliveryAddress | None:
    """Choose where a written step goes, None when no channel is left.

    It goes to the first contact with an address whose role fits *addressee*, else to
    the first with an address.

    The step's own channel if the account accepts it, has an address for it
    and it did not bounce; else the account's next written channel that does,
    best first.
    """
    accepted = account.profile.channels
    wanted = (channel,) if channel in accepted else ()
    for option in (*wanted, *(c for c in accepted if c in WRITTEN and c != channel)):
        reached = _address_on(account, option, addressee)
        if reached and not dead & {(option, reached.to), (option, ANYWHERE)}:
            return reached
    return None


def best_written_address(
    account: Account, dead: frozenset[tuple[str, str]]
) -> DeliveryAddress | None:
    """Choose the account's best written channel that is alive."""
    first = next((c for c in account.profile.channels if c in WRITTEN), None)
    return delivery_address(account, first, dead) if first else None


def dead_addresses(
    records: Iterable[Record], entries: Iterable[JournalEntry]
) -> frozenset[tuple[str, str]]:
    """List (channel, address) pairs that bounced; a new address is alive again."""
    sent = {entry.id: entry for entry in entries}
    return frozenset(
        (record.channel, sent[record.of].doc.to or ANYWHERE)
        for record in records
        if isinstance(record, Bounce) and record.of in sent
    )


def choose_contact(contacts: Iterable[Contact], addressee: str) -> Contact | None:
    """Choose the first contact whose role fits, else the first; None of none."""
    listed = tuple(contacts)
    fits = ROLES.get(addressee, frozenset())
    return next(
        (contact for contact in listed if _role(contact) in fits),
        next(iter(listed), None),
    )


def _role(contact: Contact) -> str:
    return (contact.role or "").replace("_", "-").replace(".", "-")


def _address_on(
    account: Account, channel: str, addressee: str
) -> DeliveryAddress | None:
    profile = account.profile
    if channel == "letter":
        reader = choose_contact(profile.contacts, addressee)
        if not profile.address or reader is None:
            return None
        return DeliveryAddress("letter", ", ".join(profile.address), reader)
    by_mail = channel == "email"
    reached = choose_contact(
        (c for c in profile.contacts if (c.email if by_mail else c.phone)), addressee
    )
    to = reached and (reached.email if by_mail else reached.phone)
    return DeliveryAddress(channel, to, reached) if reached and to else None
