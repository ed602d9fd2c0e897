"""Deciding in words: comments and reviews below a proposal, and what comes of them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from goodterms.views import read_marker
from goodterms.views.markdown import plain
from tests.support.eventful_ledger import DAY, NEXT, gt
from tests.support.git_repos import sh
from tests.support.github_connection import writes
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
from tests.support.github_server.state import Comment, User
from tests.support.github_server.views.links import node_id

CHOSEN = (
    "Chosen: ride-out, as {0} asked: merging does that now. {0} cannot approve alone."
)
CLERK, IRIS = "linden-admin", "visitor"
BRANCH = f"goodterms/{TAU}"


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """Make a firm that has asked its two questions on the day."""
    with asked(tmp_path_factory.mktemp("morning")) as made:
        yield made


@pytest.fixture
def books(morning: Firm, tmp_path: Path) -> Iterator[Firm]:
    with lent(morning, tmp_path) as made:
        yield made


def say(books: Firm, login: str, text: str, name: str = TAU) -> int:
    """Comment below a proposal, and return the comment's number."""
    made = books.github.as_user(login).comment(books.number(name), text)
    return int(str(made["id"]))


def bot_says(books: Firm, app: str, text: str) -> None:
    """Comment as an app that is none of ours."""
    world = books.github.world
    world.users[app] = User(app, 900, "Bot", "write")
    now = world.clock.stamp()
    number = books.number(TAU)
    world.save(Comment(next(world.ids), number, app, text, now, now))


def file_of(books: Firm, name: str = TAU) -> str:
    return books.github.read(path_of(name), f"goodterms/{name}")


def page(books: Firm, name: str = TAU) -> str:
    return str(books.github.issue(books.number(name)).body)


def answers(books: Firm, name: str = TAU) -> list[str]:
    """List the first lines of what the engine said below a proposal, as words."""
    return [plain(text) for text in books.comments(name)]


def quiet(books: Firm, name: str = TAU) -> None:
    """Run twice more: nothing is said or done again."""
    before, said = file_of(books, name), books.comments(name)
    for time in ("13:00", "14:00"):
        assert books.run(NEXT, time).problems == []
    assert (file_of(books, name), books.comments(name)) == (before, said)


# ------------------------------------------------------------------------ /choose


def test_a_choice_in_words_changes_the_file_and_says_who_asked(books: Firm) -> None:
    say(books, DANA, "/choose ride-out because they answered")
    result = books.run(NEXT)
    assert result.problems == []
    assert f"sync     {TAU} chooses ride-out now, as dana asked" in result.lines
    assert "\nchoose: ride-out\n" in file_of(books)
    told = sh(Path(books.github.world.bare.path), "log", "-1", "--format=%B", BRANCH)
    assert "Asked-by: dana\n" in told
    assert told.endswith("\nReason: they answered")
    assert answers(books) == [CHOSEN.format("Dana Lindqvist")]
    assert "**Chosen: ride-out, in place of agency**" in page(books)
    quiet(books)


def test_merging_stays_the_approval_and_the_reason_is_kept(books: Firm) -> None:
    say(books, DANA, "/choose ride-out because they answered")
    books.run(NEXT)
    books.github.as_user(OMAR).merge(books.number(TAU))
    assert books.run(NEXT, "12:00").problems == []
    journal = books.journal("tau")
    assert "state: approved" in journal
    assert "choose: ride-out" in journal
    assert "by: [omar]" in journal
    assert "reason: they answered" in journal
    sh(books.root, "fetch", "-q", "origin", "main")
    sh(books.root, "reset", "-q", "--hard", "origin/main")
    assert gt(books.root, "verify", "--history", "--approvals") == 0


def test_who_chose_in_words_cannot_approve_alone(books: Firm) -> None:
    say(books, DANA, "/choose ride-out")
    books.run(NEXT)
    books.github.as_user(DANA).merge(books.number(TAU))
    (problem,) = books.run(NEXT, "12:00").problems
    assert "dana alone approved it, and may have changed the choice" in problem.message
    assert "approved" not in books.states("tau")


