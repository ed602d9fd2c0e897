"""What a person learnt: ``ledger/<account>/records/<on>-<kind>[-n].yaml``."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TypeAlias

from engine.load import fields
from engine.load.explain import explained, schema_findings
from engine.load.fields import above_zero, day, invoice_id, line, name, text
from engine.load.finding import Finding, amount_findings, at, attempt
from engine.load.reading import Problems, single, stem
from engine.load.shapes import RefusedError, distinct, flag, listed, mapping, one_of
from engine.model import CHANNELS
from engine.problem import did_you_mean
from engine.records import KINDS, REASONS, WITH_CURRENCY, CreditNote, Instalment, Record
from engine.text.source import Value

Fields: TypeAlias = Mapping[str, Callable[[Value], object]]

_SHARED: Fields = {
    "on": day,
    "by": name,
    "invoices": partial(distinct, read=invoice_id, least=1),
    "said": text,
    "reason": one_of(*REASONS),
    "approved_by": name,
}
_channel = one_of(*CHANNELS)


def _instalment(raw: Value) -> Instalment:
    data = mapping(raw, frozenset({"due", "amount"}))
    return Instalment(day(data["due"]), above_zero(data["amount"]))


#: What each kind has beside what all records share.
_OWN: Mapping[str, Fields] = {
    "reply": {"channel": _channel, "answered": flag},
    "call": {
        "outcome": one_of("reached", "voicemail", "no-answer", "refused"),
        "step": name,
    },
    "contact": {"channel": _channel, "step": name},
    "promise": {"pay_by": day, "amount": above_zero},
    "dispute": {"review_by": day, "amount": above_zero},
    "resolution": {
        "of": name,
        "outcome": one_of("upheld", "partly", "rejected"),
        "credit": above_zero,
    },
    "extension": {"until": day, "final": flag},
    "plan": {
        "instalments": partial(listed, read=_instalment, least=1),
        "template": name,
    },
    "settlement": {
        "value": above_zero,
        "form": one_of("goods", "services", "barter", "discount", "other"),
    },
    "payment": {"reference": line},
    "credit-note": {"reference": line},
    "pause": {"until": day},
    "resume": {},
    "bounce": {"of": fields.entry_id, "channel": _channel},
    "check-in": {},
    "note": {},
}
_FIELDS: Mapping[str, Fields] = {kind: {**_SHARED, **own} for kind, own in _OWN.items()}

#: Dates that cannot lie before the day of the record.
_LATER = ("pay_by", "review_by", "until")


def load_record(data: bytes, file: str) -> tuple[Record | None, Problems]:
    """Read a record; its id is the name of the file."""
    return single(data, file, partial(build_record, stem(file)), explain_record)


def build_record(key: str, raw: Value) -> Record:
    """Build a record from plain values. Raises ValueError or KeyError."""
    if type(raw) is not dict:
        raise RefusedError
    data = dict(raw)
    kind = data.pop("kind")
    if type(kind) is not str or kind not in KINDS:
        raise RefusedError
    money = _money(data) if kind in WITH_CURRENCY else {}
    readers = _FIELDS[kind]
    values = {each: readers[each](value) for each, value in data.items()}
    return _made(KINDS[kind], {"id": key, **values, **money})


def _money(data: dict[str, Value]) -> dict[str, object]:
    code = fields.currency(data.pop("currency"))
    return {"amount": fields.amount(data.pop("amount"), code)}


def _made(made: Callable[..., Record], values: Mapping[str, object]) -> Record:
    try:
        record = made(**values)
    except TypeError:  # a key is missing
        raise RefusedError from None
    later = (getattr(record, each, record.on) for each in _LATER)
    if record.approved_by == record.by or any(each < record.on for each in later):
        raise RefusedError
    if values.get("outcome") in {"upheld", "partly"} and "credit" not in values:
        raise RefusedError
    if isinstance(record, CreditNote) and record.amount.amount <= 0:
        raise RefusedError
    return record


def explain_record(raw: Value) -> Iterable[Finding]:
    """Say all that is wrong with a record."""
    kind = at(raw, "kind")
    if isinstance(kind, str) and kind in KINDS:
        return explained(f"record-{kind}", _order, _approval, _cash)(raw)
    return _unknown_kind(raw)


def _unknown_kind(raw: Value) -> Iterator[Finding]:
    """Explain what all kinds share, where nobody knows which one it is."""
    kind = at(raw, "kind")
    if isinstance(kind, str):
        hint = did_you_mean(kind, KINDS) or "see 'goodterms record --help'"
        yield Finding(("kind",), f"unknown kind '{kind}'", hint, "kind")
    for finding in schema_findings("record-note", raw):
        if finding.rule not in {"const", "additionalProperties"}:
            yield finding
        elif finding.path == ("kind",) and not isinstance(kind, str):
            yield Finding(("kind",), "the kind is not text", rule="kind")


def _order(raw: Value) -> Iterator[Finding]:
    on = attempt(day, at(raw, "on"))
    for key in _LATER:
        later = attempt(day, at(raw, key))
        if on and later and later < on:
            what = f"{key} {later} is before the record's own day {on}"
            yield Finding((key,), what, "one of the two dates is wrong", "order")


def _approval(raw: Value) -> Iterator[Finding]:
    by, approved_by = at(raw, "by"), at(raw, "approved_by")
    if by is not None and str(by) == str(approved_by):
        what = f"'{by}' cannot approve their own record"
        yield Finding(("approved_by",), what, "name a second person", "approval")


def _cash(raw: Value) -> Iterator[Finding]:
    code = attempt(fields.currency, at(raw, "currency"))
    if at(raw, "kind") in WITH_CURRENCY:
        yield from amount_findings([(("amount",), at(raw, "amount"))], code)
