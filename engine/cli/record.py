"""``goodterms record``: write down what was learnt about a customer."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from goodterms.cli.environment import (
    account_id,
    find_root,
    open_workspace,
    read_clock,
    read_date,
    today,
)
from goodterms.cli.output import say, tell, tell_problems
from goodterms.load.schema_errors import missing_key
from goodterms.model.ledger import CHANNELS
from goodterms.model.record_fields import RecordKey
from goodterms.model.records import (
    FIRST_KEYS,
    KINDS,
    LAST_KEYS,
    keys_of,
    own_keys,
)
from goodterms.model.refusal import RefusalError
from goodterms.workspace.write_record import write_record

Option = click.Option


def _instalments(
    _ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]
) -> list[dict[str, str]]:
    """Read ``2026-11-05=600.00``; whether it is a date and an amount, loading says."""
    pairs = [pair.partition("=") for pair in given]
    if not all(due and equals and amount for due, equals, amount in pairs):
        raise click.BadParameter("write it like 2026-11-05=600.00")
    return [{"due": due, "amount": amount} for due, _, amount in pairs]


#: The keys that all kinds share, in the order of the help.
_SHARED = ("by", "on", *FIRST_KEYS[2:], *LAST_KEYS)


def _name_of(key: RecordKey) -> str:
    """Return the name of the option that stands for a key, ``--pay-by``."""
    return "--" + (key.type.item or key.name).replace("_", "-")


def _option(key: RecordKey) -> Option:
    """Return the option that stands for a key of a record's file."""
    declaration, type_ = key.declaration, key.type
    option = _name_of(key)
    given: dict[str, Any] = {
        "help": declaration.help,
        "required": key.required and key.name != "on",
    }
    if type_.name == "flag":
        off = f"/--not-{key.name}" if key.default else ""
        shown = {"default": True} if key.default else {"is_flag": True}
        return Option([option + off], help=declaration.help, **shown)
    if declaration.preset:
        given |= {"default": declaration.preset, "show_default": True}
    if words := CHANNELS if type_.name == "channel" else type_.words:
        given["type"] = click.Choice(words)
    else:
        given["metavar"] = type_.metavar
    if type_.name == "day":
        given["callback"] = read_date
    if type_.name == "instalments":
        given["callback"] = _instalments
    return Option([option, key.name], multiple=bool(type_.item), **given)


def _command(kind: str) -> click.Command:
    """Return the command of a kind, its options as the kind declares its keys."""

    @click.pass_context
    def write(
        ctx: click.Context, /, account: str, on: date | None, **given: object
    ) -> int:
        return _write(ctx, kind, account, on, given)

    keys = {key.name: key for key in keys_of(KINDS[kind])}
    shared = [_option(keys[name]) for name in _SHARED]
    own = [_option(key) for key in own_keys(KINDS[kind])]
    params: list[click.Parameter] = [click.Argument(["account"]), *shared, *own]
    about = KINDS[kind].declared.help
    return click.Command(kind, callback=write, params=params, help=about)


def _write(
    ctx: click.Context,
    kind: str,
    account: str,
    on: date | None,
    given: Mapping[str, object],
) -> int:
    root = find_root(ctx)
    workspace, _ = open_workspace(root)
    account = account_id(workspace, account)
    if given["by"] not in workspace.settings.people:
        people = ", ".join(workspace.settings.people) or "nobody"
        raise RefusalError(f"'{given['by']}' is not in people", f"there is {people}")
    now = today(workspace.settings, read_clock())
    day = on or now
    values = {"kind": kind, "on": day, **_without_empty(given)}
    for key in own_keys(KINDS[kind]):
        if (
            key.type.target == "journal entry" and key.name in values
        ):  # as tasks and other commands name it
            values[key.name] = str(values[key.name]).removeprefix(f"{account}/")
    path, problems = write_record(workspace, account, values)
    code = tell_problems(problems, root)
    if path:
        say(path)
        if day > now:
            tell(f"it is dated {day}, after today: it counts from then")
        tell("commit it, and the next run knows")
    for key in keys_of(KINDS[kind]):
        if any(problem.what == missing_key(key.name) for problem in problems):
            tell(f"say it with {_name_of(key)} {key.type.metavar}")
    return code


def _without_empty(given: Mapping[str, object]) -> dict[str, object]:
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in given.items()
        if value is not None and value != ()
    }


class RecordGroup(click.Group):
    """A command for each kind of record."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Name the kinds."""
        return sorted(KINDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a kind, None where there is none."""
        return _command(cmd_name) if cmd_name in KINDS else None


@click.group(cls=RecordGroup, short_help="Write down what was learnt about a customer.")
def command() -> None:
    """Write a record file, validated; a run reads it once it is committed."""
