"""File what arrived: which files of the ledger are new, and which gain a payment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from goodterms.importers.append_payment import (
    GrownInvoices,
    missing_payments,
    new_file,
)
from goodterms.importers.cells import CellError, read_id
from goodterms.importers.credit_rows import CreditRows
from goodterms.importers.customer_directory import Bill, CustomerDirectory
from goodterms.importers.disputes import (
    DisputeRecords,
    RecordSigner,
    dispute_records,
    no_longer_marked,
    read_records,
)
from goodterms.importers.import_state import Reach, SourceStatement, is_open
from goodterms.importers.ledger_files import FileChange, LedgerFiles
from goodterms.importers.merge_payments import PaymentMerge, future_payment
from goodterms.importers.new_account import profile_text, with_contacts
from goodterms.importers.observations import (
    ImportBatch,
    ImportedInvoice,
    ImportedPayment,
    ImportedSettlement,
    Observation,
    RefusedRow,
    as_in_ledger,
)
from goodterms.importers.source_progress import last_read, reach_of, row_count
from goodterms.load import SourceState, load_invoice, load_profile
from goodterms.model.identity import identity
from goodterms.model.ledger import Invoice
from goodterms.model.money import Money
from goodterms.model.paths import account_path, invoice_path, record_path
from goodterms.model.problem import Problem
from goodterms.model.records import KIND_OF, Record
from goodterms.model.settings import Creditor
from goodterms.yaml.canonical_writer import document
from goodterms.yaml.ledger_documents import record_document


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """Where an import files, and what of: ``on`` is the day that differences date from.

    ``today`` is the day after which nothing can have been paid.
    ``signature`` is who stands for dispute records; without one there are none.
    ``reach`` says whether what is missing is held.
    """

    files: LedgerFiles
    creditor: Creditor
    on: date
    source: str
    today: date
    signature: RecordSigner | None = None
    reach: Reach = "some"


def merge_batch(
    batch: ImportBatch, files: LedgerFiles, creditor: Creditor, today: date
) -> "ImportResult":
    """Decide what to write of all that a source says, how far it goes included."""
    until = min(today, batch.until or today)
    name = batch.source if batch.keeps_progress else None
    source = SourceState(batch.kind, until, row_count(batch))
    before = last_read(files, name)
    request = ImportRequest(
        files,
        creditor,
        until,
        batch.source,
        today,
        RecordSigner(batch.by, batch.review, today) if batch.by else None,
        reach_of(source, before, today, whole=batch.lists_all_open),
    )
    result = merge_observations(batch.observations, request, batch.refused)
    result.problems.extend(batch.problems)
    return result


def merge_observations(
    observations: Iterable[Observation],
    request: ImportRequest,
    refused: Iterable[RefusedRow] = (),
) -> "ImportResult":
    """Decide what to write. Nothing that the ledger says is overwritten.

    An account, an invoice, a record is written only if it is not there; an
    invoice that is gains the payments that it lacks, each of which quotes the
    payment record that a person made of it. What differs, and the rows that were
    *refused*, hold the customers that they are about. Invoices come first, then
    payments, then settlements of what is open after them.
    """
    directory = CustomerDirectory.read(request.files, request.creditor)
    result = ImportResult(request, directory)
    listed = list(observations)
    for observation in listed:
        if isinstance(observation, ImportedInvoice):
            result.add(observation)
    for row in refused:
        result.hold(row)
    result.add_money(listed)
    result.keep()
    return result


@dataclass(slots=True)
class ImportResult:
    """The changes to make, and what was found when they were looked for.

    ``unchanged`` and ``differing`` count invoices that the ledger had; differing
    ones stand in ``problems``. ``matched`` counts payments that were on record,
    ``turned_away`` rows that are somebody else's, ``missing`` open invoices that the
    source lists no more. ``lost`` says that money could not be filed.
    """

    request: ImportRequest
    directory: CustomerDirectory
    changes: list[FileChange] = field(default_factory=list)
    unchanged: int = 0
    differing: int = 0
    matched: int = 0
    turned_away: int = 0
    missing: int = 0
    lost: bool = False
    problems: list[Problem] = field(default_factory=list)
    _accounts: set[str] = field(default_factory=set)
    _new: dict[str, tuple[int, Mapping[str, object]]] = field(default_factory=dict)
    _records: dict[str, DisputeRecords] = field(default_factory=dict)
    _kept: dict[tuple[str, str], SourceStatement] = field(default_factory=dict)
    _filed: dict[Bill, ImportedInvoice] = field(default_factory=dict)
    _taken_off: CreditRows = field(init=False)
    _grown: GrownInvoices = field(init=False)

    def __post_init__(self) -> None:
        self._taken_off = CreditRows(self.files)
        self._grown = GrownInvoices(self.files, self.changes)

    @property
    def files(self) -> LedgerFiles:
        """The files of the ledger."""
        return self.request.files

    def add(self, imported: ImportedInvoice) -> None:
        """Decide what to write for one invoice."""
        customer = self.directory.find(imported)
        if customer.problem:
            self._turn_away(customer.problem)
            self._doubt(imported, customer.problem)
            return
        account = customer.account
        id_ = self.directory.id_of(account, imported)
        wrong = _too_early(imported, self.request.today) or self._taken(
            account, id_, imported
        )
        if wrong:
            self._turn_away(wrong)
            self._doubt(imported, wrong)
            return
        path = invoice_path(account, id_)
        data = self.files.read(path)
        twin = self.directory.twin(account, imported) if data is None else None
        if twin:
            (other, its), problem = twin
            self._turn_away(problem)
            kept = self._keeping(other, imported.source)
            kept.differs(its, "row", "its own", problem.what)
            return
        self._add_account(account, imported)
        self._file(account, path, data, as_in_ledger(imported, id_))

    def _file(
        self, account: str, path: str, data: bytes | None, imported: ImportedInvoice
    ) -> None:
        """Add what the ledger lacks of an invoice, or hold it if it is another's."""
        invoice = imported.invoice
        wrong = self._add_invoice(account, path, data, imported)
        if wrong:
            self._turn_away(wrong)
            self._doubt(imported, wrong)
            return
        self._filed[account, invoice.id] = imported
        self._keeping(account, imported.source).note_invoice(imported)
        if data is None:
            self.directory.has(account, invoice.id, invoice)
        if self.request.signature is not None and imported.disputed is not None:
            self._add_disputes(account, imported, self.request.signature)

    def _taken(
        self, account: str, id_: str, imported: ImportedInvoice
    ) -> Problem | None:
        """Say which row before it was about the same invoice, spelled otherwise."""
        first = self._filed.get((account, id_))
        if first is None:
            return None
        message = f"'{imported.number}' is the invoice '{first.number}' once more"
        hint = f"leave this row out where it comes from, or line {first.place.line}"
        return Problem(imported.place, message, hint, rule="same-invoice")

    def hold(self, row: RefusedRow) -> None:
        """Hold the customer of a row that could not be read, if the ledger has one."""
        account = self.directory.holder(self.request.source, row.key)
        if row.off is not None:
            if self._is_known(account, row, row.off):
                return
            self._turn_away(row.why)
        if account is not None:
            invoice = self.directory.invoice(account, _file_name(row.number))
            kept = self._keeping(account, self.request.source)
            kept.differs(invoice, "row", "as it was", row.why.what)

    def _is_known(self, account: str | None, row: RefusedRow, off: Money) -> bool:
        """Whether the ledger has what a row takes off, or there is nothing to take."""
        if account is None:
            return off.amount == 0
        if off.amount == 0:
            id_ = self.directory.invoice(account, _file_name(row.number))
            return id_ is None or not is_open(self.files, account, id_)
        return self._taken_off.knows(account, row.number, off)

    def add_money(self, observations: Iterable[Observation]) -> None:
        """Decide what to write for payments and settlements; ``lost`` says of none."""
        signature = self.request.signature
        merge = PaymentMerge(
            self._grown,
            self.directory,
            self._records_of,
            self._add_record,
            signature.by if signature else None,
            self.request.today,
        )
        listed = list(observations)
        payments = [
            observation
            for observation in listed
            if isinstance(observation, ImportedPayment)
        ]
        for payment in sorted(payments, key=lambda p: (p.on, p.amount.amount < 0)):
            merge.file_payment(payment)
        for observation in listed:
            if isinstance(observation, ImportedSettlement):
                merge.file_settlement(observation)
        self.matched += merge.matched
        self.unchanged += merge.unchanged
        self.lost = bool(merge.refused)
        for problem in merge.refused:
            self._turn_away(problem)

    def keep(self) -> None:
        """Decide what imports keep of each customer that was spoken of, or was not."""
        matched, doubts = self._grown.quote_records()
        self.matched += matched
        self.problems += doubts
        if self.request.reach in ("all", "some"):
            for account in self.directory.profiles:
                self._keeping(account, self.request.source)
        for (account, _source), kept in sorted(self._kept.items()):
            profile = self.directory.profiles.get(account)
            change, problems = kept.change(self.files, profile)
            self.problems += problems
            self.changes += [change] if change else []
            self.missing += kept.missing

    def _doubt(self, imported: ImportedInvoice, why: Problem) -> None:
        """Hold the invoice that a row may be about and that is not taken from it."""
        account = self.directory.holder(imported.source, imported.key)
        invoice = account and self.directory.invoice(account, imported.invoice.id)
        if account and invoice:
            kept = self._keeping(account, imported.source)
            kept.differs(invoice, "row", "its own", why.what)

    def _turn_away(self, problem: Problem) -> None:
        self.turned_away += 1
        self.problems.append(problem)

    def _keeping(self, account: str, source: str) -> SourceStatement:
        key = (account, source)
        if key not in self._kept:
            self._kept[key] = SourceStatement(
                account, source, self.request.on, self.request.reach
            )
        return self._kept[key]

    def _add_account(self, account: str, imported: ImportedInvoice) -> None:
        """Add a new customer, with each contact that a row names."""
        path = account_path(account)
        if account in self._accounts:
            self._add_contacts(account, path, imported)
            return
        self._accounts.add(account)
        if self.files.read(path) is None:
            text = profile_text(self.files, imported.profile)
            self._new[account] = (len(self.changes), imported.profile)
            self.changes.append(FileChange(path, text, "account"))
            self._know(account, path, text)

    def _add_contacts(self, account: str, path: str, imported: ImportedInvoice) -> None:
        """Add whom a further row of a new customer names beside the first."""
        if account not in self._new:
            return
        change, profile = self._new[account]
        whole = with_contacts(profile, imported.profile)
        if whole != profile:
            text = profile_text(self.files, whole)
            self._new[account] = (change, whole)
            self.changes[change] = FileChange(path, text, "account")
            self._know(account, path, text)

    def _know(self, account: str, path: str, text: str) -> None:
        profile, _ = load_profile(text.encode(), path, self.request.creditor)
        if profile:
            self.directory.add(account, profile)

    def _add_invoice(
        self, account: str, path: str, data: bytes | None, imported: ImportedInvoice
    ) -> Problem | None:
        """Add an invoice or what it lacks; or say why it cannot be that one."""
        if data is None:
            self._grown.add(account, imported.invoice.id, new_file(imported), "invoice")
            return None
        invoice, unread = load_invoice(data, path)
        if invoice is None:
            self.problems.extend(unread[1:])
            return unread[0]
        if not _is_numbered(invoice, imported):
            other = invoice.called
            message = f"'{imported.number}' would have the file of invoice '{other}'"
            hint = "rename one of them where it comes from"
            return Problem(imported.place, message, hint, rule="same-name")
        addition, problems = missing_payments(data, path, imported)
        if addition:
            problems += self._grown.add(
                account, imported.invoice.id, addition, "payment"
            )
        self.problems.extend(problems)
        self.differing += bool(problems)
        self.unchanged += not (addition or problems)
        kept = self._keeping(account, imported.source)
        kept.compare(invoice, imported)
        return None

    def _add_disputes(
        self, account: str, imported: ImportedInvoice, signature: RecordSigner
    ) -> None:
        records = self._records_of(account)
        if not imported.disputed:
            self.problems += no_longer_marked(account, imported, records)
            return
        for record in dispute_records(imported, records, signature):
            records.add(record)
            self._add_record(account, record)

    def _records_of(self, account: str) -> DisputeRecords:
        if account not in self._records:
            records, problems = read_records(self.files, account)
            self._records[account] = records
            self.problems.extend(problems)
        return self._records[account]

    def _add_record(self, account: str, record: Record) -> None:
        path = record_path(account, record.id)
        text = document(record_document(record))
        self.changes.append(FileChange(path, text, KIND_OF[type(record)]))


def _too_early(imported: ImportedInvoice, today: date) -> Problem | None:
    """Say which payment is of a day to come."""
    days = [payment.on for payment in imported.invoice.payments]
    last = max(
        [*days, *([imported.settled] if imported.settled else [])], default=today
    )
    if last <= today:
        return None
    return future_payment(imported, last, today)


def _is_numbered(invoice: Invoice, imported: ImportedInvoice) -> bool:
    """Whether a file is that of the invoice of a number, not of one like it."""
    if imported.number in (invoice.called, invoice.reference):
        return True
    return identity(invoice) == identity(
        replace(imported.invoice, number=imported.number)
    )


def _file_name(number: str) -> str:
    try:
        return read_id(number)
    except CellError:
        return ""
