"""What policies name in other files: teams, partners, templates, each other."""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import TypeAlias

from engine.load.finding import Finding
from engine.load.known import unknown
from engine.model import PolicyRef
from engine.problem import did_you_mean
from engine.settings import Settings
from engine.terms import Approval, Policy
from engine.text.places import Path

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
        what = f"{asks.count} must agree, and team '{asks.by}' has {len(team)}"
        hint = "add members in goodterms.yaml, or lower the count"
        yield Finding((*path, "count"), what, hint, "team-size")


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
        what = f"'{ref}' is a version of this policy; write {ref.version}"
        return Finding(path, what, rule="migration")
    what = f"version {ref.version} is not an earlier one"
    return Finding(path, what, _earlier_ones(policy, policies), "migration")


def _no_policy(
    path: Path, ref: PolicyRef, policy: Policy, policies: Policies
) -> Finding:
    if ref.name != policy.name:
        return unknown(path, "policy", str(ref), map(str, policies))
    what = f"unknown version '{ref.version}'"
    return Finding(path, what, _earlier_ones(policy, policies), "unknown-version")


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
            what = f"no policy that is taken over has a step '{old}'"
            path = ("migrates", "steps", old)
            hint = did_you_mean(old, known)
            yield Finding(path, what, hint, "migration", on_key=True)


def _succession(
    policy: Policy, renamed: Mapping[str, str], earlier: Policy, path: Path
) -> Iterator[Finding]:
    """Name the steps of an earlier version that lead nowhere."""
    own = [step.name for step in policy.ladder]
    for step in earlier.ladder:
        if step.name not in {*own, *renamed}:
            where = f"version {earlier.version}"
            where = where if earlier.name == policy.name else str(earlier.ref)
            what = f"step '{step.name}' of {where} has no successor"
            hint = (
                f"name it under migrates, as steps: {{{step.name}: {own[0]}}};"
                f" it is one of {', '.join(own)}"
            )
            yield Finding(path, what, hint, "migration")


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
        what = f"segment '{segment}' is served by {first_ref} too"
        hint = "a segment has one policy on any day"
        yield second_ref, Finding(path, what, hint, "contested-segment")


def _current(policies: Policies, day: date) -> list[Policy]:
    """Return the highest effective version of each policy, by name."""
    current: dict[str, Policy] = {}
    for ref in sorted(policies, key=lambda ref: (ref.name, ref.version)):
        if policies[ref].effective <= day:
            current[ref.name] = policies[ref]
    return list(current.values())
