"""Tricks of whoever may push, and honest people at odd moments."""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from goodterms.forge.github.client import Client
from goodterms.forge.github.objects import Json
from tests.support.eventful_ledger import NEXT
from tests.support.git_repos import as_engine, sh
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
BRANCH = f"goodterms/{TAU}"
FILE = path_of(TAU)
NIGHT = "02:00"  # before anybody's window
WITH_CLERK = SETTINGS.replace(
    "people:", f"people:\n  eve: {{name: Eve, github: {CLERK}}}"
).replace("[dana, omar]", "[dana, omar, eve]")


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


def on_branch(books: Firm, *commands: tuple[str, ...], to: str = BRANCH) -> None:
    """Run git on the proposal's branch in the clone, and push, as Dana would."""
    sh(books.root, "fetch", "-q", "origin")
    sh(books.root, "switch", "-q", "--detach", f"origin/{BRANCH}")
    for command in commands:
        sh(books.root, *command)
    sh(books.root, "push", "-qf", books.github.remote(DANA), f"HEAD:{to}")
    sh(books.root, "switch", "-q", "main")


def choose(books: Firm, login: str, what: str = "write-off") -> None:
    text = books.github.read(FILE, BRANCH).replace("choose: agency", f"choose: {what}")
    books.github.as_user(login).edit(BRANCH, FILE, text)


def merge(books: Firm, method: str = "merge", login: str = DANA) -> None:
    books.github.as_user(login).merge(books.number(TAU), method)


def told(books: Firm, day: str = NEXT, time: str = "10:00") -> list[str]:
    """Run, and return the errors."""
    found = books.run(day, time).problems
    return [str(problem) for problem in found if problem.severity == "error"]


# ------------------------------------------------------------------------- tricks


def smuggle(books: Firm, path: str, text: str) -> None:
    """Put a change of something else between two commits of the file."""
    decision = books.github.read(FILE, BRANCH)
    clerk = books.github.as_user(CLERK)
    clerk.remove(BRANCH, FILE)
    clerk.edit(BRANCH, path, text)
    clerk.edit(BRANCH, FILE, decision)


def a_list_with_oneself(books: Firm) -> None:
    smuggle(books, "goodterms.yaml", WITH_CLERK)
    merge(books, "rebase", CLERK)


def a_list_taken_back_at_once(books: Firm) -> None:
    smuggle(books, "goodterms.yaml", WITH_CLERK)
    books.github.as_user(CLERK).edit(BRANCH, "goodterms.yaml", SETTINGS)
    merge(books, "rebase", CLERK)


def a_laxer_policy(books: Firm) -> None:
    path = "policies/standard/v1.yaml"
    smuggle(books, path, books.github.read(path).replace("count: 2", "count: 1"))
    merge(books, "rebase")


def another_file_in_a_squash(books: Firm) -> None:
    books.github.as_user(CLERK).edit(BRANCH, "notes.txt", "x")
    merge(books, "squash")


def the_branch_pushed_to_main(books: Firm) -> None:
    on_branch(books, ("rebase", "-q", "origin/main"))
    on_branch(books, to="main")


def another_ones_name(books: Firm) -> None:
    choose_by_git(books, "ohaddad", "noreply@github.com")
    merge(books)


def another_ones_name_twice(books: Firm) -> None:
    choose_by_git(books, "ohaddad", books.github.world.users[OMAR].email)
    merge(books)


def choose_by_git(books: Firm, author: str, committer: str) -> None:
    """Commit another choice under another one's name."""
    by = f"{author} <{books.github.world.users[author].email}>"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_COMMITTER_EMAIL", committer)
        edit = f"sed -i 's/choose: agency/choose: write-off/' {FILE}"
        alias = ("-c", f"alias.edit=!{edit}", "edit")
        on_branch(books, alias, ("commit", "-qam", "Edit", f"--author={by}"))


def a_choice_after_the_click(books: Firm) -> None:
    """Let somebody of no team choose; the merge may have been ordered before."""
    choose(books, CLERK)
    merge(books)


def a_choice_after_the_review(books: Firm) -> None:
    books.github.as_user(DANA).approve(books.number(TAU))
    choose(books, CLERK)
    merge(books, "squash")


def a_workflow_as_hand(books: Firm) -> None:
    choose(books, BOT)
    merge(books)


def a_workflow_that_merges(books: Firm) -> None:
    books.github.as_user(DANA).approve(books.number(TAU))
    merge(books, login=BOT)


