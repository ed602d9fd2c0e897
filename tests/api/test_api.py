"""What programs get is what the commands print."""

import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import goodterms
from goodterms.cli import main
from goodterms.views.problem_report import as_json
from goodterms.workspace.bundled_files import shipped_root

DAY = date(2026, 7, 15)
PAGE = Path(__file__).parents[2] / "docs" / "python.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a copy of the shipped ledger, with a broken policy and a broken account."""
    for name in ("ledger", "policies", "templates"):
        shutil.copytree(shipped_root() / name, tmp_path / name)
    shutil.copy(shipped_root() / "goodterms.yaml", tmp_path)
    (tmp_path / "ledger/voss-bau/account.yaml").write_text("name: [\n")
    (tmp_path / "policies/torn").mkdir()
    (tmp_path / "policies/torn/v1.yaml").write_text("policy: torn\n")
    return tmp_path


def printed(root: Path, capsys: pytest.CaptureFixture[str], *args: str) -> str:
    main(["--root", str(root), *args])
    return capsys.readouterr().out


@pytest.mark.parametrize("accounts", [None, ["hafen", "brightside-cafe"]])
def test_a_plan_is_that_of_the_command(
    root: Path, capsys: pytest.CaptureFixture[str], accounts: list[str] | None
) -> None:
    workspace = goodterms.open_workspace(root)
    plan = goodterms.plan(workspace, DAY, accounts)

    chosen = [f"--account={name}" for name in accounts or ()]
    args = ("plan", "--format", "json", "--as-of", str(DAY), *chosen)
    assert goodterms.plan_json(workspace, plan) == json.loads(
        printed(root, capsys, *args)
    )
    assert plan.actions
    files = {problem.place.file for problem in plan.problems}
    assert "policies/torn/v1.yaml" in files
    assert ("ledger/voss-bau/account.yaml" in files) is (accounts is None)


@pytest.mark.parametrize("invoice", [None, "LP-2026-0602"])
def test_an_explanation_is_that_of_the_command(
    root: Path, capsys: pytest.CaptureFixture[str], invoice: str | None
) -> None:
    workspace = goodterms.open_workspace(str(root))
    text = goodterms.explain(workspace, DAY, "hafen", invoice)

    asked = ("hafen", *([invoice] if invoice else []), "--as-of", str(DAY))
    assert text.rstrip("\n") == printed(root, capsys, "explain", *asked).rstrip("\n")


@pytest.mark.parametrize(
    ("account", "invoice", "said"),
    [
        ("nobody", None, "no account 'nobody'"),
        ("hafen-logistik", "LP-1", "no invoice 'LP-1' in account 'hafen-logistik'"),
        ("voss-bau", None, "'voss-bau' cannot be used: ledger/voss-bau/account.yaml:"),
    ],
)
def test_what_cannot_be_explained_is_refused(
    root: Path, account: str, invoice: str | None, said: str
) -> None:
    workspace = goodterms.open_workspace(root)
    with pytest.raises(goodterms.RefusalError) as refusal:
        goodterms.explain(workspace, DAY, account, invoice)
    assert said in str(refusal.value)


def test_the_problems_are_those_of_the_command(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problems = goodterms.check(root, datetime.now(UTC).replace(microsecond=0))
    shown = json.loads(printed(root, capsys, "check", "--format", "json"))
    assert json.loads(as_json(problems)) == shown
    assert problems


def test_a_folder_without_settings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(goodterms.RefusalError, match="file is missing"):
        goodterms.open_workspace(tmp_path)


def test_an_account_that_was_tampered_with_is_held(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workspace comes with what its history says, as for the commands."""
    problem = goodterms.check(root, datetime(2026, 7, 15, tzinfo=UTC))[0]
    monkeypatch.setattr(
        "goodterms.provenance.workspace_history.held",
        lambda _verified: {"brightside-cafe": (problem,)},
    )
    monkeypatch.setattr(
        "goodterms.provenance.workspace_history.look", lambda _root: True
    )
    workspace = goodterms.open_workspace(root)
    plan = goodterms.plan(workspace, DAY)
    assert "brightside-cafe" not in {action.account for action in plan.actions}


def test_the_snippets_of_the_manual_run(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    snippets = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    monkeypatch.chdir(root)
    names: dict[str, object] = {}
    for snippet in snippets:
        exec(snippet, names)  # noqa: S102 - our own manual
        assert capsys.readouterr().out, snippet


def test_the_manual_names_all_that_can_be_imported() -> None:
    page = PAGE.read_text("utf-8")
    for name in goodterms.__all__:
        assert getattr(goodterms, name).__doc__
        assert f"`{name}" in page, name
    with pytest.raises(AttributeError, match="has no attribute 'send'"):
        getattr(goodterms, "send")  # noqa: B009 - mypy knows that it is not there


def test_importing_the_package_imports_nothing_of_it() -> None:
    code = (
        "import sys, goodterms;"
        "print(*(name for name in sys.modules if name.startswith('goodterms.')))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout == "\n"


def test_the_command_starts_with_no_more_than_before() -> None:
    code = (
        "import sys; from goodterms.cli import main; main(['--version']);"
        "print(*sorted(name for name in sys.modules if name.startswith('goodterms.')))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = run.stdout.splitlines()[-1].split()
    assert {name.split(".")[1] for name in loaded} == {"cli", "model"}
