"""Tasks for people: as text for a terminal, as Markdown for a page."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from engine.plan_words import amounts, called, cells, count, plain
from engine.settings import Person
from engine.tasks.task import HEADS, URGENCIES, Task
from engine.terminal import joined, lines

_DEEP = 6


def tasks_text(
    tasks: Sequence[Task],
    day: date,
    people: Mapping[str, Person],
    repository: str | None = None,
) -> str:
    """Show tasks on a terminal, the most urgent first.

    *repository* is the address of its page where forms can be filled in.
    """
    if not tasks:
        return f"Tasks for {day}: nothing waits for us\n"
    parts = [f"Tasks for {day}: {count(len(tasks), 'task')}"]
    for urgency in URGENCIES:
        mine = [task for task in tasks if task.urgency == urgency]
        blocks = [
            line for task in mine for line in task_lines(task, day, people, repository)
        ]
        parts += ["\n".join([f"{HEADS[urgency]}:", *blocks])] if mine else []
    return "\n\n".join(parts) + "\n"


def task_lines(
    task: Task,
    day: date,
    people: Mapping[str, Person],
    repository: str | None = None,
) -> Iterator[str]:
    """Tell one task: about whom, what it is worth, since when, and what settles it."""
    yield from lines(f"{task.kind}: {customer(task)}", 2, _DEEP)
    facts = joined([amounts(task.at_stake), waited(task, day), whose(task, people)])
    yield from lines(facts, _DEEP)
    yield from lines(task.why, _DEEP)
    yield from (f"{'':{_DEEP}}{way}" for way in ways(task, repository))


def customer(task: Task) -> str:
    """Name the customer of a task, ``Tyne Brewing Ltd (10021)``."""
    return f"{task.customer} ({task.account})" if task.customer else task.account


def waited(task: Task, day: date) -> str:
    """Say since when a task waits: ``since 2026-11-20, 7 days``."""
    days = task.days(day)
    if task.since is None or days is None:
        return ""
    told = count(days, "day") if days else "today"
    return f"since {task.since}, {told}"


def whose(task: Task, people: Mapping[str, Person]) -> str:
    """Say who a task is for: the team that may decide, else the account's owner."""
    if task.team:
        return f"for {task.team}"
    return f"for {called(task.owner, people)}"


def ways(task: Task, repository: str | None) -> Iterator[str]:
    """List what settles a task, each in a line of its own to be pasted."""
    out, form = task.way_out, task.form(repository)
    by_hand = f"by hand: {out.by_hand}" if out.by_hand else None
    yield from (way for way in (out.read, out.command, form, by_hand) if way)


_COLUMNS = ("Task", "Customer", "At stake", "Waits", "For", "Why", "Settled by")


def tasks_markdown(
    tasks: Sequence[Task],
    day: date,
    people: Mapping[str, Person],
    repository: str | None = None,
) -> str:
    """Show tasks as Markdown: a table for each urgency."""
    if not tasks:
        return f"## Tasks for {day}\n\nNothing waits for us.\n"
    parts = [f"## Tasks for {day}\n\n{count(len(tasks), 'task')}."]
    for urgency in URGENCIES:
        mine = [task for task in tasks if task.urgency == urgency]
        table = tasks_table(mine, day, people, repository)
        parts += [f"### {HEADS[urgency]}\n\n{table}"] if mine else []
    return "\n\n".join(parts) + "\n"


def tasks_table(
    tasks: Sequence[Task],
    day: date,
    people: Mapping[str, Person],
    repository: str | None = None,
) -> str:
    """Write tasks as a table in Markdown, "" for none."""
    if not tasks:
        return ""
    rows = [cells(_row(task, day, people, repository)) for task in tasks]
    return "\n".join([cells(_COLUMNS), cells(["---"] * len(_COLUMNS)), *rows])


def _row(
    task: Task, day: date, people: Mapping[str, Person], repository: str | None
) -> tuple[str, ...]:
    told = (
        task.kind,
        customer(task),
        amounts(task.at_stake),
        waited(task, day),
        whose(task, people),
        task.why,
    )
    settled = "<br>".join(_way(way) for way in ways(task, repository))
    return (*map(plain, told), settled)


def _way(way: str) -> str:
    return f"<{way}>" if way.startswith("https://") else plain(way)
