"""What the checks of an account look names up in."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TypeAlias

from goodterms.load.finding import Finding
from goodterms.model.ledger import Account, Invoice
from goodterms.model.money import DECIMALS, AmountError, parse_amount
from goodterms.model.policy import PolicyBook
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.problem import did_you_mean
from goodterms.model.records import Record
from goodterms.model.settings import Settings
from goodterms.yaml.places import Path

#: A file of the account's folder, the number of its document, what is wrong.
Found: TypeAlias = tuple[str, int, Finding]

_BY_DECIMALS = {
    0: re.compile(r"-?[0-9]+"),
    2: re.compile(r"-?[0-9]+\.[0-9]{2}"),
    3: re.compile(r"-?[0-9]+\.[0-9]{3}"),
}

#: What to do about a name of the settings that is not in them.
_WAYS = {
    "person": "add them to people in goodterms.yaml, where those who left stay too",
    "team": "add it to teams in goodterms.yaml",
    "partner": "add it to partners in goodterms.yaml, or take this option out",
}


def unknown(
    path: Path, sort: str, key: str, known: Iterable[str], of: str = ""
) -> Finding:
    """Say that a name leads nowhere, and what was perhaps meant, or what to do."""
    rule = f"unknown-{sort.partition(' ')[0]}"
    hint = did_you_mean(key, known)
    if sort in _WAYS and not hint.startswith("did you mean"):
        hint = f"{_WAYS[sort]}; {hint}" if hint else _WAYS[sort]
    return Finding(path, f"unknown {sort} '{key}'{of}", hint, rule)


#: What to do where the engine wrote of something that is not there any more.
_WAYS_BACK = {
    "invoice": "bring its file back with git; one that was wrong is credited in full",
    "policy": "bring that version back with git: it was used",
    "step": "bring it back with git: a version that was used keeps its steps",
}


def lost(path: Path, sort: str, key: str, of: str = "") -> Finding:
    """Say that the engine wrote of something that is gone, and the way back.

    Nothing like it is named: what was written is never changed.
    """
    fault = f"unknown {sort} '{key}'{of}"
    return Finding(path, fault, _WAYS_BACK[sort], f"unknown-{sort}")


def misfit(path: Path, amount: str, currency: str) -> Iterator[Finding]:
    """Say where an amount lacks the decimals of a currency."""
    if _BY_DECIMALS[DECIMALS[currency]].fullmatch(amount):
        return
    try:
        parse_amount(amount, currency)
    except AmountError as error:
        yield Finding(path, error.what, error.hint, "amount")


class Lookup:
    """An account, the policies and the settings, by the names others use."""

    def __init__(self, account: Account, book: PolicyBook, settings: Settings) -> None:
        self.account = account
        self.book = book
        self.settings = settings
        self.invoices: dict[str, Invoice] = {
            invoice.id: invoice for invoice in account.invoices
        }
        self.records: dict[str, Record] = {
            record.id: record for record in account.records
        }

    def has_policy(self, ref: PolicyRef) -> bool:
        """Say whether a policy is there in that version, with errors or without."""
        return ref in self.book.policies or ref in self.book.broken

    def policy_names(self) -> set[str]:
        """Return the names of all policies."""
        return {ref.name for ref in (*self.book.policies, *self.book.broken)}

    def serves(self, segment: str) -> bool:
        """Say whether any version of any policy serves a segment."""
        policies = self.book.policies.values()
        return segment in self.book.broken_segments or any(
            segment in policy.segments for policy in policies
        )

    def segments(self) -> set[str]:
        """Return every segment that some policy serves."""
        policies = self.book.policies.values()
        return {segment for policy in policies for segment in policy.segments}

    @cached_property
    def steps(self) -> frozenset[str]:
        """The names of the steps of all policies."""
        policies = self.book.policies.values()
        return frozenset(step.name for policy in policies for step in policy.ladder)

    def record_ids(self, kind: type[Record]) -> list[str]:
        """Return the ids of the records of a kind."""
        return [key for key, record in self.records.items() if type(record) is kind]

    def misfits(self, path: Path, amount: str, ids: Iterable[str]) -> Iterator[Finding]:
        """Say where an amount lacks the decimals of the invoices it is about."""
        invoices = self.invoices
        for currency in sorted(
            {invoices[key].currency for key in ids if key in invoices}
        ):
            yield from misfit(path, amount, currency)
