"""What a person learnt: ``ledger/<account>/records/<on>-<kind>[-n].yaml``."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TypeAlias

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
from goodterms.model.problem import did_you_mean
from goodterms.model.records import (
    KIND_OF,
    KINDS,
    REASONS,
    WITH_CURRENCY,
    Bounce,
    Call,
    ContactMade,
    CreditNote,
    Dispute,
    Extension,
    Instalment,
    InstalmentPlan,
    Promise,
    Record,
    Resolution,
    Settlement,
)
from goodterms.yaml.events import Value
from goodterms.yaml.places import Path

Fields: TypeAlias = Mapping[str, Callable[[Value], object]]

_SHARED: Fields = {
    "on": read_date,
    "by": name,
    "invoices": partial(distinct, read=invoice_id, least=1),
    "said": text,
    "reason": one_of(*REASONS),
    "approved_by": name,
}
_channel = one_of(*CHANNELS)


def _instalment(raw: Value) -> Instalment:
    data = mapping(raw, frozenset({"due", "amount"}))
    return Instalment(read_date(data["due"]), above_zero(data["amount"]))


#: What each kind has beside what all records share.
_OWN: Mapping[str, Fields] = {
    "reply": {"channel": _channel, "answered": flag},
    "call": {
        "outcome": one_of("reached", "voicemail", "no-answer", "refused"),
        "step": name,
    },
    "contact": {"channel": _channel, "step": name},
    "promise": {"pay_by": read_date, "amount": above_zero},
    "dispute": {"review_by": read_date, "amount": above_zero},
    "resolution": {
        "of": name,
        "outcome": one_of("upheld", "partly", "rejected"),
        "credit": above_zero,
    },
    "extension": {"until": read_date, "final": flag},
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
    "pause": {"until": read_date},
    "resume": {},
    "bounce": {"of": value_readers.entry_id, "channel": _channel},
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
        raise ValueNotAllowedError
    data = dict(raw)
    kind = data.pop("kind")
    if type(kind) is not str or kind not in KINDS:
        raise ValueNotAllowedError
    money = _money(data) if kind in WITH_CURRENCY else {}
    readers = _FIELDS[kind]
    values = {each: readers[each](value) for each, value in data.items()}
    return _made(KINDS[kind], {"id": key, **values, **money})


def _money(data: dict[str, Value]) -> dict[str, object]:
    code = value_readers.currency(data.pop("currency"))
    return {"amount": value_readers.amount(data.pop("amount"), code)}


def _made(made: Callable[..., Record], values: Mapping[str, object]) -> Record:
    try:
        record = made(**values)
    except TypeError:  # a key is missing
        raise ValueNotAllowedError from None
    later = (getattr(record, each, record.on) for each in _LATER)
    if record.approved_by == record.by or any(each < record.on for each in later):
        raise ValueNotAllowedError
    if values.get("outcome") in {"upheld", "partly"} and "credit" not in values:
        raise ValueNotAllowedError
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
    for key in _LATER:
        later = attempt(read_date, at(raw, key))
        if on and later and later < on:
            what = f"{key} {later} is before the record's own day {on}"
            yield Finding((key,), what, "one of the two dates is wrong", "order")


def _approval(raw: Value) -> Iterator[Finding]:
    by, approved_by = at(raw, "by"), at(raw, "approved_by")
    if by is not None and str(by) == str(approved_by):
        what = f"'{by}' cannot approve their own record"
        yield Finding(("approved_by",), what, "name a second person", "approval")


def _cash(raw: Value) -> Iterator[Finding]:
    code = attempt(value_readers.currency, at(raw, "currency"))
    if at(raw, "kind") in WITH_CURRENCY:
        yield from amount_findings([(("amount",), at(raw, "amount"))], code)


#: A promise further out than this has no effect until somebody approves it.
_FAR = 60


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
        what = f"a record of this day and kind is called '{wanted}'"
        hint = "rename the file, or correct the day or the kind"
        yield Finding((), what, hint, "file-name", severity="warning")


def _amount_paths(record: Record) -> Iterator[tuple[Path, str | None]]:
    match record:
        case Promise() | Dispute():
            yield ("amount",), record.amount
        case Resolution():
            yield ("credit",), record.credit
        case Settlement():
            yield ("value",), record.value
        case InstalmentPlan():
            for index, part in enumerate(record.instalments):
                yield ("instalments", index, "amount"), part.amount


def _amounts(lookup: Lookup, record: Record) -> Iterator[Finding]:
    """Say which amounts do not fit the currency of the invoices they are about."""
    for path, amount in _amount_paths(record):
        if amount is None:
            continue
        about = record.invoices or tuple(lookup.invoices)
        currencies = {
            lookup.invoices[key].currency for key in about if key in lookup.invoices
        }
        if len(currencies) > 1:
            what = f"nobody knows which currency '{amount}' is in"
            hint = f"name invoices of one currency: {', '.join(sorted(currencies))}"
            yield Finding(path, what, hint, "currency")
        else:
            yield from lookup.misfits(path, amount, about)


def _links(lookup: Lookup, record: Record) -> Iterator[Finding]:
    """Say what other things a record names that are not there."""
    if isinstance(record, Call | ContactMade) and record.step is not None:
        if not lookup.book.broken and record.step not in lookup.steps:
            yield unknown(("step",), "step", record.step, lookup.steps)
    elif isinstance(record, Resolution):
        if type(lookup.records.get(record.of)) is not Dispute:
            yield unknown(("of",), "dispute", record.of, lookup.record_ids(Dispute))
    elif isinstance(record, Bounce):
        entries = {document.id for document in lookup.account.journal}
        if record.of not in entries:
            yield unknown(("of",), "journal entry", record.of, entries)
    elif isinstance(record, InstalmentPlan) and record.template is not None:
        templates = lookup.book.templates
        if templates and record.template not in templates:
            yield unknown(("template",), "template", record.template, templates)
    elif isinstance(record, Promise):
        yield from _far_promise(record)


def _far_promise(record: Promise) -> Iterator[Finding]:
    if (record.pay_by - record.on).days > _FAR and not record.approved_by:
        what = f"a promise more than {_FAR} days out has no effect"
        yield _needs_approval(("pay_by",), what)


def _needs_approval(path: Path, what: str) -> Finding:
    hint = "a second person must put their name under approved_by"
    return Finding(path, what, hint, "approval", severity="warning")


def _extensions(lookup: Lookup) -> Iterator[Found]:
    """Warn about further extensions after a final one."""
    final: set[str] = set()
    extensions = [each for each in lookup.account.records if type(each) is Extension]
    for record in sorted(extensions, key=lambda each: (each.on, each.id)):
        about = record.invoices or tuple(lookup.invoices)
        again = final.intersection(about)
        if again and not record.approved_by:
            what = f"a second extension for '{min(again)}' has no effect"
            file = f"records/{record.id}.yaml"
            yield file, 0, _needs_approval(("until",), what)
        elif record.final:
            final.update(about)
