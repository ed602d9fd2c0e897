"""The steps of a ladder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.load.fields import name, offset, span, text
from engine.load.shapes import (
    RefusedError,
    flag,
    listed,
    mapping,
    maybe,
    one_of,
    table,
    whole,
)
from engine.model import ACCOUNTS_PAYABLE, ADDRESSEES, CHANNELS
from engine.terms import TONES, Approval, Condition, Recommendation, Remedy, Step
from engine.text.source import Value

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
_channel = one_of(*CHANNELS)
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
            channel=maybe(data, "channel", _channel),
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
    recommended = {each.choose for each in step.recommend}
    ends_early = step.until is not None and step.until < step.offset
    if not fits or ends_early or not recommended <= options:
        raise RefusedError
    if step.lapse is not None and step.channel != "phone":
        raise RefusedError


def _approval(raw: Value) -> Approval:
    data = mapping(raw, frozenset({"by", "count", "expires"}))
    return Approval(name(data["by"]), _count(data["count"]), span(data["expires"]))


def _remedies(raw: Value) -> tuple[Remedy, ...]:
    options = table(raw)
    if not options:
        raise RefusedError
    return tuple([_remedy(name(key), each) for key, each in options.items()])


def _remedy(key: str, raw: Value) -> Remedy:
    data = mapping(raw, _REMEDY_KEYS)
    if not data:
        raise RefusedError
    return Remedy(
        key,
        pause=maybe(data, "pause", span),
        offer=maybe(data, "offer", name),
        place_with=maybe(data, "place_with", name),
        credit_hold=maybe(data, "credit_hold", flag) or False,
        write_off=maybe(data, "write_off", flag) or False,
    )
