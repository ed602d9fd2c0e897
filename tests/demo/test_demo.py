"""The story, played for real: each practice it shows, by its id."""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from goodterms.cli import main
from goodterms.decision.state.history import JournalEntry, fold
from goodterms.demo import played
from goodterms.git import open_repo
from goodterms.model.ledger import Account
from goodterms.provenance.verify import verify
from goodterms.workspace.workspace import Workspace


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Play the demo in a process of its own; the folder that it leaves."""
    folder = tmp_path_factory.mktemp("demo") / "story"
    command = [sys.executable, "-m", "goodterms", "demo", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Three things to look at" in done.stdout
    assert str(folder) in done.stdout
    return folder


def account(repo: Path, id_: str) -> Account:
    workspace, problems = Workspace.open(repo)
    assert workspace is not None
    assert problems == ()
    found, wrong = workspace.account(id_)
    assert found is not None, wrong
    return found


def entries(repo: Path, id_: str) -> Sequence[JournalEntry]:
    return fold(account(repo, id_).journal, date.max)


def steps(repo: Path, id_: str, *kinds: str) -> list[str]:
    """Name the steps of an account's entries of these kinds, in order."""
    return [e.doc.step or "" for e in entries(repo, id_) if e.doc.kind in kinds]


def message(repo: Path, account_id: str, entry: str) -> str:
    file = repo / "ledger" / account_id / "messages" / f"{entry}.md"
    return " ".join(file.read_text(encoding="utf-8").split())


def git(repo: Path, *args: str) -> str:
    done = subprocess.run(["git", *args], cwd=repo, capture_output=True, check=True)
    return done.stdout.decode()


def test_the_past_of_the_story_stands(repo: Path) -> None:
    tip = git(repo, "rev-parse", "HEAD").strip()
    verified = verify(open_repo(repo), tip, whole=True, checkout=True)
    assert (verified.departures, verified.past) == ((), ())
    assert verified.commits > 80


def test_the_story_leaves_a_clean_repository_and_its_remote(repo: Path) -> None:
    assert git(repo, "status", "--porcelain") == ""
    assert git(repo, "rev-parse", "main") == git(repo, "rev-parse", "origin/main")
    assert git(repo.with_name("story.git"), "rev-parse", "main") == git(
        repo, "rev-parse", "main"
    )
    assert main(["--root", str(repo), "check"]) == 0


def test_running_the_last_day_again_does_nothing(repo: Path) -> None:
    before = git(repo, "rev-parse", "main")

    assert main(["--root", str(repo), "run", "--as-of", "2026-10-28"]) == 0

    assert git(repo, "rev-parse", "main") == before


def test_no_message_left_twice_and_each_is_on_record(repo: Path) -> None:
    handed = [p for p in (repo / "outbox").rglob("*") if p.suffix in (".eml", ".txt")]
    recorded = list((repo / "ledger").glob("*/messages/*.md"))

    assert len(handed) == len(recorded)
    assert {p.stem for p in handed} == {p.stem for p in recorded}


def test_p01_terms_are_versioned_and_every_message_names_its_version(
    repo: Path,
) -> None:
    refs = {str(e.doc.policy) for e in entries(repo, "voss-bau")}

    assert refs == {"standard@1"}


def test_p03_nobody_is_asked_within_the_grace_period(repo: Path) -> None:
    asked = [
        (line.id, entry.on)
        for id_ in ("brightside-cafe", "hafen-logistik", "tandem-verlag")
        for entry in entries(repo, id_)
        for line in entry.rows
        if entry.doc.step == "friendly-reminder"
    ]

    dues = {"LP-2026-0611": 8, "LP-2026-0602": 6, "LP-2026-0605": 8}
    assert asked
    assert all(on >= date(2026, 7, dues[id_] + 7) for id_, on in asked)


def test_p05_a_lost_invoice_gets_time_before_the_next_word(repo: Path) -> None:
    assert steps(repo, "atelier-morgen", "send", "thank") == [
        "friendly-reminder",
        "thank-you",
    ]
    asked = message(repo, "atelier-morgen", "2026-07-03-friendly-reminder")
    assert "angekommen?" in asked


def test_p06_a_reminder_says_how_much_how_to_pay_and_thanks(repo: Path) -> None:
    text = message(repo, "brightside-cafe", "2026-07-15-friendly-reminder")

    for needed in ("£840.00", "DE02 1203 0000 0000 2020 51", "LP-2026-0611", "thank"):
        assert needed in text


def test_p07_the_channel_suits_the_step(repo: Path) -> None:
    channels = {e.doc.step: e.doc.channel for e in entries(repo, "voss-bau")}

    assert channels["friendly-reminder"] == "email"
    assert channels["personal-call"] == "phone"
    assert channels["formal-letter"] == "letter"


def test_p08_a_series_grows_firmer_step_by_step_and_skips_nothing(repo: Path) -> None:
    assert steps(repo, "voss-bau", "send", "call", "propose", "place", "hold") == [
        "friendly-reminder",
        "personal-call",
        "payment-options",
        "formal-letter",
        "final-notice",
        "final-notice",
        "triage",
        "triage",
        "triage",
    ]


