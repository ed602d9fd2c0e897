"""What people do on GitHub, and what the next run makes of it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from goodterms.forge import Proposal
from goodterms.forge.github.forge import GitHubForge
from goodterms.forge.run_context import RunContext
from goodterms.git import open_repo, read_refs
from goodterms.model.journal import EntryTime
from goodterms.workspace.workspace import Workspace
from tests.support.eventful_ledger import DAY, NEXT, paid
from tests.support.git_repos import sh
from tests.support.github_connection import api, writes
from tests.support.github_firm import (
    DANA,
    GAMMA,
    OMAR,
    SETTINGS,
    TAU,
    Firm,
    asked,
    lent,
    path_of,
)
from tests.support.github_server.server_state import BOT

CLERK = "linden-admin"
LATER = "2026-10-12"


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """Make a firm that has asked its two questions on the day."""
    folder = tmp_path_factory.mktemp("morning")
    with asked(folder) as made:
        yield made


@pytest.fixture
def books(morning: Firm, tmp_path: Path) -> Iterator[Firm]:
    with lent(morning, tmp_path) as made:
        yield made


def branch(name: str) -> str:
    return f"goodterms/{name}"


def choose(books: Firm, name: str, login: str, what: str = "ride-out") -> str:
    """Change a proposal's choice, as somebody does in the browser."""
    text = books.github.read(path_of(name), branch(name))
    text = text.replace("choose: agency", f"choose: {what}")
    return books.github.as_user(login).edit(branch(name), path_of(name), text)


def two_agree(books: Firm, method: str = "merge") -> None:
    number = books.number(GAMMA)
    books.github.as_user(OMAR).approve(number)
    books.github.as_user(DANA).merge(number, method)


def refused(books: Firm, name: str, why: str, *, day: str = NEXT) -> None:
    """Run twice: refused each time, said once on the pull request, nothing done."""
    account = name.partition("/")[0]
    before = books.sent()
    for time in ("10:00", "11:00"):
        result = books.run(day, time)
        told = [str(p) for p in result.problems if p.rule == "decision-refused"]
        assert len(told) == 1, result.problems
        assert why in told[0]
        assert told[0].startswith(f"{path_of(name)}: error: this decision was refused")
    assert "approved" not in books.states(account)
    assert books.sent() == before
    said = [text for text in books.comments(name) if "does not count" in text]
    assert said == ["**This decision does not count. Nothing was sent.**"]
    merged = books.github.pull(books.number(name)).merged_by
    step = "1. Press **Revert**" if merged else "1. Delete [`ledger/"
    assert [c for c in books.github.state.comments.values() if step in c.body]


# ------------------------------------------------------------------------ approved


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
@pytest.mark.parametrize("delete", [False, True], ids=["kept", "deleted"])
def test_two_agree(books: Firm, method: str, *, delete: bool) -> None:
    books.github.rules.delete_branch_on_merge = delete
    two_agree(books, method)
    result = books.run(NEXT)
    assert result.problems == []
    assert "by: [dana, omar]" in books.journal("gamma")
    assert books.sent()[-1] == f"gamma/{NEXT}-notice"
    assert books.comments(GAMMA) == ["**Approved** by Dana Lindqvist, Omar Haddad."]
    assert branch(GAMMA) not in books.github.state.branches
    assert "outcome: done" in books.github.issue(books.number(GAMMA)).labels
    again = books.run(NEXT, "11:00")
    assert (again.problems, again.figures) == ([], {})


def test_what_was_answered_is_known_by_its_label_in_any_case(books: Firm) -> None:
    client = books.github.clerk.client
    label = {"name": "Outcome: Done", "color": "ededed"}
    client.post("/repos/linden/ledger/labels", **label).good()
    two_agree(books)
    books.run(NEXT)
    assert "Outcome: Done" in books.github.issue(books.number(GAMMA)).labels
    before = len(writes(books.github))
    books.run(NEXT, "11:00")
    assert len(writes(books.github)) == before + 1  # the dashboard


