"""Tasks for people: as text for a terminal, as Markdown for a page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from goodterms.model.plan import TO_POST, Action, Plan, named
from goodterms.model.settings import Person
from goodterms.views.tasks import HEADS, URGENCIES, PersonTask
from goodterms.views.terminal_lines import joined, lines
from goodterms.views.wording import amounts, called, cells, count, plain, to_copy

_INDENT = 6

#: So many invoices are named.
_FEW = 3

#: More messages to post than these are counted.
_MOST_LETTERS = 5


def tasks_text(
    tasks: Sequence[PersonTask],
    day: date,
    people: Mapping[str, Person],
    repository: str | None = None,
    most: int | None = None,
) -> str:
    """Show tasks on a terminal, the most urgent first; of many, *most* of them.

    *repository* is the address of its page where forms can be filled in. Many
    messages to post are counted: ``goodterms outbox`` lists them.
    """
    if not tasks:
        return f"Tasks for {day}: nothing waits for us\n"
    listed, letters = _without_letters(tasks)
    parts = [f"Tasks for {day}: {count(len(tasks), 'task')}"]
    for urgency in URGENCIES:
        in_urgency = [task for task in listed[:most] if task.urgency == urgency]
        blocks = _counted(letters, day) if urgency == "now" else []
        blocks += [
            line
            for task in in_urgency
            for line in task_lines(task, day, people, repository)
        ]
        parts += ["\n".join([f"{HEADS[urgency]}:", *blocks])] if blocks else []
    if listed[most or len(listed) :]:
        more = len(listed) - (most or 0)
        parts.append(f"and {count(more, 'more task')}: goodterms tasks")
    return "\n\n".join(parts) + "\n"


def _without_letters(
    tasks: Sequence[PersonTask],
) -> tuple[list[PersonTask], list[PersonTask]]:
    """Part the messages to post from the rest, if there are many."""
    letters = [task for task in tasks if task.kind == TO_POST]
    if len(letters) <= _MOST_LETTERS:
        return list(tasks), []
    return [task for task in tasks if task.kind != TO_POST], letters


def _counted(letters: Sequence[PersonTask], day: date) -> list[str]:
    if not letters:
        return []
    counted = f"{TO_POST}: {count(len(letters), 'message')} in the outbox"
    oldest = waited(letters[0], day)
    return [
        *lines(f"{counted}, the oldest {oldest}", 2, _INDENT),
        "      goodterms outbox",
    ]


def task_lines(
    task: PersonTask,
    day: date,
    people: Mapping[str, Person],
    repository: str | None = None,
) -> Iterator[str]:
    """Tell one task: about whom, what it is worth, since when, and what settles it."""
    yield from lines(f"{task.kind}: {customer(task)}", 2, _INDENT)
    facts = joined([stake(task), waited(task, day), whose(task, people)])
    yield from lines(facts, _INDENT)
    yield from lines(task.why, _INDENT)
    for way in ways(task, repository):
        # What is to be pasted stays in one line.
        is_words = way == task.way_out.in_words
        yield from lines(way, _INDENT) if is_words else (f"{'':{_INDENT}}{way}",)


def customer(task: PersonTask) -> str:
    """Name the customer of a task, ``Tyne Brewing Ltd (10021)``."""
    return named(task.account, task.customer)


def stake(task: PersonTask) -> str:
    """Say what is at stake, on which invoices: ``45.60 USD on INV-1 and 2 more``."""
    if not task.invoices:
        return amounts(task.at_stake)
    few, more = task.invoices[:_FEW], len(task.invoices) - _FEW
    invoices = joined(few) + (f" and {more} more" if more > 0 else "")
    return f"{amounts(task.at_stake)} on {invoices}".lstrip()


def waited(task: PersonTask, day: date) -> str:
    """Say since when a task waits: ``since 2026-11-20, 7 days``."""
    days = task.days(day)
    if task.since is None or days is None:
        return ""
    duration = count(days, "day") if days else "today"
    return f"since {task.since}, {duration}"


def whose(task: PersonTask, people: Mapping[str, Person]) -> str:
    """Say who a task is for: the team that may decide, else the account's owner."""
    if task.team:
        return f"for {task.team}"
    return f"for {called(task.owner, people)}"


