"""What policies name in other files: teams, partners, templates, each other."""

import re
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations, pairwise
from typing import TypeAlias

from goodterms.decision import jurisdiction_file, missing_rate_line
from goodterms.load.finding import Finding, at, attempt
from goodterms.load.jurisdiction import load_jurisdiction
from goodterms.load.load_file import Problems, located, stem
from goodterms.load.lookup import unknown
from goodterms.load.policy import load_policy
from goodterms.load.unresolved_names import names_in_policy
from goodterms.load.value_readers import distinct, name, read_date
from goodterms.model.calendar import plus
from goodterms.model.policy import Approval, Condition, Jurisdiction, Policy, PolicyBook
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.problem import Place, Problem, did_you_mean, in_order
from goodterms.model.settings import Settings
from goodterms.yaml.places import Path
from goodterms.yaml.restricted_reader import documents_with_places

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
    shelf = _PolicyFiles(compile_condition)
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


class _PolicyFiles:
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
        self.broken[ref] = attempt(read_date, at(raw, "effective"))
        segments = attempt(lambda each: distinct(each, name), at(raw, "segments"))
        self.broken_segments.update(segments or ())


def _stray(path: str) -> Problem:
    fault = "nobody reads this file"
    hint = "a policy is policies/<name>/v<N>.yaml"
    if path.endswith(".yml"):
        hint = f"call it {stem(path)}.yaml"
    return Problem(Place(path), fault, hint, "warning", "stray-file")


Policies: TypeAlias = Mapping[PolicyRef, Policy]
Found: TypeAlias = Iterator[tuple[PolicyRef, Finding]]

#: Rules that leave the rest of a policy usable: only what needs a missing
#: template waits, and only accounts of a segment that two policies claim.
HARMLESS = frozenset({"unknown-template", "contested-segment"})


def book_findings(
    policies: Policies,
    broken: Container[PolicyRef],
    settings: Settings,
    templates: Collection[str],
) -> Found:
    """Say what is wrong with each policy beside the others and the settings."""
    for ref, policy in policies.items():
        for finding in (
            *_approvals(policy, settings),
            *_partners(policy, settings),
            *_templates(policy, templates),
            *_migration(policy, policies, broken),
        ):
            yield ref, finding
    yield from _contested(policies)


def _approvals(policy: Policy, settings: Settings) -> Iterator[Finding]:
    for step in policy.ladder:
        if step.approval is not None:
            path = ("ladder", step.index, "approval")
            yield from _approval(path, step.approval, settings)


def _approval(path: Path, asks: Approval, settings: Settings) -> Iterator[Finding]:
    team = settings.teams.get(asks.by)
    if team is None:
        yield unknown((*path, "by"), "team", asks.by, settings.teams)
    elif asks.count > len(team):
        fault = f"{asks.count} must agree, and team '{asks.by}' has {len(team)}"
        hint = "add members in goodterms.yaml, or lower the count"
        yield Finding((*path, "count"), fault, hint, "team-size")


def _partners(policy: Policy, settings: Settings) -> Iterator[Finding]:
    for step in policy.ladder:
        for remedy in step.choose:
            key = remedy.place_with
            if key is not None and key not in settings.partners:
                path = ("ladder", step.index, "choose", remedy.name, "place_with")
                yield unknown(path, "partner", key, settings.partners)


def _templates(policy: Policy, templates: Collection[str]) -> Iterator[Finding]:
    named: list[tuple[Path, str | None]] = [
        (("ladder", step.index, "template"), step.template) for step in policy.ladder
    ]
    if policy.paid is not None:
        named.append((("paid", "template"), policy.paid.template))
    for path, key in named:
        if key is not None and key not in templates:
            yield unknown(path, "template", key, templates)


def _migration(
    policy: Policy, policies: Policies, broken: Container[PolicyRef]
) -> Iterator[Finding]:
    if policy.migrates is None:
        return
    own = [PolicyRef(policy.name, each) for each in policy.migrates.versions]
    named: list[tuple[Path, PolicyRef]] = [
        *((("migrates", "from", index), ref) for index, ref in enumerate(own)),
        *((("migrates", "from"), ref) for ref in policy.migrates.others),
    ]
    taken_over: list[Policy] = []
    for path, ref in named:
        earlier = policies.get(ref)
        if ref.name == policy.name and (ref not in own or ref >= policy.ref):
            yield _no_earlier(path, ref, policy, policies)
        elif earlier is not None:
            taken_over.append(earlier)
            yield from _succession(policy, policy.migrates.steps, earlier, path)
        elif ref not in broken:
            yield _no_policy(path, ref, policy, policies)
    if len(taken_over) == len(named):
        yield from _predecessors(policy.migrates.steps, taken_over)


def _no_earlier(
    path: Path, ref: PolicyRef, policy: Policy, policies: Policies
) -> Finding:
    """Say what to write in the place of a version that cannot be taken over."""
    if ref.version < policy.version:
        fault = f"'{ref}' is a version of this policy; write {ref.version}"
        return Finding(path, fault, rule="migration")
    fault = f"version {ref.version} is not an earlier one"
    return Finding(path, fault, _earlier_ones(policy, policies), "migration")