def test_a_merge_that_github_has_yet_to_notice_is_for_the_next_run(
    books: Firm,
) -> None:
    stale = books.github.fault("stale", path="*/pulls*", times=50)
    two_agree(books)
    assert books.run(NEXT).problems == []
    assert books.states("gamma")[-1] == "proposed"
    assert books.comments(GAMMA) == []
    stale.times = stale.hits
    assert books.run(NEXT, "11:00").problems == []
    assert "by: [dana, omar]" in books.journal("gamma")
    assert books.comments(GAMMA) == ["**Approved** by Dana Lindqvist, Omar Haddad."]


def test_what_was_approved_and_reaches_nobody_is_said_until_it_does(
    books: Firm,
) -> None:
    books.through_settings = True
    two_agree(books)
    books.run(NEXT)
    number = books.number(GAMMA)
    (said,) = [c.body for c in books.github.state.comments.values()]
    assert "**nothing was done so far**: `channels` in goodterms.yaml sends" in said
    labels = books.github.issue(number).labels
    assert not [label for label in labels if label.startswith("outcome")]

    books.through_settings = False
    books.run(NEXT, "11:00")
    (said,) = [c.body for c in books.github.state.comments.values()]
    assert "sent by post" in said
    assert "outcome: done" in books.github.issue(number).labels


def test_one_merges_what_needs_one(books: Firm) -> None:
    books.github.as_user(OMAR).merge(books.number(TAU))
    assert books.run(NEXT).problems == []
    text = books.journal("tau")
    assert "choose: agency\nby: [omar]" in text
    assert '["pull request #2 was merged by ohaddad"]' in text
    assert books.sent()[-1] == f"tau/{NEXT}-triage"


def test_another_remedy_is_chosen_by_one_and_merged_by_the_other(books: Firm) -> None:
    choose(books, TAU, OMAR)
    books.github.as_user(DANA).merge(books.number(TAU))
    before = books.sent()
    assert books.run(NEXT).problems == []
    assert "choose: ride-out\nby: [dana]" in books.journal("tau")
    assert books.sent() == before
    assert books.comments(TAU) == ["**Approved** by Dana Lindqvist."]


def test_an_update_of_the_branch_from_main_is_no_edit(books: Firm) -> None:
    books.push({"notes.txt": "something else\n"})
    sh(books.root, "fetch", "-q", "origin")
    sh(books.root, "switch", "-q", "-c", "side", f"origin/{branch(TAU)}")
    sh(books.root, "merge", "-q", "-m", "Merge main", "origin/main")
    sh(books.root, "push", "-q", books.github.remote(DANA), f"HEAD:{branch(TAU)}")
    sh(books.root, "switch", "-q", "main")
    books.github.as_user(DANA).merge(books.number(TAU))
    assert books.run(NEXT).problems == []
    assert "approved" in books.states("tau")


def test_merged_by_hand_by_one_of_the_team_is_merged(books: Firm) -> None:
    """GitHub itself notes who pushed the merge, and marks the request as merged."""
    sh(books.root, "fetch", "-q", "origin")
    sh(books.root, "reset", "-q", "--hard", "origin/main")
    sh(books.root, "merge", "-q", "--no-ff", "-m", "M", f"origin/{branch(TAU)}")
    sh(books.root, "push", "-q", books.github.remote(DANA), "HEAD:main")
    assert books.run(NEXT).problems == []
    assert "by: [dana]" in books.journal("tau")


# ------------------------------------------------------------------------- refused


def merged_by_one(books: Firm) -> None:
    books.github.as_user(DANA).merge(books.number(GAMMA))


def approved_before_an_edit(books: Firm) -> None:
    books.github.as_user(OMAR).approve(books.number(GAMMA))
    text = books.github.read(path_of(GAMMA), branch(GAMMA))
    person = books.github.as_user(DANA)
    person.edit(branch(GAMMA), "notes.txt", "x")
    person.remove(branch(GAMMA), "notes.txt")
    assert books.github.read(path_of(GAMMA), branch(GAMMA)) == text
    person.merge(books.number(GAMMA))


