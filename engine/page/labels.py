"""Labels: by which proposals can be found, and told apart in a list."""

from collections.abc import Iterable
from decimal import Decimal

from engine.money import Money
from engine.page.safe import clean

#: What GitHub allows.
LONGEST = 50

_BANDS = (
    (Decimal(1_000), "under 1k"),
    (Decimal(10_000), "1k-10k"),
    (Decimal(100_000), "10k-100k"),
    (Decimal(1_000_000), "100k-1m"),
)


def labels(step: str, amounts: Iterable[Money]) -> tuple[str, ...]:
    """Return the labels of a proposal: ours, its step, the band of each amount.

    Bands are in units of an amount's own currency, which they name.
    """
    found = ["goodterms", f"step: {step}"]
    found += [f"amount: {band(amount)}" for amount in amounts]
    return tuple(clean(label)[:LONGEST] for label in found)


def band(amount: Money) -> str:
    """Return the order of an amount, ``1k-10k EUR``; the lower end belongs to it."""
    name = next((name for end, name in _BANDS if amount.amount < end), "over 1m")
    return f"{name} {amount.currency}"
