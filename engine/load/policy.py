"""A ladder in one version: ``policies/<name>/v<N>.yaml``."""

from collections.abc import Callable, Mapping
from functools import partial

from engine.days import WEEKDAYS
from engine.load import fields
from engine.load.fields import day, name, span, text
from engine.load.limit import limit
from engine.load.policy_rules import explain_policy
from engine.load.reading import Problems, single
from engine.load.shapes import (
    RefusedError,
    distinct,
    listed,
    mapping,
    maybe,
    one_of,
    table,
    whole,
)
from engine.load.steps import StepReader
from engine.model import ACCOUNTS_PAYABLE, WRITTEN, PolicyRef
from engine.terms import Condition, Migration, Offer, Pauses, Policy, Step, Thanks
from engine.text.source import Value

_KEYS = frozenset(
    {
        "policy",
        "version",
        "effective",
        "summary",
        "segments",
        "tolerance",
        "calendar",
        "limits",
        "again",
        "pauses",
        "paid",
        "ladder",
        "offers",
        "migrates",
    }
)
_PAUSE_KEYS = frozenset({"after_payment", "promise_grace", "promises", "resume_gap"})
_DISCOUNT_KEYS = frozenset({"kind", "valid", "percent"})
_INSTALMENT_KEYS = frozenset({"kind", "valid", "count", "every", "first"})

_weekday = one_of(*WEEKDAYS)
_written = one_of(*WRITTEN)
_version = whole(1, 999_999)
_promises = whole(0, 100)
_instalments = whole(2, 60)


def load_policy(
    data: bytes,
    file: str,
    ref: PolicyRef,
    compile_condition: Callable[[str], Condition],
) -> tuple[Policy | None, Problems]:
    """Read a policy, which must be the one that its path says.

    ``compile_condition`` raises ValueError for what is no condition.
    """
    build = partial(build_policy, ref, StepReader(compile_condition))
    return single(data, file, build, partial(explain_policy, ref, compile_condition))


def build_policy(ref: PolicyRef, reader: StepReader, raw: Value) -> Policy:
    """Build a policy from plain values. Raises ValueError or KeyError."""
    data = mapping(raw, _KEYS)
    if (name(data["policy"]), _version(data["version"])) != (ref.name, ref.version):
        raise RefusedError
    weekdays, window = _calendar(data.get("calendar", {}))
    offers = table(data.get("offers", {}))
    policy = Policy(
        ref.name,
        ref.version,
        day(data["effective"]),
        _ladder(reader, data["ladder"]),
        summary=maybe(data, "summary", text) or "",
        segments=distinct(data.get("segments", []), name),
        tolerance=fields.amounts(data.get("tolerance", {})),
        weekdays=weekdays,
        window=window,
        limits=listed(data.get("limits", []), limit),
        again=maybe(data, "again", span) or 0,
        pauses=_pauses(data.get("pauses", {})),
        paid=maybe(data, "paid", _thanks),
        offers={name(key): _offer(key, each) for key, each in offers.items()},
        migrates=maybe(data, "migrates", _migration),
    )
    _must_agree(policy)
    return policy


def _ladder(reader: StepReader, raw: Value) -> tuple[Step, ...]:
    steps: list[Step] = []
    for index, rung in enumerate(listed(raw, lambda rung: rung, 1)):
        before = steps[-1].to if steps else ACCOUNTS_PAYABLE
        steps.append(reader.step(index, rung, before))
    return tuple(steps)


def _calendar(raw: Value) -> tuple[frozenset[int], tuple[str, str] | None]:
    data = mapping(raw, frozenset({"days", "window"}))
    days = distinct(data.get("days", [*WEEKDAYS[:5]]), _weekday, 1)
    weekdays = frozenset(WEEKDAYS.index(each) for each in days)
    return weekdays, maybe(data, "window", fields.window)


def _pauses(raw: Value) -> Pauses:
    data = mapping(raw, _PAUSE_KEYS)
    promises = maybe(data, "promises", _promises)
    return Pauses(
        after_payment=maybe(data, "after_payment", span) or 0,
        promise_grace=maybe(data, "promise_grace", span) or 0,
        promises=Pauses().promises if promises is None else promises,
        resume_gap=maybe(data, "resume_gap", span) or 0,
    )


def _thanks(raw: Value) -> Thanks:
    data = mapping(raw, frozenset({"template", "channel"}))
    return Thanks(name(data["template"]), _written(data["channel"]))


def _offer(key: str, raw: Value) -> Offer:
    if table(raw)["kind"] == "discount":
        data = mapping(raw, _DISCOUNT_KEYS)
        percent = fields.percent(data["percent"])
        return Offer(key, "discount", span(data["valid"]), percent=percent)
    data = mapping(raw, _INSTALMENT_KEYS)
    if data["kind"] != "instalments":
        raise RefusedError
    return Offer(
        key,
        "instalments",
        span(data["valid"]),
        count=_instalments(data["count"]),
        every=fields.period(data["every"]),
        first=span(data["first"]),
    )


def _migration(raw: Value) -> Migration:
    data = mapping(raw, frozenset({"from", "steps"}))
    steps = table(data.get("steps", {}))
    named = distinct(data["from"], _taken_over, 1)
    renamed = {name(old): name(new) for old, new in steps.items()}
    return Migration(
        tuple(each for each in named if isinstance(each, int)),
        renamed,
        tuple(each for each in named if isinstance(each, PolicyRef)),
    )


def _taken_over(raw: Value) -> int | PolicyRef:
    """Read a version of the policy itself, or ``standard@1`` of another one."""
    return fields.policy_ref(raw) if isinstance(raw, str) else _version(raw)


def _must_agree(policy: Policy) -> None:
    """Refuse names that lead nowhere within the policy itself."""
    steps = [step.name for step in policy.ladder]
    offers = [step.offer for step in policy.ladder]
    offers += [remedy.offer for step in policy.ladder for remedy in step.choose]
    named: Mapping[str, str] = policy.migrates.steps if policy.migrates else {}
    known = {None, *policy.offers}
    if len(set(steps)) < len(steps) or not known.issuperset(offers):
        raise RefusedError
    if not set(steps).issuperset(named.values()):
        raise RefusedError
