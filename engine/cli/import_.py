"""``goodterms import``: invoices and payments of other systems become files."""

from collections import Counter
from datetime import date
from functools import partial
from pathlib import Path

import click

from goodterms.cli.environment import find_root, read_clock, read_date, today
from goodterms.cli.output import say, tell, tell_problems
from goodterms.importers import (
    GivenFile,
    GivenOptions,
    ImportBatch,
    Importer,
    ImportOption,
    find_importer,
    importer_names,
)
from goodterms.importers.ledger_files import LedgerFiles
from goodterms.importers.merge import ImportResult, merge_batch
from goodterms.importers.source_progress import file_source, row_count
from goodterms.load import SourceState, load_settings
from goodterms.model.problem import has_errors
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Settings
from goodterms.workspace.files import SETTINGS, without_links

#: What an import adds, in the order in which it is counted.
_ADDS = ("account", "invoice", "payment", "dispute", "resolution", "source")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class ImportCommands(click.Group):
    """One command for each importer, with the options that it declares."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Name the importers."""
        return importer_names()

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Make the command of an importer."""
        importer = find_importer(name)
        if importer is None:
            return None
        return click.Command(
            name,
            params=[*map(_parameter, importer.options), _dry_run()],
            callback=partial(_import, importer),
            help=importer.summary,
        )


@click.group("import", cls=ImportCommands)
def command() -> None:
    """Bring invoices and payments in from other systems.

    An import only ever adds: what differs from the ledger is reported, and
    importing the same file again changes nothing.
    """


def _parameter(option: ImportOption) -> click.Parameter:
    """Make what click reads of an option that an importer declares."""
    type_ = _FILE if option.kind == "file" else None
    if not option.flag:
        return click.Argument([option.key], type=type_, metavar=option.metavar)
    return click.Option(
        [option.flag, option.key],
        type=type_,
        callback=read_date if option.kind == "date" else None,
        metavar=option.metavar,
        help=option.help,
        required=option.required,
    )


def _dry_run() -> click.Option:
    text = "Say what would be added, write nothing."
    return click.Option(["--dry-run"], is_flag=True, help=text)


@click.pass_context
def _import(
    ctx: click.Context,
    /,
    importer: Importer,
    *,
    dry_run: bool,
    **given: Path | date | str | None,
) -> int:
    """Read what an importer is given, and file it."""
    root = find_root(ctx)
    try:
        settings = _settings(root)
        options = GivenOptions({key: _read(value) for key, value in given.items()})
        batch, problems = importer.read(options, settings.people)
        if batch is None:
            return tell_problems(problems, root)
        now = today(settings, read_clock())
        result = merge_batch(batch, LedgerFiles(root), settings.creditor, now)
        _add_progress(result, batch, now)
        if not dry_run:
            result.files.write(result.changes)
    except OSError as error:
        raise RefusalError(f"'{error.filename}': {error.strerror}") from None
    errors = (problem for problem in batch.problems if has_errors([problem]))
    refused = len({problem.place.line for problem in errors}) + result.turned_away
    say(_summary(result, refused, dry_run=dry_run))
    return tell_problems(result.problems, root)


def _read(value: Path | date | str | None) -> GivenFile | date | str | None:
    """Read the file that an option names. Raises OSError."""
    if isinstance(value, Path):
        return GivenFile(str(value), value.read_bytes())
    return value


def _settings(root: Path) -> Settings:
    """Read the settings; if they are refused, the command ends."""
    data = without_links(root, SETTINGS).read_bytes()
    settings, problems = load_settings(data, SETTINGS)
    if settings is None:
        tell_problems(problems, root)
        raise RefusalError(f"{SETTINGS} cannot be read", "mend it first", 1)
    return settings


def _add_progress(result: ImportResult, batch: ImportBatch, now: date) -> None:
    """Add how far a source goes, unless something of it is not in the ledger."""
    if not batch.keeps_progress:
        return
    if batch.until is None:
        tell(f"note: nobody said how far '{batch.source}' goes; add --until DATE")
    elif batch.lost or result.lost:
        why = "nobody knows whose some of its rows are"
        if not batch.lost:
            why = "some of its payments are not in the ledger"
        not_taken = f"'{batch.source}' is not taken as read until {batch.until}"
        tell(f"note: {not_taken}, as {why}")
    else:
        source = SourceState(batch.kind, batch.until, row_count(batch))
        changes, problems = file_source(
            batch.source, source, result.files, now, whole=batch.lists_all_open
        )
        result.changes.extend(changes)
        result.problems.extend(problems)


def _summary(result: ImportResult, refused: int, *, dry_run: bool) -> str:
    counts = Counter(change.adds for change in result.changes)
    added = ", ".join(_counted(counts[adds], adds) for adds in _ADDS if counts[adds])
    lines = [
        f"{'would add' if dry_run else 'added'}: {added or 'nothing'}",
        f"unchanged: {_counted(result.unchanged, 'invoice')}",
        f"differing: {_counted(result.differing, 'invoice')}",
        f"refused: {_counted(refused, 'row')}",
    ]
    if result.matched:
        on_record = _counted(result.matched, "payment")
        lines.insert(1, f"matched: {on_record} that somebody had recorded already")
    if result.missing:
        lines.append(f"missing: {_counted(result.missing, 'open invoice')}, now held")
    return "\n".join(lines)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
