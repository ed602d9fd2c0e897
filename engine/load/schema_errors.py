"""The keywords of JSON Schema, saying in our words what they miss.

A plain whole number counts as text where text is allowed, as it does for the
builders; a date, a span, a currency are read by the builders' own readers.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from jsonschema import Draft7Validator, ValidationError
from jsonschema.validators import extend

from goodterms.load import value_readers
from goodterms.load.finding import Finding
from goodterms.model.problem import did_you_mean
from goodterms.schemas import Schema, schema
from goodterms.yaml.events import Value

if TYPE_CHECKING:
    from jsonschema import ValidationError

    from goodterms.yaml.events import Value

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
    for error in errors(schema, raw):
        yield _finding(error)


def _finding(error: "ValidationError") -> Finding:
    fault, _, hint = error.message.partition("; ")
    rule = str(error.validator)
    on_key = rule in {"additionalProperties", "propertyNames"}
    return Finding(tuple(error.absolute_path), fault, hint, rule, on_key=on_key)


Said: TypeAlias = Iterator[ValidationError]
Allowed: TypeAlias = bool | Schema


class Validator(Protocol):
    """What jsonschema hands to a keyword."""

    def is_type(self, instance: object, type: str) -> bool:  # noqa: A002 - its name
        """Say whether a value is of a type of JSON."""

    def descend(
        self, instance: object, schema: object, path: str | None = None
    ) -> Said:
        """List what is wrong with a part."""


#: The formats of our schemas and what reads them.
FORMATS: Mapping[str, Callable[[Value], object]] = {
    "date": value_readers.read_date,
    "timestamp": value_readers.timestamp,
    "span": value_readers.span,
    "offset": value_readers.offset,
    "period": value_readers.period,
    "currency": value_readers.currency,
    "percent": value_readers.percent,
    "share": value_readers.share,
    "timezone": value_readers.timezone,
    "window": value_readers.window,
    "iban": value_readers.iban,
    "routing": value_readers.routing,
    "country": value_readers.country,
}
#: As much of a text as a problem quotes.
_SHOWN = 60
_KINDS = {
    "object": "'key: value' lines",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
}


def shown(value: Value) -> str:
    """Write a value as a problem names it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"'{str(value).lower()}'"
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "a mapping"
    text = str(value)
    return f"'{text}'" if len(text) <= _SHOWN else f"'{text[:_SHOWN]}…'"


