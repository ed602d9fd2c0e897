"""Problems as people, programs and GitHub read them."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from goodterms.model.problem import Problem, in_order
from goodterms.views.plan_json import problem_json

#: What YAML takes for the end of a line; columns count code points.
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")

#: What a terminal would act on.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f]")

#: As much of a line as is shown around the place.
_WIDTH = 100

_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def counted(number: int, noun: str) -> str:
    """Write ``1 error``, ``2 errors``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def summary(problems: Iterable[Problem]) -> str:
    """Say in one line how many errors and warnings there are."""
    severities = [problem.severity for problem in problems]
    if not severities:
        return "no problems"
    numbers = (
        (severities.count("error"), "error"),
        (severities.count("warning"), "warning"),
    )
    return ", ".join(counted(number, noun) for number, noun in numbers if number)


def as_text(problems: Iterable[Problem], files: Mapping[str, bytes]) -> str:
    """Write each problem, and under it its line of the file with a caret.

    A file that is not among ``files`` is named without its line.
    """
    lines: dict[str, Sequence[str]] = {}
    written = []
    for problem in in_order(problems):
        file = problem.place.file
        if file not in lines:
            lines[file] = _lines(files.get(file, b""))
        written += [str(problem), *_excerpt(problem, lines[file])]
    return "".join(f"{line}\n" for line in written)


def _lines(data: bytes) -> Sequence[str]:
    return _LINE_END.split(data.decode("utf-8-sig", errors="replace"))


def _excerpt(problem: Problem, lines: Sequence[str]) -> list[str]:
    number, column = problem.place.line, problem.place.column
    if not 0 < number <= len(lines) or not lines[number - 1].strip():
        return []
    text, at = _window(_UNSEEN.sub("\ufffd", lines[number - 1]), column)
    gutter = f"{number} | "
    if not at:
        return [f"{gutter}{text}"]
    return [f"{gutter}{text}", f"{'| '.rjust(len(gutter))}{' ' * (at - 1)}^"]


def _window(text: str, column: int) -> tuple[str, int]:
    """Cut a long line to what stands around a column; returns the new column."""
    if len(text) <= _WIDTH:
        return text.rstrip(), column
    start = max(0, min(column - _WIDTH // 2, len(text) - _WIDTH))
    shown = text[start : start + _WIDTH].rstrip()
    if start == 0:
        return shown + "…", column
    return f"…{shown}", column - start + 1 if column else 0


def as_json(problems: Iterable[Problem]) -> str:
    """Write all problems as one JSON document."""
    ordered = in_order(problems)
    severities = [problem.severity for problem in ordered]
    document = {
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "problems": [problem_json(problem) for problem in ordered],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def as_sarif(problems: Iterable[Problem], version: str) -> str:
    """Write all problems as SARIF 2.1.0, for code scanning."""
    ordered = in_order(problems)
    rules = [{"id": rule} for rule in sorted({problem.rule for problem in ordered})]
    driver = {"name": "goodterms", "version": version, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem) for problem in ordered],
    }
    document = {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _result(problem: Problem) -> dict[str, object]:
    place = problem.place
    where: dict[str, object] = {"artifactLocation": {"uri": place.file}}
    if place.line:
        region = {"startLine": place.line}
        where["region"] = region | (
            {"startColumn": place.column} if place.column else {}
        )
    return {
        "ruleId": problem.rule,
        "level": problem.severity,
        "message": {"text": problem.message},
        "locations": [{"physicalLocation": where}],
    }
