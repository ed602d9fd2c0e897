"""Which lines of a comment are commands: what is quoted, code or hidden is none."""

import pytest

from goodterms.forge.commands import CommentCommand, read_commands


@pytest.mark.parametrize(
    "text",
    [
        "I meant:\n\n    /decline\n",
        "\t/decline",
        "-----Original Message-----\n/decline because they called",
        "Hi,\n\n-----Original Message-----\nFrom: Bob\n/decline",
        "--\nDana\n/decline",
        "```\n~~~\n/decline\n```",
        "````\n```\n/decline\n```\n````",
        "```\nfine\n``` no end\n/decline\n```",
        "> a\n```\nx\n\n/decline\n```",
        "> I would rather that you do not\n/decline this",
        "<pre>\n/decline\n</pre>",
        "<blockquote>\n/decline\n</blockquote>",
        "<del>\n/decline\n</del>",
        "/decline?",
        "/decline.md is the file",
        "/decline/2026",
        "/later-on perhaps",
        "/why-not",
        "\N{FULLWIDTH SOLIDUS}decline",
        "/decl\N{LATIN SMALL LETTER DOTLESS I}ne",
        "/\N{ZERO WIDTH SPACE}decline",
    ],
)
def test_what_is_not_plainly_a_command_is_none(text: str) -> None:
    assert read_commands(text) == ()


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/decline", CommentCommand("decline")),
        ("/decline because a\r\nb\r\n", CommentCommand("decline", reason="a b")),
        ("/Decline: a", CommentCommand("decline", reason="a")),
        ("/decline, a", CommentCommand("decline", reason="a")),
        ("Hi,\n  /later 14d a", CommentCommand("later", when="14d", reason="a")),
        ("> no\n\n/choose plan", CommentCommand("choose", option="plan")),
        ("```\nx\n```\n/choose `plan`", CommentCommand("choose", option="plan")),
        ("``` x ```\n/why", CommentCommand("why")),
        (
            "/decline a\n\nOn Mon, 2 Nov 2026, Dana\nwrote:\n> /choose plan",
            CommentCommand("decline", reason="a"),
        ),
        ("/decline a\n-- \nDana", CommentCommand("decline", reason="a")),
    ],
)
def test_a_command_is_a_line_of_its_own(text: str, command: CommentCommand) -> None:
    assert read_commands(text) == (command,)
