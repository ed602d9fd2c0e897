"""What an option is likely to bring back: a rule of thumb, never a forecast.

The chance that a debt is still collected falls with its age. With *m* months
past due it is about exp(-0.124 m): a curve drawn through what members of US
commercial collection agencies report. Commercial Collection Agencies of
America: 69 % at 3 months, 51 % at 6, 21 % at 12, 9 % at 24; the Commercial Law
League of America: 72 % at 3, 29 % at 12. These are opinions of agencies about
other firms' debts, so results are given in two significant digits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from goodterms.model.money import Money, rounded, total
from goodterms.model.policy import Offer, Remedy
from goodterms.model.settings import Partner

#: How fast the chance falls, per month of age.
DECAY = Decimal("0.124")
DAYS_OF_MONTH = Decimal("30.44")

#: The share of instalment plans that are paid to the end.
COMPLETES = Decimal("0.88")
COMPLETES_LONG = Decimal("0.52")
LONG_PLAN_MONTHS = 6


@dataclass(frozen=True, slots=True)
class RecoveryAssumption:
    """Something that an outlook takes for granted, and where it comes from."""

    sentence: str
    source: str


CURVE = RecoveryAssumption(
    "The chance of being paid is about exp(-0.124 m), m in months past due",
    "member polls of US commercial collection agencies (Commercial Collection"
    " Agencies of America, Commercial Law League of America): opinions about"
    " other firms' debts",
)
SAME = RecoveryAssumption(
    "It is the same for every option, and knows nothing of this customer: one who"
    " answers is worth more than it says, one who is silent less",
    "ours; no study was found that compares the options",
)
PLAN = RecoveryAssumption(
    f"{COMPLETES * 100:.0f} % of plans of up to {LONG_PLAN_MONTHS} months are paid to"
    f" the end, {COMPLETES_LONG * 100:.0f} % of longer ones; what broken plans bring"
    " is not counted",
    "one vendor's figures, low trust",
)
DISCOUNT = RecoveryAssumption(
    "Whoever pays takes the discount", "ours; the offer is the policy's"
)
FEE = RecoveryAssumption(
    "The partner keeps its fee of what it collects", "fee_percent in goodterms.yaml"
)
NO_FEE = RecoveryAssumption(
    "What the partner costs is not known and not taken off; agencies ask for 10 to"
    " 50 % of what they collect, lawyers and courts for fees in advance",
    "no fee_percent in goodterms.yaml; the range is from agencies' price pages",
)
WRITTEN_OFF = RecoveryAssumption("What is written off is not collected", "ours")


@dataclass(frozen=True, slots=True)
class RecoveryEstimate:
    """What an option may bring, of what is owed now.

    ``chance`` is that of being paid, ``kept`` the part of a payment that stays
    with us, both from 0 to 1; ``expected`` is their product with the amount,
    in two significant digits. ``assumes`` says what that takes for granted.
    """

    remedy: Remedy
    chance: Decimal
    kept: Decimal
    expected: Money
    assumes: tuple[RecoveryAssumption, ...]


def recovery(days: int) -> Decimal:
    """Return the chance, 0 to 1, that a debt so many days past due is paid."""
    months = Decimal(max(days, 0)) / DAYS_OF_MONTH
    return (-DECAY * months).exp()


def outlook(
    remedy: Remedy,
    owed: Sequence[tuple[Money, int]],
    offer: Offer | None = None,
    partner: Partner | None = None,
) -> RecoveryEstimate:
    """Weigh one option; *owed* are amounts of one currency and their days overdue.

    *offer* and *partner* are what the remedy names.
    """
    chance, ages = _chance(remedy, owed), _assumed(remedy, offer, partner)
    if offer and offer.kind == "instalments":
        chance *= COMPLETES if _months(offer) <= LONG_PLAN_MONTHS else COMPLETES_LONG
    kept = _kept(remedy, offer, partner)
    currency = owed[0][0].currency
    sum_ = total((amount for amount, _ in owed), currency)
    expected = two_digits(rounded(sum_.amount * chance * kept, currency))
    return RecoveryEstimate(remedy, chance, kept, expected, ages)


def two_digits(amount: Money) -> Money:
    """Round to two significant digits; more would pretend to know."""
    if not amount.amount:
        return amount
    digit = Decimal(1).scaleb(amount.amount.adjusted() - 1)
    near = amount.amount.quantize(digit, ROUND_HALF_EVEN)
    return rounded(near, amount.currency)


def _chance(remedy: Remedy, owed: Sequence[tuple[Money, int]]) -> Decimal:
    """Weigh the chance of each amount at its age, after a pause if there is one."""
    if remedy.write_off:
        return Decimal(0)
    wait = remedy.pause or 0
    whole = sum((amount.amount for amount, _ in owed), Decimal(0))
    parts = (amount.amount * recovery(days + wait) for amount, days in owed)
    return sum(parts, Decimal(0)) / whole if whole else Decimal(0)


def _kept(remedy: Remedy, offer: Offer | None, partner: Partner | None) -> Decimal:
    kept = Decimal(1)
    if offer and offer.percent is not None:
        kept -= offer.percent / 100
    if remedy.place_with and partner and partner.fee_percent is not None:
        kept *= 1 - partner.fee_percent / 100
    return kept


def _months(offer: Offer) -> int:
    """Count the months that a plan takes, a begun one as a whole."""
    days = {"day": 1, "week": 7, "month": 30}
    every = offer.every
    between = days[every.unit] * every.number if every else 0
    whole = (offer.first or 0) + between * ((offer.count or 1) - 1)
    return -(-whole // 30)


def _assumed(
    remedy: Remedy, offer: Offer | None, partner: Partner | None
) -> tuple[RecoveryAssumption, ...]:
    if remedy.write_off:
        return (WRITTEN_OFF,)
    assumptions = [CURVE, SAME]
    if offer:
        assumptions.append(PLAN if offer.kind == "instalments" else DISCOUNT)
    if remedy.place_with:
        fee_known = partner is not None and partner.fee_percent is not None
        assumptions.append(FEE if fee_known else NO_FEE)
    return tuple(assumptions)
