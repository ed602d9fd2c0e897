"""The policy book: every policy and jurisdiction, and which of them are broken."""

import re
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from datetime import date

from engine.load.book_checks import HARMLESS, book_findings
from engine.load.fields import day, name
from engine.load.finding import Finding, at, attempt
from engine.load.jurisdiction import load_jurisdiction
from engine.load.names import names_in_policy
from engine.load.policy import load_policy
from engine.load.reading import Problems, located, stem
from engine.load.shapes import distinct
from engine.model import PolicyRef
from engine.problem import Place, Problem, in_order
from engine.settings import Settings
from engine.terms import Condition, Jurisdiction, Policy, PolicyBook
from engine.text.source import documents_with_places

_POLICY = re.compile(r"policies/([a-z0-9][a-z0-9._-]*)/v([1-9][0-9]{0,5})\.yaml")
_JURISDICTION = re.compile(r"policies/jurisdictions/[^/]+\.yaml")
_TESTS = re.compile(r"policies/[^/]+/tests/.+")


def load_book(
    files: Mapping[str, bytes],
    settings: Settings,
    *,
    templates: Mapping[str, str],
    compile_condition: Callable[[str], Condition],
    holidays: Callable[[str], Container[date]],
    regions: Callable[[str], tuple[str, ...] | None] = lambda _country: None,
    known_templates: Collection[str] = (),
) -> tuple[PolicyBook, Problems]:
    """Read every policy and jurisdiction; ``files`` by path from the root.

    A policy with an error is ``broken``: the cases that need it wait, the rest
    goes ahead. ``templates`` maps names to digests; a name that is neither there
    nor in ``known_templates`` (those that exist, with errors of their own) is a
    problem, and does not break the rest of the policy.
    """
    shelf = _Shelf(compile_condition)
    for path in sorted(files):
        shelf.read(path, files[path])
    names = {*templates, *known_templates}
    found = list(book_findings(shelf.policies, shelf.broken, settings, names))
    hidden = _named_by_broken(shelf.broken, files, settings, names)
    problems = [*shelf.problems, *hidden, *_placed(found, files)]
    for ref in {ref for ref, finding in found if finding.rule not in HARMLESS}:
        shelf.break_off(ref, files[_path(ref)])
    book = PolicyBook(
        policies=shelf.policies,
        default_segment=settings.default_segment,
        broken=shelf.broken,
        broken_segments=frozenset(shelf.broken_segments),
        templates=templates,
        jurisdictions=shelf.jurisdictions,
        holidays=holidays,
        regions=regions,
    )
    return book, in_order(problems)


def _named_by_broken(
    refs: Iterable[PolicyRef],
    files: Mapping[str, bytes],
    settings: Settings,
    templates: Collection[str],
) -> Iterator[Problem]:
    for ref in refs:
        placed, _problems = documents_with_places(files[_path(ref)], _path(ref))
        for document in placed[:1]:
            found = names_in_policy(document.value, settings, templates)
            yield from located(found, document.places)


def _placed(
    found: Iterable[tuple[PolicyRef, Finding]], files: Mapping[str, bytes]
) -> Iterator[Problem]:
    for ref, finding in found:
        placed, _problems = documents_with_places(files[_path(ref)], _path(ref))
        yield finding.problem(placed[0].places)


def _path(ref: PolicyRef) -> str:
    return f"policies/{ref.name}/v{ref.version}.yaml"


class _Shelf:
    """What has been read of ``policies/`` so far."""

    def __init__(self, compile_condition: Callable[[str], Condition]) -> None:
        self._compile = compile_condition
        self.policies: dict[PolicyRef, Policy] = {}
        self.broken: dict[PolicyRef, date | None] = {}
        self.broken_segments: set[str] = set()
        self.jurisdictions: dict[str, Jurisdiction] = {}
        self.problems: list[Problem] = []

    def read(self, path: str, data: bytes) -> None:
        """Read one file; a file that nobody knows is a warning."""
        if _JURISDICTION.fullmatch(path):
            self._jurisdiction(path, data)
        elif found := _POLICY.fullmatch(path):
            self._policy(PolicyRef(found[1], int(found[2])), path, data)
        elif not _TESTS.fullmatch(path):
            self.problems.append(_stray(path))

    def _jurisdiction(self, path: str, data: bytes) -> None:
        read, problems = load_jurisdiction(data, path)
        self.problems.extend(problems)
        if read is not None:
            self.jurisdictions[stem(path).upper()] = read

    def _policy(self, ref: PolicyRef, path: str, data: bytes) -> None:
        policy, problems = load_policy(data, path, ref, self._compile)
        self.problems.extend(problems)
        if policy is None:
            self.break_off(ref, data)
        else:
            self.policies[ref] = policy

    def break_off(self, ref: PolicyRef, data: bytes) -> None:
        """Set a policy aside, with its first day and segments if they can be read."""
        self.policies.pop(ref, None)
        placed, _problems = documents_with_places(data, _path(ref))
        raw = placed[0].value if placed else None
        self.broken[ref] = attempt(day, at(raw, "effective"))
        segments = attempt(lambda each: distinct(each, name), at(raw, "segments"))
        self.broken_segments.update(segments or ())


def _stray(path: str) -> Problem:
    what = "nobody reads this file"
    hint = "a policy is policies/<name>/v<N>.yaml"
    if path.endswith(".yml"):
        hint = f"call it {stem(path)}.yaml"
    return Problem(Place(path), what, hint, "warning", "stray-file")