def merged_by_an_outsider(books: Firm) -> None:
    books.github.as_user(CLERK).merge(books.number(TAU))


def chosen_and_merged_by_one(books: Firm) -> None:
    choose(books, TAU, DANA)
    books.github.as_user(DANA).merge(books.number(TAU))


def pushed_as(books: Firm, author: str, committer: str) -> None:
    """Change the choice in a commit that says it is somebody else's; Dana pushes."""
    sh(books.root, "fetch", "-q", "origin")
    sh(books.root, "switch", "-q", "-c", "side", f"origin/{branch(TAU)}")
    file = books.root / path_of(TAU)
    file.write_text(file.read_text().replace("choose: agency", "choose: ride-out"))
    name, _, address = committer.partition(" ")
    typed = ("-c", f"user.name={name}", "-c", f"user.email={address.strip('<>')}")
    sh(books.root, *typed, "commit", "-q", "-a", "-m", "Edit", f"--author={author}")
    sh(books.root, "push", "-q", books.github.remote(DANA), f"HEAD:{branch(TAU)}")
    sh(books.root, "switch", "-q", "main")


def chosen_as_another(books: Firm) -> None:
    omar = f"Omar <{books.github.world.users[OMAR].email}>"
    pushed_as(books, omar, omar)
    books.github.as_user(DANA).merge(books.number(TAU))


def chosen_as_in_the_browser(books: Firm) -> None:
    omar = f"Omar <{books.github.world.users[OMAR].email}>"
    pushed_as(books, omar, "GitHub <noreply@github.com>")
    books.github.as_user(DANA).merge(books.number(TAU))


def another_amount(books: Firm) -> None:
    text = books.github.read(path_of(TAU), branch(TAU)).replace("100.00", "1.00")
    books.github.as_user(OMAR).edit(branch(TAU), path_of(TAU), text)
    books.github.as_user(DANA).merge(books.number(TAU))


def no_such_option(books: Firm) -> None:
    choose(books, TAU, OMAR, "sue")
    books.github.as_user(DANA).merge(books.number(TAU))


def more_than_the_decision(books: Firm) -> None:
    text = SETTINGS.replace("[dana, omar]", "[dana, omar, iris]")
    books.github.as_user(DANA).edit(branch(TAU), "goodterms.yaml", text)
    books.github.as_user(DANA).merge(books.number(TAU))


def left_the_list(books: Firm) -> None:
    books.push({"goodterms.yaml": SETTINGS.replace("[dana, omar]", "[dana, iris]")})
    books.github.as_user(OMAR).merge(books.number(TAU))


def too_late(books: Firm) -> None:
    books.github.at("2026-10-22T22:30:00Z")  # the 23rd in Berlin
    books.github.as_user(DANA).merge(books.number(TAU))


def pushed_to_main(books: Firm) -> None:
    text = books.github.read(path_of(TAU), branch(TAU))
    books.push({path_of(TAU): text})


def pushed_to_main_and_merged(books: Firm) -> None:
    pushed_to_main(books)
    books.github.as_user(DANA).merge(books.number(TAU))


def changed_on_main(books: Firm) -> None:
    books.github.as_user(DANA).merge(books.number(TAU))
    text = books.github.read(path_of(TAU)).replace("agency", "ride-out")
    books.push({path_of(TAU): text})


def merged_by_hand_by_an_outsider(books: Firm) -> None:
    sh(books.root, "fetch", "-q", "origin")
    sh(books.root, "merge", "-q", "--no-ff", "-m", "M", f"origin/{branch(TAU)}")
    sh(books.root, "push", "-q", books.github.remote(CLERK), "HEAD:main")


def merged_with_a_change(books: Firm) -> None:
    """Push a merge by hand that says something else than the branch."""
    sh(books.root, "fetch", "-q", "origin")
    sh(books.root, "reset", "-q", "--hard", "origin/main")
    sh(books.root, "merge", "-q", "--no-ff", "--no-commit", f"origin/{branch(TAU)}")
    file = books.root / path_of(TAU)
    file.write_text(file.read_text().replace("choose: agency", "choose: ride-out"))
    sh(books.root, "commit", "-q", "-a", "-m", "Merge")
    sh(books.root, "push", "-q", books.github.remote(DANA), "HEAD:main")


