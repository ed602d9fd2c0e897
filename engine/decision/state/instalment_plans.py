"""Agreed instalment plans: in good standing, missed, kept or ended."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from goodterms.decision.state.balances import Balances
from goodterms.decision.state.receipts import Receipts
from goodterms.model.calendar import plus
from goodterms.model.money import Money, parse_amount, total, zero
from goodterms.model.policy import PausePolicy
from goodterms.model.records import InstalmentPlan, Record, Resume

#: An instalment is reminded this many days before it is due, once.
NOTICE_DAYS = 3


@dataclass(frozen=True, slots=True)
class InstalmentStatus:
    """One instalment, with what the payments so far have left open of it."""

    due: date
    amount: Money
    open: Money


@dataclass(frozen=True, slots=True)
class InstalmentPlanStatus:
    """A plan judged by money received since it was made.

    Payments fill the instalments in the order of their dates. ``missed`` is
    the first one not paid within the grace; the plan is then broken and stops
    the ladder until a person records another plan or a resume. ``ended`` is
    the day from which the ladder goes on, None while the plan holds.
    """

    record: InstalmentPlan
    invoices: frozenset[str]
    parts: tuple[InstalmentStatus, ...]
    missed: InstalmentStatus | None
    ended: date | None

    @property
    def is_broken(self) -> bool:
        """Whether an instalment is missed and nobody has decided what follows."""
        return self.missed is not None and self.ended is None

    @property
    def why(self) -> str:
        """Say how the plan stands."""
        name = f"instalment plan of {self.record.on}"
        if self.missed:
            return f"{name}: {self.missed.open} due on {self.missed.due} is missed"
        following = next((part for part in self.parts if part.open.amount > 0), None)
        if following is None:
            return f"{name} is paid"
        return f"{name} in good standing; next {following.open} on {following.due}"

    def part_to_remind(self, day: date) -> InstalmentStatus | None:
        """Return the open instalment whose notice falls on or before a day."""
        return next(
            (
                part
                for part in self.parts
                if part.open.amount > 0
                and plus(part.due, -NOTICE_DAYS) <= day <= part.due
            ),
            None,
        )


def plan_statuses(
    records: Iterable[Record],
    receipts: Receipts,
    pauses_of: Callable[[str], PausePolicy],
    as_of: date,
) -> tuple[InstalmentPlanStatus, ...]:
    """Judge the plans of an account, earliest first.

    *pauses_of* gives the pauses of an invoice's policy.
    """
    ordered = sorted(records, key=lambda r: (r.on, r.id))
    plans = [r for r in ordered if isinstance(r, InstalmentPlan)]
    statuses = []
    for record in plans:
        invoices = (
            receipts.balances.invoices_of(record) & receipts.balances.invoices.keys()
        )
        if invoices:
            grace = pauses_of(min(invoices)).promise_grace
            after = [r for r in ordered if (r.on, r.id) > (record.on, record.id)]
            statuses.append(_judge(record, invoices, after, receipts, grace, as_of))
    return tuple(statuses)


def _judge(
    record: InstalmentPlan,
    invoices: frozenset[str],
    after: Iterable[Record],
    receipts: Receipts,
    grace: int,
    as_of: date,
) -> InstalmentPlanStatus:
    parts = _parts(record, invoices, receipts, as_of)
    missed = _missed(parts, grace, as_of)
    replaced = _ended(record, invoices, after, receipts, grace)
    paid = not any(part.open.amount > 0 for part in parts)
    ended = replaced or (
        _last_payment(record, invoices, receipts.balances) if paid else None
    )
    return InstalmentPlanStatus(record, invoices, parts, missed, ended)


def _missed(
    parts: Iterable[InstalmentStatus], grace: int, as_of: date
) -> InstalmentStatus | None:
    for part in parts:
        if part.open.amount > 0 and as_of > plus(part.due, grace):
            return part
    return None


def _parts(
    record: InstalmentPlan, invoices: frozenset[str], receipts: Receipts, as_of: date
) -> tuple[InstalmentStatus, ...]:
    currency = receipts.balances.invoices[min(invoices)].currency
    agreed = (parse_amount(part.amount, currency) for part in record.instalments)
    left = receipts.received(invoices, record.on, as_of, total(agreed, currency))
    parts = []
    for instalment in sorted(record.instalments, key=lambda part: part.due):
        amount = parse_amount(instalment.amount, left.currency)
        filled = min(amount, max(left, zero(left.currency)))
        parts.append(InstalmentStatus(instalment.due, amount, amount - filled))
        left -= filled
    return tuple(parts)


def _ended(
    record: InstalmentPlan,
    invoices: frozenset[str],
    after: Iterable[Record],
    receipts: Receipts,
    grace: int,
) -> date | None:
    """Return when a later plan took over, or a resume ended a broken one."""
    for later in after:
        if not invoices & receipts.balances.invoices_of(later):
            continue
        if isinstance(later, InstalmentPlan):
            return later.on
        if isinstance(later, Resume):
            parts = _parts(record, invoices, receipts, later.on)
            if _missed(parts, grace, later.on):
                return later.on
    return None


def _last_payment(
    record: InstalmentPlan, invoices: frozenset[str], balances: Balances
) -> date:
    days = [
        payment.on
        for id_ in invoices
        for payment in balances.invoices[id_].payments
        if record.on <= payment.on <= balances.as_of
    ]
    return max(days, default=record.on)
