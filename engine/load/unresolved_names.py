"""The names in a file that could not be read as a whole: one problem hides no other."""

from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias

from goodterms.load.finding import Finding, at, attempt, under
from goodterms.load.load_file import Problems, located, stem
from goodterms.load.lookup import lost, unknown
from goodterms.load.value_readers import line
from goodterms.model.paths import account_folder
from goodterms.model.policy import PolicyBook
from goodterms.model.problem import Problem, in_order
from goodterms.model.settings import Settings
from goodterms.yaml.events import Value
from goodterms.yaml.places import Path
from goodterms.yaml.restricted_reader import documents_with_places

#: Where a name stands, ``*`` for every key or item, and what it names.
Spots: TypeAlias = tuple[tuple[Path, str], ...]

_ROWS: Spots = (
    (("policy",), "policy"),
    (("invoices", "*", "id"), "invoice"),
    (("listed", "*", "id"), "invoice"),
)
_IN_ACCOUNT: Mapping[str, Spots] = {
    "account.yaml": ((("owner",), "person"), (("policy",), "policy")),
    "invoices": ((("policy",), "policy"),),
    "records": (
        (("by",), "person"),
        (("approved_by",), "person"),
        (("invoices", "*"), "invoice"),
    ),
    "journal.yaml": _ROWS,
    "decisions": _ROWS,
}
_IN_POLICY: Spots = (
    (("ladder", "*", "approval", "by"), "team"),
    (("ladder", "*", "choose", "*", "place_with"), "partner"),
    (("ladder", "*", "template"), "template"),
    (("paid", "template"), "template"),
)


def names_in_account(
    account_id: str, files: Mapping[str, bytes], book: PolicyBook, settings: Settings
) -> Problems:
    """Say which people, policies and invoices nobody knows, file by file.

    For a folder in which some file has errors: what those files are about is
    known by their names.
    """
    root = f"{account_folder(account_id)}/"
    refs = [*book.policies, *book.broken]
    names = {
        "person": settings.people.keys(),
        "policy": {*map(str, refs), *(ref.name for ref in refs)},
        "invoice": [
            stem(path) for path in files if path.startswith(f"{root}invoices/")
        ],
    }
    problems: list[Problem] = []
    for path, data in files.items():
        spots = _IN_ACCOUNT.get(path.removeprefix(root).partition("/")[0], ())
        for document in documents_with_places(data, path)[0]:
            found = _unknown_names(document.value, spots, names)
            if spots is _ROWS:
                found = _lost_names(document.value, names)
            problems += located(found, document.places)
    return in_order(problems)


def _lost_names(raw: Value, names: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    """Say what the engine wrote about that is not there any more."""
    for pattern, sort in _ROWS:
        for path in _matching(raw, pattern):
            name = attempt(line, at(raw, *path))
            if name is not None and name not in names[sort]:
                yield lost(path, sort, name)


def names_in_policy(
    raw: Value, settings: Settings, templates: Collection[str]
) -> Iterator[Finding]:
    """Say which teams, partners and templates of a policy nobody knows."""
    names = {
        "team": settings.teams.keys(),
        "partner": settings.partners.keys(),
        "template": templates,
    }
    yield from _unknown_names(raw, _IN_POLICY, names)


def _unknown_names(
    raw: Value, spots: Spots, names: Mapping[str, Collection[str]]
) -> Iterator[Finding]:
    for pattern, sort in spots:
        for path in _matching(raw, pattern):
            name = attempt(line, at(raw, *path))
            if name is not None and name not in names[sort]:
                yield unknown(path, sort, name, names[sort])


def _matching(raw: Value, pattern: Path, path: Path = ()) -> Iterator[Path]:
    """List the paths of a document that a pattern stands for."""
    if not pattern:
        yield path
    elif pattern[0] == "*":
        for inner, _value in under(raw, *path):
            yield from _matching(raw, pattern[1:], inner)
    else:
        yield from _matching(raw, pattern[1:], (*path, pattern[0]))
