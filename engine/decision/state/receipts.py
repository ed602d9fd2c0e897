"""Money received for promises and plans, each amount counted once."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from goodterms.decision.state.balances import Balances, unreversed_money
from goodterms.decision.state.unapplied_cash import UnappliedCash
from goodterms.model.money import Money, total, zero


@dataclass(slots=True)
class Receipts:
    """What was received, and which unapplied money an earlier call counted.

    Unapplied money counts for one agreement, and for others about the same invoices:
    they are about one debt. Money that was reversed has not come in.
    """

    balances: Balances
    _counted: dict[tuple[str, frozenset[str]], Money] = field(default_factory=dict)

    def received(
        self, invoices: Collection[str], start: date, end: date, wanted: Money
    ) -> Money:
        """Add up the money of a span of days: paid on the invoices, or unapplied.

        Of unapplied money no more is taken than what is *wanted*, in its currency,
        and none that was recorded for other invoices.
        """
        currency, named = wanted.currency, frozenset(invoices)
        sum_ = total(
            (
                amount
                for id_ in sorted(named)
                for on, amount in self._paid(id_, currency)
                if start <= on <= end
            ),
            currency,
        )
        for receipt in sorted(self.balances.receipts, key=lambda r: (r.on, r.id)):
            if start <= receipt.on <= end and receipt.left.currency == currency:
                share = min(self._left(receipt, named), wanted - sum_)
                if share.amount > 0:
                    self._count(receipt.id, named, share)
                    sum_ += share
        return sum_

    def _count(self, record: str, invoices: frozenset[str], share: Money) -> None:
        before = self._counted.get((record, invoices), zero(share.currency))
        self._counted[record, invoices] = max(before, share)

    def _paid(self, id_: str, currency: str) -> list[tuple[date, Money]]:
        """Return what was paid on an invoice and not reversed.

        Money that was recorded before it was put on the invoice came in then.
        """
        received_on = {receipt.id: receipt.on for receipt in self.balances.receipts}
        return unreversed_money(
            (
                min(payment.on, received_on.get(payment.source or "", payment.on)),
                payment.amount,
            )
            for payment in self.balances.invoices[id_].payments
            if payment.on <= self.balances.as_of and payment.amount.currency == currency
        )

    def _left(self, receipt: UnappliedCash, invoices: frozenset[str]) -> Money:
        named = frozenset(receipt.record.invoices)
        if named and not named & invoices:
            return zero(receipt.left.currency)
        counted = (
            share
            for (id_, others), share in self._counted.items()
            if id_ == receipt.id and not others & invoices
        )
        return receipt.left - total(counted, receipt.left.currency)
