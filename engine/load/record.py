"""What a person learnt: ``ledger/<account>/records/<on>-<kind>[-n].yaml``."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache, partial

from goodterms.load import value_readers
from goodterms.load.finding import Finding, amount_findings, at, attempt
from goodterms.load.load_file import Problems, single, stem
from goodterms.load.lookup import Found, Lookup, unknown
from goodterms.load.schema_errors import explained, schema_findings
from goodterms.load.value_readers import (
    ValueNotAllowedError,
    above_zero,
    distinct,
    flag,
    invoice_id,
    line,
    listed,
    mapping,
    name,
    one_of,
    read_date,
    text,
)
from goodterms.model.ledger import CHANNELS
from goodterms.model.policy import LONGEST_PROMISE_DAYS
from goodterms.model.problem import did_you_mean
from goodterms.model.record_fields import FieldType, Target
from goodterms.model.records import (
    KIND_OF,
    KINDS,
    REASONS,
    CreditNote,
    Dispute,
    Extension,
    Instalment,
    Promise,
    Record,
    has_currency,
    keys_of,
    own_keys,
)
from goodterms.yaml.events import Value
from goodterms.yaml.places import Path

_READERS: Mapping[str, Callable[[Value], object]] = {
    "day": read_date,
    "name": name,
    "line": line,
    "text": text,
    "flag": flag,
    "channel": one_of(*CHANNELS),
    "reason": one_of(*REASONS),
    "entry_id": value_readers.entry_id,
    "amount_above_zero": above_zero,
    "record_invoices": partial(distinct, read=invoice_id, least=1),
}


def _instalment(raw: Value) -> Instalment:
    data = mapping(raw, frozenset({"due", "amount"}))
    return Instalment(read_date(data["due"]), above_zero(data["amount"]))


def _reader(type_: FieldType) -> Callable[[Value], object]:
    if type_.name == "words":
        return one_of(*type_.words)
    if type_.name == "instalments":
        return partial(listed, read=_instalment, least=1)
    return _READERS[type_.name]


@cache
def _readers(kind_name: str) -> Mapping[str, Callable[[Value], object]]:
    """Return what reads each key of a kind but for money, which is two keys."""
    kind = KINDS[kind_name]
    money = {"amount", "currency"} if has_currency(kind) else set()
    return {k.name: _reader(k.type) for k in keys_of(kind) if k.name not in money}


@cache
def _is_money(kind_name: str) -> bool:
    return has_currency(KINDS[kind_name])


@cache
def _later_days(kind_name: str) -> tuple[str, ...]:
    """Name the dates of a kind that cannot lie before the day of the record."""
    return tuple(key.name for key in keys_of(KINDS[kind_name]) if key.type.later)


def load_record(data: bytes, file: str) -> tuple[Record | None, Problems]:
    """Read a record; its id is the name of the file."""
    return single(data, file, partial(build_record, stem(file)), explain_record)


def build_record(key: str, raw: Value) -> Record:
    """Build a record from plain values. Raises ValueError or KeyError."""
    if type(raw) is not dict:
        raise ValueNotAllowedError
    data = dict(raw)
    name_of_kind = data.pop("kind")
    if type(name_of_kind) is not str or name_of_kind not in KINDS:
        raise ValueNotAllowedError
    kind = KINDS[name_of_kind]
    money = _money(data) if _is_money(name_of_kind) else {}
    readers = _readers(name_of_kind)
    values = {name: readers[name](value) for name, value in data.items()}
    return _record(kind, {"id": key, **values, **money})


def _money(data: dict[str, Value]) -> dict[str, object]:
    code = value_readers.currency(data.pop("currency"))
    return {"amount": value_readers.amount(data.pop("amount"), code)}


def _record(kind: type[Record], values: Mapping[str, object]) -> Record:
    """Make a record of values that are valid one by one. Raises ValueError."""
    build: Callable[..., Record] = kind
    try:
        record = build(**values)
    except TypeError:  # a key is missing
        raise ValueNotAllowedError from None
    days = (getattr(record, name) for name in _later_days(kind.declared.name))
    if record.approved_by == record.by or any(
        day is not None and day < record.on for day in days
    ):
        raise ValueNotAllowedError
    condition = kind.declared.required_when
    if condition and values[condition.other] in condition.words:
        values[condition.key]
    if isinstance(record, CreditNote) and record.amount.amount <= 0:
        raise ValueNotAllowedError
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
    on = attempt(read_date, at(raw, "on"))
    for key in dict.fromkeys(k for kind in KINDS for k in _later_days(kind)):
        later = attempt(read_date, at(raw, key))
        if on and later and later < on:
            fault = f"{key} {later} is before the record's own day {on}"
            yield Finding((key,), fault, "one of the two dates is wrong", "order")


def _approval(raw: Value) -> Iterator[Finding]:
    by, approved_by = at(raw, "by"), at(raw, "approved_by")
    if by is not None and str(by) == str(approved_by):
        fault = f"'{by}' cannot approve their own record"
        yield Finding(("approved_by",), fault, "name a second person", "approval")


def _cash(raw: Value) -> Iterator[Finding]:
    code = attempt(value_readers.currency, at(raw, "currency"))
    kind = at(raw, "kind")
    if isinstance(kind, str) and _is_money(kind):
        yield from amount_findings([(("amount",), at(raw, "amount"))], code)


def record_findings(lookup: Lookup) -> Iterator[Found]:
    """Check every record; they are sorted by file name."""
    for record in lookup.account.records:
        file = f"records/{record.id}.yaml"
        for finding in (
            *_people(lookup, record),
            *_invoices(lookup, record),
            *_own_name(record),
            *_amounts(lookup, record),
            *_links(lookup, record),
        ):
            yield file, 0, finding
    yield from _extensions(lookup)


def _people(lookup: Lookup, record: Record) -> Iterator[Finding]:
    people = lookup.settings.people
    if record.by not in people:
        yield unknown(("by",), "person", record.by, people)
    if record.approved_by is not None and record.approved_by not in people:
        yield unknown(("approved_by",), "person", record.approved_by, people)


def _invoices(lookup: Lookup, record: Record) -> Iterator[Finding]:
    for index, key in enumerate(record.invoices):
        if key not in lookup.invoices:
            yield unknown(("invoices", index), "invoice", key, lookup.invoices)


def _own_name(record: Record) -> Iterator[Finding]:
    """Warn where the file's name does not say what is in it."""
    wanted = f"{record.on}-{KIND_OF[type(record)]}"
    rest = record.id.removeprefix(wanted)
    if rest and not (record.id != rest and re.fullmatch("-[1-9][0-9]*", rest)):
        fault = f"a record of this day and kind is called '{wanted}'"
        hint = "rename the file, or correct the day or the kind"
        yield Finding((), fault, hint, "file-name", severity="warning")


