"""A plan for people: as text for a terminal, as Markdown for a page."""

from collections.abc import Iterable, Sequence

from engine.action import Action, Line, Plan, Waiting
from engine.money import Money

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


def plan_text(plan: Plan) -> str:
    """Show a plan on a terminal: what to do, for whom tasks wait, what rests."""
    doing = [a for a in plan.actions if a.kind != "task"]
    jobs = [a for a in plan.actions if a.kind == "task"]
    parts = [
        f"Plan for {plan.as_of}: {_count(plan)}",
        _section("To do today", [_deed(action) for action in doing]),
        _section("Tasks for us", [_job(task) for task in jobs]),
        _section("Waiting", _waits(plan.waiting)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _count(plan: Plan) -> str:
    kinds = [action.kind for action in plan.actions]
    said = [
        f"{kinds.count(kind)} to {word}"
        for kind, word in _DOES.items()
        if kind in kinds and kind != "task"
    ]
    if "task" in kinds:
        said.append(_plural(kinds.count("task"), "task"))
    said.append(f"{_plural(len(plan.waiting), 'invoice')} waiting")
    return ", ".join(said)


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _section(title: str, blocks: Sequence[str]) -> str:
    return "\n".join([f"{title}:", *blocks]) if blocks else ""


def _deed(action: Action) -> str:
    head = f"  {_DOES[action.kind]:<9} {action.id}"
    rows = [f"            {_row(line)}" for line in action.invoices]
    rows += [f"            {_row(line)}  (listed)" for line in action.listed]
    rows += [
        f"            {_row(each.line)}  (left out: {each.reason})"
        for each in action.apart
    ]
    why = [f"            because {reason}" for reason in action.why]
    return "\n".join([head, f"            {_how(action)}", *rows, *why])


def _how(action: Action) -> str:
    """Say in one line how an action goes: channel, addressee, amount, policy."""
    parts = []
    if action.channel:
        parts.append(f"by {action.channel}")
    if action.to:
        parts.append(f"to {action.to}")
    if action.totals and action.kind != "thank":
        verb = _LETS_GO if action.kind in ("write-off", "credit") else "asking for"
        parts.append(f"{verb} {amounts(action.totals)}")
    if action.choose and action.choose != "approve":
        parts.append(f"choosing {action.choose}")
    if action.partner:
        parts.append(f"with {action.partner}")
    if action.expires:
        parts.append(f"decide by {action.expires}")
    if action.policy:
        parts.append(f"policy {action.policy}")
    return ", ".join(parts)


def amounts(sums: Iterable[Money]) -> str:
    """Write amounts of several currencies, such as ``10.00 EUR and 5.00 USD``."""
    return " and ".join(f"{amount} {amount.currency}" for amount in sums)


def _row(line: Line) -> str:
    return f"{line.id}  {line.open} {line.open.currency}  {age(line.days_overdue)}"


def age(days: int) -> str:
    """Say how late an invoice is: ``7 days overdue``, ``due in 5 days``."""
    if days > 0:
        return f"{_plural(days, 'day')} overdue"
    return f"due in {_plural(-days, 'day')}" if days else "due today"


def _job(task: Action) -> str:
    return f"  {task.owner or 'no owner':<9} {task.account}: {task.step}, {task.why[0]}"


def _waits(waiting: Sequence[Waiting]) -> list[str]:
    width = max((len(f"{w.account} {w.invoice}") for w in waiting), default=0)
    return [
        f"  {f'{w.account} {w.invoice}':<{width}}  {standing(w)}{_reason(w)}"
        for w in waiting
    ]


def _reason(wait: Waiting) -> str:
    plain = wait.standing == "waiting" and not (wait.next and wait.next.on is None)
    return "" if plain else f"  ({wait.why[0]})"


def standing(wait: Waiting) -> str:
    """Say how an invoice stands, until when, and what comes next."""
    text = wait.label or wait.standing
    if wait.until:
        text += f" until {wait.until}"
    if wait.next and wait.next.on:
        text += f", then {wait.next.step} on {wait.next.on}"
    elif wait.next:
        text += f", then {wait.next.step}"
    return text


def plan_markdown(plan: Plan) -> str:
    """Show a plan as Markdown: one table of deeds, one of tasks, one of the rest."""
    doing = [a for a in plan.actions if a.kind != "task"]
    jobs = [a for a in plan.actions if a.kind == "task"]
    parts = [
        f"## Plan for {plan.as_of}\n\n{_count(plan)[:1].upper()}{_count(plan)[1:]}.",
        _table("To do today", _DEEDS, [_deed_cells(a) for a in doing]),
        _table("Tasks for us", _JOBS, [_job_cells(a) for a in jobs]),
        _table("Waiting", _REST, [_wait_cells(w) for w in plan.waiting]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


_DEEDS = ("Do", "Account", "Step", "How", "Invoices", "Why")
_JOBS = ("Who", "Account", "Task", "Why")
_REST = ("Account", "Invoice", "Standing", "Why")


def _deed_cells(action: Action) -> tuple[str, ...]:
    return (
        _DOES[action.kind],
        action.account,
        action.step,
        _how(action),
        "; ".join(_row(line) for line in (*action.invoices, *action.listed)),
        "; ".join(action.why),
    )


def _job_cells(task: Action) -> tuple[str, ...]:
    return (task.owner or "no owner", task.account, task.step, "; ".join(task.why))


def _wait_cells(wait: Waiting) -> tuple[str, ...]:
    return (wait.account, wait.invoice, standing(wait), "; ".join(wait.why))


def _table(title: str, heads: Sequence[str], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    lines = [f"### {title}", "", _cells(heads), _cells(["---"] * len(heads))]
    return "\n".join([*lines, *(_cells([_plain(c) for c in row]) for row in rows)])


def _cells(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _plain(text: str) -> str:
    """Keep data from being read as Markdown, a mention or a second cell."""
    for mark in "\\`*_[]<>|#@~":
        text = text.replace(mark, f"&#{ord(mark)};")
    return " ".join(text.split())
