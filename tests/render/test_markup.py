"""Markdown and data as plain text and as HTML."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from goodterms.render.html import as_html
from goodterms.render.markup import blocks
from goodterms.render.placeholders import Placeholders, marked, one_line, unmarked
from goodterms.render.template_values import PayUrl, ValueRefusedError
from goodterms.render.text import as_text, width

#: Texts in which everything tries to be more than text.
HOSTILE = [
    "**bold** _it_ `code` | cell | [link](http://evil.example) ![i](http://e.example)",
    "<script>alert(1)</script> </td></p> &lt; &amp; \" '",
    "# Head",
    "- item",
    "1. item",
    "> quote",
    "```",
    "    code",
    "a\n\nb\r\nBcc: x@evil.example",
    "a\u2028b\u0085c\x00d\u202ee\ue0000\ue001f\ue002",
    "---",
    "http://evil.example www.evil.example",
    "\\",
    "*",
    "",
]
HOSTILE_TEXT = st.sampled_from(HOSTILE) | st.text(max_size=60)

MARKDOWN = """\
# {0}

{0} says **{0}** and _{0}_ and `{0}` to {0}{0}.\\
{0}

- {0}
- **{0}:** {0}

1. {0}

> {0}

| {0} | B |
|:--|--:|
| {0} | {0} |
| **{0}** | |