def _amount_paths(record: Record) -> Iterator[tuple[Path, str | None]]:
    """List the amounts whose currency is that of the invoices, with their places."""
    for key in own_keys(type(record)):
        if not key.type.in_invoice_currency:
            continue
        value = getattr(record, key.name)
        if isinstance(value, tuple):
            for index, part in enumerate(value):
                yield (key.name, index, "amount"), part.amount
        else:
            yield (key.name,), value


def _amounts(lookup: Lookup, record: Record) -> Iterator[Finding]:
    """Say which amounts do not fit the currency of the invoices they are about."""
    for path, amount in _amount_paths(record):
        if amount is None:
            continue
        invoices = record.invoices or tuple(lookup.invoices)
        currencies = {
            lookup.invoices[key].currency for key in invoices if key in lookup.invoices
        }
        if len(currencies) > 1:
            fault = f"nobody knows which currency '{amount}' is in"
            hint = f"name invoices of one currency: {', '.join(sorted(currencies))}"
            yield Finding(path, fault, hint, "currency")
        else:
            yield from lookup.misfits(path, amount, invoices)


def _links(lookup: Lookup, record: Record) -> Iterator[Finding]:
    """Say what other things a record names that are not there."""
    for key in own_keys(type(record)):
        name = getattr(record, key.name) if key.type.target else None
        targets = _targets(lookup, key.type.target) if name is not None else None
        if targets is not None and name not in targets:
            yield unknown((key.name,), key.type.target or "", str(name), targets)
    if isinstance(record, Promise):
        yield from _far_promise(record)


def _targets(lookup: Lookup, target: Target | None) -> Collection[str] | None:
    """Return the names of a sort; None where errors elsewhere hide some of them."""
    match target:
        case "step":
            return None if lookup.book.broken else lookup.steps
        case "template":
            return lookup.book.templates or None
        case "dispute":
            return lookup.record_ids(Dispute)
        case "journal entry":
            return {document.id for document in lookup.account.journal}
        case None:
            return None


def _far_promise(record: Promise) -> Iterator[Finding]:
    if (
        record.pay_by - record.on
    ).days > LONGEST_PROMISE_DAYS and not record.approved_by:
        fault = f"a promise more than {LONGEST_PROMISE_DAYS} days out has no effect"
        yield _needs_approval(("pay_by",), fault)


def _needs_approval(path: Path, fault: str) -> Finding:
    hint = "a second person must put their name under approved_by"
    return Finding(path, fault, hint, "approval", severity="warning")


def _extensions(lookup: Lookup) -> Iterator[Found]:
    """Warn about further extensions after a final one."""
    final: set[str] = set()
    extensions = [each for each in lookup.account.records if type(each) is Extension]
    for record in sorted(extensions, key=lambda each: (each.on, each.id)):
        invoices = record.invoices or tuple(lookup.invoices)
        again = final.intersection(invoices)
        if again and not record.approved_by:
            fault = f"a second extension for '{min(again)}' has no effect"
            file = f"records/{record.id}.yaml"
            yield file, 0, _needs_approval(("until",), fault)
        elif record.final:
            final.update(invoices)
