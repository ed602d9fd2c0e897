"""Words that a plan, its tasks and its explanation share."""

from collections.abc import Iterable, Mapping, Sequence

from goodterms.model.money import Money
from goodterms.model.settings import Person

#: More characters than this in one cell of a table are cut.
_LONGEST_CELL = 2000


def amounts(sums: Iterable[Money]) -> str:
    """Write amounts of several currencies, such as ``10.00 EUR and 5.00 USD``."""
    return " and ".join(f"{amount} {amount.currency}" for amount in sums)


def count(number: int, noun: str) -> str:
    """Write a number of things, ``1 task`` or ``2 tasks``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def called(person: str | None, people: Mapping[str, Person]) -> str:
    """Name one of us, ``Dana Lindqvist``; nobody where there is none."""
    if person is None:
        return "nobody yet"
    return people[person].name if person in people else person


def age(days: int) -> str:
    """Say how late an invoice is: ``7 days overdue``, ``due in 5 days``."""
    if days > 0:
        return f"{count(days, 'day')} overdue"
    return f"due in {count(-days, 'day')}" if days else "due today"


def cells(row: Sequence[str]) -> str:
    """Write a row of a table in Markdown."""
    return "| " + " | ".join(row) + " |"


def plain(text: str) -> str:
    """Keep data from being read as Markdown, a name, a link or a second cell."""
    from goodterms.views.markdown import words  # noqa: PLC0415 - start fast

    return words(text, _LONGEST_CELL) if text else ""


def to_copy(command: str) -> str:
    """Write a command in Markdown so that it can be copied as it is."""
    from goodterms.views.markdown import code  # noqa: PLC0415 - start fast

    return code(command)
