"""Plan a whole ledger, account by account, on as many processors as there are."""

import gc
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from goodterms.decision import (
    EffectivePolicies,
    effective_policies,
    exclude_duplicates,
    identity_plan,
    join_plans,
    plan_account,
)
from goodterms.model.ledger import Account
from goodterms.model.plan import AccountPlan, Action, Plan
from goodterms.model.problem import Problem, in_order
from goodterms.workspace.workspace import Workspace

#: Fewer accounts than this are not worth a second process.
_WORTH_SHARING = 400
_CHUNK = 64


@dataclass(frozen=True, slots=True)
class _Job:
    workspace: Workspace
    rules: EffectivePolicies

    def account(self, id_: str) -> AccountPlan:
        """Read one account and decide; one with errors is kept out of the plan."""
        account, problems = self.workspace.account(id_)
        if account is None:
            profile, settings = self.workspace.profile(id_), self.workspace.settings
            name = profile.name if profile else ""
            owner = settings.owner_of(profile) if profile else settings.owner
            return AccountPlan(id_, problems=problems, name=name, owner=owner)
        decided = plan_account(account, self.rules)
        if problems:
            return replace(decided, problems=(*problems, *decided.problems))
        return decided


#: What the worker processes inherit when they are forked.
_job: _Job | None = None


def make_plan(
    workspace: Workspace,
    as_of: date,
    accounts: Sequence[str] | None = None,
    processes: int | None = None,
) -> Plan:
    """Plan these accounts, or all of them, as of a day.

    The number of *processes* changes nothing but the time it takes: accounts
    stand alone. None takes one per processor, where the ledger is large
    enough to be worth it. Of some accounts, those that may have the same invoice
    are looked at as well, and not planned.
    """
    ids = tuple(workspace.account_ids() if accounts is None else accounts)
    job = _Job(workspace, rules_of(workspace, as_of))
    with _undisturbed():
        plans = list(_planned(job, ids, _workers(len(ids), processes)))
    if accounts is not None:
        plans += _beside(workspace, ids)
    return join_plans(plans, job.rules, None if accounts is None else ids)


def plan_one(
    workspace: Workspace, account: Account, policies: EffectivePolicies
) -> AccountPlan:
    """Plan one account as a plan of the whole ledger would."""
    plans = [plan_account(account, policies), *_beside(workspace, (account.id,))]
    return exclude_duplicates(plans)[0]


def _beside(workspace: Workspace, ids: Sequence[str]) -> list[AccountPlan]:
    """Say what the accounts are known by that may have an invoice of these, too."""
    neighbours = (workspace.account(id_)[0] for id_ in workspace.neighbours(ids))
    return [identity_plan(account) for account in neighbours if account is not None]


def rules_of(workspace: Workspace, as_of: date) -> EffectivePolicies:
    """Return the rules of a day under which only what can be written is planned."""
    policies = effective_policies(workspace.book, workspace.settings, as_of)

    def unfit(account: Account, action: Action) -> tuple[Problem, ...]:
        from goodterms.render import render  # noqa: PLC0415 - start fast

        return render(
            workspace.templates,
            action,
            account,
            workspace.settings,
            as_of,
            workspace.book,
        )[1]

    return replace(policies, unfit=unfit)


def with_problems(plan: Plan, problems: Sequence[Problem]) -> Plan:
    """Add the problems of settings, policies and templates to a plan's own."""
    return replace(plan, problems=in_order((*plan.problems, *problems)))


def _workers(accounts: int, wanted: int | None) -> int:
    if "fork" not in multiprocessing.get_all_start_methods():
        return 1
    if wanted is not None:
        return max(1, wanted)
    return (os.cpu_count() or 1) if accounts >= _WORTH_SHARING else 1


def _planned(job: _Job, ids: Sequence[str], workers: int) -> Iterator[AccountPlan]:
    """Plan in the order given; what a killed worker leaves is planned here."""
    done = 0
    if workers > 1:
        try:
            for plan in _shared(job, ids, workers):
                yield plan
                done += 1
        except BrokenProcessPool:
            pass  # as when memory ran out: one process needs less of it
    yield from map(job.account, ids[done:])


def _shared(job: _Job, ids: Sequence[str], workers: int) -> Iterator[AccountPlan]:
    global _job  # noqa: PLW0603 - forked workers inherit it; nothing is copied
    _job = job
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("fork"))
    try:
        yield from pool.map(_in_worker, ids, chunksize=_CHUNK)
    finally:
        pool.shutdown(cancel_futures=True)
        _job = None


def _in_worker(id_: str) -> AccountPlan:
    if _job is None:
        raise RuntimeError("a worker was started without a job")
    return _job.account(id_)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep the cyclic collector out: values have no cycles, and there are many."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
