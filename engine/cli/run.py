"""``goodterms run``: do what is due."""

import secrets
from dataclasses import replace
from datetime import date

import click

from goodterms.cli.environment import find_root, read_clock, read_date
from goodterms.cli.output import (
    add_summary,
    exit_code,
    in_actions,
    say,
    set_outputs,
    tell_problems,
)
from goodterms.model.refusal import RefusalError
from goodterms.run import RunRequest, RunResult, run
from goodterms.run.request import tools

#: How a run ended, by its exit code.
_ENDS = {
    0: "Done.",
    1: "Done, with problems.",
    3: "Held back: nothing was sent.",
    5: "Done; something waits for a person.",
}

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
    request = new_order(ctx, as_of)
    return carry_out(replace(request, release=frozenset(release), dry_run=dry_run))


def new_order(ctx: click.Context, as_of: date | None) -> RunRequest:
    """Give an order of its own to a command that writes: where, when, and an id."""
    return RunRequest(find_root(ctx), read_clock(), secrets.token_hex(4), as_of)


def carry_out(request: RunRequest) -> int:
    """Run, tell what came of it, and return the exit code."""
    try:
        result = run(request, tools(), say)
    except RefusalError as refusal:
        _summarise(f"Refused: {refusal}.", RunResult(say))
        raise
    code = exit_code([tell_problems(result.problems, request.root), *result.codes])
    figures = {name: result.figures.get(name, 0) for name in ("sent", "failed")}
    set_outputs({**figures, "problems": len(result.problems), "exit_code": code})
    _summarise(_ENDS[code], result)
    return code


def _summarise(ending: str, result: RunResult) -> None:
    """Show the run on GitHub."""
    if not in_actions():
        return
    from goodterms.views import step_summary  # noqa: PLC0415 - start fast

    add_summary(step_summary(ending, result.lines, result.problems, result.plan))
