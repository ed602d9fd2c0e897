"""What importers yield, whatever they read it from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from goodterms.load import Problems
from goodterms.model.ledger import Invoice
from goodterms.model.money import Money
from goodterms.model.problem import Place, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedInvoice:
    """One invoice as another system states it.

    ``profile`` is what a new ``account.yaml`` would say. ``invoice`` has the
    payments that the system lists, if ``lists_payments``; ``settled`` is the
    day from which nothing was open, if ``lists_settled``. ``disputed`` is None where
    the system does not say. ``place`` is where it was read. ``source`` calls the
    customer ``key`` and the invoice ``number``; ``account`` is the folder that a new
    customer would have. ``name`` and ``email`` are what it says of the customer now,
    "" where it says nothing.
    """

    account: str
    source: str
    key: str
    number: str
    name: str = ""
    email: str = ""
    profile: Mapping[str, object]
    invoice: Invoice
    lists_payments: bool = False
    lists_settled: bool = False
    settled: date | None = None
    disputed: bool | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedPayment:
    """Money that came in on a day; below zero where it was taken back.

    ``reference`` is where it is found, such as the line of a bank statement: two
    payments of one day and amount are told apart by it. ``key`` is what ``source``
    calls the customer, ``number`` the invoice that the payer named; "" where it says
    nothing.
    """

    source: str
    on: date
    amount: Money
    reference: str
    key: str = ""
    number: str = ""
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedSettlement:
    """The word of a source that nothing was open on an invoice from a day on.

    ``key`` is what it calls the customer, "" where it does not say.
    """

    source: str
    number: str
    on: date
    key: str = ""
    place: Place


Observation: TypeAlias = ImportedInvoice | ImportedPayment | ImportedSettlement


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row of a source that was left out: whose it is, and why.

    ``key`` and ``number`` are what its cells say of customer and invoice. ``off`` is
    what it takes off, where it is none of an invoice: if the ledger has that, all is
    well, and ``why`` is no problem.
    """

    key: str
    number: str
    why: Problem
    off: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportBatch:
    """All that one source says in one import.

    ``source`` is its name in ``keys`` of accounts; with ``keeps_progress`` also that
    of the file in ``ledger/_sources``, which says up to which day (``until``) all of
    its ``kind`` is in. ``lists_all_open``: what it lists no more is held.
    ``may_be_empty``: a source that lists nothing, such as a bank statement, was
    read all the same. ``by`` is the person who stands for the records it makes, and
    ``review`` in how many days a dispute is looked at again. ``lost`` says that
    something could not be read of which nobody knows whose it is.
    """

    source: str
    observations: tuple[Observation, ...]
    refused: tuple[RefusedRow, ...] = ()
    problems: Problems = ()
    lost: bool = False
    kind: str = "payments"
    until: date | None = None
    keeps_progress: bool = True
    lists_all_open: bool = False
    may_be_empty: bool = False
    by: str | None = None
    review: int = 30


def as_in_ledger(imported: ImportedInvoice, id_: str) -> ImportedInvoice:
    """Return an observation whose invoice has the id that the ledger knows it by."""
    if imported.invoice.id == id_:
        return imported
    known_as = replace(imported.invoice, id=id_, number=imported.number)
    return replace(imported, invoice=known_as)
