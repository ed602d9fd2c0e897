"""``goodterms demo``: 120 days of a made-up firm, played before your eyes."""

import sys
from datetime import date
from pathlib import Path
from shlex import quote

import click

from goodterms.cli import main
from goodterms.cli.output import called, say, tell
from goodterms.demo import DemoResult, played, prepare, stage
from goodterms.model.calendar import plus
from goodterms.model.refusal import RefusalError

_DEFAULT = "goodterms-demo"


@click.command(name="demo", short_help="Watch 120 days of a made-up firm.")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
def command(folder: Path | None) -> int:
    """Play the shipped story in FOLDER, a new git repository with a remote beside it.

    Customers pay, forget, promise, dispute; the engine writes to them; people
    decide. It all happens on this machine: nothing is really sent.
    """
    place = folder or _free(Path(_DEFAULT))
    tell(f"Playing the story in {place} ...")
    with stage(place) as remote:
        ready = prepare(place, remote, main)
        with click.progressbar(
            ready.days(),
            length=ready.story.days,
            label="120 days",
            item_show_func=lambda day: str(day) if day else "",
            file=sys.stderr,
        ) as bar:
            for _ in bar:
                pass
    last = plus(ready.story.starts, ready.story.days - 1)
    say(_told(place, played(place), last))
    return 0


def _free(folder: Path) -> Path:
    """Return the folder, or the first of its namesakes that does not exist."""
    for number in range(1, 1000):
        named = folder if number == 1 else folder.with_name(f"{folder.name}-{number}")
        if not named.exists() and not named.with_name(f"{named.name}.git").exists():
            if named != folder:
                tell(f"{folder} is there already.")
            return named
    raise RefusalError(f"there are too many {folder}s", "name a folder of your own")


def _told(folder: Path, result: DemoResult, last: date) -> str:
    messages = sum(result.sent.values())
    steps = ", ".join(f"{n} {step}" for step, n in sorted(result.sent.items()))
    said = f"{messages} messages, {result.calls} calls, {result.proposals} proposals"
    here = f"{called()} --root {quote(str(folder))}"
    lines = [
        "",
        f"{result.accounts} customers, {said}, {result.commits} commits.",
        f"Messages: {steps}.",
        "",
        "Three things to look at:",
        f"  1. A story, told by the engine: {here} explain voss-bau",
        f"  2. What a customer read:        {_letter(folder, result)}",
    ]
    if result.open:
        waits = f"{here} tasks --as-of {last}"
        lines.append(f"  3. What waits for you:          {waits}")
    return "\n".join(lines)


def _letter(folder: Path, result: DemoResult) -> str:
    return str(result.letter or folder / "outbox")