@pytest.mark.parametrize("how", ["edit", "delete"])
def test_words_that_are_gone_vouch_for_nothing(books: Firm, how: str) -> None:
    comment = say(books, DANA, "/choose ride-out")
    books.run(NEXT)
    dana = books.github.as_user(DANA)
    if how == "edit":
        dana.edit_comment(comment, "/choose ride-out, please")
    else:
        dana.delete_comment(comment)
    books.github.as_user(OMAR).merge(books.number(TAU))
    (problem,) = books.run(NEXT, "12:00").problems
    assert "its choice was changed by somebody whom GitHub does not vouch" in str(
        problem
    )


def test_a_commit_that_only_claims_to_be_asked_for_vouches_for_nobody(
    books: Firm,
) -> None:
    text = file_of(books).replace("choose: agency", "choose: write-off")
    sh(books.root, "fetch", "-q", "origin", BRANCH)
    sh(books.root, "checkout", "-q", "-B", "forged", "FETCH_HEAD")
    (books.root / path_of(TAU)).write_text(text)
    say(books, DANA, "/choose ride-out")
    message = "Choose\n\nAsked-by: dana\nAsked-in: SXNzdWVDb21tZW50OjE=\n"
    sh(books.root, "commit", "-qam", message)
    remote = books.github.remote(OMAR)
    sh(books.root, "push", "-q", remote, f"HEAD:refs/heads/{BRANCH}")
    sh(books.root, "checkout", "-q", "main")
    books.github.as_user(OMAR).merge(books.number(TAU))
    (problem,) = books.run(NEXT).problems
    assert "does not vouch" in str(problem)


def test_the_last_choice_counts(books: Firm) -> None:
    say(books, DANA, "/choose write-off")
    books.at(DAY, "11:00")
    say(books, OMAR, "/choose ride-out")
    books.run(NEXT)
    assert "\nchoose: ride-out\n" in file_of(books)
    assert sorted(answers(books)) == [
        CHOSEN.format("Omar Haddad"),
        "Nothing was done: Omar Haddad has chosen again since.",
    ]
    quiet(books)


def test_what_is_chosen_stays_when_the_facts_change(books: Firm) -> None:
    say(books, DANA, "/choose ride-out")
    books.run(NEXT)
    text = 'payments: [{on: 2026-10-09, amount: "40.00"}]\n'
    path = "ledger/tau/invoices/INV-tau.yaml"
    books.push({path: books.github.read(path) + text})
    assert books.run("2026-10-19").ok
    assert "\nchoose: ride-out\n" in file_of(books)
    assert 'open: "60.00"' in file_of(books)
    books.github.as_user(OMAR).merge(books.number(TAU))
    assert books.run("2026-10-19", "12:00").problems == []
    assert "choose: ride-out" in books.journal("tau")


def test_an_edit_in_the_browser_after_words_is_not_undone(books: Firm) -> None:
    say(books, DANA, "/choose ride-out")
    books.run(NEXT)
    text = file_of(books).replace("choose: ride-out", "choose: write-off")
    books.github.as_user(OMAR).edit(BRANCH, path_of(TAU), text)
    quiet(books)
    assert "\nchoose: write-off\n" in file_of(books)


# ------------------------------------------------------------------------ a no


def test_a_no_in_words_closes_and_keeps_the_reason(books: Firm) -> None:
    say(books, DANA, "/decline because they called.\nWe meet on Friday.")
    assert books.run(NEXT).problems == []
    journal = books.journal("tau")
    assert "state: declined" in journal
    assert "by: [dana]" in journal
    assert "reason: they called. We meet on Friday." in journal
    number = books.number(TAU)
    assert books.github.issue(number).state == "closed"
    told = f"Declined. dana-lindqvist wrote /decline below pull request #{number}:"
    assert answers(books) == [f"{told} “they called. We meet on Friday.”"]
    assert "outcome: declined" in books.github.issue(number).labels
    before = len(writes(books.github))
    books.run(NEXT, "12:00")
    assert len(writes(books.github)) == before + 1  # the dashboard


