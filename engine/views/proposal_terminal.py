"""What approving a proposal today would do, as text for a terminal."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goodterms.decision import expires_on, invoice_standings, proposal_updates
from goodterms.model.problem import Problem
from goodterms.views.file_links import shelf
from goodterms.views.markdown import Markdown, plain
from goodterms.views.markdown_to_text import as_terminal, unfenced
from goodterms.views.page_layout import paragraphs
from goodterms.views.proposal_page.context import ProposalContext, would_do
from goodterms.views.proposal_page.effects import effect, options
from goodterms.views.proposal_page.invoices_section import invoices
from goodterms.views.proposal_page.message_preview import message_of, written
from goodterms.views.proposal_page.page import ground, headed
from goodterms.views.proposal_page.policy_excerpt import PolicyExcerpt
from goodterms.views.proposal_page.records_section import in_full, said
from goodterms.views.proposal_page.relationship_section import worth
from goodterms.views.proposal_page.summary_section import COMMANDS, PULL_REQUEST, head
from goodterms.views.proposal_page.timeline import events, timeline

if TYPE_CHECKING:
    from goodterms.render import Templates


@dataclass(frozen=True, slots=True)
class ChoicePreview:
    """A choice of a proposal: what it does in a line, and the message if it has one.

    ``html`` is the message's other part, "" for none.
    """

    choose: str
    does: str
    message: str = ""
    html: str = ""
    problems: tuple[Problem, ...] = ()


def previews(
    context: ProposalContext, templates: "Templates"
) -> tuple[ChoicePreview, ...]:
    """Show what each choice would do if it were approved on the day of *context*.

    What is proposed stands first. An approved proposal has no choice any more.
    """
    options = context.step.choose if context.step else ()
    others = [option.name for option in options if option.name != context.chosen]
    if context.entry.doc.state == "approved":
        others = []
    return tuple(
        _preview(context, templates, each) for each in (context.chosen, *others)
    )


def _preview(
    context: ProposalContext, templates: "Templates", choose: str
) -> ChoicePreview:
    from goodterms.render import record_text  # noqa: PLC0415 - needs Jinja, Babel, Markdown

    remedy = context.step.remedy(choose) if context.step else None
    actions, _ = would_do(context, choose)
    made, problems = written(context, templates, choose)
    told = message_of(actions)
    does = plain(effect(context, remedy, actions)).replace("\u00a0", " ")
    if made is None or told is None:
        return ChoicePreview(choose, does, problems=problems)
    return ChoicePreview(choose, does, record_text(made, told), made.html, problems)


def overtaken(context: ProposalContext) -> str | None:
    """Say what the next run does instead of asking on, None where it asks on."""
    if context.unreadable:
        return f"{context.unreadable}: mend it, then look again"
    found = proposal_updates(context.here, invoice_standings(context.here))
    verdict = next((each for each in found if each.entry.id == context.entry.id), None)
    if verdict is None or verdict.do == "close":
        ended = f"it ended on {expires_on(context.here, context.entry)}"
        return f"the next run closes it: {verdict.why if verdict else ended}"
    if verdict.do == "refresh":
        return "the facts have changed: the next run asks again, with those of the day"
    return None


def page_text(
    context: ProposalContext,
    found: tuple[ChoicePreview, ...],
    clause: PolicyExcerpt | None,
    *,
    decided: bool = False,
) -> str:
    """Write everything that a proposal's page says, as of the day of *context*.

    The messages come last, whole: what is said right before the question is what
    would leave.
    """
    parts = map(as_terminal, _parts(context, clause, decided=decided))
    then = as_terminal(
        Markdown("### What it does" if decided else "### If it is approved")
    )
    return "\n\n".join((*parts, then, *_messages(context, found)))


def _parts(
    context: ProposalContext, clause: PolicyExcerpt | None, *, decided: bool
) -> Iterator[Markdown]:
    files = shelf(None, None)
    actions, _ = would_do(context)
    local = context.here.rules.settings.forge == "local"
    answers = COMMANDS if local else PULL_REQUEST
    yield head(context, actions, files, None if decided else answers, ask=False)
    parts = {
        "Options": Markdown() if decided else options(context),
        "Invoices": invoices(context, files),
        "What has happened": timeline(events(context, files), context.day),
        "What was said and promised": paragraphs(
            said(context, files), in_full(context, files)
        ),
        "The relationship": worth(context),
        "The policy": ground(context, clause, files),
    }
    yield from (headed(heading, body) for heading, body in parts.items() if body)


def _messages(
    context: ProposalContext, found: tuple[ChoicePreview, ...]
) -> Iterator[str]:
    first = "proposed" if context.chosen == context.proposed else "chosen"
    for at, each in enumerate(found):
        named = f"{each.choose} ({first})" if found[1:] and not at else each.choose
        message = f"\n\n{unfenced(each.message)}" if each.message else ""
        yield f"{named}: {each.does}{message}".rstrip()
