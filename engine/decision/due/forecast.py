"""The forecast: the day on which the next step of an invoice can go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from goodterms.decision.due.contact_limits import ContactAllowance, repeatable_from
from goodterms.decision.standing.next_step import NextStep
from goodterms.decision.standing.standing import InvoiceStanding
from goodterms.decision.state.account_state import AccountState
from goodterms.model.calendar import plus
from goodterms.model.policy import Step


@dataclass(frozen=True, slots=True)
class _ForecastStep:
    """A step that was taken on a day, or will be."""

    step: Step
    on: date
    ahead: bool


@dataclass(frozen=True, slots=True)
class StepForecast:
    """What decides when the next step of a waiting invoice can go.

    ``allowance`` is what limits leave after today, ``unblocked`` the invoices that
    nothing stops, ``steps_today`` the steps that written messages of today take, by
    invoice.
    """

    state: AccountState
    allowance: ContactAllowance
    unblocked: Sequence[InvoiceStanding]
    steps_today: Mapping[str, Step]
    _cases: dict[str, Mapping[_ForecastStep, set[str]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def first(
        self, standing: InvoiceStanding, next_step: NextStep, day: date | None
    ) -> date | None:
        """Return the first day from *day* on that limits and the calendar allow.

        Words that the case heard within ``again`` come when that is over, and those
        lower than another invoice of the case when they may go alone; both sooner
        with a firmer message.
        """
        step = next_step.step
        calendar = self.state.rules.calendar(
            standing.invoice_state.policy, self.state.account
        )
        if day and not step.approval:
            day = min(
                [
                    self._alone(standing, next_step, day),
                    *self._joins(standing, next_step, day),
                ]
            )
        while day is not None:
            open_ = calendar.on_or_after(max(day, self.state.as_of))
            if step.approval or self.allowance.is_free:
                return open_
            day = self.allowance.first_allowed(step.channel or "email", open_)
            if day == open_:
                return open_
        return None

    def joined(self, standing: InvoiceStanding, next_step: NextStep) -> date | None:
        """Return the day of the next firmer message of the case."""
        return min(self._joins(standing, next_step, self.state.as_of), default=None)

    def _alone(self, standing: InvoiceStanding, next_step: NextStep, day: date) -> date:
        """Return the day from *day* on from which it may go without a firmer one."""
        again = repeatable_from(
            self.state,
            next_step.step,
            standing.invoice_state,
            self.allowance.heard_today,
        )
        days = [day, again or day]
        for taken in self._firmer(standing, next_step):
            if taken.on < day or not taken.ahead:
                since = max(next_step.due or day, taken.on)
                days.append(plus(since, taken.step.wait))
        return max(days)

    def _joins(
        self, standing: InvoiceStanding, next_step: NextStep, day: date
    ) -> list[date]:
        """Return the days from *day* on of firmer messages of the case.

        A message takes no call along.
        """
        if next_step.step.channel == "phone":
            return []
        return [
            taken.on
            for taken in self._firmer(standing, next_step)
            if taken.ahead and taken.on >= day
        ]

    def _firmer(
        self, standing: InvoiceStanding, next_step: NextStep
    ) -> list[_ForecastStep]:
        """Return the firmer steps of the case's other invoices."""
        return [
            taken
            for taken, invoices in self._case(standing.currency).items()
            if invoices != {standing.id} and taken.step.rank > next_step.step.rank
        ]

    def _case(self, currency: str) -> Mapping[_ForecastStep, set[str]]:
        """Map the steps that a case took last, and takes next, to their invoices."""
        if currency not in self._cases:
            steps: dict[_ForecastStep, set[str]] = {}
            for other in (
                standing for standing in self.unblocked if standing.currency == currency
            ):
                for step_and_day, ahead in (
                    (self._last(other), False),
                    (self._comes(other), True),
                ):
                    if step_and_day:
                        taken = _ForecastStep(*step_and_day, ahead)
                        steps.setdefault(taken, set()).add(other.id)
            self._cases[currency] = steps
        return self._cases[currency]

    def _last(self, other: InvoiceStanding) -> tuple[Step, date] | None:
        """Return the last step of an overdue invoice, with what is said today."""
        today = self.steps_today.get(other.id)
        if today:
            return today, self.state.as_of
        return other.invoice_state.last_step if other.invoice_state.overdue else None

    def _comes(self, other: InvoiceStanding) -> tuple[Step, date] | None:
        """Return the written step that an invoice takes next on a day to come."""
        next_step = other.next_step
        if next_step is None or not next_step.due or next_step.due <= self.state.as_of:
            return None
        if (
            other.id in self.steps_today
            or next_step.step.approval
            or next_step.step.channel == "phone"
        ):
            return None
        calendar = self.state.rules.calendar(
            other.invoice_state.policy, self.state.account
        )
        return next_step.step, calendar.on_or_after(next_step.due)
