"""``goodterms schema``: the JSON Schemas, for editors and other programs."""

import json

import click

from goodterms.cli.output import say
from goodterms.model.problem import did_you_mean
from goodterms.model.refusal import RefusalError
from goodterms.schemas import names, schema


@click.command(name="schema", short_help="Print a JSON Schema.")
@click.argument("name", required=False)
def command(name: str | None) -> int:
    """Print the JSON Schema (draft-07) NAME; without a name, list them.

    It stands alone: save it, and name it in an editor or a file's first line,
    as "# yaml-language-server: $schema=FILE".
    """
    if name is None:
        say("\n".join(names()))
        return 0
    try:
        found = schema(name)
    except KeyError:
        hint = did_you_mean(name, names()) or "see 'goodterms schema'"
        raise RefusalError(f"no schema '{name}'", hint) from None
    say(json.dumps(found, ensure_ascii=False, indent=2))
    return 0
