"""``goodterms init``: the start of a user's own repository, report-only."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from shlex import quote
from zoneinfo import available_timezones

import click

from goodterms.cli.output import called, say
from goodterms.importers.country_names import read_country
from goodterms.init import (
    InitAnswers,
    InitResult,
    begin,
    for_editors,
    github_files,
    left_to_do,
    own_policy,
    readme,
    refuse_ignored,
    settings_text,
    time_zone,
)
from goodterms.init.settings import NOBODY
from goodterms.load.value_readers import email
from goodterms.model.mailbox import unreachable
from goodterms.model.refusal import RefusalError
from goodterms.workspace.bundled_files import shipped_files

_NEXT = """\
{folder} is ready: it plans and reports, and sends nothing yet.
{notes}

Next:
{steps}

When the plan reads well for a few days, change `mode: report` to `mode: run`."""
_COMMITTED = (
    "In git: {number} files, and no others of the folder, are one commit on main."
)
_IN_GIT = (
    "Nothing is committed, for the folder lies in a repository of yours. A run reads\n"
    "what is committed on main: commit what you change later, too."
)
_NO_GITHUB = (
    "Workflows for GitHub are left out: the folder is not the top of its repository."
)
_ELSEWHERE = "README.md is yours and stays: what a colleague should know is in {page}."


@click.command(name="init", short_help="Start a repository of your own.")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--name", default="Your Company", help="The creditor: your firm.")
@click.option("--email", default="accounts@example.com", help="Where replies go.")
@click.option("--country", default="DE", show_default=True, help="ISO code of yours.")
@click.option("--timezone", help="Like Europe/London.  [default: your country's]")
@click.option("--language", type=click.Choice(["en", "de"]), default="en")
@click.option("--person", default=NOBODY, help="Who looks after receivables.")
@click.option("--here", is_flag=True, help="Write beside the files that FOLDER holds.")
@click.option(
    "--engine",
    metavar="REQUIREMENT",
    help="What workflows install: a commit, or a file by its hash; else this engine.",
)
def command(
    folder: Path,
    engine: str | None,
    timezone: str | None,
    *,
    here: bool,
    **answers: str,
) -> int:
    """Write settings, a policy, templates and workflows into FOLDER, in git.

    Only these are committed, and only where FOLDER lies in no repository yet. A
    folder that holds other files is refused without --here, one that holds
    one of these always.
    """
    country = read_country(answers["country"])
    if country is None:
        what = f"'{answers['country']}' is no country of ISO 3166"
        raise RefusalError(what, "write its two letters, like DE")
    answers["country"] = country
    answers["timezone"] = timezone or time_zone(country)
    if answers["timezone"] not in available_timezones():
        raise RefusalError(
            f"'{answers['timezone']}' is no time zone", "write it like Europe/Berlin"
        )
    _refuse_no_address(answers["email"])
    start = InitAnswers(**answers)
    refuse_ignored(folder)
    workflows = github_files(folder, engine)
    began = begin(folder, _files(start, workflows), here=here)
    _tell(folder, began, github=bool(workflows))
    return 0


def _files(start: InitAnswers, workflows: Mapping[str, bytes]) -> dict[str, bytes]:
    """Put the first files together."""
    wheel = next((name for name in workflows if name.endswith(".whl")), None)
    files = {
        "goodterms.yaml": settings_text(start).encode(),
        "README.md": readme(start, wheel),
        **own_policy(start),
        **dict(shipped_files("policies/jurisdictions", "templates")),
    }
    return {**for_editors(files), **workflows}


def _tell(folder: Path, began: InitResult, *, github: bool) -> None:
    """Say what was made, what was not, and what comes next."""
    notes = [_COMMITTED.format(number=len(began.files)) if began.committed else _IN_GIT]
    notes += [] if github else [_NO_GITHUB]
    notes += (
        [] if began.readme == "README.md" else [_ELSEWHERE.format(page=began.readme)]
    )
    left = () if began.committed else left_to_do(folder, began.files)
    steps = _numbered((*left, *_steps(folder, github=github)))
    say(_NEXT.format(folder=quote(str(folder)), notes="\n".join(notes), steps=steps))


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
    here = f"{called()} --root {quote(str(folder))}"
    settings = quote(str(folder / "goodterms.yaml"))
    yield "Say how to pay you, and who decides:", settings
    yield "Bring in your invoices:", f"{here} import csv --help"
    yield "See what would be due today:", f"{here} plan"
    yield "See what is not set up yet:", f"{here} doctor"
    if github:
        yield "Let GitHub run it every day:", f"{called()} docs github"


def _numbered(steps: Iterable[tuple[str, str]]) -> str:
    rows = enumerate(steps, start=1)
    return "\n".join(f"  {n}. {what:<37}{how}" for n, (what, how) in rows)