def asked_for_changes(books: Firm) -> None:
    number = books.number(TAU)
    books.github.as_user(OMAR).review(number, "REQUEST_CHANGES", "Call them first")
    books.github.as_user(DANA).merge(number)


@pytest.mark.parametrize(
    ("act", "name", "why"),
    [
        (merged_by_one, GAMMA, "1 of 2 members of leads approved it"),
        (
            approved_before_an_edit,
            GAMMA,
            "the approval of 'ohaddad' is of an earlier commit",
        ),
        (merged_by_an_outsider, TAU, "'linden-admin', who is not in leads"),
        (chosen_and_merged_by_one, TAU, "dana alone approved it, and may have changed"),
        (chosen_as_another, TAU, "GitHub vouches only for changes in the browser"),
        (chosen_as_in_the_browser, TAU, "dana alone approved it, and may have"),
        (another_amount, TAU, "it says other things than were proposed"),
        (no_such_option, TAU, "it chooses 'sue', and the step offers ride-out, agency"),
        (more_than_the_decision, TAU, "more than the decision: goodterms.yaml"),
        (left_the_list, TAU, "'ohaddad', who is not in leads"),
        (pushed_to_main, TAU, "without the merge of its pull request"),
        (pushed_to_main_and_merged, TAU, "it did not come to main by the merge of"),
        (changed_on_main, TAU, "it was changed after it came to main"),
        (merged_by_hand_by_an_outsider, TAU, "'linden-admin', who is not in leads"),
        (merged_with_a_change, TAU, "what was merged is not what was reviewed"),
        (asked_for_changes, TAU, "'ohaddad' asked for changes"),
    ],
)
def test_what_does_not_count(
    books: Firm, act: Callable[[Firm], None], name: str, why: str
) -> None:
    act(books)
    refused(books, name, why)


def test_a_merge_after_the_last_day_is_refused_and_expires(books: Firm) -> None:
    too_late(books)
    result = books.run("2026-10-23")
    told = [str(p) for p in result.problems if p.rule == "decision-refused"]
    assert ["merged on 2026-10-23, and expired on 2026-10-22" in t for t in told] == [
        True
    ]
    assert books.states("tau")[-1] == "expired"
    assert "approved" not in books.states("tau")


def test_a_refused_merge_is_removed_and_asked_again(books: Firm) -> None:
    merged_by_an_outsider(books)
    books.run(NEXT)
    sh(books.root, "fetch", "-q", "origin")
    sh(books.root, "reset", "-q", "--hard", "origin/main")
    sh(books.root, "rm", "-q", path_of(TAU))
    books.push({"notes.txt": "x"})  # another clone; the removal comes by the browser
    books.github.as_user(CLERK).remove("main", path_of(TAU))
    result = books.run(NEXT, "11:00")
    assert result.problems == []
    assert books.states("tau")[-2:] == ["void", "proposed"]
    again = f"tau/{NEXT}-triage"
    books.github.as_user(DANA).merge(books.number(again))
    books.run(LATER)
    assert "approved" in books.states("tau")


def test_a_choice_that_was_pushed_needs_two(books: Firm) -> None:
    omar = f"Omar <{books.github.world.users[OMAR].email}>"
    pushed_as(books, omar, omar)
    books.github.as_user(OMAR).approve(books.number(TAU))
    books.github.as_user(DANA).merge(books.number(TAU))
    assert books.run(NEXT).problems == []
    assert "choose: ride-out\nby: [dana, omar]" in books.journal("tau")


# ------------------------------------------------------------------------ declined


