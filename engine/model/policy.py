"""The nouns of policies: ladders, limits, offers, legal rates."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from goodterms.model.calendar import Calendar, Period
from goodterms.model.ledger import ACCOUNTS_PAYABLE
from goodterms.model.money import Money
from goodterms.model.policy_ref import PolicyRef

#: Tones from kind to firm; a conversation never falls back.
TONES = ("warm", "neutral", "formal", "final")

#: A promise to pay more than this many days ahead has no effect until approved.
LONGEST_PROMISE_DAYS = 60

OfferKind = Literal["instalments", "discount"]
RateRule = Literal["floating", "fixed_at_start", "on_payment"]
Rounding = Literal["once", "daily"]
RATE_RULES: tuple[RateRule, ...] = get_args(RateRule)
ROUNDINGS: tuple[Rounding, ...] = get_args(Rounding)


class ConditionError(Exception):
    """A ``when`` failed at run time: an error, never false."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled ``when``. ``holds`` raises ConditionError when it fails."""

    source: str
    holds: Callable[[Mapping[str, object]], bool] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Approval:
    """``count`` distinct members of team ``by`` must agree within ``expires`` days."""

    by: str
    count: int
    expires: int


@dataclass(frozen=True, slots=True)
class Remedy:
    """One option of a step with ``choose``; ``pause`` is in days."""

    name: str
    pause: int | None = None
    offer: str | None = None
    place_with: str | None = None
    credit_hold: bool = False
    write_off: bool = False

    @property
    def leaves_step_untaken(self) -> bool:
        """Whether it only pauses or offers: the step comes up again after."""
        return self.place_with is None and not self.write_off


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Recommend the remedy ``choose`` where ``when`` holds (None: always)."""

    choose: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of a ladder. ``offset``, ``until`` are days from the due date.

    ``wait`` is how many days the customer has after this step before the next
    one; ``lapse`` how many days a call may stay unmade before it counts as
    skipped; ``index`` is the place in the ladder, from 0. ``to`` is whom it is
    for, and those after it until one says otherwise.
    """

    name: str
    index: int
    offset: int
    wait: int = 0
    channel: str | None = None
    tone: str | None = None
    to: str = ACCOUNTS_PAYABLE
    template: str | None = None
    until: int | None = None
    lapse: int | None = None
    when: Condition | None = None
    offer: str | None = None
    claims_charges: bool = False
    approval: Approval | None = None
    choose: tuple[Remedy, ...] = ()
    recommend: tuple[Recommendation, ...] = ()

    @property
    def rank(self) -> tuple[int, int, int]:
        """Order of firmness: tone, then offset, then place in the ladder.

        A step without a tone of its own (a choice) is as firm as can be.
        """
        tone = TONES.index(self.tone) if self.tone else len(TONES)
        return (tone, self.offset, self.index)

    def remedy(self, name: str) -> Remedy | None:
        """Find an option by name."""
        return next((r for r in self.choose if r.name == name), None)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``contacts`` in any ``per`` days (of one channel, if named)."""

    contacts: int
    per: int
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class PausePolicy:
    """Days of patience; ``promises`` counts broken ones in twelve months."""

    after_payment: int = 0
    promise_grace: int = 0
    promises: int = 2
    resume_gap: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer that steps and remedies name. ``first``, ``valid`` are in days.

    ``kind`` is instalments (``count``, ``every``, ``first``) or discount
    (``percent``).
    """

    name: str
    kind: OfferKind
    valid: int
    count: int | None = None
    every: Period | None = None
    first: int | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ThanksPolicy:
    """The word of thanks when a case is settled."""

    template: str
    channel: str


@dataclass(frozen=True, slots=True)
class Migration:
    """Which versions this one takes over, and what their steps are called now.

    ``versions`` are of the same policy, ``others`` of another one, whose episodes it
    takes over for accounts that have been moved to this policy.
    """

    versions: tuple[int, ...]
    steps: Mapping[str, str] = field(default_factory=dict)
    others: tuple[PolicyRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """A ladder in one version. ``window`` is (opens, closes) as ``HH:MM``.

    For ``again`` days a case does not hear a step alone that it has heard; 0: no
    such rule.
    """

    name: str
    version: int
    effective: date
    ladder: tuple[Step, ...]
    summary: str = ""
    segments: tuple[str, ...] = ()
    tolerance: Mapping[str, Money] = field(default_factory=dict)
    weekdays: frozenset[int] = frozenset(range(5))
    window: tuple[str, str] | None = None
    limits: tuple[Limit, ...] = ()
    again: int = 0
    pauses: PausePolicy = field(default_factory=PausePolicy)
    paid: ThanksPolicy | None = None
    offers: Mapping[str, Offer] = field(default_factory=dict)
    migrates: Migration | None = None

    @property
    def ref(self) -> PolicyRef:
        """The name under which journals and invoices know it."""
        return PolicyRef(self.name, self.version)

    @property
    def gate(self) -> Step | None:
        """The first step that needs an approval, None where none does."""
        return next((step for step in self.ladder if step.approval), None)

    def step(self, name: str) -> Step | None:
        """Find a step of the ladder by name."""
        return next((step for step in self.ladder if step.name == name), None)


@dataclass(frozen=True, slots=True)
class Rate:
    """A yearly rate in per cent, for the days from ``start`` to ``end``."""

    start: date
    end: date
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Tier:
    """Fixed compensation: ``amount`` for invoices of at least ``above``."""

    above: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """What the law of a country allows to claim for late payment.

    ``year_days`` is the day count of interest: 365, or 0 for the actual
    length of each year. ``rate_rule`` says whose rate counts: ``floating``, each
    day has the rate of that day; ``fixed_at_start``, the rate of the first day of
    interest stays for the whole debt; ``on_payment``, the rate of the day of
    payment (of the claim, for what is unpaid) counts from the first day on.
    ``rounding``: ``once`` at the end, or ``daily``, each day's interest for itself.
    """

    country: str
    rates: tuple[Rate, ...] = ()
    compensation: tuple[Tier, ...] = ()
    year_days: int = 365
    rate_rule: RateRule = "floating"
    rounding: Rounding = "once"


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """Everything a decision may look up beside the account itself.

    ``broken`` names policy versions that could not be read, ``templates``
    maps a template's name to a digest of its texts and leaves out those that
    cannot be rendered; whatever needs a broken or missing one fails closed.
    ``holidays`` gives the public holidays of a country (``DE``), or with those of
    a region (``DE-BY``); ``regions`` the regions of a country, None where unknown.
    """

    policies: Mapping[PolicyRef, Policy]
    default_segment: str | None = None
    broken: Mapping[PolicyRef, date | None] = field(default_factory=dict)
    broken_segments: frozenset[str] = frozenset()
    templates: Mapping[str, str] = field(default_factory=dict)
    jurisdictions: Mapping[str, Jurisdiction] = field(default_factory=dict)
    holidays: Callable[[str], Container[date]] = field(
        default=lambda _place: frozenset(), compare=False
    )
    regions: Callable[[str], tuple[str, ...] | None] = field(
        default=lambda _country: None, compare=False
    )

    def calendar(self, policy: Policy, place: str) -> Calendar:
        """Return the business days of a policy where a customer is."""
        return Calendar(policy.weekdays, self.holidays(place))

    def flaw(self, ref: PolicyRef) -> str | None:
        """Say why a policy version cannot be read, None for one that can."""
        if ref in self.policies:
            return None
        state = "has errors" if ref in self.broken else "does not exist"
        return f"policy {ref} {state}"
