"""The snippets of the manual are what they say they are."""

import os
import pkgutil
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from textwrap import indent

import pytest

from goodterms.cli import main
from goodterms.conditions.expressions import compile_condition
from goodterms.load import load_jurisdiction, load_settings
from goodterms.load.policy import load_policy
from goodterms.model.policy_ref import PolicyRef
from tests.support.eventful_ledger import BARE, account, books, gt

DOCS = Path(__file__).parents[2] / "docs"
SNIPPETS = re.findall(
    r"```yaml\n(.*?)```", (DOCS / "ladders.md").read_text("utf-8"), re.DOTALL
)
BASE = """\
policy: gentle
version: 2
effective: 2026-01-01
"""
LADDER = """\
ladder:
  - {step: friendly-reminder, at: due + 7d, channel: email, tone: warm, template: a}
  - {step: formal-letter, at: due + 45d, channel: letter, tone: formal, template: b}
"""


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_what_the_manual_writes_into_a_policy_can_be_read(snippet: str) -> None:
    text = BASE + snippet + ("" if "ladder:" in snippet else LADDER)
    policy, problems = load_policy(
        text.encode(),
        "policies/gentle/v2.yaml",
        PolicyRef("gentle", 2),
        compile_condition,
    )
    assert problems == ()
    assert policy is not None


def test_what_the_manual_writes_of_money_can_be_read() -> None:
    page = (DOCS / "money.md").read_text("utf-8")
    bank, rates = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)

    creditor = "name: A\ncountry: GB\ntimezone: Europe/London\nemail: a@b.example\n"
    whole = f"creditor:\n{indent(creditor + bank, '  ')}"
    settings, wrong = load_settings(whole.encode(), "goodterms.yaml")
    head = "jurisdiction: gb\nname: A\nchecked_on: 2026-01-01\nsource: B\n"
    table = f"{head}interest:\n  day_count: act/365\n{indent(rates, '  ')}"
    law, unfit = load_jurisdiction(table.encode(), "policies/jurisdictions/gb.yaml")

    assert (*wrong, *unfit) == ()
    assert settings
    shown = settings.creditor.pay_to("GBP", "GB"), settings.creditor.pay_to("GBP", "DE")
    assert [each and each.iban for each in shown] == [None, "GB29NWBK60161331926819"]
    assert law
    assert str(law.rates[0].percent) == "11.75"


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda p: p.name)
def test_no_page_leads_nowhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


# ------------------------------------------------------------- docs/daily.md

_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_DAY = ("--as-of", "2026-10-08")


def _commands(page: str) -> list[list[str]]:
    blocks = _BLOCK.findall((DOCS / page).read_text("utf-8"))
    lines = [line for block in blocks for line in block.splitlines()]
    return [shlex.split(line, comments=True)[1:] for line in lines]


def test_a_day_goes_as_the_manual_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command, in the order of the page, on a ledger of three customers."""
    files = dict(BARE)
    policy = files["policies/standard/v1.yaml"]
    files["policies/standard/v1.yaml"] = policy.replace(
        "step: reminder,", "step: friendly-reminder,"
    )
    names = {"10021": "Tyne Brewing Ltd", "10022": "Tees Ltd", "10023": "Wear & Sons"}
    for id_, name in names.items():
        made = account(id_, "2026-10-01")
        path = f"ledger/{id_}/account.yaml"
        made[path] = made[path].replace(f"{id_} Ltd", name).replace("owner: dana\n", "")
        files |= made
    (owner,) = re.findall(
        r"```yaml\n(owner: .*?\n)```", (DOCS / "daily.md").read_text()
    )
    files["goodterms.yaml"] += owner
    root = books(tmp_path / "books", files)
    for args in _commands("daily.md"):
        dated = () if args[0] == "record" else _DAY
        on = ("--on", _DAY[1]) if args[0] == "record" else ()
        assert gt(root, *args, *dated, *on) == 0, args
    said = capsys.readouterr().out
    assert "10021/2026-10-08-friendly-reminder: posted\n" in said
    assert "10022/2026-10-08-friendly-reminder: posted\n" in said
    assert "10023/2026-10-08-friendly-reminder: dropped" in said
    assert "for Dana Lindqvist" in said


def test_the_manual_travels_with_the_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["docs"]) == 0
    listed = capsys.readouterr().out
    inner = {"architecture", "extending"}
    pages = [page for page in DOCS.glob("*.md") if page.stem not in inner]
    for page in pages:
        text = page.read_text("utf-8")
        assert f"  {page.stem:<10}{text.partition(chr(10))[0].lstrip('# ')}" in listed
        assert main(["docs", page.stem]) == 0
        assert capsys.readouterr().out == text
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    shipped = {name for name in wheel["force-include"] if name.startswith("docs")}
    assert shipped == {f"docs/{page.name}" for page in pages}, "for users only"


def test_a_page_that_is_not_there_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["docs", "imports"]) == 2
    assert "no page 'imports'; did you mean 'import'?" in capsys.readouterr().err


@pytest.mark.parametrize("shell", ["bash_source", "zsh_source", "fish_source"])
def test_names_are_completed_as_the_readme_says(shell: str) -> None:
    readme = (DOCS.parent / "README.md").read_text("utf-8")
    assert f"_GOODTERMS_COMPLETE={shell}" in readme or f"`{shell}`" in readme
    program = Path(sys.executable).with_name("goodterms")
    env = {**os.environ, "_GOODTERMS_COMPLETE": shell}
    done = subprocess.run([program], env=env, capture_output=True, check=True)
    assert b"_goodterms_completion" in done.stdout
    env |= {"_GOODTERMS_COMPLETE": shell.replace("source", "complete")}
    last = "ex" if shell == "fish_source" else "1"
    env |= {"COMP_WORDS": "goodterms ex", "COMP_CWORD": last}
    done = subprocess.run([program], env=env, capture_output=True, check=True)
    assert b"explain" in done.stdout


def test_the_guide_to_additions_names_files_that_exist() -> None:
    pages = [DOCS / "extending.md", *sorted((DOCS / "extending").glob("*.md"))]
    roots = r"(?:engine|tests|templates|docs|policies)/"
    for page in pages:
        for path in re.findall(rf"`({roots}[\w./-]*)`", page.read_text("utf-8")):
            if not re.search(r"[A-Z]{3}", path):
                assert (DOCS.parent / path).exists(), f"{page.name}: {path}"


# ------------------------------------------------------ docs/architecture.md


ARCHITECTURE = (DOCS / "architecture.md").read_text("utf-8")
FUNCTIONS = sorted(set(re.findall(r"`((?:[a-z_]+\.)+[A-Za-z_]+)`", ARCHITECTURE)))


def test_the_tour_names_functions() -> None:
    assert len(FUNCTIONS) > 30


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_the_tour_names_exists(name: str) -> None:
    assert pkgutil.resolve_name(f"goodterms.{name}")
