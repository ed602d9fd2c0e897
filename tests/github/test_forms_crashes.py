"""Reading forms may die before any effect: each is recorded once, answered once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from goodterms.forge.github.client import Client
from goodterms.forge.github.issue_forms.intake import take_in
from goodterms.git import open_repo, publish
from goodterms.workspace.bundled_files import shipped_files
from tests.support.eventful_ledger import BARE, account
from tests.support.github_connection import api, clone
from tests.support.github_firm import DANA, LOGINS, SETTINGS
from tests.support.github_server.forge import Forge
from tests.support.run_helpers import PowerCutError

FORMS = {
    path: content.decode() for path, content in shipped_files(".github/ISSUE_TEMPLATE")
}
FILES = {
    **BARE,
    **LOGINS,
    "goodterms.yaml": SETTINGS,
    **account("alpha", "2026-10-01"),
    **FORMS,
}

#: A label for each form but one that is there, then for a good one a push, a word
#: and the end of the issue, and a word for a bad one.
EFFECTS = 11


def deadly(monkeypatch: pytest.MonkeyPatch, fatal: int) -> list[int]:
    """Let the process die before its effect of a number."""
    passed: list[int] = []

    def before(call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any call
            passed.append(1)
            if len(passed) == fatal:
                raise PowerCutError
            return call(*args, **kwargs)

        return run

    monkeypatch.setattr(
        "goodterms.forge.github.issue_forms.intake.publish", before(publish)
    )
    monkeypatch.setattr(Client, "write", before(Client.write))
    return passed


@pytest.mark.parametrize("fatal", range(1, EFFECTS + 1))
def test_killed_before_any_effect(
    github: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fatal: int
) -> None:
    github.at("2026-10-08T09:00:00Z")
    github.seed(FILES)
    dana = github.as_user(DANA)
    good = dana.open_issue_from_form("call.yml", account="alpha", outcome="reached")
    bad = dana.open_issue_from_form("call.yml", account="alhpa", outcome="reached")
    with monkeypatch.context() as patch:
        passed = deadly(patch, fatal)
        with pytest.raises(PowerCutError):
            take_in(open_repo(clone(github, tmp_path / "first")), api(github))
    assert len(passed) == fatal

    assert take_in(open_repo(clone(github, tmp_path / "next")), api(github))[1] == ()

    assert [github.issue(number).state for number in (good, bad)] == ["closed", "open"]
    assert len(github.state.comments) == 2
    assert "outcome: reached" in github.read(
        "ledger/alpha/records/2026-10-08-call.yaml"
    )
    folder = "main:ledger/alpha/records"
    listed = github.world.bare.run("ls-tree", "--name-only", folder).stdout.decode()
    assert listed.split() == ["2026-10-08-call.yaml"]


#: Of a payment to be matched: the same labels, a push, a word and the issue's end.
OF_MATCHING = EFFECTS - 1


@pytest.mark.parametrize("fatal", range(1, OF_MATCHING + 1))
def test_a_payment_is_matched_once_whenever_it_is_killed(
    github: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fatal: int
) -> None:
    github.at("2026-10-08T09:00:00Z")
    paid = 'kind: payment\non: 2026-10-05\nby: dana\namount: "70.00"\ncurrency: EUR\n'
    github.seed({**FILES, "ledger/alpha/records/2026-10-05-payment.yaml": paid})
    number = github.as_user(DANA).open_issue_from_form(
        "allocation.yml", account="alpha", invoices="INV-alpha=60.00"
    )
    with monkeypatch.context() as patch:
        passed = deadly(patch, fatal)
        with pytest.raises(PowerCutError):
            take_in(open_repo(clone(github, tmp_path / "first")), api(github))
    assert len(passed) == fatal

    assert take_in(open_repo(clone(github, tmp_path / "next")), api(github))[1] == ()

    assert github.issue(number).state == "closed"
    assert len(github.state.comments) == 1
    text = github.read("ledger/alpha/invoices/INV-alpha.yaml")
    assert text.count("from: 2026-10-05-payment") == 1


def test_there_are_no_other_effects(
    github: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    github.at("2026-10-08T09:00:00Z")
    github.seed(FILES)
    dana = github.as_user(DANA)
    dana.open_issue_from_form("call.yml", account="alpha", outcome="reached")
    dana.open_issue_from_form("call.yml", account="alhpa", outcome="reached")
    passed = deadly(monkeypatch, 0)
    take_in(open_repo(clone(github, tmp_path / "work")), api(github))
    assert len(passed) == EFFECTS
