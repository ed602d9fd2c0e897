"""What the engine wrote is never unwritten: each way to do it keeps an account out."""

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from shlex import split

import pytest

from goodterms.git import open_repo
from goodterms.init import FOR_GIT
from goodterms.model.refusal import RefusalError
from goodterms.provenance.problems import command, problem
from goodterms.provenance.verify import verify
from goodterms.provenance.workspace_history import look
from tests.support.eventful_ledger import (
    BARE,
    CALLED,
    DAY,
    NEXT,
    account,
    books,
    eventful,
    gt,
    journal,
)
from tests.support.git_repos import (
    add_remote,
    as_engine,
    clone,
    commit,
    new_repo,
    sh,
    tip,
    write,
)
from tests.support.run_helpers import Wire, die, go

PATH = "ledger/alpha/journal.yaml"
MESSAGE = f"ledger/alpha/messages/{DAY}-reminder.md"
TOMORROW = date.fromisoformat(NEXT)
FORGED = """\
---
id: 2026-10-08-triage
on: 2026-10-08
kind: write-off
state: sent
step: triage
policy: standard@1
invoices: [{id: INV-alpha, open: "100.00", amount: "100.00"}]
at: 2026-10-08T11:00:00Z
"""


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """Books in which alpha and beta were sent a reminder."""
    files = {**BARE, **account("alpha", "2026-10-01"), **account("zeta", "2026-10-02")}
    root = books(tmp_path / "books", files)
    go(root, Wire().tools())
    assert "state: sent" in journal(root, "alpha")
    return root


def empty(root: Path) -> None:
    commit(root, {PATH: ""}, "Tidy up")


def cut(root: Path) -> None:
    first = journal(root, "alpha").split("---\n")[1]
    commit(root, {PATH: f"---\n{first}"}, "Tidy up")


def remove(root: Path) -> None:
    sh(root, "rm", "-q", PATH)
    sh(root, "commit", "-q", "-m", "Tidy up")


def revert(root: Path) -> None:
    sh(root, "revert", "--no-edit", "HEAD~2..HEAD")


def to_failed(root: Path) -> None:
    text = journal(root, "alpha").replace("state: sent", "state: failed")
    commit(root, {PATH: text}, "Try again")


def move_back(root: Path) -> None:
    sh(root, "reset", "-q", "--hard", "HEAD~2")


def bring_an_old_copy(root: Path) -> None:
    """Put main where it was before the run, and go on from there."""
    move_back(root)
    commit(root, {"notes.txt": "hello"})


def write_off(root: Path) -> None:
    commit(root, {PATH: journal(root, "alpha") + FORGED}, "Write it off")


def write_off_as_engine(root: Path) -> None:
    forged = {PATH: journal(root, "alpha") + FORGED}
    as_engine(root, forged, f"Claim what is due on {DAY}")


def by_merge(root: Path) -> None:
    sh(root, "checkout", "-q", "-b", "tidy")
    empty(root)
    sh(root, "checkout", "-q", "main")
    sh(root, "merge", "-q", "--no-ff", "-m", "Merge pull request #7", "tidy")


def by_evil_merge(root: Path) -> None:
    """Merge, with content of its own that neither parent has."""
    sh(root, "checkout", "-q", "-b", "other")
    commit(root, {"notes.txt": "hello"})
    sh(root, "checkout", "-q", "main")
    sh(root, "merge", "-q", "--no-ff", "--no-commit", "other")
    (root / PATH).write_text("")
    sh(root, "add", "-A")
    sh(root, "commit", "-q", "-m", "Merge branch 'other'")


def drop_by_merge(root: Path) -> None:
    """Merge so that what the engine pushed meanwhile is lost."""
    tip_ = tip(root)
    sh(root, "reset", "-q", "--hard", "HEAD~2")
    commit(root, {"notes.txt": "hello"})
    sh(root, "merge", "-q", "-s", "ours", "-m", "Merge branch 'main'", tip_)


def rename_and_cut(root: Path) -> None:
    sh(root, "mv", "ledger/alpha", "ledger/omega")
    text = journal(root, "omega").replace("state: sent", "state: failed")
    commit(root, {"ledger/omega/journal.yaml": text})


def rename_and_leave(root: Path) -> None:
    sh(root, "mv", "ledger/alpha", "ledger/omega")
    sh(root, "rm", "-q", "-f", "ledger/omega/journal.yaml")
    sh(root, "commit", "-q", "-m", "Rename it")


