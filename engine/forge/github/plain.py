"""What is said where an account cannot be read: why, and what to do, and no more."""

from collections.abc import Sequence

from engine.page import Marker, Note
from engine.page.layout import bullets, numbered, paragraphs
from engine.page.marker import digest
from engine.page.safe import say


def plain_refusal(name: str, why: Sequence[str], how: Sequence[str]) -> Note:
    """Say that a decision does not count, by the name of its proposal alone."""
    account, _, decision = name.partition("/")
    body = paragraphs(
        say("**This decision does not count. Nothing was sent.**"),
        bullets(say("{}", each) for each in why),
        say("To do it right:"),
        numbered(say("{}", each) for each in how),
    )
    marker = Marker("refused", account, decision, "", digest(body))
    return Note(f"{body}\n\n{marker}\n", marker)
