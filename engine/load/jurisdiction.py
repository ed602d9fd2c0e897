"""Legal rates: ``policies/jurisdictions/<cc>.yaml``."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise

from goodterms.load import value_readers
from goodterms.load.finding import Finding, amount_findings, at, attempt, under
from goodterms.load.load_file import Problems, single, stem
from goodterms.load.policy import limit
from goodterms.load.schema_errors import explained
from goodterms.load.value_readers import (
    Reader,
    ValueNotAllowedError,
    line,
    listed,
    mapping,
    maybe,
    one_of,
    read_date,
    text,
)
from goodterms.model.policy import (
    RATE_RULES,
    ROUNDINGS,
    Jurisdiction,
    Rate,
    RateRule,
    Rounding,
    Tier,
)
from goodterms.yaml.events import Value

_KEYS = frozenset(
    {
        "jurisdiction",
        "name",
        "checked_on",
        "source",
        "notice",
        "contacts",
        "interest",
        "compensation",
    }
)
_RATE_KEYS = frozenset({"from", "to", "percent", "source"})
_INTEREST_KEYS = frozenset({"day_count", "rate_rule", "rounding", "rates"})
_YEAR_DAYS = {"act/365": 365, "act/act": 0}
#: What a file that names no ``rate_rule`` means, where it is not ``floating``.
_RATE_RULES: Mapping[str, RateRule] = {"gb": "fixed_at_start"}
_day_count = one_of(*_YEAR_DAYS)
_rate_rule: Reader[RateRule] = one_of(*RATE_RULES)
_rounding: Reader[Rounding] = one_of(*ROUNDINGS)


def load_jurisdiction(data: bytes, file: str) -> tuple[Jurisdiction | None, Problems]:
    """Read what the law of a country allows to claim; ``country`` is in capitals."""
    explain = partial(explain_jurisdiction, stem(file))
    return single(data, file, partial(build_jurisdiction, stem(file)), explain)


def build_jurisdiction(key: str, raw: Value) -> Jurisdiction:
    """Build a jurisdiction from plain values. Raises ValueError or KeyError."""
    data = mapping(raw, _KEYS)
    if value_readers.jurisdiction(data["jurisdiction"]) != key:
        raise ValueNotAllowedError
    line(data["name"])
    read_date(data["checked_on"])
    text(data["source"])
    maybe(data, "notice", text)
    listed(data.get("contacts", []), limit)
    law = Jurisdiction(
        key.upper(), compensation=listed(data.get("compensation", []), _tier)
    )
    return _with_interest(law, data["interest"]) if "interest" in data else law


def _with_interest(jurisdiction: Jurisdiction, raw: Value) -> Jurisdiction:
    data = mapping(raw, _INTEREST_KEYS)
    rates = listed(data["rates"], _rate)
    if any(later.start <= earlier.end for earlier, later in pairwise(rates)):
        raise ValueNotAllowedError
    usual = _RATE_RULES.get(jurisdiction.country.lower(), "floating")
    return replace(
        jurisdiction,
        rates=rates,
        year_days=_YEAR_DAYS[_day_count(data["day_count"])],
        rate_rule=maybe(data, "rate_rule", _rate_rule) or usual,
        rounding=maybe(data, "rounding", _rounding) or "once",
    )


def _rate(raw: Value) -> Rate:
    data = mapping(raw, _RATE_KEYS)
    rate = Rate(
        read_date(data["from"]),
        read_date(data["to"]),
        value_readers.percent(data["percent"]),
    )
    maybe(data, "source", text)
    if rate.end < rate.start:
        raise ValueNotAllowedError
    return rate


def _tier(raw: Value) -> Tier:
    data = mapping(raw, frozenset({"above", "amount", "currency"}))
    code = value_readers.currency(data["currency"])
    tier = Tier(
        value_readers.amount(data["above"], code),
        value_readers.amount(data["amount"], code),
    )
    if tier.above.amount < 0 or tier.amount.amount < 0:
        raise ValueNotAllowedError
    return tier


def explain_jurisdiction(key: str, raw: Value) -> Iterable[Finding]:
    """Say all that is wrong with a jurisdiction, whose file names it."""
    rules = (partial(_own_name, key), _spans, _sequence, _tiers)
    return explained("jurisdiction", *rules)(raw)


def _own_name(key: str, raw: Value) -> Iterator[Finding]:
    written = attempt(value_readers.jurisdiction, at(raw, "jurisdiction"))
    if written is not None and written != key:
        fault = f"jurisdiction '{written}' is not the name of the file, '{key}'"
        yield Finding(("jurisdiction",), fault, "they must be the same", "file-name")


def _spans(raw: Value) -> Iterator[Finding]:
    for path, rate in under(raw, "interest", "rates"):
        start, end = (
            attempt(read_date, at(rate, "from")),
            attempt(read_date, at(rate, "to")),
        )
        if start and end and end < start:
            fault = f"to {end} is before from {start}"
            yield Finding((*path, "to"), fault, "one of the two is wrong", "order")


def _sequence(raw: Value) -> Iterator[Finding]:
    rates = under(raw, "interest", "rates")
    for (_before, earlier), (path, later) in pairwise(rates):
        end, start = (
            attempt(read_date, at(earlier, "to")),
            attempt(read_date, at(later, "from")),
        )
        if end and start and start <= end:
            fault = f"from {start} is not after the end of the rate before, {end}"
            hint = f"write {end + timedelta(days=1)} or later, oldest rate first"
            yield Finding((*path, "from"), fault, hint, "order")


def _tiers(raw: Value) -> Iterator[Finding]:
    for path, tier in under(raw, "compensation"):
        code = attempt(value_readers.currency, at(tier, "currency"))
        placed = [((*path, key), at(tier, key)) for key in ("above", "amount")]
        yield from amount_findings(placed, code)
