"""Of what a dead run claimed, only the few messages that it had begun are in doubt."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from goodterms.channels import Delivery, DeliveryResult
from goodterms.git import GitError
from goodterms.run import deliver, outcomes
from goodterms.run.claim import BATCH
from goodterms.run.request import RunResult
from tests.support.eventful_ledger import BARE, DAY, NEXT, account, books, gt, journal
from tests.support.git_repos import sh
from tests.support.run_helpers import PowerCutError, Wire, go

NAMES = [f"a{number:02}" for number in range(14)]
MANY = {k: v for name in NAMES for k, v in account(name, "2026-10-01").items()}
LATER = date.fromisoformat(NEXT)


@dataclass
class Failing(Wire):
    """A wire on which the power goes with a message, before or after it has left."""

    fatal: int = 0
    left: bool = True
    tried: list[str] = field(default_factory=list)

    def deliver(self, delivery: Delivery) -> DeliveryResult:
        """Answer, or be cut."""
        self.tried.append(delivery.account)
        if len(self.tried) < self.fatal:
            return super().deliver(delivery)
        if self.left:
            super().deliver(delivery)
        raise PowerCutError


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return books(tmp_path_factory.mktemp("many") / "books", {**BARE, **MANY})


def cut(made: Path, folder: Path, wire: Wire) -> Path:
    """Copy the ledger, and let a run die in it."""
    root = folder / "copy"
    sh(folder, "clone", "-q", str(made), str(root))
    sh(root, "remote", "remove", "origin")
    with pytest.raises(PowerCutError):
        go(root, wire.tools(), id="run-dead")
    return root


def after(root: Path, wire: Wire) -> RunResult:
    """Run again when the claims of the dead run are nobody's any more."""
    return go(root, wire.tools(), id="run-0002", as_of=LATER)


@pytest.mark.parametrize("left", [True, False], ids=["it left", "it did not"])
@pytest.mark.parametrize("fatal", [1, 5, 6, 10, 11, 14])
def test_what_had_not_begun_is_sent_by_the_next_run(
    made: Path, tmp_path: Path, fatal: int, *, left: bool
) -> None:
    dead = Failing(fatal=fatal, left=left)
    root = cut(made, tmp_path, dead)
    doubts = after(root, rest := Wire()).doubts

    known = {each.partition("/")[0] for each in doubts}
    assert dead.tried[-1] in known
    assert len(known) <= BATCH
    got = Counter(each.account for each in (*dead.sent, *rest.sent))
    assert set(got.values()) == {1}
    assert set(got) | known == set(NAMES)
    assert not known & {each.account for each in rest.sent}


def test_the_journal_says_that_nothing_had_left(made: Path, tmp_path: Path) -> None:
    root = cut(made, tmp_path, Failing(fatal=1))
    assert "handover: begun\n" in journal(root, NAMES[BATCH - 1])
    assert "handover: waits\n" in journal(root, NAMES[BATCH])
    after(root, Wire())
    text = journal(root, NAMES[BATCH])
    assert "run run-dead ended before it was handed over; nothing left" in text
    assert [line for line in text.splitlines() if line.startswith("state:")] == [
        "state: claimed",
        "state: failed",
        "state: claimed",
        "state: sent",
    ]
    assert gt(root, "check") == 0


@dataclass
class Meanwhile(Wire):
    """A wire during whose first message somebody else writes to main."""

    root: Path = Path()
    said: str = ""

    def deliver(self, delivery: Delivery) -> DeliveryResult:
        """Let the others write first."""
        if not self.sent:
            other = self.root.parent / "other"
            sh(self.root.parent, "clone", "-q", str(origin(self.root)), str(other))
            file = other / f"ledger/{NAMES[-1]}/journal.yaml"
            file.write_text(file.read_text("utf-8") + self.said, encoding="utf-8")
            sh(other, "commit", "-qam", "Take it over")
            sh(other, "push", "-q")
        return super().deliver(delivery)


def origin(root: Path) -> Path:
    return root.parent / "origin.git"


FAILED = f"---\nid: {DAY}-reminder\nstate: failed\nat: {DAY}T11:00:00Z\n"
TAKEN = FAILED + f"---\nid: {DAY}-reminder\nstate: claimed\nrun: run-0009\n"


@pytest.mark.parametrize("said", [FAILED, TAKEN], ids=["settled", "claimed anew"])
def test_what_another_run_took_over_is_not_begun(
    made: Path, tmp_path: Path, said: str
) -> None:
    sh(tmp_path, "clone", "-q", "--bare", str(made), str(tmp_path / "origin.git"))
    root = tmp_path / "mine"
    sh(tmp_path, "clone", "-q", str(tmp_path / "origin.git"), str(root))
    wire = Meanwhile(root=root, said=said)
    result = go(root, wire.tools())
    assert [each.account for each in wire.sent] == NAMES[:-1]
    assert result.figures == {"sent": len(NAMES) - 1}


def test_what_cannot_be_begun_is_not_handed_over(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The remote is gone after the first batch: nobody would know of the second."""
    root = tmp_path / "copy"
    sh(tmp_path, "clone", "-q", str(made), str(root))
    sh(root, "remote", "remove", "origin")

    def gone(*_args: object) -> None:
        raise GitError(("push",), 128, "the remote hung up")

    wire = Wire()
    with monkeypatch.context() as patched:
        patched.setattr(outcomes, "push_page", gone)
        result = go(root, wire.tools())
    assert [each.account for each in wire.sent] == NAMES[:BATCH]
    assert result.figures["sent"] == BATCH
    assert "the remote hung up" in str(result.problems)

    doubts = after(root, rest := Wire()).doubts
    assert {each.partition("/")[0] for each in doubts} == set(NAMES[:BATCH])
    assert [each.account for each in rest.sent] == NAMES[BATCH:]


def test_the_past_of_messages_begun_one_batch_at_a_time_stands(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each outcome is written at once: batches begin in commits of their own."""
    root = tmp_path / "copy"
    sh(tmp_path, "clone", "-q", str(made), str(root))
    sh(root, "remote", "remove", "origin")
    monkeypatch.setattr(deliver, "FLUSH_SECONDS", -1.0)
    go(root, Wire().tools())
    subjects = sh(root, "log", "--format=%s").splitlines()
    assert f"Record outcomes: none; begin {BATCH}" in subjects
    assert gt(root, "check") == 0
    assert gt(root, "verify", "--history") == 0
