"""The clause of a policy: its lines, as they stand in the file."""

import pytest

from goodterms.views import PolicyExcerpt, find_policy_excerpt, policy_path
from tests.support.factory import ref

PATH = "policies/standard/v3.yaml"
POLICY = """\
policy: standard
ladder:
  - {step: note, at: due - 5d}

  # A call first.
  - step: call
    at: due + 21d

  # Nobody reads this
  - {step: final, at: due + 60d,
     wait: 14d}
  - step: triage
    choose:
      plan: {offer: x}

# the offers
offers:
  x: {kind: discount}
"""


@pytest.mark.parametrize(
    ("step", "line", "text"),
    [
        ("note", 3, "- {step: note, at: due - 5d}"),
        ("call", 6, "- step: call\n  at: due + 21d"),
        ("final", 10, "- {step: final, at: due + 60d,\n   wait: 14d}"),
        ("triage", 12, "- step: triage\n  choose:\n    plan: {offer: x}"),
    ],
)
def test_a_step_in_its_own_lines(step: str, line: int, text: str) -> None:
    assert find_policy_excerpt(POLICY.encode(), PATH, step) == PolicyExcerpt(
        PATH, line, text
    )


def test_the_last_step_of_a_file_and_a_ladder_on_one_line() -> None:
    short = b"ladder: [{step: a}, {step: b}]\n"
    found = find_policy_excerpt(short, PATH, "a")
    assert found == PolicyExcerpt(PATH, 1, "ladder: [{step: a}, {step: b}]")
    last = find_policy_excerpt(b"ladder:\n- step: a\n  at: due\n", PATH, "a")
    assert last == PolicyExcerpt(PATH, 2, "- step: a\n  at: due")


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"ladder: {}", b"ladder: [1]", b"policy: x", b"ladder: [", b"\xff"],
)
def test_no_such_step(data: bytes) -> None:
    assert find_policy_excerpt(data, PATH, "a") is None


def test_where_a_policy_stands() -> None:
    assert policy_path(ref("standard@3")) == PATH
