"""The JSON Schema of a kind of record, from its declaration."""

from typing import Any

from goodterms.model.record_fields import KindDeclaration, RecordKey
from goodterms.model.records import FIRST_KEYS, KINDS, keys_of, own_keys

PREFIX = "record-"
_SHARED = "common.schema.json#/definitions/"


def record_schema(name: str) -> dict[str, Any]:
    """Return the schema of ``record-<kind>``. Raises KeyError for no such kind."""
    kind = KINDS[name.removeprefix(PREFIX)]
    declared = kind.declared
    keys = {key.name: key for key in keys_of(kind)}
    own = [key.name for key in own_keys(kind)]
    own = [*declared.schema_order, *(n for n in own if n not in declared.schema_order)]
    rest = [name for name in keys if name not in {*FIRST_KEYS, *own}]
    order = [*FIRST_KEYS, *own, *rest]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"Good Terms: a record of kind {declared.name}",
        "description": f"ledger/<account>/records/<on>-{declared.name}.yaml. "
        f"{declared.about}",
        "type": "object",
        "additionalProperties": False,
        "required": ["kind", *(name for name in order if keys[name].required)],
        "properties": {
            "kind": {"const": declared.name},
            **{name: _property(keys[name]) for name in order},
        },
        **_condition(declared),
    }


def _property(key: RecordKey) -> dict[str, Any]:
    about = key.declaration.about
    return {**_type(key), **({"description": about} if about else {})}


def _type(key: RecordKey) -> dict[str, Any]:
    name = key.type.name
    if name == "words":
        return {"enum": list(key.type.words)}
    if name == "flag":
        return {"type": "boolean"}
    if name == "instalments":
        return {"type": "array", "minItems": 1, "items": _instalment()}
    return {"$ref": _SHARED + name}


def _instalment() -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["due", "amount"],
        "properties": {
            "due": {"$ref": f"{_SHARED}day"},
            "amount": {"$ref": f"{_SHARED}amount_above_zero"},
        },
    }


def _condition(declared: KindDeclaration) -> dict[str, Any]:
    condition = declared.required_when
    if condition is None:
        return {}
    words = {"enum": list(condition.words)}
    return {
        "if": {"required": [condition.other], "properties": {condition.other: words}},
        "then": {"required": [condition.key]},
    }
