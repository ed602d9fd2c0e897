"""Ledgers written from the rules alone, and what must come of each.

A folder of ``acceptance/`` is laid over ``acceptance/_firm``; its
``expected.json`` says what plans and ``check`` must say. Keys that it leaves out
may be anything; a list has just so many entries, in any order.
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from goodterms.cli import main
from goodterms.schemas import schema
from tests.support.git_repos import commit, sh

HERE = Path(__file__).parent / "acceptance"
FIRM = HERE / "_firm"
CASES = sorted(path.name for path in HERE.iterdir() if not path.name.startswith("_"))
PLAN = Draft7Validator(schema("plan"))

Json = dict[str, Any]


def laid(case: str, tmp_path: Path) -> Path:
    """Lay the files of a case over those of the firm."""
    root = tmp_path / "books"
    shutil.copytree(FIRM, root)
    shutil.copytree(HERE / case, root, dirs_exist_ok=True)
    (root / "expected.json").unlink()
    return root


def as_json(capsys: pytest.CaptureFixture[str], root: Path, *args: str) -> Json:
    """Run a command, and read what it prints; its exit code comes along."""
    code = gt(root, *args, "--format", "json")
    found: Json = json.loads(capsys.readouterr().out)
    return {**found, "exit": code}


def gt(root: Path, *args: str) -> int:
    """Run a command in this process."""
    return main(["--root", str(root), *args])


def differs(want: object, got: object) -> list[str]:
    """Say where what was found is not what was wanted."""
    if isinstance(want, dict) and isinstance(got, dict):
        each = (differs(value, got.get(key)) for key, value in want.items())
        return [
            f"{key}: {what}"
            for key, found in zip(want, each, strict=True)
            for what in found
        ]
    if isinstance(want, list) and isinstance(got, list):
        return _paired(want, got)
    return [] if want == got else [f"{got!r} is not {want!r}"]


def _paired(want: list[object], got: list[object]) -> list[str]:
    """Pair every wanted entry with the found one that fits it best."""
    left, wrong = list(got), []
    for each in want:
        if not left:
            wrong.append(f"{each!r} is missing")
            continue
        misfits = [len(differs(each, found)) for found in left]
        wrong += differs(each, left.pop(misfits.index(min(misfits))))
    return [*wrong, *(f"{found!r} is too much" for found in left)]


@pytest.mark.parametrize("case", CASES)
def test_a_ledger(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = laid(case, tmp_path)
    expected = json.loads((HERE / case / "expected.json").read_text(encoding="utf-8"))

    for want in expected["plans"]:
        found = as_json(capsys, root, "plan", "--as-of", want["as_of"])
        code = found.pop("exit")

        assert list(PLAN.iter_errors(found)) == []
        assert differs({"exit": 0, **want}, {**found, "exit": code}) == []
        assert len(standing := open_invoices(found)) == len(set(standing))
    if "check" in expected:
        assert gt(root, "check") == 1
        shown = capsys.readouterr().out.splitlines()
        assert [line for line in shown if ": error: " in line] == expected["check"]


def open_invoices(plan: Json) -> list[str]:
    """List where every open invoice stands: it waits, or it advances."""
    waits = [f"{wait['account']} {wait['invoice']}" for wait in plan["waiting"]]
    moves = [
        f"{action['account']} {row['id']}"
        for action in plan["actions"]
        for row in action["invoices"]
    ]
    return waits + moves


JOURNAL = """---
id: 2026-10-08-friendly-reminder
on: 2026-10-08
kind: send
state: claimed
step: friendly-reminder
policy: standard@1
channel: email
to: ap@acme.example
invoices: [{id: A, step: friendly-reminder, open: "1190.00"}]
totals: {EUR: "1190.00"}
message: sha256:*
text: sha256:*
run: *
why: [A is 7 days overdue; friendly-reminder is due from 2026-10-08]
at: 2026-10-08T10:00:00Z
---
id: 2026-10-08-friendly-reminder
state: sent
through: outbox
at: 2026-10-08T10:00:00Z
"""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Commit the ledger of one invoice that is due on 1 October."""
    root = laid("first-seen-late", tmp_path)
    sh(root, "init", "-q", "-b", "main")
    commit(root, {".gitignore": "outbox/\n"})
    return root