def ways(task: PersonTask, repository: str | None) -> Iterator[str]:
    """List what settles a task: commands and an address, each to be pasted; words."""
    out = task.way_out
    yield from (way for way in (out.read, out.command, task.form(repository)) if way)
    if out.in_words:
        yield out.in_words


_COLUMNS = ("Task", "Customer", "At stake", "Waits", "For", "Why", "Settled by")


def tasks_markdown(
    tasks: Sequence[PersonTask],
    day: date,
    people: Mapping[str, Person],
    repository: str | None = None,
) -> str:
    """Show tasks as Markdown: a table for each urgency."""
    if not tasks:
        return f"## Tasks for {day}\n\nNothing waits for us.\n"
    parts = [f"## Tasks for {day}\n\n{count(len(tasks), 'task')}."]
    for urgency in URGENCIES:
        in_urgency = [task for task in tasks if task.urgency == urgency]
        table = tasks_table(in_urgency, day, people, repository)
        parts += [f"### {HEADS[urgency]}\n\n{table}"] if in_urgency else []
    return "\n\n".join(parts) + "\n"


def tasks_table(
    tasks: Sequence[PersonTask],
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
    task: PersonTask, day: date, people: Mapping[str, Person], repository: str | None
) -> tuple[str, ...]:
    values = (
        task.kind,
        customer(task),
        stake(task),
        waited(task, day),
        whose(task, people).removeprefix("for "),
        task.why,
    )
    settled = "<br>".join(_way(way) for way in ways(task, repository))
    return (*map(plain, values), settled)


def _way(way: str) -> str:
    """Write an address to be followed, a command to be copied, or words."""
    if way.startswith("https://"):
        return f"<{way}>"
    return to_copy(way) if way.startswith("goodterms ") else plain(way)


#: Where the files of an account's entry lie, from the root; none on another machine.
FilesOf = Callable[[str, str], Sequence[str]]

_TO_POST_INDENT = 6


def to_post(plan: Plan) -> tuple[Action, ...]:
    """List what is to be posted, the oldest first."""
    pending = (action for action in plan.pending if action.step == TO_POST)
    return tuple(
        sorted(pending, key=lambda letter: (letter.since or date.max, letter.id))
    )


def speaks_for_it(action: Action) -> bool:
    """Whether nothing has come since that speaks against posting a message."""
    return action.way_out is None or action.way_out.in_words is None


def to_post_text(plan: Plan, files_of: FilesOf) -> str:
    """Show it on a terminal, with the files, and how to note that it was posted."""
    letters = to_post(plan)
    if not letters:
        return f"Outbox on {plan.as_of}: nothing to post\n"
    parts = [f"Outbox on {plan.as_of}: {count(len(letters), 'message')} to post"]
    parts += [
        "\n".join(_letter(plan, letter, files_of(letter.account, letter.entry)))
        for letter in letters
    ]
    return "\n\n".join(parts) + "\n"


def _letter(plan: Plan, action: Action, files: Sequence[str]) -> Iterator[str]:
    yield from lines(
        f"{plan.called(action.account)}: {action.why[0]}", 2, _TO_POST_INDENT
    )
    yield from lines(_facts(plan, action), _TO_POST_INDENT)
    if files:
        yield from (f"{'':{_TO_POST_INDENT}}{file}" for file in files)
    else:
        yield from lines(
            f"its file is not here; its text: goodterms show {action.id}",
            _TO_POST_INDENT,
        )
    out = action.way_out
    for way in (out.command, out.in_words) if out else ():
        if way:
            yield f"{'':{_TO_POST_INDENT}}{way}"


def _facts(plan: Plan, action: Action) -> str:
    days = (plan.as_of - action.since).days if action.since else 0
    waited = f"since {action.since}, {count(days, 'day')}" if days else "since today"
    amount = f"asking for {amounts(action.at_stake)}" if action.at_stake else ""
    return joined([amount, waited, f"to {action.to}" if action.to else ""])