def two_at_once(books: Firm) -> None:
    on_branch(books, ("merge", "-q", "-m", "Both", f"origin/goodterms/{GAMMA}"))
    merge(books)


def through_another_branch(books: Firm) -> None:
    books.github.as_user(DANA).edit("side", "side.txt", "x")
    path = f"/repos/{books.github.full_name}/pulls/{books.number(TAU)}"
    books.github.as_user(DANA).client.patch(path, base="side").good()
    merge(books)
    books.run(NEXT, "08:00")
    person = books.github.as_user(DANA)
    person.merge(person.open_pull("side", "Something else"))


def merged_over_another(books: Firm) -> None:
    text = books.github.read(FILE, BRANCH).replace("choose: agency", "choose: ride-out")
    books.push({FILE: text})
    over = ("merge", "-q", "--no-ff", "-X", "theirs", "-m", "M", f"origin/{BRANCH}")
    sh(books.root, *over)
    sh(books.root, "push", "-q", books.github.remote(DANA), "HEAD:main")


def on_the_list_since(books: Firm) -> None:
    merge(books, login=CLERK)
    books.push({"goodterms.yaml": WITH_CLERK})


def another_policy_since(books: Firm) -> None:
    path = "policies/standard/v1.yaml"
    merge(books)
    books.push({path: books.github.read(path).replace("count: 2", "count: 1")})


def reverted_and_brought_back(books: Firm, method: str = "merge") -> None:
    text = books.github.read(FILE, BRANCH)
    merge(books, method)
    books.github.as_user(CLERK).remove("main", FILE)
    books.github.as_user(CLERK).edit("main", FILE, text)


def squashed_reverted_and_brought_back(books: Firm) -> None:
    reverted_and_brought_back(books, "squash")


@pytest.mark.parametrize(
    ("trick", "why"),
    [
        (a_list_with_oneself, "more than the decision: goodterms.yaml"),
        (a_list_taken_back_at_once, "not come to main by the merge of its pull"),
        (a_laxer_policy, "more than the decision: policies/standard/v1.yaml"),
        (another_file_in_a_squash, "more than the decision: notes.txt"),
        (the_branch_pushed_to_main, "not come to main by the merge of its pull"),
        (another_ones_name, "dana alone approved it, and may have changed"),
        (another_ones_name_twice, "dana alone approved it, and may have changed"),
        (a_choice_after_the_click, "changed by 'linden-admin', who is not in leads"),
        (a_choice_after_the_review, "changed by 'linden-admin', who is not in leads"),
        (a_workflow_as_hand, "dana alone approved it, and may have changed"),
        (a_workflow_that_merges, "'github-actions[bot]' merged what they had opened"),
        (two_at_once, f"more than the decision: {path_of(GAMMA)}"),
        (through_another_branch, "not come to main by the merge of its pull"),
        (merged_over_another, "not come to main by the merge of its pull"),
        (on_the_list_since, "'linden-admin', who is not in leads"),
        (another_policy_since, "its policy is not what it was when it was merged"),
        (squashed_reverted_and_brought_back, "not come to main by the merge of its"),
        (reverted_and_brought_back, "not come to main by the merge of its pull"),
    ],
)
def test_a_trick_is_refused(
    books: Firm, trick: Callable[[Firm], None], why: str
) -> None:
    trick(books)
    found = [each for each in told(books) if each.startswith(FILE)]
    assert [why in each for each in found] == [True], found
    assert "approved" not in books.states("tau")
    assert not [name for name in books.sent() if name.startswith(("tau", "gamma"))]


@pytest.mark.parametrize("home", [{"full_name": "mallory/ledger"}, None])
def test_a_fork_with_the_same_branch_is_another_matter(
    books: Firm, monkeypatch: pytest.MonkeyPatch, home: dict[str, str] | None
) -> None:
    merge(books)
    plain = Client.pages

    def pages(client: Client, path: str, **query: str | int) -> Iterator[Json]:
        for raw in plain(client, path, **query):
            yield raw
            if path.endswith("/pulls"):
                fork = {**raw["head"], "repo": home}
                open_now = {"number": 99, "state": "open", "merged_at": None}
                yield {**raw, **open_now, "head": fork}

    monkeypatch.setattr(Client, "pages", pages)
    assert told(books) == []
    assert f"tau/{NEXT}-triage" in books.sent()
    assert not [each for each in books.github.log if "/99" in each.path]