def test_a_review_is_as_good_as_a_comment(books: Firm) -> None:
    omar = books.github.as_user(OMAR)
    omar.review(books.number(TAU), "COMMENT", "/decline because of the dispute")
    books.run(NEXT)
    assert "by: [omar]" in books.journal("tau")
    assert "reason: of the dispute" in books.journal("tau")
    assert answers(books)[-1].startswith("Declined. ohaddad wrote /decline below")


def test_later_is_asked_again_on_its_day(books: Firm) -> None:
    say(books, DANA, "/later 14d because the accountant is away")
    assert books.run(NEXT).problems == []
    journal = books.journal("tau")
    assert "until: 2026-10-21" in journal
    assert "reason: the accountant is away" in journal
    closed = answers(books)[-1]
    assert closed.startswith("Put off. dana-lindqvist wrote /later below pull")
    assert closed.endswith("“the accountant is away”")
    books.run("2026-10-21")
    again = "tau/2026-10-22-triage"
    assert f"goodterms/{again}" not in books.github.state.branches
    books.run("2026-10-22")
    assert f"goodterms/{again}" in books.github.state.branches
    told = page(books, again)
    assert (
        "**Asked before:** put off on 9 Oct 2026 by Dana Lindqvist, to be asked" in told
    )
    assert "again from 22 Oct 2026: “the accountant is away”" in told


def test_a_no_that_came_before_the_merge_holds_the_merge_up(books: Firm) -> None:
    say(books, DANA, "/decline because they called")
    books.at(DAY, "11:00")
    books.github.as_user(OMAR).merge(books.number(TAU))
    (problem,) = books.run(NEXT).problems
    assert "'dana-lindqvist' had written /decline before it was merged" in str(problem)
    assert "approved" not in books.states("tau")


@pytest.mark.parametrize("who", [DANA, OMAR])
def test_a_no_after_the_merge_holds_it_up_until_it_is_taken_back(
    books: Firm, who: str
) -> None:
    """As on a terminal: a yes that no run has acted on can be taken back."""
    books.github.as_user(DANA).merge(books.number(TAU))
    books.at(DAY, "11:00")
    comment = say(books, who, "/decline because they called")
    (problem,) = books.run(NEXT).problems
    assert f"'{who}' wrote /decline after it was merged" in str(problem)
    assert "approved" not in books.states("tau")
    books.github.as_user(who).delete_comment(comment)
    assert books.run(NEXT, "12:00").problems == []
    assert "approved" in books.states("tau")


def test_a_no_of_a_stranger_after_the_merge_is_none(books: Firm) -> None:
    books.github.as_user(DANA).merge(books.number(TAU))
    books.at(DAY, "11:00")
    say(books, IRIS, "/decline because I say so")
    say(books, CLERK, "/later 14d")
    assert books.run(NEXT).problems == []
    assert "approved" in books.states("tau")


def test_a_no_after_it_was_carried_out_changes_nothing(books: Firm) -> None:
    books.github.as_user(DANA).merge(books.number(TAU))
    books.run(NEXT)
    done = books.states("tau")
    say(books, OMAR, "/decline because it is too late")
    assert books.run(NEXT, "13:00").problems == []
    assert books.states("tau") == done


def test_a_no_below_which_much_was_said_holds_the_merge_up(books: Firm) -> None:
    say(books, DANA, "/decline because they called")
    for number in range(230):
        say(books, OMAR, f"Please look at it, {number}.")
    books.at(DAY, "11:00")
    books.github.as_user(OMAR).merge(books.number(TAU))
    (problem,) = books.run(NEXT).problems
    assert "'dana-lindqvist' had written /decline before it was merged" in str(problem)
    assert "approved" not in books.states("tau")


