"""The snippets of the manual are what they say they are."""

import re
from pathlib import Path

import pytest

from engine.expressions import compile_condition
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


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda p: p.name)
def test_no_page_leads_nowhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target
