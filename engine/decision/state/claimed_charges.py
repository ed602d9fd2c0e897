"""Charges that messages claimed, and what money settled of them.

Money on an invoice pays its principal first. What is more settles what the latest
message that went out claimed on it, compensation before interest; only the rest is
a balance in the customer's favour. A credit note pays no charges.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from goodterms.decision.state.history import JournalEntry
from goodterms.decision.state.reductions import InvoiceReduction, reversed_payment
from goodterms.model.journal import ChargeRow
from goodterms.model.ledger import Invoice
from goodterms.model.money import Money, parse_amount, zero


class ChargeAmounts(NamedTuple):
    """Fixed compensation and late interest of one invoice, each zero or more."""

    compensation: Money
    interest: Money

    @property
    def sum(self) -> Money:
        """Both together."""
        return self.compensation + self.interest

    def plus(self, other: "ChargeAmounts") -> "ChargeAmounts":
        """Add each to its like."""
        compensation = self.compensation + other.compensation
        return ChargeAmounts(compensation, self.interest + other.interest)

    def less(self, other: "ChargeAmounts") -> "ChargeAmounts":
        """Take each off its like, down to zero."""
        nothing = zero(self.interest.currency)
        return ChargeAmounts(
            max(self.compensation - other.compensation, nothing),
            max(self.interest - other.interest, nothing),
        )

    def up_to(self, amount: Money) -> "ChargeAmounts":
        """Return what an amount pays of them, compensation first."""
        compensation = min(self.compensation, amount)
        return ChargeAmounts(compensation, min(self.interest, amount - compensation))


@dataclass(frozen=True, slots=True)
class ClaimedCharges:
    """What messages claimed on an invoice as of a day.

    ``on`` is the day of the latest of them and ``latest`` what it claimed; ``paid``
    is what money has settled of all, ``left`` what of the latest is not paid.
    """

    on: date
    latest: ChargeAmounts
    paid: ChargeAmounts
    left: ChargeAmounts


@dataclass(frozen=True, slots=True)
class InvoiceSettlement:
    """An invoice's reductions, less what settled charges, and those charges."""

    reductions: tuple[InvoiceReduction, ...]
    claimed: ClaimedCharges


class _Claim(NamedTuple):
    on: date
    charges: ChargeAmounts


class _PaymentPart(NamedTuple):
    """What a payment went to. ``claim`` is the index of the claim that it met."""

    principal: Money
    charges: ChargeAmounts
    claim: int

    @property
    def amount(self) -> Money:
        return self.principal + self.charges.sum


def settle_charges(
    entries: Iterable[JournalEntry],
    invoices: Mapping[str, Invoice],
    reductions: Mapping[str, Sequence[InvoiceReduction]],
) -> Mapping[str, InvoiceSettlement]:
    """Work out what was settled of charges, for the invoices that have any.

    *entries* and *reductions* are those known on a day. Raises AmountError where a
    claim has not the decimals of its invoice's currency.
    """
    return {
        id_: _settle(invoices[id_].total, reductions[id_], claims)
        for id_, claims in _claims(entries, invoices).items()
    }


def _claims(
    entries: Iterable[JournalEntry], invoices: Mapping[str, Invoice]
) -> Mapping[str, list[_Claim]]:
    """List what messages that went out claimed on each invoice, the latest last."""
    claims: dict[str, list[_Claim]] = {}
    entries_out = [e for e in entries if e.doc.charges and e.is_out]
    for entry in sorted(entries_out, key=lambda entry: entry.on):
        for row in entry.doc.charges or ():
            invoice = invoices.get(row.invoice)
            if invoice:
                claim = _Claim(entry.on, _charges(row, invoice.currency))
                claims.setdefault(row.invoice, []).append(claim)
    return claims


def _charges(row: ChargeRow, currency: str) -> ChargeAmounts:
    return ChargeAmounts(
        parse_amount(row.compensation, currency), parse_amount(row.interest, currency)
    )


def _settle(
    total: Money, reductions: Iterable[InvoiceReduction], claims: Sequence[_Claim]
) -> InvoiceSettlement:
    """Follow an invoice through its days: money last on each of them."""
    left = total
    parts: list[_PaymentPart] = []
    rows: list[InvoiceReduction] = []
    for move in sorted(reductions, key=lambda move: (move.on, move.kind == "payment")):
        amount = move.amount
        if move.kind == "payment" and amount.amount > 0:
            parts.append(_paid(amount, left, move.on, parts, claims))
            amount = parts[-1].principal
        elif move.kind == "payment":
            parts, amount = _taken_back(parts, -amount, left)
        left -= amount
        if amount.amount:
            rows.append(move._replace(amount=amount))
    latest = claims[-1]
    paid, paid_of_latest = (
        _charges_paid(parts, total.currency),
        _paid_of_claim(parts, len(claims) - 1, total.currency),
    )
    claimed = ClaimedCharges(
        latest.on, latest.charges, paid, latest.charges.less(paid_of_latest)
    )
    return InvoiceSettlement(tuple(rows), claimed)


def _paid(
    amount: Money,
    left: Money,
    on: date,
    parts: Iterable[_PaymentPart],
    claims: Sequence[_Claim],
) -> _PaymentPart:
    """Divide a payment into principal and charges; the principal comes first."""
    nothing = zero(amount.currency)
    beyond = max(amount - max(left, nothing), nothing)
    index = sum(1 for claim in claims if claim.on <= on) - 1
    if index < 0:
        return _PaymentPart(amount, ChargeAmounts(nothing, nothing), index)
    room = claims[index].charges.less(_paid_of_claim(parts, index, amount.currency))
    charges = room.up_to(beyond)
    return _PaymentPart(amount - charges.sum, charges, index)


def _taken_back(
    parts: list[_PaymentPart], amount: Money, left: Money
) -> tuple[list[_PaymentPart], Money]:
    """Undo payments: the latest of this amount, or else the latest ones.

    Returns the payments that stay, and what comes back on the principal, as an
    amount below zero.
    """
    whole = reversed_payment([part.amount for part in parts], amount)
    if whole is not None:
        return [*parts[:whole], *parts[whole + 1 :]], -parts[whole].principal
    stay, back = [*parts], zero(amount.currency)
    while stay and amount.amount > 0:
        last = stay.pop()
        taken = min(amount, last.amount)
        remaining = _without(last, taken, -(left + back))
        if remaining.amount.amount > 0:
            stay.append(remaining)
        back += last.principal - remaining.principal
        amount -= taken
    return stay, -(back + amount)


def _without(part: _PaymentPart, taken: Money, favour: Money) -> _PaymentPart:
    """Take an amount out of a payment: what is in the customer's favour comes first.

    Then interest, compensation and principal, the reverse of how it was spent.
    """
    nothing = zero(taken.currency)
    spare = min(taken, max(favour, nothing), part.principal)
    kept = part.charges.up_to(max(part.charges.sum - (taken - spare), nothing))
    principal = part.amount - taken - kept.sum
    return part._replace(principal=principal, charges=kept)


def _charges_paid(parts: Iterable[_PaymentPart], currency: str) -> ChargeAmounts:
    """Add up the charges that payments settled."""
    sum_ = ChargeAmounts(zero(currency), zero(currency))
    for part in parts:
        sum_ = sum_.plus(part.charges)
    return sum_


def _paid_of_claim(
    parts: Iterable[_PaymentPart], claim: int, currency: str
) -> ChargeAmounts:
    """Add up what payments settled of one claim."""
    return _charges_paid((part for part in parts if part.claim == claim), currency)
