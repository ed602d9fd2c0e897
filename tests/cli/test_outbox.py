"""What lies in the outbox is listed until somebody says that it was posted."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from goodterms.git import open_repo
from goodterms.provenance.verify import verify
from tests.support.eventful_ledger import DAY, NEXT, eventful, gt, journal, outbox, paid
from tests.support.git_repos import clone, commit, sh
from tests.support.run_helpers import SENT

MAIL, LETTER, CALL = f"alpha/{DAY}-reminder", f"delta/{DAY}-notice", f"beta/{DAY}-call"


@pytest.fixture(params=["local", "remote"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    made = eventful(tmp_path, remote=request.param == "remote")
    assert gt(made, "run", "--as-of", DAY) == 0
    return made


@pytest.fixture
def local(tmp_path: Path) -> Path:
    made = eventful(tmp_path)
    assert gt(made, "run", "--as-of", DAY) == 0
    return made


def listed(root: Path, capsys: pytest.CaptureFixture[str], on: str = DAY) -> str:
    capsys.readouterr()
    assert gt(root, "outbox", "--as-of", on) == 0
    return capsys.readouterr().out


def note(root: Path, *args: str, on: str = DAY) -> int:
    return gt(root, "outbox", *args, "--as-of", on)


def test_what_is_to_be_posted_is_listed_with_its_files(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A call is no letter: it is a task."""
    assert listed(local, capsys, NEXT) == (
        "Outbox on 2026-10-09: 2 messages to post\n\n"
        "  alpha Ltd (alpha): draft to send: reminder\n"
        "      asking for 100.00 EUR, since 2026-10-08, 1 day, to ap@alpha.example\n"
        "      outbox/alpha/2026-10-08-reminder.eml\n"
        "      goodterms outbox --done alpha/2026-10-08-reminder --as-of 2026-10-09\n\n"
        "  delta Ltd (delta): letter to post: notice\n"
        "      asking for 100.00 EUR, since 2026-10-08, 1 day, to Hauptstr. 1, 10115\n"
        "      Berlin\n"
        "      outbox/delta/2026-10-08-notice.html\n"
        "      outbox/delta/2026-10-08-notice.txt\n"
        "      goodterms outbox --done delta/2026-10-08-notice --as-of 2026-10-09\n"
    )


def test_a_run_says_what_it_did_and_no_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = eventful(tmp_path)
    capsys.readouterr()
    assert gt(root, "run", "--as-of", DAY) == 0
    said = capsys.readouterr().out.splitlines()
    brief = f"outbox/{CALL}.html and outbox/{CALL}.txt"
    letter = f"outbox/{LETTER}.html and outbox/{LETTER}.txt"
    to_call = f"call {CALL} (beta Ltd); the brief is {brief}"
    assert [line for line in said if line.startswith("deliver")] == [
        f"deliver  written to outbox/{MAIL}.eml (alpha Ltd)",
        f"deliver  handed to Dana Lindqvist: {to_call}",
        f"deliver  written to {letter} (delta Ltd)",
    ]


def test_a_draft_opens_as_one(local: Path) -> None:
    draft = outbox(local)[f"{MAIL}.eml"]
    assert draft.startswith(b"X-Unsent: 1\r\n")
    read = message_from_bytes(draft, policy=policy.default)
    assert (read["X-Unsent"], read["To"]) == ("1", "Petra <ap@alpha.example>")
    assert read.defects == []


