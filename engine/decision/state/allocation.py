"""Put a payment or credit-note record on invoices: who gets how much of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from goodterms.decision.state.account_state import AccountState, coverage_of
from goodterms.decision.state.cash_coverage import FreeCash
from goodterms.decision.state.unapplied_cash import (
    Source,
    UnappliedCash,
    net_of_reversals,
    unapplied_records,
)
from goodterms.model.ledger import Account, Credit, Invoice, Payment
from goodterms.model.money import AmountError, Money, parse_amount, total
from goodterms.model.problem import did_you_mean
from goodterms.model.records import KIND_OF, CashReceived, CreditNote

#: What is wished for: an invoice, and an amount as it is written; None: what fits.
Wish: TypeAlias = tuple[str, str | None]


_KIND: Mapping[type[Source], Literal["cash", "credit"]] = {
    CashReceived: "cash",
    CreditNote: "credit",
}


class AllocationError(ValueError):
    """Why a record cannot be put on invoices so, and what to do.

    ``about`` is what is wrong: ``record``, ``invoices`` or ``account``.
    """

    def __init__(self, what: str, hint: str = "", about: str = "invoices") -> None:
        super().__init__(f"{what}; {hint}" if hint else what)
        self.what = what
        self.hint = hint
        self.about = about


@dataclass(frozen=True, slots=True)
class AllocationShare:
    """What an invoice gets of a record; ``open`` is what was open on it before."""

    invoice: Invoice
    amount: Money
    open: Money


@dataclass(frozen=True, slots=True)
class Allocation:
    """How a record is put on invoices. ``left`` is what remains of it then."""

    record: Source
    shares: tuple[AllocationShare, ...]
    left: Money

    def payments(self, share: AllocationShare) -> tuple[Payment, ...]:
        """Return the payment that an invoice's file gains, of the record's day."""
        if not isinstance(self.record, CashReceived):
            return ()
        return (Payment(self.record.on, share.amount, source=self.record.id),)

    def credits(self, share: AllocationShare) -> tuple[Credit, ...]:
        """Return the credit that an invoice's file gains, of the record's day."""
        if isinstance(self.record, CashReceived):
            return ()
        note = self.record.reference
        return (
            Credit(self.record.on, share.amount, reference=note, source=self.record.id),
        )


def allocate(
    state: AccountState, record: str, wishes: Sequence[Wish], *, over: bool = False
) -> Allocation:
    """Put a record on the invoices wished for; without wishes, on the oldest due.

    The oldest due means: those that the record names, then in the order in which
    a plan covers them (see ``coverage``). The situation is of today, or of the
    record's own day if that is later. Raises AllocationError for more than is left
    of the record or, unless *over*, open on an invoice; for another currency; for
    unknown names.
    """
    source = _find_record(state.account, record)
    if source.left.amount <= 0:
        hint = f"payments and credits with 'from: {record}' have it all"
        raise AllocationError(f"nothing of '{record}' is left", hint, "record")
    wished = _wished_shares(source, wishes, state, over=over)
    shares = wished if wishes else _oldest_due_shares(source, state)
    spent = total((share.amount for share in shares), source.left.currency)
    return Allocation(source.record, shares, source.left - spent)


def day_of(account: Account, record: str, as_of: date) -> date:
    """Return the day to look at a record on: today, or its own if that is later."""
    days = (candidate.on for candidate in account.records if candidate.id == record)
    return max(as_of, *days, as_of)


def _find_record(account: Account, record: str) -> UnappliedCash:
    """Return a record and what is left of it, by all that the ledger holds."""
    everything = unapplied_records(account.invoices, account.records, date.max)
    notes = (
        source_record
        for source_record in everything
        if isinstance(source_record.record, CreditNote)
    )
    cash = (
        source_record
        for source_record in everything
        if isinstance(source_record.record, CashReceived)
    )
    source = next(
        (r for r in (*notes, *net_of_reversals(cash)) if r.id == record), None
    )
    if source is None:
        raise _unknown_record(
            account, record, [source_record.id for source_record in everything]
        )
    return source


def _unknown_record(account: Account, record: str, names: list[str]) -> AllocationError:
    other = next((r for r in account.records if r.id == record), None)
    if other is not None:
        what = f"'{record}' is a {KIND_OF[type(other)]}"
        return AllocationError(what, "name a payment or credit-note record", "record")
    hint = did_you_mean(record, names) or (
        f"there is {', '.join(names)}" if names else "record a payment first"
    )
    what = f"no payment or credit-note record '{record}'"
    return AllocationError(what, hint, "record")


def _wished_shares(
    unapplied: UnappliedCash,
    wishes: Sequence[Wish],
    state: AccountState,
    *,
    over: bool,
) -> tuple[AllocationShare, ...]:
    invoices = {invoice.id: invoice for invoice in state.account.invoices}
    shares: dict[str, AllocationShare] = {}
    left = unapplied.left
    for name, written in wishes:
        invoice = invoices.get(name)
        if invoice is None:
            hint = did_you_mean(name, invoices) or "see the account's invoices"
            raise AllocationError(f"no invoice '{name}'", hint)
        if name in shares:
            raise AllocationError(f"'{name}' is named twice", "add the amounts up")
        open_ = _owed(unapplied, invoice, state)
        share = _share(unapplied, invoice, written, (open_, left), over=over)
        shares[name] = share
        left -= share.amount
    return tuple(shares.values())


def _owed(unapplied: UnappliedCash, invoice: Invoice, state: AccountState) -> Money:
    """Return what an invoice can take: what is open, and charges that money may pay.

    Money of a day pays only what was claimed by then.
    """
    open_ = state.balances.open.get(invoice.id, invoice.total)
    claimed = state.balances.charges.get(invoice.id)
    if not isinstance(unapplied.record, CashReceived):
        return open_
    if claimed is None or claimed.on > unapplied.record.on:
        return open_
    return open_ + claimed.left.sum


def _share(
    unapplied: UnappliedCash,
    invoice: Invoice,
    written: str | None,
    limits: tuple[Money, Money],
    *,
    over: bool,
) -> AllocationShare:
    """Read one wish and hold it against what is open, and what is left."""
    open_, left = limits
    currency = unapplied.left.currency
    if invoice.currency != currency:
        what = (
            f"'{invoice.id}' is in {invoice.currency}, '{unapplied.id}' in {currency}"
        )
        raise AllocationError(what, "currencies never mix")
    try:
        amount = (
            min(open_, left) if written is None else parse_amount(written, currency)
        )
    except AmountError as error:
        raise AllocationError(str(error)) from None
    if written is None and open_.amount <= 0:
        hint = "name an amount, and allow it (--over), if it is meant"
        raise AllocationError(f"nothing is open on '{invoice.id}'", hint)
    if written is not None and amount.amount <= 0:
        raise AllocationError(f"'{written}' is not above zero", "leave it out")
    if amount > left or left.amount <= 0:
        what = f"{amount} is more than the {left} {currency} left of '{unapplied.id}'"
        raise AllocationError(what, "take less")
    if amount > open_ and not over:
        what = f"{amount} is more than the {open_} {currency} open on '{invoice.id}'"
        hint = "take less, or allow it (--over), for charges or as a balance in favour"
        raise AllocationError(what, hint)
    return AllocationShare(invoice, amount, open_)


def _oldest_due_shares(
    unapplied: UnappliedCash, state: AccountState
) -> tuple[AllocationShare, ...]:
    named = frozenset(unapplied.record.invoices)
    free = FreeCash(
        _KIND[type(unapplied.record)],
        unapplied.on,
        unapplied.left,
        named,
    )
    covers = coverage_of(state, state.open_invoices, [free])
    shares = [
        AllocationShare(item.invoice, covers[item.id].amount, item.open)
        for item in sorted(state.open_invoices, key=lambda item: item.id not in named)
        if item.id in covers
    ]
    if not shares:
        what = f"no invoice in {unapplied.left.currency} is open"
        raise AllocationError(what, "it stays unapplied until one is")
    return tuple(shares)