def test_a_run_writes_the_journal_and_the_message(repo: Path) -> None:
    assert gt(repo, "run", "--as-of", "2026-10-08") == 0

    folder = repo / "ledger/acme"
    journal = (folder / "journal.yaml").read_text(encoding="utf-8")
    journal = re.sub(r'(sha256:|run: )"?[0-9a-f]+"?', r"\1*", journal)
    name = "2026-10-08-friendly-reminder"
    assert journal == JOURNAL
    assert "1.190,00" in (folder / f"messages/{name}.md").read_text(encoding="utf-8")
    assert (repo / f"outbox/acme/{name}.eml").is_file()

    done = sh(repo, "rev-parse", "HEAD")
    assert gt(repo, "run", "--as-of", "2026-10-08") == 0
    assert gt(repo, "run", "--as-of", "2026-10-07") == 2
    assert sh(repo, "rev-parse", "HEAD") == done


@pytest.mark.parametrize(
    ("sources", "code"),
    [
        pytest.param({"bank": "2026-10-02"}, 0, id="whatever its file is called"),
        pytest.param({"bank": "2026-10-01"}, 3, id="too old"),
        pytest.param({"a": "2026-10-07", "b": "2026-10-01"}, 3, id="one is too old"),
        pytest.param({}, 3, id="none"),
    ],
)
def test_how_fresh_payments_are(repo: Path, sources: dict[str, str], code: int) -> None:
    settings = (repo / "goodterms.yaml").read_text(encoding="utf-8")
    files = {"goodterms.yaml": f"{settings}fresh: {{payments: 4d}}\n"}
    for name, until in sources.items():
        path = f"ledger/_sources/{name}.yaml"
        files[path] = f"kind: payments\nuntil: {until}\n"
    commit(repo, files)

    assert gt(repo, "run", "--as-of", "2026-10-08") == code
    assert (repo / "ledger/acme/journal.yaml").exists() == (code == 0)


def test_nobody_approves_a_file_that_says_other_things(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = laid("final-notice-proposed", tmp_path)
    sh(root, "init", "-q", "-b", "main")
    commit(root, {".gitignore": "outbox/\n"})
    assert gt(root, "run", "--as-of", "2026-11-30") == 0
    name = "acme/2026-11-30-final-notice"
    file = "ledger/acme/decisions/2026-11-30-final-notice.yaml"
    sh(root, "checkout", "-q", f"goodterms/{name}")
    text = (root / file).read_text(encoding="utf-8")
    commit(root, {file: text.replace("1190.00", "119.00")})
    sh(root, "checkout", "-q", "main")

    assert gt(root, "approve", name, "--by", "dana", "--as-of", "2026-12-01") == 2
    assert "says other things than were proposed" in capsys.readouterr().err
    assert not (root / file).exists()


def test_a_message_in_doubt_was_sent_or_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = laid("in-doubt-counts-as-contact", tmp_path)
    sh(root, "init", "-q", "-b", "main")
    commit(root, {".gitignore": "outbox/\n"})
    name = "acme/2026-10-08-friendly-reminder"
    told = ("--by", "dana", "--as-of", "2026-10-09")

    assert gt(root, "resolve", name, "--sent", "--not-sent", *told) == 2
    assert "either --sent or --not-sent" in capsys.readouterr().err
    assert gt(root, "resolve", name, "--sent", *told) == 0
    capsys.readouterr()
    plan = as_json(capsys, root, "plan", "--as-of", "2026-10-09")
    assert [wait["standing"] for wait in plan["waiting"]] == ["waiting"] * 2