def test_a_review_below_which_much_was_said_counts(books: Firm) -> None:
    dana = books.github.as_user(DANA)
    dana.review(books.number(TAU), "COMMENT", "/decline because they called")
    for number in range(30):
        dana.review(books.number(TAU), "COMMENT", f"It is so, {number}.")
        say(books, IRIS, "Well.")
    assert books.run(NEXT).problems == []
    assert "reason: they called" in books.journal("tau")


def test_who_thinks_again_may_merge(books: Firm) -> None:
    say(books, DANA, "/later 14d")
    books.at(DAY, "11:00")
    books.github.as_user(DANA).merge(books.number(TAU))
    assert books.run(NEXT).problems == []
    assert "approved" in books.states("tau")


# ------------------------------------------------------------------------ /why


def test_why_is_answered_with_what_explain_says(books: Firm) -> None:
    say(books, IRIS, "/why")
    books.run(NEXT)
    (said,) = (c for c in books.github.state.comments.values() if c.author == BOT)
    assert said.body.startswith("Iris Berg asked why:\n")
    assert "tau: tau Ltd, as of 2026-10-09" in said.body
    assert "deciding" in said.body
    quiet(books)


# ------------------------------------------------------------------------ what is none


@pytest.mark.parametrize(
    ("login", "text", "told"),
    [
        (DANA, "/choose rideout", "'rideout' is none of ride-out, agency, write-off;"),
        (DANA, "/choose", "'' is none of ride-out, agency, write-off"),
        (
            DANA,
            "/later soon",
            "'soon' is no span of days; write it like 14d or 2 weeks",
        ),
        (DANA, "/later 200d", "'200d' is not from 1 to 90 days from today"),
        (DANA, "/approve", "merging is what approves: merge the pull request"),
        (DANA, "/decline\n/choose agency", "it asks for 2 things at once"),
        (IRIS, "/decline because I say so", "Iris Berg is not in leads"),
        (CLERK, "/choose write-off", "linden-admin is none of us"),
    ],
)
def test_what_counts_for_nothing_is_said_once(
    books: Firm, login: str, text: str, told: str
) -> None:
    before = file_of(books)
    say(books, login, text)
    assert books.run(NEXT).problems == []
    (said,) = answers(books)
    assert said.startswith("Nothing was done: ")
    assert told in said
    assert file_of(books) == before
    assert books.states("tau")[-1] == "proposed"
    quiet(books)


def test_strangers_are_told_once_whatever_they_write(books: Firm) -> None:
    for number in range(4):
        say(books, CLERK, f"/decline because {number}")
    books.run(NEXT)
    say(books, CLERK, "/choose write-off")
    books.run(NEXT, "12:00")
    assert len(answers(books)) == 1


def test_what_was_edited_counts_for_nothing(books: Firm) -> None:
    comment = say(books, DANA, "Looks good.")
    books.github.as_user(CLERK).edit_comment(comment, "/decline because of me")
    books.run(NEXT)
    (said,) = answers(books)
    assert "it was edited, and what was edited counts for nothing" in said
    assert books.states("tau")[-1] == "proposed"


def test_what_was_deleted_was_never_said(books: Firm) -> None:
    comment = say(books, DANA, "/decline")
    books.github.as_user(DANA).delete_comment(comment)
    books.run(NEXT)
    assert answers(books) == []
    assert books.states("tau")[-1] == "proposed"


@pytest.mark.parametrize(
    "text",
    [
        "> /decline because quoted",
        "```\n/decline\n```",
        "I would not /decline this.",
        "<!--\n/decline\n-->\nFine.",
        "/declined already?",
    ],
)
def test_what_only_looks_like_a_command_is_none(books: Firm, text: str) -> None:
    say(books, DANA, text)
    books.run(NEXT)
    assert answers(books) == []
    assert books.states("tau")[-1] == "proposed"


