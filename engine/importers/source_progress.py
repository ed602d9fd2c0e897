"""How far a source was read: ``ledger/_sources/<name>.yaml``."""

from datetime import date

from goodterms.importers.import_state import Reach
from goodterms.importers.ledger_files import FileChange, LedgerFiles
from goodterms.importers.observations import ImportBatch
from goodterms.load import (
    Problems,
    SourceState,
    load_source,
)
from goodterms.model.paths import source_path
from goodterms.model.problem import Place, Problem
from goodterms.yaml.canonical_writer import document

#: From so many invoices on, half as many in the next export are doubted.
_MANY = 4


def doubts(
    source: SourceState, before: SourceState | None, today: date, *, whole: bool = True
) -> str | None:
    """Say why a source is not to be taken as read; None where it is.

    It goes further than today, or lists nothing, as it did not before; or less than
    half of what it listed before, if it is to list the *whole* of what is open.
    Without a number of rows only its day is doubted.
    """
    if source.until > today:
        return f"{source.until} is after today, {today}"
    if source.rows is None:
        return None
    rows, earlier = source.rows, before.rows if before else None
    if not rows and earlier != 0:
        return "it lists no invoice"
    if whole and earlier and earlier >= _MANY and rows * 2 < earlier:
        return f"it lists {rows} invoices, and {earlier} the time before"
    return None


def row_count(batch: ImportBatch) -> int | None:
    """Count what a batch lists, to compare imports; None where any number will do."""
    return None if batch.may_be_empty else len(batch.observations)


def reach_of(
    source: SourceState, before: SourceState | None, today: date, *, whole: bool
) -> Reach:
    """Say how far a file speaks that goes as far as *source* says."""
    if before is not None and before.until > source.until:
        return "past" if whole else "some"
    if not whole:
        return "some"
    return "part" if doubts(source, before, today) else "all"


def last_read(files: LedgerFiles, name: str | None) -> SourceState | None:
    """Return how far a source was read the last time, None where nobody knows."""
    if not name:
        return None
    path = source_path(name)
    data = files.read(path)
    return load_source(data, path)[0] if data else None


def file_source(
    name: str,
    source: SourceState,
    files: LedgerFiles,
    today: date,
    *,
    whole: bool = True,
) -> tuple[tuple[FileChange, ...], Problems]:
    """Decide whether to write how far a source was read; it never goes back.

    What is doubtful about it is a problem, and nothing is written.
    """
    path = source_path(name)
    data = files.read(path)
    before, problems = (None, ()) if data is None else load_source(data, path)
    if problems:
        return (), problems
    doubt = doubts(source, before, today, whole=whole)
    if doubt:
        message = f"'{name}' is not taken as read until {source.until}: {doubt}"
        hint = "import the whole file"
        if source.until <= today:
            hint += (
                f"; if this is the whole, write 'until: {source.until}' and 'rows:"
                f" {source.rows}' there, and import it again"
            )
        problem = Problem(Place(path), message, hint, "warning", "doubtful-source")
        return (), (problem,)
    if before is not None and before.until >= source.until:
        return (), ()
    facts = {"kind": source.kind, "until": source.until}
    text = document(facts if source.rows is None else {**facts, "rows": source.rows})
    return (FileChange(path, text, "source"),), ()
