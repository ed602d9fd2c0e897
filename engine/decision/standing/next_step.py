"""Which step of its ladder an invoice takes next, and from which day."""

from dataclasses import dataclass
from datetime import date

from goodterms.decision.state.account_state import AccountState, InvoiceState
from goodterms.decision.state.condition_facts import facts
from goodterms.model.calendar import plus
from goodterms.model.policy import Step


@dataclass(frozen=True, slots=True)
class SkippedStep:
    """A step that was passed over, and why."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name} is skipped: {self.reason}"


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next step of an invoice, and the first day on which it is due.

    ``due`` is None where a suspension has no known end. ``handed_out`` is the day on
    which its call was handed out. ``skipped`` says which steps were passed
    over and why.
    """

    step: Step
    due: date | None
    handed_out: date | None
    skipped: tuple[SkippedStep, ...]


def find_next_step(
    state: AccountState, item: InvoiceState, beyond: Step | None = None
) -> NextStep | None:
    """Find the first step after the last one taken; None when the ladder is done.

    With *beyond* the first after that one, should it be passed over.

    No step is skipped, but one whose ``until`` has passed or will have before
    it is due, whose ``when`` is false, or whose call was handed out and not
    made within ``lapse``. A step that is not due yet is judged by the facts of
    the day on which it will be, if nothing changes. Raises ConditionError when a
    ``when`` fails.
    """
    passed = beyond or (item.last_step[0] if item.last_step else None)
    start = passed.index + 1 if passed else 0
    skipped: list[SkippedStep] = []
    for step in item.policy.ladder[start:]:
        handed_out = state.history.calls_handed_out.get((item.id, step.name))
        due = due_on(state, item, step)
        reason = _skip_reason(state, item, step, handed_out, due)
        if reason is None:
            return NextStep(step, due, handed_out, tuple(skipped))
        skipped.append(SkippedStep(step.name, reason))
    return None


def _skip_reason(
    state: AccountState,
    item: InvoiceState,
    step: Step,
    handed_out: date | None,
    due: date | None,
) -> str | None:
    """Say why a step is passed over, None when it is not."""
    if step.until is not None:
        last = plus(item.invoice.due, step.until)
        if state.as_of > last or (due and due > last):
            return f"only until {last}"
    if (
        handed_out
        and step.lapse is not None
        and state.as_of > plus(handed_out, step.lapse)
    ):
        return f"the call of {handed_out} was not made within {step.lapse} days"
    if step.when and not step.when.holds(facts(state, item, due)):
        return f"not the case: {step.when.source}"
    return None


def due_on(state: AccountState, item: InvoiceState, step: Step) -> date | None:
    """Return the day from which a step is due, None while a suspension has no end.

    The latest of: contractual due date plus offset; day of the last step plus
    that step's wait; the day after the last offer ends; end of the last suspension plus
    the resume gap; moved to the next business day of the customer.
    """
    days = [plus(item.invoice.due, step.offset)]
    if item.last_step:
        last, on = item.last_step
        days.append(plus(on, last.wait))
    offered = _offered_until(state, item)
    if offered:
        days.append(plus(offered, 1))
    for suspension in item.suspensions:
        if suspension.ended is None:
            return None
        days.append(plus(suspension.ended, item.policy.pauses.resume_gap))
    calendar = state.rules.calendar(item.policy, state.account)
    return calendar.on_or_after(max(days))


def _offered_until(state: AccountState, item: InvoiceState) -> date | None:
    """Return the last day of what was offered for an invoice; our word is kept."""
    days = [
        entry.doc.valid_until
        for entry in state.history.entries_showing(item.id)
        if entry.doc.kind == "send" and entry.is_out and entry.doc.valid_until
    ]
    return max(days, default=None)