[{0}](https://pay.example/{0})

[{0}](mailto:{0})

    {0}

```
{0}
```
"""


def said(markdown: str, *data: object) -> str:
    """Write Markdown as text; ``{0}`` and so on stand for data."""
    slots = Placeholders()
    return as_text(blocks(markdown.format(*map(slots.put, data))), slots)


def written(markdown: str, *data: object) -> str:
    """Write Markdown as HTML."""
    slots = Placeholders()
    return as_html(blocks(markdown.format(*map(slots.put, data))), slots)


class Skeleton(HTMLParser):
    """The tags of a page and their attributes, without texts and targets."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[object] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and its attributes."""
        shown = [(name, "" if name == "href" else value) for name, value in attrs]
        self.tags.append((tag, shown))

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a tag."""
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        """Gather what people read."""
        self.text += data


def tags(html: str) -> list[object]:
    """Return the structure of some HTML."""
    return Skeleton(html).tags


@given(HOSTILE_TEXT)
@example("\ue0001\ue001")
def test_no_data_changes_the_structure(data: str) -> None:
    assert tags(written(MARKDOWN, data)) == tags(written(MARKDOWN, "plain"))


@given(HOSTILE_TEXT)
def test_data_appears_literally(data: str) -> None:
    shown = one_line(data)

    assert (
        Skeleton(written("{0} **{0}** `{0}`", data)).text == f"{shown} {shown} {shown}"
    )
    assert re.sub(r"\s+", "", said("{0}", data)) == re.sub(r"\s+", "", shown)


@given(HOSTILE_TEXT)
def test_data_stays_in_its_line(data: str) -> None:
    lines = said("| A | B |\n|--|--|\n| {0} | x |\n| y | z |", data).splitlines()

    assert len(lines) == 4
    assert lines[3].split() == ["y", "z"]


@pytest.mark.parametrize("data", HOSTILE)
def test_one_line_is_one_line(data: str) -> None:
    assert len(one_line(data).splitlines()) <= 1
    assert "\u202e" not in one_line(data)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("One\ntwo", "One two"),
        ("One\\\ntwo", "One\ntwo"),
        ("One\n\ntwo", "One\n\ntwo"),
        ("**One** _two_ `three`", "One two three"),
        ("# One\n\ntwo", "One\n---\n\ntwo"),
        ("- one\n- two\n\nthree", "- one\n- two\n\nthree"),
        ("3. one\n4. two", "3. one\n4. two"),
        ("- one\n\n  two", "- one\n\n  two"),
        ("> one", "  one"),
        ("    one\n      two", "    one\n      two"),
        ("one\n\n---\n\ntwo", "one\n\n" + "-" * 72 + "\n\ntwo"),
        ("<b>&amp; x</b>", "<b>& x</b>"),
        ("\\*one\\*", "*one*"),
        ("![x](y)", "!x <y>"),
        ("[here](https://a.example/b)", "here <https://a.example/b>"),
        ("<https://a.example/b>", "https://a.example/b"),
        ("[Write](mailto:a@b.example)", "Write <a@b.example>"),
        ("[a@b.example](mailto:a@b.example)", "a@b.example"),
        ("- " + "word " * 20, "- " + " ".join(["word"] * 14) + "\n  " + "word " * 6),
        (
            "| A | Figure |\n|--|--:|\n| long | 1 |\n| b | **2** |",
            "A     Figure\n----  ------\nlong       1\nb          2",
        ),
        (
            "| | |\n|--|--:|\n| long cell | 1 |\n| b | 22 |",
            "long cell   1\nb          22",
        ),
    ],
)
def test_text(markdown: str, expected: str) -> None:
    if "![x]" in markdown:
        with pytest.raises(ValueRefusedError, match="a link leads to 'y'"):
            said(markdown)
        return
    assert said(markdown) == expected.rstrip() + "\n"


def test_an_amount_is_not_broken_over_lines() -> None:
    filler = "word " * 13

    assert said(f"{filler}{{0}}", "1.190,00\u00a0€").splitlines() == [
        filler.strip(),
        "1.190,00 €",
    ]


def test_a_long_word_keeps_its_line() -> None:
    url = "https://pay.example/" + "x" * 80

    assert said("Pay at {0} now", url).splitlines() == ["Pay at", url, "now"]


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("1.190,00 €", 10), ("株式会社", 8), ("e\u0301", 1)],
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


def test_columns_of_wide_characters_line_up() -> None:
    lines = said("| A | B |\n|--|--|\n| {0} | x |\n| abcdefgh | y |", "株式会社")

    assert [line.rstrip()[-1] for line in lines.splitlines()[2:]] == ["x", "y"]
    assert lines.splitlines()[2].startswith("株式会社  x")


@pytest.mark.parametrize(
    ("target", "href"),
    [
        ("https://a.example/{0}", "https://a.example/a%20b%2F%26%22%3E"),
        ("mailto:{0}", "mailto:a%20b%2F%26%22%3E"),
    ],
)
def test_data_in_a_target_is_encoded(target: str, href: str) -> None:
    assert f'href="{href}"' in written(f"[x]({target})", 'a b/&">')


def test_a_pay_url_may_be_a_target() -> None:
    url = PayUrl("https://pay.example/?a=1&b=2")

    assert 'href="https://pay.example/?a=1&amp;b=2"' in written("[Pay]({0})", url)
    assert said("Now [pay]({0})", url) == "Now pay <https://pay.example/?a=1&b=2>\n"


@pytest.mark.parametrize(
    ("target", "data"),
    [
        ("{0}", "https://evil.example"),
        ("{0}", "javascript:alert(1)"),
        ("javascript:{0}", "alert(1)"),
        ("//evil.example/{0}", "x"),
        ("{0}", ""),
    ],
)
def test_a_customer_makes_no_target(target: str, data: str) -> None:
    for write in (said, written):
        with pytest.raises(ValueRefusedError, match="a link leads to"):
            write(f"[x]({target})", data)


def test_a_lone_link_to_the_web_is_a_button() -> None:
    assert 'class="button"' in written("[Pay](https://pay.example)")
    assert 'class="link"' in written("Or [pay](https://pay.example)")
    assert 'class="link"' in written("[Write](mailto:a@b.example)")


def test_a_first_cell_runs_on_over_empty_ones() -> None:
    table = "| A | B | C |\n|--|--|--:|\n| {0} | | 1 |\n| x | y | 2 |\n| z | | |"

    assert re.findall(r"<td[^>]*?(colspan=\S+)", written(table, "")) == [
        'colspan="2"',
        'colspan="3"',
    ]


def test_a_line_across() -> None:
    assert tags(written("a\n\n---\n\nb"))[2][0] == "hr"  # type: ignore[index]


def test_a_list_of_passages() -> None:
    html = written("- one\n\n  two\n- # three\n\n3. x")

    assert [tag for tag in tags(html) if isinstance(tag, str)] == (
        ["p", "p", "li", "h1", "li", "ul", "li", "ol"]
    )
    assert '<ol start="3"' in html


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("{% if x %}\na\n{% endif %}\nb", "{% if x %}\na\n{% endif %}\nb"),
        ("a{% if x %}b{% endif %}\nc", "a{% if x %}b{% endif %}¶\nc"),
        ("a {# note #}  \nb", "a {# note #}¶\nb"),
        ("  {% set x = 1 %} \nb", "  {% set x = 1 %} \nb"),
        ("{% set x = {\n} %}\nb", "{% set x = {\n} %}\nb"),
        ("{% include 'x' %}\nb", "{% include 'x' %}¶\nb"),
        ("- {% include 'x' %}\nb", "- {% include 'x' %}¶\nb"),
        ("a\ue000b\ue001c\ue002", "abc"),
    ],
)
def test_lines_end_where_their_writer_sees_them_end(source: str, kept: str) -> None:
    assert marked(source).replace("\ue002", "¶") == kept
    assert unmarked(marked(source)) == kept.replace("¶", "")
