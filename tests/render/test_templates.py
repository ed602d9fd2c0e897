"""Templates as files: what is read, what is refused, what a digest covers."""

import subprocess
import sys

import pytest

from goodterms import render
from goodterms.render import load_templates
from tests.support.sample_messages import SETTINGS, templates

NOTE = "---\nsubject: A note\n---\nHello"
EN, DE = "templates/en/note.md.j2", "templates/de/note.md.j2"
PARTIAL = "templates/en/_regards.md.j2"


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        pytest.param(
            EN,
            b"Hello",
            f"{EN}:1: error: the front matter is missing;"
            " start with a line '---', then 'subject: …', then '---'",
            id="no front matter",
        ),
        pytest.param(
            EN,
            b"---\nsubject: A\nHello",
            f"{EN}:1: error: the front matter is missing;"
            " start with a line '---', then 'subject: …', then '---'",
            id="front matter without an end",
        ),
        pytest.param(
            EN,
            b"---\nsubject: 'A\n---\nHello",
            f"{EN}:2:10: error: the quote that opens here is never closed; close it",
            id="front matter that is no YAML",
        ),
        pytest.param(
            EN,
            b"---\n- A\n---\nHello",
            f"{EN}:1: error: the front matter is no mapping",
            id="front matter that is a list",
        ),
        pytest.param(
            EN,
            b"---\ntone: warm\n---\nHello",
            f"{EN}:1: error: the subject is missing; write 'subject: …'",
            id="no subject",
        ),
        pytest.param(
            EN,
            b"---\nsubject: A\ntone: wram\n---\nHello",
            f"{EN}:1: error: 'wram' is no tone; known are warm, neutral, formal, final",
            id="tone",
        ),
        pytest.param(
            EN,
            b"---\nsubject: A\nsubjekt: B\n---\nHello",
            f"{EN}:1: error: unknown key 'subjekt'; did you mean 'subject'?",
            id="unknown key",
        ),
        pytest.param(
            EN,
            b"---\nsubject: A\n---\n\xff",
            f"{EN}: error: this is not UTF-8; save it as UTF-8",
            id="encoding",
        ),
        pytest.param(
            "templates/note.md.j2",
            NOTE.encode(),
            "templates/note.md.j2: error: this is no place for a template;"
            " call it templates/<language>/<name>.md.j2",
            id="place",
        ),
    ],
)
def test_refused_file(path: str, text: bytes, said: str) -> None:
    found, problems = load_templates({path: text, DE: NOTE.encode()}, SETTINGS)

    assert [str(problem) for problem in problems] == [said]
    assert set(found.digests) <= ({"note"} if path.count("/") == 1 else set())


def test_a_file_of_another_kind_is_left_alone() -> None:
    found, problems = load_templates({"templates/README.md": b"\xff"}, SETTINGS)

    assert (found.texts, problems) == ({}, ())


def test_line_ends_of_other_systems_are_read() -> None:
    crlf = NOTE.replace("\n", "\r\n")

    assert templates({EN: crlf}).digests == templates({EN: NOTE}).digests


def test_a_text_is_found_in_its_language_or_in_ours() -> None:
    found = templates({EN: NOTE, DE: NOTE})

    assert found.find("note", "de") is found.texts["de", "note"]
    assert found.find("note", "fr") is found.texts["en", "note"]
    assert found.find("other", "de") is None


WITH_PARTIAL = {
    EN: NOTE,
    "templates/en/other.md.j2": NOTE + "{% include '_regards.md.j2' %}",
    PARTIAL: "Bye",
}


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        pytest.param({}, set(), id="nothing"),
        pytest.param({EN: NOTE + "!"}, {"note"}, id="its text"),
        pytest.param({DE: NOTE}, {"note"}, id="a language more"),
        pytest.param({PARTIAL: "See you"}, {"other"}, id="a partial, where it is used"),
        pytest.param({"templates/en/_b.md.j2": ""}, set(), id="a partial nobody uses"),
    ],
)
def test_a_digest_covers_all_that_is_said(
    change: dict[str, str], changed: set[str]
) -> None:
    before = templates(WITH_PARTIAL).digests
    after = templates({**WITH_PARTIAL, **change}).digests

    assert {name for name in after if after[name] != before.get(name)} == changed


def test_a_digest_covers_partials_of_partials() -> None:
    nested = {**WITH_PARTIAL, PARTIAL: "{% include '_name.md.j2' %}"}
    texts = [templates({**nested, "templates/en/_name.md.j2": x}) for x in "ab"]

    assert texts[0].digests["other"] != texts[1].digests["other"]


def test_a_name_with_one_broken_text_has_no_digest() -> None:
    found, _ = load_templates({EN: NOTE.encode(), DE: b"Hello"}, SETTINGS)

    assert found.digests == {}


def test_reading_templates_needs_none_of_the_heavy_packages() -> None:
    heavy = "{'jinja2', 'babel', 'markdown_it'}"
    code = f"import sys, goodterms.render; sys.exit(bool({heavy} & set(sys.modules)))"

    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_package_offers_no_more_than_it_says() -> None:
    assert all(hasattr(render, name) for name in render.__all__)
    assert not hasattr(render, "anything_else")
