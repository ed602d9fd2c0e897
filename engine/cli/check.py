"""``goodterms check``: every problem of every file."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from goodterms import __version__
from goodterms.cli.environment import find_root, read_clock
from goodterms.cli.output import (
    add_summary,
    annotations,
    in_actions,
    order,
    say,
    say_json,
    tell,
)
from goodterms.doctor.check_files import check_repository
from goodterms.load import Problems
from goodterms.model.problem import has_errors
from goodterms.model.refusal import RefusalError
from goodterms.views.problem_report import as_json, as_sarif, as_text, summary
from goodterms.workspace.files import read


@click.command(name="check", short_help="Every problem of every file.")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    show_default=True,
    help="github: annotations; sarif: for code scanning.",
)
@click.pass_context
def command(ctx: click.Context, paths: Sequence[str], form: str) -> int:
    """Read every file, or only those under PATH, and say what is wrong.

    Exit 1 where there are errors; warnings never fail. An error keeps an
    account, or what needs a policy or template, out of the plan; one in
    goodterms.yaml keeps everything out.
    """
    root = find_root(ctx)
    problems = check_repository(
        root, [_inside(root, path) for path in paths], now=read_clock()
    )
    _print(problems, root, form)
    tell(summary(problems))
    if form == "github":
        _summarise(problems)
    return 1 if has_errors(problems) else 0


def _inside(root: Path, path: str) -> str:
    """Write a path as seen from the root."""
    full = Path(path).resolve()
    if not full.exists():
        raise RefusalError(f"'{path}' does not exist", "name a file or folder")
    if not full.is_relative_to(root.resolve()):
        raise RefusalError(f"'{path}' is not under '{root}'", "see --root")
    return full.relative_to(root.resolve()).as_posix()


def _print(problems: Problems, root: Path, form: str) -> None:
    annotated = "".join(f"{line}\n" for line in annotations(problems, root, "summary"))
    if form == "json":
        say_json(as_json(problems))
    elif form == "sarif":
        say_json(as_sarif(problems, __version__))
    elif form == "github":
        order(annotated, on_stdout=True)
    elif problems:
        say(as_text(problems, _files(problems, root)))
        if in_actions():
            order(annotated)


def _summarise(problems: Problems) -> None:
    from goodterms.views import step_summary  # noqa: PLC0415 - start fast

    add_summary(step_summary(summary(problems), (), problems))


def _files(problems: Problems, root: Path) -> dict[str, bytes]:
    """Read the files that problems are about once more, for their lines."""
    paths = {problem.place.file for problem in problems if problem.place.line}
    known = [path for path in paths if (root / path).is_file()]
    return {path: read(os.fspath(root / path)) for path in known}
