"""Look at a whole plan: does it do more than was ever meant, on how fresh data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from goodterms.model.calendar import Calendar
from goodterms.model.money import Money, total
from goodterms.model.plan import Action, Plan
from goodterms.model.settings import Settings

#: Below so many accounts a share of them says nothing.
_FEW_ACCOUNTS = 30


@dataclass(frozen=True, slots=True)
class Brake:
    """A reason to do nothing at all today.

    ``name`` is what ``run --release`` takes, ``key`` the setting that set it.
    """

    name: str
    what: str
    key: str

    @property
    def message(self) -> str:
        """The numbers, the setting to change, and the command that goes ahead."""
        return (
            f"{self.what}; nothing was done: look at 'goodterms plan', then change"
            f" {self.key} in goodterms.yaml or go ahead with"
            f" 'goodterms run --release {self.name}'"
        )


def brakes(plan: Plan, settings: Settings) -> tuple[Brake, ...]:
    """List the limits of goodterms.yaml that a plan exceeds.

    The share counts accounts that are sent something other than a courtesy
    note, from 30 accounts up; money is what all messages ask for together.
    """
    messages = [action for action in plan.actions if action.is_message]
    proposals = sum(_is_new_proposal(action) for action in plan.actions)
    limits = settings.brakes
    return (
        *_count("messages", len(messages), limits.messages),
        *_share(plan, limits.share),
        *_count("proposals", proposals, limits.proposals),
        *_money(messages, limits.money),
    )


def staleness(
    sources: Mapping[str, date], settings: Settings, as_of: date, calendar: Calendar
) -> tuple[Brake, ...]:
    """List the kinds of data that are older than goodterms.yaml allows, or missing.

    *sources* says up to which day each kind has been read. Age is counted in
    business days of the creditor: those after that day, *as_of* included. What is
    said to have been read until after *as_of* says nothing about its age.
    """
    return tuple(
        Brake("fresh", message, f"fresh.{kind}")
        for kind, allowed in sorted(settings.fresh.items())
        if (message := _stale(kind, sources.get(kind), allowed, as_of, calendar))
    )


def _is_new_proposal(action: Action) -> bool:
    return action.kind == "propose" and action.decision in (None, action.entry)


def _count(name: str, count: int, allowed: int) -> Iterator[Brake]:
    if count > allowed:
        message = f"the plan has {count} {name}, more than the {allowed} allowed"
        yield Brake(name, message, f"brakes.{name}")


def _share(plan: Plan, allowed: Decimal) -> Iterator[Brake]:
    chased = {action.account for action in plan.actions if _is_chasing(action)}
    if plan.accounts >= _FEW_ACCOUNTS and len(chased) > allowed * plan.accounts:
        share = Decimal(len(chased)) / plan.accounts
        message = (
            f"the plan writes to {len(chased)} of {plan.accounts} accounts"
            f" ({share:.0%}), more than the {allowed:.0%} allowed"
        )
        yield Brake("share", message, "brakes.share")


def _is_chasing(action: Action) -> bool:
    return action.kind == "send" and any(
        line.days_overdue > 0 for line in action.invoices
    )


def _money(messages: list[Action], allowed: Mapping[str, Money]) -> Iterator[Brake]:
    amounts = [amount for action in messages for amount in action.totals]
    for currency, most in sorted(allowed.items()):
        sum_ = total((a for a in amounts if a.currency == currency), currency)
        if sum_.amount > most.amount:
            message = (
                f"the plan asks for {sum_} {currency},"
                f" more than the {most} {currency} allowed"
            )
            yield Brake("money", message, f"brakes.money.{currency}")


def _stale(
    kind: str, until: date | None, allowed: int, as_of: date, calendar: Calendar
) -> str | None:
    if until is None:
        where = f"a file of ledger/_sources/ with 'kind: {kind}'"
        return f"{where} is missing: how old {kind} are is unknown"
    if until > as_of:
        return f"{kind} are said to go up to {until}, which is after {as_of}"
    age = sum(1 for _day in calendar.business_days(until, as_of))
    if age <= allowed:
        return None
    return (
        f"{kind} go up to {until}, {age} business days ago,"
        f" more than the {allowed} allowed"
    )
