"""What is said below a form: recorded, or what was wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass

from goodterms.forge.github.issue_forms.form import IssueForm
from goodterms.views.markdown import Markdown, code, literal, say, visible
from goodterms.views.page_layout import bullets, paragraphs
from goodterms.views.page_marker import PageMarker, digest

#: As much of a record as its answer repeats, in characters.
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """A comment, and whether the issue is done with. Equal contents say the same."""

    body: str
    content: str
    closes: bool


def recorded(file: Markdown, text: str, notes: Iterable[str] = ()) -> FormAnswer:
    """Say where it was recorded, what, and what is to be known about it.

    *file* names the record, or leads to it; *text* is what it says.
    """
    return _answer(
        say("**Recorded** in {}. The next run knows it.", file),
        Markdown(f"<pre>{literal(visible(text.strip()[:_LONGEST]))}</pre>"),
        bullets([say("{}", note) for note in notes]),
        content=digest(file, text),
        closes=True,
    )


def again(file: Markdown) -> FormAnswer:
    """Say that a form was recorded before: it counts once."""
    return _answer(
        say("This was recorded before, in {}, and counts once.", file),
        say("For something new, fill in a new form; a mistake is corrected there."),
        closes=True,
    )


def answered(form: IssueForm, findings: Iterable[tuple[str, str]]) -> FormAnswer:
    """Say what is wrong, each with the key that it is about, and how to go on."""
    return _answer(
        say("**Not recorded yet.**"),
        bullets([_finding(form.label(key), flaw) for key, flaw in findings]),
        say("Edit the form above: it is read again at once."),
        closes=False,
    )


def edited_by_another(login: str) -> FormAnswer:
    """Refuse what somebody made of a form who is none of us; it may be put right."""
    who = login or "Somebody whose account is gone"
    return _answer(
        say("**Not recorded.** {} edited this form last, and is not one of us.", who),
        say(
            "One of the people in {} reads every field above, and edits the form once"
            " more: then it is signed by them.",
            code("goodterms.yaml"),
        ),
        closes=False,
    )


def taken_over(why: str) -> FormAnswer:
    """Refuse a form of an account that has taken over the login of one of us."""
    return _answer(
        say("**Not recorded:** {}.", why),
        say("Once that is put right, open this issue again."),
        closes=True,
    )


def refused(login: str) -> FormAnswer:
    """Refuse a form of somebody who is none of us."""
    if not login:
        return _answer(
            say("**Not recorded.** The account that wrote this is gone."),
            say("Fill in a new form."),
            closes=True,
        )
    return _answer(
        say(
            "**Not recorded.** {} is not among the people in {}.",
            login,
            code("goodterms.yaml"),
        ),
        say(
            "Once somebody there has {}, open this issue again.",
            code(f"github: {login}"),
        ),
        closes=True,
    )


def _finding(label: str, flaw: str) -> Markdown:
    return say("**{}**: {}", label, flaw) if label else say("{}", flaw)


def _answer(*blocks: Markdown, closes: bool, content: str = "") -> FormAnswer:
    body = paragraphs(*blocks)
    content = content or digest(body)
    marker = PageMarker("form", "", "", "", content)
    return FormAnswer(f"{body}\n\n{marker}\n", content, closes)
