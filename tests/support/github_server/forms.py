"""Issue forms: what GitHub makes of a form that somebody filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml

Filled = str | Sequence[str]

NOTHING = "_No response_"


@dataclass(frozen=True, slots=True)
class Filed:
    """The issue that a form makes."""

    title: str
    body: str
    labels: tuple[str, ...]
    assignees: tuple[str, ...]


def fill_in(form: str, answers: Mapping[str, Filled], title: str | None) -> Filed:
    """Fill in a form, given as its YAML; answers go by the ids of its fields.

    An answer to a field that is not there, or that a dropdown does not offer,
    is a mistake of the test and raises. Nothing is required: GitHub enforces
    `required` in public repositories only.
    """
    found = yaml.safe_load(form)
    fields = [part for part in found["body"] if part["type"] != "markdown"]
    unknown = set(answers) - {part["id"] for part in fields}
    if unknown:
        raise KeyError(f"the form has no field {', '.join(sorted(unknown))}")
    sections = [_section(part, answers.get(part["id"], "")) for part in fields]
    return Filed(
        title=title or str(found.get("title", "")),
        body="\n\n".join(sections),
        labels=_words(found.get("labels", ())),
        assignees=_words(found.get("assignees", ())),
    )


def _words(value: str | Sequence[str]) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(word.strip() for word in value.split(",") if word.strip())
    return tuple(value)


def _section(part: Mapping[str, object], answer: Filled) -> str:
    attributes = part["attributes"]
    assert isinstance(attributes, Mapping)
    return f"### {attributes['label']}\n\n{_written(part['type'], attributes, answer)}"


def _written(kind: object, attributes: Mapping[str, object], answer: Filled) -> str:
    chosen = [answer] if isinstance(answer, str) else list(answer)
    options = attributes.get("options", [])
    assert isinstance(options, list)
    if kind == "checkboxes":
        labels = [option["label"] for option in options]
        return "\n".join(f"- [{'x' if x in chosen else ' '}] {x}" for x in labels)
    if kind == "dropdown" and not set(chosen) <= {"", *map(str, options)}:
        raise ValueError(f"'{answer}' is none of the options of {attributes['label']}")
    text = ", ".join(chosen) or str(attributes.get("value", ""))
    if kind == "textarea" and attributes.get("render") and text:
        return f"```{attributes['render']}\n{text}\n```"
    return text or NOTHING