def come_back(root: Path) -> None:
    kept = {n: (root / n).read_text() for n in account("alpha", "2026-10-01")}
    sh(root, "rm", "-q", "-r", "ledger/alpha")
    sh(root, "commit", "-q", "-m", "No customer of ours any more")
    commit(root, kept, "A customer again")


def put_away(root: Path) -> None:
    """Move the journal alone to a folder that is no account."""
    (root / "ledger/attic").mkdir()
    sh(root, "mv", PATH, "ledger/attic/journal.yaml")
    sh(root, "commit", "-q", "-m", "Tidy up")


def under_another_id(root: Path, more: str = "") -> dict[str, str]:
    """Return the account's files but for its past, under another id."""
    names = account("alpha", "2026-10-01")
    moved = {n: n.replace("alpha/", "omega/", 1) for n in names}
    return {to: (root / name).read_text() + more for name, to in moved.items()}


def come_back_as_another(root: Path) -> None:
    kept = under_another_id(root)
    leave(root)
    commit(root, kept, "A customer again")


def come_back_as_another_and_edited(root: Path) -> None:
    kept = under_another_id(root, "# as before\n")
    sh(root, "rm", "-q", "-r", "ledger/alpha")
    commit(root, kept, "Rename it")


def copy_and_remove(root: Path) -> None:
    commit(root, under_another_id(root), "Rename it, first half")
    leave(root)


def rename_and_lose_a_message(root: Path) -> None:
    sh(root, "mv", "ledger/alpha", "ledger/omega")
    sh(root, "rm", "-q", "-f", f"ledger/omega/messages/{DAY}-reminder.md")
    sh(root, "commit", "-q", "-m", "Rename it")


def rename_and_cut_as_engine(root: Path) -> None:
    first = journal(root, "alpha").split("---\n")[1]
    sh(root, "mv", "ledger/alpha", "ledger/omega")
    cut_ = {"ledger/omega/journal.yaml": f"---\n{first}"}
    as_engine(root, cut_, "Record outcomes: none")
    sh(root, "commit", "-q", "--amend", "--no-edit")


ALTERATIONS = [
    (empty, "emptied it"),
    (cut, "cut off what the engine wrote"),
    (remove, "took it away"),
    (revert, "took it away"),
    (to_failed, "changed what the engine wrote"),
    (write_off, "added lines that the engine did not write"),
    (write_off_as_engine, "write-off '2026-10-08-triage' names no decision"),
    (by_merge, "emptied it"),
    (by_evil_merge, "emptied it"),
    (drop_by_merge, "took it away"),
    (rename_and_cut, "changed what the engine wrote"),
    (rename_and_leave, "left its past at ledger/alpha/journal.yaml"),
    (come_back, "took it away"),
    (put_away, "took it away"),
    (come_back_as_another, "left its past at ledger/alpha/journal.yaml"),
    (come_back_as_another_and_edited, "left its past at ledger/alpha/journal.yaml"),
    (copy_and_remove, "left its past at ledger/alpha/journal.yaml"),
    (rename_and_lose_a_message, f"left its past at {MESSAGE}"),
    (rename_and_cut_as_engine, "cut off what the engine wrote"),
    (move_back, "main was moved back or rewritten"),
    (bring_an_old_copy, "main was moved back or rewritten"),
]


@pytest.mark.parametrize(
    ("alter", "told"), ALTERATIONS, ids=[a.__name__ for a, _ in ALTERATIONS]
)
def test_an_altered_journal_keeps_its_account_out_and_no_other(
    sent: Path, alter: Callable[[Path], None], told: str
) -> None:
    alter(sent)
    commit(sent, account("gamma", "2026-10-02"), "Add a customer")
    wire = Wire()
    result = go(sent, wire.tools(), as_of=TOMORROW, id="run-0002")
    altered = [p for p in result.problems if p.rule == "altered"]
    assert [d.account for d in wire.sent] == ["gamma", "zeta"]
    assert told in " ".join(map(str, altered))
    if alter not in (move_back, bring_an_old_copy):
        assert {p.place.file.split("/")[1] for p in altered} <= {
            "alpha",
            "omega",
            "attic",
        }
    assert gt(sent, "check") == 1


