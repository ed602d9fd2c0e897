"""Rows below zero: credit notes and payments that an export lists beside invoices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from goodterms.importers.ledger_files import LedgerFiles, invoices_of, records_of
from goodterms.model.identity import normalised_number
from goodterms.model.ledger import Credit, Payment
from goodterms.model.money import Money
from goodterms.model.records import CashReceived, CreditNote

#: A reference as all its spellings have it, and a currency.
_Key = tuple[str, str]


@dataclass(slots=True)
class CreditRows:
    """What the accounts of a ledger have, by reference, that lowers what is owed."""

    files: LedgerFiles
    _read: dict[str, Mapping[_Key, Decimal]] = field(default_factory=dict)

    def knows(self, account: str, number: str, amount: Money) -> bool:
        """Whether an account has just this amount under the number of a row."""
        if account not in self._read:
            self._read[account] = _sums(self.files, account)
        known_sum = self._read[account].get(
            (normalised_number(number), amount.currency)
        )
        return known_sum == amount.amount


def _sums(files: LedgerFiles, account: str) -> Mapping[_Key, Decimal]:
    """Add up credits and payments by reference; what quotes a record is part of it."""
    records, _ = records_of(files, account)
    lines: list[Credit | Payment | CashReceived | CreditNote] = [
        record for record in records if isinstance(record, CashReceived | CreditNote)
    ]
    for invoice in invoices_of(files, account):
        lines += (record for record in invoice.credits if record.source is None)
        lines += (record for record in invoice.payments if record.source is None)
    sums: dict[_Key, Decimal] = {}
    for line in lines:
        if line.reference:
            key = (normalised_number(line.reference), line.amount.currency)
            sums[key] = sums.get(key, Decimal(0)) + line.amount.amount
    return sums
