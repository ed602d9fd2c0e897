"""The summary of a run, for the page of its workflow."""

import re
from collections.abc import Mapping, Sequence

from goodterms.model.plan import Plan
from goodterms.model.problem import Problem
from goodterms.model.settings import Person
from goodterms.views.markdown import (
    Markdown,
    code,
    count,
    joined,
    literal,
    say,
    visible,
    words,
)
from goodterms.views.page_layout import bullets, folded, paragraphs, section, table
from goodterms.views.plan_text import plan_markdown

#: GitHub takes 1 MiB for a step, and shows nothing of a longer one.
LONGEST_SUMMARY = 900 * 1024

_ADDRESS = re.compile(r"(https?://\S*\w)")

#: So many problems and lines are shown; all of them are in the log.
MOST_PROBLEMS, MOST_LINES = 200, 1000


def step_summary(
    ending: str,
    lines: Sequence[str],
    problems: Sequence[Problem] = (),
    plan: Plan | None = None,
    figures: Sequence[tuple[str, str]] = (),
    people: Mapping[str, Person] | None = None,
) -> str:
    """Show a run: how it ended, its figures, problems, what it did, its plan.

    *ending* is the end in a sentence. At most ``LONGEST_SUMMARY`` bytes: rows of
    the plan go first, and a line says so.
    """
    rows = [(say("{}", name), say("{}", value)) for name, value in figures]
    head = paragraphs(
        say("**{}**", ending),
        table(("", ""), rows, (1,)) if rows else Markdown(),
        _problems(problems),
        _lines(lines),
    )
    whole = f"{head}\n\n{plan_markdown(plan, people)}" if plan else f"{head}\n"
    return _cut(whole)


def doctor_summary(results: Sequence[tuple[str, str, str]]) -> str:
    """Show what the doctor found: (state, what, told); what is ok is folded away."""
    ill = [
        say("**{}** {}: {}", state, check, _linked(detail))
        for state, check, detail in results
        if state != "ok"
    ]
    well = [
        say("{}: {}", check, detail)
        for state, check, detail in results
        if state == "ok"
    ]
    head = bullets(ill) if ill else say("All is set up.")
    summary = say("{} in order", count(len(well), "check"))
    rest = folded(summary, bullets(well)) if well else Markdown()
    return f"{section('Doctor', head, rest)}\n\n"


def _linked(text: str) -> Markdown:
    """Return words in which addresses can be followed."""
    parts = enumerate(_ADDRESS.split(text))
    return joined(
        [Markdown(x) if n % 2 else words(x) for n, x in parts if x.strip()], " "
    )


def _problems(problems: Sequence[Problem]) -> Markdown:
    if not problems:
        return Markdown()
    items = [
        say("{} **{}**: {}", code(str(p.place)), p.severity, p.message)
        for p in problems[:MOST_PROBLEMS]
    ]
    more = len(problems) - len(items)
    return section(
        "Problems", bullets(items), say("and {} more", more) if more else Markdown()
    )


def _lines(lines: Sequence[str]) -> Markdown:
    if not lines:
        return Markdown()
    text = literal(visible("\n".join(lines[:MOST_LINES])))
    more = len(lines) - MOST_LINES
    note = say("and {} more lines, in the log", more) if more > 0 else Markdown()
    return folded(
        say("What was done"), paragraphs(Markdown(f"<pre>\n{text}\n</pre>"), note)
    )


def _cut(whole: str) -> str:
    """Cut at the end of a row; the plan stands last, so that nothing stays open."""
    if len(whole.encode()) <= LONGEST_SUMMARY:
        return whole
    note = "\n\nThe rest is left out: see it with `goodterms plan`.\n"
    room = LONGEST_SUMMARY - len(note)
    kept = whole.encode()[:room].decode(errors="ignore")
    return kept.rpartition("\n")[0] + note
