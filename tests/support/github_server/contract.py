"""GitHub's own description of its API, held against every request and reply."""

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, cast

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.support.github_server.http_messages import Json
from tests.support.github_server.openapi.subset import TARGET

_ROOT = "urn:github"
_JSON = "application/json"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_CHECKER = FormatChecker(())


@_CHECKER.checks("date-time")
def is_moment(text: object) -> bool:
    """Tell whether it is a time as GitHub writes it."""
    return not isinstance(text, str) or _MOMENT.fullmatch(text) is not None


@_CHECKER.checks("uri")
def is_address(text: object) -> bool:
    """Tell whether it is an address, and no template of one."""
    return (
        not isinstance(text, str) or re.match(r"https?://[^{}\s]+$", text) is not None
    )


def _adapted(node: object) -> object:
    """Turn OpenAPI 3.0 into JSON Schema.

    ``oneOf`` becomes ``anyOf``: GitHub's alternatives overlap, so that its own
    replies often fit two of them.
    """
    if isinstance(node, list):
        return [_adapted(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {
        "anyOf" if key == "oneOf" else key: _adapted(value)
        for key, value in node.items()
        if key != "nullable"
    }
    if node.get("nullable") is not True:
        return made
    return {"anyOf": [made, {"type": "null"}]}


@cache
def description() -> Json:
    """Read the vendored description, once."""
    found = json.loads(gzip.decompress(TARGET.read_bytes()))
    assert isinstance(found, dict)
    return found


@cache
def _registry() -> Registry[Any]:
    resource = DRAFT202012.create_resource(_adapted(description()))
    found: Registry[Any] = Registry().with_resource(_ROOT, resource)
    return found


_PLAIN_REF = Draft202012Validator.VALIDATORS["$ref"]
_SEEN: set[tuple[str, str]] = set()


def _ref(
    validator: Validator, target: str, instance: object, schema: object
) -> Iterator[ValidationError]:
    """Validate the same object against the same reference only once.

    A page of pull requests holds the repository sixty times.
    """
    key = (target, json.dumps(instance, sort_keys=True))
    if key in _SEEN:
        return
    found = list(_PLAIN_REF(validator, target, instance, schema))
    if not found:
        _SEEN.add(key)
    yield from found


_extended: Callable[..., type[Validator]] = extend
_VALIDATOR = _extended(Draft202012Validator, {"$ref": _ref})


@lru_cache(maxsize=512)
def _validator(pointer: str) -> Validator:
    schema = {"$ref": f"{_ROOT}#/{pointer}"}
    return _VALIDATOR(schema, registry=_registry(), format_checker=_CHECKER)


def _complaints(pointer: str, value: object) -> list[str]:
    return [
        f"{'/'.join(str(part) for part in error.absolute_path) or '.'}: {error.message}"
        for error in _validator(pointer).iter_errors(cast("Mapping[str, Any]", value))
    ]


def _pointer(*keys: str) -> str:
    escaped = (key.replace("~", "~0").replace("/", "~1") for key in keys)
    return "/".join(part.replace("{", "%7B").replace("}", "%7D") for part in escaped)


def _operation(method: str, template: str) -> Json:
    paths = description()["paths"]
    assert isinstance(paths, dict)
    found = paths[template][method.lower()]
    assert isinstance(found, dict)
    return found


def _resolved(node: object) -> tuple[object, list[str]]:
    """Follow a reference; also return where it led."""
    keys: list[str] = []
    while isinstance(node, dict) and "$ref" in node:
        keys = str(node["$ref"]).removeprefix("#/").split("/")
        node = description()
        for key in keys:
            node = node[key] if isinstance(node, dict) else None
    return node, keys


def wrong_query(method: str, template: str, query: Mapping[str, str]) -> list[str]:
    """List what is wrong with the parameters of a request; unknown ones are."""
    listed = _operation(method, template).get("parameters", [])
    known: dict[str, str] = {}
    for at, item in enumerate(listed if isinstance(listed, list) else []):
        parameter, keys = _resolved(item)
        if isinstance(parameter, dict) and parameter["in"] == "query":
            here = ["paths", template, method.lower(), "parameters", str(at)]
            known[parameter["name"]] = _pointer(*(keys or here), "schema")
    found = [f"unknown parameter '{name}'" for name in query if name not in known]
    for name, value in query.items():
        if name in known and not _fits(known[name], value):
            found.append(f"parameter {name}='{value}' is not as described")
    return found


def _fits(pointer: str, text: str) -> bool:
    values: list[str | int] = [text]
    if text.isdecimal():
        values.append(int(text))
    if text in ("true", "false"):
        values.append(text == "true")
    return any(_validator(pointer).is_valid(value) for value in values)


def wrong_body(method: str, template: str, body: object) -> list[str]:
    """List what is wrong with the body of a request; unknown keys are."""
    described = _operation(method, template).get("requestBody")
    if not isinstance(described, dict):
        return [] if body in (None, {}) else ["a body where none belongs"]
    if body is None:
        return ["the body is missing"] if described.get("required") else []
    here = (
        "paths",
        template,
        method.lower(),
        "requestBody",
        "content",
        _JSON,
        "schema",
    )
    schema = described["content"][_JSON]["schema"]
    keys = set(_property_names(schema))
    unknown = sorted(set(body) - keys) if isinstance(body, dict) and keys else []
    found = [f"unknown key '{key}'" for key in unknown]
    return found + _complaints(_pointer(*here), body)


def _property_names(schema: object) -> Iterator[str]:
    schema, _ = _resolved(schema)
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for word in ("oneOf", "anyOf", "allOf"):
            for part in schema.get(word, []):
                yield from _property_names(part)


def wrong_reply(method: str, template: str, status: int, body: object) -> list[str]:
    """List what is wrong with a reply.

    GitHub answers 4xx where its description has none; such a reply must look
    like every error. A 2xx must be described.
    """
    responses = _operation(method, template)["responses"]
    assert isinstance(responses, dict)
    if str(status) not in responses:
        if status < 400:
            return [f"status {status} is not described"]
        return _complaints(_pointer("components", "schemas", "basic-error"), body)
    response, keys = _resolved(responses[str(status)])
    here = ["paths", template, method.lower(), "responses", str(status)]
    content = response.get("content", {}) if isinstance(response, dict) else {}
    if not content:
        return [] if body is None or status >= 400 else ["a body where none belongs"]
    kind = _JSON if _JSON in content else next(iter(content))
    return _complaints(_pointer(*(keys or here), "content", kind, "schema"), body)
