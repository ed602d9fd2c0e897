"""What approving a proposal today would do, as text for a terminal."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goodterms.decision import expires_on, invoice_standings, proposal_updates
from goodterms.model.problem import Problem
from goodterms.views.file_links import file_links
from goodterms.views.markdown import Markdown, plain
from goodterms.views.markdown_to_text import as_terminal, unfenced
from goodterms.views.page_layout import paragraphs
from goodterms.views.proposal_page.context import ProposalContext, would_do
from goodterms.views.proposal_page.effects import effect, options_section
from goodterms.views.proposal_page.invoices_section import invoices_section
from goodterms.views.proposal_page.message_preview import message_of, written
from goodterms.views.proposal_page.page import policy_section, titled
from goodterms.views.proposal_page.policy_excerpt import PolicyExcerpt
from goodterms.views.proposal_page.records_section import records_table, whole_texts
from goodterms.views.proposal_page.relationship_section import relationship_section
from goodterms.views.proposal_page.summary_section import (
    COMMANDS,
    PULL_REQUEST,
    summary_section,
)
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
        _preview(context, templates, choice) for choice in (context.chosen, *others)
    )


def _preview(
    context: ProposalContext, templates: "Templates", choose: str
) -> ChoicePreview:
    from goodterms.render import record_text  # noqa: PLC0415 - needs Jinja, Babel, Markdown

    remedy = context.step.remedy(choose) if context.step else None
    actions, _ = would_do(context, choose)
    rendered, problems = written(context, templates, choose)
    action = message_of(actions)
    does = plain(effect(context, remedy, actions)).replace("\u00a0", " ")
    if rendered is None or action is None:
        return ChoicePreview(choose, does, problems=problems)
    return ChoicePreview(
        choose, does, record_text(rendered, action), rendered.html, problems
    )


def overtaken(context: ProposalContext) -> str | None:
    """Say what the next run does instead of asking on, None where it asks on."""
    if context.unreadable:
        return f"{context.unreadable}: mend it, then look again"
    updates = proposal_updates(context.state, invoice_standings(context.state))
    own_update = next(
        (update for update in updates if update.entry.id == context.entry.id), None
    )
    if own_update is None or own_update.do == "close":
        ended = f"it ended on {expires_on(context.state, context.entry)}"
        return f"the next run closes it: {own_update.why if own_update else ended}"
    if own_update.do == "refresh":
        return "the facts have changed: the next run asks again, with those of the day"
    return None


def page_text(
    context: ProposalContext,
    choices: tuple[ChoicePreview, ...],
    approval_clause: PolicyExcerpt | None,
    *,
    decided: bool = False,
) -> str:
    """Write everything that a proposal's page says, as of the day of *context*.

    The messages come last, whole: what is said right before the question is what
    would leave.
    """
    parts = map(as_terminal, _parts(context, approval_clause, decided=decided))
    then = as_terminal(
        Markdown("### What it does" if decided else "### If it is approved")
    )
    return "\n\n".join((*parts, then, *_messages(context, choices)))


def _parts(
    context: ProposalContext, approval_clause: PolicyExcerpt | None, *, decided: bool
) -> Iterator[Markdown]:
    files = file_links(None, None)
    actions, _ = would_do(context)
    local = context.state.rules.settings.forge == "local"
    answers = COMMANDS if local else PULL_REQUEST
    yield summary_section(
        context, actions, files, None if decided else answers, ask=False
    )
    parts = {
        "Options": Markdown() if decided else options_section(context),
        "Invoices": invoices_section(context, files),
        "What has happened": timeline(events(context, files), context.day),
        "What was said and promised": paragraphs(
            records_table(context, files), whole_texts(context, files)
        ),
        "The relationship": relationship_section(context),
        "The policy": policy_section(context, approval_clause, files),
    }
    yield from (titled(heading, body) for heading, body in parts.items() if body)


def _messages(
    context: ProposalContext, choices: tuple[ChoicePreview, ...]
) -> Iterator[str]:
    first = "proposed" if context.chosen == context.proposed else "chosen"
    for at, preview in enumerate(choices):
        named = (
            f"{preview.choose} ({first})" if choices[1:] and not at else preview.choose
        )
        message = f"\n\n{unfenced(preview.message)}" if preview.message else ""
        yield f"{named}: {preview.does}{message}".rstrip()
