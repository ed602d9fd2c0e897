"""The door of the product: exit codes, sentences, never a traceback."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from goodterms import cli
from goodterms.cli.output import exit_code, set_outputs, tell_problems
from goodterms.model.problem import Place, Problem
from goodterms.model.refusal import RefusalError
from tests.support.eventful_ledger import BARE
from tests.support.git_repos import write

COMMANDS = cli.cli.list_commands(click.Context(cli.cli))


def raising(
    monkeypatch: pytest.MonkeyPatch, error: BaseException | None, answer: object = None
) -> None:
    """Let every command come to this."""

    @click.command(name="made")
    def made() -> object:
        if error is not None:
            raise error
        return answer

    monkeypatch.setattr(cli.Commands, "get_command", lambda *_: made)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does(name: str) -> None:
    told = CliRunner().invoke(cli.cli, [name, "--help"])
    assert told.exit_code == 0
    command = cli.cli.get_command(click.Context(cli.cli), name)
    assert command
    assert command.help
    assert command.get_short_help_str() != "..."


def test_the_commands_of_the_house_are_there() -> None:
    ours = {"apply", "approve", "decline", "record", "resolve", "run"}
    assert ours <= set(COMMANDS)
    assert {"output", "place"} & set(COMMANDS) == set()


@pytest.mark.parametrize("args", [[], ["--help"], ["-h"], ["--version"]])
def test_help_is_no_error(capsys: pytest.CaptureFixture[str], args: list[str]) -> None:
    assert cli.main(args) == 0
    assert "goodterms" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["rnu"], "no such command 'rnu'; did you mean 'run'?"),
        (["qqqqq"], "no such command 'qqqqq'; see 'goodterms --help'"),
        (["--rot"], "no such option '--rot'; did you mean '--root'?"),
        (["run", "--as-of", "soon"], "'soon' is not a date; write it like 2026-10-08"),
        (["run", "--release", "all"], "invalid value for '--release': 'all' is not"),
        (["approve", "x"], "missing option '--by'; see 'goodterms approve --help'"),
        (["--root", "/nowhere", "run"], "'/nowhere' has no goodterms.yaml; start one"),
    ],
)
def test_wrong_usage_is_exit_2(
    capsys: pytest.CaptureFixture[str], args: list[str], said: str
) -> None:
    assert cli.main(args) == 2
    told = capsys.readouterr()
    assert told.err.startswith("error: ")
    assert said in told.err
    assert told.out == ""


def test_no_settings_here_or_above(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["run"]) == 2
    assert "no goodterms.yaml here or in a folder above" in capsys.readouterr().err


def test_the_nearest_settings_upwards_are_found(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write(tmp_path, BARE)
    (tmp_path / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep" / "er")
    assert cli.main(["run"]) == 2
    said = capsys.readouterr().err
    assert f"'{tmp_path}' is not in the checkout of a git repository" in said


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (RefusalError("no entry", "look", 4), 4, "error: no entry; look\n"),
        (click.UsageError("Bad."), 2, "error: bad; see 'goodterms made --help'\n"),
        (click.ClickException("Bad thing."), 2, "error: bad thing\n"),
        (click.Abort(), 1, "error: interrupted\n"),
        (KeyboardInterrupt(), 1, "error: interrupted\n"),
    ],
)
def test_errors_are_sentences(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    said: str,
) -> None:
    raising(monkeypatch, error)
    assert cli.main(["made"]) == code
    assert capsys.readouterr().err.lstrip() == said


def test_a_bug_says_where_and_asks_to_be_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("goodterms.cli.environment.read_clock", lambda: 1 / 0)
    raising(monkeypatch, ValueError("odd"))
    assert cli.main(["made"]) == 70
    said = capsys.readouterr().err
    assert "goodterms 0.1.0 has a bug" in said
    assert "ValueError: odd; please report it" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(("answer", "code"), [(None, 0), (0, 0), (3, 3), ("x", 0)])
def test_a_command_s_answer_is_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, answer: object, code: int
) -> None:
    raising(monkeypatch, None, answer)
    assert cli.main(["made"]) == code


@pytest.mark.parametrize(
    ("codes", "code"),
    [([], 0), ([0], 0), ([1, 0], 1), ([1, 5], 5), ([5, 3], 3), ([3, 4], 4)],
)
def test_of_several_codes_the_weightiest(codes: list[int], code: int) -> None:
    assert exit_code(codes) == code
    assert exit_code([*codes, 2]) == 2
    assert exit_code([*codes, 2, 70]) == 70


ERROR = Problem(Place("ledger/a/x.yaml", 3, 7), "50% is\nwrong", "write, it: so")
WARNING = Problem(Place("b.yaml"), "odd", severity="warning")


def test_problems_come_in_order_and_only_errors_fail(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert tell_problems([ERROR, WARNING]) == 1
    assert tell_problems([WARNING]) == 0
    assert capsys.readouterr().err.splitlines()[0] == "b.yaml: warning: odd"


@pytest.fixture
def actions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    return tmp_path


def test_annotations_for_github(
    actions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tell_problems([ERROR, WARNING], actions / "books")
    assert capsys.readouterr().err.splitlines()[-2:] == [
        (
            "::error file=books/ledger/a/x.yaml,line=3,col=7::"
            "50%25 is%0Awrong; write, it: so"
        ),
        "::warning file=books/b.yaml::odd",
    ]
    tell_problems([Problem(Place("a,b:c.yaml"), "odd", severity="warning")])
    assert capsys.readouterr().err.splitlines()[-1] == (
        "::warning file=a%2Cb%3Ac.yaml::odd"
    )


def test_github_is_given_no_more_annotations_than_it_shows(
    actions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many = [replace(ERROR, what=f"wrong {number:02}") for number in range(12)]
    tell_problems([*many, WARNING], actions / "books")
    lines = capsys.readouterr().err.splitlines()
    assert len([line for line in lines if not line.startswith("::")]) == 13
    assert lines[-2] == "::error::and 3 more errors; the log has them all"
    assert len([line for line in lines if line.startswith("::error")]) == 10


def test_an_error_of_the_whole_command_is_annotated(
    actions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert actions.is_dir()
    assert cli.main(["rnu"]) == 2
    assert "::error::no such command 'rnu'" in capsys.readouterr().err


def test_figures_are_appended(actions: Path) -> None:
    set_outputs({"sent": 1})
    set_outputs({"failed": 0})
    assert (actions / "output").read_text(encoding="utf-8") == "sent=1\nfailed=0\n"


def test_without_github_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    set_outputs({"sent": 1})
    assert not (tmp_path / "output").exists()


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "goodterms"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        said = process.stderr.read()
        assert (process.wait(), said) == (0, b"")
