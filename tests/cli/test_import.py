"""``goodterms import csv`` from a shell: what it prints, writes and returns."""

import re
import shlex
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from goodterms.cli import environment, main

SETTINGS = """\
creditor:
  {name: Linden, country: DE, timezone: Europe/Berlin, email: a@linden.example}
people:
  dana: {name: Dana Lindqvist}
  me: {name: Your Name}
"""
MAPPING = """\
columns: {account: Customer, invoice: Number, issued: Date, due: Due, total: Sum,
  settled: Settled}
currency: EUR
source: {name: erp}
"""
TABLE = """\
Customer,Number,Date,Due,Sum,Settled
ACME,INV-1,2026-09-01,2026-10-01,1190.00,
ACME,INV-2,2026-09-02,2026-10-02,50.00,2026-10-09
"""


@pytest.fixture(autouse=True)
def in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every command on a day after those that the files go up to."""
    monkeypatch.setattr(
        environment, "machine_clock", lambda: datetime(2026, 11, 26, 10, tzinfo=UTC)
    )


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a repository with a mapping and an export beside it."""
    (tmp_path / "goodterms.yaml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "erp.csv").write_text(TABLE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def imported(*options: str) -> int:
    return main(["import", "csv", "erp.csv", "--map", "mapping.yaml", *options])


def test_an_import_adds_and_then_adds_nothing(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert imported("--until", "2026-10-10") == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out == (
        "added: 1 account, 2 invoices, 1 source\n"
        "unchanged: 0 invoices\ndiffering: 0 invoices\nrefused: 0 rows\n"
    )
    source = shop / "ledger/_sources/erp.yaml"
    assert source.read_text(encoding="utf-8") == (
        "kind: payments\nuntil: 2026-10-10\nrows: 2\n"
    )
    assert imported("--until", "2026-10-10") == 0
    assert capsys.readouterr().out.startswith("added: nothing\nunchanged: 2 invoices\n")


def test_a_dry_run_says_so_and_writes_nothing(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert imported("--dry-run", "--until", "2026-10-10") == 0
    said = capsys.readouterr().out
    assert said.startswith("would add: 1 account, 2 invoices, 1 source\n")
    assert not (shop / "ledger").exists()


def test_a_refused_row_gives_exit_1_and_the_rest_goes_in(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = TABLE.replace("1190.00", "1190.-")
    (shop / "erp.csv").write_text(table, encoding="utf-8")
    assert imported("--until", "2026-10-10") == 1
    out, err = capsys.readouterr()
    assert out == (
        "added: 1 account, 1 invoice, 1 source\n"
        "unchanged: 0 invoices\ndiffering: 0 invoices\nrefused: 1 row\n"
    )
    assert err == (
        "erp.csv:2:34: error: '1190.-' is not an amount;"
        " write it like 1190.00, or mend 'format' in the mapping\n"
    )
    kept = (shop / "ledger/acme/import.yaml").read_text(encoding="utf-8")
    assert "field: row" in kept
    assert "'1190.-' is not an amount" in kept


def test_what_differs_is_a_warning_and_gives_exit_0(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported()
    table = TABLE.replace("50.00", "60.00")
    (shop / "erp.csv").write_text(table, encoding="utf-8")
    capsys.readouterr()
    assert imported() == 0
    out, err = capsys.readouterr()
    assert out == (
        "added: nothing\nunchanged: 1 invoice\ndiffering: 1 invoice\nrefused: 0 rows\n"
    )
    assert err == (
        "note: nobody said how far 'erp' goes; add --until DATE\n"
        "ledger/acme/invoices/INV-2.yaml:4:8: warning: total is 50.00,"
        " and 60.00 in erp.csv:3; mend the one that is wrong\n"
    )


@pytest.mark.parametrize(
    ("file", "text", "code", "said"),
    [
        pytest.param(
            "mapping.yaml",
            MAPPING.replace("Sum", "Total"),
            1,
            "mapping.yaml:1:78: error: no column is called 'Total' in the CSV file",
            id="a column that is not there",
        ),
        pytest.param(
            "mapping.yaml",
            "columns: {}\n",
            1,
            "mapping.yaml:1:10: error: missing key 'account'",
            id="a mapping that says too little",
        ),
        pytest.param(
            "goodterms.yaml",
            "creditor: {}\n",
            1,
            "goodterms.yaml:1:11: error: missing key 'country'",
            id="settings that say too little",
        ),
    ],
)
def test_nothing_is_imported_with_a_wrong_mapping(
    shop: Path,
    capsys: pytest.CaptureFixture[str],
    file: str,
    text: str,
    code: int,
    said: str,
) -> None:
    (shop / file).write_text(text, encoding="utf-8")
    assert imported() == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(said)
    assert not (shop / "ledger").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["csv"], "missing argument 'FILE'"),
        (["csv", "erp.csv"], "missing option '--map'"),
        (["csv", "erp.csv", "--map", "no.yaml"], "'no.yaml' does not exist"),
        (["csv", "erp.csv", "--map", "mapping.yaml", "--until", "1"], "is not a date"),
        (["excel"], "no such command 'excel'"),
    ],
)
def test_wrong_usage_gives_exit_2(
    shop: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert main(["import", *options]) == 2
    assert said in capsys.readouterr().err
    assert not (shop / "ledger").exists()


def test_a_folder_that_cannot_be_written_to_is_named(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "ledger").write_text("in the way", encoding="utf-8")
    assert imported() == 2
    assert capsys.readouterr().err.endswith(": Not a directory\n")


def test_the_example_of_the_manual_works(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As it is written there, after the README's ``init``, up to the first run."""
    root = Path(__file__).parents[2]
    manual = (root / "docs/import.md").read_text("utf-8")
    start = re.search(r"goodterms (init .*)", (root / "README.md").read_text("utf-8"))
    assert start is not None
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(start[1].replace("../", ""))) == 0
    shop = tmp_path / "receivables"
    monkeypatch.chdir(shop)
    capsys.readouterr()
    blocks = re.findall(r"```(\w+)\n(.*?)```", manual, re.DOTALL)
    texts = dict(reversed(blocks))
    (shop / "imports/invoices.csv").write_text(texts["csv"], encoding="utf-8")
    (shop / "imports/mapping.yaml").write_text(texts["yaml"], encoding="utf-8")
    look, take = re.findall(r"\$ goodterms (import .*)", texts["console"])
    assert main(look.split()) == 0
    assert capsys.readouterr().out.partition("\n")[0] in texts["console"]
    assert main(take.split()) == 0
    assert capsys.readouterr().out in texts["console"]
    for told in re.findall(r"`(git (?:add|commit)[^`]*)`", manual):
        who = "-c user.name=Me -c user.email=me@linden.example"
        subprocess.run(["sh", "-c", told.replace("git", f"git {who}")], check=True)
    (shop / "other.xlsx").write_text("mine")
    assert main(["run", "--as-of", "2026-11-20"]) == 0
    wrong = texts["csv"].replace('"1,190.00"', "1190.-")
    (shop / "imports/invoices.csv").write_text(wrong, encoding="utf-8")
    assert main(take.split()) == 1
    assert texts["text"] in capsys.readouterr().err
