"""What takes something off an invoice, by what it means for late interest."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from goodterms.model.money import Money

Kind: TypeAlias = Literal["payment", "correction", "concession"]


class InvoiceReduction(NamedTuple):
    """An amount that an invoice is less from a day on; negative when reversed.

    ``kind`` says what it is. A ``payment`` is money. A ``correction`` (credit note,
    dispute upheld in whole or in part) says that the amount was never owed, so it
    lowers the principal of interest from the beginning. A ``concession`` (goodwill
    credit, accepted offer, settlement, write-off) lets go of what was owed, so it
    lowers the principal from its day on, as a payment does.
    """

    on: date
    amount: Money
    kind: Kind = "payment"


def reversed_payment(amounts: Sequence[Money], back: Money) -> int | None:
    """Find which payment a reversal takes back: the latest of exactly its amount.

    *amounts* are payments that stand, the earliest first. None where no one has
    that amount; then the latest money goes back, as far as it goes.
    """
    matching = (n for n in reversed(range(len(amounts))) if amounts[n] == back)
    return next(matching, None)


def principal(total: Money, reductions: Iterable[InvoiceReduction]) -> Money:
    """Return what was rightly owed from the beginning: the total as corrected."""
    for reduction in reductions:
        if reduction.kind == "correction":
            total -= reduction.amount
    return total
