"""The page of a proposal: everything that a person needs to decide, in a minute."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goodterms.decision import EffectivePolicies, JournalEntry
from goodterms.model.ledger import Account
from goodterms.model.plan import Action
from goodterms.model.problem import Problem
from goodterms.views.file_links import FileLinks, ForgeLinks, file_links
from goodterms.views.markdown import Markdown, code, day, literal, say, visible, words
from goodterms.views.page_layout import (
    PageSection,
    bullets,
    fitted,
    folded,
    paragraphs,
    section,
)
from goodterms.views.page_marker import PageMarker, digest
from goodterms.views.proposal_page.context import (
    ProposalContext,
    ProposalEdit,
    page_day,
    proposal_context,
    would_do,
)
from goodterms.views.proposal_page.effects import labels, options_section
from goodterms.views.proposal_page.invoices_section import invoices_section
from goodterms.views.proposal_page.message_preview import (
    MessagePreview,
    message_of,
    wording,
    write_letter,
)
from goodterms.views.proposal_page.policy_excerpt import (
    PolicyExcerpt,
    find_policy_excerpt,
    policy_path,
)
from goodterms.views.proposal_page.records_section import records_table, whole_texts
from goodterms.views.proposal_page.relationship_section import relationship_section
from goodterms.views.proposal_page.summary_section import page_title, summary_section
from goodterms.views.proposal_page.timeline import chart, events, timeline

if TYPE_CHECKING:
    from goodterms.render import Templates

#: So many reasons are given for a proposal.
MOST_REASONS = 40


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """What a pull request shows. ``assignee_key`` is a key of ``people``.

    The body ends with ``marker``; equal markers mean that nothing has changed.
    """

    title: str
    body: str
    labels: tuple[str, ...]
    assignee_key: str | None
    marker: PageMarker


def render_proposal_page(
    account: Account,
    rules: EffectivePolicies,
    entry: JournalEntry,
    templates: "Templates",
    policy_file: bytes = b"",
    links: ForgeLinks | None = None,
    *,
    edit: ProposalEdit | None = None,
) -> tuple[ProposalPage, tuple[Problem, ...]]:
    """Write the page of an open proposal, its message and its clause included.

    *policy_file* is the file of its policy, ``policy_path``; *edit* what people
    made of the proposal's file. Problems say why the message could not be
    written; the page then does so too.
    """
    letter, problems = write_letter(account, rules, entry, templates, edit)
    ref = entry.doc.policy
    approval_clause = None
    if ref and entry.doc.step:
        approval_clause = find_policy_excerpt(
            policy_file, policy_path(ref), entry.doc.step
        )
    page = proposal_page(
        account,
        rules,
        entry,
        letter,
        links,
        approval_clause=approval_clause,
        edit=edit,
    )
    return page, problems


def proposal_page(
    account: Account,
    rules: EffectivePolicies,
    entry: JournalEntry,
    letter: MessagePreview | None,
    links: ForgeLinks | None,
    *,
    approval_clause: PolicyExcerpt | None = None,
    edit: ProposalEdit | None = None,
) -> ProposalPage:
    """Write the page of a proposal: what there is to decide, and to decide by.

    It speaks of the day on which the proposal was made, last refreshed, or
    something was last recorded, so it is the same on every run until facts
    change. *letter* is its message as of that day, *approval_clause* the step in the
    policy's file.
    """
    context = proposal_context(
        account, rules, entry, page_day(account, rules, entry), edit
    )
    files = file_links(links, entry.doc.commit)
    actions, _ = would_do(context)
    body = fitted(
        summary_section(context, actions, files),
        list(
            _sections(
                context, actions, files, _message(context, letter), approval_clause
            )
        ),
        _foot(context),
    )
    named, tagged = page_title(context), labels(context.step_name, context.sums)
    facts = entry.doc.facts or ""
    shows = digest(named, body, *tagged)
    marker = PageMarker("proposal", account.id, entry.id, facts, shows)
    return ProposalPage(
        title=named,
        body=f"{body}\n\n{marker}\n",
        labels=tagged,
        assignee_key=rules.settings.owner_of(account.profile),
        marker=marker,
    )


def _sections(
    context: ProposalContext,
    actions: Sequence[Action],
    files: FileLinks,
    message: Markdown,
    approval_clause: PolicyExcerpt | None,
) -> Iterator[PageSection]:
    """Lay out the sections in reading order; each with the weight it has."""
    journal = code(f"{context.folder}/journal.yaml")
    happened = events(context, files)
    records_list, quoted = (
        records_table(context, files),
        policy_section(context, approval_clause, files),
    )
    policy = code(approval_clause.path if approval_clause else "policies")
    yield PageSection("options", titled("Options", options_section(context)), 9, policy)
    bills = code(f"{context.folder}/invoices")
    yield PageSection(
        "invoices", titled("Invoices", invoices_section(context, files)), 7, bills
    )
    yield PageSection("message", _letter(actions, message), 8, code("templates"))
    drawn = titled("What has happened", chart(context, happened))
    yield PageSection("chart", drawn, 1, journal)
    lines = folded(say("as a list"), timeline(happened, context.day))
    yield PageSection("timeline", lines, 2, journal)
    records = code(f"{context.folder}/records")
    yield PageSection(
        "records", titled("What was said and promised", records_list), 5, records
    )
    yield PageSection("whole texts", whole_texts(context, files), 4, records)
    profile = code(f"{context.folder}/account.yaml")
    yield PageSection(
        "worth", titled("The relationship", relationship_section(context)), 4, profile
    )
    yield PageSection("policy", titled("The policy", quoted), 3, policy)


def titled(heading: str, body: Markdown) -> Markdown:
    """Put a part under its heading; one that is empty has none."""
    return section(heading, body) if body else body


def _letter(actions: Sequence[Action], message: Markdown) -> Markdown:
    """Show the message; say so where there ought to be one and is none."""
    action = message_of(tuple(actions))
    if action is None:
        return Markdown()
    heading = "The letter" if action.channel == "letter" else "The message"
    if not message:
        message = say("It could not be written. Nothing goes out until it can be.")
    return section(heading, message)


def _message(context: ProposalContext, letter: MessagePreview | None) -> Markdown:
    """Show the message word for word; what sending works out anew is underlined."""
    if letter is None:
        return Markdown()
    text = wording(letter.message.text, letter.later.text if letter.later else None)
    form = "<b>{}</b>, as it would go out on {}"
    summary = say(form, words(letter.message.subject), day(context.day))
    note = say(
        "<ins>Underlined</ins> is worked out anew on the day it is sent: dates that"
        " count from it, days overdue, interest."
    )
    return folded(summary, paragraphs(note, text))


def policy_section(
    context: ProposalContext, approval_clause: PolicyExcerpt | None, files: FileLinks
) -> Markdown:
    """Quote what the policy says, link to its line, and say why it applies today."""
    ref = context.entry.doc.policy
    if ref is None:
        return Markdown()
    reasons = [say("{}", reason) for reason in context.entry.doc.why or ()]
    more = len(reasons) - MOST_REASONS
    reasons = [
        *reasons[:MOST_REASONS],
        *([say("and {} more", more)] if more > 0 else []),
    ]
    why = bullets(reasons)
    if approval_clause is None:
        named = files.file(policy_path(ref), say("{}", str(ref)))
        return paragraphs(say("{}, step {}", named, context.step_name), why)
    label = say("{}, line {}", approval_clause.path, approval_clause.line)
    return paragraphs(
        why,
        files.file(approval_clause.path, label, approval_clause.line),
        Markdown(f"<pre>\n{literal(visible(approval_clause.text))}\n</pre>"),
    )


def _foot(context: ProposalContext) -> Markdown:
    doc = context.entry.doc
    return say(
        "<sub>{} · policy {} · as of {} · facts {}</sub>",
        context.name,
        str(doc.policy or "unknown"),
        context.day,
        code((doc.facts or "unknown").removeprefix("sha256:")[:12]),
    )
