"""The snippets of the manual are what they say they are."""

import re
from pathlib import Path
from textwrap import indent

import pytest

from engine.expressions import compile_condition
from engine.load import load_jurisdiction, load_settings
from engine.load.policy import load_policy
from engine.model import PolicyRef

DOCS = Path(__file__).parents[1] / "docs"
SNIPPETS = re.findall(
    r"```yaml\n(.*?)```", (DOCS / "ladders.md").read_text("utf-8"), re.DOTALL
)
BASE = """\
policy: gentle
version: 2
effective: 2026-01-01
"""
LADDER = """\
ladder:
  - {step: friendly-reminder, at: due + 7d, channel: email, tone: warm, template: a}
  - {step: formal-letter, at: due + 45d, channel: letter, tone: formal, template: b}
"""


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_what_the_manual_writes_into_a_policy_can_be_read(snippet: str) -> None:
    text = BASE + snippet + ("" if "ladder:" in snippet else LADDER)
    policy, problems = load_policy(
        text.encode(),
        "policies/gentle/v2.yaml",
        PolicyRef("gentle", 2),
        compile_condition,
    )
    assert problems == ()
    assert policy is not None


def test_what_the_manual_writes_of_money_can_be_read() -> None:
    page = (DOCS / "money.md").read_text("utf-8")
    bank, rates = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)

    creditor = "name: A\ncountry: GB\ntimezone: Europe/London\nemail: a@b.example\n"
    whole = f"creditor:\n{indent(creditor + bank, '  ')}"
    settings, wrong = load_settings(whole.encode(), "goodterms.yaml")
    head = "jurisdiction: gb\nname: A\nchecked_on: 2026-01-01\nsource: B\n"
    table = f"{head}interest:\n  day_count: act/365\n{indent(rates, '  ')}"
    law, unfit = load_jurisdiction(table.encode(), "policies/jurisdictions/gb.yaml")

    assert (*wrong, *unfit) == ()
    assert settings
    shown = settings.creditor.pay_to("GBP", "GB"), settings.creditor.pay_to("GBP", "DE")
    assert [each and each.iban for each in shown] == [None, "GB29NWBK60161331926819"]
    assert law
    assert str(law.rates[0].percent) == "11.75"


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda p: p.name)
def test_no_page_leads_nowhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target
