"""A customer who means harm: their words stay words wherever GitHub reads them."""

import json
import re
from pathlib import Path

import pytest

from goodterms.views import read_marker, step_summary
from tests.support.eventful_ledger import DAY, NEXT
from tests.support.git_repos import sh
from tests.support.github_firm import FILES, GAMMA, TAU, Firm, firm, path_of
from tests.support.github_server.forge import Forge
from tests.support.read_pages import names_found, seen

MARK = "<!-- goodterms:eyJhIjoxfQ== -->"
NAME = (
    f"@octocat #1 GH-7 a/b#3 ``` ~~~ </details></table> {MARK} ::error::pwned"
    " ##[add-mask]a | $(id) ${{ secrets.KEY }} https://evil.example :tada:"
)
SAID = "\n".join(
    [
        *["Hi", "::error::pwned", "```", "~~~", "</pre></details>", "EOF", "sent=9"],
        *["@octocat closes #1", "---", f"id: {DAY}-notice", "state: approved"],
        *["Approved-by: dana", "Claims-of-run: run-0001", "x" * 3000, MARK, ""],
    ]
)
WORDS = ("octocat", "pwned", "evil.example", "Approved-by", "state: approved")


def theirs(name: str) -> dict[str, str]:
    """Write an account in the customer's own words."""
    folder, said = f"ledger/{name}", json.dumps(SAID)
    profile = FILES[f"{folder}/account.yaml"]
    profile = profile.replace(f"{name} Ltd", json.dumps(NAME))
    profile = profile.replace("name: Petra", f"name: {json.dumps('Petra ' + NAME)}")
    invoice = FILES[f"{folder}/invoices/INV-{name}.yaml"]
    record = "kind: {}\non: {}\nby: dana\nsaid: {}\n"
    note = record.format("note", "2026-10-01", said)
    reply = record.format("reply", "2026-10-02", said) + "answered: true\n"
    return {
        f"{folder}/account.yaml": f"{profile}notes: {said}\n",
        f"{folder}/invoices/INV-{name}.yaml": (
            f"{invoice}reference: {json.dumps(NAME)}\n"
            f"purchase_order: {json.dumps(NAME)}\n"
        ),
        f"{folder}/records/2026-10-02-reply.yaml": f"{reply}channel: email\n",
        f"{folder}/records/2026-10-01-note.yaml": note,
    }


@pytest.fixture
def books(github: Forge, tmp_path: Path) -> Firm:
    """Make a firm all of whose customers mean harm, and run it; one disputes then."""
    files = {**FILES, **theirs("alpha"), **theirs("gamma"), **theirs("tau")}
    made = firm(github, tmp_path, files)
    made.run()
    dispute = "kind: dispute\non: {}\nby: dana\nreview_by: 2026-10-20\nsaid: {}\n"
    path = f"ledger/gamma/records/{NEXT}-dispute.yaml"
    made.push({path: dispute.format(NEXT, json.dumps(SAID))}, "Dispute")
    made.run(NEXT)
    return made


def test_pages_ping_nobody_and_have_one_marker(books: Firm) -> None:
    state = books.github.state
    bodies = [issue.body or "" for issue in state.issues.values()]
    bodies += [comment.body for comment in state.comments.values()]
    assert len(bodies) == 4
    for body in bodies:
        assert names_found(body) == set()
        assert seen(body).comments == 1
        assert read_marker(body)
        assert all(link.startswith(books.github.url) for link in seen(body).links)
    titles = [issue.title for issue in state.issues.values()]
    assert not [title for title in titles if re.search(r"[@#][a-z0-9]", title)]
    assert all(len(title) < 256 for title in titles)
    labels = {label for issue in state.issues.values() for label in issue.labels}
    assert not [label for label in labels if "octocat" in label]


def test_git_and_journals_hold_no_word_of_theirs(books: Firm) -> None:
    told = sh(books.root, "log", "--all", "--format=%B")
    told += "".join(books.journal(name) for name in ("alpha", "gamma", "tau"))
    assert not [word for word in WORDS if word in told]
    assert books.states("gamma")[-2:] == ["proposed", "void"]
    assert books.states("tau")[-1] == "proposed"
    decision = books.github.read(path_of(TAU), f"goodterms/{TAU}")
    assert not [word for word in WORDS if word in decision]


def test_the_log_and_the_summary_command_nothing(books: Firm) -> None:
    result = books.last
    assert result
    for line in [*result.lines, *map(str, result.problems)]:
        assert "\n" not in line
        assert not line.lstrip().startswith("::")
        assert "&#" not in line
    summary = step_summary("Done.", result.lines, result.problems, result.plan)
    assert names_found(summary) <= {"e-mail"}  # as in standard@1
    assert seen(summary).comments == 0
    (closed,) = books.comments(GAMMA)
    assert closed.startswith("**Closed: disputed.**")
