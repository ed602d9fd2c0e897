"""From an issue form to a record on main, against the test server."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from goodterms.cli import main
from goodterms.forge.github.form_issues import open_forms
from goodterms.forge.github.issue_forms import FOLDER
from goodterms.forge.github.issue_forms.intake import take_in
from goodterms.forge.github.issue_forms.unread import unheard
from goodterms.git import BranchMove, PushResult, Repo, open_repo, publish
from goodterms.model.refusal import RefusalError
from goodterms.workspace.bundled_files import shipped_files
from goodterms.workspace.workspace import Workspace
from tests.support.eventful_ledger import NOTE, POLICY, account
from tests.support.git_repos import sh
from tests.support.github_connection import api, clone, writes
from tests.support.github_server.forge import Forge
from tests.support.github_server.forms import fill_in
from tests.support.github_server.graphql import PAGE
from tests.support.github_server.state import Comment, User

SETTINGS = """\
creditor: {name: Linden, country: DE, timezone: Europe/Berlin, email: a@linden.example}
people:
  dana: {name: Dana Lindqvist, github: Dana-Lindqvist}
  omar: {name: Omar Haddad}
teams: {leads: [dana, omar]}
partners: {northstar: {kind: agency, name: Northstar, email: in@northstar.example}}
"""
FILES = {
    "goodterms.yaml": SETTINGS,
    "policies/standard/v1.yaml": POLICY,
    "templates/en/note.md.j2": NOTE,
    **account("alpha-gmbh", "2026-10-01"),
    **account("omega-ltd", "2026-10-01"),
}
FORMS = {
    path: content.decode() for path, content in shipped_files(".github/ISSUE_TEMPLATE")
}
DANA = "dana-lindqvist"
RECORDS = "ledger/alpha-gmbh/records"

_INVOICE = (
    "**Invoices**: unknown invoice 'INV-alpha-gmhb'; did you mean 'INV-alpha-gmbh'?"
)
_CURRENCY = (
    "**Currency**: 'Euro' is no currency of ISO 4217; write three capitals, like EUR"
)

TakeIn = Callable[[], tuple[str, ...]]


@pytest.fixture(autouse=True)
def _seeded(github: Forge) -> None:
    github.at("2026-10-08T23:30:00Z")  # the 9th in Berlin
    github.seed({**FILES, **FORMS})


@pytest.fixture
def repo(github: Forge, tmp_path: Path) -> Repo:
    return open_repo(clone(github, tmp_path / "work"))


@pytest.fixture
def take(repo: Repo, github: Forge) -> TakeIn:
    def take_all() -> tuple[str, ...]:
        lines, problems = take_in(repo, api(github))
        assert problems == ()
        return lines

    return take_all


def file(github: Forge, form: str, login: str = DANA, **answers: str) -> int:
    return github.as_user(login).open_issue_from_form(f"{form}.yml", **answers)


def said(github: Forge, number: int) -> list[Comment]:
    comments = github.state.comments.values()
    return [comment for comment in comments if comment.number == number]


def records(github: Forge) -> list[str]:
    listed = sh(github.path, "ls-tree", "-r", "--name-only", "main", "ledger")
    return [path for path in listed.splitlines() if "/records/" in path]


@pytest.mark.parametrize(
    ("form", "answers", "lines"),
    [
        ("promise", {"pay_by": "2026-11-05", "amount": "60.00"},
         ["pay_by: 2026-11-05", 'amount: "60.00"']),
        ("payment", {"amount": "60.00", "currency": "EUR", "reference": "stmt 7"},
         ['amount: "60.00"', "currency: EUR", "reference: stmt 7"]),
        ("call", {"outcome": "reached", "reason": "oversight"},
         ["outcome: reached", "reason: oversight"]),
        ("reply", {"channel": "email", "answered": "yes", "said": "Soon,\nI hope"},
         ["channel: email", "answered: true", "said: |-", "  Soon,", "  I hope"]),
        ("dispute", {"review_by": "2026-10-20", "invoices": "INV-alpha-gmbh"},
         ["invoices: [INV-alpha-gmbh]", "review_by: 2026-10-20"]),
        ("extension", {"until": "2026-10-20", "final": "no"},
         ["until: 2026-10-20", "final: false"]),
        ("pause", {"until": "2026-10-20", "on": "2026-10-12"},
         ["until: 2026-10-20"]),
    ],
)  # fmt: skip
def test_each_form_becomes_a_record_and_is_closed(
    github: Forge, take: TakeIn, form: str, answers: dict[str, str], lines: list[str]
) -> None:
    number = file(github, form, account="alpha-gmbh", **answers)

    path = f"{RECORDS}/{answers.get('on', '2026-10-09')}-{form}.yaml"
    assert take() == (f"#{number}: recorded in {path}",)

    first, *rest = github.read(path).splitlines()
    assert first == f"# from linden/ledger#{number}"
    assert rest[:1] + rest[2:3] == [f"kind: {form}", "by: dana"]
    assert rest[3:] == lines
    assert github.issue(number).state == "closed"
    (comment,) = said(github, number)
    assert f"[`{path}`]({github.url}/linden/ledger/blob/main/{path})" in comment.body


PAYMENT = 'kind: payment\non: 2026-10-05\nby: dana\namount: "70.00"\ncurrency: EUR\n'
MATCHED = "ledger/alpha-gmbh/invoices/INV-alpha-gmbh.yaml"


def test_a_payment_is_matched_by_a_form(github: Forge, take: TakeIn) -> None:
    before = github.read(MATCHED)
    github.seed({f"{RECORDS}/2026-10-05-payment.yaml": PAYMENT})
    number = file(github, "allocation", account="alpha-gmbh")

    assert take() == (f"#{number}: recorded in {MATCHED}",)

    line = '- {on: 2026-10-05, amount: "70.00", from: 2026-10-05-payment}'
    assert github.read(MATCHED) == (
        f"{before}payments:\n  {line}  # from linden/ledger#{number}\n"
    )
    assert github.issue(number).state == "closed"
    (comment,) = said(github, number)
    assert f"[`{MATCHED}`]" in comment.body
    assert line in comment.body
    assert "nothing of it is left" in comment.body
    assert sh(github.path, "log", "-1", "--format=%B", "main") == (
        f"Match a payment of alpha-gmbh\n\nFrom #{number}, by dana."
    )


def test_a_matched_payment_counts_once(github: Forge, take: TakeIn) -> None:
    """Opened again, it is answered again, and nothing more is written."""
    github.seed({f"{RECORDS}/2026-10-05-payment.yaml": PAYMENT})
    number = file(github, "allocation", account="alpha-gmbh")
    take()
    once, main_was = github.read(MATCHED), github.state.branches["main"]
    github.as_user(DANA).reopen(number)

    assert take() == (f"#{number}: is recorded in {MATCHED}",)

    assert github.read(MATCHED) == once
    assert github.state.branches["main"] == main_was
    assert "counts once" in said(github, number)[-1].body


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({"invoices": "INV-alpha-gmbh=70.01"}, "**Invoices**: 70.01 is more than the"),
        ({"invoices": "INV-x"}, "**Invoices**: no invoice 'INV-x'"),
        ({"invoices": "INV-alpha-gmbh="}, "is not read; write it like INV-1=600.00"),
        (
            {"record": "payment"},
            "**Payment or credit note**: no payment or",
        ),
        ({"account": "alpha"}, "**Account**: no account 'alpha'"),
    ],
)
def test_what_cannot_be_matched_is_said_and_stays_open(
    github: Forge, take: TakeIn, answers: dict[str, str], wrong: str
) -> None:
    before = github.read(MATCHED)
    github.seed({f"{RECORDS}/2026-10-05-payment.yaml": PAYMENT})
    number = file(github, "allocation", **{"account": "alpha-gmbh", **answers})

    assert take() == (f"#{number}: waits for its author",)

    assert wrong in said(github, number)[0].body
    assert github.issue(number).state == "open"
    assert github.read(MATCHED) == before


def test_which_payment_it_is_must_be_said_where_there_are_several(
    github: Forge, take: TakeIn
) -> None:
    names = [f"2026-10-0{n}-payment" for n in (4, 5)]
    github.seed({f"{RECORDS}/{name}.yaml": PAYMENT for name in names})
    number = file(github, "allocation", account="alpha-gmbh")
    take()
    assert f"nobody knows which it is; say which&#58; {', '.join(names)}" in (
        said(github, number)[0].body
    )


def test_a_commit_says_what_and_who(github: Forge, take: TakeIn) -> None:
    number = file(github, "call", account="alpha-gmbh", outcome="reached")
    take()
    assert sh(github.path, "log", "-1", "--format=%an <%ae>%n%B", "main") == (
        "Good Terms <engine@linden.example>\nRecord a call of alpha-gmbh\n\n"
        f"From #{number}, by dana."
    )


def test_the_checkout_shows_what_was_recorded(
    github: Forge, repo: Repo, take: TakeIn
) -> None:
    file(github, "call", account="alpha-gmbh", outcome="reached")
    take()
    assert (repo.root / RECORDS / "2026-10-09-call.yaml").is_file()
    assert sh(repo.root, "status", "--porcelain") == ""


def test_doing_it_again_changes_nothing(github: Forge, take: TakeIn) -> None:
    good = file(github, "call", account="alpha-gmbh", outcome="reached")
    bad = file(github, "call", account="alpha", outcome="reached")
    take()
    main_was, written = github.state.branches["main"], len(writes(github))

    assert take() == (f"#{bad}: waits for its author",)
    assert github.state.branches["main"] == main_was
    assert len(writes(github)) == written
    assert len(said(github, good)) == len(said(github, bad)) == 1


@pytest.mark.parametrize("after", ["push", "comment"])
def test_what_broke_off_is_finished_later(
    github: Forge, repo: Repo, take: TakeIn, after: str
) -> None:
    number = file(github, "call", account="alpha-gmbh", outcome="reached")
    wanted = {"push": ("POST", "*/comments"), "comment": ("PATCH", "*/issues/*")}
    method, path = wanted[after]
    github.fault("error-before", method=method, path=path)

    _, problems = take_in(repo, api(github))

    assert "GitHub answered 500" in str(problems[0])
    assert github.issue(number).state == "open"
    record = f"{RECORDS}/2026-10-09-call.yaml"
    assert take() == (f"#{number}: is recorded in {record}",)
    assert records(github) == [record]
    assert github.issue(number).state == "closed"
    assert len(said(github, number)) == 1


def test_an_answer_that_got_lost_is_not_given_twice(
    github: Forge, repo: Repo, take: TakeIn
) -> None:
    number = file(github, "call", account="alpha-gmbh", outcome="reached")
    github.fault("error-after", method="POST", path="*/comments")
    assert take_in(repo, api(github))[1]

    take()
    assert len(said(github, number)) == 1


def test_a_form_that_is_opened_again_is_not_recorded_again(
    github: Forge, take: TakeIn
) -> None:
    number = file(github, "call", account="alpha-gmbh", outcome="reached")
    take()
    github.as_user(DANA).reopen(number)
    take()

    assert records(github) == [f"{RECORDS}/2026-10-09-call.yaml"]
    assert github.issue(number).state == "closed"
    assert "counts once" in said(github, number)[-1].body


def test_two_forms_of_a_day_become_two_records(github: Forge, take: TakeIn) -> None:
    for _ in range(2):
        file(github, "call", account="alpha-gmbh", outcome="voicemail")
    take()
    calls = [f"{RECORDS}/2026-10-09-call-2.yaml", f"{RECORDS}/2026-10-09-call.yaml"]
    assert records(github) == calls


@pytest.mark.parametrize(
    ("form", "answers", "findings"),
    [
        ("promise", {"account": "ALPHA GmbH", "pay_by": "2026-11-05"},
         ["**Account**: no account 'ALPHA GmbH'; did you mean 'alpha-gmbh'?"]),
        ("promise", {"account": "alpha-gmbh", "pay_by": "5.11.2026"},
         ["**Pays by**: '5.11.2026' is not a date; write it like 2026-10-08"]),
        ("promise", {"account": "alpha-gmbh", "pay_by": "2026-11-05", "amount": "60"},
         ["**Amount**: amount '60' needs two decimals; write 60.00"]),
        ("promise", {"account": "alpha-gmbh", "pay_by": "2026-11-05",
                     "invoices": "INV-alpha-gmhb"},
         [_INVOICE]),
        ("promise", {},
         ["**Account**: this is empty", "**Pays by**: this is empty"]),
        ("call", {"account": "omega", "on": "yesterday"},
         ["**Date**: 'yesterday' is not a date; write it like 2026-10-08",
          "**How it went**: this is empty",
          "**Account**: no account 'omega'; did you mean 'omega-ltd'?"]),
        ("call", {"account": "omega-ltd", "outcome": "reached", "on": "2027-10-08"},
         ["**Date**: '2027-10-08' is still to come; this was written on 2026-10-09"]),
        ("payment", {"account": "zzz", "amount": "5", "currency": "Euro"},
         ["**Account**: no account 'zzz'; known are 'alpha-gmbh', 'omega-ltd'",
          _CURRENCY]),
    ],
)  # fmt: skip
def test_a_form_with_mistakes_is_told_all_of_them_and_stays_open(
    github: Forge,
    take: TakeIn,
    form: str,
    answers: dict[str, str],
    findings: list[str],
) -> None:
    number = file(github, form, **answers)
    take()

    (comment,) = said(github, number)
    told = [line[2:] for line in comment.body.splitlines() if line.startswith("- ")]
    assert told == findings
    assert github.issue(number).state == "open"
    assert records(github) == []


def test_a_customer_may_be_called_by_their_name(github: Forge, take: TakeIn) -> None:
    named = github.read("ledger/alpha-gmbh/account.yaml")
    github.seed(
        {"ledger/alpha-gmbh/account.yaml": f"name: Älpha & Söhne\n{_rest(named)}"}
    )
    file(github, "call", account="älpha  & söhne", outcome="reached")
    take()
    assert records(github) == [f"{RECORDS}/2026-10-09-call.yaml"]


def test_a_name_that_two_customers_have_is_no_account(
    github: Forge, take: TakeIn
) -> None:
    for name in ("alpha-gmbh", "omega-ltd"):
        path = f"ledger/{name}/account.yaml"
        github.seed({path: f"name: Twin\n{_rest(github.read(path))}"})
    number = file(github, "call", account="Twin", outcome="reached")
    take()
    assert "no account 'Twin'" in said(github, number)[0].body


def _rest(account: str) -> str:
    """Return an account without its name, which stands first."""
    return account.partition("\n")[2]


def test_a_form_that_was_mended_is_recorded(github: Forge, take: TakeIn) -> None:
    number = file(github, "call", account="alpha", outcome="reached")
    take()
    body = (github.issue(number).body or "").replace("alpha", "alpha-gmbh")
    path = f"/repos/linden/ledger/issues/{number}"
    github.as_user(DANA).client.patch(path, body=body).good()
    take()

    assert records(github) == [f"{RECORDS}/2026-10-09-call.yaml"]
    assert [each.body[:12] for each in said(github, number)] == [
        "**Not record",
        "**Recorded**",
    ]


def test_nobody_but_us_can_record(github: Forge, take: TakeIn) -> None:
    number = file(github, "call", "ohaddad", account="alpha-gmbh", outcome="reached")
    assert take() == (f"#{number}: refused",)

    assert (
        "ohaddad is not among the people in `goodterms.yaml`"
        in said(github, number)[0].body
    )
    assert github.issue(number).state == "closed"
    assert records(github) == []


def edit(github: Forge, number: int, login: str, old: str, new: str) -> None:
    """Let somebody change the text of a form."""
    body = (github.issue(number).body or "").replace(old, new)
    path = f"/repos/linden/ledger/issues/{number}"
    github.as_user(login).client.patch(path, body=body).good()


PAID = {"account": "alpha-gmbh", "amount": "1.00", "currency": "EUR"}


@pytest.mark.parametrize("opens", [DANA, "visitor"])
def test_a_form_is_signed_by_one_of_us_who_edited_it_last(
    github: Forge, take: TakeIn, opens: str
) -> None:
    known = SETTINGS.replace("Omar Haddad}", "Omar Haddad, github: ohaddad}")
    github.seed({"goodterms.yaml": known})
    number = file(github, "payment", opens, **PAID)
    edit(github, number, "linden-admin", "1.00", "3.00")
    edit(github, number, "ohaddad", "3.00", "2.00")
    take()

    record = github.read(f"{RECORDS}/2026-10-09-payment.yaml")
    assert "by: omar\n" in record
    assert 'amount: "2.00"' in record


@pytest.mark.parametrize("form", ["payment", "allocation"])
def test_what_somebody_else_made_of_a_form_is_refused_until_one_of_us_edits_it(
    github: Forge, take: TakeIn, form: str
) -> None:
    answers = PAID if form == "payment" else {"account": "alpha-gmbh"}
    github.seed({f"{RECORDS}/2026-10-05-payment.yaml": PAYMENT})
    number = file(github, form, **answers)
    edit(github, number, "linden-admin", "alpha-gmbh", "omega-ltd")
    assert take() == (f"#{number}: waits for its author",)
    take()

    assert records(github) == [f"{RECORDS}/2026-10-05-payment.yaml"]
    (comment,) = said(github, number)
    assert "linden-admin edited this form last, and is not one of us" in comment.body
    assert github.issue(number).state == "open"
    edit(github, number, DANA, "omega-ltd", "alpha-gmbh")
    (line,) = take()
    assert line.startswith(f"#{number}: recorded in ledger/alpha-gmbh/")


@pytest.mark.parametrize("gone", ["author", "editor"])
def test_what_an_account_wrote_that_is_gone_is_nobodys(
    github: Forge, take: TakeIn, gone: str
) -> None:
    number = file(github, "payment", **PAID)
    edit(github, number, "linden-admin", "1.00", "3.00")
    issue = replace(github.issue(number), **{gone: "ghost"})  # type: ignore[arg-type]
    if gone == "author":
        issue = replace(issue, edited_at=None, editor=None)
    github.world.save(issue)
    take()

    assert records(github) == []
    assert "account" in said(github, number)[0].body.partition("\n")[0]
    assert (github.issue(number).state == "open") is (gone == "editor")


def test_an_app_that_is_called_like_one_of_us_is_none(
    github: Forge, take: TakeIn
) -> None:
    app = f"{DANA}[bot]"
    github.world.users[app] = User(app, 101, "Bot", "write")
    number = file(github, "payment", "linden-admin", **PAID)
    github.world.save(replace(github.issue(number), author=app))
    take()
    assert records(github) == []
    assert "dana-lindqvist&#91;bot&#93; is not among" in said(github, number)[0].body


def test_all_open_forms_are_read(github: Forge) -> None:
    for number in range(PAGE + 3):
        github.as_user("visitor").open_issue(f"Number {number}", str(number))
    assert [each.body for each in open_forms(api(github))] == [
        str(number) for number in range(PAGE + 3)
    ]


def test_once_they_are_one_of_us_they_open_it_again(
    github: Forge, take: TakeIn
) -> None:
    number = file(github, "call", "ohaddad", account="alpha-gmbh", outcome="reached")
    take()
    known = SETTINGS.replace("Omar Haddad}", "Omar Haddad, github: ohaddad}")
    github.seed({"goodterms.yaml": known})
    github.clerk.reopen(number)
    take()

    assert "by: omar" in github.read(f"{RECORDS}/2026-10-09-call.yaml")


@pytest.mark.parametrize("form", sorted(FORMS.keys() - {f"{FOLDER}/config.yml"}))
def test_a_form_whose_label_github_dropped_is_known_by_its_fields(
    github: Forge, take: TakeIn, form: str
) -> None:
    made = fill_in(FORMS[form], {"account": "alpha"}, None)
    labelled = github.as_user(DANA).open_issue("1", made.body)
    github.clerk.label(labelled, f"record: {Path(form).stem}")
    dropped = github.as_user(DANA).open_issue("2", made.body)
    take()
    first, second = (said(github, number)[0].body for number in (labelled, dropped))
    assert first == second
    assert "**Account**: no account 'alpha'; did you mean 'alpha-gmbh'?" in first


def test_a_form_without_its_label_becomes_a_record(github: Forge, take: TakeIn) -> None:
    answers = {"account": "alpha-gmbh", "pay_by": "2026-11-05", "said": "### Account"}
    made = fill_in(FORMS[f"{FOLDER}/promise.yml"], answers, None)
    number = github.as_user(DANA).open_issue("Promise", made.body)
    take()
    assert records(github) == [f"{RECORDS}/2026-10-09-promise.yaml"]
    assert github.issue(number).state == "closed"


def test_a_form_without_its_label_holds_what_it_is_about(
    github: Forge, repo: Repo
) -> None:
    made = fill_in(FORMS[f"{FOLDER}/promise.yml"], {"account": "alpha-gmbh"}, None)
    github.as_user(DANA).open_issue("x", made.body)
    tip = sh(github.path, "rev-parse", "main").strip()
    workspace = Workspace.open(repo.root)[0]
    assert workspace
    found = unheard(repo, api(github), tip, workspace)
    assert found.about("alpha-gmbh") == "form #1 is not in the ledger yet"


def test_a_label_is_believed_before_the_fields(github: Forge, take: TakeIn) -> None:
    made = fill_in(FORMS[f"{FOLDER}/promise.yml"], {"account": "alpha-gmbh"}, None)
    issue = github.as_user(DANA).open_issue("x", made.body)
    github.clerk.label(issue, "record: call", "record: promise")
    assert take() == ()


def test_other_issues_and_pull_requests_are_none_of_its_business(
    github: Forge, take: TakeIn
) -> None:
    dana = github.as_user(DANA)
    dana.open_issue("A question", "### Account\n\nalpha-gmbh")
    dana.open_issue("Both", labels=["record: call", "record: promise"])
    dana.edit("side", "a.txt", "new\n")
    dana.label(dana.open_pull("side", "Change"), "record: call")

    assert take() == ()
    assert records(github) == []


def test_what_has_no_effect_yet_is_said(github: Forge, take: TakeIn) -> None:
    number = file(github, "promise", account="alpha-gmbh", pay_by="2027-02-01")
    take()
    assert (
        "a promise more than 60 days out has no effect" in said(github, number)[0].body
    )


def test_pasted_words_stay_words(github: Forge, take: TakeIn) -> None:
    words = "ok\n\n### Account\n\nomega-ltd\n# from linden/ledger#2\n<!-- @ohaddad -->"
    first = file(github, "call", account="alpha-gmbh", outcome="reached", said=words)
    second = file(github, "call", account="omega-ltd", outcome="refused")
    take()

    assert (first, second) == (1, 2)
    assert len(records(github)) == 2
    assert "@ohaddad" not in said(github, first)[0].body


def test_the_labels_are_made_where_they_are_missing(
    github: Forge, take: TakeIn
) -> None:
    take()
    labels = {label.name for label in github.state.labels.values()}
    assert labels == {f"record: {Path(path).stem}" for path in FORMS} - {
        "record: config"
    }
    made = len(writes(github))
    take()
    assert len(writes(github)) == made


def test_a_lost_race_is_tried_again(
    github: Forge, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    races = iter(range(2))

    def late(repo: Repo, moves: Sequence[BranchMove]) -> PushResult:
        if next(races, None) is not None:
            github.seed({"a.txt": github.state.branches["main"] + "\n"})
        return publish(repo, moves)

    monkeypatch.setattr("goodterms.forge.github.issue_forms.intake.publish", late)
    file(github, "call", account="alpha-gmbh", outcome="reached")

    assert take_in(repo, api(github))[1] == ()
    assert len(records(github)) == 1


@pytest.mark.parametrize(("kind", "read"), [("forbidden", 2), ("too-many", 1)])
def test_a_form_that_cannot_be_answered_holds_up_no_other(
    github: Forge, repo: Repo, kind: str, read: int
) -> None:
    """But for a limit: then everything is left for the next run."""
    for account_ in ("alpha-gmbh", "omega-ltd"):
        file(github, "call", account=account_, outcome="reached")
    github.fault(kind, method="POST", path="*/comments")

    lines, (problem,) = take_in(repo, api(github))

    assert (len(lines), len(records(github))) == (read, read)
    assert "the next run reads it again" in str(problem)
    assert take_in(repo, api(github))[1] == ()
    assert len(records(github)) == 2
    assert {issue.state for issue in github.state.issues.values()} == {"closed"}
    assert [len(said(github, number)) for number in (1, 2)] == [1, 1]


def test_main_that_cannot_be_written_is_said(github: Forge, repo: Repo) -> None:
    github.protect(approvals=1)
    number = file(github, "call", account="alpha-gmbh", outcome="reached")

    with pytest.raises(RefusalError) as refused:
        take_in(repo, api(github))

    assert "main is protected" in str(refused.value)
    assert github.issue(number).state == "open"


@pytest.mark.parametrize(
    ("path", "text", "problem"),
    [
        (".github/ISSUE_TEMPLATE/call.yml", "body: 3\n", "this is no issue form"),
        ("goodterms.yaml", "people: {}\n", "missing key 'creditor'"),
    ],
)
def test_what_cannot_be_judged_waits(
    github: Forge, repo: Repo, path: str, text: str, problem: str
) -> None:
    number = file(github, "call", account="alpha-gmbh", outcome="reached")
    github.seed({path: text})

    lines, problems = take_in(repo, api(github))

    assert lines == ()
    assert problem in str(problems[0])
    assert (github.issue(number).state, said(github, number)) == ("open", [])


def test_the_command_reads_where_it_is_from_the_environment(
    github: Forge,
    repo: Repo,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    number = file(github, "call", account="alpha-gmbh", outcome="reached")
    take_in(repo, api(github))
    other = file(github, "call", account="alpha", outcome="reached")
    for name, value in github.env().items():
        monkeypatch.setenv(name, value)

    assert main(["--root", str(repo.root), "forms"]) == 0
    assert capsys.readouterr().out == f"#{other}: waits for its author\n"
    assert github.issue(number).state == "closed"


def test_without_a_token_it_says_so(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--root", str(repo.root), "forms"]) == 2
    assert "forms need 'forge: github'" in capsys.readouterr().err
    settings = repo.root / "goodterms.yaml"
    settings.write_text(f"{settings.read_text()}forge: github\n")
    assert main(["--root", str(repo.root), "forms"]) == 2
    assert "GITHUB_TOKEN is not set" in capsys.readouterr().err
