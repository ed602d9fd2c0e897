"""Proposals on branches: who may say yes, what counts, and what is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from goodterms.decision.state.history import fold
from goodterms.forge import LocalForge, Proposal, open_forge
from goodterms.forge.decision_file import (
    choice,
    decision_text,
    only_choice_differs,
    with_choice,
)
from goodterms.forge.local.verify_merge import DecisionRefusedError, verify
from goodterms.forge.proposal_branches import opened, refresh
from goodterms.forge.protocol import LedgerStatus
from goodterms.forge.run_context import RunContext
from goodterms.git import open_repo, read_files, read_refs
from goodterms.model.journal import Decision, EntryTime, JournalRow
from goodterms.model.money import parse_amount
from goodterms.model.plan import Action, InvoiceLine
from goodterms.model.policy import Approval, Remedy
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Creditor, Person, Settings
from goodterms.run.sync import proposal_of
from goodterms.workspace.workspace import Workspace
from tests.support.eventful_ledger import (
    BARE,
    DAY,
    DELTA,
    EVE,
    NEXT,
    OMEGA,
    account,
    books,
    eventful,
    gt,
    journal,
    outbox,
)
from tests.support.git_repos import as_engine, commit, sh, tip, write

FILE = "ledger/omega/decisions/2026-10-07-notice.yaml"
BRANCH = "goodterms/omega/2026-10-07-notice"


@pytest.fixture(params=["local", "remote"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return eventful(tmp_path, remote=request.param == "remote")


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """Return a ledger whose omega is not paid: its proposal stands."""
    root = eventful(tmp_path)
    sh(root, "revert", "--no-edit", "HEAD")
    return root


def yes(root: Path, name: str, *more: str, on: str = EVE) -> int:
    return gt(root, "approve", OMEGA, "--by", name, "--as-of", on, *more)


def trailer(root: Path, names: str, *, branch: str = BRANCH) -> None:
    """Put names on a branch by hand."""
    sh(root, "switch", "-q", branch)
    text = "".join(f"Approved-by: {name}\n" for name in names.split())
    sh(root, "commit", "-q", "--allow-empty", "-m", f"Approve\n\n{text}")
    sh(root, "switch", "-q", "main")


def merge(root: Path, *args: str, branch: str = BRANCH) -> None:
    sh(
        root,
        "merge",
        "-q",
        "--no-ff",
        "-m",
        f"Merge\n\nMerged-on: {EVE}",
        *args,
        branch,
    )


def refused(root: Path, capsys: pytest.CaptureFixture[str], why: str) -> None:
    """Run the day: exit 1, the reason on stderr, nothing approved, nothing sent."""
    assert gt(root, "run", "--as-of", DAY) == 1
    said = capsys.readouterr().err
    assert f"{FILE}: error: this decision was refused: {why}" in said
    assert "approved" not in journal(root, "omega")
    assert [name for name in outbox(root) if name.startswith("omega")] == []


def test_enough_names_merge_and_the_branch_goes(root: Path) -> None:
    assert sh(root, "log", "-1", "--format=%s", "--merges") == f"Merge approved {DELTA}"
    refs = read_refs(open_repo(root))
    assert set(refs.proposals) == {BRANCH}
    assert gt(root, "run", "--as-of", DAY) == 0
    text = journal(root, "delta")
    assert "state: approved\nat: 2026-10-08T10:00:00Z\nchoose: approve\n" in text
    assert "by: [dana, omar]" in text
    assert "delta/2026-10-08-notice.txt" in outbox(root)


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["approve", OMEGA, "--by", "eve"], 2, "'eve' is nobody in 'people'"),
        (["approve", OMEGA, "--by", "iris"], 2, "'iris' is not in leads; its members"),
        (["approve", DELTA, "--by", "dana"], 2, "has no branch"),
        (["approve", "omega", "--by", "dana"], 2, "'omega' is the id of nothing"),
        (["approve", "nobody/x", "--by", "dana"], 2, "is the id of nothing"),
        (["approve", "omega/2026-10-07-notise", "--by", "dana"], 2, "did you mean"),
        (["approve", OMEGA, "--by", "dana", "--choose", "x"], 2, "'x' is no option"),
        (["approve", "omega/2026-10-01-call", "--by", "dana"], 2, "no open proposal"),
        (["decline", "omega/2026-10-01-call", "--by", "dana"], 2, "no open proposal"),
        (["decline", OMEGA, "--by", "eve"], 2, "'eve' is nobody in 'people'"),
    ],
)
def test_who_may_not_decide(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    args: list[str],
    code: int,
    said: str,
) -> None:
    root = eventful(tmp_path)
    before = sh(root, "for-each-ref")
    assert gt(root, *args, "--as-of", EVE) == code
    assert said in capsys.readouterr().err
    assert sh(root, "for-each-ref") == before


def test_an_expired_proposal_cannot_be_approved(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert yes(local, "dana", on="2026-10-22") == 2
    assert f"{OMEGA} expired on 2026-10-21" in capsys.readouterr().err


def test_a_name_counts_once(local: Path) -> None:
    assert yes(local, "dana") == 0
    once = tip(local, BRANCH)
    assert yes(local, "dana") == 0
    assert tip(local, BRANCH) == once


def test_a_no_is_journaled_and_takes_the_branch(root: Path) -> None:
    args = ["--by", "iris", "--as-of", EVE]
    assert gt(root, "decline", OMEGA, *args) == 0
    assert "state: declined\nat: 2026-10-07T10:00:00Z\nby: [iris]" in journal(
        root, "omega"
    )
    assert read_refs(open_repo(root)).proposals == {}


def test_a_no_keeps_its_reason(root: Path) -> None:
    args = ["--by", "iris", "--as-of", EVE, "--reason", "They pay\n on Friday."]
    assert gt(root, "decline", OMEGA, *args) == 0
    assert "reason: They pay on Friday." in journal(root, "omega")


def test_a_yes_keeps_its_reason(local: Path) -> None:
    for name in ("dana", "omar"):
        args = ["--by", name, "--as-of", EVE, "--reason", f"{name} has called them"]
        assert gt(local, "approve", OMEGA, *args) == 0
    assert gt(local, "run", "--as-of", DAY) == 0
    assert "reason: omar has called them" in journal(local, "omega")


def test_a_branch_deleted_by_hand_is_a_no(local: Path) -> None:
    sh(local, "branch", "-q", "-D", BRANCH)
    assert gt(local, "run", "--as-of", DAY) == 0
    assert f"why: [its branch {BRANCH} was deleted]" in journal(local, "omega")
    assert "state: declined" in journal(local, "omega")


def test_a_merge_by_hand_with_names_enough_counts(local: Path) -> None:
    trailer(local, "dana omar")
    merge(local)
    assert gt(local, "run", "--as-of", DAY) == 0
    assert "by: [dana, omar]" in journal(local, "omega")
    assert "omega/2026-10-08-notice.txt" in outbox(local)
    assert read_refs(open_repo(local)).proposals.keys() == {
        "goodterms/gamma/2026-10-08-notice"
    }


@pytest.mark.parametrize("names", ["", "dana", "dana iris", "dana dana", "omar Omar"])
def test_a_merge_without_names_enough_is_refused(
    local: Path, capsys: pytest.CaptureFixture[str], names: str
) -> None:
    trailer(local, names)
    merge(local)
    members = len({"dana", "omar"} & set(names.split()))
    refused(local, capsys, f"{members} of 2 members of leads approved it")


def test_the_team_is_that_of_main_before_the_merge(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sh(local, "switch", "-q", BRANCH)
    text = BARE["goodterms.yaml"].replace("[dana, omar]", "[dana, omar, iris]")
    commit(local, {"goodterms.yaml": text}, "Join the team\n\nApproved-by: iris")
    sh(local, "switch", "-q", "main")
    trailer(local, "dana")
    merge(local)
    refused(local, capsys, "1 of 2 members of leads approved it")


def test_a_file_put_on_main_without_a_merge_is_refused(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(local, {FILE: sh(local, "show", f"{BRANCH}:{FILE}") + "\n"})
    refused(local, capsys, "it did not come by a merge of its branch")


def test_a_squash_is_no_merge(local: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trailer(local, "dana omar")
    sh(local, "merge", "-q", "--squash", BRANCH)
    sh(local, "commit", "-q", "-m", "Squash\n\nApproved-by: dana\nApproved-by: omar")
    refused(local, capsys, "it did not come by a merge of its branch")


def test_a_file_changed_after_the_merge_is_refused(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trailer(local, "dana omar")
    merge(local)
    text = (local / FILE).read_text(encoding="utf-8")
    commit(local, {FILE: text.replace("100.00", "1.00")})
    refused(local, capsys, "it was changed after it came to main")


def test_a_file_changed_in_the_merge_is_refused(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trailer(local, "dana omar")
    merge(local, "--no-commit")
    text = (local / FILE).read_text(encoding="utf-8")
    write(local, {FILE: text.replace("100.00", "1.00")})
    sh(local, "commit", "-q", "-a", "-m", f"Merge\n\nMerged-on: {EVE}")
    refused(local, capsys, "the merge itself changed it")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("100.00", "90.00", "it says other things than were proposed"),
        ("step: notice", "step: reminder", "it says other things than were proposed"),
        ("facts: sha256:", "facts: sha256:0", "it says other things than"),
        ("expires: 2026-10-21", "expires: 2027-10-21", "it says other things than"),
        (
            "choose: approve",
            "choose: agency",
            "it chooses 'agency', and the step",
        ),
    ],
)
def test_only_the_choice_may_be_edited(
    local: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, why: str
) -> None:
    sh(local, "switch", "-q", BRANCH)
    text = (local / FILE).read_text(encoding="utf-8")
    commit(local, {FILE: text.replace(old, new)}, "Edit\n\nApproved-by: dana")
    sh(local, "switch", "-q", "main")
    trailer(local, "omar")
    merge(local)
    refused(local, capsys, why)


@pytest.mark.parametrize("and_back", [False, True])
def test_names_before_an_edit_do_not_count(
    local: Path, capsys: pytest.CaptureFixture[str], *, and_back: bool
) -> None:
    trailer(local, "dana omar")
    sh(local, "switch", "-q", BRANCH)
    text = (local / FILE).read_text(encoding="utf-8")
    commit(local, {FILE: text.replace("choose: approve", "choose:  approve")})
    if and_back:
        commit(local, {FILE: text})
    sh(local, "switch", "-q", "main")
    merge(local)
    refused(local, capsys, "0 of 2 members of leads approved it")


def test_a_merge_after_the_last_day_is_refused(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trailer(local, "dana omar")
    sh(local, "merge", "-q", "--no-ff", "-m", "Merge\n\nMerged-on: 2026-10-22", BRANCH)
    refused(local, capsys, "it was merged on 2026-10-22, and expired on 2026-10-21")


def test_a_merge_that_says_no_day_has_the_day_of_its_commit(
    local: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trailer(local, "dana omar")
    # 22:30 UTC is the next day in Berlin, which is the creditor's.
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-10-21T22:30:00Z")
    sh(local, "merge", "-q", "--no-ff", "-m", "Merge", BRANCH)
    monkeypatch.delenv("GIT_COMMITTER_DATE")
    refused(local, capsys, "it was merged on 2026-10-22, and expired on 2026-10-21")


def test_a_merge_day_that_is_none_is_refused(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trailer(local, "dana omar")
    sh(local, "merge", "-q", "--no-ff", "-m", "Merge\n\nMerged-on: soon", BRANCH)
    refused(local, capsys, "its merge commit says Merged-on: 'soon' is not a date")


def test_a_decision_nobody_asked_for_is_refused(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = sh(local, "show", f"{BRANCH}:{FILE}") + "\n"
    asked = FILE.replace("10-07", "10-06"), text.replace("10-07", "10-06")
    commit(local, dict([asked]))
    assert gt(local, "run", "--as-of", DAY) == 1
    assert "no open proposal asks for it" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"commit": None}, "the journal does not say what was proposed"),
        ({"facts": None}, "the journal does not say what was proposed"),
        ({"facts": "sha256:00"}, "its facts are not those of the journal"),
        ({"approval": None}, "its policy has no such step"),
        ({"approval": Approval("leads", 0, 14)}, "2 of 0 members of leads"),
    ],
)
def test_a_merge_that_the_journal_does_not_bear_out(
    tmp_path: Path, changes: dict[str, object], why: str
) -> None:
    repo = open_repo(eventful(tmp_path))
    workspace, _ = Workspace.open(repo.root)
    assert workspace
    account, _ = workspace.account("delta")
    assert account
    entry = fold(account.journal, date.fromisoformat(DAY))[-1]
    asked = proposal_of(workspace, "delta", entry)
    tip = read_refs(repo).main
    assert verify(repo, workspace.settings, tip, asked).by == ("dana", "omar")
    other = replace(asked, **changes)  # type: ignore[arg-type]
    with pytest.raises(DecisionRefusedError, match=why):
        verify(repo, workspace.settings, tip, other)


def test_an_approval_forged_in_the_journal_has_no_effect(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"---\nid: {EVE}-notice\nstate: approved\nby: [dana]\nat: {EVE}T12:00:00Z\n"
    forged = {"ledger/omega/journal.yaml": journal(local, "omega") + text}
    as_engine(local, forged, "Record what was decided")
    assert gt(local, "run", "--as-of", DAY) == 1
    assert [name for name in outbox(local) if name.startswith("omega")] == []
    told = f"decision '{EVE}-notice' was not on main"
    assert told in capsys.readouterr().err


def test_an_approval_forged_beside_its_decision_has_no_effect(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = f"ledger/omega/decisions/{EVE}-notice.yaml"
    commit(local, {path: f"{sh(local, 'show', f'goodterms/{OMEGA}:{path}')}\n"})
    text = f"---\nid: {EVE}-notice\nstate: approved\nby: [dana]\nat: {EVE}T12:00:00Z\n"
    forged = {"ledger/omega/journal.yaml": journal(local, "omega") + text}
    as_engine(local, forged, "Record what was decided")
    assert gt(local, "run", "--as-of", DAY) == 1
    assert [name for name in outbox(local) if name.startswith("omega")] == []
    assert "it did not come by a merge of its branch" in capsys.readouterr().err


def test_a_payment_between_approval_and_run_voids_it(local: Path) -> None:
    assert (yes(local, "dana"), yes(local, "omar")) == (0, 0)
    path = "ledger/omega/invoices/INV-omega.yaml"
    text = (local / path).read_text(encoding="utf-8")
    commit(local, {path: text + 'payments: [{on: 2026-10-07, amount: "40.00"}]\n'})
    assert gt(local, "run", "--as-of", DAY) == 0
    assert "state: approved" in journal(local, "omega")
    assert "state: void" in journal(local, "omega")
    assert [name for name in outbox(local) if name.startswith("omega")] == []


def test_another_remedy_is_an_edit_that_keeps_no_names(tmp_path: Path) -> None:
    steps = {"2026-06-24": "reminder", "2026-07-01": "call", "2026-07-15": "notice"}
    root = books(tmp_path / "books", {**BARE, **account("tau", "2026-06-10", steps)})
    assert gt(root, "run", "--as-of", DAY) == 0
    name = f"tau/{DAY}-triage"
    text = sh(root, "show", f"goodterms/{name}:ledger/tau/decisions/{DAY}-triage.yaml")
    assert text.splitlines()[6:] == [
        "# one of these, and the only line to edit:",
        "#   ride-out: wait 30 days",
        "#   agency: place with northstar, credit hold",
        "#   write-off: write off",
        "choose: agency",
        text.splitlines()[-1],
    ]
    args = ["approve", name, "--by", "omar", "--choose", "write-off", "--as-of", DAY]
    assert gt(root, *args) == 0
    assert gt(root, "run", "--as-of", NEXT) == 0
    found = journal(root, "tau")
    assert "choose: write-off\nby: [omar]" in found
    assert "kind: write-off\nstate: sent\n" in found
    assert 'amount: "100.00"' in found
    assert outbox(root) == {}


SETTINGS = Settings(
    Creditor("Linden", "DE", "Europe/Berlin", "a@linden.example"),
    people={"dana": Person("dana", "Dana")},
    teams={"leads": ("dana",)},
)
POLICY = PolicyRef("standard", 1)
LINE = InvoiceLine(
    "INV-1",
    parse_amount("100.00", "EUR"),
    parse_amount("100.00", "EUR"),
    date(2026, 9, 1),
    37,
    "notice",
    POLICY,
)


def proposing(facts: str = "sha256:aa", *, decision: str | None = None) -> Action:
    return Action(
        id="acme/2026-10-08-notice",
        kind="propose",
        account="acme",
        step="notice",
        policy=POLICY,
        invoices=() if decision else (LINE,),
        listed=(LINE,) if decision else (),
        decision=decision,
        choose="approve",
        expires=date(2026, 10, 22),
        facts=facts,
        why=("it is due",),
    )


def context(root: Path) -> RunContext:
    """Return the ledger at a folder as a run on 8 October sees it."""
    repo = open_repo(root)
    workspace, _ = Workspace.open(root)
    assert workspace
    noon = datetime(2026, 10, 8, 12, tzinfo=UTC)
    ours = replace(workspace, settings=SETTINGS)
    return RunContext(repo, read_refs(repo), ours, EntryTime(noon.date(), noon))


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    return books(tmp_path / "books", BARE)


def test_the_same_proposal_is_adopted_and_another_is_in_the_way(bare: Path) -> None:
    move, problem = opened(context(bare), proposing(), ())
    assert move
    assert problem is None
    assert (move.branch, move.old) == ("goodterms/acme/2026-10-08-notice", None)
    sh(bare, "branch", move.branch, str(move.new))
    adopted, problem = opened(context(bare), proposing(), ())
    assert adopted
    assert (adopted.old, adopted.new, problem) == (move.new, move.new, None)
    none, problem = opened(context(bare), proposing("sha256:bb"), ())
    assert none is None
    assert "is no proposal of ours; give it another name: git branch -m" in str(problem)


def open_one(root: Path) -> Proposal:
    move, _ = opened(context(root), proposing(), ())
    assert move
    sh(root, "branch", move.branch, str(move.new))
    return Proposal(
        account="acme",
        id="2026-10-08-notice",
        proposed=date(2026, 10, 8),
        expires=date(2026, 10, 22),
        facts="sha256:aa",
        commit=move.new,
        approval=Approval("leads", 1, 14),
    )


def test_changed_facts_are_a_commit_on_top(bare: Path) -> None:
    found = open_one(bare)
    trailer(bare, "dana", branch=found.branch)
    move, _, problem = refresh(
        context(bare), proposing("sha256:bb", decision=found.id), found
    )
    assert move
    assert problem is None
    assert sh(bare, "log", "--format=%s", f"main..{move.new}").splitlines() == [
        "Propose notice for acme",
        "Approve",
        "Propose notice for acme",
    ]
    repo = open_repo(bare)
    text = read_files(repo, str(move.new), [found.path])[found.path].decode()
    assert "proposed: 2026-10-08\n" in text
    assert "facts: sha256:bb\n" in text
    sh(bare, "update-ref", f"refs/heads/{found.branch}", str(move.new))
    forge = LocalForge(repo, SETTINGS)
    lines, _ = forge.ask(LedgerStatus(context(bare), (found,)))
    assert lines[0].startswith("acme/2026-10-08-notice waits for 1 of leads until")


def test_an_edited_branch_is_never_overwritten(bare: Path) -> None:
    found = open_one(bare)
    sh(bare, "switch", "-q", found.branch)
    commit(bare, {found.path: "mine\n"})
    sh(bare, "switch", "-q", "main")
    move, _, problem = refresh(
        context(bare), proposing("sha256:bb", decision=found.id), found
    )
    assert move is None
    assert "was edited; decline it: goodterms decline acme/" in str(problem)


DECISION = Decision(
    id="2026-10-08-notice",
    proposed=date(2026, 10, 8),
    expires=date(2026, 10, 22),
    step="notice",
    policy=POLICY,
    invoices=(JournalRow("INV-1", open="100.00"),),
    choose="approve",
    facts="sha256:aa",
)


def test_the_text_of_a_decision() -> None:
    remedies = (Remedy("wait", pause=7), Remedy("plan", offer="three"))
    text = decision_text(DECISION, remedies)
    assert "#   wait: wait 7 days\n#   plan: offer three\nchoose: approve\n" in text
    assert decision_text(DECISION, ()).count("#") == 0


@pytest.mark.parametrize(
    ("found", "same"),
    [
        (b"a: 1\nchoose: x\nb: 2\n", True),
        (b"a: 1\nchoose: y # now\nb: 2\n", True),
        (b"a: 2\nchoose: x\nb: 2\n", False),
        (b"a: 1\nb: 2\n", False),
        (b"a: 1\nchoose: x\nchoose: y\nb: 2\n", False),
        (b"a: 1\nchoose: x\nb: 2\n# \n", False),
    ],
)
def test_what_only_differs_in_its_choice(found: bytes, *, same: bool) -> None:
    assert only_choice_differs(b"a: 1\nchoose: x\nb: 2\n", found) is same


def test_choosing() -> None:
    text = b"a: 1\nchoose: x\nb: 2\n"
    assert with_choice(text, "write-off") == b"a: 1\nchoose: write-off\nb: 2\n"
    assert (choice(text), choice(b"a: 1\n")) == ("x", "")


def test_an_unknown_forge_is_refused(bare: Path) -> None:
    settings = Settings(SETTINGS.creditor, forge="gitlab")
    with pytest.raises(RefusalError, match="forge: there is no 'gitlab'"):
        open_forge(settings, open_repo(bare))


def test_another_choice_says_whose_yes_counts_no_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = {"2026-07-01": "reminder", "2026-07-10": "call", "2026-08-01": "notice"}
    two = BARE["policies/standard/v1.yaml"].replace("count: 1", "count: 2")
    files = {**BARE, **account("tau", "2026-06-10", steps)}
    root = books(tmp_path / "books", {**files, "policies/standard/v1.yaml": two})
    assert gt(root, "run", "--as-of", DAY) == 0
    name = f"tau/{DAY}-triage"

    def told(*args: str) -> str:
        capsys.readouterr()
        assert gt(root, *args, "--as-of", DAY) == 0
        return capsys.readouterr().out

    assert "it chooses agency\n" in told("tasks")
    dana = told("approve", name, "--by", "dana", "--choose", "ride-out")
    assert dana == (
        f"{name}: approved by dana; waits for 1 more;"
        " it chooses ride-out now, in place of agency\n"
    )
    said = " ".join(told("tasks").split())
    assert "it chooses ride-out; dana said yes, 1 more to go" in said
    omar = told("approve", name, "--by", "omar", "--choose", "write-off")
    assert omar == (
        f"{name}: approved by omar; waits for 1 more; it chooses write-off now,"
        " in place of ride-out, so the yes of dana to ride-out counts no more\n"
    )
    assert "it chooses write-off; omar said yes, 1 more to go" in " ".join(
        told("run").split()
    )
