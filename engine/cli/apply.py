"""``goodterms apply``: do exactly what a plan says, or nothing."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from goodterms.cli.environment import read_date
from goodterms.cli.run import carry_out, new_order
from goodterms.model.calendar import DayError, parse_date
from goodterms.model.refusal import RefusalError


@click.command(short_help="Do exactly what a plan says, or nothing.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as-of", callback=read_date, metavar="DATE", help="Play the day of the plan."
)
@click.pass_context
def command(ctx: click.Context, *, file: Path, as_of: date | None) -> int:
    """Carry out the plan in FILE, made by 'goodterms plan --format json --out FILE'.

    Refused with exit 4 on another day than the plan's, and when what it was
    based on has changed since.
    """
    day, digest = _read(file)
    return carry_out(replace(new_order(ctx, as_of), digest=digest, planned_for=day))


def _read(file: Path) -> tuple[date, str]:
    try:
        plan = json.loads(file.read_bytes())
        return parse_date(plan["as_of"]), str(plan["digest"])
    except (ValueError, KeyError, TypeError, DayError):
        raise RefusalError(
            f"'{file}' is no plan", "make one: goodterms plan --format json"
        ) from None
