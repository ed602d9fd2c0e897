"""The outbox: a file is there whole, or not at all, and never replaced."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from goodterms.channels import Delivery, DeliveryResult, OutboxChannel, open_channels
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Creditor, Person, Settings
from goodterms.run.deliver import in_words

MAIL = Delivery("acme", "2026-10-08-note", "email", "a@b.example", {".eml": b"hello"})
LETTER = Delivery(
    "acme", "2026-10-08-note", "letter", "Hauptstr. 1", {".txt": b"a", ".html": b"b"}
)

DRAFTED = DeliveryResult("sent", files=("outbox/acme/2026-10-08-note.eml",))
WRITTEN = DeliveryResult(
    "sent",
    files=("outbox/acme/2026-10-08-note.html", "outbox/acme/2026-10-08-note.txt"),
)


def files(root: Path) -> dict[str, bytes]:
    folder = root / "outbox" / "acme"
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_each_form_is_a_file(tmp_path: Path) -> None:
    assert OutboxChannel(tmp_path).deliver(MAIL) == DRAFTED
    assert OutboxChannel(tmp_path).deliver(LETTER) == WRITTEN
    assert files(tmp_path) == {
        "2026-10-08-note.eml": b"X-Unsent: 1\r\nhello",
        "2026-10-08-note.html": b"b",
        "2026-10-08-note.txt": b"a",
    }


def test_anybody_here_may_read_it(tmp_path: Path) -> None:
    OutboxChannel(tmp_path).deliver(MAIL)
    path = tmp_path / "outbox/acme/2026-10-08-note.eml"
    assert path.stat().st_mode & 0o777 == 0o644


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    OutboxChannel(tmp_path).deliver(MAIL)
    path = tmp_path / "outbox/acme/2026-10-08-note.eml"
    os.utime(path, (0, 0))
    assert OutboxChannel(tmp_path).deliver(MAIL) == DRAFTED
    assert path.stat().st_mtime == 0


def test_other_bytes_under_the_same_id_are_refused(tmp_path: Path) -> None:
    OutboxChannel(tmp_path).deliver(MAIL)
    other = Delivery("acme", MAIL.entry, "email", MAIL.to, {".eml": b"bye"})
    told = OutboxChannel(tmp_path).deliver(other)
    assert told == DeliveryResult(
        "failed", "outbox/acme/2026-10-08-note.eml exists with other content"
    )
    assert files(tmp_path) == {"2026-10-08-note.eml": b"X-Unsent: 1\r\nhello"}


def test_half_a_letter_is_completed(tmp_path: Path) -> None:
    (tmp_path / "outbox/acme").mkdir(parents=True)
    (tmp_path / "outbox/acme/2026-10-08-note.txt").write_bytes(b"a")
    (tmp_path / "outbox/acme/.2026-10-08-note.html.x1").write_bytes(b"half")
    assert OutboxChannel(tmp_path).deliver(LETTER) == WRITTEN
    assert files(tmp_path) == {
        "2026-10-08-note.html": b"b",
        "2026-10-08-note.txt": b"a",
    }


def test_what_cannot_be_written_has_failed(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file", encoding="utf-8")
    told = OutboxChannel(tmp_path).deliver(MAIL)
    assert told.state == "failed"
    assert told.error == f"{tmp_path}/outbox/acme: Not a directory"


def test_a_full_disk_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device", "the disk")

    monkeypatch.setattr(os, "fsync", full)
    told = OutboxChannel(tmp_path).deliver(MAIL)
    file = f"{tmp_path}/outbox/acme/2026-10-08-note.eml"
    assert told == DeliveryResult("failed", f"{file}: No space left on device")
    assert files(tmp_path) == {}


def test_a_letter_s_files_appear_together_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a letter would be posted, and then be in the way of the whole one."""
    rename = Path.rename
    done: list[Path] = []

    def full(self: Path, target: Path) -> Path:
        if done:
            raise OSError(28, "No space left on device", str(target))
        done.append(target)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", full)
    assert OutboxChannel(tmp_path).deliver(LETTER).state == "failed"
    assert files(tmp_path) == {}
    monkeypatch.undo()
    assert OutboxChannel(tmp_path).deliver(LETTER) == WRITTEN


@pytest.mark.parametrize("link", ["outbox", "outbox/acme"])
def test_nothing_is_written_through_a_link(tmp_path: Path, link: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    place = tmp_path / "root" / link
    place.parent.mkdir(parents=True)
    place.symlink_to(elsewhere)

    told = OutboxChannel(tmp_path / "root").deliver(MAIL)

    assert told == DeliveryResult(
        "failed", f"{link} is a link; put a folder in its place"
    )
    assert list(elsewhere.iterdir()) == []


def test_the_settings_choose_the_way_out(tmp_path: Path) -> None:
    creditor = Creditor("Linden", "DE", "Europe/Berlin", "a@linden.example")
    found = open_channels(Settings(creditor), tmp_path)
    assert set(found) == {"email", "letter", "sms", "phone"}
    assert all(channel.deduplicates for channel in found.values())
    with pytest.raises(
        RefusalError, match=r"channels\.email: there is no 'outbx'; did you mean 'outb"
    ):
        open_channels(Settings(creditor, channels={"email": "outbx"}), tmp_path)


@pytest.mark.parametrize(
    ("channel", "handed", "said"),
    [
        ("email", DeliveryResult("sent"), "sent acme/x (ACME)"),
        (
            "email",
            DeliveryResult("sent", files=("outbox/x.eml",)),
            "written to outbox/x.eml",
        ),
        (
            "phone",
            DeliveryResult("sent", files=("outbox/x.txt",)),
            "handed to Dana Lindqvist: call acme/x (ACME); the brief is outbox/x.txt",
        ),
        (
            "phone",
            DeliveryResult("sent", by_hand=True),
            "handed to Dana Lindqvist: call acme/x (ACME)",
        ),
        (
            "letter",
            DeliveryResult("sent", by_hand=True),
            "handed to Dana Lindqvist: post acme/x (ACME)",
        ),
        (
            "sms",
            DeliveryResult("sent", by_hand=True),
            "handed to Dana Lindqvist: send acme/x (ACME)",
        ),
        (
            "email",
            DeliveryResult("failed", "no route"),
            "failed acme/x (ACME): no route",
        ),
        ("email", DeliveryResult("in-doubt", "lost"), "in-doubt acme/x (ACME): lost"),
    ],
)
def test_only_what_has_left_is_called_sent(
    channel: str, handed: DeliveryResult, said: str
) -> None:
    made = Delivery("acme", "x", channel, "", {}, owner="dana", customer="ACME")
    people = {"dana": Person("dana", "Dana Lindqvist")}
    assert in_words(made, handed, people).startswith(said)
    nobody = replace(made, owner=None)
    assert "Dana" not in in_words(nobody, handed, people)
