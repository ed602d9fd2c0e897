"""The page of a proposal as it is read on a terminal: whole, with every message."""

from collections.abc import Iterator

from engine.page.clause import Clause
from engine.page.head import COMMANDS, PULL_REQUEST, head
from engine.page.invoices import invoices
from engine.page.layout import paragraphs
from engine.page.links import shelf
from engine.page.matter import Matter, would_do
from engine.page.options import options
from engine.page.preview import Preview
from engine.page.proposal import ground, headed
from engine.page.safe import Md
from engine.page.said import in_full, said
from engine.page.terminal import as_terminal, unfenced
from engine.page.timeline import events, timeline
from engine.page.worth import worth


def page_text(
    about: Matter,
    found: tuple[Preview, ...],
    clause: Clause | None,
    *,
    decided: bool = False,
) -> str:
    """Write everything that a proposal's page says, as of the day of *about*.

    The messages come last, whole: what is said right before the question is what
    would leave.
    """
    parts = map(as_terminal, _parts(about, clause, decided=decided))
    then = as_terminal(Md("### What it does" if decided else "### If it is approved"))
    return "\n\n".join((*parts, then, *_messages(about, found)))


def _parts(about: Matter, clause: Clause | None, *, decided: bool) -> Iterator[Md]:
    files = shelf(None, None)
    actions, _ = would_do(about)
    local = about.here.rules.settings.forge == "local"
    answers = COMMANDS if local else PULL_REQUEST
    yield head(about, actions, files, None if decided else answers, ask=False)
    parts = {
        "Options": Md() if decided else options(about),
        "Invoices": invoices(about, files),
        "What has happened": timeline(events(about, files), about.day),
        "What was said and promised": paragraphs(
            said(about, files), in_full(about, files)
        ),
        "The relationship": worth(about),
        "The policy": ground(about, clause, files),
    }
    yield from (headed(heading, body) for heading, body in parts.items() if body)


def _messages(about: Matter, found: tuple[Preview, ...]) -> Iterator[str]:
    first = "proposed" if about.chosen == about.proposed else "chosen"
    for at, each in enumerate(found):
        named = f"{each.choose} ({first})" if found[1:] and not at else each.choose
        message = f"\n\n{unfenced(each.message)}" if each.message else ""
        yield f"{named}: {each.does}{message}".rstrip()
