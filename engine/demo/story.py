"""The story's own file: when it plays, and what people decide in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.days import parse_date, parse_span
from engine.text.source import documents


@dataclass(frozen=True, slots=True)
class Flagging:
    """An account gets flags on a day."""

    on: date
    by: str
    account: str
    flags: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody decides a proposal some days after it was made.

    ``choose`` is the remedy, ``approve`` for the step itself; None declines.
    """

    by: str
    account: str
    step: str
    after: int
    choose: str | None


@dataclass(frozen=True, slots=True)
class Story:
    """When the story begins, how many days it plays, and its events."""

    starts: date
    days: int
    flaggings: tuple[Flagging, ...]
    choices: tuple[Choice, ...]


def read_story(file: Path) -> Story:
    """Read ``ledger/_story.yaml``, which ships with the command."""
    (data,) = documents(file.read_bytes(), str(file))
    told = _mapping(data)
    events = [_mapping(event) for event in _items(told["events"])]
    return Story(
        starts=parse_date(str(told["starts"])),
        days=int(str(told["days"])),
        flaggings=tuple(_flagging(event) for event in events if "flags" in event),
        choices=tuple(_choice(event) for event in events if "step" in event),
    )


def _flagging(event: Mapping[str, object]) -> Flagging:
    return Flagging(
        on=parse_date(str(event["on"])),
        by=str(event["by"]),
        account=str(event["account"]),
        flags=tuple(str(flag) for flag in _items(event["flags"])),
        because=str(event["because"]),
    )


def _choice(event: Mapping[str, object]) -> Choice:
    approved = event.get("approve")
    return Choice(
        by=str(event["by"]),
        account=str(event["account"]),
        step=str(event["step"]),
        after=parse_span(str(event["after"])),
        choose=None if approved is None else str(approved),
    )


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError("the story is a mapping of events")
    return value


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("the story lists its events")
    return value
