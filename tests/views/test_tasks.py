"""Each task says what is at stake, since when it waits, and what settles it."""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from goodterms import decision
from goodterms.decision.plan import plan
from goodterms.model.journal import JournalDocument
from goodterms.model.ledger import Account, Difference
from goodterms.model.plan import IN_DOUBT, PROPOSAL, TO_POST, Plan, TaskOption
from goodterms.model.records import Record
from goodterms.schemas import schema
from goodterms.views.tasks import (
    BROKEN_FILES,
    PersonTask,
    of_person,
    on_day,
    tasks_of,
)
from goodterms.views.tasks_text import tasks_text
from tests.support.eventful_ledger import BARE, DAY, books, eventful, gt
from tests.support.eventful_ledger import account as written
from tests.support.factory import (
    SETTINGS,
    account,
    bounce,
    briefed,
    cash,
    credit_note,
    day,
    dispute,
    extension,
    instalments,
    invoice,
    plan_on,
    promise,
    proposed,
    reply,
    rules_on,
    sent,
    upto,
)
from tests.support.git_repos import commit

BY, OUTCOME = "acme --by dana", "--outcome OUTCOME"
REMINDED = sent("2026-10-08", "friendly-reminder")
TO_CALL = (REMINDED, briefed("2026-10-22"))
ENDED = (*upto("final-notice"), sent("2026-12-30", "triage"))
TWICE = (
    extension("2026-10-02", "2026-10-05", id="one"),
    extension("2026-10-06", "2026-10-20", id="two"),
)
PARTS = instalments("2026-10-05", [("2026-10-12", "600.00"), ("2026-11-12", "590.00")])
TWO_INVOICES = account(
    invoice("INV-1"),
    invoice("INV-2"),
    records=[dispute("2026-10-05", "2026-10-12", "INV-2")],
)
ASKED = (*upto("formal-letter"), proposed("2026-11-30", "final-notice"))
DOUBTFUL = sent(
    "2026-10-08", "friendly-reminder", state="in-doubt", totals=(("EUR", "1190.00"),)
)


def noted(
    *records: Record, journal: Iterable[JournalDocument] = (), **more: object
) -> Account:
    """Return an account with these records and one invoice."""
    return account(records=records, journal=journal, name="acme", **more)


def of(
    name: str, *records: Record, journal: Iterable[JournalDocument] = (), **more: object
) -> Account:
    """Return an account of that name; its invoice is of a number of its own."""
    own = replace(invoice(), number=f"of {name}")
    return account(own, records=records, journal=journal, name=name, **more)


def told(at: Account, on: str) -> list[tuple[object, ...]]:
    """Tell the tasks in the order of a list: name, since, stake, what settles it."""
    return [
        (
            task.kind,
            str(task.since),
            " ".join(f"{each} {each.currency}" for each in task.at_stake),
            task.way_out.command or task.way_out.in_words,
            task.way_out.form,
        )
        for task in listed(at, on)
    ]


