"""Discounts taken up: paid as offered, in time, so that the rest is credited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN

from goodterms.decision.state.balances import Balances
from goodterms.decision.state.history import JournalEntry
from goodterms.decision.state.receipts import Receipts
from goodterms.model.calendar import plus
from goodterms.model.journal import JournalDocument, JournalRow
from goodterms.model.money import Money, parse_amount, rounded, total, unit
from goodterms.model.plan import Action, ConcreteOffer, InvoiceLine
from goodterms.model.policy import Offer, Policy
from goodterms.model.policy_ref import PolicyRef


def concrete_offer(
    offer: Offer, amounts: Iterable[Money], day: date
) -> ConcreteOffer | None:
    """Work out an offer on what an action asks for; None when that is nothing.

    *amounts* are its totals, one a currency. Instalments are equal and rounded
    down to the minor unit, the last takes the rest, so that they add up to the
    total; the first is due ``first`` days from *day*, yet not while the offer may
    still be taken up, the others at the offer's period after it. A discount is taken
    from the total, rounded half up.
    """
    amounts_due = tuple(amount for amount in amounts if amount.amount > 0)
    if not amounts_due:
        return None
    until = plus(day, offer.valid)
    if offer.kind == "discount" and offer.percent is not None:
        pay = tuple(discounted(offer, due) for due in amounts_due)
        return ConcreteOffer(
            offer.name, offer.kind, until, pay, (), f"{offer.percent:f}"
        )
    parts = [part for due in amounts_due for part in _parts(offer, due, day)]
    parts.sort(key=lambda part: part[0])
    return ConcreteOffer(offer.name, offer.kind, until, amounts_due, tuple(parts))


def discounted(offer: Offer, whole: Money) -> Money:
    """Return what settles a whole sum under an offer; the rest is rounded half up."""
    less = rounded(whole.amount * (offer.percent or 0) / 100, whole.currency)
    return whole - less


def _parts(offer: Offer, whole: Money, day: date) -> tuple[tuple[date, Money], ...]:
    count = offer.count or 1
    share = (whole.amount / count).quantize(unit(whole.currency), ROUND_DOWN)
    part = Money(share, whole.currency)
    first = plus(day, max(offer.first or 0, offer.valid + 1))
    dues = [offer.every.after(first, n) if offer.every else first for n in range(count)]
    last = whole - total([part] * (count - 1), whole.currency)
    return (*((due, part) for due in dues[:-1]), (dues[-1], last))


@dataclass(frozen=True, slots=True)
class AcceptedDiscount:
    """A discount that was paid in time, and what it takes off each invoice.

    ``message`` is the entry of the message that offered it, ``on`` the day on
    which it was found to be paid.
    """

    on: date
    message: JournalEntry
    offer: Offer
    pay: Money
    rows: tuple[JournalRow, ...]

    @property
    def credit(self) -> JournalEntry:
        """The journal entry that it comes to, as far as amounts go."""
        doc = JournalDocument(
            id="",
            day=self.on,
            kind="credit",
            state="sent",
            invoices=self.rows,
            offer=self.offer.name,
        )
        return JournalEntry(doc, self.on)


def accepted_discounts(
    entries: Iterable[JournalEntry],
    balances: Balances,
    policies: Mapping[PolicyRef, Policy],
) -> tuple[AcceptedDiscount, ...]:
    """Find the discounts that were taken up and are not credited yet.

    One is taken up when its sum was paid on its invoices from the day of the
    message to the last day of the offer, both included. What it takes off is
    what is left of them, at most the discount, from the oldest due on.
    """
    listed = tuple(entries)
    discounts: list[AcceptedDiscount] = []
    receipts = Receipts(balances)
    for entry in listed:
        policy = policies.get(entry.doc.policy) if entry.doc.policy else None
        offer = policy.offers.get(entry.doc.offer or "") if policy else None
        if offer and offer.kind == "discount" and not _credited(entry, listed):
            discounts += _taken_up(entry, offer, receipts)
    return tuple(discounts)


def revoked_credits(
    entries: Iterable[JournalEntry],
    balances: Balances,
    policies: Mapping[PolicyRef, Policy],
) -> tuple[JournalEntry, ...]:
    """Find the credits of offers whose payment was taken back since: they end.

    The offer was then not taken up, unless its sum came in by its last day after
    all. Nothing but money below zero ends a credit, on the invoices of the offer
    or unapplied.
    """
    listed = tuple(entries)
    receipts = Receipts(balances)
    revoked = []
    for credit in listed:
        if credit.doc.kind == "credit" and credit.is_out and credit.doc.offer:
            message = next((m for m in reversed(listed) if _led_to(m, credit)), None)
            policy = _policy_of(message, policies)
            offer = policy.offers.get(credit.doc.offer) if policy else None
            if message and offer and _is_revoked(message, credit, offer, receipts):
                revoked.append(credit)
    return tuple(revoked)


def _policy_of(
    message: JournalEntry | None, policies: Mapping[PolicyRef, Policy]
) -> Policy | None:
    ref = message.doc.policy if message else None
    return policies.get(ref) if ref else None


def _led_to(message: JournalEntry, credit: JournalEntry) -> bool:
    invoices = {row.id for row in message.rows}
    return (
        message.doc.kind == "send"
        and message.is_out
        and message.doc.offer == credit.doc.offer
        and message.on <= credit.on
        and any(row.id in invoices for row in credit.rows)
    )


def _is_revoked(
    message: JournalEntry, credit: JournalEntry, offer: Offer, receipts: Receipts
) -> bool:
    balances = receipts.balances
    rows = [row for row in message.rows if row.id in balances.invoices and row.open]
    credited = {row.id for row in credit.rows} & balances.invoices.keys()
    if not credited or not _has_reversal_since(message, receipts.balances):
        return False
    currency = balances.invoices[min(credited)].currency
    in_currency = [
        row for row in rows if balances.invoices[row.id].currency == currency
    ]
    pay = discounted(offer, _amount_asked(message, in_currency, currency))
    return _paid(message, in_currency, receipts, pay) < pay


def _has_reversal_since(message: JournalEntry, balances: Balances) -> bool:
    """Whether money was taken back since the message, of its invoices or unapplied."""
    invoices = [
        balances.invoices[r.id] for r in message.rows if r.id in balances.invoices
    ]
    moves = [(p.on, p.amount) for invoice in invoices for p in invoice.payments]
    moves += [(invoice.on, invoice.record.amount) for invoice in balances.receipts]
    return any(
        message.on <= on <= balances.as_of and amount.amount < 0 for on, amount in moves
    )


def discount_credit(
    account: str, owner: str | None, discount: AcceptedDiscount, balances: Balances
) -> Action:
    """Write down that an offer was accepted; it takes off what is left."""
    doc, pay = discount.message.doc, discount.pay
    until = doc.valid_until or discount.message.on
    lines = tuple(_line(row, doc, balances) for row in discount.rows)
    paid = (
        f"{pay} {pay.currency} was paid by {until}, as offered on {discount.message.on}"
    )
    return Action(
        id="",
        kind="credit",
        account=account,
        step=doc.step or discount.offer.name,
        policy=doc.policy,
        owner=owner,
        totals=(total((line.open for line in lines), pay.currency),),
        invoices=lines,
        offer=ConcreteOffer(discount.offer.name, discount.offer.kind, until, (pay,)),
        why=(f"{paid}: the rest is let go",),
    )


def _credited(message: JournalEntry, entries: Iterable[JournalEntry]) -> bool:
    """Whether an offer was not made, or was credited already."""
    invoices = {row.id for row in message.rows}
    if message.doc.kind != "send" or not message.is_out or not invoices:
        return True
    return any(
        entry.doc.kind == "credit"
        and entry.is_out
        and entry.doc.offer == message.doc.offer
        and entry.on >= message.on
        and any(row.id in invoices for row in entry.rows)
        for entry in entries
    )


def _taken_up(
    message: JournalEntry, offer: Offer, receipts: Receipts
) -> Iterable[AcceptedDiscount]:
    """Judge an offer for each currency that its message asked for."""
    balances = receipts.balances
    rows = [row for row in message.rows if row.id in balances.invoices and row.open]
    if len(rows) < len(message.rows) or message.doc.valid_until is None:
        return
    for currency in sorted({balances.invoices[row.id].currency for row in rows}):
        in_currency = [
            row for row in rows if balances.invoices[row.id].currency == currency
        ]
        whole = _amount_asked(message, in_currency, currency)
        pay = discounted(offer, whole)
        if _paid(message, in_currency, receipts, pay) >= pay:
            rows_off = tuple(_discount_rows(in_currency, whole - pay, balances))
            if rows_off:
                yield AcceptedDiscount(balances.as_of, message, offer, pay, rows_off)


def _amount_asked(
    message: JournalEntry, rows: Iterable[JournalRow], currency: str
) -> Money:
    """Return what the message asked for; of an old journal, what was open."""
    amount = dict(message.doc.totals or ()).get(currency)
    if amount is not None:
        return parse_amount(amount, currency)
    return total((parse_amount(row.open or "", currency) for row in rows), currency)


def _paid(
    message: JournalEntry, rows: Iterable[JournalRow], receipts: Receipts, pay: Money
) -> Money:
    """Add up what came in for the offer: money from the message's day on.

    Unapplied cash from before it was taken off the sum already, so a payment
    that puts it on an invoice later is not counted again.
    """
    until = min(message.doc.valid_until or message.on, receipts.balances.as_of)
    return receipts.received({row.id for row in rows}, message.on, until, pay)


def _discount_rows(
    rows: Iterable[JournalRow], discount: Money, balances: Balances
) -> Iterable[JournalRow]:
    left = discount
    for row in sorted(rows, key=lambda row: (balances.invoices[row.id].due, row.id)):
        share = min(left, balances.open[row.id])
        if share.amount > 0:
            left -= share
            yield JournalRow(
                row.id, open=str(share), amount=str(share), policy=row.policy
            )


def _line(row: JournalRow, doc: JournalDocument, balances: Balances) -> InvoiceLine:
    invoice = balances.invoices[row.id]
    policy = row.policy or doc.policy
    if policy is None:
        raise TypeError("an offer was made under a policy")
    amount = parse_amount(row.amount or "", invoice.currency)
    return InvoiceLine(
        id=row.id,
        open=amount,
        net=amount,
        due=invoice.due,
        days_overdue=(balances.as_of - invoice.due).days,
        step=None,
        policy=policy,
    )
