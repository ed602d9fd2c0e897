"""``goodterms explain``: why this, why not that, what next and when."""

from datetime import date

import click

from goodterms.cli.environment import (
    find_root,
    open_workspace,
    read_account,
    read_clock,
    read_date,
    today,
)
from goodterms.cli.output import say, tell_problems
from goodterms.decision import KEPT_OUT
from goodterms.model.problem import did_you_mean
from goodterms.model.refusal import RefusalError
from goodterms.provenance.workspace_history import with_past
from goodterms.views.explain import explain
from goodterms.views.tasks import as_played
from goodterms.workspace.plan_all import plan_one, rules_of


@click.command(name="explain", short_help="Why this, why not that, what next and when.")
@click.argument("account")
@click.argument("invoice", required=False)
@click.option(
    "--as-of", callback=read_date, metavar="DATE", help="Explain another day."
)
@click.pass_context
def command(
    ctx: click.Context, *, account: str, invoice: str | None, as_of: date | None
) -> int:
    """Explain ACCOUNT, or one INVOICE of it, from the plan itself.

    ACCOUNT is its folder, its name, or a part of it that no other has.
    """
    root = find_root(ctx)
    workspace = with_past(open_workspace(root)[0])
    id_, content, problems = read_account(workspace, account)
    if content is None:
        return tell_problems(problems, root)
    if invoice and invoice not in {entry.id for entry in content.invoices}:
        hint = did_you_mean(invoice, (entry.id for entry in content.invoices))
        raise RefusalError(f"no invoice '{invoice}' in account '{id_}'", hint)
    day = as_of or today(workspace.settings, read_clock())
    law = rules_of(workspace, day)
    plan = plan_one(workspace, content, law)
    if all(problem.rule not in KEPT_OUT for problem in plan.problems):
        say(explain(content, law, as_played(plan, as_of), invoice))
    return tell_problems((*problems, *plan.problems), root)
