"""The doctor names what is broken, and how to mend it; each thing by itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from goodterms.cli import main
from goodterms.doctor import DoctorContext, examine
from goodterms.git import open_repo
from goodterms.workspace.workspace import Workspace
from tests.support.eventful_ledger import BARE as EVENTFUL
from tests.support.eventful_ledger import account, books, gt
from tests.support.git_repos import add_remote, sh
from tests.support.github_connection import asked
from tests.support.github_firm import FILES, Firm, firm
from tests.support.github_firm import SETTINGS as OF_THE_FIRM
from tests.support.github_server.forge import Forge

NOW = datetime(2026, 10, 8, 10, tzinfo=UTC)
WORKFLOW = """\
name: Good Terms
on:
  schedule: [{cron: "23 5 * * 1-5"}]
jobs:
  run: {runs-on: ubuntu-latest, steps: [{run: goodterms run}]}
"""
RUN = ".github/workflows/run.yml"


def reachable(settings: str) -> str:
    """Add where the firm is, and its telephone number."""
    email = "email: a@linden.example,"
    assert email in settings
    return settings.replace(email, f'{email} phone: "+49 30 1", address: [Am Markt 2],')


SETTINGS = reachable(OF_THE_FIRM)
BARE = {**EVENTFUL, "goodterms.yaml": reachable(EVENTFUL["goodterms.yaml"])}
ALL = {
    **FILES,
    RUN: WORKFLOW,
    "goodterms.yaml": SETTINGS + "channels: {phone: issue}\n",
}


def found(root: Path, env: dict[str, str] | None = None) -> list[str]:
    """List what the doctor says."""
    workspace, problems = Workspace.open(root)
    assert workspace
    patient = DoctorContext(workspace, problems, open_repo(root), env or {}, NOW)
    return [str(check) for check in examine(patient)]


# --------------------------------------------------------------------------- local


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return books(tmp_path / "books", BARE)


def test_a_local_repository_that_is_well(root: Path) -> None:
    assert found(root) == [
        "ok       files: settings, policies and templates can be read",
        "ok       git: there is no remote; main here is the truth",
        "ok       approvers: leads has 2 members",
    ]
    assert gt(root, "doctor") == 0


def test_an_account_to_pay_to_that_is_not_named(tmp_path: Path) -> None:
    bank = ",\n  bank: {iban: DE02120300000000202051}"
    settings = BARE["goodterms.yaml"].replace(bank, "")
    root = books(tmp_path / "books", {**BARE, "goodterms.yaml": settings})

    (line,) = [line for line in found(root) if line.startswith("mind     bank")]

    assert line == (
        "mind     bank: none is named: messages say 'the account that the invoice"
        " names'; add yours to creditor in goodterms.yaml"
    )


def test_what_letters_and_messages_say_of_us_is_minded(tmp_path: Path) -> None:
    """Where no letter is ever written, the address is not missed."""
    root = books(tmp_path / "books", EVENTFUL)
    minds = [line for line in found(root) if line.startswith("mind ")]
    assert minds == [
        (
            "mind     letters: letters show no postal address of ours; add address to"
            " creditor in goodterms.yaml"
        ),
        (
            "mind     telephone: messages ask to call us, and name no telephone number;"
            " add phone to creditor in goodterms.yaml, or to dana, omar, iris in people"
        ),
    ]
    ladder = EVENTFUL["policies/standard/v1.yaml"]
    policy = ladder.replace("channel: letter", "channel: email")
    other = books(tmp_path / "more", {**EVENTFUL, "policies/standard/v1.yaml": policy})
    assert [line for line in found(other) if "letters:" in line] == []


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("2026-12-08", []),
        ("2026-12-07", ["the last rate of late interest ends on 2026-12-07, in 60"]),
        ("2026-10-08", ["the last rate of late interest ends on 2026-10-08, today;"]),
        ("2026-10-07", ["the last rate of late interest ended on 2026-10-07: claims"]),
    ],
)
def test_a_table_of_rates_that_ends(tmp_path: Path, end: str, said: list[str]) -> None:
    """Sixty days before its last day it is minded, and from then on."""
    claims = BARE["policies/standard/v1.yaml"].replace(
        "tone: final", "tone: final, charges: claim".replace(", ", "\n    ")
    )
    law = (
        "jurisdiction: de\nname: Germany\nchecked_on: 2026-01-01\nsource: BGB\n"
        "interest: {day_count: act/act, rates: [{from: 2015-01-01,"
        f' to: {end}, percent: "9"}}]}}\n'
    )
    files = {
        **BARE,
        "policies/standard/v1.yaml": claims,
        "policies/jurisdictions/de.yaml": law,
    }

    told = [line for line in found(books(tmp_path / "books", files)) if "rates" in line]

    start = "mind     rates: policies/jurisdictions/de.yaml: "
    assert len(told) == len(said)
    assert all(t.startswith(start + s) for t, s in zip(told, said, strict=True))


def test_a_remote_is_probed_and_left_as_it_was(root: Path) -> None:
    remote = add_remote(root, root.parent / "origin.git")
    before = sh(remote, "for-each-ref")
    told = found(root)
    assert "ok       git: origin answers, and has main" in told
    assert "ok       push: branches can be pushed and deleted" in told
    assert sh(remote, "for-each-ref") == before


def test_a_remote_that_is_not_there(root: Path) -> None:
    sh(root, "remote", "add", "origin", str(root.parent / "nowhere"))
    assert any(line.startswith("broken   git: ") for line in found(root))
    assert gt(root, "doctor") == 1


def test_a_remote_that_takes_no_push(root: Path) -> None:
    remote = add_remote(root, root.parent / "origin.git")
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    (line,) = [line for line in found(root) if line.startswith("broken")]
    assert line.startswith("broken   push: a branch could not be pushed: a hook of")


def test_a_branch_that_cannot_be_deleted_is_named(root: Path) -> None:
    remote = add_remote(root, root.parent / "origin.git")
    sh(remote, "config", "receive.denyDeletes", "true")
    (line,) = [line for line in found(root) if line.startswith("broken")]
    assert "could not be deleted; delete it: git push origin --delete" in line


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("mode: report", "mind     mode: report: nothing is sent, and nobody is asked"),
        ("suspended: true", "mind     suspended: nothing leaves; set suspended: false"),
        (
            "channels: {phone: pigeon}",
            "broken   channels: goodterms.yaml: channels.pho",
        ),
        (
            "channels: {phone: issue}",
            "broken   channels: issue needs GITHUB_TOKEN; Set",
        ),
        (
            "channels: {email: smtp}",
            "broken   channels: 'email: smtp' needs GOODTERMS_SMTP_HOST, which is not",
        ),
    ],
)
def test_what_the_settings_mean(tmp_path: Path, line: str, said: str) -> None:
    settings = f"{BARE['goodterms.yaml']}{line}\n"
    root = books(tmp_path / "books", {**BARE, "goodterms.yaml": settings})
    assert any(told.startswith(said) for told in found(root))


def test_what_init_wrote_in_place_of_ones_own_is_named(tmp_path: Path) -> None:
    assert main(["init", str(tmp_path / "new"), "--name", "Linden"]) == 0
    (told,) = [each for each in found(tmp_path / "new") if "settings:" in each]
    names = "'Your Name', 'Your Colleague', 'Your Collection Agency', 'Your Lawyer'"
    assert told.startswith(f"mind     settings: goodterms.yaml still says {names};")
    assert told.endswith(
        "take out who is not there, and with them what names them: 'me' in teams:"
        " finance-leads; 'colleague' in teams: finance-leads; the option 'agency' of"
        " triage in policies/standard/v1.yaml; the option 'legal' of triage in"
        " policies/standard/v1.yaml"
    )


def test_files_with_errors(tmp_path: Path) -> None:
    policy = BARE["policies/standard/v1.yaml"].replace("template: note", "template: no")
    root = books(tmp_path / "books", {**BARE, "policies/standard/v1.yaml": policy})
    assert "see them with goodterms check" in found(root)[0]
    assert gt(root, "doctor") == 1


# -------------------------------------------------------------------------- GitHub


@pytest.fixture
def well(github: Forge, tmp_path: Path) -> Firm:
    """Return a firm whose repository is set up, as its administrator sees it."""
    made = firm(github, tmp_path, ALL)
    github.at("2026-10-07T08:00:00Z")
    github.ran("run.yml")
    github.at("2026-10-08T10:00:00Z")
    return made


def seen(books: Firm, login: str = "linden-admin") -> list[str]:
    """List what is not well, with the token of somebody."""
    sh(books.root, "fetch", "-q", "origin")
    sh(books.root, "reset", "-q", "--hard", "origin/main")
    env = books.github.env(login)
    told = found(books.root, {**env, "GOODTERMS_GITHUB_PAUSE": "0"})
    return [line for line in told if not line.startswith("ok ")]


IDLE = (
    "mind     channels: email, letter, sms go to the outbox, which reaches nobody on a"
    " runner; 'smtp' sends e-mails, 'issue' hands the others to a person"
)


def test_a_repository_that_is_well(
    well: Firm, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert seen(well) == [IDLE]
    before = well.github.state
    for name, value in well.github.env("linden-admin").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("goodterms.cli.doctor.read_clock", lambda: NOW)
    assert gt(well.root, "doctor") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[-3:] == [
        "ok       approvers: omar ('ohaddad') may merge",
        "ok       schedule: run.yml is active",
        "ok       last run: run.yml succeeded on 2026-10-07 08:00 UTC",
    ]
    assert well.github.state == before
    assert [x for x in asked(well.github) if not x.startswith("GET ")] == []


def test_auto_merge_is_minded(well: Firm) -> None:
    well.github.rules.auto_merge = True
    (told,) = (line for line in seen(well) if "merges:" in line)
    assert told.startswith("mind     merges: auto-merge is allowed: a proposal may")
    assert "/settings > Pull Requests: Allow auto-merge" in told


def test_the_token_of_a_workflow_does_not_see_everything(well: Firm) -> None:
    told = seen(well, "github-actions[bot]")
    assert told[1:] == [
        (
            "unknown  merges: only an administrator's token sees whether auto-merge is"
            f" allowed; better not; untick it: {well.github.url}/linden/ledger/settings"
            " > Pull Requests: Allow auto-merge"
        ),
        (
            "unknown  pull requests: only an administrator's token sees whether Actions"
            f" may open them; look at {well.github.url}/linden/ledger/settings/actions"
            " > Workflow permissions > Allow GitHub Actions to create and approve pull"
            " requests"
        ),
    ]


def no_issues(books: Firm) -> None:
    books.github.rules.has_issues = False


def no_pull_requests(books: Firm) -> None:
    books.github.rules.actions_may_open_pulls = False


def ruled(books: Firm) -> None:
    books.github.protect()


def classic(books: Firm) -> None:
    books.github.protect(kind="classic")


def nobody(books: Firm) -> None:
    settings = ALL["goodterms.yaml"].replace("github: ohaddad", "github: no-such-body")
    books.push({"goodterms.yaml": settings})


def another_one(books: Firm) -> None:
    users = books.github.world.users
    users["ohaddad"] = replace(users["ohaddad"], id=999)


def without_account(books: Firm) -> None:
    settings = ALL["goodterms.yaml"].replace(", github: ohaddad", "")
    books.push({"goodterms.yaml": settings})


def reader(books: Firm) -> None:
    settings = ALL["goodterms.yaml"].replace("github: ohaddad", "github: visitor")
    books.push({"goodterms.yaml": settings.replace("Berg, github: visitor", "Berg")})


def outsider(books: Firm) -> None:
    settings = ALL["goodterms.yaml"].replace("github: ohaddad", "github: stranger")
    books.push({"goodterms.yaml": settings})


def unscheduled(books: Firm) -> None:
    books.push({RUN: WORKFLOW.replace("schedule: [{cron", "push: [{cron")})


def asleep(books: Firm) -> None:
    state = books.github.world.state
    books.github.world.state = replace(state, disabled={RUN: "disabled_inactivity"})


def never_ran(books: Firm) -> None:
    books.github.world.state = replace(books.github.world.state, runs={})


def only_failed(books: Firm) -> None:
    never_ran(books)
    books.github.ran("run.yml", "failure")


def long_ago(books: Firm) -> None:
    never_ran(books)
    books.github.at("2026-10-02T08:00:00Z")
    books.github.ran("run.yml")
    books.github.at("2026-10-06T08:00:00Z")
    books.github.ran("run.yml", "failure")


@pytest.mark.parametrize(
    ("breaking", "said", "way"),
    [
        (
            another_one,
            "approvers: omar: the login 'ohaddad' is another account of GitHub than",
            "take the line out of ledger/_github.yaml",
        ),
        (no_issues, "github: issues are off", "/settings > Features: Issues"),
        (no_pull_requests, "pull requests: Actions may not open them", "/settings/act"),
        (
            ruled,
            "main has rules that stop a push: pull_request",
            "/settings/rules > By",
        ),
        (
            classic,
            "protection: main has classic protection",
            "/settings/rules > Bypass",
        ),
        (nobody, "omar ('no-such-body') is nobody on GitHub", "mend people"),
        (
            without_account,
            "omar has no GitHub account",
            "people: {omar: {github: LOGIN",
        ),
        (reader, "omar ('visitor') may only read, not merge", "/settings/access > Add"),
        (outsider, "omar ('stranger') has no access", "stranger, role Write"),
        (outsider, "leads has 1 of the 2 people that steps need", "nobody can approve"),
        (
            unscheduled,
            "no workflow in .github/workflows runs goodterms",
            "goodterms init",
        ),
        (
            asleep,
            "run.yml is disabled inactivity",
            "workflows/run.yml > Enable workflow",
        ),
        (
            only_failed,
            "no run of run.yml has succeeded so far",
            "run.yml > Run workflow",
        ),
        (long_ago, "of run.yml that succeeded was on 2026-10-02 08:00 UTC", "run.yml"),
    ],
)
def test_what_is_broken_is_named_with_the_way_to_mend_it(
    well: Firm, breaking: Callable[[Firm], None], said: str, way: str
) -> None:
    breaking(well)
    told = [line for line in seen(well) if said in line]
    assert len(told) == 1, seen(well)
    assert told[0].startswith("broken ")
    assert way in told[0]


def test_before_the_first_run_nothing_is_broken(well: Firm) -> None:
    never_ran(well)
    told = "no run of run.yml has ended so far, so this may be the first"
    assert seen(well) == [IDLE, f"mind     last run: {told}"]


def test_who_bypasses_the_rule_is_well(well: Firm) -> None:
    well.github.protect(bypass=("linden-admin",))
    assert seen(well) == [IDLE]


def test_a_workflow_that_github_has_not_is_named(well: Firm) -> None:
    path = well.root / ".github/workflows/other.yml"
    well.github.clerk.remove("main", RUN)
    sh(well.root, "pull", "-q")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(WORKFLOW, encoding="utf-8")
    told = found(well.root, well.github.env("linden-admin"))
    assert any("GitHub does not know .github/workflows/other.yml" in x for x in told)


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"GITHUB_TOKEN": ""}, "GITHUB_TOKEN is not set; in a workflow: env:"),
        ({"GITHUB_TOKEN": "wrong"}, "401 to GET /repos/linden/ledger: Bad credentials"),
        ({"GITHUB_REPOSITORY": "linden/other"}, "404 to GET /repos/linden/other"),
    ],
)
def test_without_a_way_in_the_rest_is_not_looked_at(
    well: Firm, env: dict[str, str], said: str
) -> None:
    told = found(well.root, {**well.github.env(), **env})
    assert told[-1].startswith("broken   github: ")
    assert said in told[-1]


def test_another_default_branch_is_named(
    well: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("goodterms.doctor.github.MAIN", "trunk")
    told = found(well.root, well.github.env("linden-admin"))
    assert any("the default branch is 'main'" in line for line in told)


def test_what_github_does_not_show_is_unknown(well: Firm) -> None:
    well.github.fault("error-before", path="*/collaborators/*", times=9)
    well.github.fault("error-before", path="*/actions/workflows*", times=9)
    told = [line for line in seen(well) if line.startswith("unknown")]
    assert [line.split(":")[0] for line in told] == [
        "unknown  approvers",
        "unknown  schedule",
    ]


@pytest.mark.parametrize(
    ("settings", "owner", "minds"),
    [("", "", True), ("owner: omar\n", "", False), ("", "owner: omar\n", False)],
)
def test_accounts_that_nobody_looks_after_are_named(
    tmp_path: Path, settings: str, owner: str, *, minds: bool
) -> None:
    acme = account("acme", "2026-10-01")
    blum = account("blum", "2026-10-02")
    path = "ledger/blum/account.yaml"
    blum[path] = blum[path].replace("owner: dana\n", owner)
    files = {**BARE, **acme, **blum}
    files["goodterms.yaml"] += settings
    told = found(books(tmp_path / "books", files))
    owners = [line.partition(";")[0] for line in told if "owners" in line]
    of_one = "mind     owners: nobody looks after 1 of 2 accounts (blum)"
    assert owners == ([f"{of_one}: their tasks are nobody's"] if minds else [])