def test_a_login_that_changed_hands_decides_nothing(books: Firm) -> None:
    text = "dana-lindqvist: 999\nohaddad: 102\nvisitor: 104\n"
    books.push({"ledger/_github.yaml": text})
    say(books, DANA, "/decline")
    books.run(NEXT)
    (said,) = answers(books)
    assert "the login 'dana-lindqvist' is another account of GitHub" in said
    assert books.states("tau")[-1] == "proposed"


def test_a_bot_is_told_once_and_decides_nothing(books: Firm) -> None:
    app = "helper[bot]"
    for text in ("/decline because I can", "/choose write-off"):
        bot_says(books, app, text)
    books.run(NEXT)
    assert answers(books) == [
        "Nothing was done: helper[bot] is a bot, and bots decide nothing."
    ]
    assert books.states("tau")[-1] == "proposed"
    quiet(books)


def test_a_bot_called_like_one_of_us_is_none_of_us(books: Firm) -> None:
    bot_says(books, f"{DANA}[bot]", "/decline")
    books.run(NEXT)
    assert "is a bot" in answers(books)[0]
    assert books.states("tau")[-1] == "proposed"


def test_a_mark_in_another_ones_words_answers_nothing(books: Firm) -> None:
    say(books, IRIS, "/why")
    books.run(NEXT)
    (ours,) = (c for c in books.github.state.comments.values() if c.author == BOT)
    comment = say(books, DANA, "/decline")
    forged = read_marker(ours.body)
    assert forged
    node = node_id("IssueComment", comment)
    say(books, CLERK, f"Done.\n\n{replace(forged, content=node)}")
    books.run(NEXT, "12:00")
    assert books.states("tau")[-1] == "declined"


def test_our_own_words_are_no_command(books: Firm) -> None:
    say(books, BOT, "/decline because I can")
    books.run(NEXT)
    assert books.states("tau")[-1] == "proposed"
    assert answers(books) == ["/decline because I can"]


def test_who_left_the_list_since_decides_nothing(books: Firm) -> None:
    say(books, DANA, "/decline")
    alone = SETTINGS.replace("leads: [dana, omar]", "leads: [omar, iris]")
    books.push({"goodterms.yaml": alone})
    books.run(NEXT)
    assert "Dana Lindqvist is not in leads" in answers(books)[0]


def test_words_that_github_does_not_tell_are_heard_later(books: Firm) -> None:
    say(books, DANA, "/decline because they called")
    books.github.fault("error-before", path="/graphql", status=502, times=20)
    result = books.run(NEXT)
    assert any("could not be read" in p.message for p in result.problems)
    assert books.states("tau")[-1] == "proposed"


def test_an_answer_that_got_lost_is_given_by_the_next_run(books: Firm) -> None:
    say(books, DANA, "/choose ride-out")
    say(books, IRIS, "/why")
    books.github.fault("drop-before", method="POST", path="*/comments", times=1)
    assert not books.run(NEXT).ok
    assert "\nchoose: ride-out\n" in file_of(books)
    books.github.as_user(OMAR).comment(books.number(TAU), "Fine by me.")
    books.run(NEXT, "12:00")
    assert len(answers(books)) == 2
    quiet(books)


def test_an_answer_whose_receipt_got_lost_is_not_given_twice(books: Firm) -> None:
    say(books, IRIS, "/why")
    books.github.fault("drop-after", method="POST", path="*/comments", times=1)
    books.run(NEXT)
    quiet(books)
    assert len(answers(books)) == 1


def test_a_dry_run_does_nothing_of_it(books: Firm) -> None:
    say(books, DANA, "/choose ride-out")
    before = file_of(books)
    books.run(NEXT, dry_run=True)
    assert file_of(books) == before
    assert answers(books) == []


def test_the_page_says_which_words_there_are(books: Firm) -> None:
    assert "`/choose OPTION`" in page(books)
    assert "`/choose OPTION`" not in page(books, GAMMA)
    assert "`/later 14d because …`" in page(books, GAMMA)