def _no_policy(
    path: Path, ref: PolicyRef, policy: Policy, policies: Policies
) -> Finding:
    if ref.name != policy.name:
        return unknown(path, "policy", str(ref), map(str, policies))
    fault = f"unknown version '{ref.version}'"
    return Finding(path, fault, _earlier_ones(policy, policies), "unknown-version")


def _earlier_ones(policy: Policy, policies: Policies) -> str:
    own = [ref.version for ref in policies if ref.name == policy.name]
    before = sorted(version for version in own if version < policy.version)
    if before:
        return f"those before it are: from: {before}"
    return "no version comes before it: name another policy's, or delete migrates"


def _predecessors(
    renamed: Mapping[str, str], taken_over: Iterable[Policy]
) -> Iterator[Finding]:
    """Name the steps that none of the policies taken over has."""
    known = {step.name for policy in taken_over for step in policy.ladder}
    for old in renamed:
        if old not in known:
            fault = f"no policy that is taken over has a step '{old}'"
            path = ("migrates", "steps", old)
            hint = did_you_mean(old, known)
            yield Finding(path, fault, hint, "migration", on_key=True)


def _succession(
    policy: Policy, renamed: Mapping[str, str], earlier: Policy, path: Path
) -> Iterator[Finding]:
    """Name the steps of an earlier version that lead nowhere."""
    own = [step.name for step in policy.ladder]
    for step in earlier.ladder:
        if step.name not in {*own, *renamed}:
            where = f"version {earlier.version}"
            where = where if earlier.name == policy.name else str(earlier.ref)
            fault = f"step '{step.name}' of {where} has no successor"
            hint = (
                f"name it under migrates, as steps: {{{step.name}: {own[0]}}};"
                f" it is one of {', '.join(own)}"
            )
            yield Finding(path, fault, hint, "migration")


def _contested(policies: Policies) -> Found:
    """Say which segments two policies serve on one day, once for each pair."""
    seen: set[tuple[str, PolicyRef, PolicyRef]] = set()
    for day in sorted({policy.effective for policy in policies.values()}):
        for first, second in combinations(_current(policies, day), 2):
            for segment in first.segments:
                if segment in second.segments:
                    seen.add((segment, first.ref, second.ref))
    for segment, first_ref, second_ref in sorted(seen, key=str):
        path = ("segments", policies[second_ref].segments.index(segment))
        fault = f"segment '{segment}' is served by {first_ref} too"
        hint = "a segment has one policy on any day"
        yield second_ref, Finding(path, fault, hint, "contested-segment")


def _current(policies: Policies, day: date) -> list[Policy]:
    """Return the highest effective version of each policy, by name."""
    current: dict[str, Policy] = {}
    for ref in sorted(policies, key=lambda ref: (ref.name, ref.version)):
        if policies[ref].effective <= day:
            current[ref.name] = policies[ref]
    return list(current.values())


#: So many days before a table ends it is time to look for the next rate.
AHEAD = 60


def rate_problems(book: PolicyBook, country: str, today: date) -> Problems:
    """Warn of a table that is missing, has a gap, has run out or soon will.

    Only where a step of some policy claims charges, by the law of the creditor's
    country. Gaps before the last rate count too: old debts need them.
    """
    policies = sorted(book.policies, key=str)
    claiming = [
        str(ref)
        for ref in policies
        if any(step.claims_charges for step in book.policies[ref].ladder)
    ]
    if not claiming:
        return ()
    law, place = book.jurisdictions.get(country), Place(jurisdiction_file(country))
    if law is None:
        fault = f"{claiming[0]} claims charges, and {place.file} is missing or broken"
        hint = "what claims them waits; mend it, or take 'charges: claim' out"
        return (Problem(place, fault, hint, "warning", "rates"),)
    return tuple(
        Problem(place, fault, hint, "warning", "rates")
        for fault, hint in _lacking(law, today)
    )


def _lacking(jurisdiction: Jurisdiction, today: date) -> Iterator[tuple[str, str]]:
    """List (what is wrong, what to do)."""
    for earlier, later in pairwise(jurisdiction.rates):
        gap = plus(earlier.end, 1)
        if gap < later.start:
            fault = f"no rate of late interest from {gap} to {plus(later.start, -1)}"
            yield fault, f"add {missing_rate_line(jurisdiction, gap)}"
    if not jurisdiction.rates:
        yield (
            "no rate of late interest at all",
            f"add {missing_rate_line(jurisdiction, today)}",
        )
        return
    end = jurisdiction.rates[-1].end
    left = (end - today).days
    if left > AHEAD:
        return
    line = missing_rate_line(jurisdiction, plus(end, 1))
    if left < 0:
        fixed = jurisdiction.rate_rule == "fixed_at_start"
        fault = "claims on what fell due since wait" if fixed else "claims wait"
        yield f"the last rate of late interest ended on {end}: {fault}", f"add {line}"
    else:
        when = f"in {left} days" if left else "today"
        fault = f"the last rate of late interest ends on {end}, {when}"
        yield fault, f"once the next is published, add {line}"
