"""Links in a repository are refused by all commands alike, and none is followed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from goodterms.workspace.workspace import Workspace
from tests.cli.test_import import imported, in_november, shop
from tests.support.eventful_ledger import BARE, DAY, NEXT, account, books, gt
from tests.support.git_repos import commit, sh
from tests.support.run_helpers import Wire, go

__all__ = ["in_november", "shop"]

SOURCE = "kind: payments\nuntil: 2026-10-08\n"
NOTE = "kind: note\non: 2026-10-08\nby: dana\nsaid: They called.\n"
FILES = {
    **BARE,
    **account("alpha", "2026-10-01"),
    **account("zeta", "2026-10-01"),
    "ledger/_sources/bank.yaml": SOURCE,
    "ledger/alpha/decisions/.keep": "",
    "ledger/alpha/records/2026-10-08-note.yaml": NOTE,
    "ledger/alpha/messages/.keep": "",
}
#: Where a link stops everybody, what needs the policy, one account, and nobody else.
ALL = ["goodterms.yaml", "ledger", "policies", "templates"]
NEEDED = ["policies/standard", "policies/standard/v1.yaml", "templates/en"]
ONE = [
    "ledger/alpha",
    "ledger/alpha/account.yaml",
    "ledger/alpha/decisions",
    "ledger/alpha/invoices",
    "ledger/alpha/invoices/INV-alpha.yaml",
    "ledger/alpha/messages",
    "ledger/alpha/records",
    "ledger/alpha/records/2026-10-08-note.yaml",
]
NOBODY = ["ledger/_sources", "ledger/_sources/bank.yaml"]
RECORD = ("--by", "dana", "--said", "Hello", "--on", DAY)


@pytest.fixture
def linked(tmp_path: Path) -> Callable[[str], Path]:
    """Make books in which something is a link to what it was, outside."""

    def made(what: str) -> Path:
        root = books(tmp_path / "books", FILES)
        place, outside = root / what, tmp_path / "outside" / what
        outside.parent.mkdir(parents=True)
        place.rename(outside)
        place.symlink_to(outside)
        commit(root, {}, "Put it elsewhere")
        return root

    return made


@pytest.mark.parametrize("what", [*ALL, *NEEDED, *ONE, *NOBODY])
def test_a_link_is_named_and_never_followed(
    linked: Callable[[str], Path], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    root = linked(what)
    before = {p: p.read_bytes() for p in (root.parent / "outside").rglob("*.yaml")}
    commands = [["check"], ["plan", "--as-of", DAY]]
    if what in (*ONE, *ALL):
        commands += [["record", "note", "alpha", *RECORD]]
        commands += [["explain", "alpha", "--as-of", DAY]]
    for command in commands:
        assert gt(root, *command) in (1, 2), command
        told = capsys.readouterr()
        named = f"{what}: error:" in told.err + told.out
        assert named or "no account 'alpha'" in told.err, command
    wire = Wire()
    result = go(root, wire.tools())
    assert f"{what}: error:" in " ".join(map(str, result.problems))
    reached = {each.account for each in wire.sent}
    assert reached == ({"alpha", "zeta"} if what in NOBODY else set()) | (
        {"zeta"} if what in ONE else set()
    )
    assert {p: p.read_bytes() for p in before} == before
    assert sh(root, "status", "--short") == ""


@pytest.mark.parametrize("what", ["ledger", "ledger/acme", "ledger/acme/invoices"])
def test_nothing_is_imported_through_a_link(
    shop: Path,
    tmp_path_factory: pytest.TempPathFactory,
    what: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert imported("--until", "2026-10-10") == 0
    (invoice,) = (shop / "ledger").glob("*/invoices/INV-1.yaml")
    place = shop / what.replace("acme", invoice.parts[-3])
    invoice.unlink()
    outside = tmp_path_factory.mktemp("outside") / "place"
    place.rename(outside)
    place.symlink_to(outside)
    kept = sorted(outside.rglob("*"))
    assert imported("--until", "2026-10-11") == 2
    assert "it is a link" in capsys.readouterr().err
    assert sorted(outside.rglob("*")) == kept


def test_a_note_to_readers_stands_in_no_import_s_way(shop: Path) -> None:
    (shop / "ledger").mkdir()
    (shop / "ledger/README.md").write_text("What this is.")
    assert imported("--until", "2026-10-10") == 0


def test_policies_of_another_folder_may_be_a_link(tmp_path: Path) -> None:
    """Whoever names a folder means what it leads to."""
    root = books(tmp_path / "books", FILES)
    (tmp_path / "draft").symlink_to(root / "policies")
    workspace, problems = Workspace.open(root, tmp_path / "draft")
    assert problems == ()
    assert workspace
    assert workspace.book.policies
    assert gt(root, "plan", "--as-of", NEXT, "--policies", str(tmp_path / "draft")) == 0


STALE = """\
---
id: 2026-10-01-reminder
on: 2026-10-01
kind: send
state: claimed
step: reminder
policy: standard@1
channel: email
to: ap@alpha.example
invoices: [{id: INV-alpha, step: reminder, open: "100.00"}]
run: run-dead
at: 2026-10-01T10:00:00Z
"""


@pytest.mark.parametrize("state", ["claimed", "in-doubt"])
def test_what_a_link_leads_to_is_not_settled(
    tmp_path: Path, state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An outcome would be written to the text of the link."""
    root = books(tmp_path / "books", FILES)
    outside = tmp_path / "outside.yaml"
    outside.write_text(STALE.replace("state: claimed", f"state: {state}"))
    (root / "ledger/alpha/journal.yaml").symlink_to(outside)
    commit(root, {}, "Link it")
    before = sh(root, "rev-parse", "HEAD:ledger/alpha")
    go(root, Wire().tools())
    how = ("--sent", "--by", "dana", "--as-of", DAY)
    assert gt(root, "resolve", "alpha/2026-10-01-reminder", *how) == 1
    assert "it is a link" in capsys.readouterr().err
    assert sh(root, "rev-parse", "HEAD:ledger/alpha") == before
