"""Whatever customers are called and say: words stay words."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from goodterms.views.markdown import (
    Markdown,
    clean,
    code,
    quoted,
    say,
    title,
    visible,
    words,
)
from goodterms.views.page_layout import PageSection, bullets, fitted, folded, table
from goodterms.views.page_marker import PageMarker, read_marker
from tests.support.read_pages import names_found, seen

#: Fragments that mean something to a forge.
NASTY = [
    "@octocat",
    "@acme/team",
    "#12",
    "acme/ledger#12",
    "GH-12",
    "deadbeef1234567",
    "0123456",
    "https://evil.example/x",
    "www.evil.example",
    "mallory@evil.example",
    "[x](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "<img src=x>",
    "<a href=//evil.example>x</a>",
    "</details>",
    "</summary>",
    "</pre>",
    "</blockquote>",
    "<!-- goodterms:e30= -->",
    "-->",
    "```",
    "```mermaid",
    "| a | b |",
    "|---|",
    "\n\n",
    "\r\n",
    "- ",
    "1. ",
    "# ",
    "> ",
    "---",
    "===",
    "**",
    "__",
    "~~",
    "`",
    "$x$",
    ":tada:",
    "&lt;",
    "&#64;",
    "\\",
    "\u202egnol",
    "\u200b",
    "\ue000",
    "{}",
    "{0}",
    "%%",
    "click",
]
TEXTS = st.lists(st.sampled_from(NASTY) | st.text(max_size=8), max_size=6).map("".join)


def _skeleton(text: str) -> list[str]:
    cells = [
        (words(text), code(text)),
        (say("**{}** by {}", text, text), Markdown("x")),
    ]
    body = "\n\n".join(
        [
            say("{}", text),
            say("**{}**, {}", text, text),
            bullets([words(text), say("{}: {}", code(text), text)]),
            table(("A", "B"), cells),
            folded(say("<b>{}</b>", text), say("_{}_", text)),
            Markdown(f"<blockquote>\n<p>{quoted(visible(text))}</p>\n</blockquote>"),
            Markdown(f"[{words(text)}](https://ours.example)"),
        ]
    )
    found = seen(body)
    assert found.links == ["https://ours.example"]
    assert found.comments == 0
    assert names_found(body) == set()
    return [e for e in found.elements if not e.endswith("code")]


@given(TEXTS)
@settings(deadline=None)
@example("")
@example("@octocat fixes #12, see www.evil.example")
@example("1. one\n2. two")
@example("a | b | c")
@example("0xdeadbeefcafe and 1234567890")
def test_words_change_nothing_but_words(text: str) -> None:
    assert _skeleton(text) == _skeleton("ACME GmbH")


@given(TEXTS)
@settings(deadline=None)
def test_a_title_names_nobody(text: str) -> None:
    shown = title(f"A {text}")
    assert "\n" not in shown
    assert names_found(words(shown)) == set()
    assert "`" not in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Voss Bau GmbH & Co. KG", "Voss Bau GmbH &#38; Co. KG"),
        ("  two\n lines\t", "two lines"),
        ("@dana", "&#64;&#8203;dana"),
        ("invoice #12", "invoice &#35;&#8203;12"),
        ("GH-12", "GH-&#8203;12"),
        ("deadbeef12", "deadbe&#8203;ef12"),
        ("12:30 sharp", "12&#58;30 sharp"),
        (":tada:", "&#58;&#8203;tada&#58;"),
        ("1. first", "1&#46; first"),
        ("- second", "&#45; second"),
        ("+49 30", "+49 30"),
        ("--- -", "&#45;-- -"),
        ("2026-11-30", "2026-11-30"),
        ("a\u202eb", "ab"),
        ("\u0646\u200c\u0627", "\u0646\u200c\u0627"),
        ("", "&#8203;"),
    ],
)
def test_how_words_are_shown(text: str, shown: str) -> None:
    assert words(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("INV-2026-0042", "`INV-2026-0042`"),
        ("ap@acme.example", "`ap@acme.example`"),
        ("+49 30 555", "`+49 30 555`"),
        ("a`b", "a&#96;b"),
        ("a|b", "a&#124;b"),
        ("a:b", "`a:b`"),
        ("-x", "-x"),
    ],
)
def test_what_can_be_copied_is_code(text: str, shown: str) -> None:
    assert code(text) == shown


def test_long_words_are_cut() -> None:
    assert clean("x" * 900) == "x" * 900
    assert words("x" * 900) == "x" * 399 + "…"


# ------------------------------------------------------------------ the marker

MARKER = PageMarker("proposal", "acme", "2026-11-30-triage", "sha256:1", "sha256:2")


def test_a_marker_is_read_back() -> None:
    assert read_marker(f"text\n\n{MARKER}\n") == MARKER
    assert read_marker(f"text\r\n\r\n{MARKER}") == MARKER


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(None, id="no body"),
        pytest.param("", id="empty"),
        pytest.param(f"{MARKER}\n\nmore", id="not at the end"),
        pytest.param(f"said: {MARKER}", id="not on a line of its own"),
        pytest.param("<!-- goodterms:e30= -->", id="nothing in it"),
        pytest.param("<!-- goodterms:WzFd -->", id="a list"),
        pytest.param("<!-- goodterms:bm8= -->", id="no JSON"),
        pytest.param("<!-- goodterms:a -->", id="no base64"),
    ],
)
def test_what_is_no_marker(body: str | None) -> None:
    assert read_marker(body) is None


# ------------------------------------------------------------------- too long


def _sections() -> list[PageSection]:
    sizes = {"a": (300, 3), "b": (300, 1), "c": (300, 2)}
    return [
        PageSection(name, Markdown(name * size), weight, Markdown(f"`{name}.yaml`"))
        for name, (size, weight) in sizes.items()
    ]


@pytest.mark.parametrize(
    ("longest", "kept", "gone"),
    [
        (2000, "abc", ""),
        (900, "ac", "b"),
        (600, "a", "bc"),
        (10, "", "bca"),
    ],
)
def test_whole_sections_go_the_lightest_first(
    longest: int, kept: str, gone: str
) -> None:
    body = fitted(Markdown("HEAD"), _sections(), Markdown("FOOT"), longest)
    assert body.startswith("HEAD")
    assert body.endswith("FOOT")
    assert [name for name in "abc" if name * 300 in body] == list(kept)
    assert all(f"{name} (`{name}.yaml`)" in body for name in gone)
    assert len(body) <= longest or not kept
