"""Add payments to the files of invoices without touching what they say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeAlias

from goodterms.importers.diff import compare, remainder
from goodterms.importers.ledger_files import FileChange, LedgerFiles
from goodterms.importers.observations import ImportedInvoice
from goodterms.importers.recorded_payments import RecordedPayments
from goodterms.load import Problems, load_invoice
from goodterms.load.invoice_additions import grown
from goodterms.load.load_file import located
from goodterms.model.ledger import Invoice, Payment
from goodterms.model.paths import invoice_path, record_path
from goodterms.model.problem import Place, Problem
from goodterms.yaml.canonical_writer import document
from goodterms.yaml.ledger_documents import invoice_document
from goodterms.yaml.restricted_reader import documents_with_places

#: Writes an invoice's file with some payments; None, and why, where it cannot be.
Writing: TypeAlias = Callable[[Sequence[Payment]], tuple[str | None, Problems]]


@dataclass(frozen=True, slots=True)
class PaymentAddition:
    """The payments that the file of an invoice is to gain, and how they get there."""

    payments: tuple[Payment, ...]
    write: Writing


def new_file(imported: ImportedInvoice) -> PaymentAddition:
    """Return the payments of an invoice that the ledger does not have yet."""
    invoice = imported.invoice

    def write(payments: Sequence[Payment]) -> tuple[str | None, Problems]:
        with_them = replace(invoice, payments=tuple(payments))
        return document(invoice_document(with_them)), ()

    return PaymentAddition((*invoice.payments, *remainder(invoice, imported)), write)


def missing_payments(
    data: bytes, file: str, imported: ImportedInvoice
) -> tuple[PaymentAddition | None, Problems]:
    """Return the payments that an invoice's file lacks, None where it lacks none.

    The problems say what differs. What the file says stays, to the character:
    lines come in, and are read back before anybody sees them.
    """
    invoice, problems = load_invoice(data, file)
    if invoice is None:
        return None, problems
    payments, differences = compare(invoice, imported)
    if differences:
        (placed,), _ = documents_with_places(data, file)
        problems = located(differences, placed.places)
    if not payments:
        return None, problems
    return PaymentAddition(payments, _appending(data, file)), problems


def _appending(data: bytes, file: str) -> Writing:
    def write(payments: Sequence[Payment]) -> tuple[str | None, Problems]:
        return grown(data, file, payments)

    return write


@dataclass(frozen=True, slots=True)
class _GrownFile:
    """A file that gains payments: the number of its change, and what it gains.

    ``further`` are payments that quote no record beyond what they say themselves.
    """

    account: str
    invoice: str
    change: int
    addition: PaymentAddition
    further: tuple[Payment, ...] = ()

    def text(self, payments: Sequence[Payment]) -> tuple[str | None, Problems]:
        """Write the file with *payments* as those of the addition."""
        return self.addition.write((*self.further, *payments))


@dataclass(slots=True)
class GrownInvoices:
    """The invoices of a ledger as they stand with what an import adds to them.

    ``changes`` are those of the whole import; what is added here comes in there.
    """

    files: LedgerFiles
    changes: list[FileChange]
    _grown: dict[tuple[str, str], _GrownFile] = field(default_factory=dict)

    def add(
        self, account: str, invoice: str, addition: PaymentAddition, adds: str
    ) -> Problems:
        """Let a file gain payments, which may come to quote records in the end."""
        file = _GrownFile(account, invoice, len(self.changes), addition)
        return self._write(file, adds)

    def pay(
        self, account: str, invoice: str, payment: Payment, *, may_quote: bool = False
    ) -> Problems:
        """Let the file of an invoice that is there, or new, gain one payment.

        It may come to quote a record where it *may_quote*. The problems say why the
        file cannot gain it.
        """
        file = self._grown.get((account, invoice))
        if file is None:
            path = _path(account, invoice)
            write = _appending(self.files.read(path) or b"", path)
            addition = PaymentAddition((), write)
            file = _GrownFile(account, invoice, len(self.changes), addition)
        if may_quote:
            payments = (*file.addition.payments, payment)
            file = replace(file, addition=replace(file.addition, payments=payments))
        else:
            file = replace(file, further=(*file.further, payment))
        return self._write(file, "payment")

    def _write(self, file: _GrownFile, adds: str) -> Problems:
        text, problems = file.text(file.addition.payments)
        if text is None:
            return problems
        self._grown[file.account, file.invoice] = file
        if file.change < len(self.changes):
            change = replace(self.changes[file.change], text=text)
            self.changes[file.change] = change
        else:
            path = _path(file.account, file.invoice)
            self.changes.append(FileChange(path, text, adds))
        return problems

    def read(self, account: str, invoice: str) -> Invoice | None:
        """Read an invoice as it is to stand; None where there is none that can be."""
        file, path = self._grown.get((account, invoice)), _path(account, invoice)
        text = self.changes[file.change].text if file else None
        data = self.files.read(path) if text is None else text.encode()
        return load_invoice(data, path)[0] if data else None

    def quote_records(self) -> tuple[int, Problems]:
        """Let payments quote the records that a person made of the same money.

        Returns how many do, and the records of which that is not sure.
        """
        matched, problems = 0, list[Problem]()
        by_account: dict[str, list[_GrownFile]] = {}
        for file in self._grown.values():
            by_account.setdefault(file.account, []).append(file)
        for account, files in by_account.items():
            quoting, doubts = self._quote(account, files)
            matched += quoting
            problems += doubts
        return matched, tuple(problems)

    def _quote(self, account: str, files: list[_GrownFile]) -> tuple[int, Problems]:
        lines = [(file.invoice, p) for file in files for p in file.addition.payments]
        recorded = RecordedPayments.read(self.files, account) if lines else None
        if recorded is None or not recorded.left:
            return 0, ()
        placed = recorded.quoted(lines)
        quoted, matched = iter(placed), 0
        for file in files:
            count = len(file.addition.payments)
            payments = [payment for _, payment in islice(quoted, count)]
            on_record = sum(payment.source is not None for payment in payments)
            text, _ = file.text(payments) if on_record else (None, ())
            if text is not None:
                matched += on_record
                change = self.changes[file.change]
                self.changes[file.change] = replace(change, text=text)
        problems = []
        for record, doubt in recorded.doubts(placed):
            place = Place(record_path(account, record))
            problems.append(
                Problem(place, doubt.what, doubt.hint, "warning", doubt.rule)
            )
        return matched, tuple(problems)


def _path(account: str, invoice: str) -> str:
    return invoice_path(account, invoice)
