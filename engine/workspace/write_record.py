"""Write down what a person learnt: one valid file, never over another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from goodterms.load import check_account, load_account, load_record
from goodterms.model.paths import record_path
from goodterms.model.problem import Problem, has_errors
from goodterms.workspace.files import account_files
from goodterms.workspace.workspace import Workspace, unreadable
from goodterms.yaml.canonical_writer import document
from goodterms.yaml.ledger_documents import record_document

Problems = tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """A record that is not written yet: where it goes, its text, what is wrong.

    The problems are about the lines of the text.
    """

    path: str
    text: str
    problems: Problems


def write_record(
    workspace: Workspace, account: str, values: Mapping[str, object]
) -> tuple[str | None, Problems]:
    """Write ``records/<on>-<kind>[-n].yaml`` and return its path from the root.

    *values* are those of the file, ``kind`` and ``on`` among them. A record
    that the schema, the account or the settings would refuse is not written:
    None, and the problems. A file that exists is never touched.
    """
    while True:
        draft = draft_record(workspace, account, values)
        if has_errors(draft.problems):
            return None, draft.problems
        file = workspace.root / draft.path
        try:
            file.parent.mkdir(exist_ok=True)
            with file.open("x", encoding="utf-8", newline="\n") as new:
                new.write(draft.text)
        except FileExistsError:
            continue
        return draft.path, draft.problems


def draft_record(
    workspace: Workspace, account: str, values: Mapping[str, object]
) -> DraftRecord:
    """Make a record under the first name that is free, and check it.

    It can be written unless its problems have errors.
    """
    path = next(
        each for each in _paths(account, values) if not (workspace.root / each).exists()
    )
    text = document(values)
    record, problems = load_record(text.encode(), path)
    if record is None:
        return DraftRecord(path, text, problems)
    text = document(record_document(record))
    try:
        others = account_files(str(workspace.root), account)
    except OSError as error:
        return DraftRecord(path, text, (unreadable(error, workspace.root),))
    files = others | {path: text.encode()}
    loaded, found = load_account(account, files, workspace.settings)
    if loaded:
        checked = check_account(loaded, workspace.book, workspace.settings, files)
        found = (*found, *checked)
    mine = tuple(problem for problem in found if problem.place.file == path)
    return DraftRecord(path, text, mine)


def _paths(account: str, values: Mapping[str, object]) -> Iterator[str]:
    for number in count(1):
        suffix = f"-{number}" if number > 1 else ""
        name = f"{values['on']}-{values['kind']}{suffix}"
        yield record_path(account, name)
