"""A rate that the table lacks: known early, asks nobody, and goes on with it."""

from pathlib import Path

import pytest

from goodterms.git import open_repo
from goodterms.git.refs import read_refs
from tests.support.eventful_ledger import BARE, CALLED, DAY, account, books, gt
from tests.support.git_repos import commit

CLAIMS = BARE["policies/standard/v1.yaml"].replace(
    "    tone: final\n", "    tone: final\n    charges: claim\n"
)
LAW = """\
jurisdiction: de
name: Germany
checked_on: 2026-07-01
source: BGB 288
interest:
  day_count: act/act
  rates:
    - {from: 2015-01-01, to: 2026-06-30, percent: "10.27"}
"""
LINE = '    - {from: 2026-07-01, to: 2026-12-31, percent: "10"}\n'
TABLE = "policies/jurisdictions/de.yaml"
NAMED = (
    f'{TABLE}: add under rates: - {{from: 2026-07-01, to: 2026-12-31, percent: "…"}}'
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {**BARE, "policies/standard/v1.yaml": CLAIMS, TABLE: LAW}
    return books(
        tmp_path / "books", {**files, **account("gamma", "2026-09-17", CALLED)}
    )


def proposals(root: Path) -> list[str]:
    """List the branches on which somebody is asked."""
    return list(read_refs(open_repo(root)).proposals)


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """Return all that was printed, as one line with single spaces."""
    found = capsys.readouterr()
    return " ".join(f"{found.out} {found.err}".split())


def test_nobody_is_asked_about_a_letter_that_could_not_go_out(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gt(root, "tasks", "--as-of", "2026-09-18") == 0
    early = said(capsys)
    assert "notice is to claim late interest: no rate of late interest for DE" in early
    assert NAMED in early

    assert gt(root, "run", "--as-of", DAY) == 1
    assert proposals(root) == []
    assert f"{TABLE}: error: gamma: notice waits: no rate" in said(capsys)
    assert gt(root, "show", f"gamma/{DAY}-notice", "--as-of", DAY) == 1
    assert "gamma: notice waits: no rate of late interest for DE" in said(capsys)
    assert gt(root, "explain", "gamma", "--as-of", DAY) == 1
    told = said(capsys)
    assert "because notice waits: no rate of late interest for DE on 2026-09-18" in told
    assert "notice: next" in told

    commit(root, {TABLE: LAW + LINE})
    assert gt(root, "run", "--as-of", DAY) == 0
    assert proposals(root) == [f"goodterms/gamma/{DAY}-notice"]
    capsys.readouterr()
    assert gt(root, "show", f"gamma/{DAY}-notice", "--as-of", DAY) == 0
    assert "please pay 100,58" in said(capsys)


def test_what_was_approved_waits_for_the_rate_and_then_goes_out(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(root, {TABLE: LAW + LINE})
    assert gt(root, "run", "--as-of", DAY) == 0
    commit(root, {TABLE: LAW})
    for name in ("dana", "omar"):
        assert gt(root, "approve", f"gamma/{DAY}-notice", "--by", name) == 0

    assert gt(root, "run", "--as-of", "2026-10-09") == 1
    assert "gamma: notice waits: no rate" in said(capsys)
    assert not (root / "outbox").exists()

    commit(root, {TABLE: LAW + LINE})
    assert gt(root, "run", "--as-of", "2026-10-12") == 0
    assert {path.stem for path in root.glob("outbox/gamma/*")} == {"2026-10-12-notice"}
