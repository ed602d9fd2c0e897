"""``approve`` on a terminal shows the page and asks; elsewhere nobody can be asked."""

import os
import pty
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.test_show_proposal import TRIAGE, local, triage
from tests.support.eventful_ledger import DAY, OMEGA, gt
from tests.support.git_repos import tip

__all__ = ["local", "triage"]

PROGRAM = "import sys; from goodterms.cli import main; sys.exit(main(sys.argv[1:]))"


def typed(root: Path, answer: str, *args: str) -> tuple[str, int]:
    """Run a command on a terminal of its own, and answer its question."""
    told, answered = b"", False
    child, screen = pty.fork()
    if child == 0:
        command = [sys.executable, "-c", PROGRAM, "--root", str(root), *args]
        os.execv(sys.executable, command)  # noqa: S606 - the engine, as a user runs it
    while part := _read(screen):
        told += part
        if b"[y/N]" in told and not answered:
            os.write(screen, answer.encode())
            answered = True
    os.close(screen)
    _, status = os.waitpid(child, 0)
    return told.decode().replace("\r\n", "\n"), os.waitstatus_to_exitcode(status)


def _read(screen: int) -> bytes:
    try:
        return os.read(screen, 65536)
    except OSError:  # the other end is closed: Linux says so as an error
        return b""


def approve(name: str, *more: str) -> Sequence[str]:
    return ("approve", name, "--by", "dana", "--as-of", DAY, *more)


def test_on_a_terminal_it_shows_the_page_and_the_letter_and_asks(local: Path) -> None:
    before = tip(local, f"goodterms/{OMEGA}")
    told, code = typed(local, "n\n", *approve(OMEGA))
    page = ["omega Ltd owes 100.00 EUR on 1 invoice", "Petra, please pay 100,00 €."]
    question = told.index(f"Approve {OMEGA}, as dana? [y/N]")
    assert all(-1 < told.find(part) < question for part in page)
    assert "not approved; nothing has changed" in told
    assert code == 1
    assert tip(local, f"goodterms/{OMEGA}") == before


def test_yes_is_what_approves(local: Path) -> None:
    told, code = typed(local, "y\n", *approve(OMEGA))
    assert f"{OMEGA}: approved by dana; waits for 1 more" in told
    assert code == 0


def test_who_wants_no_question_says_yes_at_once(local: Path) -> None:
    told, code = typed(local, "", *approve(OMEGA, "--yes"))
    assert told == f"{OMEGA}: approved by dana; waits for 1 more\n"
    assert code == 0


def test_where_nobody_can_answer_nobody_is_asked(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert gt(local, *approve(OMEGA)) == 0
    told = capsys.readouterr()
    assert told.out == f"{OMEGA}: approved by dana; waits for 1 more\n"
    assert told.err == f"{OMEGA} is not shown: there is no terminal to ask on\n"
    assert gt(local, *approve(OMEGA, "--yes")) == 0
    assert capsys.readouterr().err == ""


def test_what_is_asked_is_the_choice_that_would_count(triage: Path) -> None:
    told, code = typed(triage, "n\n", *approve(TRIAGE, "--choose", "write-off"))
    assert f"Approve {TRIAGE}: write-off, as dana? [y/N]" in told
    assert "Chosen: write-off, in place of agency" in told
    assert "write-off: write off 100.00 EUR\n" in told
    assert "in@northstar.example" not in told
    assert code == 1


def test_what_cannot_be_approved_is_refused_before_anything_is_shown(
    local: Path,
) -> None:
    told, code = typed(local, "", "approve", OMEGA, "--by", "iris", "--as-of", DAY)
    assert told == "error: 'iris' is not in leads; its members are dana, omar\n"
    assert code == 2