def listed(*accounts_and_day: object) -> tuple[PersonTask, ...]:
    *accounts, on = accounts_and_day
    return tasks_of(plan(accounts, rules_on(str(on))))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "on", "expected"),
    [
        pytest.param(
            noted(cash("2026-10-05", "10.00"), cash("2026-10-06", "5.00")),
            "2026-10-07",
            (
                "unapplied-cash",
                "2026-10-05",
                "15.00 EUR",
                "goodterms allocate acme 2026-10-05-payment --oldest",
                "allocation",
            ),
            id="cash",
        ),
        pytest.param(
            noted(credit_note("2026-10-05", "10.00")),
            "2026-10-07",
            (
                "unapplied-credit",
                "2026-10-05",
                "10.00 EUR",
                "goodterms allocate acme 2026-10-05-credit-note --oldest",
                "allocation",
            ),
            id="credit note",
        ),
        pytest.param(
            noted(cash("2026-10-05", "10.00", "USD")),
            "2026-10-07",
            (
                "unapplied-cash",
                "2026-10-05",
                "10.00 USD",
                "goodterms record resume acme --by dana",
                None,
            ),
            id="cash in another currency",
        ),
        pytest.param(
            noted(reply("2026-10-05")),
            "2026-10-07",
            (
                "unanswered-reply",
                "2026-10-05",
                "1190.00 EUR",
                "goodterms record contact acme --by dana",
                "reply",
            ),
            id="reply",
        ),
        pytest.param(
            TWO_INVOICES,
            "2026-10-13",
            (
                "overdue-review",
                "2026-10-12",
                "1190.00 EUR",
                f"goodterms record resolution {BY} --of 2026-10-05-dispute {OUTCOME}",
                None,
            ),
            id="review of one of two invoices",
        ),
        pytest.param(
            account(journal=TO_CALL),
            "2026-10-26",
            (
                "call-to-make",
                "2026-10-22",
                "1190.00 EUR",
                f"goodterms record call {BY} {OUTCOME} --step personal-call",
                "call",
            ),
            id="call",
        ),
        pytest.param(
            noted(PARTS),
            "2026-10-20",
            (
                "broken-plan",
                "2026-10-12",
                "1190.00 EUR",
                "goodterms record resume acme --by dana",
                None,
            ),
            id="broken plan",
        ),
        pytest.param(
            account(journal=ENDED),
            "2026-12-31",
            (
                "exhausted",
                "2026-12-30",
                "1190.00 EUR",
                "goodterms record promise acme --by dana --pay-by DATE",
                "promise",
            ),
            id="exhausted",
        ),
        pytest.param(
            noted(
                bounce("2026-10-09", REMINDED.id),
                journal=[REMINDED],
                channels=("email",),
            ),
            "2026-10-12",
            (
                "dead-channel",
                "2026-10-09",
                "1190.00 EUR",
                "in ledger/acme/account.yaml: another address, or another channel",
                None,
            ),
            id="dead channel",
        ),
        pytest.param(
            noted(promise("2026-10-05", "2026-10-20", "1.00")),
            "2026-10-06",
            (
                "record-to-approve",
                "2026-10-05",
                "1190.00 EUR",
                "in ledger/acme/records/2026-10-05-promise.yaml: approved_by: NAME",
                None,
            ),
            id="promise to approve",
        ),
        pytest.param(
            noted(*TWICE),
            "2026-10-07",
            (
                "record-to-approve",
                "2026-10-06",
                "1190.00 EUR",
                "in ledger/acme/records/two.yaml: approved_by: NAME",
                None,
            ),
            id="second extension",
        ),
        pytest.param(
            account(invoice(paid=[("2026-10-02", "1200.00")])),
            "2026-10-07",
            (
                "credit-balance",
                "2026-10-02",
                "10.00 EUR",
                "in ledger/acme/invoices/INV-1.yaml: a refund is a payment below zero",
                None,
            ),
            id="credit balance",
        ),
        pytest.param(
            account(journal=ASKED),
            "2026-12-02",
            (
                "proposal",
                "2026-11-30",
                "",
                "goodterms approve acme/2026-11-30-final-notice --by NAME",
                None,
            ),
            id="proposal",
        ),
        pytest.param(
            account(journal=[DOUBTFUL]),
            "2026-10-12",
            (
                "in-doubt",
                "2026-10-08",
                "1190.00 EUR",
                "goodterms resolve acme/2026-10-08-friendly-reminder --sent",
                None,
            ),
            id="in doubt",
        ),
        pytest.param(
            account(journal=[replace(REMINDED, through="outbox")]),
            "2026-10-09",
            (
                "to-post",
                "2026-10-08",
                "",
                "goodterms outbox --done acme/2026-10-08-friendly-reminder",
                None,
            ),
            id="to post",
        ),
    ],
)
def test_what_waits_for_one_of_us(
    at: Account, on: str, expected: tuple[object, ...]
) -> None:
    assert expected in told(at, on)


