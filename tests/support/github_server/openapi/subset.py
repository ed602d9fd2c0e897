"""Cut the operations that the server answers out of GitHub's OpenAPI description.

By hand, when operations are added: unpack the npm package ``@octokit/openapi`` and run
``python -m tests.support.github_server.openapi.subset
package/generated/api.github.com.json``.
"""

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.github_server import api
from tests.support.github_server.http_messages import Json
from tests.support.github_server.routes import ROUTES

TARGET = Path(__file__).with_name("github.json.gz")
SOURCE = "npm @octokit/openapi"

_DROPPED = {"description", "summary", "example", "examples", "externalDocs", "title"}
_NAMES = {"properties", "schemas", "parameters", "responses", "headers"}


def slim(node: object, *, names: bool = False) -> object:
    """Leave out what only people read; under *names* every key is a name."""
    if isinstance(node, list):
        return [slim(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: value
        for key, value in node.items()
        if names or not (key in _DROPPED or key.startswith("x-"))
    }
    return {
        key: slim(value, names=not names and key in _NAMES)
        for key, value in kept.items()
    }


def references(node: object) -> Iterator[str]:
    """Find every ``$ref`` below a node."""
    if isinstance(node, list):
        for item in node:
            yield from references(item)
    elif isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)


def cut(whole: Json) -> Json:
    """Keep our operations and what they refer to, however deep."""
    paths = _operations(whole)
    components: dict[str, dict[str, object]] = {}
    waiting = set(references(paths))
    while waiting:
        kind, name = waiting.pop().removeprefix("#/components/").split("/")
        if name not in components.setdefault(kind, {}):
            part = slim(_at(whole, "components", kind, name))
            components[kind][name] = part
            waiting |= set(references(part))
    about = whole["info"]
    version = about.get("version") if isinstance(about, dict) else None
    info = {"title": SOURCE, "version": version, "license": "MIT, see LICENSE"}
    tidy = {kind: dict(sorted(parts.items())) for kind, parts in components.items()}
    shown = {"openapi": whole["openapi"], "info": info, "paths": paths}
    return {**shown, "components": dict(sorted(tidy.items()))}


def _operations(whole: Json) -> dict[str, dict[str, object]]:
    paths: dict[str, dict[str, object]] = {}
    for entry in sorted(ROUTES, key=lambda one: (one.template, one.method)):
        method = entry.method.lower()
        found = slim(_at(whole, "paths", entry.template, method))
        paths.setdefault(entry.template, {})[method] = found
    return paths


def _at(node: object, *keys: str) -> object:
    for key in keys:
        if not isinstance(node, dict) or key not in node:
            raise SystemExit(f"error: GitHub's description has no {' '.join(keys)}")
        node = node[key]
    return node


def main(source: str) -> None:
    """Write the subset beside this file, the same bytes for the same source."""
    part = cut(json.loads(Path(source).read_text(encoding="utf-8")))
    text = json.dumps(part, separators=(",", ":")).encode()
    TARGET.write_bytes(gzip.compress(text, mtime=0))
    operations = len(ROUTES)
    modules = len(api.__all__)
    told = f"{operations} operations of {modules} modules, {len(text)} bytes"
    sys.stdout.write(f"{told}, {TARGET.stat().st_size} packed\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
