"""The JSON Schemas (draft-07) of every file that people and importers write.

Those of records are built from the declarations of their kinds.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from goodterms.model.records import KINDS
from goodterms.schemas.record_schema import PREFIX, record_schema

Schema: TypeAlias = dict[str, Any]

_ENDING = ".schema.json"
_COMMON = "common"
_SHARED = f"{_COMMON}{_ENDING}#/definitions/"
_OWN = "#/definitions/"


def names() -> tuple[str, ...]:
    """List the schemas by name, such as ``invoice`` and ``record-promise``."""
    files_here = (entry.name for entry in files(__name__).iterdir())
    stems = {f.removesuffix(_ENDING) for f in files_here if f.endswith(_ENDING)}
    records = {f"{PREFIX}{kind}" for kind in KINDS}
    return tuple(sorted((stems | records) - {_COMMON}))


def schema(name: str) -> Schema:
    """Return a schema that stands alone: what it shares with others is in it.

    Raises KeyError for a name that is not one of ``names``.
    """
    if name not in names():
        raise KeyError(name)
    own = record_schema(name) if name.startswith(PREFIX) else _read(name)
    definitions = dict(own.get("definitions", {}))
    shared = _read(_COMMON)["definitions"]
    missing = _references(own, _SHARED)
    while missing:
        definitions |= {key: shared[key] for key in sorted(missing)}
        used = _references([definitions[key] for key in missing], _OWN)
        missing = used - definitions.keys()
    alone: Schema = _standing_alone({**own, "definitions": definitions})
    return alone


@cache
def _read(name: str) -> Schema:
    text = files(__name__).joinpath(name + _ENDING).read_text(encoding="utf-8")
    read: Schema = json.loads(text)
    return read


def _references(part: object, prefix: str) -> set[str]:
    """Collect the definitions that a part of a schema points at."""
    if isinstance(part, list):
        return set().union(*(_references(item, prefix) for item in part))
    if not isinstance(part, dict):
        return set()
    target = part.get("$ref", "")
    own = {target.removeprefix(prefix)} if target.startswith(prefix) else set()
    return own.union(*(_references(value, prefix) for value in part.values()))


def _standing_alone(part: Any) -> Any:  # noqa: ANN401 - JSON has any shape
    if isinstance(part, list):
        return [_standing_alone(item) for item in part]
    if not isinstance(part, dict):
        return part
    plain = {key: _standing_alone(value) for key, value in part.items()}
    if str(plain.get("$ref", "")).startswith(_SHARED):
        plain["$ref"] = _OWN + plain["$ref"].removeprefix(_SHARED)
    return plain
