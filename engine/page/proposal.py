"""The page of a proposal: everything that a person needs to decide, in a minute."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.action import Action
from engine.decision.history import Entry
from engine.decision.rules import Rules
from engine.model import Account
from engine.page.chart import chart
from engine.page.clause import Clause, find_clause, policy_path
from engine.page.head import head, page_title
from engine.page.invoices import invoices
from engine.page.labels import labels
from engine.page.layout import (
    Section,
    bullets,
    fitted,
    folded,
    paragraphs,
    section,
)
from engine.page.letter import Letter, message_of, write_letter
from engine.page.links import Links, Shelf, shelf
from engine.page.marker import Marker, digest
from engine.page.matter import Edit, Matter, matter, page_day, would_do
from engine.page.options import options
from engine.page.safe import (
    Md,
    code,
    day,
    literal,
    say,
    visible,
    words,
)
from engine.page.said import in_full, said
from engine.page.timeline import events, timeline
from engine.page.wording import wording
from engine.page.worth import worth
from engine.problem import Problem

if TYPE_CHECKING:
    from engine.render import Templates

#: So many reasons are given for a proposal.
MOST_REASONS = 40


@dataclass(frozen=True, slots=True)
class Page:
    """What a pull request shows. ``assignee_key`` is a key of ``people``.

    The body ends with ``marker``; equal markers mean that nothing has changed.
    """

    title: str
    body: str
    labels: tuple[str, ...]
    assignee_key: str | None
    marker: Marker


def page_of(
    account: Account,
    rules: Rules,
    entry: Entry,
    templates: "Templates",
    policy_file: bytes = b"",
    links: Links | None = None,
    *,
    edit: Edit | None = None,
) -> tuple[Page, tuple[Problem, ...]]:
    """Write the page of an open proposal, its message and its clause included.

    *policy_file* is the file of its policy, ``policy_path``; *edit* what people
    made of the proposal's file. Problems say why the message could not be
    written; the page then does so too.
    """
    letter, problems = write_letter(account, rules, entry, templates, edit)
    ref = entry.doc.policy
    clause = None
    if ref and entry.doc.step:
        clause = find_clause(policy_file, policy_path(ref), entry.doc.step)
    page = proposal_page(
        account,
        rules,
        entry,
        letter,
        links,
        clause=clause,
        edit=edit,
    )
    return page, problems


def proposal_page(
    account: Account,
    rules: Rules,
    entry: Entry,
    letter: Letter | None,
    links: Links | None,
    *,
    clause: Clause | None = None,
    edit: Edit | None = None,
) -> Page:
    """Write the page of a proposal: what there is to decide, and to decide by.

    It speaks of the day on which the proposal was made, last refreshed, or
    something was last recorded, so it is the same on every run until facts
    change. *letter* is its message as of that day, *clause* the step in the
    policy's file.
    """
    about = matter(account, rules, entry, page_day(account, rules, entry), edit)
    files = shelf(links, entry.doc.commit)
    actions, _ = would_do(about)
    body = fitted(
        head(about, actions, files),
        list(_sections(about, actions, files, _message(about, letter), clause)),
        _foot(about),
    )
    named, tagged = page_title(about), labels(about.step_name, about.sums)
    facts = entry.doc.facts or ""
    shows = digest(named, body, *tagged)
    marker = Marker("proposal", account.id, entry.id, facts, shows)
    return Page(
        title=named,
        body=f"{body}\n\n{marker}\n",
        labels=tagged,
        assignee_key=rules.settings.owner_of(account.profile),
        marker=marker,
    )


def _sections(
    about: Matter,
    actions: Sequence[Action],
    files: Shelf,
    message: Md,
    clause: Clause | None,
) -> Iterator[Section]:
    """Lay out the sections in reading order; each with the weight it has."""
    journal = code(f"{about.folder}/journal.yaml")
    happened = events(about, files)
    told, quoted = said(about, files), ground(about, clause, files)
    policy = code(clause.path if clause else "policies")
    yield Section("options", headed("Options", options(about)), 9, policy)
    bills = code(f"{about.folder}/invoices")
    yield Section("invoices", headed("Invoices", invoices(about, files)), 7, bills)
    yield Section("message", _letter(actions, message), 8, code("templates"))
    drawn = headed("What has happened", chart(about, happened))
    yield Section("chart", drawn, 1, journal)
    lines = folded(say("as a list"), timeline(happened, about.day))
    yield Section("timeline", lines, 2, journal)
    records = code(f"{about.folder}/records")
    yield Section("records", headed("What was said and promised", told), 5, records)
    yield Section("whole texts", in_full(about, files), 4, records)
    profile = code(f"{about.folder}/account.yaml")
    yield Section("worth", headed("The relationship", worth(about)), 4, profile)
    yield Section("policy", headed("The policy", quoted), 3, policy)


def headed(heading: str, body: Md) -> Md:
    """Put a part under its heading; one that is empty has none."""
    return section(heading, body) if body else body


def _letter(actions: Sequence[Action], message: Md) -> Md:
    """Show the message; say so where there ought to be one and is none."""
    told = message_of(tuple(actions))
    if told is None:
        return Md()
    heading = "The letter" if told.channel == "letter" else "The message"
    if not message:
        message = say("It could not be written. Nothing goes out until it can be.")
    return section(heading, message)


def _message(about: Matter, letter: Letter | None) -> Md:
    """Show the message word for word; what sending works out anew is underlined."""
    if letter is None:
        return Md()
    text = wording(letter.message.text, letter.later.text if letter.later else None)
    form = "<b>{}</b>, as it would go out on {}"
    summary = say(form, words(letter.message.subject), day(about.day))
    note = say(
        "<ins>Underlined</ins> is worked out anew on the day it is sent: dates that"
        " count from it, days overdue, interest."
    )
    return folded(summary, paragraphs(note, text))


def ground(about: Matter, clause: Clause | None, files: Shelf) -> Md:
    """Quote what the policy says, link to its line, and say why it applies today."""
    ref = about.entry.doc.policy
    if ref is None:
        return Md()
    told = [say("{}", reason) for reason in about.entry.doc.why or ()]
    more = len(told) - MOST_REASONS
    told = [*told[:MOST_REASONS], *([say("and {} more", more)] if more > 0 else [])]
    why = bullets(told)
    if clause is None:
        named = files.file(policy_path(ref), say("{}", str(ref)))
        return paragraphs(say("{}, step {}", named, about.step_name), why)
    label = say("{}, line {}", clause.path, clause.line)
    return paragraphs(
        why,
        files.file(clause.path, label, clause.line),
        Md(f"<pre>\n{literal(visible(clause.text))}\n</pre>"),
    )


def _foot(about: Matter) -> Md:
    doc = about.entry.doc
    return say(
        "<sub>{} · policy {} · as of {} · facts {}</sub>",
        about.name,
        str(doc.policy or "unknown"),
        about.day,
        code((doc.facts or "unknown").removeprefix("sha256:")[:12]),
    )
