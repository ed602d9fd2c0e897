"""The ledger that is timed is a ledger: it is read without a problem, and is due."""

import cProfile
from datetime import date
from pathlib import Path

import pytest

from benchmarks.generate import Order, write_ledger
from benchmarks.large import Size, customer
from goodterms.decision.plan import plan_account
from goodterms.decision.state.effective_policies import effective_policies
from goodterms.workspace.plan_all import make_plan
from goodterms.workspace.workspace import Workspace

REPOSITORY = Path(__file__).parents[2]
TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("benchmark") / "ledger"
    write_ledger(Order(root, customers=6, seed=1, jobs=1, today=TODAY))
    return root


def test_a_generated_ledger_has_no_problem(written: Path) -> None:
    workspace, problems = Workspace.open(written)
    assert workspace is not None
    plan = make_plan(workspace, TODAY)
    assert (*problems, *plan.problems) == ()
    assert plan.accounts == 6


def test_its_journals_are_those_of_the_runs_before(written: Path) -> None:
    workspace, _ = Workspace.open(written)
    assert workspace is not None
    accounts = [workspace.account(key)[0] for key in workspace.account_ids()]
    entries = [entry for each in accounts if each for entry in each.journal]
    assert max(entry.day for entry in entries) < TODAY
    # Whatever was due the day before is done: nothing is due twice.
    before = make_plan(workspace, max(entry.day for entry in entries))
    sent = {action.step for action in before.actions if action.is_message}
    assert sent == set()


def test_equal_options_give_equal_files(written: Path, tmp_path: Path) -> None:
    write_ledger(Order(tmp_path / "again", customers=6, seed=1, jobs=2, today=TODAY))
    again = tmp_path / "again"
    files = sorted(path.relative_to(written) for path in written.rglob("*.yaml"))
    assert len(files) > 6 * 11
    for path in files:
        assert (again / path).read_bytes() == (written / path).read_bytes()


def calls_of_a_plan(size: Size) -> int:
    """Count the function calls that the plan of one customer takes."""
    workspace, problems = Workspace.open(REPOSITORY)
    assert workspace is not None, problems
    given = effective_policies(workspace.book, workspace.settings, TODAY)
    account = customer(size)
    profile = cProfile.Profile()
    plan_account(account, given)  # what is imported on first use is no part of it
    profile.enable()
    plan_account(account, given)
    profile.disable()
    return sum(entry.callcount for entry in profile.getstats())


def test_a_customer_of_twice_the_size_costs_twice_as_much() -> None:
    """No square: counted in calls, which do not depend on the machine."""
    one, two = (calls_of_a_plan(Size(n * 100, n * 1200)) for n in (1, 2))

    assert two < 2.2 * one
