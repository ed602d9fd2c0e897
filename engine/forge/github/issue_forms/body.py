"""What somebody wrote into a form, from the text of the issue that it became."""

import re
from collections.abc import Iterable, Mapping

from goodterms.forge.github.issue_forms.form import IssueForm

#: What a forge writes where nothing was answered.
_NOTHING = ("", "_No response_")

_BETWEEN = re.compile(r"[,;\s]+")

#: Questions that are answered with yes or no.
_FLAGS = {"yes": True, "no": False}
_FLAG_KEYS = ("answered", "final")


def read_body(form: IssueForm, body: str) -> dict[str, str]:
    """Return the answers by key, without those that were left empty.

    A question's label is a heading only while its turn is still to come: what
    is pasted into the last answer stays in it, whatever it looks like.
    """
    lines: dict[str, list[str]] = {}
    waiting = list(form.questions)
    answer: list[str] = []
    for line in body.replace("\r\n", "\n").split("\n"):
        labels = [f"### {question.label}" for question in waiting]
        if line.rstrip() in labels:
            at = labels.index(line.rstrip())
            answer = lines[waiting[at].key] = []
            del waiting[: at + 1]
        else:
            answer.append(line)
    answers = {key: "\n".join(answer).strip() for key, answer in lines.items()}
    return {key: text for key, text in answers.items() if text not in _NOTHING}


def of_fields(body: str, forms: Iterable[IssueForm]) -> str | None:
    """Say which form a text was made with: the one all of whose fields it has.

    A forge writes every field, in the form's order and answered or not, the first one
    at the top. None where no form fits, or several as long.
    """
    fitting = [form for form in forms if _has_fields(form, body)]
    longest = max((len(form.questions) for form in fitting), default=0)
    best = [form.kind for form in fitting if len(form.questions) == longest]
    return best[0] if len(best) == 1 else None


def _has_fields(form: IssueForm, body: str) -> bool:
    lines = [line.rstrip() for line in body.replace("\r\n", "\n").split("\n")]
    wanted = [f"### {question.label}" for question in form.questions]
    if not wanted or lines[0] != wanted[0]:
        return False
    rest = iter(lines)
    return all(heading in rest for heading in wanted)


def record_values(form: IssueForm, answers: Mapping[str, str]) -> dict[str, object]:
    """Turn answers into the values of a record's file, all but ``by`` and ``on``.

    They are what was typed: whether it is a date or an amount, loading says.
    """
    values: dict[str, object] = {"kind": form.kind}
    for key, text in answers.items():
        if key == "invoices":
            values[key] = [part for part in _BETWEEN.split(text) if part]
        elif key in _FLAG_KEYS:
            values[key] = _FLAGS.get(text.casefold(), text)
        elif key != "account":
            values[key] = text
    return values
