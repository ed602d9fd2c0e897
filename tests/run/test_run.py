"""A run from end to end, in real repositories."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from goodterms.channels import Delivery, DeliveryResult
from goodterms.forge import LocalForge
from goodterms.git import open_repo, read_refs
from goodterms.model.journal import digest_of
from goodterms.model.refusal import RefusalError
from goodterms.run.request import tools
from tests.support.eventful_ledger import (
    BARE,
    CALLED,
    DAY,
    NEXT,
    NOTE,
    account,
    books,
    eventful,
    gt,
    journal,
    outbox,
    paid,
)
from tests.support.git_repos import commit, sh, share, tip, write
from tests.support.run_helpers import ALPHA, SENT, Wire, go


@pytest.fixture(params=["local", "remote"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return eventful(tmp_path, remote=request.param == "remote")


@pytest.fixture
def alpha(tmp_path: Path) -> Path:
    return books(tmp_path / "books", ALPHA)


def settings(root: Path, *lines: str) -> None:
    text = (root / "goodterms.yaml").read_text(encoding="utf-8")
    commit(root, {"goodterms.yaml": text + "".join(f"{line}\n" for line in lines)})
    share(root)


def test_a_day(root: Path) -> None:
    assert gt(root, "run", "--as-of", DAY) == 0
    assert list(outbox(root)) == [
        "alpha/2026-10-08-reminder.eml",
        "beta/2026-10-08-call.html",
        "beta/2026-10-08-call.txt",
        "delta/2026-10-08-notice.html",
        "delta/2026-10-08-notice.txt",
    ]
    subjects = sh(root, "log", "-3", "--format=%s").splitlines()
    assert subjects == [
        "Record outcomes: 3 sent",
        "Claim what is due on 2026-10-08",
        "Record what was decided",
    ]
    branches = read_refs(open_repo(root)).proposals
    assert list(branches) == ["goodterms/gamma/2026-10-08-notice"]
    assert sh(root, "status", "--porcelain") == ""


def test_the_same_day_again_does_nothing(root: Path) -> None:
    assert gt(root, "run", "--as-of", DAY) == 0
    before = (tip(root), outbox(root))
    assert gt(root, "run", "--as-of", DAY) == 0
    assert (tip(root), outbox(root)) == before


def test_what_a_claim_says(alpha: Path) -> None:
    go(alpha)
    message = (alpha / "ledger/alpha/messages/2026-10-08-reminder.md").read_text()
    assert "Subject: reminder of INV-alpha" in message
    claimed, sent = journal(alpha, "alpha").removeprefix("---\n").split("---\n")
    lines = dict(line.split(": ", 1) for line in claimed.splitlines())
    assert lines.pop("message").startswith("sha256:")
    assert lines.pop("text") == digest_of(message.encode())
    assert lines == {
        "id": "2026-10-08-reminder",
        "on": "2026-10-08",
        "kind": "send",
        "state": "claimed",
        "step": "reminder",
        "policy": "standard@1",
        "channel": "email",
        "to": "ap@alpha.example",
        "invoices": '[{id: INV-alpha, step: reminder, open: "100.00"}]',
        "totals": '{EUR: "100.00"}',
        "run": "run-0001",
        "why": "[INV-alpha is 7 days overdue; reminder is due from 2026-10-08]",
        "at": "2026-10-08T10:00:00Z",
    }
    assert sent == f"id: 2026-10-08-reminder\n{SENT.format('2026-10-08')}"


def test_the_claim_is_on_main_before_anything_leaves(alpha: Path) -> None:
    seen: list[str] = []

    class Looking(Wire):
        def deliver(self, delivery: Delivery) -> DeliveryResult:
            seen.append(sh(alpha, "show", "main:ledger/alpha/journal.yaml"))
            return super().deliver(delivery)

    go(alpha, Looking().tools())
    assert len(seen) == 1
    assert "state: claimed" in seen[0]
    assert "state: sent" not in seen[0]


@pytest.mark.parametrize("flag", ["--dry-run", "report"])
def test_looking_changes_nothing(
    root: Path, capsys: pytest.CaptureFixture[str], flag: str
) -> None:
    if flag == "report":
        settings(root, "mode: report")
    before = sh(root, "for-each-ref", "refs/heads"), tip(root)
    args = [] if flag == "report" else [flag]
    assert gt(root, "run", "--as-of", DAY, *args) == 0
    said = capsys.readouterr().out
    assert "claim    would send alpha/2026-10-08-reminder (alpha Ltd) by email" in said
    assert (sh(root, "for-each-ref", "refs/heads"), tip(root)) == before
    assert outbox(root) == {}
    assert sh(root, "status", "--porcelain") == ""


def test_suspended_nothing_leaves_but_answers_are_noted(root: Path) -> None:
    settings(root, "suspended: true")
    assert gt(root, "run", "--as-of", DAY) == 3
    assert outbox(root) == {}
    shown = sh(
        root, "show", f"{read_refs(open_repo(root)).main}:ledger/delta/journal.yaml"
    )
    assert "state: approved" in shown


@pytest.mark.parametrize(
    ("line", "said", "release"),
    [
        ("brakes: {messages: 1}", "2 messages, more than the 1 allowed", "messages"),
        ("brakes: {proposals: 0}", "1 proposals, more than the 0 allowed", "proposals"),
        ('brakes: {money: {EUR: "150.00"}}', "200.00 EUR, more than the 150", "money"),
        ("fresh: {payments: 4d}", "how old payments are is unknown", "fresh"),
    ],
)
def test_a_brake_holds_everything_until_released(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    line: str,
    said: str,
    release: str,
) -> None:
    root = eventful(tmp_path)
    settings(root, line)
    assert gt(root, "run", "--as-of", DAY) == 3
    told = capsys.readouterr().out
    assert said in told
    assert f"goodterms run --release {release}" in told
    assert outbox(root) == {}
    assert gt(root, "run", "--as-of", DAY, "--release", release) == 0
    assert len(outbox(root)) == 5


@pytest.mark.parametrize(
    ("files", "way_out"),
    [
        ({"ledger/alpha/records/x.yaml": ""}, "not committed: ledger/alpha/records/x"),
        ({"goodterms.yaml": "x"}, "not committed: goodterms.yaml"),
        (
            {f"policies/f{n}": "" for n in range(7)},
            "not committed: policies/f0, policies/f1, .* policies/f4 and 2 more",
        ),
    ],
)
def test_uncommitted_files_refuse_the_run(
    alpha: Path, files: dict[str, str], way_out: str
) -> None:
    write(alpha, files)
    with pytest.raises(RefusalError, match=way_out) as refused:
        go(alpha)
    assert refused.value.code == 2


def test_commits_that_were_not_pushed_refuse_the_run(tmp_path: Path) -> None:
    root = eventful(tmp_path, remote=True)
    commit(root, {"notes.txt": "a payment came"})
    with pytest.raises(RefusalError, match="1 commit that origin has not; push first"):
        go(root)


def test_no_run_goes_back_behind_the_journal(alpha: Path) -> None:
    go(alpha)
    with pytest.raises(RefusalError, match="an entry of 2026-10-08, after 2026-10-07"):
        go(alpha, as_of=date(2026, 10, 7))


def test_a_message_that_cannot_be_rendered_stays_and_the_rest_goes(root: Path) -> None:
    text = (root / "ledger/alpha/account.yaml").read_text(encoding="utf-8")
    text = text.replace("ap@alpha.example", "ap@älpha.example")
    commit(root, {"ledger/alpha/account.yaml": text})
    share(root)
    result = go(root)
    assert "no plain ASCII e-mail address" in " ".join(map(str, result.problems))
    assert [name for name in outbox(root) if name.startswith("alpha")] == []
    assert len(outbox(root)) == 4
    assert "claimed" not in journal(root, "alpha")


def test_an_account_with_an_error_waits_and_the_rest_goes(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(root, {"ledger/alpha/records/2026-10-08-note.yaml": "kind: nope\n"})
    share(root)
    assert gt(root, "run", "--as-of", DAY) == 1
    assert "2026-10-08-note.yaml:1:7: error" in capsys.readouterr().err
    assert len(outbox(root)) == 4
    assert "claimed" not in journal(root, "alpha")


def test_settings_that_cannot_be_read_stop_everything(
    alpha: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(alpha, {"goodterms.yaml": "creditor: {name: Linden}\n"})
    assert gt(alpha, "run", "--as-of", DAY) == 1
    assert "goodterms.yaml:1:11: error: missing key" in capsys.readouterr().err
    assert outbox(alpha) == {}


def test_what_failed_is_tried_again_under_its_id(alpha: Path) -> None:
    wire = Wire({"alpha": DeliveryResult("failed", "no route")})
    assert "not sent: no route" in str(go(alpha, wire.tools()).problems[0])
    assert "state: failed\nat: 2026-10-08T10:00:00Z\nerror: no route" in journal(
        alpha, "alpha"
    )
    go(alpha, as_of=date.fromisoformat(NEXT))
    assert list(outbox(alpha)) == ["alpha/2026-10-08-reminder.eml"]
    assert journal(alpha, "alpha").count("id: 2026-10-08-reminder\n") == 4


@pytest.mark.parametrize(
    ("time", "sent", "said"),
    [
        ("05:59", 0, "waits for its window, 08:00-18:00 Europe/Berlin"),
        ("06:00", 1, "claim    send alpha/2026-10-08-reminder"),
        ("15:59", 1, "claim    send alpha/2026-10-08-reminder"),
        ("16:00", 0, "waits for its window, 08:00-18:00 Europe/Berlin"),
    ],
)
def test_messages_leave_in_the_customer_s_hours(
    alpha: Path, time: str, sent: int, said: str
) -> None:
    now = datetime.fromisoformat(f"2026-10-08T{time}:00+00:00")
    result = go(alpha, as_of=None, now=now)
    assert len(outbox(alpha)) == sent
    assert said in "\n".join(result.lines)
    assert result.problems == []


@pytest.mark.parametrize(
    ("now", "problems"),
    [
        ("2026-10-08T04:00:00+00:00", 0),
        ("2026-10-09T04:00:00+00:00", 1),
        ("2026-10-12T04:00:00+00:00", 1),
    ],
)
def test_hours_missed_for_a_business_day_are_a_problem(
    alpha: Path, now: str, problems: int
) -> None:
    result = go(alpha, as_of=None, now=datetime.fromisoformat(now))
    assert len(result.problems) == problems
    assert all("no run came in the hours" in str(each) for each in result.problems)
    assert outbox(alpha) == {}


def test_today_is_the_creditor_s(alpha: Path) -> None:
    result = go(alpha, as_of=None, now=datetime(2026, 10, 7, 22, 30, tzinfo=UTC))
    assert result.plan
    assert result.plan.as_of == date(2026, 10, 8)


def test_with_github_the_outbox_is_only_shown(alpha: Path) -> None:
    settings(alpha, "forge: github")
    given = replace(tools(), forge=lambda given, repo: LocalForge(repo, given))
    result = go(alpha, given, as_of=None)
    assert "is only shown: its channel is the outbox" in "\n".join(result.lines)
    assert "claimed" not in journal(alpha, "alpha")
    with pytest.raises(RefusalError, match="--as-of is for 'forge: local'"):
        go(alpha, given)


def test_a_way_out_that_does_not_exist_is_refused(
    alpha: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings(alpha, "channels: {email: outbox, letter: pigeon, sms: outbox}")
    assert gt(alpha, "run", "--as-of", DAY) == 2
    assert "channels.letter: there is no 'pigeon'; known are " in (
        capsys.readouterr().err
    )


def test_a_root_below_the_top_of_a_repository(tmp_path: Path) -> None:
    files = {f"books/{name}": text for name, text in ALPHA.items()}
    root = books(tmp_path / "mono", files) / "books"
    go(root)
    assert list(outbox(root)) == ["alpha/2026-10-08-reminder.eml"]
    assert journal(root, "alpha").endswith(SENT.format("2026-10-08"))


def test_what_a_placement_asked_for_comes_with_it_or_not_at_all(tmp_path: Path) -> None:
    steps = {"2026-06-24": "reminder", "2026-07-01": "call", "2026-07-15": "notice"}
    root = books(tmp_path / "books", {**ALPHA, **account("tau", "2026-06-10", steps)})
    go(root)
    name = f"tau/{DAY}-triage"
    assert gt(root, "approve", name, "--by", "dana", "--as-of", DAY) == 0
    commit(root, {"templates/en/placement.md.j2": NOTE.replace("totals", "offer.pay")})
    result = go(root, as_of=date.fromisoformat(NEXT), id="run-0002")
    assert "placement.md.j2" in " ".join(map(str, result.problems))
    assert "kind: hold" not in journal(root, "tau")
    commit(root, {"templates/en/placement.md.j2": NOTE})
    go(root, as_of=date.fromisoformat(NEXT), id="run-0003")
    assert "kind: place\nstate: claimed\n" in journal(root, "tau")
    assert "partner: northstar\n" in journal(root, "tau")
    assert "kind: hold\nstate: sent\n" in journal(root, "tau")
    assert f"tau/{NEXT}-triage.eml" in outbox(root)


def plan_file(root: Path) -> Path:
    file = root.parent / "plan.json"
    args = ["--as-of", DAY, "--format", "json", "--out", str(file)]
    assert gt(root, "plan", *args) == 0
    return file


def test_a_plan_is_applied_as_it_was_read(alpha: Path) -> None:
    assert gt(alpha, "apply", str(plan_file(alpha)), "--as-of", DAY) == 0
    assert list(outbox(alpha)) == ["alpha/2026-10-08-reminder.eml"]


@pytest.mark.parametrize(
    ("day", "change", "said"),
    [
        (NEXT, {}, "the plan is for 2026-10-08, and this is 2026-10-09"),
        (DAY, paid("alpha", "2026-10-01", DAY), "the plan has changed since it was"),
        (DAY, {"templates/en/note.md.j2": NOTE + "!"}, "the plan has changed since"),
    ],
)
def test_another_plan_than_was_read_is_refused(
    alpha: Path,
    capsys: pytest.CaptureFixture[str],
    day: str,
    change: dict[str, str],
    said: str,
) -> None:
    file = plan_file(alpha)
    if change:
        commit(alpha, change)
    assert gt(alpha, "apply", str(file), "--as-of", day) == 4
    assert said in capsys.readouterr().err
    assert outbox(alpha) == {}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"as_of": "soon", "digest": "x"}'])
def test_a_file_that_is_no_plan(
    alpha: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text, encoding="utf-8")
    assert gt(alpha, "apply", str(file)) == 2
    assert "is no plan; make one: goodterms plan" in capsys.readouterr().err


def test_a_channel_that_cannot_say_leaves_it_to_a_person(alpha: Path) -> None:
    wire = Wire({"alpha": DeliveryResult("in-doubt", "no answer after the final dot")})
    result = go(alpha, wire.tools())
    assert result.codes == [5]
    told = journal(alpha, "alpha")
    assert "state: in-doubt\nat: 2026-10-08T10:00:00Z\nerror: no answer" in told
    again = go(alpha, wire.tools(), as_of=date.fromisoformat(NEXT))
    assert (len(wire.sent), again.codes) == (1, [5])


def test_figures_and_a_summary_for_github(
    alpha: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    assert gt(alpha, "run", "--as-of", DAY) == 0
    figures = (tmp_path / "output").read_text(encoding="utf-8").splitlines()
    assert figures == ["sent=1", "failed=0", "problems=0", "exit_code=0"]
    summary = (tmp_path / "summary").read_text(encoding="utf-8")
    assert "**Done.**" in summary
    written = "written to outbox/alpha/2026-10-08-reminder.eml (alpha Ltd)"
    assert f"deliver  {written}\n" in summary
    assert "## Plan for 2026-10-08" in summary


def test_a_refused_run_is_in_the_summary(
    alpha: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    (alpha / "ledger" / "loose.txt").touch()
    assert gt(alpha, "run", "--as-of", DAY) == 2
    summary = (tmp_path / "summary").read_text(encoding="utf-8")
    assert "ledger/loose.txt; commit or remove them, then run.**" in summary


def test_a_summary_that_cannot_be_written_fails_no_run(
    alpha: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    assert gt(alpha, "run", "--as-of", DAY) == 0
    assert "the summary was not written: Is a directory" in capsys.readouterr().err


#: What people set for themselves, and what changes what git prints or accepts.
HABITS = {
    "color.ui": "always",
    "commit.gpgSign": "true",
    "core.abbrev": "4",
    "core.quotePath": "true",
    "diff.external": "false",
    "diff.mnemonicPrefix": "true",
    "diff.renames": "copies",
    "fetch.prune": "true",
    "i18n.logOutputEncoding": "UTF-16",
    "log.diffMerges": "off",
    "log.follow": "true",
    "log.showSignature": "true",
    "merge.ff": "false",
    "merge.verifySignatures": "true",
    "pull.rebase": "true",
    "push.default": "nothing",
    "status.branch": "true",
    "status.showUntrackedFiles": "no",
    "status.short": "true",
    "trailer.separators": "=",
}


#: Signs whatever it is given.
GPG = """\
#!/bin/sh
cat > /dev/null
echo '[GNUPG:] SIG_CREATED ' >&2
echo '-----BEGIN PGP SIGNATURE-----'
"""


@pytest.mark.parametrize("remote", [False, True])
def test_what_people_set_for_themselves_in_git_changes_nothing(
    tmp_path: Path, *, remote: bool
) -> None:
    root = eventful(tmp_path, remote=remote)
    gpg = tmp_path / "gpg"
    gpg.write_text(GPG)
    gpg.chmod(0o755)
    write(root, {"notes.txt": "hello\n"})
    sh(root, "add", "-A")
    signed = ("-c", f"gpg.program={gpg}", "commit", "-q", "-S", "-m", "Sign it")
    sh(root, *signed)
    share(root)
    for name, value in HABITS.items():
        sh(root, "config", name, value)
    wire = Wire()
    result = go(root, wire.tools())
    assert result.problems == []
    assert [each.account for each in wire.sent] == ["alpha", "beta", "delta"]
    assert (root / "ledger/delta/journal.yaml").read_text().count("state: sent")
    assert [line for line in result.lines if "checkout" in line] == []
    assert gt(root, "check") == 0


IN_THE_WAY = ["goodterms", "goodterms/gamma", f"goodterms/gamma/{DAY}-notice/mine"]


@pytest.mark.parametrize("name", IN_THE_WAY)
@pytest.mark.parametrize("remote", [False, True])
def test_a_branch_in_the_way_stops_one_proposal_and_nobody(
    tmp_path: Path, name: str, *, remote: bool
) -> None:
    """Git takes a name for a folder of others as well, or has no room for them."""
    files = {**BARE, **ALPHA, **account("gamma", "2026-09-17", CALLED)}
    root = books(tmp_path / "books", files, remote=remote)
    head = commit(root, {"notes.txt": "mine\n"}, "Work of mine")
    sh(root, "branch", name)
    sh(root, "reset", "-q", "--hard", "HEAD~1")
    if remote:
        sh(root, "push", "-q", "origin", name)
        sh(root, "branch", "-q", "-D", name)
    wire = Wire()
    result = go(root, wire.tools())
    assert [each.account for each in wire.sent] == ["alpha"]
    (problem,) = result.problems
    assert f"branch {name} is in the way" in problem.what
    way = problem.hint.partition("git ")[2].replace("NAME", "my-work")
    sh(root, *way.split())
    where = open_repo(root).remote and tmp_path / "books.git"
    assert tip(where or root, "my-work") == head
    result = go(root, wire.tools(), id="run-0002")
    assert result.problems == []
    assert f"goodterms/gamma/{DAY}-notice" in read_refs(open_repo(root)).proposals


def test_a_branch_comes_in_the_way_of_those_that_were_there(tmp_path: Path) -> None:
    """What was fetched before is in no way of what takes its place."""
    files = {**BARE, **ALPHA, **account("gamma", "2026-09-17", CALLED)}
    root = books(tmp_path / "books", files, remote=True)
    go(root, Wire().tools())
    sh(root, "push", "-q", "origin", "--delete", f"goodterms/gamma/{DAY}-notice")
    sh(root, "push", "-q", "origin", "main:refs/heads/goodterms")
    assert set(read_refs(open_repo(root)).proposals) == {"goodterms"}
    sh(root, "push", "-q", "origin", "--delete", "goodterms")
    sh(root, "push", "-q", "origin", "main:refs/heads/goodterms/gamma/x")
    assert set(read_refs(open_repo(root)).proposals) == {"goodterms/gamma/x"}


def test_nobody_is_told_to_play_a_day_to_come_where_a_clock_is_wrong(
    tmp_path: Path,
) -> None:
    """With a clock that is behind, what was paid since would be asked for."""
    root = books(tmp_path / "books", {**BARE, **ALPHA})
    go(root, Wire().tools())
    early = datetime(2026, 10, 5, 10, tzinfo=UTC)
    with pytest.raises(RefusalError, match=r"2026-10-08.* set the clock of this mach"):
        go(root, Wire().tools(), as_of=None, now=early, id="run-0002")
    with pytest.raises(
        RefusalError,
        match=r"the journal of \w+ has an entry of 2026-10-08.*run as of 2026-10-08",
    ):
        go(root, Wire().tools(), as_of=date(2026, 10, 5), id="run-0002")
