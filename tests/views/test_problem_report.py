"""How problems are shown."""

import json

import pytest

from goodterms.model.problem import Place, Problem
from goodterms.views.problem_report import as_json, as_sarif, as_text, summary

WRONG = Problem(Place("a.yaml", 2, 4), "'x' is wrong", "write 'y'", rule="enum")
ODD = Problem(Place("b.yaml"), "odd", severity="warning", rule="stray-file")


@pytest.mark.parametrize(
    ("problems", "said"),
    [
        ([], "no problems"),
        ([WRONG], "1 error"),
        ([WRONG, ODD, WRONG], "2 errors, 1 warning"),
        ([ODD, ODD], "2 warnings"),
    ],
)
def test_summary(problems: list[Problem], said: str) -> None:
    assert summary(problems) == said


def test_a_problem_is_shown_under_its_line() -> None:
    assert as_text([ODD, WRONG], {"a.yaml": b"one\nab x\n"}) == (
        "a.yaml:2:4: error: 'x' is wrong; write 'y'\n"
        "2 | ab x\n"
        "  |    ^\n"
        "b.yaml: warning: odd\n"
    )


@pytest.mark.parametrize(
    ("data", "place", "excerpt"),
    [
        (b"", Place("f", 1, 1), ""),
        (b"a\n", Place("f", 7, 1), ""),
        (b"a\n\n", Place("f", 2, 1), ""),
        (b"\xef\xbb\xbfa: b\r\nc", Place("f", 1, 4), "1 | a: b\n  |    ^\n"),
        (b"a: b\n", Place("f", 1), "1 | a: b\n"),
        (b"\ta\x1b[31m\n", Place("f", 1, 2), "1 | �a�[31m\n  |  ^\n"),
        ("x\u2028y: ü\n".encode(), Place("f", 2, 4), "2 | y: ü\n  |    ^\n"),
        (b"\n" * 9 + b"ab", Place("f", 10, 2), "10 | ab\n   |  ^\n"),
        (b"\xff: 1", Place("f", 1, 1), "1 | �: 1\n  | ^\n"),
    ],
)
def test_excerpt(data: bytes, place: Place, excerpt: str) -> None:
    assert as_text([Problem(place, "odd")], {"f": data}) == (
        f"{place}: error: odd\n{excerpt}"
    )


@pytest.mark.parametrize("column", [1, 2, 60, 150, 299, 300])
def test_a_long_line_is_cut_around_the_place(column: int) -> None:
    line = "".join(chr(0x4E00 + index) for index in range(300))
    text = as_text([Problem(Place("f", 1, column), "odd")], {"f": line.encode()})
    _problem, shown, caret = text.splitlines()
    assert len(shown) <= 106
    assert shown[caret.index("^")] == line[column - 1]


def test_as_json() -> None:
    document = json.loads(as_json([ODD, WRONG]))
    assert (document["errors"], document["warnings"]) == (1, 1)
    assert document["problems"][0] == {
        "file": "a.yaml",
        "line": 2,
        "column": 4,
        "severity": "error",
        "rule": "enum",
        "message": "'x' is wrong; write 'y'",
    }


def test_as_sarif() -> None:
    document = json.loads(as_sarif([ODD, WRONG], "1.2.3"))
    (run,) = document["runs"]
    assert document["version"] == "2.1.0"
    assert run["tool"]["driver"]["version"] == "1.2.3"
    assert run["tool"]["driver"]["rules"] == [{"id": "enum"}, {"id": "stray-file"}]
    assert [result["level"] for result in run["results"]] == ["error", "warning"]
    first, second = (result["locations"][0] for result in run["results"])
    assert first["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 4}
    assert second["physicalLocation"] == {"artifactLocation": {"uri": "b.yaml"}}
