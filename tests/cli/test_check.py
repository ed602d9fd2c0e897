"""``goodterms check`` and ``goodterms schema``, as they are typed."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from goodterms.cli import environment, main, output
from goodterms.schemas import names

BASE = Path(__file__).parents[1] / "catalogue" / "errors" / "_base"


@pytest.fixture(autouse=True)
def in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every command on a day after those in the files."""
    monkeypatch.setattr(
        environment, "machine_clock", lambda: datetime(2026, 11, 26, 10, tzinfo=UTC)
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a repository with an error in an invoice and a stray file."""
    for path in BASE.rglob("*"):
        if path.is_file():
            copy = tmp_path / path.relative_to(BASE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    invoice = tmp_path / "ledger/acme-gmbh/invoices/INV-1.yaml"
    wrong = invoice.read_text(encoding="utf-8").replace("EUR", "EURO")
    invoice.write_text(wrong, encoding="utf-8")
    (tmp_path / "ledger/old.txt").touch()
    return tmp_path


def check(root: Path, *arguments: str) -> int:
    return main(["--root", str(root), "check", *arguments])


def test_every_problem_of_every_file(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(root) == 1
    said = capsys.readouterr()
    assert said.out == (
        "ledger/acme-gmbh/invoices/INV-1.yaml:3:11: error: 'EURO' is no currency of"
        " ISO 4217; write three capitals, like EUR\n"
        "3 | currency: EURO\n"
        "  |           ^\n"
        "ledger/old.txt: warning: nobody reads this file;"
        " an account is a folder of ledger/\n"
    )
    assert said.err == "1 error, 1 warning\n"


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("ledger/acme-gmbh", 1, "1 error\n"),
        ("ledger/acme-gmbh/invoices/INV-1.yaml", 1, "1 error\n"),
        ("ledger/acme-gmbh/invoices", 1, "1 error\n"),
        ("ledger", 1, "1 error, 1 warning\n"),
        ("ledger/old.txt", 0, "1 warning\n"),
        ("ledger/acme-gmbh/account.yaml", 0, "no problems\n"),
        ("policies", 0, "no problems\n"),
        (".", 1, "1 error, 1 warning\n"),
    ],
)
def test_only_what_lies_under_a_path(
    root: Path,
    path: str,
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert check(root, str(root / path)) == code
    assert capsys.readouterr().err == said


def test_a_path_that_is_elsewhere(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(root, str(root / "nowhere")) == 2
    assert check(root, str(root.parent)) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0].endswith("does not exist; name a file or folder")
    assert "is not under" in said[1]


def test_settings_that_cannot_be_used(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "goodterms.yaml").write_text("creditor: [", encoding="utf-8")
    assert check(root, str(root / "ledger")) == 1
    assert "goodterms.yaml:2:1: error" in capsys.readouterr().out


def test_for_other_programs(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(root, "--format", "json") == 1
    assert json.loads(capsys.readouterr().out)["errors"] == 1
    assert check(root, "--format", "sarif") == 1
    assert json.loads(capsys.readouterr().out)["version"] == "2.1.0"
    assert check(root, "--format", "github") == 1
    assert capsys.readouterr().out == (
        "::error file=ledger/acme-gmbh/invoices/INV-1.yaml,line=3,col=11::"
        "'EURO' is no currency of ISO 4217; write three capitals, like EUR\n"
        "::warning file=ledger/old.txt::nobody reads this file;"
        " an account is a folder of ledger/\n"
    )


def test_in_a_workflow_problems_are_annotations_too(
    root: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(root.parent))
    assert check(root) == 1
    annotated = f"::warning file={root.name}/ledger/old.txt::"
    assert annotated in capsys.readouterr().err


def test_no_file_and_no_customer_commands_a_workflow(
    root: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    strange = root / "ledger/old\n::stop-commands::x\u202e"
    strange.mkdir()
    (strange / "account.yaml").touch()
    profile = root / "ledger/acme-gmbh/account.yaml"
    profile.write_text("name: ' ##[add-mask]e'\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert main(["--root", str(root), "plan"]) == 1
    said = capsys.readouterr().err
    lines = [
        x for x in said.splitlines() if not x.startswith(("::error ", "::warning "))
    ]
    assert "ledger/old\ufffd::stop-commands::x\ufffd/: error: " in said
    assert not [line for line in lines if line.startswith("::") or "##[" in line]


def test_nothing_is_said_where_nothing_is_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for form in ("text", "github"):
        assert check(BASE, "--format", form) == 0
        assert capsys.readouterr().out == ""


def test_schemas_are_listed_and_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert capsys.readouterr().out.split() == [*names()]
    assert main(["schema", "invoice"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Good Terms: an invoice"
    assert main(["schema", "invoce"]) == 2
    assert "did you mean 'invoice'?" in capsys.readouterr().err


def test_github_is_shown_as_many_as_it_can_show(
    root: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(12):
        (root / f"ledger/old-{number:02}.txt").touch()
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))

    assert check(root, "--format", "github") == 1

    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error"] + ["::warning"] * 9 + [
        "::warning::and"
    ]
    assert lines[-1] == "::warning::and 4 more warnings; the summary has them all"
    assert "**1 error, 13 warnings**" in summary.read_text()
    assert "`ledger/old-11.txt` **warning**" in summary.read_text()


def test_a_summary_that_cannot_be_written_fails_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "/dev/null/summary.md")

    assert check(BASE, "--format", "github") == 0
    assert "the summary was not written" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["say", "tell"])
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a ##[add-mask]e", "a ##\u200b[add-mask]e"),
        (
            "deliver  failed\n ::stop-commands::x",
            "deliver  failed\n \u200b::stop-commands::x",
        ),
        ("::add-mask::e\n", "\u200b::add-mask::e\n"),
        ("engine::page", "engine::page"),
    ],
)
def test_what_is_printed_orders_nobody_about(
    word: str,
    text: str,
    shown: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The words of a mail server, for instance."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    getattr(output, word)(text)
    assert "".join(capsys.readouterr()).removesuffix("\n") == shown.removesuffix("\n")
    monkeypatch.delenv("GITHUB_ACTIONS")
    getattr(output, word)(text)
    assert "".join(capsys.readouterr()).removesuffix("\n") == text.removesuffix("\n")


def test_json_says_the_same_in_actions(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    value = {"why": "a ##[add-mask]e"}
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    output.say_json(json.dumps(value))
    printed = capsys.readouterr().out
    assert "##[" not in printed
    assert json.loads(printed) == value
