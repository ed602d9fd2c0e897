"""A run acts on its claims only while no other can have taken them over."""

from pathlib import Path

import pytest

from goodterms.channels import Delivery, DeliveryResult
from goodterms.channels.outbox import OutboxChannel
from goodterms.decision.state.history import fold
from goodterms.model.journal import JournalDocument, SendState
from goodterms.run import lease as leases
from goodterms.run.lease import PATIENCE, ClaimLease
from tests.support.eventful_ledger import DAY, eventful, gt, journal
from tests.support.factory import day, later, sent, then
from tests.support.git_repos import sh


def test_a_lease_is_half_of_the_patience_of_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [1000.0]
    monkeypatch.setattr(leases, "elapsed", lambda: now[0])
    lease = ClaimLease(begun=now[0])

    now[0] += PATIENCE.total_seconds() / 2 - 1
    assert lease.holds()
    now[0] += 1
    assert not lease.holds()


def test_a_run_that_slept_sends_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Claimed is claimed; but what has not begun by then is left to the next run."""
    root = eventful(tmp_path)
    monkeypatch.setattr(ClaimLease, "holds", lambda _self: False)
    assert gt(root, "run", "--as-of", DAY) == 1
    assert not list((root / "outbox").rglob("*.eml"))
    assert "the run took too long; nothing left" in journal(root, "alpha")

    monkeypatch.undo()
    assert "state: failed" in journal(root, "alpha")


class KilledError(BaseException):
    """Ends a run where it stands."""


def test_a_run_that_slept_repeats_nothing_that_an_earlier_one_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it may not act on any more stays claimed, for the run after it."""

    def killed(_self: OutboxChannel, _delivery: Delivery) -> DeliveryResult:
        raise KilledError

    root = eventful(tmp_path)
    monkeypatch.setattr(OutboxChannel, "deliver", killed)
    with pytest.raises(KilledError):
        gt(root, "run", "--as-of", DAY)
    monkeypatch.undo()
    monkeypatch.setattr(ClaimLease, "holds", lambda _self: False)
    gt(root, "run", "--as-of", later(DAY, 1))
    assert not list((root / "outbox").rglob("*.eml"))
    assert "state: failed" not in journal(root, "alpha")

    monkeypatch.undo()
    gt(root, "run", "--as-of", later(DAY, 1))
    assert "state: sent" in journal(root, "alpha")


@pytest.mark.parametrize("word", ["failed", "in-doubt", "claimed"])
def test_only_sent_is_final(word: SendState) -> None:
    claim = sent("2026-10-08", "friendly-reminder", state="claimed")
    first = [claim, then(claim, "2026-10-08", "failed")]

    def state(*documents: JournalDocument) -> str | None:
        (entry,) = fold(documents, day("2026-10-20"))
        return entry.doc.state

    late = then(claim, "2026-10-09", "sent")
    assert state(*first, late) == "sent"
    assert state(*first, late, then(claim, "2026-10-10", word)) == "sent"


def test_a_late_sent_is_written_over_what_others_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it was handed over, somebody said that nothing had left."""
    root = eventful(tmp_path, remote=True)
    deliver = OutboxChannel.deliver

    def slowly(self: OutboxChannel, delivery: Delivery) -> DeliveryResult:
        handed = deliver(self, delivery)
        if delivery.account == "alpha":
            said = f"---\nid: {delivery.entry}\nstate: failed\nat: {DAY}T10:00:00Z\n"
            other = tmp_path / "other"
            sh(tmp_path, "clone", "-q", str(tmp_path / "books.git"), str(other))
            file = other / "ledger/alpha/journal.yaml"
            file.write_text(file.read_text("utf-8") + said, encoding="utf-8")
            sh(other, "commit", "-qam", "Nothing left")
            sh(other, "push", "-q")
        return handed

    monkeypatch.setattr(OutboxChannel, "deliver", slowly)
    gt(root, "run", "--as-of", DAY)
    text = sh(root, "show", "main:ledger/alpha/journal.yaml")

    assert text.rstrip().split("state: ")[-1].startswith("sent")
    assert "state: failed" in text
