"""``goodterms decline``: say no to a proposal, or not now."""

from datetime import date

import click

from goodterms.cli.environment import read_date
from goodterms.cli.output import say
from goodterms.cli.run import new_order
from goodterms.forge.commands import read_days
from goodterms.forge.protocol import in_one_line
from goodterms.model.calendar import DayError
from goodterms.run.person_decisions import PersonDecision, decline


def _days(
    _ctx: click.Context, _param: click.Parameter, value: str | None
) -> int | None:
    """Read for how long a proposal is put off."""
    try:
        return None if value is None else read_days(value)
    except DayError as error:
        raise click.BadParameter(str(error)) from None


@click.command(short_help="Say no to a proposal, or not now.")
@click.argument("name", metavar="ID")
@click.option("--by", required=True, metavar="NAME", help="Who: a key of 'people'.")
@click.option("--reason", metavar="TEXT", help="Why; the journal keeps it.")
@click.option(
    "--later", callback=_days, metavar="SPAN", help="Ask again then: 14d or 2w."
)
@click.option("--as-of", callback=read_date, metavar="DATE", help="Play another day.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    name: str,
    by: str,
    reason: str | None,
    later: int | None,
    as_of: date | None,
) -> None:
    """Close proposal ID; that step is not proposed again for 30 days, or for SPAN."""
    decision = PersonDecision(
        new_order(ctx, as_of), name, by, in_one_line(reason or "")
    )
    say(f"{name}: {decline(decision, later)}")
