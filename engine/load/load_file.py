"""One file: build its value, or read it again to say all that is wrong with it."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias, TypeVar

from goodterms.load.finding import Finding
from goodterms.load.value_readers import REFUSED
from goodterms.model.problem import Place, Problem, in_order
from goodterms.yaml.events import Value
from goodterms.yaml.places import PlacedDocument, Places
from goodterms.yaml.restricted_reader import (
    SourceError,
    documents,
    documents_with_places,
)

Problems: TypeAlias = tuple[Problem, ...]
T = TypeVar("T")

#: Says all that is wrong with a document that was refused.
Explain: TypeAlias = Callable[[Value], Iterable[Finding]]


def stem(file: str) -> str:
    """Return the name of a file without folders and ending: the id it gives."""
    return file.rpartition("/")[2].rpartition(".")[0]


def single(
    data: bytes, file: str, build: Callable[[Value], T], explain: Explain
) -> tuple[T | None, Problems]:
    """Build the value of a file that holds one document, or say why not."""
    try:
        (raw,) = documents(data, file)
        return build(raw), ()
    except (SourceError, *REFUSED) as error:
        return None, _why_single(data, file, explain, error)


def series(
    data: bytes,
    file: str,
    build: Callable[[Sequence[Value]], T],
    explain: Callable[[Sequence[Value]], Iterable[Iterable[Finding]]],
) -> tuple[T | None, Problems]:
    """Build the value of a file of any number of documents, or say why not.

    ``explain`` returns the findings of each document.
    """
    try:
        return build(documents(data, file)), ()
    except (SourceError, *REFUSED) as error:
        placed, problems = documents_with_places(data, file)
        found = explain([document.value for document in placed])
        explained = [
            problem
            for document, findings in zip(placed, found, strict=True)
            for problem in located(findings, document.places)
        ]
        return None, _never_empty([*problems, *explained], file, error)


def located(findings: Iterable[Finding], places: Places) -> Problems:
    """Give findings their places, but for those about what nobody could read."""
    return tuple(
        finding.problem(places)
        for finding in findings
        if finding.path not in places.spoiled
    )


def _why_single(data: bytes, file: str, explain: Explain, error: Exception) -> Problems:
    placed, problems = documents_with_places(data, file)
    if not placed:
        return problems or (_empty(file),)
    explained = located(explain(placed[0].value), placed[0].places)
    return _never_empty([*problems, *explained, *_further(placed)], file, error)


def _empty(file: str) -> Problem:
    hint = "delete it, or write what it is about"
    return Problem(Place(file), "the file is empty", hint, rule="empty")


def _further(placed: Sequence[PlacedDocument]) -> list[Problem]:
    fault, hint = "a second document starts here", "one file holds one document"
    return [
        Problem(document.places.value(()), fault, hint, rule="documents")
        for document in placed[1:]
    ]


def _never_empty(problems: list[Problem], file: str, error: Exception) -> Problems:
    """Refuse with at least one reason: a file is never dropped silently."""
    if problems:
        return in_order(problems)
    return (Problem(Place(file), f"cannot be read: {error}", rule="refused"),)