def test_a_difference_names_the_line_that_would_mend_it() -> None:
    said = Difference("INV-1", "total", "1190.00", "1200.00", "erp", day("2026-10-05"))
    at = replace(account(), differences=(said,))
    (task,) = listed(at, "2026-10-07")
    where = "in ledger/acme/invoices/INV-1.yaml: total: 1200.00, if so"
    assert (task.kind, str(task.since), task.way_out) == (
        "differs",
        "2026-10-05",
        TaskOption(in_words=where),
    )


def test_a_command_leaves_room_for_a_name_where_nobody_has_the_account() -> None:
    (task,) = listed(noted(reply("2026-10-05"), owner=None), "2026-10-07")
    assert task.way_out.command == "goodterms record contact acme --by NAME"


def test_on_github_a_proposal_is_decided_there() -> None:
    at = account(journal=ASKED)
    law = rules_on("2026-12-02")
    law = replace(law, settings=replace(law.settings, forge="github"))
    (task,) = tasks_of(plan([at], law))
    said = "merge or close the pull request of acme/2026-11-30-final-notice"
    assert task.way_out == TaskOption(in_words=said)


# ------------------------------------------------------------------ the order


def test_somebody_who_waits_comes_first_and_then_what_waits_longest() -> None:
    made = listed(
        of("a", cash("2026-10-01", "10.00")),
        of("b", journal=TO_CALL),
        of("c", reply("2026-10-21")),
        of("d", reply("2026-10-19")),
        of("e", journal=[REMINDED, briefed("2026-10-21")]),
        "2026-10-23",
    )
    assert [(task.urgency, task.account) for task in made] == [
        ("now", "d"),
        ("now", "c"),
        ("next", "e"),
        ("next", "b"),
        ("books", "a"),
    ]


@pytest.mark.parametrize(
    ("on", "urgency"), [("2026-12-11", "next"), ("2026-12-12", "now")]
)
def test_a_proposal_is_urgent_in_its_last_days(on: str, urgency: str) -> None:
    at = account(journal=ASKED)
    (task,) = listed(at, on)
    assert (str(task.until), task.urgency) == ("2026-12-14", urgency)


def test_one_of_us_sees_their_own_and_what_their_team_may_decide() -> None:
    made = listed(
        of("a", reply("2026-12-01")),
        of("b", reply("2026-12-01"), owner="omar"),
        of("c", journal=ASKED),
        "2026-12-02",
    )
    mine = of_person(made, "omar", SETTINGS)
    assert [task.account for task in mine] == ["b", "c"]
    alone = replace(SETTINGS, teams={"finance-leads": ("dana",)})
    assert [task.account for task in of_person(made, "omar", alone)] == ["b"]


# ---------------------------------------------------------------- the outbox

DRAFT = replace(REMINDED, through="outbox", totals=(("EUR", "1190.00"),))


