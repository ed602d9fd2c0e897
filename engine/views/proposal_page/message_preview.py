"""A message as it is read on a page, on a screen of any width.

Its words are those that go out; paragraphs run as far as the screen has room,
tables keep their columns, and what sending works out anew is underlined.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

from goodterms.decision import EffectivePolicies, JournalEntry
from goodterms.model.calendar import plus
from goodterms.model.ledger import Account
from goodterms.model.plan import Action
from goodterms.model.problem import Problem
from goodterms.views.markdown import Markdown, literal, quoted, visible
from goodterms.views.proposal_page.context import (
    ProposalContext,
    ProposalEdit,
    page_day,
    proposal_context,
    would_do,
)

if TYPE_CHECKING:
    from goodterms.render import RenderedMessage, Templates

#: So many days later the message is written again, to see what differs.
LATER = 7


@dataclass(frozen=True, slots=True)
class MessagePreview:
    """A message of a proposal as of the page's day, and the same a week later.

    What differs between them is worked out when it is sent.
    """

    message: "RenderedMessage"
    later: "RenderedMessage | None" = None


def write_letter(
    account: Account,
    rules: EffectivePolicies,
    entry: JournalEntry,
    templates: "Templates",
    edit: ProposalEdit | None = None,
) -> tuple[MessagePreview | None, tuple[Problem, ...]]:
    """Write what merging a proposal would send, as of the page's day.

    None where it sends nothing, or where it cannot be written, with problems.
    """
    day = page_day(account, rules, entry)
    message, problems = written(
        proposal_context(account, rules, entry, day, edit), templates
    )
    if message is None:
        return None, problems
    week_later = plus(day, LATER)
    later, _ = written(
        proposal_context(account, rules, entry, week_later, edit), templates
    )
    return MessagePreview(message, later), problems


def written(
    context: ProposalContext, templates: "Templates", choose: str | None = None
) -> tuple["RenderedMessage | None", tuple[Problem, ...]]:
    """Write what approval would send on the day that *context* speaks of.

    *choose* is what its file would say. None and no problems where nothing is sent.
    """
    from goodterms.render import render  # noqa: PLC0415 - needs Jinja, Babel, Markdown

    rules = context.state.rules
    actions, problems = would_do(context, choose)
    message = message_of(actions)
    if message is None:
        return None, problems
    preview, unfit = render(
        templates, message, context.account, rules.settings, context.day, rules.book
    )
    return preview, (*problems, *unfit)


def message_of(actions: tuple[Action, ...]) -> Action | None:
    """Find the one that hands words to somebody."""
    return next((a for a in actions if a.template), None)


#: The text of a message is wrapped to so many characters.
WIDTH = 72
#: So many of its lines are shown; only lists of very many invoices have more.
MOST_LINES = 400

_GAPS = re.compile(r"(\s+)")
_START, _END = "\ue000", "\ue001"
_MARKS = re.compile(f"[{_START}{_END}]")
_RULE = re.compile(r"=+|-{4,}")
_COLUMNS = re.compile(r"\S {2,}\S|^-{2,}( |$)")


def wording(text: str, later: str | None = None) -> Markdown:
    """Show a message; *later* is the same as it would be on a later day.

    One block of HTML without an empty line, so that nothing in it is read as
    Markdown.
    """
    marked = _compared(visible(text), visible(later)) if later else visible(text)
    lines = marked.strip("\n").split("\n")
    if len(lines) > MOST_LINES:
        rest = len(lines) - MOST_LINES
        lines = [*lines[:MOST_LINES], "", f"[and {rest} more lines]"]
    blocks = [block for block in re.split(r"\n\s*\n", "\n".join(lines)) if block]
    shown = "\n".join(_block(block.split("\n")) for block in blocks)
    html = shown.replace(_START, "<ins>").replace(_END, "</ins>")
    return Markdown(f"<blockquote>\n{html}\n</blockquote>")


def _compared(text: str, later: str) -> str:
    """Put marks around the words that are not there on the later day."""
    old, new = _GAPS.split(text), _GAPS.split(later)
    for at in _changed(old[::2], new[::2]):
        old[2 * at] = f"{_START}{old[2 * at]}{_END}" if old[2 * at] else ""
    return "".join(old)


def _changed(old: list[str], new: list[str]) -> list[int]:
    """List the positions of words that differ; as a rule only figures do."""
    if len(old) == len(new):
        return [at for at, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    steps = SequenceMatcher(None, old, new).get_opcodes()
    parts = [range(start, end) for kind, start, end, _, _ in steps if kind != "equal"]
    return [at for part in parts for at in part]


def _block(lines: list[str]) -> str:
    if len(lines) > 1 and all(_RULE.fullmatch(line) for line in lines[1:]):
        return f"<p><b>{quoted(lines[0])}</b></p>"
    if any(_COLUMNS.search(_MARKS.sub("", line)) for line in lines):
        columns = literal("\n".join(lines))
        return f"<pre>\n{columns}\n</pre>"
    running = "<br>\n".join(quoted(line) for line in _unwrapped(lines))
    return f"<p>{running}</p>"


def _unwrapped(lines: list[str]) -> Iterator[str]:
    """Join the lines that were broken because the next word had no room."""
    line = lines[0]
    for above, below in pairwise(lines):
        bare, words = _MARKS.sub("", above), _MARKS.sub("", below).split()
        if words and len(bare) + 1 + len(words[0]) > WIDTH:
            line += f" {below.strip()}"
        else:
            yield line
            line = below
    yield line