# ------------------------------------------------------------------ honest people


def edited_and_rebased(books: Firm) -> None:
    choose(books, OMAR)
    merge(books, "rebase")


def chosen_by_another_and_reviewed(books: Firm) -> None:
    choose(books, CLERK)
    books.github.as_user(DANA).approve(books.number(TAU))
    merge(books)


def edited_updated_and_squashed(books: Firm) -> None:
    choose(books, OMAR)
    books.push({"notes.txt": "x"})
    on_branch(books, ("merge", "-q", "-m", "Update", "origin/main"))
    merge(books, "squash")


def edited_twice_and_squashed(books: Firm) -> None:
    choose(books, DANA, "ride-out")
    text = books.github.read(FILE, BRANCH).replace("choose: ride-out", "choose: agency")
    books.github.as_user(DANA).edit(BRANCH, FILE, text)
    choose(books, OMAR)
    merge(books, "squash")


def rebased_onto_main(books: Firm) -> None:
    """Press *Update with rebase*; the engine's own clone is made anew each run."""
    books.push({"notes.txt": "x"})
    on_branch(books, ("rebase", "-q", "origin/main"))
    merge(books)
    rmtree(books.root)
    sh(books.root.parent, "clone", "-q", books.github.remote(), str(books.root))


def pushed_unsigned_and_approved_by_two(books: Firm) -> None:
    choose_by_git(books, DANA, "dana@linden.example")
    books.github.as_user(OMAR).approve(books.number(TAU))
    merge(books)


def changed_their_mind(books: Firm) -> None:
    omar, number = books.github.as_user(OMAR), books.number(TAU)
    omar.review(number, "REQUEST_CHANGES", "Wait")
    omar.approve(number)
    merge(books)


def closed_reopened_and_merged(books: Firm) -> None:
    books.github.as_user(OMAR).close(books.number(TAU))
    books.github.as_user(OMAR).reopen(books.number(TAU))
    merge(books)


def another_one_closed_since(books: Firm) -> None:
    """Go on with the branch after the merge, in a request that comes to nothing."""
    merge(books)
    clerk = books.github.as_user(CLERK)
    clerk.edit(BRANCH, "notes.txt", "x")
    clerk.close(clerk.open_pull(BRANCH, "Once more"))


def both_merged(books: Firm) -> None:
    books.github.as_user(OMAR).approve(books.number(GAMMA))
    books.github.as_user(DANA).merge(books.number(GAMMA), "squash")
    merge(books)


def merged_on_the_last_evening(books: Firm) -> None:
    books.github.at("2026-10-22T21:59:00Z")  # a minute to midnight in Berlin
    merge(books)


def test_reopened_while_the_run_looks_is_no_no(books: Firm) -> None:
    number = books.number(TAU)
    books.github.as_user(OMAR).close(number)
    books.github.fault("stale", path="*/pulls", times=9)
    books.github.as_user(OMAR).reopen(number)
    assert told(books) == []
    assert books.states("tau")[-1] == "proposed"
    assert books.github.issue(number).state == "open"


@pytest.mark.parametrize(
    ("act", "choose"),
    [
        (edited_and_rebased, "write-off"),
        (edited_updated_and_squashed, "write-off"),
        (chosen_by_another_and_reviewed, "write-off"),
        (edited_twice_and_squashed, "write-off"),
        (rebased_onto_main, "agency"),
        (pushed_unsigned_and_approved_by_two, "write-off"),
        (changed_their_mind, "agency"),
        (closed_reopened_and_merged, "agency"),
        (another_one_closed_since, "agency"),
        (both_merged, "agency"),
        (merged_on_the_last_evening, "agency"),
    ],
)
def test_an_honest_way_counts(
    books: Firm, act: Callable[[Firm], None], choose: str
) -> None:
    act(books)
    day = "2026-10-23" if act is merged_on_the_last_evening else NEXT
    assert told(books, day) == []
    assert f"choose: {choose}\nby: [dana" in books.journal("tau")
    if choose == "agency":
        assert books.sent().count(f"tau/{day}-triage") == 1
    else:
        assert books.journal("tau").count("kind: write-off") == 1
    assert ("gamma" in str(books.sent())) is (act is both_merged)


# -------------------------------------------- approved, and not carried out yet


def two_agreed(books: Firm) -> None:
    """Let gamma's letter be approved before its window opens: it waits."""
    books.github.as_user(OMAR).approve(books.number(GAMMA))
    books.github.as_user(DANA).merge(books.number(GAMMA))
    assert told(books, NEXT, NIGHT) == []
    assert books.states("gamma")[-1] == "approved"


