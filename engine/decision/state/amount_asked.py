"""What an action asks for: the one place that works it out.

Plan, page, offer, brief and letter all show sums that come from here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from goodterms.decision.state.cash_coverage import CashCover
from goodterms.model.money import Money, total
from goodterms.model.plan import Charge, Deduction


@dataclass(frozen=True, slots=True)
class Debit:
    """An open invoice that an action shows, and its cover."""

    open: Money
    cover: CashCover


@dataclass(frozen=True, slots=True)
class AmountAsked:
    """What an action asks for in one currency.

    ``open`` is what is open on its invoices, ``cash`` and ``credit`` what stands
    against those, ``charges`` what it claims on them for late payment.
    """

    open: Money
    cash: Money
    credit: Money
    charges: Money

    @property
    def net(self) -> Money:
        """What is asked for: open less cash and credit, plus charges."""
        return self.open - self.cash - self.credit + self.charges

    @property
    def deductions(self) -> tuple[Deduction, ...]:
        """What was taken off, by its kind; kinds with nothing are left out."""
        both = (Deduction("credit", self.credit), Deduction("cash", self.cash))
        return tuple(deduction for deduction in both if deduction.amount.amount > 0)


def amounts_asked(
    debits: Iterable[Debit], charges: Iterable[Charge] = ()
) -> tuple[AmountAsked, ...]:
    """Work out what an action asks for, one sum a currency, in their order.

    Since a cover is never more than its invoice's open amount, no sum is below
    zero, and all sums of an account together never exceed what is owed net of
    everything received.
    """
    shown = tuple(debits)
    claims = tuple(charges)
    currencies = sorted({debit.open.currency for debit in shown})
    return tuple(_in_currency(currency, shown, claims) for currency in currencies)


def _in_currency(
    currency: str, debits: Sequence[Debit], charges: Sequence[Charge]
) -> AmountAsked:
    in_currency = [debit for debit in debits if debit.open.currency == currency]
    claims = [c for c in charges if c.interest.currency == currency]
    return AmountAsked(
        open=total((debit.open for debit in in_currency), currency),
        cash=total((debit.cover.cash for debit in in_currency), currency),
        credit=total((debit.cover.credit for debit in in_currency), currency),
        charges=total((c.interest + c.compensation for c in claims), currency),
    )
