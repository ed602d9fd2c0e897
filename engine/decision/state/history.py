"""The history of an account: its journal, folded, as of a day."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeGuard

from goodterms.model.journal import MESSAGES, OUTBOX, JournalDocument, JournalRow
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.records import Bounce, Call, ContactMade, Record

#: States in which a message may have reached somebody.
OUT = ("claimed", "sent", "in-doubt")

Targets = Callable[[Record], frozenset[str]]


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A journal entry: all documents of one id, the later keys winning.

    ``since`` is the day on which its present state was written.
    """

    doc: JournalDocument
    since: date
    bounced: bool = False

    @property
    def id(self) -> str:
        """The id that its documents share."""
        return self.doc.id

    @property
    def on(self) -> date:
        """The day of the entry."""
        return self.doc.on or self.doc.day

    @property
    def rows(self) -> tuple[JournalRow, ...]:
        """The invoices that it moved."""
        return self.doc.invoices or ()

    @property
    def is_out(self) -> bool:
        """Whether it was claimed, sent or is in doubt, and came to pass.

        One that bounced, or that nobody ever took out of the outbox, did not.
        """
        passed_on = self.doc.posted is not False
        return self.doc.state in OUT and not self.bounced and passed_on

    @property
    def is_to_post(self) -> bool:
        """Whether it lies in the outbox for somebody to pass on."""
        doc = self.doc
        written = doc.through == OUTBOX and doc.state == "sent" and doc.kind != "call"
        return written and doc.posted is None and not self.bounced

    @property
    def is_contact(self) -> bool:
        """Whether it reached the customer, or may have."""
        return self.doc.kind in MESSAGES and self.is_out

    @property
    def takes_steps(self) -> bool:
        """Whether its rows took their step; offers of a remedy leave it untaken."""
        if not self.is_out or self.doc.kind not in ("send", "place", "write-off"):
            return False
        offers = self.doc.kind == "send" and self.doc.choose not in (None, "approve")
        return not offers


@dataclass(frozen=True, slots=True)
class TakenStep:
    """A step that an invoice has taken; ``policy`` is None where a person did it.

    ``named`` is false where the person named the step and no invoices: then only
    those take it that it can have been about.
    """

    step: str
    on: date
    policy: PolicyRef | None = None
    named: bool = True


