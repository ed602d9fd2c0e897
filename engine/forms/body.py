"""What somebody wrote into a form, from the text of the issue that it became."""

import re
from collections.abc import Mapping

from engine.forms.form import Form

#: What a forge writes where nothing was answered.
_NOTHING = ("", "_No response_")

_BETWEEN = re.compile(r"[,;\s]+")

#: Questions that are answered with yes or no.
_FLAGS = {"yes": True, "no": False}
_FLAG_KEYS = ("answered", "final")


def read_body(form: Form, body: str) -> dict[str, str]:
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
    told = {key: "\n".join(answer).strip() for key, answer in lines.items()}
    return {key: text for key, text in told.items() if text not in _NOTHING}


def record_values(form: Form, answers: Mapping[str, str]) -> dict[str, object]:
    """Turn answers into the values of a record's file, all but ``by`` and ``on``.

    They are what was typed: whether it is a date or an amount, loading says.
    """
    values: dict[str, object] = {"kind": form.kind}
    for key, text in answers.items():
        if key == "invoices":
            values[key] = [each for each in _BETWEEN.split(text) if each]
        elif key in _FLAG_KEYS:
            values[key] = _FLAGS.get(text.casefold(), text)
        elif key != "account":
            values[key] = text
    return values
