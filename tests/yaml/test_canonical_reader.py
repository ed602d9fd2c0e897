"""The shortcut for canonical files: never another value, and taken where it counts."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodterms.yaml.canonical_reader import canonical_documents
from goodterms.yaml.canonical_writer import document, documents
from goodterms.yaml.events import Value
from goodterms.yaml.restricted_reader import SourceError, strict_documents

ROOT = Path(__file__).parents[2]
LEDGER = sorted(path.read_bytes() for path in ROOT.glob("ledger/*/**/*.yaml"))

#: What the real files do not show.
FURTHER = [
    b"a: b\n",
    b"---\na: 1\n---\na: -2\n---\nb: 0\n",
    b'# c\n\na: b\n# d\nb: "x, y"\n',
    b"notes: |-\n  a\n\n  b\nc: [x, y]\n",
    b"s: |\n  a\n    deep\n  - x\n  k: v\nz: 1\n",
    b"t:\n  - a\n  - b: c\n    d: e\n  - {f: g}\n",
    b"a:\n  b:\n    c: d\n    e: {f: 1}\n  g: [true, null]\n",
    b'w: ["a, b", c, {d: "e, f"}]\nx: {a: {b: [c, d]}, e: f}\n',
    'a: Müller €\nb: "é"\n'.encode(),
    b'---\nid: x\nrows: [{id: A, open: "1.00"}, {id: B}]\nwhy: [a b]\n',
]
FILES = [*(data for data in LEDGER if len(data) < 700), *FURTHER]

SCRAPS = [
    *(b" ", b"  ", b"    ", b"\n", b"\n\n", b"\n  ", b"\n    ", b"\t", b"\r", b"\r\n"),
    *(b"\0", b"\x01", b"\x07", b"\x1f", b"\x7f", b"\xff", b"\xed\xa0\x80", b"\xc2\x80"),
    *(char.encode() for char in "\x85\u2028\u2029\xa0\ufeff\ufffe\uffff😀é"),
    *(b":", b": ", b":\n", b" :", b"::", b",", b", ", b" ,", b",,", b"-", b"- ", b"--"),
    *(b"---", b"---\n", b"--- ", b"...\n", b"[", b"]", b"{", b"}", b"[]", b"{}", b"[["),
    *(b"]]", b"{{", b"}}", b"}, {", b"], [", b"#", b" #", b"# ", b"\n# c\n", b"\n#\n"),
    *(b'"', b'""', b"'", b"''", b"\\", b'\\"', b"&", b"&a ", b"*", b"*a", b"!", b"!x "),
    *(
        b"!!str ",
        b"|",
        b"|-",
        b"|+",
        b"|2",
        b">",
        b">-",
        b"?",
        b"? ",
        b" ?",
        b"%",
        b"@",
    ),
    *(
        b"%YAML 1.2\n",
        b"`",
        b"~",
        b"=",
        b"<<",
        b"<<<<<<< HEAD\n",
        b"=======\n",
        b"a: b",
    ),
    *(b"true", b"false", b"null", b"True", b"no", b"on", b"0", b"010", b"-0", b"-7"),
    *(
        b"+1",
        b"1_0",
        b"1e3",
        b"12:30",
        b"1" * 18,
        b"1" * 19,
        b"key: value\n",
        b"true: ",
    ),
    *(b"1: x\n", b"x" * 130 + b": y\n", b"y" * 1100, b"[a, b]", b"{a: b, c: d}"),
    *(b"|-\n  text\n", b"|\n  text\n\n", b"  - ", b"  - {a: b}\n", b"\n- a", b"- - a"),
    *(
        b"- a: b\n",
        b"{a}",
        b"[a: b]",
        b"{a: }",
        b"{a:b}",
        b"[a,b]",
        b"[a, ]",
        b"key:\n",
    ),
    *(b"key:\n  - a\n", b"key:\n- a\n", b"key:\n  k: v\n", b"key:\n    k: v\n"),
]


def strictly(data: bytes) -> object:
    try:
        return strict_documents(data, "f")
    except SourceError as error:
        return str(error)


def agrees(data: bytes) -> bool:
    """Say whether the shortcut gives up, or gives the same values of the same types."""
    read = canonical_documents(data)
    return read is None or repr(read) == repr(strictly(data))


@pytest.mark.parametrize("data", [*LEDGER, *FURTHER])
def test_files_as_we_write_them_take_the_shortcut(data: bytes) -> None:
    assert canonical_documents(data) is not None
    assert agrees(data)


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (b'a: x y\nb: "1"\nc: 1\n', [{"a": "x y", "b": "1", "c": 1}]),
        (b"a: true\nb: [null, no]\n", [{"a": True, "b": [None, "no"]}]),
        (
            b"a: 010\nb: 2026-10-08\nc: 1.5\n",
            [{"a": "010", "b": "2026-10-08", "c": "1.5"}],
        ),
        (b"a:\n  - {b: c}\n  - d\n", [{"a": [{"b": "c"}, "d"]}]),
        (b"a:\n  - b: c\n    d: [e]\n", [{"a": [{"b": "c", "d": ["e"]}]}]),
        (b"a: |-\n  b\n\n  c\nd: {}\n", [{"a": "b\n\nc", "d": {}}]),
        (b'a: ["b, c", {d: [e, f]}]\n', [{"a": ["b, c", {"d": ["e", "f"]}]}]),
        (b"---\na: b\n---\n# more\nc: d\n", [{"a": "b"}, {"c": "d"}]),
    ],
)
def test_the_shortcut_reads(data: bytes, read: list[Value]) -> None:
    assert repr(canonical_documents(data)) == repr(read) == repr(strictly(data))


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"a: b", b"# a\n", b"---\n", b"a: b\n---\n", b"a: b\r\n", b"\xff: b\n"),
        *(b"a: b\na: c\n", b"a: {b: c, b: d}\n", b"true: a\n", b"1: a\n", b"- a\n"),
        *(
            b"a: &b c\n",
            b"a: *b\n",
            b"a: !b c\n",
            b"a: 'b'\n",
            b'a: "\\n"\n',
            b"a: b #\n",
        ),
        *(
            b"a: b: c\n",
            b"a: b\n  c\n",
            b"a:\n- b\n",
            b"a:\n   - b\n",
            b"a: [b,\n  c]\n",
        ),
        *(
            b"a:\n",
            b"a: \n",
            b"a: ~\n",
            b"a: >-\n  b\n",
            b"a: |+\n  b\n",
            b"a: |\n   b\n",
        ),
        *(
            b"a: {b}\n",
            b"a: {b: }\n",
            b"a: [b, ]\n",
            b"a: [b]]\n",
            b"a: {b: c\n",
            b"a: [\n",
        ),
        *(b"a: u\x01v\n", b"a: |-\n  u\x01v\n", b"# \x07\na: b\n", b"a\xc2\xa0: b\n"),
        *(
            b"a: [b}\n",
            b"a: {b: c]\n",
            b"a: [b{c]\n",
            b"a: [b:]\n",
            b"a: |-\n  b\n  \n",
        ),
        b"a: " + b"[" * 60 + b"]" * 60 + b"\n",
        b"".join(b"  " * depth + b"a:\n" for depth in range(20))
        + b"  " * 20
        + b"a: b\n",
    ],
)
def test_the_shortcut_leaves_to_the_strict_reader(data: bytes) -> None:
    assert canonical_documents(data) is None


Change = tuple[str, int, bytes]


def changed(data: bytes, change: Change) -> bytes:
    """Change a file at one place: put a scrap in, over, or instead of a line."""
    how, where, scrap = change
    at = where % (len(data) + 1)
    match how:
        case "insert":
            return data[:at] + scrap + data[at:]
        case "replace":
            return data[:at] + scrap + data[at + 1 :]
        case "delete":
            return data[:at] + data[at + len(scrap) :]
        case "cut":
            return data[:at]
    lines = data.split(b"\n")
    index = where % len(lines)
    line = lines[index]
    lines[index] = {"indent": b" " + line, "dedent": line[1:], "again": line}[how]
    return b"\n".join([*lines[: index + (how == "again")], *lines[index:]])


changes = st.tuples(
    st.sampled_from(
        ["insert", "insert", "replace", "delete", "cut", "indent", "dedent", "again"]
    ),
    st.integers(0, 2000),
    st.sampled_from(SCRAPS),
)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.sampled_from(FILES), st.lists(changes, min_size=20, max_size=40))
def test_no_change_of_a_file_makes_the_shortcut_read_something_else(
    data: bytes, several: list[Change]
) -> None:
    for first, second in pairwise(several):
        once = changed(data, first)
        for mutant in (once, changed(once, second)):
            assert agrees(mutant), mutant


texts = st.sampled_from(
    [
        *("a", "b c", "a: b", "a #b", "a:", ":a", "- a", "-1", "0", "a, b", "a]", "{a"),
        *("true", "null", "no", "~", "a  b", " a", "a ", "", "a\nb", "a\n\nb\n", "\n"),
        *("a\n b", "'a'", '"a"', "a\\b", "é €", "a\u2028b", "\x07", "\x85", "|", "|-"),
        *("2026-10-08", "12:30", "1190.00", "a@b.c", "https://a/b?c=d", "x" * 90),
    ]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.lists(st.dictionaries(texts, values, min_size=1), min_size=1, max_size=2))
def test_whatever_is_written_canonically_is_read_alike(
    several: list[dict[str, object]],
) -> None:
    for data in (documents(several).encode(), document(several[0]).encode()):
        assert agrees(data)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from([*SCRAPS, b"a", b"b: c", b"\n"]), max_size=12))
def test_no_heap_of_scraps_is_read_as_something_else(scraps: list[bytes]) -> None:
    heap = b"".join(scraps)
    assert agrees(heap + b"\n")
    assert agrees(b"a: " + heap + b"\n")
