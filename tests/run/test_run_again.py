"""Claims that a dead run left: the same bytes again, or a person must look."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from goodterms.channels import Channel, Delivery, DeliveryResult, OutboxChannel
from goodterms.git import open_repo
from goodterms.model.settings import Settings
from goodterms.run.machine import machine_id
from goodterms.run.request import OutgoingMessage, RunDependencies, tools
from tests.support.eventful_ledger import (
    DAY,
    EVE,
    NEXT,
    NOTE,
    books,
    eventful,
    gt,
    journal,
    outbox,
    paid,
)
from tests.support.git_repos import as_engine, commit, sh
from tests.support.run_helpers import ALPHA, SENT, PowerCutError, Wire, die, go

NAME = "alpha/2026-10-08-reminder"
FILE = f"{NAME}.eml"
LATER = date.fromisoformat(NEXT)


@dataclass(frozen=True)
class Cut:
    """An outbox whose machine loses power right after the first file."""

    root: Path
    name: str = "outbox"
    deduplicates: bool = True

    def deliver(self, delivery: Delivery) -> DeliveryResult:
        """Write the file, and never answer."""
        OutboxChannel(self.root).deliver(delivery)
        raise PowerCutError


def cut() -> RunDependencies:
    """Return tools whose outbox is cut off."""

    def channels(settings: Settings, root: Path) -> Mapping[str, Channel]:
        return dict.fromkeys(settings.channels, Cut(root))

    return replace(tools(), channels=channels)


@pytest.fixture
def alpha(tmp_path: Path) -> Path:
    return books(tmp_path / "books", ALPHA)


@pytest.fixture
def expected(tmp_path: Path) -> bytes:
    """Return what the outbox holds when nothing goes wrong."""
    calm = books(tmp_path / "calm", ALPHA)
    go(calm)
    return outbox(calm)[FILE]


def test_a_young_claim_is_left_to_its_run(alpha: Path) -> None:
    die(alpha)
    told = "\n".join(go(alpha, id="run-0002").lines)
    assert f"{NAME} is left to run run-dead, which claimed it" in told
    assert outbox(alpha) == {}


def test_a_stale_claim_leaves_as_it_would_have(alpha: Path, expected: bytes) -> None:
    die(alpha)
    commit(alpha, {"templates/en/note.md.j2": NOTE.replace("please", "kindly")})
    go(alpha, as_of=LATER)
    assert outbox(alpha) == {FILE: expected}
    assert journal(alpha, "alpha").count("state: claimed") == 1
    assert journal(alpha, "alpha").endswith(SENT.format("2026-10-09"))


def test_a_message_that_had_left_is_not_doubled(alpha: Path, expected: bytes) -> None:
    outgoing = alpha / "outbox" / FILE
    outgoing.parent.mkdir(parents=True)
    outgoing.write_bytes(expected)
    die(alpha)
    written = outgoing.stat().st_mtime_ns
    go(alpha, as_of=LATER)
    assert outbox(alpha) == {FILE: expected}
    assert outgoing.stat().st_mtime_ns == written


def test_what_holds_no_more_is_not_said_again(
    alpha: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    die(alpha)
    commit(alpha, paid("alpha", "2026-10-01", DAY))
    assert gt(alpha, "run", "--as-of", NEXT) == 5
    assert f"in-doubt {NAME}: what it says holds no more" in capsys.readouterr().out
    assert outbox(alpha) == {}
    assert gt(alpha, "run", "--as-of", NEXT) == 5
    assert f"goodterms resolve {NAME} --sent or --not-sent" in capsys.readouterr().out


def test_other_bytes_than_were_claimed_never_leave(alpha: Path) -> None:
    die(alpha)
    letter = OutgoingMessage(b"", {".eml": b"other"}, "sha256:00")
    result = go(alpha, replace(tools(), write=lambda *_: (letter, ())), as_of=LATER)
    assert "it cannot be written again as it was" in "\n".join(result.lines)
    assert result.codes == [5]
    assert outbox(alpha) == {}


def test_a_claim_whose_commit_is_unknown_is_in_doubt(alpha: Path) -> None:
    die(alpha)
    path = "ledger/alpha/journal.yaml"
    text = (alpha / path).read_text(encoding="utf-8")
    forged = {path: text.replace("run: run-dead", "run: run-gone")}
    as_engine(alpha, forged, "", amend=True)
    result = go(alpha, as_of=LATER)
    assert "the commit of run run-gone cannot be found" in "\n".join(result.lines)


def test_a_second_try_that_fails_leaves_the_claim_as_it_is(alpha: Path) -> None:
    die(alpha)
    wire = Wire({"alpha": DeliveryResult("failed", "no route")}, deduplicates=True)
    result = go(alpha, wire.tools(), as_of=LATER)
    assert "could not be handed over again: no route" in str(result.problems[0])
    assert "failed" not in journal(alpha, "alpha")
    go(alpha, as_of=LATER, id="run-0003")
    assert journal(alpha, "alpha").endswith(SENT.format("2026-10-09"))


def test_a_channel_that_may_double_is_not_tried_again(alpha: Path) -> None:
    die(alpha)
    wire = Wire()
    result = go(alpha, wire.tools(), as_of=LATER)
    assert (wire.sent, result.codes) == ([], [5])
    assert "error: run run-dead ended without saying" in journal(alpha, "alpha")
    again = go(alpha, wire.tools(), as_of=LATER, id="run-0003")
    assert (wire.sent, again.codes) == ([], [5])
    assert journal(alpha, "alpha").count("in-doubt") == 1


@pytest.mark.parametrize(
    ("answer", "state", "sent"),
    [("--sent", "sent", []), ("--not-sent", "failed", [FILE])],
)
def test_a_person_settles_a_doubt(
    alpha: Path, answer: str, state: str, sent: list[str]
) -> None:
    die(alpha)
    go(alpha, Wire().tools(), as_of=LATER)
    args = ["resolve", NAME, answer, "--by", "dana", "--as-of", NEXT]
    assert gt(alpha, *args) == 0
    assert f"state: {state}\nat: 2026-10-09T10:00:00Z\nby: [dana]" in journal(
        alpha, "alpha"
    )
    assert gt(alpha, "run", "--as-of", NEXT) == 0
    assert list(outbox(alpha)) == sent
    assert gt(alpha, *args) == 2


def test_resolving_asks_for_an_answer(
    alpha: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gt(alpha, "resolve", NAME) == 2
    assert "say either --sent or --not-sent" in capsys.readouterr().err


def test_suspended_means_no_second_try(alpha: Path) -> None:
    die(alpha)
    text = ALPHA["goodterms.yaml"] + "suspended: true\n"
    commit(alpha, {"goodterms.yaml": text})
    assert gt(alpha, "run", "--as-of", NEXT) == 3
    assert outbox(alpha) == {}


DELTA_FILE = "ledger/delta/decisions/2026-10-07-notice.yaml"
LETTER = f"delta/{DAY}-notice"


@pytest.mark.parametrize(
    ("path", "old", "new", "why"),
    [
        (DELTA_FILE, None, "", "what it says holds no more"),
        (DELTA_FILE, "choose:", "# seen\nchoose:", None),
        (
            "ledger/delta/journal.yaml",
            f"decision: {EVE}-notice\n",
            "",
            "it cannot be planned again as it was",
        ),
    ],
    ids=["taken back", "changed since", "claimed without it"],
)
def test_a_second_try_needs_its_approval(
    tmp_path: Path, path: str, old: str | None, new: str, why: str | None
) -> None:
    root = eventful(tmp_path)
    die(root)
    if old is None:
        sh(root, "rm", "-q", path)
        sh(root, "commit", "-q", "-m", "Take it back")
    else:
        forged = {path: (root / path).read_text().replace(old, new)}
        if path == DELTA_FILE:
            commit(root, forged)
        else:
            as_engine(root, forged, "", amend=True)
    result = go(root, as_of=LATER)
    assert f"{LETTER}.txt" not in outbox(root)
    if why:
        assert f"in-doubt {LETTER}: {why}" in "\n".join(result.lines)
    else:
        assert "it was changed after it came to main" in str(result.problems[0])
        assert LETTER not in "\n".join(result.lines)


def test_a_file_in_the_outbox_of_another_machine_is_not_made_twice(
    tmp_path: Path,
) -> None:
    here = books(tmp_path / "books", ALPHA, remote=True)
    with pytest.raises(PowerCutError):
        go(here, cut(), id="run-dead")
    assert list(outbox(here)) == [FILE]
    there = tmp_path / "there"
    sh(tmp_path, "clone", "-q", str(tmp_path / "books.git"), str(there))
    result = go(there, as_of=LATER)
    told = "\n".join(result.lines)
    assert (outbox(there), result.codes) == ({}, [5])
    assert f"in-doubt {NAME}: its file may lie in another machine's outbox" in told


def test_a_worktree_has_an_outbox_of_its_own(tmp_path: Path) -> None:
    here = books(tmp_path / "books", ALPHA)
    sh(here, "worktree", "add", "-q", "--detach", str(tmp_path / "beside"))
    own = [machine_id(open_repo(root)) for root in (here, tmp_path / "beside", here)]
    assert own[0] == own[2] != own[1]
