"""Why this, why not that, what next and when: told from the plan itself."""

from collections.abc import Iterable
from datetime import date

from goodterms.decision import (
    AccountState,
    EffectivePolicies,
    InvoiceState,
    NextStep,
    account_state,
    best_written_address,
    find_next_step,
    is_about,
    proposals_in,
)
from goodterms.model.calendar import plus
from goodterms.model.ledger import Account
from goodterms.model.money import total
from goodterms.model.plan import AccountPlan, Action, UpcomingStep, WaitingInvoice
from goodterms.model.policy import Step
from goodterms.views.plan_text import standing
from goodterms.views.wording import age


def explain(
    account: Account,
    rules: EffectivePolicies,
    plan: AccountPlan,
    invoice: str | None = None,
) -> str:
    """Explain an account, or one invoice of it, as of the rules' day.

    What is done today and why is read from *plan*; the rest are the facts
    that led to it.
    """
    state = account_state(account, rules)
    items = [item for item in state.open_invoices if invoice in (None, item.id)]
    blocks = [
        _head(state),
        *(_item(state, item, plan) for item in items),
        *_settled(state, invoice),
        *([] if invoice else _tasks(plan)),
    ]
    return "\n\n".join(blocks) + "\n"


def _head(state: AccountState) -> str:
    profile = state.account.profile
    segment = profile.segment or state.rules.settings.default_segment
    owner = state.rules.settings.owner_of(profile) or "nobody"
    who = f"segment {segment}, owner {owner}"
    channels = ", ".join(profile.channels) or "no channel"
    lines = [
        f"{state.account.id}: {profile.name}, as of {state.as_of}",
        f"  {who}, reached by {channels}",
    ]
    lines += _addresses(state)
    lines += _balances(state)
    if profile.flags:
        lines.append(f"  flagged {', '.join(sorted(profile.flags))}")
    if state.history.contacts:
        on, channel = state.history.contacts[-1]
        lines.append(f"  last contact on {on} by {channel or 'hand'}")
    lines += [
        f"  {amount} {currency} received and not matched to an invoice"
        for currency, amount in sorted(state.balances.cash.items())
    ]
    lines += [
        f"  {amount} {currency} credited and not put on an invoice"
        for currency, amount in sorted(state.balances.unapplied_credits.items())
    ]
    lines += [
        f"  {amount} {currency} in their favour, on invoices paid or credited twice"
        for currency, amount in sorted(state.balances.credit_balances.items())
    ]
    return "\n".join(lines)


def _addresses(state: AccountState) -> list[str]:
    """Name the postal address, and who is written to."""
    profile, reader = (
        state.account.profile,
        best_written_address(state.account, state.dead_addresses),
    )
    lines = [f"  address {', '.join(profile.address)}"] if profile.address else []
    if reader and reader.channel != "letter":
        lines.append(f"  written to {reader.contact.name}, {reader.to}")
    return lines


def _balances(state: AccountState) -> Iterable[str]:
    """Say what is open in each currency, net of what covers it."""
    for currency in sorted({item.currency for item in state.open_invoices}):
        case = state.case(currency)
        open_ = total((item.net for item in case), currency)
        late = total((item.net for item in case if item.overdue), currency)
        yield f"  balance {open_} {currency}, {late} {currency} of it overdue"


def _item(state: AccountState, item: InvoiceState, plan: AccountPlan) -> str:
    invoice = item.invoice
    amount = f"{item.open} {item.currency} open of {invoice.total}"
    if item.cover.amount.amount:
        amount += f", {item.net} net of what covers it"
    when = f"due {invoice.due}, {age(item.days_overdue)}"
    lines = [
        f"{invoice.id}: {amount}, {when}, policy {item.policy.ref}",
        *(f"  {text}" for text in _today(item.id, plan)),
        *(f"  {text}" for text in _to_decide(state, item, plan)),
        *(f"  {text}" for text in _charges(state, invoice.id)),
        *_moved(item),
        *(f"  noted: {rest.why}" for rest in item.suspensions),
        *(f"  noted: {text}" for text in _uncounted(state, item)),
        "  ladder:",
        *(f"    {text}" for text in _ladder(state, item, plan)),
    ]
    return "\n".join(lines)


def _moved(item: InvoiceState) -> Iterable[str]:
    """Say that the account's policy is another than the one that goes on here."""
    if item.moved_to:
        yield (
            f"  its conversation began under {item.policy.ref}; the account is under"
            f" {item.moved_to} now, which does not say how it takes over: what is"
            " firmer is proposed, not sent"
        )


def _uncounted(state: AccountState, item: InvoiceState) -> Iterable[str]:
    """Name the steps on record that this invoice did not take, and why."""
    counted = {(step.name, on) for step, on in item.steps_taken}
    for taken in state.history.steps_taken.get(item.id, ()):
        name = state.rules.step_now(
            taken.step, taken.policy, item.policy, state.account
        )
        if (name, taken.on) in counted:
            continue
        if taken.on < item.invoice.due:
            why = "it was before the present due date"
        else:
            why = "it names no invoices, and this one was past it or has no such step"
        yield f"{name} of {taken.on} does not count: {why}"


def _today(invoice: str, plan: AccountPlan) -> Iterable[str]:
    """Say what the plan does with an invoice: acts on it, shows it, or waits."""
    for action in plan.actions:
        if any(line.id == invoice for line in action.invoices):
            yield f"today: {action.kind} {action.step}"
            yield from (f"because {why}" for why in action.why)
        elif action.kind not in ("task", "close") and _lists(action, invoice):
            yield f"shown in: {action.kind} {action.step}"
    for wait in plan.waiting:
        if wait.invoice == invoice:
            yield from _why_not(wait)


