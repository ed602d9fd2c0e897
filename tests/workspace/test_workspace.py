"""A repository on disk."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from goodterms.cli import main
from goodterms.doctor.check_files import check_repository
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.problem import Place
from goodterms.workspace.holidays import holidays
from goodterms.workspace.workspace import Workspace, find_root

BASE = Path(__file__).parents[1] / "catalogue" / "errors" / "_base"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a small repository in which nothing is wrong."""
    for path in BASE.rglob("*"):
        if path.is_file():
            copy = tmp_path / path.relative_to(BASE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return tmp_path


def opened(root: Path, policies: Path | None = None) -> Workspace:
    workspace, problems = Workspace.open(root, policies)
    assert problems == ()
    assert workspace is not None
    return workspace


def test_the_root_is_the_nearest_folder_with_settings(root: Path) -> None:
    deep = root / "ledger" / "acme-gmbh"
    assert find_root(deep) == root
    assert find_root(root) == root
    (deep / "goodterms.yaml").touch()
    assert find_root(deep) == deep


def test_without_settings_there_is_no_root(tmp_path: Path) -> None:
    assert find_root(tmp_path) is None
    workspace, (problem,) = Workspace.open(tmp_path)
    assert workspace is None
    assert problem.place == Place("goodterms.yaml")


def test_settings_that_are_no_file(tmp_path: Path) -> None:
    (tmp_path / "goodterms.yaml").mkdir()
    workspace, (problem,) = Workspace.open(tmp_path)
    assert workspace is None
    assert str(problem) == "goodterms.yaml: error: cannot be read: Is a directory"


def test_what_a_repository_holds(root: Path) -> None:
    workspace = opened(root)
    assert workspace.settings.creditor.name == "Linden & Partner GmbH"
    assert [*workspace.book.policies] == [PolicyRef("standard", 1)]
    assert {*workspace.book.templates} == {"brief", "reminder"}
    assert workspace.account_ids() == ("acme-gmbh",)
    assert workspace.sources() == {"payments": date(2026, 11, 19)}
    account, problems = workspace.account("acme-gmbh")
    assert problems == ()
    assert account is not None
    assert [invoice.id for invoice in account.invoices] == ["INV-1"]


def test_accounts_are_sorted_and_others_left_alone(root: Path) -> None:
    for name in ("zeta", "alpha", "_archive", ".hidden"):
        (root / "ledger" / name).mkdir()
    assert opened(root).account_ids() == ("acme-gmbh", "alpha", "zeta")


def test_folders_that_git_left_empty_are_no_account(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "ledger/gone/invoices").mkdir(parents=True)
    now = datetime(2026, 11, 26, tzinfo=UTC)
    assert check_repository(root, now=now) == ()
    assert main(["--root", str(root), "explain", "gone"]) == 2
    assert "no account 'gone'; ledger/gone is empty" in capsys.readouterr().err
    (root / "ledger/gone/messages").mkdir()
    (root / "ledger/gone/messages/x.md").touch()
    (problem,) = check_repository(root, now=now)
    assert problem.place.file == "ledger/gone/account.yaml"


def test_an_empty_repository_has_no_accounts(root: Path) -> None:
    (root / "ledger").rename(root / "elsewhere")
    workspace = opened(root)
    assert workspace.account_ids() == ()
    assert workspace.sources() == {}


def test_policies_of_another_folder(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "draft"
    (root / "policies").rename(other)
    assert [*opened(root, other).book.policies] == [PolicyRef("standard", 1)]
    assert [*opened(root).book.policies] == []


def test_messages_are_not_read(root: Path) -> None:
    messages = root / "ledger" / "acme-gmbh" / "messages"
    messages.mkdir()
    os.mkfifo(messages / "x.md")
    account, problems = opened(root).account("acme-gmbh")
    assert account is not None
    assert problems == ()


def test_links_lead_nowhere(root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: swordfish\n", encoding="utf-8")
    link = root / "ledger" / "acme-gmbh" / "invoices" / "INV-2.yaml"
    link.symlink_to(secret)
    account, (problem,) = opened(root).account("acme-gmbh")
    assert account is None
    assert problem.place.file == "ledger/acme-gmbh/invoices/INV-2.yaml"
    assert "it is a link" in problem.what


def test_a_journal_that_is_a_link_keeps_the_account_out(
    root: Path, tmp_path: Path
) -> None:
    """Read as empty, it would let the ladder begin again."""
    (tmp_path / "j.yaml").write_text("", encoding="utf-8")
    (root / "ledger/acme-gmbh/journal.yaml").unlink(missing_ok=True)
    (root / "ledger/acme-gmbh/journal.yaml").symlink_to(tmp_path / "j.yaml")
    account, (problem,) = opened(root).account("acme-gmbh")
    assert account is None
    assert "it is a link" in problem.what


def test_an_account_that_is_a_link_is_none(root: Path) -> None:
    (root / "ledger/other").symlink_to("acme-gmbh")
    workspace, told = Workspace.open(root)
    assert workspace
    assert workspace.account_ids() == ("acme-gmbh",)
    assert [(p.place.file, p.rule) for p in told] == [("ledger/other", "link")]
    now = datetime(2026, 11, 26, tzinfo=UTC)
    assert set(told) <= set(check_repository(root, now=now))


def test_settings_that_are_a_link_are_refused(root: Path, tmp_path: Path) -> None:
    (root / "goodterms.yaml").rename(tmp_path / "real.yaml")
    (root / "goodterms.yaml").symlink_to(tmp_path / "real.yaml")
    workspace, (problem,) = Workspace.open(root)
    assert workspace is None
    assert problem.rule == "link"


def test_an_error_keeps_the_account_out_and_warnings_do_not(root: Path) -> None:
    folder = root / "ledger" / "acme-gmbh"
    (folder / "x.txt").touch()
    account, problems = opened(root).account("acme-gmbh")
    assert account is not None
    assert [problem.severity for problem in problems] == ["warning"]
    note = "kind: note\non: 2026-10-22\nby: nobody\n"
    (folder / "records" / "2026-10-22-note.yaml").write_text(note, encoding="utf-8")
    account, problems = opened(root).account("acme-gmbh")
    assert account is None
    assert [problem.severity for problem in problems] == ["error", "warning"]


def test_an_account_that_is_gone(root: Path) -> None:
    account, (problem,) = opened(root).account("nobody")
    assert account is None
    assert problem.place == Place("ledger/nobody/")
    assert problem.what == "file is missing"


def test_a_broken_source_is_no_source(root: Path) -> None:
    (root / "ledger/_sources/bank.yaml").write_text("until: x", encoding="utf-8")
    workspace = opened(root)
    assert workspace.sources() == {"payments": date(2026, 11, 19)}
    assert len(workspace.source_problems(date(2026, 11, 26))) == 2


@pytest.mark.parametrize(
    ("country", "day", "closed"),
    [
        ("DE", "2026-12-25", True),
        ("DE", "2026-10-03", True),
        ("DE", "2026-01-06", False),  # a holiday of some states only
        ("GB", "2026-12-28", True),  # Boxing Day is a Saturday
        ("US", "2026-07-03", True),  # Independence Day is a Saturday
        ("DE", "2026-12-28", False),
        ("XX", "2026-12-25", False),
    ],
)
def test_nationwide_holidays(country: str, day: str, closed: bool) -> None:  # noqa: FBT001
    assert (date.fromisoformat(day) in holidays(country)) is closed
