"""Accounts are found by what people call them; nobody is taken for somebody else."""

from pathlib import Path

import pytest

from goodterms.model.refusal import RefusalError
from goodterms.workspace.find_account import AccountMatch, account_named, find_account
from goodterms.workspace.workspace import Workspace
from tests.support.eventful_ledger import BARE, account, books, gt

NAMES = {
    "10021": "Tyne Brewing Ltd",
    "10022": "Tees Brewing Ltd",
    "10023": "Straße & Söhne",
    "10024": "Tyne",
    "tyne-tools": "Harbour Tools",
}


def ledger(names: dict[str, str]) -> dict[str, str]:
    files = dict(BARE)
    for id_, name in names.items():
        made = account(id_, "2026-10-01")
        path = f"ledger/{id_}/account.yaml"
        text = made[path].replace(f"name: {id_} Ltd", f'name: "{name}"')
        files |= {**made, path: f"{text}keys: {{erp: K-{id_}}}\n"}
    return files


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    opened, _ = Workspace.open(books(tmp_path_factory.mktemp("n"), ledger(NAMES)))
    assert opened
    return opened


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("10021", "10021"),
        ("Tyne Brewing Ltd", "10021"),
        ("tyne  brewing LTD", "10021"),
        ("tees", "10022"),
        ("strasse & SÖHNE", "10023"),
        ("Tyne", "10024"),
        ("k-10022", "10022"),
        ("Tools", "tyne-tools"),
        ("tyne-t", "tyne-tools"),
    ],
)
def test_an_account_is_found_by_any_of_its_names(
    workspace: Workspace, told: str, meant: str
) -> None:
    assert find_account(workspace, told).account == meant


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            "brewing",
            "'brewing' may be Tyne Brewing Ltd (10021) or Tees Brewing Ltd (10022)",
        ),
        ("Tine Brewing", "no account 'Tine Brewing'; did you mean 'Tyne Brewing Ltd'?"),
        ("Harbor", "no account 'Harbor'; did you mean 'Harbour Tools'?"),
        ("10025", "no account '10025'; did you mean '10024'?"),
        ("xyz", "no account 'xyz'; known are Tyne Brewing Ltd (10021), Tees Brewing"),
        ("", "no account ''; known are "),
    ],
)
def test_what_is_nobody_or_several_is_refused_with_those_it_may_be(
    workspace: Workspace, told: str, said: str
) -> None:
    with pytest.raises(RefusalError) as refused:
        find_account(workspace, told)
    assert str(refused.value).startswith(said)


def test_many_candidates_are_counted(tmp_path: Path) -> None:
    many = {f"a{n:02}": f"Firm {n:02}" for n in range(12)}
    workspace, _ = Workspace.open(books(tmp_path / "b", ledger(many)))
    assert workspace
    with pytest.raises(RefusalError, match=r"Firm 07 \(a07\) or one of 4 more;"):
        find_account(workspace, "firm")
    with pytest.raises(RefusalError, match="no account 'zzz'; see the folders of"):
        find_account(workspace, "zzz")


def test_one_whose_file_cannot_be_read_is_known_by_its_folder(tmp_path: Path) -> None:
    files = ledger({"acme": "ACME GmbH"})
    files["ledger/acme/account.yaml"] += "nmae: x\n"
    workspace, _ = Workspace.open(books(tmp_path / "b", files))
    assert workspace
    assert find_account(workspace, "ACM") == AccountMatch("acme", "")


def test_a_form_takes_a_whole_name_only(workspace: Workspace) -> None:
    """It is filed unattended: a part of a name is refused there."""
    assert account_named(workspace, "tees brewing ltd") == "10022"
    assert account_named(workspace, "tees") is None


@pytest.mark.parametrize(
    "command",
    [
        ("explain", "tees brewing", "--as-of", "2026-10-08"),
        ("plan", "--account", "tees brewing", "--as-of", "2026-10-08"),
        ("record", "note", "tees brewing", "--by", "dana", "--said", "Nice people."),
    ],
    ids=lambda command: command[0],
)
def test_every_command_about_an_account_takes_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    root = books(tmp_path / "b", ledger(NAMES))
    assert gt(root, *command) == 0
    told = capsys.readouterr()
    assert "10022" in told.out
    assert "10022 is Tees Brewing Ltd\n" in told.err


def test_money_is_allocated_by_the_customers_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = books(tmp_path / "b", ledger(NAMES))
    paid = ("--amount", "40.00", "--currency", "EUR", "--on", "2026-10-05")
    assert gt(root, "record", "payment", "tees", "--by", "dana", *paid) == 0
    assert gt(root, "allocate", "tees", "2026-10-05-payment", "--oldest") == 0
    assert "ledger/10022/invoices/INV-10022.yaml" in capsys.readouterr().out
