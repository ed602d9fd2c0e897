"""Calls and letters as issues: one for each, for its owner, and never twice."""

from dataclasses import replace
from pathlib import Path

import pytest

from goodterms.channels import Delivery, DeliveryResult, open_channels
from goodterms.forge.github.issue_channel import LABEL, IssueChannel, open_channel
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Creditor, Person, Settings
from goodterms.views import read_marker
from tests.support.eventful_ledger import DAY, NEXT, account
from tests.support.github_connection import api, asked, clone, writes
from tests.support.github_firm import DANA, FILES, SETTINGS, Firm, firm
from tests.support.github_server.forge import Forge

SENT = DeliveryResult("sent", by_hand=True)
CALL = Delivery(
    "acme",
    "2026-10-08-call",
    "phone",
    "dana",
    {".txt": b"Call @all, see #1\n\nPetra: +49 30 1\n", ".html": b"<p>x</p>"},
    "ACME @all GmbH, call",
    "dana",
)
PEOPLE = {
    "dana": Person("dana", "Dana", github=DANA),
    "iris": Person("iris", "Iris"),
}


@pytest.fixture
def channel(github: Forge) -> IssueChannel:
    github.at(f"{DAY}T10:00:00Z")
    github.seed({"a": "1"})
    creditor = Creditor("Linden", "DE", "Europe/Berlin", "a@linden.example")
    return IssueChannel(Settings(creditor, PEOPLE), lambda: api(github))


def test_an_issue_for_the_owner(github: Forge, channel: IssueChannel) -> None:
    assert channel.deliver(CALL) == SENT
    issue = github.issue(1)
    assert issue.title == "Call: ACME @\u200ball GmbH, call"
    assert (issue.labels, issue.assignees) == ((LABEL,), (DANA,))
    body = str(issue.body)
    assert "`goodterms record call`" in body
    assert "Closing it alone records nothing." in body
    assert "+49 30 1" in body
    assert "@all" not in body.replace("@\u200b", "")
    marker = read_marker(body)
    assert marker
    assert (marker.account, marker.decision) == ("acme", "2026-10-08-call")


def test_the_same_again_is_the_same_issue(github: Forge, channel: IssueChannel) -> None:
    assert [channel.deliver(CALL) for _again in range(2)] == [SENT, SENT]
    github.as_user(DANA).close(1)
    github.at("2026-10-20T10:00:00Z")
    assert channel.deliver(CALL) == SENT
    assert len(github.state.issues) == 1
    assert github.issue(1).state == "closed"


def test_other_words_are_written_over_while_it_is_open(
    github: Forge, channel: IssueChannel
) -> None:
    later = replace(CALL, parts={".txt": b"Call Jens\n"})
    channel.deliver(CALL)
    assert channel.deliver(later) == SENT
    assert "Call Jens" in str(github.issue(1).body)
    github.as_user(DANA).close(1)
    channel.deliver(CALL)
    assert "Call Jens" in str(github.issue(1).body)
    assert len(github.state.issues) == 1


def test_an_owner_without_an_account_is_not_assigned(
    github: Forge, channel: IssueChannel
) -> None:
    for owner in ("iris", "nobody", None):
        entry = f"2026-10-08-{owner}"
        assert channel.deliver(replace(CALL, entry=entry, owner=owner)) == SENT
    assert {issue.assignees for issue in github.state.issues.values()} == {()}


def test_an_owner_whom_github_does_not_know_is_not_assigned(
    github: Forge, channel: IssueChannel
) -> None:
    """GitHub refuses a whole issue for an assignee who has left the repository."""
    people = {"dana": replace(PEOPLE["dana"], github="stranger")}
    gone = replace(channel, settings=replace(channel.settings, people=people))
    assert gone.deliver(CALL) == SENT
    assert (github.issue(1).assignees, len(github.state.issues)) == ((), 1)