def test_closing_is_a_no(books: Firm) -> None:
    number = books.number(TAU)
    books.github.as_user(OMAR).close(number, "They are friends.")
    assert books.run(NEXT).problems == []
    text = books.journal("tau")
    assert "state: declined" in text
    assert "by: [omar]" in text
    assert "pull request #2 was closed by ohaddad" in text
    assert "reason: They are friends." in text
    assert [t.partition(".")[0] for t in books.comments(TAU)] == ["**Declined"]
    assert branch(TAU) not in books.github.state.branches
    assert "outcome: declined" in books.github.issue(number).labels
    assert books.run(LATER).figures == {}
    assert "proposed" not in books.states("tau")[-1:]


def test_the_reason_is_the_last_word_of_whoever_closed_it(books: Firm) -> None:
    number = books.number(TAU)
    books.github.as_user(OMAR).comment(number, "Not sure yet.")
    books.github.as_user(OMAR).comment(number, "> Not sure yet.\n\nNo:\nthey called.")
    books.github.as_user(DANA).comment(number, "Fine with me.")
    books.github.as_user(OMAR).close(number)
    books.run(NEXT)
    assert 'reason: "No: they called."' in books.journal("tau")


def test_an_outsider_may_say_no(books: Firm) -> None:
    books.github.as_user(CLERK).close(books.number(TAU))
    books.run(NEXT)
    assert "closed by linden-admin" in books.journal("tau")
    assert books.states("tau")[-1] == "declined"


def test_deleting_the_branch_is_a_no(books: Firm) -> None:
    books.github.as_user(DANA).delete_branch(branch(TAU))
    books.run(NEXT)
    assert books.states("tau")[-1] == "declined"


def test_a_bot_that_closes_has_said_nothing(books: Firm) -> None:
    number = books.number(TAU)
    books.github.as_user(BOT).close(number)
    books.run(NEXT)
    assert books.states("tau")[-1] == "proposed"
    assert books.github.issue(number).state == "open"


def test_reopened_after_a_no_it_is_closed_again(books: Firm) -> None:
    number = books.number(TAU)
    head = books.github.pull(number).head_sha
    books.github.as_user(OMAR).close(number)
    books.run(NEXT)
    sh(books.github.path, "branch", branch(TAU), head)
    books.github.as_user(OMAR).reopen(number)
    books.run(NEXT, "11:00")
    assert books.github.issue(number).state == "closed"
    assert branch(TAU) not in books.github.state.branches
    assert len(books.comments(TAU)) == 1


def test_merged_after_a_no_it_is_nobodys_decision(books: Firm) -> None:
    number = books.number(TAU)
    head = books.github.pull(number).head_sha
    books.github.as_user(OMAR).close(number)
    books.run(NEXT)
    sh(books.github.path, "branch", branch(TAU), head)
    books.github.as_user(DANA).reopen(number)
    books.github.as_user(DANA).merge(number)
    before = books.sent()
    for time in ("11:00", "12:00"):
        result = books.run(NEXT, time)
        assert "no open proposal asks for it" in str(result.problems[0])
    assert books.sent() == before
    assert len([t for t in books.comments(TAU) if "does not count" in t]) == 1


# --------------------------------------------------------------------------- facts


def test_a_payment_closes_it(books: Firm) -> None:
    number = books.number(GAMMA)
    books.push(paid("gamma", "2026-09-17", NEXT))
    assert books.run(NEXT).problems == []
    assert books.github.issue(number).state == "closed"
    assert [t.partition(".")[0] for t in books.comments(GAMMA)] == ["**Closed: paid"]
    assert "outcome: paid" in books.github.issue(number).labels
    assert branch(GAMMA) not in books.github.state.branches
    books.run(NEXT, "11:00")
    assert len(books.comments(GAMMA)) == 1


def part(books: Firm, name: str) -> None:
    """Let a part of what is owed be paid."""
    path = f"ledger/{name}/invoices/INV-{name}.yaml"
    text = books.github.read(path)
    books.push({path: text + f'payments: [{{on: {NEXT}, amount: "40.00"}}]\n'})


