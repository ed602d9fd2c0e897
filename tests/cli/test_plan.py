"""What people see of a plan: text, JSON, Markdown, explained, shown."""

import json
import shutil
from pathlib import Path

import pytest

from goodterms.cli import main
from goodterms.views.terminal_lines import WIDTH
from goodterms.workspace.bundled_files import shipped_root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a copy of the shipped ledger, without git: planning needs none."""
    for name in ("ledger", "policies", "templates"):
        shutil.copytree(shipped_root() / name, tmp_path / name)
    shutil.copy(shipped_root() / "goodterms.yaml", tmp_path)
    return tmp_path


def run(root: Path, *args: str) -> int:
    return main(["--root", str(root), *args])


def as_json(
    root: Path, capsys: pytest.CaptureFixture[str], *args: str
) -> dict[str, list[dict[str, object]]]:
    assert run(root, "plan", "--format", "json", *args) in (0, 1)
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_a_plan_reads_like_a_page(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(root, "plan", "--as-of", "2026-07-15") == 0

    out = capsys.readouterr().out
    assert out.startswith("Plan for 2026-07-15: 5 to send, 1 to call, ")
    assert (
        "  send      Brightside Café Ltd (brightside-cafe)\n"
        "            brightside-cafe/2026-07-15-friendly-reminder\n"
        "            by email, to nia@brightside.example, policy standard@1\n"
        "            asking for 840.00 GBP\n"
    ) in out
    assert "by phone, handed to Dana Lindqvist, policy key-account@1\n" in out
    assert "Waiting, 5 invoices, 11186.00 EUR and 1570.00 GBP open:\n" in out
    assert (
        "  promise: 2 invoices, 9758.00 EUR open\n"
        "    Hafen Logistik GmbH (hafen-logistik)\n"
        "      LP-2026-0602  6545.00 EUR  9 days overdue, until 2026-08-02, then\n"
        "        friendly-reminder on 2026-08-05\n"
    ) in out


def test_no_line_of_a_plan_is_wider_than_a_terminal(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for day in ("2026-07-15", "2026-08-03", "2026-09-30"):
        assert run(root, "plan", "--as-of", day) == 0
        lines = capsys.readouterr().out.splitlines()
        assert [line for line in lines if len(line) > WIDTH] == []


def test_messages_and_invoices_are_summed_up_by_currency(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the lines below add up: 840 and 1680; 1904 and 11424; no call."""
    assert run(root, "plan", "--as-of", "2026-07-15") == 0
    asked = "asking for 13328.00 EUR and 2520.00 GBP and 4800.00 USD:"
    assert f"To do today, messages {asked}\n" in capsys.readouterr().out