def change_on_main(books: Firm) -> None:
    path = path_of(GAMMA)
    books.push({path: books.github.read(path) + "# seen\n"})


def take_a_yes_back(books: Firm) -> None:
    review = next(iter(books.github.state.reviews))
    number, client = books.number(GAMMA), books.github.as_user(CLERK).client
    path = f"/repos/{books.github.full_name}/pulls/{number}/reviews/{review}"
    client.call("PUT", f"{path}/dismissals", {"message": "Wait"}).good()


def silence(books: Firm) -> None:
    books.github.fault("error-before", path="*/reviews", times=99)


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (change_on_main, "it was changed after it came to main"),
        (take_a_yes_back, "1 of 2 members of leads approved it"),
        (silence, "nobody knows whether this was decided"),
    ],
)
def test_what_is_doubtful_waits(
    books: Firm, act: Callable[[Firm], None], why: str
) -> None:
    two_agreed(books)
    act(books)
    for time in ("10:00", "11:00"):
        assert [why in each for each in told(books, NEXT, time)] == [True]
    assert books.states("gamma")[-1] == "approved"
    assert f"gamma/{NEXT}-notice" not in books.sent()


def test_what_was_doubtful_leaves_when_it_is_clear(books: Firm) -> None:
    two_agreed(books)
    silence(books)
    told(books)
    books.github.desk.faults.clear()
    assert told(books, NEXT, "11:00") == []
    assert books.sent()[-1] == f"gamma/{NEXT}-notice"


@pytest.mark.parametrize("time", ["", NIGHT])
def test_a_reverted_merge_is_taken_back_and_asked_again(books: Firm, time: str) -> None:
    books.github.as_user(OMAR).approve(books.number(GAMMA))
    books.github.as_user(DANA).merge(books.number(GAMMA))
    assert not time or told(books, NEXT, time) == []
    books.github.as_user(DANA).remove("main", path_of(GAMMA))
    assert told(books) == []
    assert told(books, NEXT, "11:00") == []
    assert books.states("gamma")[-2:] == ["void", "proposed"]
    assert f"gamma/{NEXT}-notice" not in books.sent()
    said = books.comments(GAMMA)[-1].partition(".**")[0]
    assert (
        said == f"**{'Approved, and not carried out' if time else 'Closed: overtaken'}"
    )
    again = f"gamma/{NEXT}-notice"
    books.github.as_user(OMAR).approve(books.number(again))
    books.github.as_user(DANA).merge(books.number(again))
    assert told(books, LATER) == []
    assert books.sent()[-1] == f"gamma/{LATER}-notice"


def forge(books: Firm, choice: str) -> None:
    """Write an approval into the journal, as the engine would."""
    text = f"---\nid: {TAU[4:]}\nstate: approved\nby: [dana]\nchoose: {choice}\n"
    text += f"at: {NEXT}T01:00:00Z\n"
    sh(books.root, "fetch", "-q", "origin", "main")
    sh(books.root, "reset", "-q", "--hard", "origin/main")
    forged = {"ledger/tau/journal.yaml": books.journal("tau") + text}
    as_engine(books.root, forged, "Record what was decided")
    sh(books.root, "push", "-q", books.github.remote("linden-admin"), "HEAD:main")


@pytest.mark.parametrize("beside", [False, True])
def test_an_approval_forged_in_the_journal_has_no_effect(
    books: Firm, *, beside: bool
) -> None:
    if beside:
        books.push({FILE: books.github.read(FILE, BRANCH)})
    forge(books, "write-off")
    why = "without the merge of its pull request" if beside else "was not on main"
    for time in ("10:00", "11:00"):
        (error,) = told(books, NEXT, time)
        assert why in error
    assert "kind: write-off" not in books.journal("tau")
    assert books.comments(TAU) == []
    assert books.github.issue(books.number(TAU)).state == "open"


def test_a_choice_forged_in_the_journal_has_no_effect(books: Firm) -> None:
    merge(books)
    forge(books, "write-off")
    (error,) = told(books)
    assert error.startswith("ledger/tau/journal.yaml: error: it says that")
    assert "approved as 'write-off', and it was approved as 'agency'" in error
    assert "kind: write-off" not in books.journal("tau")
    assert not [name for name in books.sent() if name.startswith("tau")]