@pytest.mark.parametrize(
    ("at", "against"),
    [
        (account(journal=[DRAFT]), None),
        (noted(reply("2026-10-07", answered=True), journal=[DRAFT]), None),
        (
            account(invoice(paid=[("2026-10-09", "1190.00")]), journal=[DRAFT]),
            "all of it is paid by now",
        ),
        (
            account(invoice(paid=[("2026-10-09", "190.00")]), journal=[DRAFT]),
            "only 1000.00 EUR of INV-1 is open by now",
        ),
        (
            noted(cash("2026-10-09", "10.00"), journal=[DRAFT]),
            "money has come in since",
        ),
        (
            noted(dispute("2026-10-08", "2026-10-20"), journal=[DRAFT]),
            "INV-1: disputed on 2026-10-08, review by 2026-10-20",
        ),
        (
            noted(reply("2026-10-09"), journal=[DRAFT]),
            "INV-1: they replied on 2026-10-09 and wait for our answer",
        ),
        (
            account(journal=[DRAFT], flags=frozenset({"insolvent"})),
            "INV-1: flagged insolvent",
        ),
        (
            account(journal=[DRAFT, sent("2026-10-09", "formal-letter")]),
            "2026-10-09-formal-letter was written since",
        ),
    ],
    ids=[
        "nothing",
        "answered",
        "paid",
        "paid in part",
        "cash",
        "dispute",
        "reply",
        "flag",
        "later",
    ],
)
def test_what_has_come_since_speaks_against_posting(
    at: Account, against: str | None
) -> None:
    (task,) = [each for each in listed(at, "2026-10-12") if each.kind == "to-post"]
    id_ = "acme/2026-10-08-friendly-reminder"
    assert task.way_out.command == f"goodterms outbox --done {id_}"
    if against is None:
        assert (task.why, task.way_out.in_words) == (
            "draft to send: friendly-reminder",
            None,
        )
    else:
        assert task.why.endswith(f"; if it has not gone yet, keep it back: {against}")
        assert task.way_out.in_words == f"kept back: goodterms outbox --drop {id_}"


def passed_on(entry: JournalDocument, on: str, *, posted: bool) -> JournalDocument:
    return JournalDocument(
        id=entry.id, day=day(on), at=f"{on}T09:00:00Z", posted=posted
    )


def test_what_was_posted_is_no_task_from_that_day_on() -> None:
    at = account(journal=[DRAFT, passed_on(DRAFT, "2026-10-09", posted=True)])
    assert [task.kind for task in listed(at, "2026-10-08")] == ["to-post"]
    assert listed(at, "2026-10-09") == ()


def test_what_was_dropped_was_never_said() -> None:
    """The step is due again, under an id of its own, and nothing was a contact."""
    at = account(journal=[DRAFT, passed_on(DRAFT, "2026-10-09", posted=False)])
    (again,) = plan_on(at, "2026-10-09").actions
    assert (again.id, again.kind) == ("acme/2026-10-09-friendly-reminder", "send")
    kept = account(journal=[DRAFT])
    assert plan_on(kept, "2026-10-09").actions == ()


# ------------------------------------------------------------------- the text


def test_many_messages_to_post_are_counted_and_much_is_cut() -> None:
    accounts = [of(f"a{n}", journal=[DRAFT]) for n in range(6)]
    accounts += [of(f"b{n}", reply("2026-10-05")) for n in range(4)]
    found = listed(*accounts, "2026-10-09")
    text = tasks_text(found, day("2026-10-09"), SETTINGS.people, most=3)
    assert text.startswith("Tasks for 2026-10-09: 10 tasks\n")
    one = "to-post: 6 messages in the outbox, the oldest since 2026-10-08, 1 day\n"
    assert f"  {one}      goodterms outbox\n" in text
    assert text.count("unanswered-reply") == 3
    assert text.endswith("\nand 1 more task: goodterms tasks\n")


def test_a_task_of_a_plan_that_cannot_be_read_is_to_mend_it() -> None:
    nothing = Plan(day("2026-10-09"))
    assert tasks_of(nothing) == ()
    assert tasks_text((), day("2026-10-09"), {}) == (
        "Tasks for 2026-10-09: nothing waits for us\n"
    )


# ---------------------------------------------------------------- the command


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return eventful(tmp_path)


