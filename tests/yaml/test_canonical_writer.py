"""Canonical YAML: how it looks, and that nothing written is read as anything else."""

import re
from collections.abc import Mapping
from datetime import date, datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from goodterms.yaml.canonical_writer import LARGEST, document, documents
from goodterms.yaml.restricted_reader import documents as loaded

AS_IN_THE_DESIGN = """\
issued: 2026-09-01
due: 2026-10-01
currency: EUR
total: "1190.00"
reference: RF18539007547034
pay_url: https://pay.example/INV-2026-0042
policy: standard@3
payments:
  - {on: 2026-10-20, amount: "500.00", reference: stmt 2026-10-20/17}
credits:
  - {on: 2026-10-25, amount: "90.00", reason: damaged goods, reference: CN-17}
"""

A_JOURNAL = """\
---
id: 2026-10-08-friendly-reminder
on: 2026-10-08
kind: send
state: claimed
invoices: [{id: INV-2026-0042, step: friendly-reminder, open: "1190.00"}]
message: sha256:9f2c
why: [7 days overdue; step is due from 2026-10-08]
---
id: 2026-10-08-friendly-reminder
state: sent
at: 2026-10-08T07:12:03Z
"""


def test_an_invoice_looks_as_in_the_design() -> None:
    assert (
        document(
            {
                "issued": date(2026, 9, 1),
                "due": date(2026, 10, 1),
                "currency": "EUR",
                "total": "1190.00",
                "reference": "RF18539007547034",
                "pay_url": "https://pay.example/INV-2026-0042",
                "policy": "standard@3",
                "payments": [
                    {
                        "on": date(2026, 10, 20),
                        "amount": "500.00",
                        "reference": "stmt 2026-10-20/17",
                    }
                ],
                "credits": (
                    {
                        "on": date(2026, 10, 25),
                        "amount": "90.00",
                        "reason": "damaged goods",
                        "reference": "CN-17",
                    },
                ),
            }
        )
        == AS_IN_THE_DESIGN
    )


def test_a_journal_is_documents_after_dashes() -> None:
    first = {
        "id": "2026-10-08-friendly-reminder",
        "on": date(2026, 10, 8),
        "kind": "send",
        "state": "claimed",
        "invoices": [
            {"id": "INV-2026-0042", "step": "friendly-reminder", "open": "1190.00"}
        ],
        "message": "sha256:9f2c",
        "why": ["7 days overdue; step is due from 2026-10-08"],
    }
    second = {
        "id": "2026-10-08-friendly-reminder",
        "state": "sent",
        "at": "2026-10-08T07:12:03Z",
    }
    assert documents([first, second]) == A_JOURNAL
    assert documents([first]) + documents([second]) == A_JOURNAL


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param(None, "null", id="nothing"),
        pytest.param(True, "true", id="true"),
        pytest.param(-30, "-30", id="whole number"),
        pytest.param(date(2026, 10, 8), "2026-10-08", id="date"),
        pytest.param("2026-10-08", "2026-10-08", id="date as text"),
        pytest.param("2026-02-30", '"2026-02-30"', id="no date"),
        pytest.param("2026-10-08T07:12:03Z", "2026-10-08T07:12:03Z", id="time stamp"),
        pytest.param("2026-10-8T7:12:03", '"2026-10-8T7:12:03"', id="no time stamp"),
        pytest.param("1190", '"1190"', id="yen"),
        pytest.param("-5.00", '"-5.00"', id="reversal"),
        pytest.param("01067", '"01067"', id="postcode"),
        pytest.param("+49 30 1234567", '"+49 30 1234567"', id="phone number"),
        pytest.param("12:30", '"12:30"', id="time"),
        pytest.param("0x1F", '"0x1F"', id="hexadecimal"),
        pytest.param("1e5", '"1e5"', id="exponent"),
        pytest.param("7f3a", "7f3a", id="digest"),
        pytest.param("NO", '"NO"', id="Norway"),
        pytest.param("True", '"True"', id="true as text"),
        pytest.param("Null", '"Null"', id="null as text"),
        pytest.param("~", '"~"', id="tilde"),
        pytest.param("", '""', id="empty text"),
        pytest.param(" a", '" a"', id="space before"),
        pytest.param("a ", '"a "', id="space after"),
        pytest.param("Müller & Söhne, Köln", "Müller & Söhne, Köln", id="plain text"),
        pytest.param("note: late", '"note: late"', id="looks like a key"),
        pytest.param("unit #4", '"unit #4"', id="looks like a comment"),
        pytest.param("- a", '"- a"', id="looks like an item"),
        pytest.param('say "hi" \\o', 'say "hi" \\o', id="quotes inside"),
        pytest.param('"hi" \\o', '"\\"hi\\" \\\\o"', id="quotes around"),
        pytest.param("a\tb", '"a\\tb"', id="tab"),
        pytest.param("a\r\nb", '"a\\r\\nb"', id="carriage return"),
        pytest.param("a\x00\x85\u2028\U000e0001", None, id="control characters"),
        pytest.param("a\ud800b", '"a\ufffdb"', id="lone surrogate"),
        pytest.param([], "[]", id="empty list"),
        pytest.param({}, "{}", id="empty mapping"),
        pytest.param(["a", "b: c"], '[a, "b: c"]', id="short list"),
        pytest.param(["a,b"], '["a,b"]', id="comma in a list"),
        pytest.param({"EUR": "1.00"}, '{EUR: "1.00"}', id="short mapping"),
        pytest.param("a\nb", "|-\n  a\n  b", id="two lines"),
        pytest.param("a\n\n b\n", "|\n  a\n\n   b", id="lines with an end"),
        pytest.param("a \nb", '"a \\nb"', id="space at a line's end"),
        pytest.param("\na", '"\\na"', id="starts with an empty line"),
        pytest.param("a\n\n", '"a\\n\\n"', id="ends with an empty line"),
    ],
)
def test_a_value_is_written(value: object, written: str | None) -> None:
    expected = written or '"a\\x00\\x85\\u2028\\U000e0001"'
    assert document({"key": value}) == f"key: {expected}\n"


