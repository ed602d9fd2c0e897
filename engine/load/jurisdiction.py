"""Legal rates: ``policies/jurisdictions/<cc>.yaml``."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise

from engine.load import fields
from engine.load.explain import explained
from engine.load.fields import day, line, text
from engine.load.finding import Finding, amount_findings, at, attempt, under
from engine.load.limit import limit
from engine.load.reading import Problems, single, stem
from engine.load.shapes import RefusedError, listed, mapping, maybe, one_of
from engine.terms import Jurisdiction, Rate, Tier
from engine.text.source import Value

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
_RATE_RULES = {"gb": "fixed_at_start"}
_day_count = one_of(*_YEAR_DAYS)
_rate_rule = one_of("fixed_at_start", "floating", "on_payment")
_rounding = one_of("once", "daily")


def load_jurisdiction(data: bytes, file: str) -> tuple[Jurisdiction | None, Problems]:
    """Read what the law of a country allows to claim; ``country`` is in capitals."""
    explain = partial(explain_jurisdiction, stem(file))
    return single(data, file, partial(build_jurisdiction, stem(file)), explain)


def build_jurisdiction(key: str, raw: Value) -> Jurisdiction:
    """Build a jurisdiction from plain values. Raises ValueError or KeyError."""
    data = mapping(raw, _KEYS)
    if fields.jurisdiction(data["jurisdiction"]) != key:
        raise RefusedError
    line(data["name"])
    day(data["checked_on"])
    text(data["source"])
    maybe(data, "notice", text)
    listed(data.get("contacts", []), limit)
    law = Jurisdiction(
        key.upper(), compensation=listed(data.get("compensation", []), _tier)
    )
    return _with_interest(law, data["interest"]) if "interest" in data else law


def _with_interest(law: Jurisdiction, raw: Value) -> Jurisdiction:
    data = mapping(raw, _INTEREST_KEYS)
    rates = listed(data["rates"], _rate)
    if any(later.start <= earlier.end for earlier, later in pairwise(rates)):
        raise RefusedError
    usual = _RATE_RULES.get(law.country.lower(), "floating")
    return replace(
        law,
        rates=rates,
        year_days=_YEAR_DAYS[_day_count(data["day_count"])],
        rate_rule=maybe(data, "rate_rule", _rate_rule) or usual,
        rounding=maybe(data, "rounding", _rounding) or "once",
    )


def _rate(raw: Value) -> Rate:
    data = mapping(raw, _RATE_KEYS)
    rate = Rate(day(data["from"]), day(data["to"]), fields.percent(data["percent"]))
    maybe(data, "source", text)
    if rate.end < rate.start:
        raise RefusedError
    return rate


def _tier(raw: Value) -> Tier:
    data = mapping(raw, frozenset({"above", "amount", "currency"}))
    code = fields.currency(data["currency"])
    tier = Tier(fields.amount(data["above"], code), fields.amount(data["amount"], code))
    if tier.above.amount < 0 or tier.amount.amount < 0:
        raise RefusedError
    return tier


def explain_jurisdiction(key: str, raw: Value) -> Iterable[Finding]:
    """Say all that is wrong with a jurisdiction, whose file names it."""
    rules = (partial(_own_name, key), _spans, _sequence, _tiers)
    return explained("jurisdiction", *rules)(raw)


def _own_name(key: str, raw: Value) -> Iterator[Finding]:
    written = attempt(fields.jurisdiction, at(raw, "jurisdiction"))
    if written is not None and written != key:
        what = f"jurisdiction '{written}' is not the name of the file, '{key}'"
        yield Finding(("jurisdiction",), what, "they must be the same", "file-name")


def _spans(raw: Value) -> Iterator[Finding]:
    for path, rate in under(raw, "interest", "rates"):
        start, end = attempt(day, at(rate, "from")), attempt(day, at(rate, "to"))
        if start and end and end < start:
            what = f"to {end} is before from {start}"
            yield Finding((*path, "to"), what, "one of the two is wrong", "order")


def _sequence(raw: Value) -> Iterator[Finding]:
    rates = under(raw, "interest", "rates")
    for (_before, earlier), (path, later) in pairwise(rates):
        end, start = attempt(day, at(earlier, "to")), attempt(day, at(later, "from"))
        if end and start and start <= end:
            what = f"from {start} is not after the end of the rate before, {end}"
            hint = f"write {end + timedelta(days=1)} or later, oldest rate first"
            yield Finding((*path, "from"), what, hint, "order")


def _tiers(raw: Value) -> Iterator[Finding]:
    for path, tier in under(raw, "compensation"):
        code = attempt(fields.currency, at(tier, "currency"))
        placed = [((*path, key), at(tier, key)) for key in ("above", "amount")]
        yield from amount_findings(placed, code)
