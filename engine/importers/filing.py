"""File what arrived: which files of the ledger are new, and which gain a payment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from engine.decision.twins import identity
from engine.importers.addition import Addition, lacking, new_file
from engine.importers.arrival import Arrival, as_in_ledger
from engine.importers.below_zero import TakenOff
from engine.importers.cells import CellError, read_id
from engine.importers.directory import Bill, Directory
from engine.importers.disputes import (
    Records,
    Signature,
    dispute_records,
    no_longer_marked,
    read_records,
)
from engine.importers.gather import Refused
from engine.importers.keeping import Kept, Reach, is_open
from engine.importers.matching import OnRecord
from engine.importers.opening import profile_text, with_contacts
from engine.importers.shelf import Change, Shelf
from engine.load import Problems, Source, load_invoice, load_profile, load_source
from engine.model import Invoice
from engine.money import Money
from engine.problem import Place, Problem
from engine.records import KIND_OF
from engine.settings import Creditor
from engine.text.dump import document, record_document


@dataclass(frozen=True, slots=True)
class Filing:
    """Where an import files, and what of: ``on`` is the day that differences date from.

    ``today`` is the day after which nothing can have been paid.
    ``signature`` is who stands for dispute records; without one there are none.
    ``reach`` says whether what is missing is held.
    """

    shelf: Shelf
    creditor: Creditor
    on: date
    source: str
    today: date
    signature: Signature | None = None
    reach: Reach = "some"


def file_arrivals(
    arrivals: Iterable[Arrival], filing: Filing, refused: Iterable[Refused] = ()
) -> "Filed":
    """Decide what to write. Nothing that the ledger says is overwritten.

    An account, an invoice, a record is written only if it is not there; an
    invoice that is gains the payments that it lacks, each of which quotes the
    payment record that a person made of it. What differs, and the rows that were
    *refused*, hold the customers that they are about.
    """
    filed = Filed(filing, Directory.read(filing.shelf, filing.creditor))
    for arrival in arrivals:
        filed.add(arrival)
    for row in refused:
        filed.hold(row)
    filed.keep()
    return filed


@dataclass(frozen=True, slots=True)
class _Gain:
    """A file that gains payments: the number of its change, and the invoice."""

    change: int
    invoice: str
    what: Addition


@dataclass(slots=True)
class Filed:
    """The changes to make, and what was found when they were looked for.

    ``unchanged`` and ``differing`` count invoices that the ledger had; differing
    ones stand in ``problems``. ``matched`` counts payments that were on record,
    ``turned_away`` rows that are somebody else's, ``missing`` open invoices that the
    source lists no more.
    """

    filing: Filing
    directory: Directory
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    differing: int = 0
    matched: int = 0
    turned_away: int = 0
    missing: int = 0
    problems: list[Problem] = field(default_factory=list)
    _accounts: set[str] = field(default_factory=set)
    _new: dict[str, tuple[int, Mapping[str, object]]] = field(default_factory=dict)
    _records: dict[str, Records] = field(default_factory=dict)
    _gains: dict[str, list[_Gain]] = field(default_factory=dict)
    _kept: dict[tuple[str, str], Kept] = field(default_factory=dict)
    _filed: dict[Bill, Arrival] = field(default_factory=dict)
    _taken_off: TakenOff = field(init=False)

    def __post_init__(self) -> None:
        self._taken_off = TakenOff(self.shelf)

    @property
    def shelf(self) -> Shelf:
        """The files of the ledger."""
        return self.filing.shelf

    def add(self, arrival: Arrival) -> None:
        """Decide what to write for one invoice."""
        found = self.directory.find(arrival)
        if found.problem:
            self._turn_away(found.problem)
            self._doubt(arrival, found.problem)
            return
        account = found.account
        id_ = self.directory.id_of(account, arrival)
        wrong = _too_early(arrival, self.filing.today) or self._taken(
            account, id_, arrival
        )
        if wrong:
            self._turn_away(wrong)
            self._doubt(arrival, wrong)
            return
        path = f"ledger/{account}/invoices/{id_}.yaml"
        data = self.shelf.read(path)
        twin = self.directory.twin(account, arrival) if data is None else None
        if twin:
            (other, its), problem = twin
            self._turn_away(problem)
            kept = self._keeping(other, arrival.source)
            kept.differs(its, "row", "its own", problem.what)
            return
        self._add_account(account, arrival)
        self._file(account, path, data, as_in_ledger(arrival, id_))

    def _file(
        self, account: str, path: str, data: bytes | None, arrival: Arrival
    ) -> None:
        """Add what the ledger lacks of an invoice, or hold it if it is another's."""
        invoice = arrival.invoice
        wrong = self._add_invoice(account, path, data, arrival)
        if wrong:
            self._turn_away(wrong)
            self._doubt(arrival, wrong)
            return
        self._filed[account, invoice.id] = arrival
        self._keeping(account, arrival.source).hear(arrival)
        if data is None:
            self.directory.has(account, invoice.id, invoice)
        if self.filing.signature is not None:
            self._add_disputes(account, arrival, self.filing.signature)

    def _taken(self, account: str, id_: str, arrival: Arrival) -> Problem | None:
        """Say which row before it was about the same invoice, spelled otherwise."""
        first = self._filed.get((account, id_))
        if first is None:
            return None
        what = f"'{arrival.number}' is the invoice '{first.number}' once more"
        hint = f"leave this row out where it comes from, or line {first.place.line}"
        return Problem(arrival.place, what, hint, rule="same-invoice")

    def hold(self, row: Refused) -> None:
        """Hold the customer of a row that could not be read, if the ledger has one."""
        account = self.directory.holder(self.filing.source, row.key)
        if row.off is not None:
            if self._is_known(account, row, row.off):
                return
            self._turn_away(row.why)
        if account is not None:
            invoice = self.directory.invoice(account, _file_name(row.number))
            kept = self._keeping(account, self.filing.source)
            kept.differs(invoice, "row", "as it was", row.why.what)

    def _is_known(self, account: str | None, row: Refused, off: Money) -> bool:
        """Whether the ledger has what a row takes off, or there is nothing to take."""
        if account is None:
            return off.amount == 0
        if off.amount == 0:
            id_ = self.directory.invoice(account, _file_name(row.number))
            return id_ is None or not is_open(self.shelf, account, id_)
        return self._taken_off.knows(account, row.number, off)

    def keep(self) -> None:
        """Decide what imports keep of each customer that was spoken of, or was not."""
        for account, gains in self._gains.items():
            self._match(account, gains)
        if self.filing.reach in ("all", "some"):
            for account in self.directory.profiles:
                self._keeping(account, self.filing.source)
        for (account, _source), kept in sorted(self._kept.items()):
            profile = self.directory.profiles.get(account)
            change, problems = kept.change(self.shelf, profile)
            self.problems += problems
            self.changes += [change] if change else []
            self.missing += kept.missing

    def _doubt(self, arrival: Arrival, why: Problem) -> None:
        """Hold the invoice that a row may be about and that is not taken from it."""
        account = self.directory.holder(arrival.source, arrival.key)
        invoice = account and self.directory.invoice(account, arrival.invoice.id)
        if account and invoice:
            kept = self._keeping(account, arrival.source)
            kept.differs(invoice, "row", "its own", why.what)

    def _turn_away(self, problem: Problem) -> None:
        self.turned_away += 1
        self.problems.append(problem)

    def _keeping(self, account: str, source: str) -> Kept:
        key = (account, source)
        if key not in self._kept:
            filing = self.filing
            self._kept[key] = Kept(account, source, filing.on, filing.reach)
        return self._kept[key]

    def _add_account(self, account: str, arrival: Arrival) -> None:
        """Add a new customer, with each contact that a row names."""
        path = f"ledger/{account}/account.yaml"
        if account in self._accounts:
            self._add_contacts(account, path, arrival)
            return
        self._accounts.add(account)
        if self.shelf.read(path) is None:
            text = profile_text(self.shelf, arrival.profile)
            self._new[account] = (len(self.changes), arrival.profile)
            self.changes.append(Change(path, text, "account"))
            self._know(account, path, text)

    def _add_contacts(self, account: str, path: str, arrival: Arrival) -> None:
        """Add whom a further row of a new customer names beside the first."""
        if account not in self._new:
            return
        change, profile = self._new[account]
        whole = with_contacts(profile, arrival.profile)
        if whole != profile:
            text = profile_text(self.shelf, whole)
            self._new[account] = (change, whole)
            self.changes[change] = Change(path, text, "account")
            self._know(account, path, text)

    def _know(self, account: str, path: str, text: str) -> None:
        profile, _ = load_profile(text.encode(), path, self.filing.creditor)
        if profile:
            self.directory.add(account, profile)

    def _add_invoice(
        self, account: str, path: str, data: bytes | None, arrival: Arrival
    ) -> Problem | None:
        """Add an invoice or what it lacks; or say why it cannot be that one."""
        if data is None:
            self._gain(account, path, arrival.invoice.id, new_file(arrival), "invoice")
            return None
        invoice, unread = load_invoice(data, path)
        if invoice is None:
            self.problems.extend(unread[1:])
            return unread[0]
        if not _is_numbered(invoice, arrival):
            other = invoice.called
            what = f"'{arrival.number}' would have the file of invoice '{other}'"
            hint = "rename one of them where it comes from"
            return Problem(arrival.place, what, hint, rule="same-name")
        addition, problems = lacking(data, path, arrival)
        if addition:
            problems += self._gain(
                account, path, arrival.invoice.id, addition, "payment"
            )
        self.problems.extend(problems)
        self.differing += bool(problems)
        self.unchanged += not (addition or problems)
        kept = self._keeping(account, arrival.source)
        kept.compare(invoice, arrival)
        return None

    def _gain(
        self, account: str, path: str, invoice: str, what: Addition, adds: str
    ) -> Problems:
        """Note what a file gains; which records it quotes is seen in the end."""
        text, unfit = what.write(what.payments)
        if text is not None:
            gain = _Gain(len(self.changes), invoice, what)
            self._gains.setdefault(account, []).append(gain)
            self.changes.append(Change(path, text, adds))
        return unfit

    def _match(self, account: str, gains: list[_Gain]) -> None:
        """Let what an account gains quote the records that a person made of it."""
        lines = [(each.invoice, p) for each in gains for p in each.what.payments]
        money = OnRecord.read(self.shelf, account) if lines else OnRecord()
        if not money.left:
            return
        placed = money.quoted(lines)
        quoted = iter(placed)
        for gain in gains:
            own = [payment for _, payment in islice(quoted, len(gain.what.payments))]
            on_record = sum(payment.source is not None for payment in own)
            text, _ = gain.what.write(own) if on_record else (None, ())
            if text is not None:
                self.matched += on_record
                change = self.changes[gain.change]
                self.changes[gain.change] = replace(change, text=text)
        for record, doubt in money.doubts(placed):
            place = Place(f"ledger/{account}/records/{record}.yaml")
            self.problems.append(
                Problem(place, doubt.what, doubt.hint, "warning", doubt.rule)
            )

    def _add_disputes(
        self, account: str, arrival: Arrival, signature: Signature
    ) -> None:
        folder = f"ledger/{account}/records"
        if account not in self._records:
            kept, problems = read_records(self.shelf, account)
            self._records[account] = kept
            self.problems.extend(problems)
        kept = self._records[account]
        if not arrival.disputed:
            self.problems += no_longer_marked(account, arrival, kept)
            return
        for record in dispute_records(arrival, kept, signature):
            kept.add(record)
            path, text = f"{folder}/{record.id}.yaml", document(record_document(record))
            self.changes.append(Change(path, text, KIND_OF[type(record)]))


