"""``goodterms decline``: say no to a proposal."""

from datetime import date

import click

from engine.cli.output import say
from engine.cli.place import read_date
from engine.cli.run import new_order
from engine.forge.proposal import in_one_line
from engine.running.settling import Errand, decline


@click.command(short_help="Say no to a proposal.")
@click.argument("name", metavar="ID")
@click.option("--by", required=True, metavar="NAME", help="Who: a key of 'people'.")
@click.option("--reason", metavar="TEXT", help="Why; the journal keeps it.")
@click.option("--as-of", callback=read_date, metavar="DATE", help="Play another day.")
@click.pass_context
def command(
    ctx: click.Context, *, name: str, by: str, reason: str | None, as_of: date | None
) -> None:
    """Close proposal ID; that step is not proposed again for 30 days."""
    errand = Errand(new_order(ctx, as_of), name, by, in_one_line(reason or ""))
    say(f"{name}: {decline(errand)}")
