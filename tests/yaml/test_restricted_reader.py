"""Restricted YAML: what is read as what, what is refused, and where."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodterms.model.problem import Place
from goodterms.yaml import events, places, restricted_reader
from goodterms.yaml.events import Value
from goodterms.yaml.places import PlacedDocument
from goodterms.yaml.restricted_reader import (
    SourceError,
    documents,
    documents_with_places,
)

DELETE = "delete it, or put the text in quotes"
DEEP = "lists and mappings are nested more than 50 deep"
BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-7", -7),
        ("200", 200),
        *((text, text) for text in ("True", "yes", "no", "NO", "on", "NULL", "Null")),
        *(
            (text, text)
            for text in ("010", "01067", "+1", "-0", "1_000", "0x1f", "1e3")
        ),
        *((text, text) for text in ("12:30", "1250.10", ".5", "2026-10-08", "=", "<<")),
        *((text, text) for text in ("1234567890123456789", "٣", "1 2", ".inf")),
        ('"200"', "200"),
        ("'true'", "true"),
        ('""', ""),
        ("|\n  two\n  lines\n", "two\nlines\n"),
        ("{a: 1, b}", {"a": 1, "b": None}),
        ("[a, [b], {c: d}]", ["a", ["b"], {"c": "d"}]),
    ],
)
def test_a_value_is_read_as(written: str, value: Value) -> None:
    assert documents(f"key: {written}".encode(), "f") == [{"key": value}]


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (b"", []),
        (b"# only a comment\n", []),
        (b"---\n", [None]),
        (b"a: 1\n---\na: 2\n", [{"a": 1}, {"a": 2}]),
        (b"---\na: 1\n...\n---\na: 2\n", [{"a": 1}, {"a": 2}]),
        (BOM + b"a: 1\r\nb: 2\r\n", [{"a": 1, "b": 2}]),
        ("größe: ä\u00a0ö 😀\n".encode(), [{"größe": "ä\u00a0ö 😀"}]),
        (b"notes: |\n  <<<<<<< HEAD\n", [{"notes": "<<<<<<< HEAD\n"}]),
    ],
)
def test_documents(data: bytes, read: list[Value]) -> None:
    assert documents(data, "f") == read
    assert [document.value for document in documents_with_places(data, "f")[0]] == read


REFUSED = {
    b"a: 1\nb: *x": ["f:2:4: error: alias '*x' is not allowed; write the value out"],
    b"a: &x 1": ["f:1:4: error: anchor '&x' is not allowed; delete it"],
    b"&x a: 1": ["f:1:1: error: anchor '&x' is not allowed; delete it"],
    b"a: !!str 1\nb: !x {}\nc: ! d": [
        f"f:1:4: error: tag '!!str' is not allowed; {DELETE}",
        f"f:2:4: error: tag '!x' is not allowed; {DELETE}",
        f"f:3:4: error: tag '!' is not allowed; {DELETE}",
    ],
    b"a: 1\nb: {c: 1, c: 2, c: 3}\na: {d: 1, d: 2}": [
        "f:2:11: error: duplicate key 'c', first used at line 2; delete one of them",
        "f:2:17: error: duplicate key 'c', first used at line 2; delete one of them",
        "f:3:1: error: duplicate key 'a', first used at line 1; delete one of them",
        "f:3:11: error: duplicate key 'd', first used at line 3; delete one of them",
    ],
    b"1: a\ntrue: b\n~: c\n[d]: e\n{}: f": [
        "f:1:1: error: key '1' is not text; put it in quotes",
        "f:2:1: error: key 'true' is not text; put it in quotes",
        "f:3:1: error: key '~' is not text; put it in quotes",
        "f:4:1: error: a key must be text; write 'key: value'",
        "f:5:1: error: a key must be text; write 'key: value'",
    ],
    b"?\n: g": ["f:1:2: error: a key is missing; write 'key: value'"],
    b"a\xef\xbb\xbf: 1": [
        "f:1:2: error: control character U+FEFF is not allowed; delete it"
    ],
    b"a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> topic\n": [
        (
            "f:2:1: error: merge conflict that nobody has resolved;"
            " keep what is right and delete the lines with '<<<', '===' and '>>>'"
        )
    ],
    b"a: '\n<<<<<<< HEAD\n'": [
        (
            "f:2:1: error: merge conflict that nobody has resolved;"
            " keep what is right and delete the lines with '<<<', '===' and '>>>'"
        )
    ],
    b"a: " + b"[" * 60: [f"f:1:53: error: {DEEP}; write it flatter"],
    b"[" * 200_000: [f"f:1:51: error: {DEEP}; write it flatter"],
    b"a: x\0y\nb: \0\x07": [
        "f:1:5: error: control character U+0000 is not allowed; delete it",
        "f:2:5: error: control character U+0007 is not allowed; delete it",
    ],
    b"a: 1\nb: \xe4\n": [
        "f:2:4: error: byte 0xe4 is not UTF-8; save the file as UTF-8"
    ],
    "a: 1\n".encode("utf-16"): [
        "f:1:1: error: byte 0xff is not UTF-8; save the file as UTF-8"
    ],
    BOM + b"\tb: 1": ["f:1:1: error: a tab cannot indent; use spaces"],
    b"a:\n\tb: 1": ["f:2:1: error: a tab cannot indent; use spaces"],
    b"a: b: c": [
        (
            "f:1:5: error: ':' is not expected here;"
            " put a text that holds ': ' in quotes, or mend the indentation"
        )
    ],
    b"a: 1\nfoo\nb: 2": ["f:2:1: error: this line has no ':'; write 'key: value'"],
    b'a: 1\nb: "x\nc: 1': [
        "f:2:4: error: the quote that opens here is never closed; close it"
    ],
    b"a: {b: 1\nc: 2": [
        "f:1:4: error: the '{' here is not closed; a ',' or '}' is missing"
    ],
    b"a: [1": ["f:1:4: error: the '[' here is not closed; a ',' or ']' is missing"],
    b"a: @x": ["f:1:4: error: '@' cannot start a text; put the text in quotes"],
    b"a: - b": ["f:1:4: error: '- ' is not expected here; put the text in quotes"],
    b'a: "\\q"': ["f:1:5: error: unknown escape after '\\'; use single quotes"],
    b"a: 'it's'": [
        "f:1:8: error: 's' is not expected here; put the whole text in double quotes"
    ],
    b"a:\n  - x\n - y": [
        (
            "f:3:2: error: a 'key: value' is expected here;"
            " indent the keys of a mapping, and the items of a list, alike"
        )
    ],
    b"- a\nb: 1": [
        (
            "f:2:1: error: an item ('- …') is expected here;"
            " indent the keys of a mapping, and the items of a list, alike"
        )
    ],
    b"a: 1\n...\nb: 2": ["f:3:1: error: a new document starts without '---'"],
    b"a: & b": ["f:1:4: error: a text starts with '&' or '*'; put the text in quotes"],
    b"a: !x!y z": ["f:1:4: error: a tag is not allowed; put the text in quotes"],
    b"%FOO\n---\na: 1": [
        "f:1:5: error: not readable as YAML: found unknown directive name"
    ],
    b"a: *b\nc: [": [
        "f:1:4: error: alias '*b' is not allowed; write the value out",
        (
            "f:3:1: error: a value is expected here;"
            " close what '[' or '{' opened, or delete the comma before"
        ),
    ],
}


@pytest.mark.parametrize("data", REFUSED, ids=lambda data: repr(data[:24]))
def test_refused(data: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        documents(data, "f")
    assert str(caught.value).splitlines() == REFUSED[data]


def test_every_key_and_value_has_its_place() -> None:
    data = b"a: 1\nb:\n  - x\n  - {c: y}\n---\nd: |\n  text\n"
    (first, second), problems = documents_with_places(data, "f")
    assert problems == ()
    assert first.places.key(("a",)) == Place("f", 1, 1)
    assert first.places.value(("a",)) == Place("f", 1, 4)
    assert first.places.value(("b", 0)) == Place("f", 3, 5)
    assert first.places.key(("b", 1, "c")) == Place("f", 4, 6)
    assert first.places.value(("b", 1, "c")) == Place("f", 4, 9)
    assert second.places.key(("d",)) == Place("f", 6, 1)
    assert second.places.value(("d",)) == Place("f", 6, 4)


def test_what_is_not_there_has_the_place_of_what_would_hold_it() -> None:
    ((document,), _problems) = documents_with_places(b"a: {b: 1}\n", "f")
    assert document.places.value(("a", "x")) == Place("f", 1, 4)
    assert document.places.key(("a", "x", 7)) == Place("f", 1, 4)
    assert document.places.key(("a", "b")) == Place("f", 1, 5)


def test_a_repeated_key_leaves_the_places_of_the_first() -> None:
    ((document,), _problems) = documents_with_places(b"a: {b: 1}\na: {b: 2}\n", "f")
    assert document.value == {"a": {"b": 1}}
    assert document.places.value(("a", "b")) == Place("f", 1, 8)


def test_what_could_not_be_read_is_marked() -> None:
    ((document,), _problems) = documents_with_places(b"a: *x\nb: !t 1\nc: 1\n", "f")
    assert document.places.spoiled == {("a",), ("b",)}


def test_documents_before_a_broken_one_are_kept() -> None:
    kept, problems = documents_with_places(b"a: 1\n---\nb: [\n", "f")
    assert [document.value for document in kept] == [{"a": 1}]
    assert len(problems) == 1


_PIECES = [
    *("a", "b", "1", "010", "true", "~", ": ", ":", "- ", "\n", "\n  ", "\n    ", " "),
    *("'", '"', "{", "}", "[", "]", ", ", "|\n", ">\n", "&x ", "*x", "!t ", "#", "\t"),
    *(
        "---\n",
        "...\n",
        "? ",
        "%",
        "@",
        "\\",
        "\r\n",
        "\r",
        "\x85",
        "\u2028",
        "é",
        "\0",
    ),
    *("<<<<<<< ", "=======\n", "2026-10-08", "\ufeff", "\x07", '"\\x07"', "x: y\n"),
]
_SOUP = st.lists(st.sampled_from(_PIECES), max_size=14).map("".join)


def _outcome(data: bytes) -> tuple[list[Value], bool]:
    try:
        return documents(data, "f"), False
    except SourceError as error:
        return [], bool(error.problems)


def _slowly(data: bytes) -> tuple[list[Value], bool]:
    placed, problems = documents_with_places(data, "f")
    return ([] if problems else [each.value for each in placed]), bool(problems)


@settings(max_examples=800, deadline=None, derandomize=True, database=None)
@given(_SOUP.map(str.encode) | st.binary(max_size=12))
def test_reading_with_places_reads_the_same(data: bytes) -> None:
    assert _outcome(data) == _slowly(data)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(_SOUP)
def test_every_value_stands_at_its_place(text: str) -> None:
    placed, _problems = documents_with_places(text.encode(), "f")
    for document in placed:
        _check_places(document)


def _check_places(document: PlacedDocument) -> None:
    for path, place in document.places.keys.items():
        value = document.places.value(path)
        assert (place.line, place.column) < (value.line, value.column)


@pytest.mark.parametrize(
    "data", [b"a: 1\nb: [x, {c: 010}]\n", b"", b"a: no\n---\nb:\n"]
)
def test_without_libyaml_the_same_is_read(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = documents(data, "f")
    monkeypatch.setattr(restricted_reader, "Parser", events.PurePythonParser)
    assert documents(data, "f") == expected


def test_without_libyaml_the_other_parser_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(events, "__with_libyaml__", False)
    assert events.find_parser() is events.PurePythonParser


@pytest.mark.parametrize(
    "data", [b"a: b: c", b"a: [1", b"a:\n\tb: 1", b"a: 'x", b"a: *"]
)
def test_without_libyaml_the_same_is_refused(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = documents_with_places(data, "f")[1]
    monkeypatch.setattr(restricted_reader, "Parser", events.PurePythonParser)
    monkeypatch.setattr(places, "Parser", events.PurePythonParser)
    with pytest.raises(SourceError) as caught:
        documents(data, "f")
    assert caught.value.problems == expected