def _too_early(arrival: Arrival, today: date) -> Problem | None:
    """Say which payment is of a day to come."""
    days = [payment.on for payment in arrival.invoice.payments]
    last = max([*days, *([arrival.settled] if arrival.settled else [])], default=today)
    if last <= today:
        return None
    what = f"paid on {last}, which is after today, {today}"
    hint = "mend the date, or leave it empty until the money is there"
    return Problem(arrival.place, what, hint, rule="future-payment")


def _is_numbered(invoice: Invoice, arrival: Arrival) -> bool:
    """Whether a file is that of the invoice of a number, not of one like it."""
    if arrival.number in (invoice.called, invoice.reference):
        return True
    return identity(invoice) == identity(
        replace(arrival.invoice, number=arrival.number)
    )


def _file_name(number: str) -> str:
    try:
        return read_id(number)
    except CellError:
        return ""


#: From so many invoices on, half as many in the next export are doubted.
_MANY = 4


def doubts(
    source: Source, before: Source | None, today: date, *, whole: bool = True
) -> str | None:
    """Say why a source is not to be taken as read; None where it is.

    It goes further than today, or lists nothing, as it did not before; or less than
    half of what it listed before, if it is to list the *whole* of what is open.
    """
    if source.until > today:
        return f"{source.until} is after today, {today}"
    rows, earlier = source.rows or 0, before.rows if before else None
    if not rows and earlier != 0:
        return "it lists no invoice"
    if whole and earlier and earlier >= _MANY and rows * 2 < earlier:
        return f"it lists {rows} invoices, and {earlier} the time before"
    return None