def test_what_was_posted_is_noted_for_everybody_in_one_commit(
    root: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    before = sh(root, "rev-parse", "main")
    capsys.readouterr()
    assert note(root, "--done", MAIL, LETTER, "--by", "omar") == 0
    said = capsys.readouterr().out
    assert said == f"{MAIL}: posted\n{LETTER}: posted\n"
    assert sh(root, "rev-list", "--count", f"{before}..main") == "1"
    assert sh(root, "log", "-1", "--format=%s", "main") == "Note what was posted: 2"
    noted = "posted: true\nat: 2026-10-08T10:00:00Z\nby: [omar]\n"
    assert journal(root, "alpha").endswith(f"---\nid: {DAY}-reminder\n{noted}")
    assert sh(root, "status", "--porcelain") == ""
    assert listed(root, capsys) == f"Outbox on {DAY}: nothing to post\n"
    if sh(root, "remote"):
        other = clone(root.parent / "books.git", tmp_path / "other")
        assert listed(other, capsys) == f"Outbox on {DAY}: nothing to post\n"


def test_the_past_stands_and_the_next_run_goes_on(root: Path) -> None:
    """The commit is known as the engine's; nothing is sent again by it."""
    assert note(root, "--done", MAIL, LETTER) == 0
    tip = sh(root, "rev-parse", "main")
    verified = verify(open_repo(root), tip, whole=True, checkout=True)
    assert (verified.departures, verified.past) == ((), ())
    assert gt(root, "check") == 0
    before = outbox(root)
    assert gt(root, "run", "--as-of", NEXT) == 0
    assert outbox(root) == before


def test_saying_it_twice_changes_nothing(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert note(local, "--done", MAIL) == 0
    tip = sh(local, "rev-parse", "main")
    capsys.readouterr()
    assert note(local, "--done", MAIL) == 0
    assert capsys.readouterr().out == f"{MAIL}: posted\n"
    assert sh(local, "rev-parse", "main") == tip


def test_what_is_dropped_was_never_said_and_comes_again(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert note(local, "--drop", MAIL) == 0
    assert "posted: false\n" in journal(local, "alpha")
    assert MAIL not in listed(local, capsys)
    assert gt(local, "run", "--as-of", NEXT) == 0
    assert f"alpha/{NEXT}-reminder.eml" in outbox(local)
    assert journal(local, "alpha").endswith(SENT.format(NEXT))


def test_what_was_paid_meanwhile_is_left_by_all_and_named(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(local, paid("alpha", "2026-10-01", NEXT))
    told = listed(local, capsys, NEXT)
    assert f"      kept back: goodterms outbox --drop {MAIL}\n" in told
    assert note(local, "--done", "--all", on=NEXT) == 0
    said = capsys.readouterr()
    assert said.out == f"{LETTER}: posted\n"
    assert said.err == (
        f"{MAIL} is left, name it: draft to send: reminder; if it has not gone yet,"
        " keep it back: all of it is paid by now\n"
    )
    assert note(local, "--drop", MAIL, on=NEXT) == 0
    assert note(local, "--done", "--all", on=NEXT) == 0
    assert capsys.readouterr().err == "nothing to post\n"


def test_without_the_file_its_text_is_named(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (local / "outbox" / f"{MAIL}.eml").unlink()
    told = listed(local, capsys)
    assert f"      its file is not here; its text: goodterms show {MAIL}\n" in told


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--done",), "say which; see them with 'goodterms outbox'"),
        ((MAIL,), "say what became of them; --done or --drop"),
        (("--all",), "say what became of them; --done or --drop"),
        (("--done", "--drop", MAIL), "it was posted, or never will be; say --done or"),
        (("--drop", "--all"), "nothing is dropped unseen; name each after --drop"),
        (("--done", "--all", MAIL), "say --all, or which; not both"),
        (
            ("--done", MAIL, CALL),
            f"{CALL} is nothing to post; it is a call: goodterms record call beta --by",
        ),
        (
            ("--done", f"gamma/{DAY}-notice"),
            f"gamma/{DAY}-notice is nothing to post; it is a proposal: goodterms show",
        ),
        (
            ("--done", "beta/2026-10-01-reminder"),
            "beta/2026-10-01-reminder is nothing to post; what is to be posted:",
        ),
        (
            ("--done", MAIL, f"alpha/{DAY}-remindr"),
            "ledger/alpha/journal.yaml has no entry '2026-10-08-remindr'; did you mean",
        ),
        (("--done", MAIL, "--by", "omr"), "'omr' is nobody in 'people'; did you mean"),
    ],
)
def test_what_cannot_be_said_is_refused_and_nothing_is_written(
    local: Path, capsys: pytest.CaptureFixture[str], args: tuple[str, ...], said: str
) -> None:
    tip = sh(local, "rev-parse", "main")
    capsys.readouterr()
    assert note(local, *args) == 2
    assert capsys.readouterr().err.startswith(f"error: {said}")
    assert sh(local, "rev-parse", "main") == tip


def test_what_was_posted_cannot_be_dropped_nor_the_reverse(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert note(local, "--done", MAIL) == 0
    assert note(local, "--drop", LETTER) == 0
    capsys.readouterr()
    assert note(local, "--drop", MAIL) == 2
    assert f"error: {MAIL} was posted, as the journal says" in capsys.readouterr().err
    assert note(local, "--done", LETTER) == 2
    assert (
        f"error: {LETTER} was dropped, and counts as never sent; if it went all the"
        " same: goodterms record contact delta --by NAME --on DATE --step notice"
    ) in capsys.readouterr().err


def test_nothing_is_posted_before_it_was_written(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert note(local, "--done", MAIL, on="2026-10-07") == 2
    assert f"{MAIL} is of 2026-10-08, after 2026-10-07" in capsys.readouterr().err
