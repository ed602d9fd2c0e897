"""The shipped workflows themselves: act runs them, against the test server."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from goodterms import __version__
from goodterms.channels import smtp
from goodterms.cli import main
from tests.support import github_firm
from tests.support.act.runner import ROOT, Job, Runner, make_tools
from tests.support.eventful_ledger import CALLED, DAY, NEXT, account, paid
from tests.support.git_repos import commit, new_repo, sh
from tests.support.github_server.forge import Forge
from tests.support.github_server.forms import fill_in
from tests.support.github_server.state import Issue
from tests.support.mail_server import Inbox, serving

pytestmark = pytest.mark.slow

NOW, LATER = "2026-10-08T09:12:00+00:00", "2026-10-09T09:12:00+00:00"
DANA, OMAR = github_firm.DANA, github_firm.OMAR
ALPHA = {"account": "alpha", "said": "We never got one."}


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
    alpha = account("alpha", "2026-10-01")
    commit(folder, {"goodterms.yaml": known, **alpha})
    sh(folder, "push", "-q", github.remote("linden-admin"), "main")
    return Runner(github, tools, tmp_path / "clone")


@pytest.mark.parametrize("name", ["run", "record"])
def test_a_skipped_job_pushes_no_waiting_one_out(name: str) -> None:
    """GitHub gives the group of a workflow its place before it asks a job's `if`."""
    workflow = yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_bytes())
    assert "concurrency" not in workflow
    job = workflow["jobs"][name]
    assert job["if"]
    assert job["concurrency"]["cancel-in-progress"] is False


def test_a_new_repository_reports(github: Forge, runner: Runner) -> None:
    was = github.state.branches

    job = runner.run("run.yml", "schedule", NOW)

    assert job.succeeded, job.log
    assert "plan     mode: report in goodterms.yaml: nothing is touched" in job.said()
    assert "**Done.**" in job.summary()
    assert "## Plan for 2026-10-08" in job.summary()
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
    assert "by: dana\n" in record
    assert "said: $(touch pwned)\n" in record
    assert [github.issue(n).state for n in (good, bad)] == ["closed", "open"]
    answers = {c.number: c.body for c in github.state.comments.values()}
    assert "**Recorded**" in answers[good]
    assert "did you mean 'alpha'?" in answers[bad]


def test_another_issue_starts_nothing(github: Forge, runner: Runner) -> None:
    number = github.as_user("visitor").open_issue("A question", "What is this?")
    told = github.event("issues", "opened", number, "visitor")

    job = runner.run("record.yml", "issues", NOW, told)

    assert job.succeeded
    assert job.said() == []


def test_a_form_whose_label_was_dropped_starts_the_workflow(
    github: Forge, runner: Runner
) -> None:
    form = fill_in(github.read(".github/ISSUE_TEMPLATE/reply.yml"), ALPHA, None)
    number = github.as_user(DANA).open_issue("Reply", form.body)
    told = github.event("issues", "opened", number, DANA)

    job = runner.run("record.yml", "issues", NOW, told)

    assert job.succeeded, job.log
    assert "by: dana\n" in github.read("ledger/alpha/records/2026-10-08-reply.yaml")
    assert github.issue(number).state == "closed"


