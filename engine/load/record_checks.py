"""What the records of an account say about its invoices, its journal and us."""

import re
from collections.abc import Iterator

from engine.load.finding import Finding
from engine.load.known import Found, Known, unknown
from engine.records import (
    KIND_OF,
    Bounce,
    Call,
    ContactMade,
    Dispute,
    Extension,
    InstalmentPlan,
    Promise,
    Record,
    Resolution,
    Settlement,
)
from engine.text.places import Path

#: A promise further out than this has no effect until somebody approves it.
_FAR = 60


def record_findings(known: Known) -> Iterator[Found]:
    """Check every record; they are sorted by file name."""
    for record in known.account.records:
        file = f"records/{record.id}.yaml"
        for finding in (
            *_people(known, record),
            *_invoices(known, record),
            *_own_name(record),
            *_amounts(known, record),
            *_links(known, record),
        ):
            yield file, 0, finding
    yield from _extensions(known)


def _people(known: Known, record: Record) -> Iterator[Finding]:
    people = known.settings.people
    if record.by not in people:
        yield unknown(("by",), "person", record.by, people)
    if record.approved_by is not None and record.approved_by not in people:
        yield unknown(("approved_by",), "person", record.approved_by, people)


def _invoices(known: Known, record: Record) -> Iterator[Finding]:
    for index, key in enumerate(record.invoices):
        if key not in known.invoices:
            yield unknown(("invoices", index), "invoice", key, known.invoices)


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


def _amounts(known: Known, record: Record) -> Iterator[Finding]:
    """Say which amounts do not fit the currency of the invoices they are about."""
    for path, amount in _amount_paths(record):
        if amount is None:
            continue
        about = record.invoices or tuple(known.invoices)
        currencies = {
            known.invoices[key].currency for key in about if key in known.invoices
        }
        if len(currencies) > 1:
            what = f"nobody knows which currency '{amount}' is in"
            hint = f"name invoices of one currency: {', '.join(sorted(currencies))}"
            yield Finding(path, what, hint, "currency")
        else:
            yield from known.misfits(path, amount, about)


def _links(known: Known, record: Record) -> Iterator[Finding]:
    """Say what other things a record names that are not there."""
    if isinstance(record, Call | ContactMade) and record.step is not None:
        if not known.book.broken and record.step not in known.steps:
            yield unknown(("step",), "step", record.step, known.steps)
    elif isinstance(record, Resolution):
        if type(known.records.get(record.of)) is not Dispute:
            yield unknown(("of",), "dispute", record.of, known.record_ids(Dispute))
    elif isinstance(record, Bounce):
        entries = {document.id for document in known.account.journal}
        if record.of not in entries:
            yield unknown(("of",), "journal entry", record.of, entries)
    elif isinstance(record, InstalmentPlan) and record.template is not None:
        templates = known.book.templates
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


def _extensions(known: Known) -> Iterator[Found]:
    """Warn about further extensions after a final one."""
    final: set[str] = set()
    extensions = [each for each in known.account.records if type(each) is Extension]
    for record in sorted(extensions, key=lambda each: (each.on, each.id)):
        about = record.invoices or tuple(known.invoices)
        again = final.intersection(about)
        if again and not record.approved_by:
            what = f"a second extension for '{min(again)}' has no effect"
            file = f"records/{record.id}.yaml"
            yield file, 0, _needs_approval(("until",), what)
        elif record.final:
            final.update(about)
