"""Money on no invoice yet: what is left of payment and credit-note records."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from goodterms.decision.state.reductions import reversed_payment
from goodterms.model.ledger import Credit, Invoice, Payment
from goodterms.model.money import Money, zero
from goodterms.model.records import CashReceived, CreditNote, Record

#: The two kinds of record that invoices quote as ``from`` to use them up.
Source: TypeAlias = CashReceived | CreditNote


@dataclass(frozen=True, slots=True)
class UnappliedCash:
    """A payment or credit-note record, and what no invoice uses of it yet.

    ``left`` is negative where invoices take more than there is; ``check``
    refuses that.
    """

    record: Source
    left: Money

    @property
    def id(self) -> str:
        """The record's id."""
        return self.record.id

    @property
    def on(self) -> date:
        """The record's day."""
        return self.record.on


def unapplied_records(
    invoices: Iterable[Invoice], records: Iterable[Record], as_of: date
) -> tuple[UnappliedCash, ...]:
    """List payment and credit-note records up to a day, with what is left of each.

    A payment record is used by ``payments`` that quote it as ``from``, a
    credit-note record by ``credits``. Records keep the order they came in.
    """
    sources = [r for r in records if isinstance(r, CashReceived | CreditNote)]
    if not sources:
        return ()
    used: dict[tuple[str, str], Money] = {}
    for line in lines_using_records(invoices):
        if line.source and line.on <= as_of:
            key = (line.source, line.amount.currency)
            used[key] = used.get(key, zero(line.amount.currency)) + line.amount
    return tuple(_left(record, used) for record in sources if record.on <= as_of)


def net_of_reversals(receipts: Iterable[UnappliedCash]) -> tuple[UnappliedCash, ...]:
    """Set payment records below zero against those that they take back.

    One takes back the latest record of which exactly that amount is left; else the
    latest money before it as far as it goes, and then what comes after it. None is
    below zero afterwards, and of a currency no more is left than before.
    """
    listed = sorted(receipts, key=lambda receipt: (receipt.on, receipt.id))
    left: list[Money] = []
    short: dict[str, Money] = {}
    for number, receipt in enumerate(listed):
        amount, nothing = receipt.left, zero(receipt.left.currency)
        same_currency = [
            n for n in range(number) if left[n].currency == amount.currency
        ]
        back = short.pop(amount.currency, nothing) - min(amount, nothing)
        left.append(max(amount, nothing))
        whole = (
            reversed_payment([left[n] for n in same_currency], back)
            if amount < back
            else None
        )
        takes = [number] if amount.amount > 0 else list(reversed(same_currency))
        for n in [same_currency[whole]] if whole is not None else takes:
            share = min(back, left[n])
            left[n] -= share
            back -= share
        if back.amount > 0:
            short[amount.currency] = back
    return tuple(
        UnappliedCash(receipt.record, amount)
        for receipt, amount in zip(listed, left, strict=True)
    )


def _left(record: Source, used: Mapping[tuple[str, str], Money]) -> UnappliedCash:
    currency = record.amount.currency
    used_up = used.get((record.id, currency), zero(currency))
    return UnappliedCash(record, record.amount - used_up)


def lines_using_records(invoices: Iterable[Invoice]) -> Iterator[Payment | Credit]:
    """List the payments and credits of invoices that use a record."""
    for invoice in invoices:
        yield from (payment for payment in invoice.payments if payment.source)
        yield from (credit for credit in invoice.credits if credit.source)


#: A payment is the one on record if their days are no further apart.
MATCHING_DAYS = 3


def may_be_same_money(record: UnappliedCash, invoice: str, payment: Payment) -> bool:
    """Whether a payment on an invoice that quotes no record may be a record's money.

    The same currency, within three days, and not recorded for another invoice.
    """
    return _of_these_days(record, payment) and invoice in (
        record.record.invoices or (invoice,)
    )


def may_be_part_of(record: UnappliedCash, payment: Payment) -> bool:
    """Whether a person should look if a payment is part of what is left of a record.

    It quotes none, is no more than that, and of these days; whichever invoices the
    record is for. Nobody takes it for the same money without asking.
    """
    return (
        _of_these_days(record, payment)
        and payment.amount.amount > 0
        and payment.amount <= record.left
    )


def _of_these_days(record: UnappliedCash, payment: Payment) -> bool:
    return (
        payment.source is None
        and payment.amount.currency == record.left.currency
        and abs((record.on - payment.on).days) <= MATCHING_DAYS
    )