def test_the_json_is_what_other_programs_rely_on(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = as_json(root, capsys, "--as-of", "2026-07-15")

    (cafe,) = [a for a in plan["actions"] if a["account"] == "brightside-cafe"]
    assert {key: cafe[key] for key in list(cafe)[:12]} == {
        "id": "brightside-cafe/2026-07-15-friendly-reminder",
        "kind": "send",
        "account": "brightside-cafe",
        "step": "friendly-reminder",
        "policy": "standard@1",
        "channel": "email",
        "tone": "warm",
        "to": "nia@brightside.example",
        "totals": {"GBP": "840.00"},
        "invoices": [
            {
                "id": "LP-2026-0611",
                "currency": "GBP",
                "open": "840.00",
                "days_overdue": 7,
                "step": "friendly-reminder",
            }
        ],
        "listed": [],
        "why": [
            "LP-2026-0611 is 7 days overdue; friendly-reminder is due from 2026-07-15"
        ],
    }


def test_the_number_of_processes_changes_nothing(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = as_json(root, capsys, "--as-of", "2026-07-15", "--jobs", "1")
    two = as_json(root, capsys, "--as-of", "2026-07-15", "--jobs", "2")

    assert one == two


def test_one_account_is_planned_as_it_is_among_all(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    every = as_json(root, capsys, "--as-of", "2026-07-15")
    alone = as_json(root, capsys, "--as-of", "2026-07-15", "--account", "voss-bau")

    mine = [a for a in every["actions"] if a["account"] == "voss-bau"]
    assert alone["actions"] == mine


def test_markdown_keeps_data_from_being_markup(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(root, "plan", "--as-of", "2026-07-15", "--format", "markdown") == 0

    out = capsys.readouterr().out
    assert out.startswith("## Plan for 2026-07-15\n")
    assert "nia&#64;&#8203;brightside.example" in out


def test_a_plan_goes_to_a_file(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = root / "plan.json"

    assert run(root, "plan", "--as-of", "2026-07-15", "--out", str(out)) == 0

    assert out.read_text().startswith("Plan for 2026-07-15")
    assert capsys.readouterr().out == ""


def test_other_policies_make_another_plan(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = root / "tried"
    shutil.copytree(root / "policies", other)
    policy = other / "standard" / "v1.yaml"
    policy.write_text(policy.read_text().replace("due + 7d,", "due + 14d,"))

    plan = as_json(root, capsys, "--as-of", "2026-07-15", "--policies", str(other))

    cafe = [a for a in plan["actions"] if a["account"] == "brightside-cafe"]
    assert cafe == []


def test_an_account_with_an_error_is_left_out_and_the_rest_goes_ahead(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = root / "ledger" / "voss-bau" / "account.yaml"
    file.write_text(file.read_text().replace("segment:", "segmnt:"))

    assert run(root, "plan", "--as-of", "2026-07-15") == 1

    told = capsys.readouterr()
    assert "voss-bau/2026-07-15" not in told.out
    assert "brightside-cafe/2026-07-15" in told.out
    assert "goodterms check ledger/voss-bau\n" in told.out
    assert (
        "ledger/voss-bau/account.yaml:3:1: error: unknown key 'segmnt';"
        " did you mean 'segment'?"
    ) in told.err


def test_a_broken_policy_stops_only_the_cases_that_need_it(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = root / "policies" / "standard" / "v1.yaml"
    policy.write_text(policy.read_text().replace("version: 1", "version: one"))

    plan = as_json(root, capsys, "--as-of", "2026-07-15")

    assert {a["account"] for a in plan["actions"]} == {"rosen-apotheke"}
    assert {w["account"] for w in plan["waiting"]} <= {"rosen-apotheke"}


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["plan", "--account", "vos-bau"], "did you mean 'voss-bau'?"),
        (["explain", "vos-bau"], "did you mean 'voss-bau'?"),
        (["explain", "voss-bau", "LP-2026-571"], "did you mean 'LP-2026-0571'?"),
        (["show", "voss-bau"], "write it as ACCOUNT/DATE-STEP"),
        (["show", "voss-bau/2026-01-01-x"], "did you mean 'voss-bau/2026-10-08-fri"),
        (["show", "kestrel-books/x"], "see what is due with 'goodterms plan'"),
        (["plan", "--as-of", "2026-02-30"], "'2026-02-30' is not a date"),
        (["plan", "--as-of", "14.7.2026"], "write it like 2026-10-08"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    root: Path, capsys: pytest.CaptureFixture[str], args: list[str], sentence: str
) -> None:
    assert run(root, *args) == 2

    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert sentence in told
    assert told.count("\n") == 1


def test_explain_tells_why_not_and_what_next(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["explain", "kestrel-books", "LP-2026-0607", "--as-of", "2026-07-20"]

    assert run(root, *args) == 0

    out = capsys.readouterr().out
    assert "LP-2026-0607: 1260.00 GBP open of 1260.00, due 2026-07-10" in out
    assert "nothing today: dispute, then friendly-reminder" in out
    assert "because disputed on 2026-07-16, review by 2026-07-30" in out
    assert "friendly-reminder: next, when nothing stops it any more" in out
    assert "LP-2026-0590" not in out


def test_explain_agrees_with_the_plan(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = as_json(root, capsys, "--as-of", "2026-07-15")
    day = ["--as-of", "2026-07-15"]
    for wait in plan["waiting"]:
        about = [str(wait["account"]), str(wait["invoice"])]
        assert run(root, "explain", *about, *day) == 0
        told = capsys.readouterr().out
        assert f"nothing today: {wait['standing']}" in told
    for action in plan["actions"]:
        assert (
            run(root, "explain", str(action["account"]), "--as-of", "2026-07-15") == 0
        )
        assert f"today: {action['kind']} {action['step']}" in capsys.readouterr().out


def test_explain_says_what_is_settled(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(root, "explain", "brightside-cafe", "--as-of", "2026-09-30") == 0

    out = capsys.readouterr().out
    assert "LP-2026-0611: settled on 2026-07-20, 12 days late" in out
    assert "LP-2026-0731: settled on 2026-09-08, on time" in out


def test_show_renders_what_is_due_as_the_run_would(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    id_ = "brightside-cafe/2026-07-15-friendly-reminder"

    assert run(root, "show", id_, "--as-of", "2026-07-15") == 0
    told = capsys.readouterr()
    assert "£840.00" in told.out
    assert "not sent yet: due on 2026-07-15" in told.err

    assert run(root, "show", id_, "--as-of", "2026-07-15", "--html") == 0
    assert capsys.readouterr().out.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    "line", ["{{ owner.phne }}", "{{ invoices[0].pay_url }}", "{{ 'a' * 10 }}"]
)
def test_what_cannot_be_written_is_not_to_send(
    root: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    """As the run does: it drops out, with its place, and its invoice says why."""
    template = root / "templates" / "en" / "friendly-reminder.md.j2"
    template.write_text(template.read_text() + f"\n{line}\n")
    place = (
        f"templates/en/friendly-reminder.md.j2:{template.read_text().count(chr(10))}"
    )

    assert run(root, "check") == 1
    assert place in capsys.readouterr().out
    assert run(root, "plan", "--as-of", "2026-07-15") == 1
    told = capsys.readouterr()
    assert "brightside-cafe/2026-07-15-friendly-reminder" not in told.out
    assert "        friendly-reminder cannot be written:" in told.out
    assert place in told.err
    assert run(root, "explain", "brightside-cafe", "--as-of", "2026-07-15") == 1
    told = capsys.readouterr()
    assert "because friendly-reminder cannot be written: " in told.out
    assert place in told.err
    assert run(root, "explain", "voss-bau", "--as-of", "2026-07-15") == 0
