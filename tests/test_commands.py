"""Which lines of a comment are commands: what is quoted, code or hidden is none."""

import pytest

from engine.forge.commands import Command, read_commands


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
        ("/decline", Command("decline")),
        ("/decline because a\r\nb\r\n", Command("decline", reason="a b")),
        ("/Decline: a", Command("decline", reason="a")),
        ("/decline, a", Command("decline", reason="a")),
        ("Hi,\n  /later 14d a", Command("later", when="14d", reason="a")),
        ("> no\n\n/choose plan", Command("choose", option="plan")),
        ("```\nx\n```\n/choose `plan`", Command("choose", option="plan")),
        ("``` x ```\n/why", Command("why")),
        (
            "/decline a\n\nOn Mon, 2 Nov 2026, Dana\nwrote:\n> /choose plan",
            Command("decline", reason="a"),
        ),
        ("/decline a\n-- \nDana", Command("decline", reason="a")),
    ],
)
def test_a_command_is_a_line_of_its_own(text: str, command: Command) -> None:
    assert read_commands(text) == (command,)
