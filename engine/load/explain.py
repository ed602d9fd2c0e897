"""Say all that is wrong with a document, with its schema, in words of our own."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from engine.load.finding import Finding

if TYPE_CHECKING:
    from jsonschema import ValidationError

    from engine.text.source import Value

Rule: TypeAlias = "Callable[[Value], Iterable[Finding]]"


def explained(schema: str, *rules: Rule) -> Rule:
    """Return what explains a document: its schema, and rules no schema can say.

    A rule knows better than the schema what is wrong with a value.
    """

    def explain(raw: "Value") -> Iterator[Finding]:
        special = [finding for rule in rules for finding in rule(raw)]
        taken = {finding.path for finding in special}
        yield from special
        for finding in schema_findings(schema, raw):
            if finding.rule != "pattern" or finding.path not in taken:
                yield finding

    return explain


def schema_findings(schema: str, raw: "Value") -> Iterator[Finding]:
    """List where a document differs from a schema."""
    from engine.load.keywords import errors  # noqa: PLC0415 - start fast

    for error in errors(schema, raw):
        yield _finding(error)


def _finding(error: "ValidationError") -> Finding:
    what, _, hint = error.message.partition("; ")
    rule = str(error.validator)
    on_key = rule in {"additionalProperties", "propertyNames"}
    return Finding(tuple(error.absolute_path), what, hint, rule, on_key=on_key)
