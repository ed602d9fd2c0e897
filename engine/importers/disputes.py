"""Dispute records for invoices that another system marks as disputed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from goodterms.importers.ledger_files import LedgerFiles, records_of
from goodterms.importers.observations import ImportedInvoice
from goodterms.load import Problems
from goodterms.model.calendar import plus
from goodterms.model.ledger import Invoice
from goodterms.model.paths import record_path, records_folder
from goodterms.model.problem import Place, Problem
from goodterms.model.records import Dispute, Record, Resolution

_MARKED = "Marked as disputed where the invoice was imported from."
_PAID = "Paid in full, as imported."


@dataclass(frozen=True, slots=True)
class RecordSigner:
    """Who stands for a record, and in how many days a dispute is looked at again.

    They count from *today*: what an import brings to light is not overdue at once.
    """

    by: str
    review: int
    today: date


def dispute_records(
    imported: ImportedInvoice, kept: "DisputeRecords", signature: RecordSigner
) -> tuple[Record, ...]:
    """Return the records that a disputed invoice lacks.

    The dispute dates from the day of the invoice, the first on which it can
    have begun. When the invoice was settled, the customer paid after all: the
    dispute is resolved that day, as rejected. A dispute that somebody recorded
    for the invoice is not recorded again; only one that is about this invoice
    alone is resolved.
    """
    disputes = [
        each_dispute
        for each_dispute in kept.disputes
        if _is_about(each_dispute, imported.invoice)
    ]
    if not disputes:
        dispute = _dispute(imported, kept, signature)
        return (dispute, *_resolutions(imported, [dispute], kept, signature))
    return tuple(_resolutions(imported, disputes, kept, signature))


def no_longer_marked(
    account: str, imported: ImportedInvoice, kept: "DisputeRecords"
) -> Iterator[Problem]:
    """Warn of a dispute that came in by a mark which the other system has taken away.

    What came of it nobody has said, so it stops the invoice until somebody does.
    """
    for dispute in kept.disputes:
        alone = dispute.invoices == (imported.invoice.id,)
        settled = imported.settled is not None or dispute.id in kept.resolved
        if alone and dispute.said == _MARKED and not settled:
            message = (
                f"'{imported.number}' is no longer marked as disputed, and stays silent"
            )
            hint = (
                f"say what came of it: goodterms record resolution {account} --by"
                f" NAME --invoice {imported.invoice.id} --of {dispute.id} --outcome"
                " rejected (or upheld, partly with --credit)"
            )
            place = Place(record_path(account, dispute.id))
            yield Problem(place, message, hint, "warning", "dispute-unmarked")


def _dispute(
    imported: ImportedInvoice, kept: "DisputeRecords", signature: RecordSigner
) -> Dispute:
    on = min(imported.invoice.issued, imported.settled or imported.invoice.issued)
    return Dispute(
        id=kept.free_name(on, "dispute"),
        on=on,
        by=signature.by,
        invoices=(imported.invoice.id,),
        review_by=plus(max(on, signature.today), signature.review),
        said=_MARKED,
    )


def _resolutions(
    imported: ImportedInvoice,
    disputes: Iterable[Dispute],
    kept: "DisputeRecords",
    signature: RecordSigner,
) -> Iterator[Resolution]:
    on = imported.settled
    for dispute in disputes:
        alone = dispute.invoices == (imported.invoice.id,)
        if on is None or not alone or dispute.id in kept.resolved:
            continue
        on = max(on, dispute.on)
        yield Resolution(
            id=kept.free_name(on, "resolution"),
            on=on,
            by=signature.by,
            invoices=dispute.invoices,
            of=dispute.id,
            outcome="rejected",
            said=_PAID,
        )


def _is_about(dispute: Dispute, invoice: Invoice) -> bool:
    if dispute.invoices:
        return invoice.id in dispute.invoices
    return invoice.issued <= dispute.on


@dataclass(slots=True)
class DisputeRecords:
    """The disputes of one account and what is in the way of writing more."""

    names: set[str]
    disputes: list[Dispute] = field(default_factory=list)
    resolved: set[str] = field(default_factory=set)

    def free_name(self, on: date, kind: str) -> str:
        """Return the first name of a record file that is not taken, and take it."""
        first = f"{on}-{kind}"
        number, name = 1, first
        while name in self.names:
            number, name = number + 1, f"{first}-{number + 1}"
        self.names.add(name)
        return name

    def add(self, record: Record) -> None:
        """Know a record, whether it was there or is about to be written."""
        if isinstance(record, Dispute):
            self.disputes.append(record)
        elif isinstance(record, Resolution):
            self.resolved.add(record.of)


def read_records(files: LedgerFiles, account: str) -> tuple[DisputeRecords, Problems]:
    """Read the disputes and resolutions of an account's records."""
    names = files.names(records_folder(account))
    kept = DisputeRecords({name.removesuffix(".yaml") for name in names})
    records, problems = records_of(files, account)
    for record in records:
        kept.add(record)
    return kept, problems
