"""The shipped workflows themselves: act runs them, against the test server."""

import shutil
import subprocess
from pathlib import Path

import pytest

from engine import __version__
from engine.cli import main
from tests.act.runner import ROOT, Runner, make_tools
from tests.eventful import account
from tests.github.forge import Forge
from tests.gitting import commit, new_repo, sh

NOW = "2026-10-08T09:12:00+00:00"
DANA = "dana-lindqvist"


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tools(tmp_path_factory.mktemp("tools"))


@pytest.fixture
def runner(github: Forge, tools: Path, tmp_path: Path) -> Runner:
    """Put a repository as init makes it on the server, with a customer in it."""
    github.at(NOW)
    folder = tmp_path / "mine"
    assert main(["init", str(folder), "--person", "Dana"]) == 0
    settings = (folder / "goodterms.yaml").read_text()
    known = settings.replace("{name: Dana,", f"{{name: Dana, github: {DANA},")
    alpha = {
        name: text.replace("owner: dana", "owner: me")
        for name, text in account("alpha", "2026-10-01").items()
    }
    commit(folder, {"goodterms.yaml": known, **alpha})
    sh(folder, "push", "-q", github.remote("linden-admin"), "main")
    return Runner(github, tools, tmp_path / "clone")


def test_a_new_repository_reports(github: Forge, runner: Runner) -> None:
    was = github.state.branches

    job = runner.run("run.yml", "schedule", NOW)

    assert job.succeeded, job.log
    assert "plan     mode: report in goodterms.yaml: nothing is touched" in job.said()
    assert "2026-10-08: 1 send" in job.summary()
    assert github.state.branches == was


def test_a_check_marks_mistakes_in_their_files(github: Forge, runner: Runner) -> None:
    dana = github.as_user(DANA)
    path = "ledger/alpha/invoices/INV-alpha.yaml"
    wrong = github.read(path).replace('"100.00"', '"100"')
    dana.edit("typo", path, wrong)
    number = dana.open_pull("typo", "Typo")

    runner.show("typo")
    told = github.event("pull_request", "opened", number, DANA)
    job = runner.again("check.yml", "pull_request", NOW, told)

    assert not job.succeeded
    assert job.annotations()[0].startswith(f"::error file={path},line=4,col=8::")
    assert "amount '100' needs two decimals" in job.annotations()[0]
    assert "**1 error**" in job.summary()
    assert "0 invoices waiting" in job.summary()


def test_a_check_shows_what_would_be_due(github: Forge, runner: Runner) -> None:
    dana = github.as_user(DANA)
    path = "ledger/alpha/invoices/INV-alpha.yaml"
    dana.edit("later", path, github.read(path).replace("2026-10-01", "2026-12-01"))
    number = dana.open_pull("later", "Later")

    runner.show("later")
    told = github.event("pull_request", "opened", number, DANA)
    job = runner.again("check.yml", "pull_request", NOW, told)

    assert job.succeeded, job.log
    assert job.annotations() == []
    assert "courtesy-note on 2026-11-26" in job.summary()


def test_forms_become_records_or_are_answered(github: Forge, runner: Runner) -> None:
    dana = github.as_user(DANA)
    good = dana.open_issue_from_form(
        "promise.yml", account="alpha", pay_by="2026-11-05", said="$(touch pwned)"
    )
    bad = dana.open_issue_from_form("promise.yml", account="alhpa", pay_by="soon")

    told = github.event("issues", "opened", good, DANA)
    job = runner.run("record.yml", "issues", NOW, told)

    assert job.succeeded, job.log
    record = github.read("ledger/alpha/records/2026-10-08-promise.yaml")
    assert "by: me\n" in record
    assert "said: $(touch pwned)\n" in record
    assert [github.issue(n).state for n in (good, bad)] == ["closed", "open"]
    answers = {c.number: c.body for c in github.state.comments.values()}
    assert "**Recorded**" in answers[good]
    assert "did you mean 'alpha'?" in answers[bad]


def test_another_issue_starts_nothing(github: Forge, runner: Runner) -> None:
    number = github.as_user("visitor").open_issue("A question", "### Account\n\nalpha")
    told = github.event("issues", "opened", number, "visitor")

    job = runner.run("record.yml", "issues", NOW, told)

    assert job.succeeded
    assert job.said() == []


def test_the_template_runs_with_the_engine_that_it_carries(
    github: Forge, tools: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "template"
    hidden = shutil.ignore_patterns("__pycache__")
    for name in ("engine", "ledger", "policies", "templates", ".github"):
        shutil.copytree(ROOT / name, folder / name, ignore=hidden)
    for name in ("goodterms.yaml", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    version = folder / "engine" / "__init__.py"
    version.write_text(version.read_text().replace(__version__, "7.7.7"))
    (folder / "pyproject.toml").write_text(
        (ROOT / "pyproject.toml").read_text().replace(__version__, "7.7.7")
    )
    new_repo(folder, {})
    sh(folder, "push", "-q", github.remote("linden-admin"), "main")
    runner = Runner(github, tools, tmp_path / "clone")

    job = runner.run("run.yml", "workflow_dispatch", NOW)

    assert job.succeeded, job.log
    assert "mode: report" in job.summary()
    asked = [str(tools / "python" / "bin" / "goodterms"), "--version"]
    told = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert told.stdout == "goodterms, version 7.7.7\n"