def _to_decide(
    state: AccountState, item: InvoiceState, plan: AccountPlan
) -> Iterable[str]:
    """Say how what is proposed about an invoice is read and decided, or closes."""
    closing = {
        action.decision: action for action in plan.actions if action.kind == "close"
    }
    for entry in proposals_in(state, "proposed"):
        if not is_about(entry, item):
            continue
        name = f"{state.account.id}/{entry.id}"
        if entry.id in closing:
            yield f"closes today: {name}, {'; '.join(closing[entry.id].why)}"
            continue
        out = next((task.way_out for task in plan.pending if task.id == name), None)
        yield f"read it with: {(out and out.read) or f'goodterms show {name}'}"
        if state.rules.settings.forge == "local" and out and out.command:
            yield f"then: {out.command}, or decline"


def _lists(action: Action, invoice: str) -> bool:
    return any(line.id == invoice for line in action.listed)


def _why_not(wait: WaitingInvoice) -> Iterable[str]:
    yield f"nothing today: {standing(wait)}"
    yield from (f"because {why}" for why in wait.why)


def _ladder(
    state: AccountState, item: InvoiceState, plan: AccountPlan
) -> Iterable[str]:
    """Walk the ladder: what was taken, what is next, what is still to come."""
    taken = {step.name: on for step, on in item.steps_taken}
    next_step = find_next_step(state, item)
    coming = _coming(state, item, next_step, plan)
    ahead = item.policy.step(coming.step) if coming else None
    calendar = state.rules.calendar(item.policy, state.account)
    earliest = state.as_of
    for step in item.policy.ladder:
        if step.name in taken:
            yield f"{step.name}: taken on {taken[step.name]}"
        elif coming is None or ahead is None or step.index < ahead.index:
            yield f"{step.name}: {_left_out(state, item, next_step, step)}"
        elif step is ahead:
            yield f"{step.name}: next, {_when_phrase(coming.on, state.as_of)}"
            earliest = plus(coming.on or state.as_of, step.wait)
        else:
            soonest = max(plus(item.invoice.due, step.offset), earliest)
            yield f"{step.name}: not before {calendar.on_or_after(soonest)}"
            earliest = plus(soonest, step.wait)


def _coming(
    state: AccountState,
    item: InvoiceState,
    next_step: NextStep | None,
    plan: AccountPlan,
) -> UpcomingStep | None:
    """Return the next step and its day as the plan has them; today's is today."""
    for wait in plan.waiting:
        if wait.invoice == item.id and wait.next:
            return wait.next
    if next_step is None:
        return None
    waits = any(wait.invoice == item.id for wait in plan.waiting)
    return UpcomingStep(next_step.step.name, None if waits else state.as_of)


def _when_phrase(day: date | None, today: date) -> str:
    if day is None:
        return "when nothing stops it any more"
    return "today" if day == today else f"on {day} if nothing changes"


def _left_out(
    state: AccountState, item: InvoiceState, next_step: NextStep | None, step: Step
) -> str:
    """Say why a step was not taken: a call that nobody made is no step gone by."""
    handed = state.history.calls_handed_out.get((item.id, step.name))
    if handed:
        return f"not made, handed out on {handed}"
    last = item.last_step[0].index if item.last_step else -1
    if step.index <= last:
        return "passed"
    skipped = next_step.skipped if next_step else ()
    reasons = (
        f"skipped, {skipped_step.reason}"
        for skipped_step in skipped
        if skipped_step.name == step.name
    )
    return next(reasons, "skipped")


def _settled(state: AccountState, invoice: str | None) -> list[str]:
    lines = []
    for settled_invoice in state.balances.invoices.values():
        if state.balances.open[settled_invoice.id].amount > 0 or invoice not in (
            None,
            settled_invoice.id,
        ):
            continue
        on = state.balances.settled_on(settled_invoice)
        paid = state.balances.paid_on(settled_invoice)
        late = (paid - settled_invoice.due).days if paid else 0
        when = f"{late} days late" if late > 0 else "on time"
        when = when if paid else "credited in full"
        charges = "".join(f"; {text}" for text in _charges(state, settled_invoice.id))
        lines.append(f"{settled_invoice.id}: settled on {on}, {when}{charges}")
    return ["\n".join(sorted(lines))] if lines else []


def _charges(state: AccountState, invoice: str) -> Iterable[str]:
    """Say what became of the charges that messages claimed on an invoice."""
    claimed = state.balances.charges.get(invoice)
    if claimed is None:
        return
    paid, left = claimed.paid.sum, claimed.left.sum
    if paid.amount:
        yield f"{paid} {paid.currency} of charges paid"
    if left.amount:
        charges = f"{left} {left.currency} of charges claimed on {claimed.on}"
        is_open = state.balances.open[invoice].amount > 0
        yield f"{charges} not paid" if is_open else f"{charges} let go"


def _tasks(plan: AccountPlan) -> list[str]:
    """List what waits for one of us about the account, and what settles it."""
    jobs = [action for action in plan.actions if action.kind == "task"]
    lines = [line for job in (*jobs, *plan.pending) for line in _task(job)]
    return ["\n".join(["tasks:", *lines])] if lines else []


def _task(job: Action) -> Iterable[str]:
    yield f"  {job.step}: {job.why[0]}"
    out = job.way_out
    ways = (out.read, out.command, out.in_words) if out else ()
    yield from (f"    {way}" for way in ways if way)
