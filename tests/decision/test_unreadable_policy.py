"""A typo in a policy never costs a proposal or an approval: both wait to be judged."""

from pathlib import Path

import pytest

from tests.support.eventful_ledger import (
    BARE,
    CALLED,
    DAY,
    DELTA,
    EVE,
    NEXT,
    OMEGA,
    POLICY,
    account,
    books,
    eventful,
    gt,
    journal,
    outbox,
)
from tests.support.git_repos import commit, sh

FILE = "policies/standard/v1.yaml"
TYPO = POLICY.replace("at: due + 21d", "at: 45 days")
GONE = POLICY.replace("step: notice", "step: last-word")
FREE = POLICY.replace("    approval: {by: leads, count: 2, expires: 14d}\n", "", 1)
SATURDAY, MONDAY = "2026-10-10", "2026-10-12"
AGREE = ["--by", "dana", "--as-of", DAY, "--choose"]


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """Return a ledger with omega's proposal open and delta's approved on main."""
    root = eventful(tmp_path)
    sh(root, "revert", "--no-edit", "HEAD")
    return root


def rho(tmp_path: Path, choose: str) -> Path:
    """Return a ledger in which a remedy was approved, and a run wrote that down."""
    steps = {**CALLED, "2026-10-02": "notice"}
    root = books(tmp_path / "books", {**BARE, **account("rho", "2026-08-01", steps)})
    assert gt(root, "run", "--as-of", DAY) == 0
    assert gt(root, "approve", f"rho/{DAY}-triage", *AGREE, choose) == 0
    assert gt(root, "run", "--as-of", SATURDAY) == 0
    return root


def waits(root: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Run the day, and return what the run says of omega's open proposal."""
    capsys.readouterr()
    gt(root, "run", "--as-of", DAY)
    told = capsys.readouterr()
    assert "refused" not in told.err
    return next(
        line for line in told.out.splitlines() if f"{OMEGA} (omega Ltd) waits" in line
    )


def test_a_typo_is_called_one(local: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(local, {FILE: TYPO})
    line = waits(local, capsys)
    assert "policy standard@1 has errors: mend it; goodterms check says" in line
    assert "decline" not in line


def test_a_missing_policy_is_called_so(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sh(local, "mv", FILE, "policies/standard/v2.yaml")
    text = (local / "policies/standard/v2.yaml").read_text()
    commit(local, {"policies/standard/v2.yaml": text.replace("sion: 1", "sion: 2")})
    line = waits(local, capsys)
    assert "policy standard@1 does not exist: mend it" in line
    assert "decline" not in line


def test_a_step_that_is_really_gone_can_be_declined(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "gamma/2026-10-08-notice"
    assert gt(local, "run", "--as-of", DAY) == 0
    commit(local, {FILE: GONE})
    capsys.readouterr()
    assert gt(local, "approve", name, "--by", "dana", "--as-of", DAY) == 1
    assert (
        f"{name} cannot be approved: its step is gone from policy standard@1;"
        f" goodterms decline {name} --by NAME" in capsys.readouterr().err
    )


def test_a_step_that_needs_no_approval_any_more_is_not_called_gone(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(local, {FILE: FREE})
    assert gt(local, "approve", OMEGA, "--by", "dana", "--as-of", EVE) == 1
    said = capsys.readouterr().err
    assert "its step needs no approval now; it ends on 2026-10-21" in said
    assert "decline" not in said


@pytest.mark.parametrize("again", [1, 2])
def test_an_approval_on_main_outlives_a_typo(
    local: Path, capsys: pytest.CaptureFixture[str], again: int
) -> None:
    before = (local / FILE).read_text()
    commit(local, {FILE: TYPO})
    for _ in range(again):
        assert gt(local, "run", "--as-of", DAY) == 1
    assert "remove the file" not in capsys.readouterr().err
    assert not any(name.startswith("delta") for name in outbox(local))

    commit(local, {FILE: before})

    assert gt(local, "run", "--as-of", NEXT) == 0
    assert "state: approved" in journal(local, "delta")
    assert f"delta/{NEXT}-notice.txt" in outbox(local)


def test_nobody_approves_what_cannot_be_read(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(local, {FILE: TYPO})
    assert gt(local, "approve", OMEGA, "--by", "dana", "--as-of", EVE) == 1
    said = capsys.readouterr().err
    assert f"{OMEGA} cannot be approved: policy standard@1 has errors; mend it" in said


def test_a_no_needs_no_policy(local: Path) -> None:
    commit(local, {FILE: TYPO})
    assert gt(local, "decline", DELTA, "--by", "iris", "--as-of", EVE) == 0
    assert "state: declined" in journal(local, "delta")


def test_an_approved_remedy_outlives_a_typo(tmp_path: Path) -> None:
    root = rho(tmp_path, "agency")
    commit(root, {FILE: TYPO})
    assert gt(root, "run", "--as-of", MONDAY) == 1
    assert "state: void" not in journal(root, "rho")

    commit(root, {FILE: POLICY})

    assert gt(root, "run", "--as-of", "2026-10-13") == 0
    assert "kind: place" in journal(root, "rho")


def test_a_pause_outlives_a_typo_of_weeks(tmp_path: Path) -> None:
    root = rho(tmp_path, "ride-out")
    commit(root, {FILE: TYPO})
    assert gt(root, "run", "--as-of", "2026-10-30") == 1
    assert "state: void" not in journal(root, "rho")
    commit(root, {FILE: POLICY})
    assert gt(root, "run", "--as-of", "2026-11-02") == 0
    assert journal(root, "rho").count("kind: propose") == 1


def test_what_is_paid_meanwhile_is_overtaken_all_the_same(tmp_path: Path) -> None:
    root = rho(tmp_path, "agency")
    invoice = root / "ledger/rho/invoices/INV-rho.yaml"
    paid = invoice.read_text() + f'payments: [{{on: {SATURDAY}, amount: "100.00"}}]\n'
    commit(root, {FILE: TYPO, "ledger/rho/invoices/INV-rho.yaml": paid})
    gt(root, "run", "--as-of", MONDAY)
    assert "why: [INV-rho is settled]" in journal(root, "rho")