def test_p11_a_friend_of_the_house_is_called_before_being_written_to(
    repo: Path,
) -> None:
    kinds = [e.doc.kind for e in entries(repo, "rosen-apotheke") if e.on.month == 7]
    brief = repo / "outbox" / "rosen-apotheke" / "2026-07-13-personal-call.txt"

    assert kinds[-1] == "call"
    assert "friend of the house" in " ".join(brief.read_text().split())


def test_p12_a_reply_silences_the_ladder(repo: Path) -> None:
    said = {e.on for e in entries(repo, "atelier-morgen") if e.doc.kind == "send"}

    assert not any(date(2026, 7, 6) <= on <= date(2026, 7, 31) for on in said)


def test_p13_an_extension_extends_and_nothing_is_sent_in_it(repo: Path) -> None:
    said = [e.on for e in entries(repo, "rosen-apotheke") if e.doc.kind != "thank"]

    assert not any(date(2026, 7, 17) <= on <= date(2026, 8, 15) for on in said)


def test_p14_instalments_are_reminded_in_place_of_the_ladder(repo: Path) -> None:
    assert steps(repo, "peakline-gear", "send") == [
        "friendly-reminder",
        "instalment",
        "instalment",
        "instalment",
    ]


def test_p18_what_could_hurt_waits_for_as_many_people_as_the_policy_says(
    repo: Path,
) -> None:
    triage = next(
        e
        for e in entries(repo, "voss-bau")
        if e.doc.state == "approved" and e.doc.step == "triage"
    )
    placed = next(e for e in entries(repo, "voss-bau") if e.doc.kind == "place")

    assert triage.doc.by == ("dana", "omar")
    assert placed.doc.decision == triage.id
    assert placed.doc.partner == "northstar"
    assert placed.on >= triage.since


def test_p22_every_message_is_kept_as_it_was_sent(repo: Path) -> None:
    mail = repo / "outbox" / "brightside-cafe" / "2026-07-15-friendly-reminder.eml"
    parsed = message_from_bytes(mail.read_bytes(), policy=policy.default)
    body = parsed.get_body(("plain",))

    assert body is not None
    kept = message(repo, "brightside-cafe", "2026-07-15-friendly-reminder")
    assert " ".join(body.get_content().split())[:200] in kept


def test_p34_what_waits_for_a_person_is_named(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--root", str(repo), "plan", "--as-of", "2026-07-15"]) == 0

    told = " ".join(capsys.readouterr().out.split())
    about = "LP-2026-0571, LP-2026-0572, since 2026-07-13, 2 days, for Omar Haddad"
    name = "call-to-make: Voss Bau GmbH & Co. KG (voss-bau)"
    assert f"{name} 11424.00 EUR on {about}" in told


def test_a_dispute_stops_one_invoice_and_not_the_others(repo: Path) -> None:
    reminded = [
        (e.on, [row.id for row in e.rows])
        for e in entries(repo, "kestrel-books")
        if e.doc.kind in ("send", "call")
    ]

    during = [
        ids for on, ids in reminded if date(2026, 7, 16) <= on < date(2026, 7, 29)
    ]
    assert during
    assert all("LP-2026-0607" not in ids for ids in during)


def test_an_insolvent_customer_hears_no_more(repo: Path) -> None:
    assert max(e.on for e in entries(repo, "tandem-verlag")) < date(2026, 7, 28)


def test_a_broken_promise_resumes_and_a_no_is_kept_for_thirty_days(repo: Path) -> None:
    asked = [e for e in entries(repo, "nordlicht-events") if e.doc.kind == "propose"]

    assert [e.doc.state for e in asked] == ["declined", "proposed"]
    assert (asked[1].on - asked[0].since).days > 30


def test_the_figures_are_counted_from_the_journals(repo: Path) -> None:
    found = played(repo)

    assert found.accounts == 9
    assert found.sent["final-notice"] == 1
    assert found.open == ("nordlicht-events/2026-10-26-final-notice",)
    assert found.letter is not None
    assert found.letter.is_file()


def test_a_folder_that_holds_something_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("keep")

    assert main(["demo", str(tmp_path)]) == 2

    assert "is not empty" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


#: The command, hearing Ctrl-C even where these tests run in the background.
_AT_A_TERMINAL = (
    "import runpy, signal;"
    "signal.signal(signal.SIGINT, signal.default_int_handler);"
    "runpy.run_module('engine', run_name='__main__')"
)


@pytest.mark.parametrize("there", [False, True])
def test_an_interrupted_story_leaves_nothing_behind(
    tmp_path: Path, *, there: bool
) -> None:
    """Ctrl-C while it plays: one sentence, and a folder that can be used again."""
    folder = tmp_path / "my story"
    if there:
        folder.mkdir()
    command = [sys.executable, "-c", _AT_A_TERMINAL, "demo", str(folder)]
    told = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    while not list(folder.glob("ledger/*/journal.yaml")):
        assert told.poll() is None
        time.sleep(0.05)
    told.send_signal(signal.SIGINT)
    _, said = told.communicate(timeout=60)

    assert told.returncode == 1
    last = said.decode().splitlines()[-1]
    assert last.startswith(f"error: interrupted: '{folder}' and '{folder}.git' are rem")
    assert b"story stopped" not in said
    assert b"was not sent" not in said
    assert [path.name for path in tmp_path.iterdir()] == ["my story"] * there
