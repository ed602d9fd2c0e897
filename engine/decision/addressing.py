"""By which channel an account is reached, and at which address."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.decision.history import Entry
from engine.model import WRITTEN, Account, Contact
from engine.records import Bounce, Record

#: Stands for every address, where a journal does not say which one it was.
ANYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Address:
    """A channel with where it leads; ``contact`` is the person it names."""

    channel: str
    to: str
    contact: Contact


def address(
    account: Account, channel: str, dead: frozenset[tuple[str, str]]
) -> Address | None:
    """Choose where a written step goes, None when no channel is left.

    The step's own channel if the account accepts it, has an address for it
    and it did not bounce; else the account's next written channel that does,
    best first.
    """
    accepted = account.profile.channels
    wanted = (channel,) if channel in accepted else ()
    for each in (*wanted, *(c for c in accepted if c in WRITTEN and c != channel)):
        found = _reach(account, each)
        if found and not dead & {(each, found.to), (each, ANYWHERE)}:
            return found
    return None


def any_written(account: Account, dead: frozenset[tuple[str, str]]) -> Address | None:
    """Choose the account's best written channel that is alive."""
    first = next((c for c in account.profile.channels if c in WRITTEN), None)
    return address(account, first, dead) if first else None


def dead_addresses(
    records: Iterable[Record], entries: Iterable[Entry]
) -> frozenset[tuple[str, str]]:
    """List (channel, address) pairs that bounced; a new address is alive again."""
    sent = {entry.id: entry for entry in entries}
    return frozenset(
        (record.channel, sent[record.of].doc.to or ANYWHERE)
        for record in records
        if isinstance(record, Bounce) and record.of in sent
    )


def _reach(account: Account, channel: str) -> Address | None:
    profile = account.profile
    first = profile.contacts[0]
    if channel == "letter":
        if not profile.address:
            return None
        return Address("letter", ", ".join(profile.address), first)
    for contact in profile.contacts:
        found = contact.email if channel == "email" else contact.phone
        if found:
            return Address(channel, found, contact)
    return None
