"""``goodterms resolve``: say what became of a message in doubt."""

from datetime import date
from typing import Literal

import click

from goodterms.cli.environment import read_date
from goodterms.cli.output import say
from goodterms.cli.run import new_order
from goodterms.run.person_decisions import PersonDecision, resolve


@click.command(short_help="Say what became of a message in doubt.")
@click.argument("name", metavar="ID")
@click.option(
    "--sent", is_flag=True, help="It left: the mail server's log or the reader says so."
)
@click.option(
    "--not-sent",
    is_flag=True,
    help="Nothing left, and the log shows it: it is sent again.",
)
@click.option("--by", metavar="NAME", help="Who says so: a key of 'people'.")
@click.option("--as-of", callback=read_date, metavar="DATE", help="Play another day.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    name: str,
    sent: bool,
    not_sent: bool,
    by: str | None,
    as_of: date | None,
) -> None:
    """Settle message ID, of which no run could say whether it was sent.

    Be sure: what is said to be not sent goes out again, and may then arrive twice.
    Look into the mail server's log for its Message-ID, and wait until the run that
    claimed it has surely ended. In doubt, say --sent: a reminder too few costs less.
    """
    if sent == not_sent:
        raise click.UsageError("say either --sent or --not-sent", ctx)
    state: Literal["sent", "failed"] = "sent" if sent else "failed"
    say(f"{name}: {resolve(PersonDecision(new_order(ctx, as_of), name, by), state)}")
