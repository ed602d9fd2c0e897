"""Where a command works, and when: the folder, and the only clock there is."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from goodterms.cli.output import tell
from goodterms.model.calendar import DayError, parse_date
from goodterms.model.ledger import Account
from goodterms.model.problem import Problem, in_order
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Settings
from goodterms.workspace.files import SETTINGS
from goodterms.workspace.find_account import find_account
from goodterms.workspace.workspace import Workspace


def find_root(ctx: click.Context) -> Path:
    """Return the folder that holds goodterms.yaml: --root, or the nearest upwards."""
    given = ctx.find_root().obj
    if isinstance(given, Path):
        if not (given / SETTINGS).is_file():
            raise RefusalError(
                f"'{given}' has no {SETTINGS}", "start one there: goodterms init"
            )
        return given.resolve()
    working_folder = Path.cwd()
    for folder in (working_folder, *working_folder.parents):
        if (folder / SETTINGS).is_file():
            return folder
    raise RefusalError(
        f"no {SETTINGS} here or in a folder above",
        "name its folder with --root, or start one: goodterms init",
    )


def machine_clock() -> datetime:
    """Return the machine's time, in UTC: no other line of the engine asks for it."""
    return datetime.now(UTC)


def read_clock() -> datetime:
    """Read the clock, in UTC to the second. A command does so once and passes it on."""
    return machine_clock().replace(microsecond=0)


def today(settings: Settings, now: datetime) -> date:
    """Return the date in the creditor's time zone."""
    return now.astimezone(ZoneInfo(settings.creditor.timezone)).date()


def read_date(
    _ctx: click.Context, _param: click.Parameter, value: str | None
) -> date | None:
    """Read the date of an option (its callback), written as in the files."""
    try:
        return None if value is None else parse_date(value)
    except DayError as error:
        raise click.BadParameter(str(error)) from None


def open_workspace(
    root: Path, policies: Path | None = None
) -> tuple[Workspace, tuple[Problem, ...]]:
    """Read settings, policies and templates; refuse to go on without settings.

    The problems of policies and templates come back: what needs the broken
    ones is left out, the rest goes ahead.
    """
    workspace, problems = Workspace.open(root, policies)
    if workspace is None:
        for problem in in_order(problems):
            tell(str(problem))
        raise RefusalError(
            f"{SETTINGS} cannot be used", "mend what is said above", code=1
        )
    return workspace, problems


def account_id(workspace: Workspace, name: str) -> str:
    """Return the folder of the account that is meant: by folder, name, or a part.

    Where it was not named by its folder the name is told, so that a wrong one is seen.
    Raises RefusalError where it may be several, or none.
    """
    meant = find_account(workspace, name)
    if meant.account != name:
        tell(f"{meant.account} is {meant.name}")
    return meant.account


def read_account(
    workspace: Workspace, name: str
) -> tuple[str, Account | None, tuple[Problem, ...]]:
    """Read the account that is meant: its folder, its content, and what is wrong."""
    id_ = account_id(workspace, name)
    account, problems = workspace.account(id_)
    if account is None and not problems:
        raise RefusalError(f"no account '{name}'", f"ledger/{id_} is empty")
    return id_, account, problems
