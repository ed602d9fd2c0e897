"""``goodterms approve``: say yes to a proposal."""

import sys
from datetime import date

import click

from goodterms.cli.environment import read_date
from goodterms.cli.output import say, tell, tell_problems
from goodterms.cli.run import new_order
from goodterms.cli.show import find_proposal, proposal_text
from goodterms.forge.protocol import in_one_line
from goodterms.model.refusal import RefusalError
from goodterms.run.person_decisions import (
    DecisionContext,
    Look,
    PersonDecision,
    approve,
)


@click.command(short_help="Say yes to a proposal.")
@click.argument("name", metavar="ID")
@click.option("--by", required=True, metavar="NAME", help="Who: a key of 'people'.")
@click.option("--choose", metavar="OPTION", help="Another remedy than recommended.")
@click.option("--reason", metavar="TEXT", help="Why; the journal keeps it.")
@click.option("--as-of", callback=read_date, metavar="DATE", help="Play another day.")
@click.option("--yes", is_flag=True, help="Do not ask; for those who have read it.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    name: str,
    by: str,
    choose: str | None,
    reason: str | None,
    as_of: date | None,
    yes: bool,
) -> int:
    """Put a name to proposal ID, such as acme-gmbh/2026-11-30-final-notice.

    On a terminal its page and what would leave are shown first, and you are asked;
    elsewhere nobody can be asked, and none is. Names enough of the step's team merge
    it; the next run carries it out.
    """
    decision = PersonDecision(
        new_order(ctx, as_of), name, by, in_one_line(reason or "")
    )
    look = None if yes else _look(decision)
    if look is None and not yes:
        tell(f"{name} is not shown: there is no terminal to ask on")
    try:
        outcome = approve(decision, choose, look)
    except click.Abort:
        tell(f"{name}: not approved; nothing has changed")
        return 1
    say(f"{name}: {outcome}")
    return 0


def _look(decision: PersonDecision) -> Look | None:
    """Return what shows a proposal and asks; None where nobody can see and answer."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    seen = ""

    def look(context: DecisionContext, choose: str) -> None:
        nonlocal seen
        text = _text(decision, context, choose)
        if text != seen:
            tell(f"{text}\n" if not seen else f"It has changed meanwhile.\n\n{text}\n")
            means = "" if choose == "approve" else f": {choose}"
            question = f"Approve {decision.name}{means}, as {decision.by}?"
            click.confirm(question, abort=True, err=True)
        seen = text

    return look


def _text(decision: PersonDecision, context: DecisionContext, choose: str) -> str:
    account, problems = context.workspace.account(decision.account)
    proposal = find_proposal(account, decision.id, context.day) if account else None
    if account is None or proposal is None:
        tell_problems(problems, context.workspace.root)
        raise RefusalError(
            f"{decision.name} cannot be shown", "mend what is said above", code=1
        )
    return proposal_text(context.workspace, account, proposal, context.day, choose)