@pytest.mark.parametrize(
    ("alter", "told"), ALTERATIONS, ids=[a.__name__ for a, _ in ALTERATIONS]
)
def test_the_way_out_is_one(
    sent: Path, alter: Callable[[Path], None], told: str
) -> None:
    """Doing what is said puts everything right, and a run goes on as before."""
    before = journal(sent, "alpha")
    alter(sent)
    for _ in range(5):
        verified = look(sent)
        assert verified is not None
        for each in verified.departures:
            way = split(command(each))
            if way[0] == "goodterms":
                assert gt(sent, *way[1:]) == 1
            elif way[1] == "show":
                blob, path = way[2], way[4]
                shown = sh(sent, "show", blob)
                (sent / path).parent.mkdir(parents=True, exist_ok=True)
                (sent / path).write_text(f"{shown}\n")
            else:
                sh(sent, *way[1:])
        if not verified.departures:
            break
        sh(sent, "add", "-A")
        sh(sent, "commit", "-q", "-m", "Put it right")
    assert before in (journal(sent, "alpha"), journal(sent, "omega"))
    wire = Wire()
    result = go(sent, wire.tools(), id="run-0002")
    assert (wire.sent, result.problems) == ([], []), told


def test_a_message_that_was_altered_is_named_and_not_shown(
    sent: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"alpha/{DAY}-reminder"
    assert gt(sent, "show", name) == 0
    assert "please pay" in capsys.readouterr().out
    text = (sent / MESSAGE).read_text()
    (sent / MESSAGE).write_text(text.replace("please", "please, or else,"))
    assert gt(sent, "show", name) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "what is not committed yet changed what the engine wrote" in shown.err
    commit(sent, {}, "Sharpen it")
    assert gt(sent, "show", name) == 1
    assert gt(sent, "check") == 1
    assert f"{MESSAGE}:6: error: commit" in capsys.readouterr().out


def test_without_git_the_digest_of_a_message_tells(
    sent: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sh(sent, "checkout-index", "-a", f"--prefix={tmp_path}/plain/")
    plain = tmp_path / "plain"
    assert gt(plain, "check") == 0
    file = plain / MESSAGE
    file.write_text(file.read_text().replace("please", "please, or else,"))
    assert gt(plain, "check") == 1
    assert gt(plain, "show", f"alpha/{DAY}-reminder") == 1
    assert "this is not the text that was sent" in capsys.readouterr().err


def test_a_message_that_nobody_sent_is_named(sent: Path) -> None:
    commit(sent, {"ledger/alpha/messages/2026-10-01-threat.md": "Pay or else.\n"})
    result = go(sent, id="run-0002")
    (found,) = result.problems
    assert "brought it, and nobody but the engine writes it" in str(found)
    assert "git rm ledger/alpha/messages/2026-10-01-threat.md" in str(found)


def test_a_decision_that_was_carried_out_stays_as_it_was(tmp_path: Path) -> None:
    root = eventful(tmp_path)
    go(root)
    path = "ledger/delta/decisions/2026-10-07-notice.yaml"
    text = (root / path).read_text()
    commit(root, {path: text.replace("100.00", "90.00")})
    (found,) = verify(open_repo(root), tip(root)).departures
    assert (found.path, found.how, found.line, found.holds) == (path, "edited", 6, True)
    sh(root, "rm", "-q", path)
    sh(root, "commit", "-q", "-m", "Tidy up")
    (found,) = verify(open_repo(root), tip(root)).departures
    assert found.how == "removed"


def test_an_effect_without_its_decision_is_refused(tmp_path: Path) -> None:
    """Whoever forges the engine's hand needs the decision on main as well."""
    root = eventful(tmp_path)
    text = FORGED.replace("alpha", "gamma").replace(
        "state: sent\n", "state: sent\ndecision: 2026-10-07-notice\n"
    )
    path = "ledger/gamma/journal.yaml"
    as_engine(
        root, {path: journal(root, "gamma") + text}, f"Claim what is due on {DAY}"
    )
    result = go(root)
    (found,) = [p for p in result.problems if p.rule == "altered"]
    assert "carries out '2026-10-07-notice', which is not approved" in str(found)


def test_outcomes_of_a_run_that_was_under_way_are_not_lost(tmp_path: Path) -> None:
    """A journal is altered between claim and outcome: both are put right in one."""
    root = books(tmp_path / "books", {**BARE, **account("alpha", "2026-10-01")})
    die(root)
    claimed = journal(root, "alpha")
    commit(root, {PATH: claimed.replace("INV-alpha", "INV-omega")})
    outcome = f"---\nid: {DAY}-reminder\nstate: sent\nat: {DAY}T10:00:00Z\n"
    as_engine(root, {PATH: journal(root, "alpha") + outcome}, "Record outcomes: 1 sent")
    assert gt(root, "check") == 1
    assert gt(root, "verify", "--history", "--restore") == 1
    assert journal(root, "alpha") == claimed + outcome
    commit(root, {}, "Put it right")
    assert gt(root, "verify", "--history") == 0
    assert gt(root, "check") == 0


def test_people_settle_nothing_of_an_altered_account(
    sent: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = journal(sent, "alpha").replace("state: sent", "state: in-doubt")
    commit(sent, {PATH: text})
    answer = ["resolve", f"alpha/{DAY}-reminder", "--not-sent", "--by", "dana"]
    assert gt(sent, *answer, "--as-of", NEXT) == 1
    assert "changed what the engine wrote" in capsys.readouterr().err


def same(_root: Path) -> None:
    """Change nothing."""


def rename(root: Path) -> None:
    sh(root, "mv", "ledger/alpha", "ledger/omega")
    sh(root, "commit", "-q", "-m", "Rename it")


def rename_in_two(root: Path) -> None:
    text = journal(root, "alpha")
    kept = {
        str(p.relative_to(root)).replace("alpha/", "omega/", 1): p.read_text()
        for p in (root / "ledger/alpha").rglob("*")
        if p.is_file()
    }
    assert text in kept.values()
    sh(root, "rm", "-q", "-r", "ledger/alpha")
    sh(root, "commit", "-q", "-m", "Move it, first half")
    commit(root, kept, "Move it, second half")


def rename_journal_first(root: Path) -> None:
    (root / "ledger/omega").mkdir()
    sh(root, "mv", PATH, "ledger/omega/journal.yaml")
    sh(root, "commit", "-q", "-m", "Move it, first half")
    for part in ("account.yaml", "invoices", "messages"):
        sh(root, "mv", f"ledger/alpha/{part}", f"ledger/omega/{part}")
    sh(root, "commit", "-q", "-m", "Move it, second half")


def leave(root: Path) -> None:
    sh(root, "rm", "-q", "-r", "ledger/alpha")
    sh(root, "commit", "-q", "-m", "No customer of ours any more")


def come_back_whole(root: Path) -> None:
    leave(root)
    sh(root, "checkout", "-q", "HEAD~1", "--", "ledger/alpha")
    sh(root, "commit", "-q", "-m", "A customer again")


def foxtrot(root: Path) -> None:
    """Commit on an older main, as people do, and merge what the engine pushed."""
    tip_ = tip(root)
    sh(root, "reset", "-q", "--hard", "HEAD~2")
    commit(root, {"notes.txt": "hello"})
    sh(root, "merge", "-q", "-m", "Merge branch 'main' of origin", tip_)


def update_branch(root: Path) -> None:
    """Merge a branch that main was merged into before."""
    tip_ = tip(root)
    sh(root, "checkout", "-q", "-b", "feature", "HEAD~2")
    commit(root, {"notes.txt": "hello"})
    sh(root, "merge", "-q", "-m", "Merge branch 'main' into feature", tip_)
    sh(root, "checkout", "-q", "main")
    sh(root, "merge", "-q", "--no-ff", "-m", "Merge pull request #1", "feature")


def fast_forward(root: Path) -> None:
    update_branch(root)
    sh(root, "reset", "-q", "--hard", "feature")


def rename_on_a_branch(root: Path) -> None:
    sh(root, "checkout", "-q", "-b", "feature")
    rename(root)
    sh(root, "checkout", "-q", "main")
    commit(root, {"notes.txt": "hello"})
    sh(root, "merge", "-q", "--no-ff", "-m", "Merge pull request #1", "feature")


def repair(root: Path) -> None:
    empty(root)
    sh(root, "revert", "--no-edit", "HEAD")


def rebase(root: Path) -> None:
    """Make the engine's commits anew, as a rebase does: only their author stays."""
    sh(root, "rebase", "-q", "--force-rebase", "HEAD~2")
    assert sh(root, "log", "-1", "--format=%cn") == "Test Committer"


def amend(root: Path) -> None:
    record = "kind: note\non: 2026-10-08\nby: dana\nsaid: They called.\n"
    write(root, {"ledger/alpha/records/2026-10-08-note.yaml": record})
    sh(root, "add", "-A")
    sh(root, "commit", "-q", "--amend", "--no-edit")


RIGHT = [
    rebase,
    amend,
    same,
    rename,
    rename_in_two,
    rename_journal_first,
    leave,
    come_back_whole,
    foxtrot,
    update_branch,
    fast_forward,
    rename_on_a_branch,
    repair,
]


@pytest.mark.parametrize("change", RIGHT, ids=[c.__name__ for c in RIGHT])
@pytest.mark.parametrize("marked", [False, True])
def test_what_loses_nothing_is_no_fault(
    sent: Path, change: Callable[[Path], None], *, marked: bool
) -> None:
    if marked:
        look(sent)
    change(sent)
    verified = look(sent)
    assert verified is not None
    assert verified.departures == ()
    whole = verify(open_repo(sent), tip(sent), whole=True)
    assert whole.departures == ()
    assert len(whole.past) == (change in (repair, come_back_whole)) + (
        change is come_back_whole
    )
    wire = Wire()
    result = go(sent, wire.tools(), id="run-0002")
    assert (wire.sent, result.problems) == ([], [])


def returned(folder: Path, *, marked: bool) -> Path:
    """Take an account with its past away, let the engine begin, and bring it back."""
    old = account("zeta", "2026-10-02", CALLED)
    there = {**BARE, **account("alpha", "2026-10-01"), **old}
    root = books(folder / "books", there)
    sh(root, "rm", "-q", "-r", "ledger/zeta")
    sh(root, "commit", "-q", "-m", "No customer of ours any more")
    go(root, Wire().tools())
    if marked:
        look(root)
    sh(root, "checkout", "-q", "HEAD~3", "--", "ledger/zeta")
    return root


@pytest.mark.parametrize("marked", [False, True])
def test_who_left_before_the_engine_began_may_come_back(
    tmp_path: Path, *, marked: bool
) -> None:
    root = returned(tmp_path, marked=marked)
    commit(root, {}, "A customer again")
    assert (found := look(root))
    assert found.departures == ()
    assert verify(open_repo(root), tip(root), whole=True).departures == ()


@pytest.mark.parametrize("marked", [False, True])
def test_but_not_with_another_past(tmp_path: Path, *, marked: bool) -> None:
    root = returned(tmp_path, marked=marked)
    path = "ledger/zeta/journal.yaml"
    commit(root, {path: journal(root, "zeta") + FORGED}, "A customer again")
    for found in (look(root), verify(open_repo(root), tip(root), whole=True)):
        assert found
        assert [(each.path, each.how) for each in found.departures] == [
            (path, "brought")
        ]


def test_an_account_that_takes_another_s_invoice_needs_its_past(sent: Path) -> None:
    """Two folders of one customer become one: what was sent is written down there."""
    go(sent, Wire().tools(), as_of=TOMORROW, id="run-0002")
    sh(sent, "mv", "ledger/alpha/invoices/INV-alpha.yaml", "ledger/zeta/invoices")
    leave(sent)
    verified = look(sent)
    assert verified
    (found,) = verified.departures
    assert found.path == "ledger/zeta/journal.yaml"
    assert "nothing here tells of INV-alpha" in str(problem(found))
    assert gt(sent, "verify", "--history", "--restore") == 1
    assert sh(sent, "status", "--short") == ""
    way = split(command(found))
    filled = {"STEP": "reminder", "DAY": DAY, "NAME": "dana"}
    assert gt(sent, *[filled.get(each, each) for each in way[1:]]) == 0
    assert gt(sent, "check") == 0
    commit(sent, {}, "Tell what was sent")
    wire = Wire()
    result = go(sent, wire.tools(), as_of=TOMORROW, id="run-0003")
    assert (wire.sent, result.problems) == ([], [])


def test_a_pull_request_brings_no_commits_of_the_engine(sent: Path) -> None:
    """On GitHub a branch may hold commits under any name."""
    sh(sent, "checkout", "-q", "-b", "evil")
    outcome = f"---\nid: {DAY}-reminder\nstate: failed\nat: {DAY}T10:00:00Z\n"
    forged = {PATH: journal(sent, "alpha") + outcome}
    as_engine(sent, forged, "Record outcomes: 1 failed")
    sh(sent, "checkout", "-q", "main")
    github = ("-c", "user.name=GitHub", "-c", "user.email=noreply@github.com")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GIT_COMMITTER_NAME")
        patch.delenv("GIT_COMMITTER_EMAIL")
        merge = ("merge", "-q", "--no-ff", "-m", "Merge pull request #7", "evil")
        sh(sent, *github, *merge)
    (found,) = verify(open_repo(sent), tip(sent)).departures
    assert (found.path, found.how, found.commit) == (PATH, "added", tip(sent))


def test_what_was_there_before_the_first_run_is_the_beginning(tmp_path: Path) -> None:
    root = books(tmp_path / "books", {"README.md": "hello"})
    commit(root, {**BARE, **account("gamma", "2026-09-17", CALLED)}, "Bring the books")
    text = journal(root, "gamma").replace("2026-10-01", "2026-10-02")
    commit(root, {"ledger/gamma/journal.yaml": text}, "Mend what we brought")
    assert gt(root, "run", "--as-of", DAY) == 0
    assert verify(open_repo(root), tip(root), whole=True).departures == ()
    commit(root, {"ledger/gamma/journal.yaml": text}, "Take the proposal away")
    (found,) = verify(open_repo(root), tip(root)).departures
    assert found.how == "cut"


def test_a_shallow_clone_says_what_it_cannot_see(
    sent: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(sent, {"notes.txt": "hello"})
    empty(sent)
    remote = add_remote(sent, tmp_path / "origin.git")
    for depth, code in ((1, 0), (2, 1)):
        to = tmp_path / f"clone-{depth}"
        sh(tmp_path, "clone", "-q", f"--depth={depth}", f"file://{remote}", str(to))
        assert gt(to, "verify", "--history") == code
        told = capsys.readouterr()
        assert "this clone is shallow: what lies before commit" in told.err + told.out
    whole = clone(remote, tmp_path / "whole")
    assert gt(whole, "verify", "--history") == 1


def test_a_mark_that_is_not_on_the_way_is_not_used(sent: Path) -> None:
    verify(open_repo(sent), tip(sent))
    start = tip(sent)
    empty(sent)
    bad = tip(sent)
    assert len(verify(open_repo(sent), bad).departures) == 1
    sh(sent, "reset", "-q", "--hard", start)
    commit(sent, {"notes.txt": "hello"})
    assert verify(open_repo(sent), tip(sent)).departures == ()
    (sent / ".git/goodterms-verified").write_text("{")
    assert verify(open_repo(sent), tip(sent)).commits == 4
    assert verify(open_repo(sent), tip(sent)).commits == 0


@pytest.mark.parametrize("name", [b"a\nb", b"\xff", "ü\u202e".encode(), b"'; rm -rf ~"])
def test_a_name_that_means_mischief_is_named_and_no_more(
    sent: Path, name: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (b"ledger/alpha/messages/", b"ledger/alpha/decisions/"):
        path = os.fsencode(sent) + b"/" + folder + name + b".md"
        Path(os.fsdecode(path)).parent.mkdir(exist_ok=True)
        Path(os.fsdecode(path)).write_text("Pay or else.")
    assert gt(sent, "check") == 1
    commit(sent, account("gamma", "2026-10-02"))
    wire = Wire()
    go(sent, wire.tools(), as_of=TOMORROW, id="run-0002")
    assert [d.account for d in wire.sent] == ["gamma", "zeta"]
    sh(sent, "rm", "-q", "-r", "ledger/alpha/messages")
    sh(sent, "commit", "-q", "-m", "Tidy up")
    for how in ([], ["--json"]):
        assert gt(sent, "verify", "--history", *how) == 1
    told = capsys.readouterr().out
    assert "nobody but the engine writes it" in told
    assert told.encode()


def test_what_is_told_to_programs(
    sent: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty(sent)
    bad = tip(sent)
    assert gt(sent, "verify", "--history", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["commit"], told["commits"], told["errors"]) == (bad, 4, 1)
    (found,) = told["problems"]
    assert (found["commit"], found["how"], found["mended"]) == (bad, "emptied", None)
    sh(sent, "revert", "--no-edit", "HEAD")
    assert gt(sent, "verify", "--history", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["errors"], told["warnings"]) == (0, 1)
    assert told["problems"][0]["mended"] == tip(sent)


def test_it_has_to_be_said_what_to_verify(tmp_path: Path) -> None:
    root = books(tmp_path / "books", BARE)
    assert gt(root, "verify") == 2
    assert gt(root, "verify", "--history") == 0


def hide(root: Path) -> None:
    """Let git not look at a journal any more, and empty it."""
    sh(root, "update-index", "--assume-unchanged", PATH)
    (root / PATH).write_text("")


def leave_out(root: Path) -> None:
    sh(root, "sparse-checkout", "set", "--no-cone", "/*", f"!{PATH}")
    assert not (root / PATH).exists()


def put_a_submodule(root: Path) -> None:
    """Put another repository in the place of an account, without its journal."""
    other = new_repo(root.parent / "other", {"README.md": "Books"})
    files = account("alpha", "2026-10-01")
    commit(other, {n.removeprefix("ledger/alpha/"): t for n, t in files.items()})
    sh(root, "rm", "-q", "-r", "ledger/alpha")
    allowed = ("-c", "protocol.file.allow=always")
    sh(root, *allowed, "submodule", "--quiet", "add", str(other), "ledger/alpha")
    sh(root, "commit", "-q", "-m", "Keep it elsewhere")


@pytest.mark.parametrize("how", [hide, leave_out, put_a_submodule])
def test_what_git_does_not_look_at_is_not_read(
    sent: Path, how: Callable[[Path], None]
) -> None:
    """The checkout is read in place of main only where it is known to be the same."""
    how(sent)
    wire = Wire()
    go(sent, wire.tools(), as_of=TOMORROW, id="run-0002")
    assert [d.account for d in wire.sent] == ["zeta"]


def test_a_past_that_cannot_be_seen_is_no_silence(
    sent: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a container a checkout is often somebody else's; remotes may be two."""
    for name in ("one", "two"):
        sh(sent, "remote", "add", name, "elsewhere")
    assert gt(sent, "check") == 0
    told = capsys.readouterr().out
    assert (
        "ledger: warning: what was written before was not verified: of the re" in told
    )
    sh(sent, "remote", "rename", "one", "origin")
    assert gt(sent, "check") == 0
    assert "not verified" not in capsys.readouterr().out
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert gt(sent, "check") == 0
    assert "dubious ownership" in capsys.readouterr().out


def test_line_ends_that_git_changes_in_a_copy_are_no_alteration(
    sent: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    remote = add_remote(sent, tmp_path / "origin.git")
    how = ("clone", "-q", "-c", "core.autocrlf=true", str(remote))
    sh(tmp_path, *how, "copy")
    copy = tmp_path / "copy"
    assert b"\r\n" in (copy / PATH).read_bytes()
    verified = look(copy)
    assert verified
    assert verified.departures == ()
    assert gt(copy, "check") == 1
    told = capsys.readouterr().out.split("error: ")[1:]
    assert len(told) == 1
    assert "with a carriage return" in told[0]
    assert "clone again with 'git clone -c core.autocrlf=false'" in told[0]
    (copy / MESSAGE).touch()
    with pytest.raises(RefusalError, match=r"not committed: .*core.autocrlf=false"):
        go(copy, Wire().tools(), as_of=TOMORROW, id="run-0002")
    commit(sent, {".gitattributes": FOR_GIT[".gitattributes"].decode()})
    sh(sent, "push", "-q", "origin", "main")
    sh(tmp_path, *how, "whole")
    assert gt(tmp_path / "whole", "check") == 0
    wire = Wire()
    result = go(tmp_path / "whole", wire.tools(), as_of=TOMORROW, id="run-0002")
    assert (result.problems, [d.account for d in wire.sent]) == ([], ["zeta"])


def test_line_ends_that_somebody_committed_are_an_alteration(sent: Path) -> None:
    for name in (PATH, MESSAGE):
        text = (sent / name).read_bytes()
        (sent / name).write_bytes(text.replace(b"\n", b"\r\n"))
    commit(sent, {}, "Save it on Windows")
    verified = look(sent)
    assert verified
    assert [d.path for d in verified.departures] == [PATH, MESSAGE]