def test_a_proposal_that_is_approved_waits_for_nobody(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By two, as its step asks; that of omega, which is paid, is no task either."""
    assert gt(root, "run", "--as-of", DAY) == 0
    gamma = f"gamma/{DAY}-notice"
    waits = (
        "  proposal: gamma Ltd (gamma)\n"
        "      100.00 EUR, since 2026-10-08, today, for leads\n"
        "      notice is proposed, to be decided by 2026-10-22; dana said yes, 1"
        " more to\n"
        "      go\n"
        f"      goodterms show {gamma} --as-of {DAY}\n"
        f"      goodterms approve {gamma} --by NAME --as-of {DAY}\n"
    )
    for name, is_left in (("dana", True), ("omar", False)):
        assert gt(root, "approve", gamma, "--by", name, "--as-of", DAY) == 0
        capsys.readouterr()
        assert gt(root, "tasks", "--as-of", DAY) == 0
        out = capsys.readouterr().out
        assert (waits in out, "gamma" in out) == (is_left, is_left)


def test_the_json_is_as_the_schema_says(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(root, {"ledger/beta/records/2026-10-07-reply.yaml": REPLY})
    assert gt(root, "tasks", "--format", "json", "--as-of", DAY) == 0
    told = json.loads(capsys.readouterr().out)
    Draft7Validator(schema("tasks")).validate(told)
    (reply_,) = [t for t in told["tasks"] if t["kind"] == "unanswered-reply"]
    assert reply_ == {
        "kind": "unanswered-reply",
        "urgency": "now",
        "account": "beta",
        "customer": "beta Ltd",
        "id": None,
        "why": "they replied on 2026-10-07 and wait for our answer",
        "owner": "dana",
        "owner_name": "Dana Lindqvist",
        "team": None,
        "since": "2026-10-07",
        "days": 1,
        "until": None,
        "at_stake": {"EUR": "100.00"},
        "invoices": ["INV-beta"],
        "settle": {
            "read": None,
            "command": f"goodterms record contact beta --by dana --on {DAY}",
            "form": None,
            "in_words": None,
        },
    }


def test_the_schema_names_every_task_that_there_is() -> None:
    """Each name stands in the source as the text that a task is made with."""
    folder = Path(decision.__file__).parent / "outcome"
    source = "".join(p.read_text("utf-8") for p in sorted(folder.glob("*tasks.py")))
    call = r'(?:make_task|_unapplied_tasks)\(\s*state,\s*"([a-z-]+)"'
    made = set(re.findall(call, source))
    enum = schema("tasks")["definitions"]["task"]["properties"]["kind"]["enum"]
    assert len(made) > 12
    assert made | {PROPOSAL, IN_DOUBT, TO_POST, BROKEN_FILES} == set(enum)


REPLY = "kind: reply\non: 2026-10-07\nby: dana\n"


def test_the_command_that_is_printed_settles_it(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As it stands, word by word: it counts for the day that was asked for."""
    commit(root, {"ledger/beta/records/2026-10-07-reply.yaml": REPLY})
    command = f"goodterms record contact beta --by dana --on {DAY}"
    assert gt(root, "tasks", "--as-of", DAY) == 0
    assert f"      {command}\n" in capsys.readouterr().out
    assert gt(root, *command.split()[1:]) == 0
    capsys.readouterr()
    assert gt(root, "tasks", "--as-of", DAY) == 0
    assert command not in capsys.readouterr().out


def test_an_account_with_errors_is_a_task(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(root, {"ledger/beta/records/2026-10-07-reply.yaml": REPLY + "x: y\n"})
    assert gt(root, "tasks", "--as-of", DAY) == 1
    out = capsys.readouterr().out
    assert "  broken-files: beta Ltd (beta)\n" in out
    assert "      goodterms check ledger/beta\n" in out
    assert "      for Dana Lindqvist\n" in out


def test_one_whose_account_file_is_broken_is_the_default_owner_s(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = (root / "goodterms.yaml").read_text() + "owner: omar\n"
    broken = {"ledger/beta/account.yaml": "name: [\n", "goodterms.yaml": settings}
    commit(root, broken)
    assert gt(root, "tasks", "--owner", "omar", "--as-of", DAY) == 1
    assert "      for Omar Haddad\n" in capsys.readouterr().out


@pytest.mark.parametrize("file", ["records/2026-10-07-reply.yaml", "account.yaml"])
def test_an_account_with_errors_is_a_task_of_its_owner(
    root: Path, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    """Where nobody can read whose account it is, whoever looks after the rest."""
    settings = BARE["goodterms.yaml"] + "owner: omar\n"
    broken = REPLY + "x: y\n"
    commit(root, {f"ledger/beta/{file}": broken, "goodterms.yaml": settings})
    owner = "omar" if file == "account.yaml" else "dana"
    assert gt(root, "tasks", "--as-of", DAY, "--owner", owner) == 1
    assert "  broken-files: beta" in capsys.readouterr().out


def test_an_account_kept_out_for_its_twin_is_a_task_of_its_owner(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    same = written("beta", "2026-09-24")["ledger/beta/invoices/INV-beta.yaml"]
    commit(root, {"ledger/alpha/invoices/INV-beta.yaml": same})
    assert gt(root, "tasks", "--as-of", DAY, "--owner", "dana") == 1
    assert "  broken-files: beta Ltd (beta)\n" in capsys.readouterr().out


def test_forms_are_linked_where_there_are_any(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("GITHUB_REPOSITORY", "GITHUB_SERVER_URL", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    files = {**BARE, **written("beta", "2026-10-20")}
    files["goodterms.yaml"] += "forge: github\n"
    files["ledger/beta/records/2026-10-07-reply.yaml"] = REPLY
    root = books(tmp_path / "b", files)
    monkeypatch.setenv("GITHUB_REPOSITORY", "linden/books")
    assert gt(root, "tasks", "--as-of", DAY, "--format", "markdown") == 0
    page = "https://github.com/linden/books/issues/new?template=reply.yml&account=beta"
    assert f"<{page}>" in capsys.readouterr().out


def test_a_stranger_has_no_tasks(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gt(root, "tasks", "--owner", "omr") == 2
    said = "error: 'omr' is nobody in 'people'; did you mean 'omar'?\n"
    assert capsys.readouterr().err == said


def test_one_of_us_is_shown_their_own(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(root, {"ledger/beta/records/2026-10-07-reply.yaml": REPLY})
    assert gt(root, "tasks", "--owner", "iris", "--as-of", DAY) == 0
    assert "nothing waits for us" in capsys.readouterr().out


def test_a_run_ends_with_what_waits_for_us_on_the_ledger_as_it_left_it(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The call and the letters that it has just handed out are there."""
    assert gt(root, "run", "--as-of", DAY) == 0
    out = capsys.readouterr().out
    tasks = out.partition(f"\nTasks for {DAY}: ")[2]
    assert "  call-to-make: beta Ltd (beta)\n" in tasks
    assert "goodterms record call beta --by dana --outcome OUTCOME --step call" in tasks
    assert f"goodterms outbox --done alpha/{DAY}-reminder --as-of {DAY}\n" in tasks
    assert f"goodterms approve gamma/{DAY}-notice --by NAME --as-of {DAY}\n" in tasks
    assert gt(root, "tasks", "--as-of", DAY) == 0
    assert capsys.readouterr().out == f"Tasks for {DAY}: {tasks}"


def test_without_a_day_of_its_own_a_command_names_none() -> None:
    at = noted(reply("2026-10-05"))
    (task,) = listed(at, "2026-10-07")
    assert task.way_out.command == "goodterms record contact acme --by dana"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("goodterms record call acme --by dana", " --on 2026-10-08"),
        ("goodterms outbox --done acme/2026-10-08-notice", " --as-of 2026-10-08"),
        ("goodterms resolve acme/x --sent", " --as-of 2026-10-08"),
        ("goodterms check ledger/acme", ""),
        ("goodterms allocate acme 2026-10-01-payment --oldest", ""),
    ],
)
def test_a_command_counts_for_a_day(command: str, expected: str) -> None:
    assert on_day(command, date(2026, 10, 8)) == f"{command}{expected}"