def test_words_below_a_proposal_start_a_run_and_are_done(
    github: Forge, tools: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    github.at(NOW)
    assert main(["init", str(folder)]) == 0
    commit(folder, {**github_firm.FILES, **account("kappa", "2026-09-17", CALLED)})
    sh(folder, "push", "-q", github.remote("linden-admin"), "main")
    runner = Runner(github, tools, tmp_path / "clone")
    assert runner.run("run.yml", "schedule", NOW).succeeded
    pulls = {p.head_ref: n for n, p in github.state.pulls.items()}
    tau, kappa = (pulls[f"goodterms/{name}"] for name in (TAU, KAPPA))
    github.at(LATER)
    dana, omar = github.as_user(DANA), github.as_user(OMAR)

    dana.comment(tau, "Nothing for the engine.")
    told = github.event("issue_comment", "created", tau, DANA)
    assert runner.again("run.yml", "issue_comment", LATER, told).said() == []

    omar.review(kappa, "COMMENT", '/decline because $(touch pwned) `they` "called"')
    dana.comment(tau, "/choose ride-out because ${{ github.token }}")
    told = github.event("issue_comment", "created", tau, DANA)
    job = runner.again("run.yml", "issue_comment", LATER, told)

    assert job.succeeded, job.log
    said = [line for line in job.said() if line.startswith("sync")]
    assert f"sync     {TAU} chooses ride-out now, as dana asked" in said
    assert f"sync     {KAPPA} was declined by omar" in said
    branch = github.read(github_firm.path_of(TAU), f"goodterms/{TAU}")
    assert "choose: ride-out" in branch
    journal = github.read("ledger/kappa/journal.yaml")
    assert 'reason: $(touch pwned) `they` "called"\n' in journal

    told = github.event("pull_request_review", "submitted", kappa, OMAR)
    again = runner.again("run.yml", "pull_request_review", LATER, told)
    assert again.succeeded, again.log
    assert [line for line in again.said() if line.startswith("sync")][1:] == []


# One story: a day's run asks five questions; people answer them, each in another way,
# and the next day's run does what was decided, and no more.

GAMMA, KAPPA, SIGMA, ZETA = (
    f"{name}/{DAY}-notice" for name in ("gamma", "kappa", "sigma", "zeta")
)
TAU = f"tau/{DAY}-triage"
LEDGER = {
    **github_firm.FILES,
    **account("beta", "2026-09-24", {"2026-10-01": "reminder"}),
    **account("kappa", "2026-09-17", CALLED),
    **account("sigma", "2026-09-17", CALLED),
    **account("zeta", "2026-09-17", CALLED),
}
LEDGER["goodterms.yaml"] += "channels: {email: smtp, letter: issue, phone: issue}\n"


@dataclass(frozen=True)
class Story:
    """A repository, and how its workflow went on two days."""

    github: Forge
    runner: Runner
    inbox: Inbox
    first: Job
    second: Job

    def pull(self, name: str) -> Issue:
        """Return the pull request of a proposal."""
        (number,) = (
            pull.number
            for pull in self.github.state.pulls.values()
            if pull.head_ref == f"goodterms/{name}"
        )
        return self.github.issue(number)

    def said(self, name: str) -> list[str]:
        """Return how each comment on a proposal begins."""
        number = self.pull(name).number
        comments = self.github.state.comments.values()
        return [c.body.partition("\n")[0] for c in comments if c.number == number]

    def journal(self, name: str) -> str:
        """Return the journal of an account, as it is on main."""
        return self.github.read(f"ledger/{name}/journal.yaml")


@pytest.fixture(scope="module")
def story(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("story")
    with github_firm.at_home(folder):
        github = Forge(folder / "github")
        inbox = Inbox()
        with serving(inbox) as port:
            secrets = {smtp.HOST: "127.0.0.1", smtp.PORT: str(port)}
            runner = Runner(github, tools, folder / "clone", secrets)
            yield tell(github, runner, inbox, folder / "mine")
        github.stop()
        assert github.violations == []


def tell(github: Forge, runner: Runner, inbox: Inbox, folder: Path) -> Story:
    """Let it happen."""
    github.at(NOW)
    assert main(["init", str(folder)]) == 0
    for key, value in {"name": "Dana", "email": "dana@linden.example"}.items():
        sh(folder, "config", f"user.{key}", value)
    commit(folder, LEDGER)
    sh(folder, "push", "-q", github.remote("linden-admin"), "main")
    first = runner.run("run.yml", "schedule", NOW)
    assert first.succeeded, first.log

    github.at(LATER)
    story = Story(github, runner, inbox, first, first)
    decide(story)
    merged = story.pull(GAMMA).number
    told = github.event("pull_request", "closed", merged, DANA)
    second = runner.run("run.yml", "pull_request", LATER, told)
    return Story(github, runner, inbox, first, second)


def decide(story: Story) -> None:
    """Let people answer in every way that there is, allowed or not."""
    dana = story.github.as_user(DANA)
    omar = story.github.as_user(OMAR)
    omar.approve(story.pull(GAMMA).number)
    dana.merge(story.pull(GAMMA).number)
    dana.close(story.pull(KAPPA).number)
    choice, branch = github_firm.path_of(TAU), f"goodterms/{TAU}"
    text = story.github.read(choice, branch)
    omar.edit(branch, choice, text.replace("choose: agency", "choose: ride-out"))
    dana.merge(story.pull(TAU).number)
    for path, changed in paid("zeta", "2026-09-17", NEXT).items():
        dana.edit("main", path, changed)
    wrong = github_firm.path_of(SIGMA)
    dana.edit("main", wrong, story.github.read(wrong, f"goodterms/{SIGMA}"))


def test_what_was_claimed_is_mailed_once(story: Story) -> None:
    mailed = [each.rcpt_tos for each in story.inbox.taken]
    assert mailed == [["ap@alpha.example"]]
    lines = [line for line in story.journal("alpha").splitlines() if "state" in line]
    assert lines == ["state: claimed", "state: sent"]


def test_letters_and_calls_are_handed_out_once_they_are_claimed(
    story: Story,
) -> None:
    tasks = {
        issue.title: issue.assignees
        for issue in story.github.state.issues.values()
        if "goodterms-task" in issue.labels
    }
    assert tasks == {
        "Call: beta Ltd, call": (DANA,),
        "Post a letter: gamma Ltd, notice": (DANA,),
    }
    asked = [f"{each.method} {each.path}" for each in story.github.log]
    claimed = next(n for n, each in enumerate(asked) if "git-receive-pack" in each)
    assert claimed < asked.index("POST /repos/linden/ledger/issues")


def test_the_first_run_asks_in_pull_requests(story: Story) -> None:
    assert sorted(pull.head_ref for pull in story.github.state.pulls.values()) == [
        f"goodterms/{name}" for name in (GAMMA, KAPPA, SIGMA, TAU, ZETA)
    ]
    assert "notice, 100.00 EUR" in story.pull(GAMMA).title
    assert story.pull(GAMMA).assignees == (DANA,)
    dashboards = [
        issue
        for n, issue in story.github.state.issues.items()
        if n not in story.github.state.pulls and "goodterms-task" not in issue.labels
    ]
    assert [issue.title for issue in dashboards] == ["Good Terms: dashboard"]


def test_what_two_approved_is_done_and_said(story: Story) -> None:
    assert "state: approved" in story.journal("gamma")
    assert "by: [dana, omar]" in story.journal("gamma")
    assert "decision: 2026-10-08-notice\n---\nid: 2026-10-09-notice\nstate: sent" in (
        story.journal("gamma")
    )
    assert story.said(GAMMA) == ["**Approved** by Dana Lindqvist, Omar Haddad."]


def test_what_was_closed_is_declined(story: Story) -> None:
    assert "state: declined" in story.journal("kappa")
    assert story.said(KAPPA)[0].startswith("**Declined.**")


def test_another_choice_is_carried_out(story: Story) -> None:
    assert "choose: ride-out" in story.journal("tau")
    assert story.said(TAU) == ["**Approved** by Dana Lindqvist."]


def test_a_payment_comes_first(story: Story) -> None:
    assert "state: void" in story.journal("zeta")
    assert story.said(ZETA)[0].startswith("**Closed: paid.**")
    assert story.pull(ZETA).state == "closed"


def test_a_decision_pushed_to_main_is_refused(story: Story) -> None:
    assert not story.second.succeeded
    (told,) = [mark for mark in story.second.annotations() if "refused" in mark]
    assert told.startswith(f"::error file={github_firm.path_of(SIGMA)}::")
    assert "approved" not in story.journal("sigma")
    assert "does not count" in story.said(SIGMA)[0]
    assert story.pull(SIGMA).state == "open"
    assert "refused" in story.second.summary()


def test_the_next_run_finds_nothing_to_do(story: Story) -> None:
    story.github.as_user(DANA).remove("main", github_firm.path_of(SIGMA))
    before = (story.github.state.branches, len(story.github.state.comments))

    job = story.runner.run("run.yml", "schedule", LATER.replace("09:12", "11:12"))

    assert job.succeeded, job.log
    after = (story.github.state.branches, len(story.github.state.comments))
    assert after == before


def test_the_template_runs_with_the_engine_that_it_carries(
    github: Forge, tools: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "template"
    hidden = shutil.ignore_patterns("__pycache__")
    for name in ("engine", "ledger", "policies", "templates", "docs", ".github"):
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
    assert "- push: branches can be pushed and deleted\n" in job.summary()
    asked = [str(tools / "python" / "bin" / "goodterms"), "--version"]
    told = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert told.stdout == "goodterms, version 7.7.7\n"
