"""A page as lines on a terminal."""

import pytest

from goodterms.views.markdown_to_text import unfenced


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("```text\nTo: a\n\nHello\n```\n", "To: a\n\nHello"),
        ("````text\nTo: a\n```\nHello\n````\n", "To: a\n```\nHello"),
        ("To: a\n", "To: a\n"),
        ("```text\nTo: a\n```\nand more\n", "```text\nTo: a\n```\nand more\n"),
    ],
)
def test_a_message_is_shown_without_its_fence(kept: str, shown: str) -> None:
    assert unfenced(kept) == shown