@dataclass(frozen=True, slots=True)
class History:
    """The past of an account as of a day.

    ``steps_taken`` lists the steps of each invoice, ``calls_handed_out`` the day on
    which a call was handed out, by (invoice, step), ``policy_refs`` the policy
    version that an invoice's row in its latest entry names, ``placements`` the entry
    that placed an invoice with an agency or a lawyer.
    """

    entries: tuple[JournalEntry, ...]
    steps_taken: Mapping[str, tuple[TakenStep, ...]]
    calls_handed_out: Mapping[tuple[str, str], date]
    policy_refs: Mapping[str, PolicyRef]
    contacts: tuple[tuple[date, str | None], ...]
    placements: Mapping[str, JournalEntry]
    _by_invoice: dict[str, list[JournalEntry]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    _by_shown: dict[str, list[JournalEntry]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def entries_moving(self, invoice: str) -> Sequence[JournalEntry]:
        """List the entries with a row for an invoice, in the journal's order."""
        if not self._by_invoice:
            for entry in self.entries:
                for id_ in dict.fromkeys(row.id for row in entry.rows):
                    self._by_invoice.setdefault(id_, []).append(entry)
        return self._by_invoice.get(invoice, ())

    def entries_showing(self, invoice: str) -> Sequence[JournalEntry]:
        """List the entries that move or show an invoice, in no special order."""
        if not self._by_shown:
            for entry in self.entries:
                for row in entry.doc.listed or ():
                    self._by_shown.setdefault(row.id, []).append(entry)
            self._by_shown.setdefault("", [])
        return (*self.entries_moving(invoice), *self._by_shown.get(invoice, ()))

    def entry(self, id_: str) -> JournalEntry | None:
        """Find an entry by its id."""
        return next((entry for entry in self.entries if entry.id == id_), None)


def history(
    entries: tuple[JournalEntry, ...], records: Iterable[Record], targets: Targets
) -> History:
    """Read the history from the entries of a journal and from records.

    *records* are those dated by the day; *targets* tells the invoices that a
    record stands for.
    """
    listed = tuple(records)
    handed = _handed(entries)
    return History(
        entries=entries,
        steps_taken=_taken(entries, listed, handed, targets),
        calls_handed_out=handed,
        policy_refs=_refs(entries),
        contacts=_contacts(entries, listed),
        placements=_placed(entries),
    )


def fold(
    documents: Iterable[JournalDocument], as_of: date, records: Iterable[Record] = ()
) -> tuple[JournalEntry, ...]:
    """Fold documents of one id into one entry; what is dated later is unseen.

    An entry that one of the *records* says has bounced did not happen.
    """
    entries: dict[str, JournalEntry] = {}
    for document in documents:
        if document.day > as_of:
            continue
        earlier = entries.get(document.id)
        entries[document.id] = (
            _merged(earlier, document)
            if earlier
            else JournalEntry(document, document.day)
        )
    bounced = {record.of for record in records if isinstance(record, Bounce)}
    return tuple(
        replace(entry, bounced=True) if entry.id in bounced else entry
        for entry in entries.values()
    )


def _merged(entry: JournalEntry, later: JournalDocument) -> JournalEntry:
    first = entry.doc
    news = {key: value for key, value in vars(later).items() if value is not None}
    if first.state == "sent":
        news.pop("state", None)
    since = later.day if "state" in news else entry.since
    return JournalEntry(
        JournalDocument.of(vars(first) | news | {"day": first.day}), since
    )


def _handed(entries: Iterable[JournalEntry]) -> dict[tuple[str, str], date]:
    handed: dict[tuple[str, str], date] = {}
    for entry in entries:
        if entry.doc.kind != "call" or not entry.is_out:
            continue
        for row in entry.rows:
            step = row.step or entry.doc.step
            if step:
                handed.setdefault((row.id, step), entry.on)
    return handed


def _refs(entries: Iterable[JournalEntry]) -> dict[str, PolicyRef]:
    refs: dict[str, PolicyRef] = {}
    for entry in sorted(entries, key=lambda entry: entry.on):
        for row in entry.rows:
            ref = row.policy or entry.doc.policy
            if ref:
                refs[row.id] = ref
    return refs


def _contacts(
    entries: Iterable[JournalEntry], records: Iterable[Record]
) -> tuple[tuple[date, str | None], ...]:
    sent = [(entry.on, entry.doc.channel) for entry in entries if entry.is_contact]
    for record in records:
        if isinstance(record, Call):
            sent.append((record.on, "phone"))
        elif isinstance(record, ContactMade):
            sent.append((record.on, record.channel))
    return tuple(sorted(sent, key=lambda contact: (contact[0], contact[1] or "")))


def _taken(
    entries: Iterable[JournalEntry],
    records: Iterable[Record],
    handed: Mapping[tuple[str, str], date],
    targets: Targets,
) -> dict[str, tuple[TakenStep, ...]]:
    taken: dict[str, list[TakenStep]] = {}
    for entry in entries:
        if not entry.takes_steps:
            continue
        for row in entry.rows:
            step = row.step or entry.doc.step
            if step:
                ref = row.policy or entry.doc.policy
                taken.setdefault(row.id, []).append(TakenStep(step, entry.on, ref))
    for id_, done in _by_hand(records, handed, targets):
        taken.setdefault(id_, []).append(done)
    return {id_: tuple(steps) for id_, steps in taken.items()}


def _by_hand(
    records: Iterable[Record],
    handed: Mapping[tuple[str, str], date],
    targets: Targets,
) -> Iterator[tuple[str, TakenStep]]:
    """Yield the steps that calls and other contacts of a person took.

    A record that names a step takes that one. A call handed out is taken by
    the next call or contact; those after it are contacts and no more.
    """
    contacts = sorted((r for r in records if is_contact(r)), key=lambda r: (r.on, r.id))
    for record in contacts:
        for id_ in sorted(targets(record)) if record.step else ():
            yield (
                id_,
                TakenStep(record.step or "", record.on, named=bool(record.invoices)),
            )
    for (id_, step), on in handed.items():
        after = (r for r in contacts if r.on >= on and r.step in (None, step))
        first = next((r for r in after if id_ in targets(r)), None)
        if first and first.step is None:
            yield id_, TakenStep(step, first.on)


def is_contact(record: Record) -> TypeGuard[Call | ContactMade]:
    """Whether a person reached somebody; a call that nobody answered did not."""
    if isinstance(record, Call):
        return record.outcome != "no-answer"
    return isinstance(record, ContactMade)


def _placed(entries: Iterable[JournalEntry]) -> dict[str, JournalEntry]:
    placements: dict[str, JournalEntry] = {}
    for entry in entries:
        if entry.doc.kind == "place" and entry.is_out:
            for row in entry.rows:
                placements.setdefault(row.id, entry)
    return placements
