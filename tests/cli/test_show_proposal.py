"""``show`` of a proposal: whoever approves reads what would leave, before they do."""

import re
from pathlib import Path

import pytest

from tests.support.eventful_ledger import (
    BARE,
    CALLED,
    DAY,
    DELTA,
    EVE,
    NOTE,
    OMEGA,
    POLICY,
    SETTINGS,
    account,
    books,
    eventful,
    gt,
    outbox,
)
from tests.support.git_repos import commit, sh, tip, write

TRIAGE = f"rho/{DAY}-triage"


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """Return a ledger with omega's proposal open and delta's approved on main."""
    root = eventful(tmp_path)
    sh(root, "revert", "--no-edit", "HEAD")
    return root


@pytest.fixture
def triage(tmp_path: Path) -> Path:
    steps = {**CALLED, "2026-10-02": "notice"}
    root = books(tmp_path / "books", {**BARE, **account("rho", "2026-08-01", steps)})
    assert gt(root, "run", "--as-of", DAY) == 0
    return root


def shown(
    root: Path, capsys: pytest.CaptureFixture[str], *args: str, on: str = DAY
) -> str:
    capsys.readouterr()
    assert gt(root, "show", *args, "--as-of", on) == 0
    return capsys.readouterr().out


def test_an_open_proposal_is_read_before_it_is_decided(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tip(local, "main")
    text = shown(local, capsys, OMEGA)
    assert text.splitlines()[:5] == [
        f"PROPOSED on {EVE}, not sent: {OMEGA}",
        f"What follows is what would be sent if it were approved today, {DAY}.",
        "Waits for 2 of leads (dana, omar), by 2026-10-21.",
        f"Approve: goodterms approve {OMEGA} --by NAME",
        f"Decline: goodterms decline {OMEGA} --by NAME",
    ]
    assert "Subject: notice of INV-omega" in text
    assert "Petra, please pay 100,00 €." in text
    assert tip(local, "main") == before
    assert outbox(local).keys() == set()


def test_what_is_shown_is_what_leaves(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = shown(local, capsys, DELTA)
    assert gt(local, "run", "--as-of", DAY) == 0
    sent = outbox(local)[f"delta/{DAY}-notice.txt"].decode()
    assert sent.strip() in text


@pytest.mark.parametrize("name", ["agency", "ride-out", "write-off"])
def test_each_option_is_shown(
    triage: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    text = shown(triage, capsys, TRIAGE)
    told = {
        "agency": "agency (proposed): hand it to Northstar (agency); credit hold",
        "ride-out": "\nride-out: say nothing for 30 days; then ask here again\n",
        "write-off": "\nwrite-off: write off 100.00 EUR\n",
    }
    assert told[name] in text
    assert f"goodterms approve {TRIAGE} --by NAME --choose OPTION" in text
    assert text.count("To:      in@northstar.example") == 1


def test_an_approval_shows_what_was_chosen_and_how_it_is_taken_back(
    triage: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    choose = ["--by", "dana", "--choose", "write-off", "--as-of", DAY]
    assert gt(triage, "approve", TRIAGE, *choose) == 0
    seen = [shown(triage, capsys, TRIAGE)]
    assert gt(triage, "run", "--as-of", "2026-10-10") == 0
    seen.append(shown(triage, capsys, TRIAGE, on="2026-10-10"))
    for text, by in zip(seen, ("", " by dana"), strict=True):
        assert text.startswith(f"APPROVED{by}, not sent yet: {TRIAGE}\n")
        assert f"Take it back: goodterms decline {TRIAGE} --by NAME" in text
        assert "write-off: write off 100.00 EUR" in text
        assert "northstar.example" not in text


def test_html_is_that_of_what_is_proposed(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(local, capsys, OMEGA, "--html").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("change", "mind"),
    [
        ({}, ""),
        (
            {"policies/standard/v1.yaml": POLICY.replace("due + 21d", "due + 30d")},
            "Mind: the next run closes it: INV-omega: due on 2026-09-16: notice is not",
        ),
        (
            {"templates/en/note.md.j2": f"{NOTE}Thank you.\n"},
            "Mind: the facts have changed: the next run asks again, with those of the",
        ),
        (
            {"policies/standard/v1.yaml": POLICY.replace("due + 21d", "45 days")},
            None,
        ),
    ],
)
def test_what_has_overtaken_it_is_said(
    local: Path,
    capsys: pytest.CaptureFixture[str],
    change: dict[str, str],
    mind: str | None,
) -> None:
    if change:
        commit(local, change)
    capsys.readouterr()
    gt(local, "show", OMEGA, "--as-of", DAY)
    told = capsys.readouterr()
    if mind is None:
        assert "Mind: policy standard@1 has errors: mend it" in told.out
    elif mind:
        assert mind in told.out
    else:
        assert "Mind:" not in told.out


def test_what_is_decided_says_so(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gt(local, "decline", OMEGA, "--by", "iris", "--as-of", DAY) == 0
    assert gt(local, "run", "--as-of", DAY) == 0
    capsys.readouterr()
    assert gt(local, "show", OMEGA, "--as-of", DAY) == 2
    said = capsys.readouterr().err
    assert f"{OMEGA} is declined since {DAY} by iris; it sends nothing" in said
    assert gt(local, "show", DELTA, "--as-of", DAY) == 2
    said = capsys.readouterr().err
    assert f"carried out; see 'goodterms show delta/{DAY}-notice'" in said


def test_on_github_people_decide_there(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(local, {"goodterms.yaml": f"{SETTINGS}forge: github\n"})
    text = shown(local, capsys, OMEGA)
    assert "Approve: merge its pull request.\nDecline: close it.\n" in text
    assert "goodterms approve" not in text


def test_run_and_explain_name_it(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert gt(local, "run", "--as-of", DAY) == 0
    told = capsys.readouterr().out
    assert f"read it with goodterms show {OMEGA}, then goodterms approve" in told
    assert gt(local, "explain", "omega", "--as-of", DAY) == 0
    told = capsys.readouterr().out
    assert f"  read it with: goodterms show {OMEGA} --as-of {DAY}\n" in told
    yes = f"goodterms approve {OMEGA} --by NAME --as-of {DAY}"
    assert f"  then: {yes}, or decline\n" in told


def test_explain_says_what_closes_and_asks_for_no_approval(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invoice = "ledger/omega/invoices/INV-omega.yaml"
    text = re.sub(r"due: [\d-]+", "due: 2026-12-01", (local / invoice).read_text())
    commit(local, {invoice: text})
    assert gt(local, "explain", "omega", "--as-of", DAY) == 0
    told = capsys.readouterr().out
    assert f"  closes today: {OMEGA}, INV-omega: its next step is" in told
    assert "goodterms approve" not in told
    assert "shown in: close" not in told


def test_its_whole_page_is_read_with_it(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "kind: reply\non: 2026-10-07\nby: dana\nsaid: We never got *this* | one.\n"
    commit(local, {"ledger/omega/records/2026-10-07-reply.yaml": said})
    text = shown(local, capsys, OMEGA)
    for part in (
        "omega Ltd owes 100.00 EUR on 1 invoice, 22 days overdue.",
        "approve     the letter below goes out by post",
        "decline     nothing is sent, and notice is not proposed again for 30 days",
        "They said on 7 Oct 2026: “We never got *this* | one.”",
        "INV-omega  16 Sep    22  100.00 EUR",
        "24 Sep  we    reminder by e-mail",
        "- nothing else open",
        "policies/standard/v1.yaml, line 10",
        "    - step: notice\n      at: due + 21d",
    ):
        assert part in text
    page = text[text.index("omega Ltd owes") :]
    assert max(map(len, page.splitlines())) <= 80
    assert not set("&<>") & set(page)


def test_what_a_colleague_chose_on_the_branch_is_what_is_shown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    steps = {**CALLED, "2026-10-02": "notice"}
    two = POLICY.replace("{by: leads, count: 1,", "{by: leads, count: 2,")
    files = {**BARE, **account("rho", "2026-08-01", steps)}
    files["policies/standard/v1.yaml"] = two
    root = books(tmp_path / "more", files)
    assert gt(root, "run", "--as-of", DAY) == 0
    how = ("--by", "dana", "--choose", "write-off", "--as-of", DAY)
    assert gt(root, "approve", TRIAGE, *how) == 0
    text = shown(root, capsys, TRIAGE)
    waits = (
        "Waits for 1 more of leads (omar), by 2026-10-22.\nApproved so far by dana.\n"
    )
    assert waits in text
    assert "Chosen: write-off, in place of agency" in text
    assert "\nwrite-off (chosen): write off 100.00 EUR" in text
