"""What other programs call: ``from goodterms import open_workspace, plan``.

The same values as the command line's, and nothing is written or sent. No function
reads the clock: each is told the day, or the time. See docs/python.md.
"""

from collections.abc import Sequence
from datetime import date, datetime
from os import PathLike
from pathlib import Path

from goodterms.decision import KEPT_OUT
from goodterms.doctor.check_files import check_repository
from goodterms.model.ledger import Account
from goodterms.model.plan import Plan
from goodterms.model.problem import Problem, did_you_mean
from goodterms.model.refusal import RefusalError
from goodterms.provenance.workspace_history import with_past
from goodterms.views.explain import explain as explanation
from goodterms.views.plan_json import to_json
from goodterms.workspace.find_account import find_account
from goodterms.workspace.plan_all import make_plan, plan_one, rules_of, with_problems
from goodterms.workspace.workspace import Workspace


def open_workspace(path: str | PathLike[str]) -> Workspace:
    """Read the settings, policies and templates of a folder with a goodterms.yaml.

    Accounts are read when they are planned. What is wrong with a policy or template
    is among ``Workspace.problems``; an account whose past was changed is in
    ``Workspace.held``. Raises RefusalError where the settings cannot be used.
    """
    workspace, problems = Workspace.open(Path(path).resolve())
    if workspace is None:
        raise RefusalError("; ".join(map(str, problems)), code=1)
    return with_past(workspace)


def plan(
    workspace: Workspace,
    on: date,
    accounts: Sequence[str] | None = None,
    *,
    processes: int = 1,
) -> Plan:
    """Return what is due on a day, and why everything else waits.

    *accounts* are customers by folder, name, or a part that no other has; None takes
    all. An account with errors is left out, and they are among the plan's problems.
    More *processes* change nothing but the time; they are forked.
    Raises RefusalError where an account is unknown, or may be several.
    """
    ids = None
    if accounts is not None:
        ids = sorted({find_account(workspace, name).account for name in accounts})
    planned = make_plan(workspace, on, ids, processes)
    return with_problems(planned, workspace.problems)


def plan_json(workspace: Workspace, plan: Plan) -> dict[str, object]:
    """Return a plan as ``goodterms plan --format json`` prints it.

    It has the form of ``goodterms schema plan``; money is text, as ``"840.00"``.
    """
    return to_json(plan, workspace.book.templates)


def explain(
    workspace: Workspace, on: date, account: str, invoice: str | None = None
) -> str:
    """Explain an account, or one invoice of it, as ``goodterms explain`` prints it.

    Raises RefusalError where there is no such account or invoice, or where its files
    have errors, which it names.
    """
    content, problems = _read_account(workspace, account)
    ids = [entry.id for entry in content.invoices]
    if invoice is not None and invoice not in ids:
        hint = did_you_mean(invoice, ids)
        raise RefusalError(f"no invoice '{invoice}' in account '{content.id}'", hint)
    policies = rules_of(workspace, on)
    planned = plan_one(workspace, content, policies)
    if any(problem.rule in KEPT_OUT for problem in planned.problems):
        raise _unusable(content.id, (*problems, *planned.problems))
    return explanation(content, policies, planned, invoice)


def check(path: str | PathLike[str], now: datetime) -> tuple[Problem, ...]:
    """Return every problem of every file, sorted, as ``goodterms check`` does.

    *now*, with its time zone, is when data of other systems is judged too old or too
    new. Settings that cannot be used are a problem too: nothing is raised.
    """
    return check_repository(Path(path).resolve(), now=now)


def _read_account(
    workspace: Workspace, name: str
) -> tuple[Account, tuple[Problem, ...]]:
    account_id = find_account(workspace, name).account
    account, problems = workspace.account(account_id)
    if account is None:
        raise _unusable(account_id, problems)
    return account, problems


def _unusable(account_id: str, problems: Sequence[Problem]) -> RefusalError:
    errors = [str(problem) for problem in problems if problem.severity == "error"]
    reason = "; ".join(errors) or f"ledger/{account_id} is empty"
    return RefusalError(f"account '{account_id}' cannot be used: {reason}", code=1)
