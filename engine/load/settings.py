"""The settings: ``goodterms.yaml``."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from goodterms.load import value_readers
from goodterms.load.bank_accounts import bank_findings, build_bank
from goodterms.load.finding import Finding, amount_findings, at, attempt, under
from goodterms.load.load_file import Problems, single
from goodterms.load.schema_errors import explained
from goodterms.load.value_readers import (
    ValueNotAllowedError,
    distinct,
    flag,
    line,
    listed,
    mapping,
    maybe,
    name,
    one_of,
    span,
    table,
    whole,
)
from goodterms.model.ledger import CHANNELS
from goodterms.model.problem import did_you_mean
from goodterms.model.settings import Brakes, Creditor, Partner, Person, Settings
from goodterms.yaml.events import Value

T = TypeVar("T")

_KEYS = frozenset(
    {
        "creditor",
        "people",
        "teams",
        "partners",
        "segments",
        "owner",
        "forge",
        "channels",
        "brakes",
        "fresh",
        "mode",
        "suspended",
    }
)
_CREDITOR_KEYS = frozenset(
    {
        "name",
        "address",
        "country",
        "region",
        "timezone",
        "language",
        "email",
        "phone",
        "bank",
    }
)
_PERSON_KEYS = frozenset({"name", "email", "github", "phone"})
_PARTNER_KEYS = frozenset({"kind", "name", "email", "fee_percent"})
_BRAKES_KEYS = frozenset({"messages", "share", "proposals", "money"})
_FRESH_KEYS = frozenset({"payments", "invoices"})

_partner_kind = one_of("agency", "lawyer")
_forge = one_of("local", "github")
_mode = one_of("run", "report")
_count = whole(0, 1_000_000)


def load_settings(data: bytes, file: str) -> tuple[Settings | None, Problems]:
    """Read the settings, with the defaults of what they leave out."""
    return single(data, file, build_settings, explain_settings)


def build_settings(raw: Value) -> Settings:
    """Build settings from plain values. Raises ValueError or KeyError."""
    data = mapping(raw, _KEYS)
    people = _by_name(data.get("people", {}), _person)
    teams = _by_name(data.get("teams", {}), _team)
    if any(member not in people for team in teams.values() for member in team):
        raise ValueNotAllowedError
    owner = maybe(data, "owner", name)
    if owner is not None and owner not in people:
        raise ValueNotAllowedError
    segments = mapping(data.get("segments", {}), frozenset({"default"}))
    own_channels = mapping(data.get("channels", {}), frozenset(CHANNELS))
    channels = {channel: name(sender) for channel, sender in own_channels.items()}
    fresh = mapping(data.get("fresh", {}), _FRESH_KEYS)
    return Settings(
        creditor=_creditor(data["creditor"]),
        people=people,
        teams=teams,
        partners=_by_name(data.get("partners", {}), _partner),
        default_segment=maybe(segments, "default", name) or "standard",
        owner=owner,
        forge=maybe(data, "forge", _forge) or "local",
        channels=dict.fromkeys(CHANNELS, "outbox") | channels,
        brakes=_brakes(data.get("brakes", {})),
        fresh={kind: span(item) for kind, item in fresh.items()},
        mode=maybe(data, "mode", _mode) or "run",
        suspended=maybe(data, "suspended", flag) or False,
    )


def _by_name(raw: Value, read: Callable[[str, Value], T]) -> Mapping[str, T]:
    return {name(key): read(key, item) for key, item in table(raw).items()}


def _creditor(raw: Value) -> Creditor:
    data = mapping(raw, _CREDITOR_KEYS)
    return Creditor(
        name=line(data["name"]),
        country=value_readers.country(data["country"]),
        timezone=value_readers.timezone(data["timezone"]),
        email=value_readers.email(data["email"]),
        language=maybe(data, "language", value_readers.language) or "en",
        address=listed(data.get("address", []), line),
        phone=maybe(data, "phone", line),
        bank=maybe(data, "bank", build_bank) or (),
        region=maybe(data, "region", value_readers.region),
    )


def _person(key: str, raw: Value) -> Person:
    data = mapping(raw, _PERSON_KEYS)
    return Person(
        key,
        line(data["name"]),
        maybe(data, "email", value_readers.email),
        maybe(data, "github", value_readers.login),
        maybe(data, "phone", line),
    )


def _team(_key: str, raw: Value) -> tuple[str, ...]:
    return distinct(raw, name, 1)


def _partner(key: str, raw: Value) -> Partner:
    data = mapping(raw, _PARTNER_KEYS)
    return Partner(
        key,
        _partner_kind(data["kind"]),
        line(data["name"]),
        maybe(data, "email", value_readers.email),
        maybe(data, "fee_percent", value_readers.percent),
    )


def _brakes(raw: Value) -> Brakes:
    data = mapping(raw, _BRAKES_KEYS)
    default = Brakes()
    share = maybe(data, "share", value_readers.share)
    messages = maybe(data, "messages", _count)
    proposals = maybe(data, "proposals", _count)
    return Brakes(
        default.messages if messages is None else messages,
        default.share if share is None else share,
        default.proposals if proposals is None else proposals,
        value_readers.amounts(data.get("money", {})),
    )


def _members(raw: Value) -> Iterator[Finding]:
    """Name those who are nobody in ``people``: members of teams, and the owner."""
    people = {str(path[-1]) for path, _person in under(raw, "people")}
    named = [person for team, _ in under(raw, "teams") for person in under(raw, *team)]
    for path, member in (*named, (("owner",), at(raw, "owner"))):
        key = attempt(name, member)
        if key is not None and key not in people:
            fault = f"unknown person '{key}'"
            hint = did_you_mean(key, people)
            if not hint.startswith("did you mean"):
                hint = f"add them to people, or take them out of '{path[0]}'"
            yield Finding(path, fault, hint, "unknown-person")


def _money(raw: Value) -> Iterator[Finding]:
    for path, value in under(raw, "brakes", "money"):
        code = attempt(value_readers.currency, path[-1])
        yield from amount_findings([(path, value)], code)


explain_settings = explained("settings", _members, _money, bank_findings)
