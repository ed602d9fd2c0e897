"""File payments and settlements: each on the invoice that it names, or as a record.

No money is counted twice and none is lost: what the ledger has already is known by
day, amount and reference, and what cannot be filed is a problem.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from goodterms.decision import MATCHING_DAYS
from goodterms.importers.append_payment import GrownInvoices
from goodterms.importers.customer_directory import Bill, CustomerDirectory
from goodterms.importers.diff import open_amount
from goodterms.importers.disputes import DisputeRecords
from goodterms.importers.ledger_files import invoices_of, records_of
from goodterms.importers.observations import (
    ImportedInvoice,
    ImportedPayment,
    ImportedSettlement,
)
from goodterms.model.identity import normalised_number
from goodterms.model.ledger import Invoice, Payment
from goodterms.model.money import Money, total
from goodterms.model.problem import Problem
from goodterms.model.records import CashReceived, Record

#: Money that the ledger has; a payment on an invoice that quotes a record is none.
Receipt: TypeAlias = Payment | CashReceived


@dataclass(slots=True)
class PaymentMerge:
    """Files payments and settlements, after the invoices of an import.

    ``by`` stands for the records, ``records`` finds their free names, ``add_record``
    writes them. ``matched`` counts payments that the ledger has already, ``unchanged``
    invoices that were settled already; ``refused`` says what could not be filed.
    """

    invoices: GrownInvoices
    directory: CustomerDirectory
    records: Callable[[str], DisputeRecords]
    add_record: Callable[[str, Record], None]
    by: str | None
    today: date
    matched: int = 0
    unchanged: int = 0
    refused: list[Problem] = field(default_factory=list)
    _receipts: dict[str, list[tuple[str, Receipt]]] = field(default_factory=dict)

    def file_payment(self, payment: ImportedPayment) -> None:
        """Add a payment to the invoice that it names, or as unapplied cash.

        It goes on the invoice where that has as much open, in its currency; else it
        becomes a record, which a person allocates. Money that was taken back is refused
        where the invoice does not have as much paid by that day.
        """
        if self._is_to_come(payment):
            return
        account, invoice_id = self._bill(payment)
        if not account:
            self.refused.append(_unknown_payer(payment))
            return
        invoice = self.invoices.read(account, invoice_id) if invoice_id else None
        if self._take_known(account, payment, invoice_id):
            self.matched += 1
        elif invoice is not None and _fits(payment, invoice):
            line = Payment(payment.on, payment.amount, payment.reference or None)
            self.refused += self.invoices.pay(account, invoice_id, line)
        elif payment.amount.amount <= 0:
            self.refused.append(_nothing_to_take_back(payment))
        else:
            self._record(account, payment, invoice)

    def file_settlement(self, settlement: ImportedSettlement) -> None:
        """Add what is still open on an invoice as a payment of the day it names."""
        if self._is_to_come(settlement):
            return
        account, invoice_id = self._bill(settlement)
        invoice = self.invoices.read(account, invoice_id) if invoice_id else None
        if invoice is None:
            self.refused.append(_unknown_invoice(settlement))
            return
        remainder = open_amount(invoice)
        if remainder.amount <= 0:
            self.unchanged += 1
            return
        line = Payment(settlement.on, remainder)
        self.refused += self.invoices.pay(account, invoice_id, line, may_quote=True)

    def _is_to_come(self, observation: ImportedPayment | ImportedSettlement) -> bool:
        """Refuse what is dated after today."""
        if observation.on <= self.today:
            return False
        self.refused.append(future_payment(observation, observation.on, self.today))
        return True

    def _bill(self, observation: ImportedPayment | ImportedSettlement) -> Bill:
        """Return the account and the invoice that are meant, "" where nobody knows.

        The source's own key decides; without one, the number of an invoice does that
        only one customer has.
        """
        number = observation.number
        account = self.directory.keys.get((observation.source, observation.key))
        if account is not None:
            return account, self.directory.invoice(account, number) or ""
        bills = (
            self.directory.numbers.get(normalised_number(number), ()) if number else ()
        )
        exact = [bill for bill in bills if bill[1].casefold() == number.casefold()]
        for candidates in (list(bills), exact):
            if len(candidates) == 1:
                return candidates[0]
        return "", ""

    def _take_known(
        self, account: str, payment: ImportedPayment, invoice_id: str
    ) -> bool:
        """Whether the ledger has the money of a payment; it is taken only once.

        It has it under the same day, amount and reference; or, where somebody wrote it
        down without a reference, on a day near it.
        """
        if account not in self._receipts:
            self._receipts[account] = list(self._read_receipts(account))
        receipts = self._receipts[account]
        alike = [line for line in receipts if line[1].amount == payment.amount]
        same = [line for line in alike if _is_same(payment, line[1])]
        near = [line for line in alike if _may_be(payment, invoice_id, *line)]
        near.sort(key=lambda line: abs((line[1].on - payment.on).days))
        for line in (*same, *near):
            receipts.remove(line)
            return True
        return False

    def _read_receipts(self, account: str) -> Iterator[tuple[str, Receipt]]:
        """List the money that an account had before, with the invoice that it is on."""
        for invoice in invoices_of(self.invoices.files, account):
            for payment in invoice.payments:
                if payment.source is None:
                    yield invoice.id, payment
        for record in records_of(self.invoices.files, account)[0]:
            if isinstance(record, CashReceived):
                yield "", record

    def _record(
        self, account: str, payment: ImportedPayment, invoice: Invoice | None
    ) -> None:
        """Write a payment down as unapplied cash."""
        if self.by is None:
            self.refused.append(_unsigned(payment))
            return
        named = invoice is not None and invoice.currency == payment.amount.currency
        self.add_record(
            account,
            CashReceived(
                id=self.records(account).free_name(payment.on, "payment"),
                on=payment.on,
                by=self.by,
                invoices=(invoice.id,) if invoice is not None and named else (),
                amount=payment.amount,
                reference=payment.reference or None,
            ),
        )


def _is_same(payment: ImportedPayment, receipt: Receipt) -> bool:
    reference = payment.reference or None
    return receipt.on == payment.on and receipt.reference == reference


def _may_be(
    payment: ImportedPayment, invoice_id: str, on_invoice: str, receipt: Receipt
) -> bool:
    """Whether a receipt without a reference may be the money of a payment."""
    if receipt.reference or abs((receipt.on - payment.on).days) > MATCHING_DAYS:
        return False
    listed = receipt.invoices if isinstance(receipt, CashReceived) else (on_invoice,)
    return not invoice_id or not listed or invoice_id in listed


def _fits(payment: ImportedPayment, invoice: Invoice) -> bool:
    """Whether an invoice has as much open; or paid, now and later, to take back."""
    amount = payment.amount
    if amount.currency != invoice.currency:
        return False
    if amount.amount > 0:
        return amount <= open_amount(invoice)
    later = {line.on for line in invoice.payments if line.on > payment.on}
    return all(-amount <= _paid_by(invoice, day) for day in {payment.on, *later})


def _paid_by(invoice: Invoice, day: date) -> Money:
    """Add up what was paid on an invoice up to a day, less what was taken back."""
    lines = (line.amount for line in invoice.payments if line.on <= day)
    return total(lines, invoice.currency)


def future_payment(
    observation: ImportedInvoice | ImportedPayment | ImportedSettlement,
    on: date,
    today: date,
) -> Problem:
    """Say that something was paid on a day to come."""
    message = f"paid on {on}, which is after today, {today}"
    hint = "mend the date, or leave it empty until the money is there"
    return Problem(observation.place, message, hint, rule="future-payment")


def _unknown_payer(payment: ImportedPayment) -> Problem:
    payer = f" by '{payment.key}'" if payment.key else ""
    message = (
        f"nobody knows whose {payment.amount} {payment.amount.currency} of"
        f" {payment.on}{payer} is"
    )
    hint = (
        f"record it by hand: goodterms record payment ACCOUNT --on {payment.on} \u2026"
    )
    if payment.key:
        hint = (
            "let account.yaml of the customer say"
            f" 'keys: {{{payment.source}: \"{payment.key}\"}}'"
        )
    return Problem(payment.place, message, hint, rule="unknown-payer")


def _nothing_to_take_back(payment: ImportedPayment) -> Problem:
    message = (
        f"{payment.amount} of {payment.on} takes back what no invoice that it names was"
        " paid by then"
    )
    hint = "enter it below the payment that it takes back"
    return Problem(payment.place, message, hint, rule="reversal")


def _unknown_invoice(settlement: ImportedSettlement) -> Problem:
    message = f"there is no invoice '{settlement.number}' that could be settled"
    hint = "import the invoice first"
    return Problem(settlement.place, message, hint, rule="unknown-invoice")


def _unsigned(payment: ImportedPayment) -> Problem:
    message = f"{payment.amount} of {payment.on} would be a record, and nobody signs it"
    hint = "name a person of goodterms.yaml who stands for records"
    return Problem(payment.place, message, hint, rule="no-author")
