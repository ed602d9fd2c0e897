"""Charges that messages claimed, and what money settled of them.

Money on an invoice pays its principal first. What is more settles what the latest
message that went out claimed on it, compensation before interest; only the rest is
a balance in the customer's favour. A credit note pays no charges.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from engine.decision.history import Entry
from engine.decision.reductions import Reduction, reversed_payment
from engine.journal import ChargeRow
from engine.model import Invoice
from engine.money import Money, parse_amount, zero


class Charges(NamedTuple):
    """Fixed compensation and late interest of one invoice, each zero or more."""

    compensation: Money
    interest: Money

    @property
    def sum(self) -> Money:
        """Both together."""
        return self.compensation + self.interest

    def plus(self, other: "Charges") -> "Charges":
        """Add each to its like."""
        compensation = self.compensation + other.compensation
        return Charges(compensation, self.interest + other.interest)

    def less(self, other: "Charges") -> "Charges":
        """Take each off its like, down to zero."""
        nothing = zero(self.interest.currency)
        return Charges(
            max(self.compensation - other.compensation, nothing),
            max(self.interest - other.interest, nothing),
        )

    def up_to(self, amount: Money) -> "Charges":
        """Return what an amount pays of them, compensation first."""
        compensation = min(self.compensation, amount)
        return Charges(compensation, min(self.interest, amount - compensation))


@dataclass(frozen=True, slots=True)
class Claimed:
    """What messages claimed on an invoice as of a day.

    ``on`` is the day of the latest of them and ``latest`` what it claimed; ``paid``
    is what money has settled of all, ``left`` what of the latest is not paid.
    """

    on: date
    latest: Charges
    paid: Charges
    left: Charges


@dataclass(frozen=True, slots=True)
class Settling:
    """An invoice's reductions, less what settled charges, and those charges."""

    reductions: tuple[Reduction, ...]
    claimed: Claimed


class _Claim(NamedTuple):
    on: date
    charges: Charges


class _Part(NamedTuple):
    """What a payment went to. ``claim`` is the index of the claim that it met."""

    principal: Money
    charges: Charges
    claim: int

    @property
    def amount(self) -> Money:
        return self.principal + self.charges.sum


def settlings(
    entries: Iterable[Entry],
    invoices: Mapping[str, Invoice],
    reductions: Mapping[str, Sequence[Reduction]],
) -> Mapping[str, Settling]:
    """Work out what was settled of charges, for the invoices that have any.

    *entries* and *reductions* are those known on a day. Raises AmountError where a
    claim has not the decimals of its invoice's currency.
    """
    return {
        id_: _settling(invoices[id_].total, reductions[id_], claims)
        for id_, claims in _claims(entries, invoices).items()
    }


def _claims(
    entries: Iterable[Entry], invoices: Mapping[str, Invoice]
) -> Mapping[str, list[_Claim]]:
    """List what messages that went out claimed on each invoice, the latest last."""
    found: dict[str, list[_Claim]] = {}
    out = [e for e in entries if e.doc.charges and e.is_out]
    for entry in sorted(out, key=lambda entry: entry.on):
        for row in entry.doc.charges or ():
            invoice = invoices.get(row.invoice)
            if invoice:
                made = _Claim(entry.on, _charges(row, invoice.currency))
                found.setdefault(row.invoice, []).append(made)
    return found


def _charges(row: ChargeRow, currency: str) -> Charges:
    return Charges(
        parse_amount(row.compensation, currency), parse_amount(row.interest, currency)
    )


def _settling(
    total: Money, reductions: Iterable[Reduction], claims: Sequence[_Claim]
) -> Settling:
    """Follow an invoice through its days: money last on each of them."""
    left = total
    parts: list[_Part] = []
    rows: list[Reduction] = []
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
    paid, met = _of(parts, total.currency), _met(parts, len(claims) - 1, total.currency)
    claimed = Claimed(latest.on, latest.charges, paid, latest.charges.less(met))
    return Settling(tuple(rows), claimed)


def _paid(
    amount: Money,
    left: Money,
    on: date,
    parts: Iterable[_Part],
    claims: Sequence[_Claim],
) -> _Part:
    """Divide a payment into principal and charges; the principal comes first."""
    nothing = zero(amount.currency)
    beyond = max(amount - max(left, nothing), nothing)
    index = sum(1 for claim in claims if claim.on <= on) - 1
    if index < 0:
        return _Part(amount, Charges(nothing, nothing), index)
    room = claims[index].charges.less(_met(parts, index, amount.currency))
    charges = room.up_to(beyond)
    return _Part(amount - charges.sum, charges, index)


def _taken_back(
    parts: list[_Part], amount: Money, left: Money
) -> tuple[list[_Part], Money]:
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
        rest = _without(last, taken, -(left + back))
        if rest.amount.amount > 0:
            stay.append(rest)
        back += last.principal - rest.principal
        amount -= taken
    return stay, -(back + amount)


def _without(part: _Part, taken: Money, favour: Money) -> _Part:
    """Take an amount out of a payment: what is in the customer's favour comes first.

    Then interest, compensation and principal, the reverse of how it was spent.
    """
    nothing = zero(taken.currency)
    spare = min(taken, max(favour, nothing), part.principal)
    kept = part.charges.up_to(max(part.charges.sum - (taken - spare), nothing))
    principal = part.amount - taken - kept.sum
    return part._replace(principal=principal, charges=kept)


def _of(parts: Iterable[_Part], currency: str) -> Charges:
    """Add up the charges that payments settled."""
    sum_ = Charges(zero(currency), zero(currency))
    for part in parts:
        sum_ = sum_.plus(part.charges)
    return sum_


def _met(parts: Iterable[_Part], claim: int, currency: str) -> Charges:
    """Add up what payments settled of one claim."""
    return _of((part for part in parts if part.claim == claim), currency)