def test_other_facts_renew_it_in_place_and_old_approvals_with_it(books: Firm) -> None:
    number = books.number(GAMMA)
    books.github.as_user(OMAR).approve(number)
    old = books.github.pull(number).head_sha
    part(books, "gamma")
    books.run("2026-10-15")
    assert books.number(GAMMA) == number
    assert books.github.pull(number).head_sha != old
    assert "60.00" in books.github.issue(number).title
    assert books.github.read(path_of(GAMMA), branch(GAMMA)).count("60.00") == 1
    books.github.as_user(DANA).merge(number)
    refused(
        books, GAMMA, "the approval of 'ohaddad' is of an earlier", day="2026-10-16"
    )


def test_an_edited_branch_is_never_overwritten(books: Firm) -> None:
    mine = choose(books, TAU, OMAR, "write-off")
    part(books, "tau")
    result = books.run("2026-10-15")
    assert "was edited; close its pull request" in str(result.problems[0])
    assert books.github.state.branches[branch(TAU)] == mine
    before = books.sent()
    books.github.as_user(DANA).merge(books.number(TAU))
    books.run("2026-10-16")
    assert books.states("tau")[-3:] == ["approved", "void", "proposed"]
    assert books.sent() == before
    assert "write-off" not in books.journal("tau").replace("choose: write-off", "")
    assert books.comments(TAU)[-1].startswith("**Approved, and not carried out.**")


def test_nobody_decides(books: Firm) -> None:
    result = books.run("2026-10-23")
    assert [p.rule for p in result.problems] == ["run-missed"]
    for name, account in ((GAMMA, "gamma"), (TAU, "tau")):
        assert books.states(account)[-1] == "expired"
        assert books.github.issue(books.number(name)).state == "closed"
        assert [t for t in books.comments(name) if "Nobody decided" in t]


def test_after_ten_days_without_a_run_nothing_is_lost(books: Firm) -> None:
    two_agree(books)
    books.github.as_user(DANA).close(books.number(TAU))
    result = books.run("2026-10-19")
    assert "gamma/2026-10-19-notice" in books.sent()
    assert books.states("tau")[-1] == "declined"
    assert "missed: no run on 2026-10-09 to 2026-10-16" in "\n".join(result.lines)
    assert [p.rule for p in result.problems] == ["run-missed"]


# --------------------------------------------------------- what cannot be known now


@pytest.mark.parametrize(
    "path",
    ["*/pulls", "*/pulls/1", "*/pulls/1/reviews"],
    ids=["list", "one", "reviews"],
)
def test_what_github_does_not_tell_stays_open(books: Firm, path: str) -> None:
    two_agree(books)
    books.github.fault("error-before", method="GET", path=path, times=3)
    result = books.run(NEXT)
    assert "nobody knows whether this was decided" in str(result.problems[0])
    assert "approved" not in books.states("gamma")
    books.run(NEXT, "11:00")
    assert "approved" in books.states("gamma")


def test_a_stale_list_decides_nothing(books: Firm) -> None:
    books.github.fault("stale", path="*/pulls", times=9)
    books.github.as_user(DANA).close(books.number(TAU))
    two_agree(books)
    result = books.run(NEXT)
    assert result.problems == []
    assert "approved" in books.states("gamma")  # main has it, and one pull is fresh
    assert books.states("tau")[-1] == "proposed"
    books.github.desk.faults.clear()
    books.run(NEXT, "11:00")
    assert books.states("tau")[-1] == "declined"
    assert len(books.github.state.pulls) == 2


def test_merged_while_the_run_looks_is_for_the_next(books: Firm) -> None:
    """The list is newer than main as git has it: nothing is concluded from that."""
    repo = open_repo(books.root)
    refs = read_refs(repo)
    workspace, _ = Workspace.open(books.root)
    assert workspace
    forge = GitHubForge(repo, workspace.settings, api(books.github))
    books.github.as_user(DANA).merge(books.number(TAU))
    asked = Proposal(
        account="tau",
        id=TAU.partition("/")[2],
        proposed=date.fromisoformat(DAY),
        expires=date(2026, 10, 22),
        facts=None,
        commit=None,
        approval=None,
    )
    now = datetime.now(UTC)
    context = RunContext(repo, refs, workspace, EntryTime(now.date(), now))
    assert forge.rulings(context, [asked]) == ((), ())
