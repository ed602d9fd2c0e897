"""``goodterms import``: invoices and payments of other systems become files."""

from collections import Counter
from datetime import date
from pathlib import Path

import click

from goodterms.cli.environment import find_root, read_clock, read_date, today
from goodterms.cli.output import say, tell, tell_problems
from goodterms.importers.csv.group_rows import GroupedRows
from goodterms.importers.csv.invoices import GivenFile, read_invoices
from goodterms.importers.csv.mapping import NAMELESS, CsvMapping
from goodterms.importers.disputes import RecordSigner
from goodterms.importers.ledger_files import LedgerFiles
from goodterms.importers.merge import ImportRequest, ImportResult, file_arrivals
from goodterms.importers.source_progress import file_source, last_read, reach_of
from goodterms.load import SourceState, load_settings
from goodterms.model.problem import has_errors
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Settings
from goodterms.workspace.files import SETTINGS, without_links

#: What an import adds, in the order in which it is counted.
_ADDS = ("account", "invoice", "payment", "dispute", "resolution", "source")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("import")
def command() -> None:
    """Bring invoices and payments in from other systems.

    An import only ever adds: what differs from the ledger is reported, and
    importing the same file again changes nothing.
    """


@command.command("csv")
@click.argument("table", metavar="FILE", type=_FILE)
@click.option(
    "--map",
    "mapping",
    metavar="MAPPING.yaml",
    type=_FILE,
    required=True,
    help="Which column says what; see docs/import.md.",
)
@click.option(
    "--until",
    metavar="DATE",
    callback=read_date,
    help="The file says all up to this day; kept for the mapping's 'source'.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be added, write nothing.")
@click.pass_context
def from_csv(
    ctx: click.Context, table: Path, mapping: Path, until: date | None, *, dry_run: bool
) -> int:
    """Import invoices from a CSV file, one row each."""
    root = find_root(ctx)
    try:
        settings = _settings(root)
        known, read = read_invoices(
            GivenFile(str(table), table.read_bytes()),
            GivenFile(str(mapping), mapping.read_bytes()),
            settings.people,
        )
        if known is None:
            return tell_problems(read.problems, root)
        now = today(settings, read_clock())
        day = min(now, until or known.until or now)
        marks = known.by if "disputed" in known.columns else None
        signature = None if marks is None else RecordSigner(marks, known.review, now)
        source = SourceState(known.source_kind, day, len(read.arrivals))
        before = last_read(LedgerFiles(root), known.source)
        reach = reach_of(source, before, now, whole=known.holds == "open")
        called = known.source or NAMELESS
        filing = ImportRequest(
            LedgerFiles(root), settings.creditor, day, called, now, signature, reach
        )
        filed = file_arrivals(read.arrivals, filing, read.refused)
        filed.problems.extend(read.problems)
        refused = len({each.place.line for each in read.problems if has_errors([each])})
        _add_source(filed, known, read, until or known.until, now)
        if not dry_run:
            filed.shelf.write(filed.changes)
    except OSError as error:
        raise RefusalError(f"'{error.filename}': {error.strerror}") from None
    say(_summary(filed, refused + filed.turned_away, dry_run=dry_run))
    return tell_problems(filed.problems, root)


def _settings(root: Path) -> Settings:
    """Read the settings; if they are refused, the command ends."""
    data = without_links(root, SETTINGS).read_bytes()
    settings, problems = load_settings(data, SETTINGS)
    if settings is None:
        tell_problems(problems, root)
        raise RefusalError(f"{SETTINGS} cannot be read", "mend it first", 1)
    return settings


def _add_source(
    filed: ImportResult,
    csv_mapping: CsvMapping,
    read: GroupedRows,
    until: date | None,
    now: date,
) -> None:
    """Add how far the file goes, unless rows are lost of which nobody knows whose."""
    if csv_mapping.source is None:
        return
    if until is None:
        tell(f"note: nobody said how far '{csv_mapping.source}' goes; add --until DATE")
    elif read.lost:
        what = f"'{csv_mapping.source}' is not taken as read until {until}"
        tell(f"note: {what}, as nobody knows whose some of its rows are")
    else:
        source = SourceState(csv_mapping.source_kind, until, len(read.arrivals))
        whole = csv_mapping.holds == "open"
        changes, problems = file_source(
            csv_mapping.source, source, filed.shelf, now, whole=whole
        )
        filed.changes.extend(changes)
        filed.problems.extend(problems)


def _summary(filed: ImportResult, refused: int, *, dry_run: bool) -> str:
    counts = Counter(change.adds for change in filed.changes)
    added = ", ".join(_counted(counts[adds], adds) for adds in _ADDS if counts[adds])
    lines = [
        f"{'would add' if dry_run else 'added'}: {added or 'nothing'}",
        f"unchanged: {_counted(filed.unchanged, 'invoice')}",
        f"differing: {_counted(filed.differing, 'invoice')}",
        f"refused: {_counted(refused, 'row')}",
    ]
    if filed.matched:
        on_record = _counted(filed.matched, "payment")
        lines.insert(1, f"matched: {on_record} that somebody had recorded already")
    if filed.missing:
        lines.append(f"missing: {_counted(filed.missing, 'open invoice')}, now held")
    return "\n".join(lines)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
