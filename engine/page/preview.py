"""What approving a proposal today would do, as text for a terminal."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.decision.decided import verdicts
from engine.decision.proposals import expires_on
from engine.decision.standing import stands
from engine.page.deeds import effect
from engine.page.letter import message_of, written
from engine.page.matter import Matter, would_do
from engine.page.safe import plain
from engine.problem import Problem

if TYPE_CHECKING:
    from engine.render import Templates


@dataclass(frozen=True, slots=True)
class Preview:
    """A choice of a proposal: what it does in a line, and the message if it has one.

    ``html`` is the message's other part, "" for none.
    """

    choose: str
    does: str
    message: str = ""
    html: str = ""
    problems: tuple[Problem, ...] = ()


def previews(about: Matter, templates: "Templates") -> tuple[Preview, ...]:
    """Show what each choice would do if it were approved on the day of *about*.

    What is proposed stands first. An approved proposal has no choice any more.
    """
    options = about.step.choose if about.step else ()
    others = [option.name for option in options if option.name != about.chosen]
    if about.entry.doc.state == "approved":
        others = []
    return tuple(_preview(about, templates, each) for each in (about.chosen, *others))


def _preview(about: Matter, templates: "Templates", choose: str) -> Preview:
    from engine.render import record_text  # noqa: PLC0415 - needs Jinja, Babel, Markdown

    remedy = about.step.remedy(choose) if about.step else None
    actions, _ = would_do(about, choose)
    made, problems = written(about, templates, choose)
    told = message_of(actions)
    does = plain(effect(about, remedy, actions)).replace("\u00a0", " ")
    if made is None or told is None:
        return Preview(choose, does, problems=problems)
    return Preview(choose, does, record_text(made, told), made.html, problems)


def overtaken(about: Matter) -> str | None:
    """Say what the next run does instead of asking on, None where it asks on."""
    if about.unreadable:
        return f"{about.unreadable}: mend it, then look again"
    found = verdicts(about.here, stands(about.here))
    verdict = next((each for each in found if each.entry.id == about.entry.id), None)
    if verdict is None or verdict.do == "close":
        ended = f"it ended on {expires_on(about.here, about.entry)}"
        return f"the next run closes it: {verdict.why if verdict else ended}"
    if verdict.do == "refresh":
        return "the facts have changed: the next run asks again, with those of the day"
    return None
