"""The catalogue of mistakes: one broken input, and what is said about it.

A case is a folder of ``errors/`` beside this: its files lie over those of ``_base``,
a small repository in which nothing is wrong; ``without.txt`` names files that
are missing. ``pytest --update-golden`` writes ``expected.txt`` and the page for
users anew, to be read as a diff.

The cases of ``past-…`` lie in git: ``_past`` adds what was there before the engine
wrote, and what it wrote; the case is what a person commits then (or commits under
the engine's name: ``engine.txt``; or has not committed: ``uncommitted.txt``; without
git: ``plain.txt``).
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from goodterms.doctor.check_files import check_repository
from goodterms.views.problem_report import as_text
from tests.support.git_repos import as_engine, commit, new_repo

ERRORS = Path(__file__).parent / "errors"
PAGE = Path(__file__).parents[2] / "docs" / "errors.md"
CASES = sorted(path.name for path in ERRORS.iterdir() if path.name[0] != "_")
FLAGS = ("engine.txt", "uncommitted.txt", "plain.txt")
NOTES = ("expected.txt", "without.txt", *FLAGS)
WHEN = "2026-10-20T09:00:00Z"

#: How a case's name begins, and the part of the page it belongs to.
GROUPS = {
    "yaml": "YAML",
    "settings": "Settings: goodterms.yaml",
    "account": "Accounts",
    "invoice": "Invoices",
    "record": "Records",
    "journal": "The journal",
    "past": "The past",
    "decision": "Decisions",
    "policy": "Policies",
    "jurisdiction": "Jurisdictions",
    "template": "Templates",
    "source": "Sources",
    "stray": "Other files",
}
HEAD = """\
# What can be wrong, and what is said about it

Every problem that `goodterms check` finds reads `FILE:LINE:COLUMN: error: what is
wrong; what to do`, all of them in one run. An error keeps an account out of the plan,
or whatever needs a broken policy or template; one in `goodterms.yaml` keeps
everything out. A warning never does.

This page shows each of them once. It is written by the tests: each block is what
is said about a folder of `tests/catalogue/errors/`.
"""


def said_about(case: str, folder: Path) -> str:
    """Build the repository of a case in a folder, check it, return the report."""
    shutil.copytree(ERRORS / "_base", folder, dirs_exist_ok=True)
    flags = {flag for flag in FLAGS if (ERRORS / case / flag).is_file()}
    in_git = case.startswith("past-") and "plain.txt" not in flags
    if in_git:
        shutil.copytree(ERRORS / "_past" / "start", folder, dirs_exist_ok=True)
        new_repo(folder, {})
        shutil.copytree(ERRORS / "_past" / "engine", folder, dirs_exist_ok=True)
        as_engine(folder, {}, "Claim what is due on 2026-10-19")
    _add(case, folder)
    if in_git and "uncommitted.txt" not in flags:
        by = as_engine if "engine.txt" in flags else commit
        by(folder, {}, "Claim what is due on 2026-10-20")
    problems = check_repository(folder, now=datetime(2026, 11, 26, tzinfo=UTC))
    files = {problem.place.file for problem in problems if problem.place.line}
    return as_text(problems, {file: (folder / file).read_bytes() for file in files})


def _add(case: str, folder: Path) -> None:
    """Lay the files of a case over those of a folder."""
    # With times of now: git takes a file of an old one and the same size for unchanged.
    shutil.copytree(
        ERRORS / case, folder, dirs_exist_ok=True, copy_function=shutil.copyfile
    )
    without = folder / "without.txt"
    if without.is_file():
        for path in without.read_text(encoding="utf-8").split():
            (folder / path).unlink()
            if not any((folder / path).parent.iterdir()):
                (folder / path).parent.rmdir()
    for note in NOTES:
        (folder / note).unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _when(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commit at one time always, so that commits have the same ids."""
    monkeypatch.setenv("GIT_AUTHOR_DATE", WHEN)
    monkeypatch.setenv("GIT_COMMITTER_DATE", WHEN)


def test_nothing_is_wrong_with_the_base(tmp_path: Path) -> None:
    assert said_about("_base", tmp_path) == ""


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_explained(
    case: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    said = said_about(case, tmp_path)
    expected = ERRORS / case / "expected.txt"
    if request.config.getoption("--update-golden"):
        expected.write_text(said, encoding="utf-8", newline="\n")
    assert said == expected.read_text(encoding="utf-8")
    assert said


def test_the_page_for_users_is_up_to_date(request: pytest.FixtureRequest) -> None:
    page = _page()
    if request.config.getoption("--update-golden"):
        PAGE.write_text(page, encoding="utf-8", newline="\n")
    assert page == PAGE.read_text(encoding="utf-8")


def _page() -> str:
    parts = [HEAD]
    for group, title in GROUPS.items():
        cases = [case for case in CASES if case.partition("-")[0] == group]
        parts.append(f"\n## {title}\n")
        parts += [_block(case) for case in cases]
    return "".join(parts)


def _block(case: str) -> str:
    title = case.partition("-")[2].replace("-", " ")
    said = (ERRORS / case / "expected.txt").read_text(encoding="utf-8")
    return f"\n{title[:1].upper()}{title[1:]}:\n\n```text\n{said}```\n"


def test_every_case_is_on_the_page() -> None:
    assert {case.partition("-")[0] for case in CASES} == set(GROUPS)
