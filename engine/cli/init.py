"""``goodterms init``: the start of a user's own repository, report-only."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from zoneinfo import available_timezones

import click

from engine.cli.output import called, say
from engine.importers.countries import read_country
from engine.load.fields import email
from engine.mailbox import unreachable
from engine.refusal import RefusalError
from engine.shipped import shipped_files
from engine.starting import Start, begin, github_files, left_to_do, settings_text

_NEXT = """\
{folder} is ready: it plans and reports, and sends nothing yet.

Next:
{steps}

{note}When the plan reads well for a few days, change `mode: report` to `mode: run`."""
_NO_GITHUB = (
    "Workflows for GitHub are left out: {folder} is not the top of its repository.\n"
)
_IN_GIT = "A run reads what is committed on main: commit what you change later, too.\n"


@click.command(name="init", short_help="Start a repository of your own.")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--name", default="Your Company", help="The creditor: your firm.")
@click.option("--email", default="accounts@example.com", help="Where replies go.")
@click.option("--country", default="DE", show_default=True, help="ISO code of yours.")
@click.option("--timezone", default="Europe/Berlin", show_default=True)
@click.option("--language", type=click.Choice(["en", "de"]), default="en")
@click.option("--person", default="Your Name", help="Who looks after receivables.")
@click.option(
    "--engine",
    metavar="REQUIREMENT",
    help="What workflows install: a commit, or a file by its hash; else this engine.",
)
def command(folder: Path, engine: str | None, **answers: str) -> int:
    """Write settings, a policy, templates and workflows into FOLDER, in git.

    An existing file is never overwritten: a folder that holds one of them is
    refused.
    """
    if answers["timezone"] not in available_timezones():
        raise RefusalError(
            f"'{answers['timezone']}' is no time zone", "write it like Europe/Berlin"
        )
    country = read_country(answers["country"])
    if country is None:
        what = f"'{answers['country']}' is no country of ISO 3166"
        raise RefusalError(what, "write its two letters, like DE")
    answers["country"] = country
    _refuse_no_address(answers["email"])
    files = {"goodterms.yaml": settings_text(Start(**answers)).encode()}
    files |= dict(shipped_files("policies/standard", "policies/jurisdictions"))
    files |= dict(shipped_files("templates"))
    workflows = github_files(folder, engine)
    begin(folder, files | workflows)
    left = left_to_do(folder)
    note = "" if workflows else _NO_GITHUB.format(folder=folder)
    note += _IN_GIT if left else ""
    steps = _numbered((*left, *_steps(folder, github=bool(workflows))))
    say(_NEXT.format(folder=folder, steps=steps, note=note))
    return 0


def _refuse_no_address(text: str) -> None:
    """Refuse what ``check`` would find to be no address that mail reaches."""
    try:
        why = unreachable(email(text))
    except ValueError:
        why = f"'{text}' is no e-mail address"
    if why:
        raise RefusalError(f"--email: {why}", "write it like accounts@linden.example")


def _steps(folder: Path, *, github: bool) -> Iterator[tuple[str, str]]:
    """List what comes next, as (what, how)."""
    here = f"{called()} --root {folder}"
    yield "Say who you are and how to pay you:", f"{folder}/goodterms.yaml"
    yield "Bring in your invoices:", f"{here} import csv --help"
    yield "See what would be due today:", f"{here} plan"
    if github:
        how = "docs/github.md of Good Terms says how"
        yield "Let GitHub run it every day:", how


def _numbered(steps: Iterable[tuple[str, str]]) -> str:
    rows = enumerate(steps, start=1)
    return "\n".join(f"  {n}. {what:<36}{how}" for n, (what, how) in rows)
