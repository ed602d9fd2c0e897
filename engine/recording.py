"""Write down what a person learnt: one valid file, never over another."""

from collections.abc import Iterator, Mapping
from itertools import count

from engine.dump import document, record_document
from engine.files import account_files
from engine.load import check_account, load_account, load_record
from engine.problem import Problem, has_errors
from engine.workspace import Workspace

Problems = tuple[Problem, ...]


def write_record(
    workspace: Workspace, account: str, values: Mapping[str, object]
) -> tuple[str | None, Problems]:
    """Write ``records/<on>-<kind>[-n].yaml`` and return its path from the root.

    *values* are those of the file, ``kind`` and ``on`` among them. A record
    that the schema, the account or the settings would refuse is not written:
    None, and the problems. A file that exists is never touched.
    """
    for path in _paths(account, values):
        file = workspace.root / path
        if file.exists():
            continue
        text, problems = _checked(workspace, account, path, values)
        if text is None:
            return None, problems
        try:
            file.parent.mkdir(exist_ok=True)
            with file.open("x", encoding="utf-8", newline="\n") as new:
                new.write(text)
        except FileExistsError:
            continue
        return path, problems
    raise AssertionError("counting never ends")


def _paths(account: str, values: Mapping[str, object]) -> Iterator[str]:
    for number in count(1):
        suffix = f"-{number}" if number > 1 else ""
        name = f"{values['on']}-{values['kind']}{suffix}"
        yield f"ledger/{account}/records/{name}.yaml"


def _checked(
    workspace: Workspace, account: str, path: str, values: Mapping[str, object]
) -> tuple[str | None, Problems]:
    record, problems = load_record(document(values).encode(), path)
    if record is None:
        return None, problems
    text = document(record_document(record))
    files = account_files(str(workspace.root), account) | {path: text.encode()}
    loaded, found = load_account(account, files, workspace.settings)
    if loaded:
        checked = check_account(loaded, workspace.book, workspace.settings, files)
        found = (*found, *checked)
    mine = tuple(problem for problem in found if problem.place.file == path)
    return (None if has_errors(mine) else text), mine
