"""What is written of the kinds of records: their issue forms, and the page of them."""

import re
from collections.abc import Callable, Iterator

from goodterms.model.money import Money
from goodterms.model.record_fields import (
    FormDeclaration,
    FormField,
    RecordKey,
    examples,
    keys_of_fields,
)
from goodterms.model.records import KINDS, Record, keys_of, own_keys
from goodterms.yaml.ledger_documents import document, record_document

HEAD = """\
# Records: what a person learnt

A record is a file `ledger/<account>/records/<on>-<kind>.yaml`.
`goodterms record KIND ACCOUNT` writes one, and checks it; on GitHub some are forms.
This page is written by the tests from the declarations of the kinds.

*Seen by*: what only we see stays in the ledger and on the pages of proposals. What is
called `event.…` can be told by templates too, in the list `account.history`: in the
brief for a call, and in the letter to a partner.
"""
_ACCOUNT = """\
  - type: input
    id: account
    attributes:
      label: Account
      description: The customer's name, or its folder in the ledger.
      placeholder: ACME GmbH
    validations: {required: true}
"""
_QUOTED = re.compile(r"on|yes|no|[0-9][0-9.-]*")


def form_text(kind: str) -> str:
    """Write the issue form of a kind that declares one."""
    form = KINDS[kind].declared.form
    assert form is not None
    keys = {key.name: key for key in keys_of(KINDS[kind])}
    questions = "".join(_question(keys[each.key], each) for each in form.questions)
    return f"{_form_head(kind, form)}{_ACCOUNT}{questions}"


def _form_head(kind: str, form: FormDeclaration) -> str:
    return (
        f"name: {form.name}\ndescription: {form.description}\ntitle: {form.name}\n"
        f'labels: ["record: {kind}"]\nbody:\n'
    )


def _question(key: RecordKey, asked: FormField) -> str:
    sort, options = _sort(key, asked)
    lines = [f"  - type: {sort}", f"    id: {_scalar(key.name)}", "    attributes:"]
    lines += [f"      label: {asked.label}"]
    lines += [f"      description: {asked.description}"] if asked.description else []
    if options:
        lines += [f"      options: [{', '.join(map(_scalar, options))}]"]
    elif sort == "input":
        lines += [f"      placeholder: {_scalar(asked.placeholder or _example(key))}"]
    if key.required and key.name != "on":
        lines += ["    validations: {required: true}"]
    return "".join(f"{line}\n" for line in lines)


def _sort(key: RecordKey, asked: FormField) -> tuple[str, tuple[str, ...]]:
    if key.type.name == "flag":
        return "dropdown", ("yes", "no") if key.default else ("no", "yes")
    if options := asked.options or key.type.words:
        return "dropdown", options
    return ("textarea" if key.type.name == "text" else "input"), ()


def _example(key: RecordKey) -> str:
    example = key.type.example
    return ", ".join(example) if isinstance(example, tuple) else str(example)


def _scalar(word: str) -> str:
    return f'"{word}"' if _QUOTED.fullmatch(word) else word


def reference_page() -> str:
    """Write docs/records.md."""
    parts = [HEAD, "\n## What every record says\n\n", *_table(keys_of_fields(Record))]
    for name, kind in KINDS.items():
        parts.append(f"\n## {name}\n\n{kind.declared.about}\n")
        if own := own_keys(kind):
            parts += ["\n", *_table(own)]
        if condition := kind.declared.required_when:
            words = " or ".join(condition.words)
            where = f"`{condition.other}` is {words}"
            parts.append(f"\n`{condition.key}` is required where {where}.\n")
        if kind.declared.form:
            parts.append(f"\nOn GitHub: the form “{kind.declared.form.name}”.\n")
        parts.append(f"\n```yaml\n{_example_file(kind)}```\n")
    return "".join(parts)


def _example_file(kind: type[Record]) -> str:
    build: Callable[..., Record] = kind
    own = {key.name for key in own_keys(kind)}
    values = examples(kind)
    values = {name: values[name] for name in values if name in {"on", "by"} | own}
    return document(record_document(build(id="example", **values)))


def _table(keys: tuple[RecordKey, ...]) -> Iterator[str]:
    yield "| key | value | | seen by | |\n|---|---|---|---|---|\n"
    for key in keys:
        event = key.declaration.event
        seen = f"us, `event.{event}`" if event else "us"
        about = key.declaration.about or key.declaration.help
        required = "required" if key.required else ""
        yield f"| `{key.name}` | {_value(key)} | {required} | {seen} | {about} |\n"


def _value(key: RecordKey) -> str:
    if key.type.words:
        return ", ".join(key.type.words)
    if key.type.name == "flag":
        return "true or false"
    example = key.type.example
    if isinstance(example, tuple):
        return "a list"
    if isinstance(example, Money):
        return f'such as `"{example}"`'
    return f"such as `{example}`"
