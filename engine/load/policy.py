"""A ladder in one version: ``policies/<name>/v<N>.yaml``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from goodterms.load import value_readers
from goodterms.load.load_file import Problems, single
from goodterms.load.policy_checks import explain_policy
from goodterms.load.value_readers import (
    ValueNotAllowedError,
    distinct,
    flag,
    listed,
    mapping,
    maybe,
    name,
    offset,
    one_of,
    read_date,
    span,
    table,
    text,
    whole,
)
from goodterms.model.calendar import WEEKDAYS
from goodterms.model.ledger import ACCOUNTS_PAYABLE, ADDRESSEES, CHANNELS, WRITTEN
from goodterms.model.policy import (
    TONES,
    Approval,
    Condition,
    Limit,
    Migration,
    Offer,
    PausePolicy,
    Policy,
    Recommendation,
    Remedy,
    Step,
    ThanksPolicy,
)
from goodterms.model.policy_ref import PolicyRef
from goodterms.yaml.events import Value

_contacts = whole(1, 1000)
_channel = one_of(*CHANNELS)


def limit(raw: Value) -> Limit:
    """Read ``{contacts: 1, per: 5d, channel: phone}``."""
    data = mapping(raw, frozenset({"contacts", "per", "channel"}))
    return Limit(
        _contacts(data["contacts"]),
        span(data["per"]),
        maybe(data, "channel", _channel),
    )


_KEYS = frozenset(
    {
        "step",
        "at",
        "wait",
        "until",
        "lapse",
        "channel",
        "tone",
        "to",
        "template",
        "when",
        "offer",
        "charges",
        "approval",
        "choose",
        "recommend",
    }
)
_REMEDY_KEYS = frozenset({"pause", "offer", "place_with", "credit_hold", "write_off"})
_step_channel = one_of(*CHANNELS)
_tone = one_of(*TONES)
_addressee = one_of(*ADDRESSEES)
_claim = one_of("claim")
_count = whole(1, 100)


@dataclass(frozen=True, slots=True)
class StepReader:
    """Reads steps; ``compile_condition`` raises ValueError for what is none."""

    compile_condition: Callable[[str], Condition]

    def step(self, index: int, raw: Value, before: str = ACCOUNTS_PAYABLE) -> Step:
        """Read one rung: one that says something, or one that asks a person.

        *before* is whom the step before it was for.
        """
        data = mapping(raw, _KEYS)
        step = Step(
            name=name(data["step"]),
            index=index,
            offset=offset(data["at"]),
            wait=maybe(data, "wait", span) or 0,
            channel=maybe(data, "channel", _step_channel),
            tone=maybe(data, "tone", _tone),
            to=maybe(data, "to", _addressee) or before,
            template=maybe(data, "template", name),
            until=maybe(data, "until", offset),
            lapse=maybe(data, "lapse", span),
            when=self._when(data),
            offer=maybe(data, "offer", name),
            claims_charges=maybe(data, "charges", _claim) is not None,
            approval=maybe(data, "approval", _approval),
            choose=maybe(data, "choose", _remedies) or (),
            recommend=listed(data.get("recommend", []), self._recommendation),
        )
        _must_be_whole(step)
        return step

    def _when(self, data: Mapping[str, Value]) -> Condition | None:
        source = maybe(data, "when", text)
        return None if source is None else self.compile_condition(source)

    def _recommendation(self, raw: Value) -> Recommendation:
        data = mapping(raw, frozenset({"choose", "when"}))
        return Recommendation(name(data["choose"]), self._when(data))


def _must_be_whole(step: Step) -> None:
    """Refuse a step that lacks what its sort needs, or that contradicts itself."""
    if step.choose:
        fits = step.approval is not None and not (step.channel or step.template)
    else:
        fits = None not in {step.channel, step.tone, step.template}
    options = {remedy.name for remedy in step.choose}
    recommended = {advice.choose for advice in step.recommend}
    ends_early = step.until is not None and step.until < step.offset
    if not fits or ends_early or not recommended <= options:
        raise ValueNotAllowedError
    if step.lapse is not None and step.channel != "phone":
        raise ValueNotAllowedError


def _approval(raw: Value) -> Approval:
    data = mapping(raw, frozenset({"by", "count", "expires"}))
    return Approval(name(data["by"]), _count(data["count"]), span(data["expires"]))


def _remedies(raw: Value) -> tuple[Remedy, ...]:
    options = table(raw)
    if not options:
        raise ValueNotAllowedError
    return tuple([_remedy(name(key), item) for key, item in options.items()])


def _remedy(key: str, raw: Value) -> Remedy:
    data = mapping(raw, _REMEDY_KEYS)
    if not data:
        raise ValueNotAllowedError
    return Remedy(
        key,
        pause=maybe(data, "pause", span),
        offer=maybe(data, "offer", name),
        place_with=maybe(data, "place_with", name),
        credit_hold=maybe(data, "credit_hold", flag) or False,
        write_off=maybe(data, "write_off", flag) or False,
    )


_POLICY_KEYS = frozenset(
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
    data = mapping(raw, _POLICY_KEYS)
    if (name(data["policy"]), _version(data["version"])) != (ref.name, ref.version):
        raise ValueNotAllowedError
    weekdays, window = _calendar(data.get("calendar", {}))
    offers = table(data.get("offers", {}))
    policy = Policy(
        ref.name,
        ref.version,
        read_date(data["effective"]),
        _ladder(reader, data["ladder"]),
        summary=maybe(data, "summary", text) or "",
        segments=distinct(data.get("segments", []), name),
        tolerance=value_readers.amounts(data.get("tolerance", {})),
        weekdays=weekdays,
        window=window,
        limits=listed(data.get("limits", []), limit),
        again=maybe(data, "again", span) or 0,
        pauses=_pauses(data.get("pauses", {})),
        paid=maybe(data, "paid", _thanks),
        offers={name(key): _offer(key, item) for key, item in offers.items()},
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
    weekdays = frozenset(WEEKDAYS.index(weekday) for weekday in days)
    return weekdays, maybe(data, "window", value_readers.window)


def _pauses(raw: Value) -> PausePolicy:
    data = mapping(raw, _PAUSE_KEYS)
    promises = maybe(data, "promises", _promises)
    return PausePolicy(
        after_payment=maybe(data, "after_payment", span) or 0,
        promise_grace=maybe(data, "promise_grace", span) or 0,
        promises=PausePolicy().promises if promises is None else promises,
        resume_gap=maybe(data, "resume_gap", span) or 0,
    )


def _thanks(raw: Value) -> ThanksPolicy:
    data = mapping(raw, frozenset({"template", "channel"}))
    return ThanksPolicy(name(data["template"]), _written(data["channel"]))


def _offer(key: str, raw: Value) -> Offer:
    if table(raw)["kind"] == "discount":
        data = mapping(raw, _DISCOUNT_KEYS)
        percent = value_readers.percent(data["percent"])
        return Offer(key, "discount", span(data["valid"]), percent=percent)
    data = mapping(raw, _INSTALMENT_KEYS)
    if data["kind"] != "instalments":
        raise ValueNotAllowedError
    return Offer(
        key,
        "instalments",
        span(data["valid"]),
        count=_instalments(data["count"]),
        every=value_readers.period(data["every"]),
        first=span(data["first"]),
    )


def _migration(raw: Value) -> Migration:
    data = mapping(raw, frozenset({"from", "steps"}))
    steps = table(data.get("steps", {}))
    named = distinct(data["from"], _taken_over, 1)
    renamed = {name(old): name(new) for old, new in steps.items()}
    return Migration(
        tuple(version for version in named if isinstance(version, int)),
        renamed,
        tuple(ref for ref in named if isinstance(ref, PolicyRef)),
    )


def _taken_over(raw: Value) -> int | PolicyRef:
    """Read a version of the policy itself, or ``standard@1`` of another one."""
    return value_readers.policy_ref(raw) if isinstance(raw, str) else _version(raw)


def _must_agree(policy: Policy) -> None:
    """Refuse names that lead nowhere within the policy itself."""
    steps = [step.name for step in policy.ladder]
    offers = [step.offer for step in policy.ladder]
    offers += [remedy.offer for step in policy.ladder for remedy in step.choose]
    named: Mapping[str, str] = policy.migrates.steps if policy.migrates else {}
    known = {None, *policy.offers}
    if len(set(steps)) < len(steps) or not known.issuperset(offers):
        raise ValueNotAllowedError
    if not set(steps).issuperset(named.values()):
        raise ValueNotAllowedError
