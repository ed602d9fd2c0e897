"""A proposal that was put off comes again on its day, and says who did that and why."""

from pathlib import Path

import pytest

from tests.support.eventful_ledger import DAY, EVE, OMEGA, eventful, gt, journal
from tests.support.git_repos import sh

AGAIN = "omega/2026-10-21-notice"


@pytest.fixture(params=["local", "remote"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a ledger with omega's proposal open, and not paid."""
    made = eventful(tmp_path, remote=request.param == "remote")
    sh(made, "revert", "--no-edit", "HEAD")
    if request.param == "remote":
        sh(made, "push", "-q", "origin", "main")
    return made


def later(root: Path, span: str, on: str = EVE) -> int:
    how = ("--by", "iris", "--reason", "They are away.", "--as-of", on)
    return gt(root, "decline", OMEGA, "--later", span, *how)


def test_it_rests_until_its_day_and_is_asked_again_then(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert later(root, "2w") == 0
    told = capsys.readouterr().out
    assert told.endswith(f"{OMEGA}: put off by iris until 2026-10-21\n")
    assert "\nuntil: 2026-10-20\n" in journal(root, "omega")
    for day in (DAY, "2026-10-20"):
        assert gt(root, "run", "--as-of", day) == 0
    assert "2026-10-20-notice" not in journal(root, "omega")
    assert gt(root, "run", "--as-of", "2026-10-21") == 0
    capsys.readouterr()
    assert gt(root, "show", AGAIN, "--as-of", "2026-10-21") == 0
    page = " ".join(capsys.readouterr().out.split())
    before = "Asked before: put off on 7 Oct 2026 by Iris Berg, to be asked again from"
    assert f"{before} 21 Oct 2026: “They are away.”" in page


def test_why_it_rests_is_explained(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert later(root, "14d") == 0
    capsys.readouterr()
    assert gt(root, "explain", "omega", "--as-of", DAY) == 0
    told = capsys.readouterr().out
    assert "put off until 2026-10-20" in told
    assert "was put off on 2026-10-07 by iris: They are away." in told


def test_what_was_put_off_says_so(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert later(root, "14d") == 0
    assert gt(root, "show", OMEGA, "--as-of", DAY) == 2
    said = capsys.readouterr().err
    assert f"{OMEGA} is put off since {EVE} by iris; it sends nothing" in said


@pytest.mark.parametrize("span", ["soon", "0d", "91d", "2026-10-21"])
def test_a_span_that_is_none_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str], span: str
) -> None:
    before = journal(root, "omega")
    assert later(root, span) == 2
    assert f"'{span}' is " in capsys.readouterr().err
    assert journal(root, "omega") == before