def reach_of(
    source: Source, before: Source | None, today: date, *, whole: bool
) -> Reach:
    """Say how far a file speaks that goes as far as *source* says."""
    if before is not None and before.until > source.until:
        return "past" if whole else "some"
    if not whole:
        return "some"
    return "part" if doubts(source, before, today) else "all"


def last_read(shelf: Shelf, name: str | None) -> Source | None:
    """Return how far a source was read the last time, None where nobody knows."""
    path = f"ledger/_sources/{name}.yaml"
    data = shelf.read(path) if name else None
    return load_source(data, path)[0] if data else None


def file_source(
    name: str, source: Source, shelf: Shelf, today: date, *, whole: bool = True
) -> tuple[tuple[Change, ...], Problems]:
    """Decide whether to write how far a source was read; it never goes back.

    What is doubtful about it is a problem, and nothing is written.
    """
    path = f"ledger/_sources/{name}.yaml"
    data = shelf.read(path)
    before, problems = (None, ()) if data is None else load_source(data, path)
    if problems:
        return (), problems
    doubt = doubts(source, before, today, whole=whole)
    if doubt:
        what = f"'{name}' is not taken as read until {source.until}: {doubt}"
        hint = "import the whole file"
        if source.until <= today:
            hint += (
                f"; if this is the whole, write 'until: {source.until}' and 'rows:"
                f" {source.rows or 0}' there, and import it again"
            )
        problem = Problem(Place(path), what, hint, "warning", "doubtful-source")
        return (), (problem,)
    if before is not None and before.until >= source.until:
        return (), ()
    text = document(
        {"kind": source.kind, "until": source.until, "rows": source.rows or 0}
    )
    return (Change(path, text, "source"),), ()
