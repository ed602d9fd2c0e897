"""A plan for people: as text for a terminal, as Markdown for a page."""

from collections.abc import Iterator, Mapping, Sequence

from goodterms.model.plan import Action, InvoiceLine, Plan, WaitingInvoice
from goodterms.model.settings import Person
from goodterms.views.plan_sums import (
    WaitingReason,
    asked_by_messages,
    open_of,
    waiting_by_reason,
)
from goodterms.views.tasks import PersonTask, tasks_of
from goodterms.views.tasks_text import task_lines, tasks_table
from goodterms.views.terminal_lines import joined, lines
from goodterms.views.wording import age, amounts, called, cells, count, plain

_DOES = {
    "send": "send",
    "call": "call",
    "propose": "propose",
    "close": "close",
    "place": "place",
    "hold": "hold",
    "release": "release",
    "write-off": "write off",
    "credit": "credit",
    "thank": "thank",
    "task": "task",
}
_LETS_GO = "letting go of"
_DEEP = 12


def plan_text(plan: Plan, people: Mapping[str, Person] | None = None) -> str:
    """Show a plan on a terminal: what to do, what waits for us, what rests.

    Every customer is named beside the account, and sums stand for each currency.
    """
    doing = [a for a in plan.actions if a.kind != "task"]
    named_people = people or {}
    action_lines = [
        line for action in doing for line in _action_lines(plan, action, named_people)
    ]
    tasks = tasks_of(plan)
    tasks_lines = [
        line for task in tasks for line in task_lines(task, plan.as_of, named_people)
    ]
    rest = [
        line
        for reason in waiting_by_reason(plan)
        for line in _reason_lines(plan, reason)
    ]
    parts = [
        "\n".join(lines(f"Plan for {plan.as_of}: {_count(plan, tasks)}", hang=2)),
        _section(f"To do today{_asking(plan)}", action_lines),
        _section("Tasks for us", tasks_lines),
        _section(f"Waiting, {_open(plan.waiting)}", rest),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def plan_lines(plan: Plan) -> list[str]:
    """Sum a plan up in a few lines: what is due, and what rests for which reason."""
    amount = amounts(asked_by_messages(plan))
    summary = [f"{plan.as_of}: {_count(plan, tasks_of(plan))}"]
    summary += [f"messages ask for {amount}"] if amount else []
    summary += [
        f"{reason.name}: {_open(reason.waits)}" for reason in waiting_by_reason(plan)
    ]
    return summary


def _count(plan: Plan, tasks: Sequence[PersonTask]) -> str:
    kinds = [action.kind for action in plan.actions]
    parts = [
        f"{kinds.count(kind)} to {word}"
        for kind, word in _DOES.items()
        if kind in kinds and kind != "task"
    ]
    if tasks:
        parts.append(count(len(tasks), "task"))
    parts.append(f"{count(len(plan.waiting), 'invoice')} waiting")
    return ", ".join(parts)


def _asking(plan: Plan) -> str:
    amount = amounts(asked_by_messages(plan))
    return f", messages asking for {amount}" if amount else ""


def _open(waits: Sequence[WaitingInvoice]) -> str:
    counted = count(len(waits), "invoice")
    return joined([counted, f"{amounts(open_of(waits))} open"])


def _section(title: str, blocks: Sequence[str]) -> str:
    return "\n".join([*lines(f"{title}:", hang=2), *blocks]) if blocks else ""


def _action_lines(
    plan: Plan, action: Action, people: Mapping[str, Person]
) -> Iterator[str]:
    """Tell an action: for whom, how, about which invoices, and why."""
    yield from lines(f"{_DOES[action.kind]:<9} {plan.called(action.account)}", 2, _DEEP)
    yield f"{'':{_DEEP}}{action.id}"
    for text in filter(None, (_how(action, people), _asks(action))):
        yield from lines(text, _DEEP)
    rows = [_row(line) for line in action.invoices]
    rows += [f"{_row(line)}  (listed)" for line in action.listed]
    rows += [
        f"{_row(excluded.line)}  (left out: {excluded.reason})"
        for excluded in action.apart
    ]
    for row in (*rows, *(f"because {reason}" for reason in action.why)):
        yield from lines(row, _DEEP, _DEEP + 2)


def _how(action: Action, people: Mapping[str, Person]) -> str:
    """Say by which channel an action goes, to whom, and under which policy."""
    to = f"to {action.to}" if action.to else ""
    if action.kind == "call":
        to = f"handed to {called(action.owner, people)}"
    return joined(
        [
            f"by {action.channel}" if action.channel else "",
            to,
            f"with {action.partner}" if action.partner else "",
            f"policy {action.policy}" if action.policy else "",
        ]
    )


def _asks(action: Action) -> str:
    """Say what an action asks for or lets go of, and what there is to decide."""
    verb = _LETS_GO if action.kind in ("write-off", "credit") else "asking for"
    money = bool(action.totals) and action.kind != "thank"
    chosen = action.choose and action.choose != "approve"
    return joined(
        [
            f"{verb} {amounts(action.totals)}" if money else "",
            f"choosing {action.choose}" if chosen else "",
            f"decide by {action.expires}" if action.expires else "",
        ]
    )


def _row(line: InvoiceLine) -> str:
    return f"{line.id}  {line.open} {line.open.currency}  {age(line.days_overdue)}"


def _reason_lines(plan: Plan, reason: WaitingReason) -> Iterator[str]:
    """Tell the invoices that wait for one reason, customer by customer."""
    yield from lines(f"{reason.name}: {_open(reason.waits)}", 2, 4)
    last = None
    for wait in reason.waits:
        if wait.account != last:
            yield from lines(plan.called(wait.account), 4, 6)
        last = wait.account
        sum_ = f"{wait.open} {wait.open.currency}" if wait.open else ""
        head = f"{wait.invoice}  {sum_}  {_wait_phrase(wait)}"
        yield from lines(head.rstrip(), 6, 8)
        if why := _why(wait):
            yield from lines(why, 8)


def _wait_phrase(wait: WaitingInvoice) -> str:
    """Say until when an invoice waits, and what comes next; its age beside."""
    return joined([age(wait.days_overdue), _ahead(wait)])


def _why(wait: WaitingInvoice) -> str:
    is_plain = wait.standing == "waiting" and not (wait.next and wait.next.on is None)
    return "" if is_plain else wait.why[0]


def standing(wait: WaitingInvoice) -> str:
    """Say how an invoice stands, until when, and what comes next."""
    name = wait.label or wait.standing
    ahead = _ahead(wait)
    return f"{name} {ahead}" if wait.until else joined([name, ahead])


def _ahead(wait: WaitingInvoice) -> str:
    """Say until when an invoice waits, and what comes then."""
    parts = [f"until {wait.until}"] if wait.until else []
    if wait.next:
        day = f" on {wait.next.on}" if wait.next.on else ""
        parts.append(f"then {wait.next.step}{day}")
    return joined(parts)


def plan_markdown(plan: Plan, people: Mapping[str, Person] | None = None) -> str:
    """Show a plan as Markdown: tables of deeds, of tasks, and of the rest."""
    doing = [a for a in plan.actions if a.kind != "task"]
    named_people, tasks = people or {}, tasks_of(plan)
    counted = _count(plan, tasks)
    tasks_rows = tasks_table(tasks, plan.as_of, named_people)
    action_rows = [_action_cells(plan, action, named_people) for action in doing]
    waits = [_wait_cells(plan, waiting) for waiting in plan.waiting]
    reasons = [_reason_cells(waiting) for waiting in waiting_by_reason(plan)]
    parts = [
        f"## Plan for {plan.as_of}\n\n{counted[:1].upper()}{counted[1:]}.",
        _table(f"To do today{_asking(plan)}", _ACTION_COLUMNS, action_rows),
        f"### Tasks for us\n\n{tasks_rows}" if tasks_rows else "",
        _table("Waiting, by reason", _REASON_COLUMNS, reasons),
        _table("Waiting", _WAITING_COLUMNS, waits),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


_ACTION_COLUMNS = ("Do", "Customer", "Step", "How", "Invoices", "Why")
_REASON_COLUMNS = ("Reason", "Invoices", "Open")
_WAITING_COLUMNS = ("Customer", "Invoice", "Open", "Standing", "Why")


def _action_cells(
    plan: Plan, action: Action, people: Mapping[str, Person]
) -> tuple[str, ...]:
    return (
        _DOES[action.kind],
        plan.called(action.account),
        action.step,
        joined([_how(action, people), _asks(action)]),
        "; ".join(_row(line) for line in (*action.invoices, *action.listed)),
        "; ".join(action.why),
    )


def _reason_cells(reason: WaitingReason) -> tuple[str, ...]:
    return (reason.name, str(len(reason.waits)), amounts(reason.open))


def _wait_cells(plan: Plan, wait: WaitingInvoice) -> tuple[str, ...]:
    return (
        plan.called(wait.account),
        wait.invoice,
        f"{wait.open} {wait.open.currency}" if wait.open else "",
        standing(wait),
        "; ".join(wait.why),
    )


def _table(title: str, heads: Sequence[str], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    head_lines = [f"### {title}", "", cells(heads), cells(["---"] * len(heads))]
    return "\n".join([*head_lines, *(cells([plain(c) for c in row]) for row in rows)])
