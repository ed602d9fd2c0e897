"""The message of a proposal: what would go out, as of the page's day."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.action import Action
from engine.days import plus
from engine.decision.history import Entry
from engine.decision.rules import Rules
from engine.model import Account
from engine.page.matter import Edit, Matter, matter, page_day, would_do
from engine.problem import Problem

if TYPE_CHECKING:
    from engine.render import Rendered, Templates

#: So many days later the message is written again, to see what differs.
LATER = 7


@dataclass(frozen=True, slots=True)
class Letter:
    """A message of a proposal as of the page's day, and the same a week later.

    What differs between them is worked out when it is sent.
    """

    message: "Rendered"
    later: "Rendered | None" = None


def write_letter(
    account: Account,
    rules: Rules,
    entry: Entry,
    templates: "Templates",
    edit: Edit | None = None,
) -> tuple[Letter | None, tuple[Problem, ...]]:
    """Write what merging a proposal would send, as of the page's day.

    None where it sends nothing, or where it cannot be written, with problems.
    """
    day = page_day(account, rules, entry)
    message, problems = written(matter(account, rules, entry, day, edit), templates)
    if message is None:
        return None, problems
    week_later = plus(day, LATER)
    later, _ = written(matter(account, rules, entry, week_later, edit), templates)
    return Letter(message, later), problems


def written(
    about: Matter, templates: "Templates", choose: str | None = None
) -> tuple["Rendered | None", tuple[Problem, ...]]:
    """Write what approval would send on the day that *about* speaks of.

    *choose* is what its file would say. None and no problems where nothing is sent.
    """
    from engine.render import render  # noqa: PLC0415 - needs Jinja, Babel, Markdown

    rules = about.here.rules
    actions, problems = would_do(about, choose)
    told = message_of(actions)
    if told is None:
        return None, problems
    made, unfit = render(
        templates, told, about.account, rules.settings, about.day, rules.book
    )
    return made, (*problems, *unfit)


def message_of(actions: tuple[Action, ...]) -> Action | None:
    """Find the one that hands words to somebody."""
    return next((a for a in actions if a.template), None)
