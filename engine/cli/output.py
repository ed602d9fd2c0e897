"""What commands print: results on stdout, all else on stderr."""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from shlex import quote
from shutil import which
from typing import TextIO

from goodterms.model.problem import Problem, has_errors, in_order

#: As many annotations of a sort as GitHub shows of one step.
_MOST_SHOWN = 10

#: Of several exit codes the first of these wins.
_PRECEDENCE = (70, 2, 4, 3, 5, 1, 0)

#: What a runner still takes for a command anywhere in a line, and what it does not.
_OLD_COMMAND, _BROKEN = "##[", "##\u200b["

#: What it takes for a command at the start of a line.
_COMMAND = re.compile(r"^(\s*)::", re.MULTILINE)


def exit_code(codes: Iterable[int]) -> int:
    """Choose the exit code that matters most of several; none gives 0."""
    return min(codes, key=_PRECEDENCE.index, default=0)


def say(text: str) -> None:
    """Print a result; nothing in it orders GitHub Actions about."""
    _print(sys.stdout, _inert(text))


def tell(text: str) -> None:
    """Print what is no result: progress, notes, what to do next; as inert."""
    _print(sys.stderr, _inert(text))


def say_json(text: str) -> None:
    """Print a result as JSON; it says the same under GitHub Actions, otherwise."""
    safe = text.replace(_OLD_COMMAND, "\\u0023#[") if in_actions() else text
    _print(sys.stdout, safe)


def order(lines: str, *, on_stdout: bool = False) -> None:
    """Print commands for GitHub Actions, which have been escaped."""
    if lines:
        _print(sys.stdout if on_stdout else sys.stderr, lines)


def _print(stream: TextIO, text: str) -> None:
    stream.write(text if text.endswith("\n") else f"{text}\n")


def _inert(text: str) -> str:
    if not in_actions():
        return text
    return _COMMAND.sub("\\1\u200b::", text.replace(_OLD_COMMAND, _BROKEN))


def called() -> str:
    """Return how this program can be called from here, to be pasted into a shell.

    By its name where that finds it; else by its path, which is relative only below
    the folder that the user is in.
    """
    program = Path(sys.argv[0])
    if program.name == "__main__.py":
        return f"{quote(sys.executable)} -m goodterms"
    if program.name != "goodterms" or program.parent == Path():
        return "goodterms"
    found = which("goodterms")
    if found and Path(found).resolve() == program.resolve():
        return "goodterms"
    near = os.path.relpath(program)
    far = near.startswith(os.pardir)
    return quote(str(program.absolute()) if far else near)


def complain(message: str, code: int) -> int:
    """Print an error that stands for the whole command; returns its exit code."""
    tell(f"error: {message}")
    if in_actions():
        order(f"::error::{_escaped(message)}")
    return code


def tell_problems(problems: Iterable[Problem], root: Path | None = None) -> int:
    """Print problems in order; returns 1 if one is an error, else 0.

    Under GitHub Actions they are annotations, too; *root* is the folder that
    their files are relative to.
    """
    found = in_order(problems)
    for problem in found:
        tell(str(problem))
    for line in annotations(found, root) if in_actions() else ():
        order(line)
    return 1 if has_errors(found) else 0


def set_outputs(figures: Mapping[str, object]) -> None:
    """Hand figures to the steps that follow in a GitHub workflow."""
    lines = (f"{name}={value}\n" for name, value in figures.items())
    _append("GITHUB_OUTPUT", "".join(lines), "the figures were")


def add_summary(markdown: str) -> None:
    """Show something below the job on GitHub."""
    _append("GITHUB_STEP_SUMMARY", markdown, "the summary was")


def _append(variable: str, text: str, what: str) -> None:
    """Add to a file of the workflow; best effort, it fails no command."""
    path = os.environ.get(variable)
    if not (in_actions() and path):
        return
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        tell(f"{what} not written: {error.strerror}")


def in_actions() -> bool:
    """Say whether this runs in a GitHub workflow."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def annotations(
    problems: Sequence[Problem], root: Path | None, whole: str = "log"
) -> Iterator[str]:
    """Annotate as many problems as GitHub shows; the last one counts the rest.

    *whole* is where all of them stand.
    """
    for severity in ("error", "warning"):
        found = [problem for problem in problems if problem.severity == severity]
        fit = len(found) if len(found) <= _MOST_SHOWN else _MOST_SHOWN - 1
        yield from (annotation(problem, root) for problem in found[:fit])
        if found[fit:]:
            more = f"{len(found) - fit} more {severity}s"
            yield f"::{severity}::and {more}; the {whole} has them all"


def annotation(problem: Problem, root: Path | None) -> str:
    """Write a problem as GitHub marks it in a file; *root* is what files are under."""
    place = problem.place
    known = {"file": _in_workspace(place.file, root)}
    known |= {"line": str(place.line)} if place.line else {}
    known |= {"col": str(place.column)} if place.column else {}
    keys = ",".join(f"{key}={_property(value)}" for key, value in known.items())
    return f"::{problem.severity} {keys}::{_escaped(problem.message)}"


def _in_workspace(file: str, root: Path | None) -> str:
    workspace = os.environ.get("GITHUB_WORKSPACE")
    if root is None or not workspace:
        return file
    return Path(os.path.relpath(root / file, workspace)).as_posix()


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