def _is_text(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _has_its_type(value: object, schema: Schema) -> bool:
    """Say whether text is looked at any further: its type is not reported."""
    return isinstance(value, str) or (_is_text(value) and "integer" in schema["type"])


def _error(message: str, *path: str | int) -> ValidationError:
    return ValidationError(message, path=path)


def _type(
    validator: Validator, wanted: str | list[str], value: Value, schema: Schema
) -> Said:
    kinds = [wanted] if isinstance(wanted, str) else wanted
    if any(validator.is_type(value, kind) for kind in kinds):
        return
    if value is None:
        yield _error("nothing stands here; give it a value, or delete the key")
    elif _is_text(value) and "patternErrorMessage" in schema:
        yield _error(f"{shown(value)} is {schema['patternErrorMessage']}")
    else:
        yield _error(f"{shown(value)} is not {_KINDS[kinds[0]]}")


def missing_key(key: str) -> str:
    """Say that a required key is not there; those who ask for one compare with it."""
    return f"missing key '{key}'"


def _required(
    _validator: Validator, keys: list[str], value: Value, _schema: Schema
) -> Said:
    if isinstance(value, dict):
        for key in keys:
            if key not in value:
                yield _error(missing_key(key))


def _additional(
    validator: Validator, allowed: Allowed, value: Value, schema: Schema
) -> Said:
    if not isinstance(value, dict):
        return
    known = schema.get("properties", {})
    for key in value:
        if key in known:
            continue
        if allowed is False:
            listed = ", ".join(f"'{each}'" for each in sorted(known))
            hint = did_you_mean(key, known) or (listed and f"known are {listed}")
            message = f"unknown key '{key}'"
            yield _error(f"{message}; {hint}" if hint else message, key)
        else:
            yield from validator.descend(value[key], allowed, path=key)


def _enum(
    _validator: Validator, words: list[str], value: Value, _schema: Schema
) -> Said:
    if isinstance(value, str) and value in words:
        return
    if value is None:
        yield _error("nothing stands here; give it a value, or delete the key")
        return
    listed = ", ".join(f"'{word}'" for word in words)
    hint = did_you_mean(value, words) if isinstance(value, str) else ""
    guess = f"; {hint}" if hint.startswith("did you mean") else ""
    yield _error(f"{shown(value)} is not one of {listed}{guess}")


def _const(_validator: Validator, word: str, value: Value, _schema: Schema) -> Said:
    if value != word:
        yield _error(f"{shown(value)} is not '{word}'")


@cache
def _whole(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of a schema; ``$`` there is the very end."""
    return re.compile(pattern.removesuffix("$") + r"\Z", re.ASCII)


def _pattern(_validator: Validator, pattern: str, value: Value, schema: Schema) -> Said:
    if "format" in schema or not _has_its_type(value, schema):
        return
    if not _whole(pattern).match(str(value)):
        yield _error(f"{shown(value)} is {schema['patternErrorMessage']}")


def _format(_validator: Validator, name: str, value: Value, schema: Schema) -> Said:
    if not _has_its_type(value, schema):
        return
    try:
        FORMATS[name](value)
    except ValueError as error:
        said = str(error) or f"{shown(value)} is {schema['patternErrorMessage']}"
        yield _error(said)


def _minimum(_validator: Validator, least: int, value: Value, _schema: Schema) -> Said:
    if type(value) is int and value < least:
        yield _error(f"'{value}' is below {least}")


def _maximum(_validator: Validator, most: int, value: Value, _schema: Schema) -> Said:
    if type(value) is int and value > most:
        yield _error(f"'{value}' is above {most}")


def _min_items(
    _validator: Validator, least: int, value: Value, _schema: Schema
) -> Said:
    if isinstance(value, list) and len(value) < least:
        yield _error("the list is empty; it needs at least one entry")


def _min_properties(
    _validator: Validator, least: int, value: Value, _schema: Schema
) -> Said:
    if isinstance(value, dict) and len(value) < least:
        yield _error("nothing stands here; give it at least one key")


def _unique_items(
    _validator: Validator, wanted: object, value: Value, _schema: Schema
) -> Said:
    if not (wanted and isinstance(value, list)):
        return
    for index, item in enumerate(value):
        if str(item) in map(str, value[:index]):
            yield _error(f"{shown(item)} stands twice; delete one of them", index)


def _property_names(
    validator: Validator, names: Schema, value: Value, _schema: Schema
) -> Said:
    if isinstance(value, dict):
        for key in value:
            for error in validator.descend(key, names):
                yield _error(_key_message(key, names) or error.message, key)


def _key_message(key: str, names: Schema) -> str:
    """Say that a key does not go with the others, where only a few do."""
    if "enum" not in names:
        return ""
    known = ", ".join(f"'{each}'" for each in names["enum"])
    return f"key '{key}' does not go with the others; those that do are {known}"


KEYWORDS: dict[str, Any] = {
    "type": _type,
    "required": _required,
    "additionalProperties": _additional,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "format": _format,
    "minimum": _minimum,
    "maximum": _maximum,
    "minItems": _min_items,
    "minProperties": _min_properties,
    "uniqueItems": _unique_items,
    "propertyNames": _property_names,
}


@cache
def _validator(name: str) -> Draft7Validator:
    speaking: type[Draft7Validator] = extend(Draft7Validator, KEYWORDS)  # type: ignore[no-untyped-call]
    return speaking(schema(name))


def errors(name: str, raw: Value) -> Said:
    """List where a document differs from the schema of that name.

    A message is what is wrong, then "; " and what to do, if there is a hint.
    """
    return _validator(name).iter_errors(raw)