def test_what_does_not_fit_goes_on_lines_of_its_own() -> None:
    long = "a sentence of some length that goes on for a while; " * 2
    data = {
        "why": [long.strip(), "short"],
        "people": {"dana": {"name": "Dana", "email": "d@x.example"}, "omar": long[:60]},
        "ladder": [{"step": "a", "note": "one\ntwo"}, [["x\ny"]]],
    }
    assert document(data) == (
        f"why:\n  - {long.strip()}\n  - short\n"
        "people:\n  dana: {name: Dana, email: d@x.example}\n"
        f"  omar: {long[:60].strip()}\n"
        "ladder:\n  - step: a\n    note: |-\n      one\n      two\n"
        "  - - - |-\n        x\n        y\n"
    )


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"a": 1.5}, "float has no place"),
        ({"a": datetime(2026, 1, 1)}, "datetime has no place"),  # noqa: DTZ001 - refused
        ({"a": {1: "x"}}, "int is no key"),
        ({"a": [b"x"]}, "bytes has no place"),
    ],
)
def test_other_values_are_refused(data: Mapping[str, object], error: str) -> None:
    with pytest.raises(TypeError, match=error):
        document(data)


def test_what_would_be_read_as_text_is_refused() -> None:
    with pytest.raises(ValueError, match="101 characters"):
        document({"k" * 101: 1})
    with pytest.raises(ValueError, match="more digits"):
        document({"k": LARGEST})


TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text(
        st.sampled_from(
            "ab01 \n\t\r:#-?,[]{}&*!|>'\"%@`.=<~\\+_/ex\x85\u2028é😀\ufeff"
        ),
        max_size=20,
    ),
    st.from_regex(r"[-+]?[0-9][0-9._:eE/-]{0,9}", fullmatch=True),
    st.from_regex(r"2[0-9]{3}-[0-9]{1,2}-[0-9]{1,2}([T ].{0,8})?", fullmatch=True),
    st.sampled_from(
        [
            "true",
            "False",
            "NULL",
            "yes",
            "On",
            "n",
            "~",
            "---",
            "...",
            "<<",
            "<<<<<<< a",
            "a\n=======\nb",
            "a\n>>>>>>> b\n",
        ]
    ),
)
VALUES = st.recursive(
    st.one_of(
        TEXTS,
        st.integers(-LARGEST + 1, LARGEST - 1),
        st.booleans(),
        st.none(),
        st.dates(),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(
    TEXTS | st.sampled_from(["payments", "on"]), VALUES, max_size=4
)


class CoreReader(yaml.CSafeLoader):
    """YAML 1.1, but no dates, and only true and false are true and false."""


def _resolvers(first: str) -> list[tuple[str, re.Pattern[str]]]:
    kept = [
        (tag, pattern)
        for tag, pattern in yaml.CSafeLoader.yaml_implicit_resolvers[first]
        if not tag.endswith((":timestamp", ":bool"))
    ]
    return [*kept, ("tag:yaml.org,2002:bool", re.compile("(?i:true|false)$"))]


CoreReader.yaml_implicit_resolvers = {
    first: _resolvers(first) for first in yaml.CSafeLoader.yaml_implicit_resolvers
}


def read(text: str) -> list[object]:
    return list(yaml.load_all(text, CoreReader))


def plain(value: object) -> object:
    """Return what a reader that knows no dates makes of a value."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


@given(st.lists(DOCUMENTS, max_size=3))
def test_what_was_written_is_read_as_the_same_values(
    several: list[dict[str, object]],
) -> None:
    text = documents(several)
    assert loaded(text.encode(), "f.yaml") == [plain(data) for data in several]


@given(st.lists(DOCUMENTS, max_size=3))
def test_another_reader_reads_the_same_values(several: list[dict[str, object]]) -> None:
    text = documents(several)
    assert read(text) == [plain(data) for data in several]
    assert all(line == line.rstrip(" ") for line in text.split("\n"))


@given(TEXTS)
def test_no_reader_takes_text_for_anything_else(text: str) -> None:
    given_back = yaml.load(document({"key": [text], "k": text}), yaml.CSafeLoader)
    as_date = given_back == {"key": [given_back["k"]], "k": given_back["k"]}
    assert given_back["k"] == text or (isinstance(given_back["k"], date) and as_date)
