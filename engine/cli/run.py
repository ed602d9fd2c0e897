"""``goodterms run``: do what is due."""

import os
import secrets
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from engine.cli.output import exit_code, say, set_outputs, tell, tell_problems
from engine.cli.place import find_root, read_clock, read_date
from engine.running import Order, Result, run
from engine.running.tools import tools

_BRAKES = ("messages", "share", "proposals", "money", "fresh")


@click.command(short_help="Do what is due: send, propose, write it down.")
@click.option("--dry-run", is_flag=True, help="Show what would be done.")
@click.option(
    "--as-of",
    callback=read_date,
    metavar="DATE",
    help="Play another day; only with 'forge: local'.",
)
@click.option(
    "--release",
    multiple=True,
    type=click.Choice(_BRAKES),
    help="Exceed a brake this once.",
)
@click.pass_context
def command(
    ctx: click.Context, *, dry_run: bool, as_of: date | None, release: tuple[str, ...]
) -> int:
    """Sync, plan, claim, deliver, record, propose, report.

    Exit 3: a brake, stale data or 'suspended' held everything back. Exit 4: it
    lost the race for main. Exit 5: something waits for a person.
    """
    order = new_order(ctx, as_of)
    return carry_out(replace(order, release=frozenset(release), dry_run=dry_run))


def new_order(ctx: click.Context, as_of: date | None) -> Order:
    """Give an order of its own to a command that writes: where, when, and an id."""
    return Order(find_root(ctx), read_clock(), secrets.token_hex(4), as_of)


def carry_out(order: Order) -> int:
    """Run, tell what came of it, and return the exit code."""
    result = run(order, tools(), say)
    code = exit_code([tell_problems(result.problems, order.root), *result.codes])
    _report(result, code)
    return code


def _report(result: Result, code: int) -> None:
    """Hand the figures and a summary to GitHub; best effort, it fails no run."""
    figures = {name: result.figures.get(name, 0) for name in ("sent", "failed")}
    figures |= {"problems": len(result.problems), "exit_code": code}
    try:
        set_outputs(figures)
        summary = os.environ.get("GITHUB_STEP_SUMMARY")
        if summary:
            with Path(summary).open("a", encoding="utf-8") as file:
                file.write(_summary(result))
    except OSError as error:
        tell(f"the summary was not written: {error.strerror}")


def _summary(result: Result) -> str:
    lines = "\n".join(result.lines)
    return f"### Good Terms\n\n```text\n{lines}\n```\n"
