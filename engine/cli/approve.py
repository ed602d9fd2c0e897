"""``goodterms approve``: say yes to a proposal."""

from datetime import date

import click

from engine.cli.output import say
from engine.cli.place import read_date
from engine.cli.run import new_order
from engine.forge.proposal import in_one_line
from engine.running.settling import Errand, approve


@click.command(short_help="Say yes to a proposal.")
@click.argument("name", metavar="ID")
@click.option("--by", required=True, metavar="NAME", help="Who: a key of 'people'.")
@click.option("--choose", metavar="OPTION", help="Another remedy than recommended.")
@click.option("--reason", metavar="TEXT", help="Why; the journal keeps it.")
@click.option("--as-of", callback=read_date, metavar="DATE", help="Play another day.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    name: str,
    by: str,
    choose: str | None,
    reason: str | None,
    as_of: date | None,
) -> None:
    """Put a name to proposal ID, such as acme-gmbh/2026-11-30-final-notice.

    Names enough of the step's team merge it; the next run carries it out.
    """
    errand = Errand(new_order(ctx, as_of), name, by, in_one_line(reason or ""))
    told = approve(errand, choose)
    say(f"{name}: {told}")