def test_many_are_looked_for_at_once_and_paced(github: Forge, tmp_path: Path) -> None:
    github.at(f"{DAY}T10:00:00Z")
    github.seed({"a": "1"})
    root = clone(github, tmp_path / "work")
    env = {**github.env(), "GOODTERMS_GITHUB_PAUSE": "0"}
    creditor = Creditor("Linden", "DE", "Europe/Berlin", "a@linden.example")
    channel = open_channel(Settings(creditor, PEOPLE), root, env)
    many = [replace(CALL, entry=f"2026-10-08-call-{n}") for n in range(122)]
    told = [channel.deliver(each) for each in many]
    assert [each.state for each in told].count("sent") == 120
    assert {each.error for each in told[120:]} == {
        "this run has written 120 times, as often as it may"
    }
    assert [one for one in asked(github) if one.startswith("GET")] == [
        "GET /repos/linden/ledger/issues"
    ]


def test_all_issues_go_through_one_connection(tmp_path: Path) -> None:
    creditor = Creditor("Linden", "DE", "Europe/Berlin", "a@linden.example")
    by_issue = dict.fromkeys(("phone", "letter"), "issue")
    found = open_channels(Settings(creditor, channels=by_issue), tmp_path)
    assert found["phone"] is found["letter"]


@pytest.mark.parametrize("kind", ["error-after", "drop-after"])
def test_one_of_which_we_do_not_hear_is_found(
    github: Forge, channel: IssueChannel, kind: str
) -> None:
    github.fault(kind, method="POST", path="*/issues")
    assert channel.deliver(CALL) == SENT
    assert len(github.state.issues) == 1


@pytest.mark.parametrize("kind", ["error-before", "secondary-limit", "forbidden"])
def test_one_that_was_not_made_has_failed(
    github: Forge, channel: IssueChannel, kind: str
) -> None:
    github.fault(kind, method="POST", path="*/issues")
    assert channel.deliver(CALL).state == "failed"
    assert channel.deliver(CALL) == SENT
    assert len(github.state.issues) == 1


def test_without_a_token_it_has_failed(tmp_path: Path) -> None:
    creditor = Creditor("Linden", "DE", "Europe/Berlin", "a@linden.example")
    settings = Settings(creditor, channels={"phone": "issue"})
    found = open_channels(settings, tmp_path)["phone"]
    assert (found.name, found.deduplicates) == ("issue", True)
    told = found.deliver(CALL)
    assert told.state == "failed"
    assert "is not in the checkout of a git repository" in str(told.error)


def test_no_email_goes_by_issue(tmp_path: Path) -> None:
    creditor = Creditor("Linden", "DE", "Europe/Berlin", "a@linden.example")
    with pytest.raises(RefusalError, match="'issue' is for phone, letter and sms"):
        open_channels(Settings(creditor, channels={"email": "issue"}), tmp_path)


# -------------------------------------------------------------------- in a whole run


@pytest.fixture
def books(github: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """Return a firm that calls by issue, and sends nothing else."""
    for name, value in github.env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GOODTERMS_GITHUB_PAUSE", "0")
    calls = account("beta", "2026-09-24", {"2026-10-01": "reminder"})
    text = SETTINGS + "channels: {phone: issue}\n"
    made = firm(github, tmp_path, {**FILES, **calls, "goodterms.yaml": text})
    made.through_settings = True
    return made


def test_a_call_is_handed_out_and_mail_to_the_outbox_only_shown(books: Firm) -> None:
    result = books.run()
    assert "only shown: its channel is the outbox" in "\n".join(result.lines)
    (task,) = [i for i in books.github.state.issues.values() if LABEL in i.labels]
    assert task.title == "Call: beta Ltd, call"
    assert task.assignees == (DANA,)
    assert books.states("beta")[-2:] == ["claimed", "sent"]
    assert books.states("alpha") == []
    before = len(writes(books.github))
    books.run(NEXT)
    assert len(writes(books.github)) == before + 1  # the dashboard
