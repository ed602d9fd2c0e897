"""Discounts taken up: who paid what was offered, in time, owes nothing more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from engine.action import Action, Line, Offered
from engine.decision.books import Books
from engine.decision.history import Entry
from engine.decision.offers import discounted
from engine.decision.takings import Takings
from engine.journal import Document, Row
from engine.model import PolicyRef
from engine.money import Money, parse_amount, total
from engine.terms import Offer, Policy


@dataclass(frozen=True, slots=True)
class Accepted:
    """A discount that was paid in time, and what it takes off each invoice.

    ``message`` is the entry of the message that offered it, ``on`` the day on
    which it was found to be paid.
    """

    on: date
    message: Entry
    offer: Offer
    pay: Money
    rows: tuple[Row, ...]

    @property
    def credit(self) -> Entry:
        """The journal entry that it comes to, as far as amounts go."""
        doc = Document(
            id="",
            day=self.on,
            kind="credit",
            state="sent",
            invoices=self.rows,
            offer=self.offer.name,
        )
        return Entry(doc, self.on)


def accepted(
    entries: Iterable[Entry], book: Books, policies: Mapping[PolicyRef, Policy]
) -> tuple[Accepted, ...]:
    """Find the discounts that were taken up and are not credited yet.

    One is taken up when its sum was paid on its invoices from the day of the
    message to the last day of the offer, both included. What it takes off is
    what is left of them, at most the discount, from the oldest due on.
    """
    known = tuple(entries)
    found: list[Accepted] = []
    takings = Takings(book)
    for entry in known:
        policy = policies.get(entry.doc.policy) if entry.doc.policy else None
        offer = policy.offers.get(entry.doc.offer or "") if policy else None
        if offer and offer.kind == "discount" and not _credited(entry, known):
            found += _taken_up(entry, offer, takings)
    return tuple(found)


def fallen(
    entries: Iterable[Entry], book: Books, policies: Mapping[PolicyRef, Policy]
) -> tuple[Entry, ...]:
    """Find the credits of offers whose payment was taken back since: they end.

    The offer was then not taken up, unless its sum came in by its last day after
    all. Nothing but money below zero ends a credit, on the invoices of the offer
    or unapplied.
    """
    known = tuple(entries)
    takings = Takings(book)
    found = []
    for credit in known:
        if credit.doc.kind == "credit" and credit.is_out and credit.doc.offer:
            message = next((m for m in reversed(known) if _led_to(m, credit)), None)
            policy = _policy_of(message, policies)
            offer = policy.offers.get(credit.doc.offer) if policy else None
            if message and offer and _is_fallen(message, credit, offer, takings):
                found.append(credit)
    return tuple(found)


def _policy_of(
    message: Entry | None, policies: Mapping[PolicyRef, Policy]
) -> Policy | None:
    ref = message.doc.policy if message else None
    return policies.get(ref) if ref else None


def _led_to(message: Entry, credit: Entry) -> bool:
    about = {row.id for row in message.rows}
    return (
        message.doc.kind == "send"
        and message.is_out
        and message.doc.offer == credit.doc.offer
        and message.on <= credit.on
        and any(row.id in about for row in credit.rows)
    )


def _is_fallen(message: Entry, credit: Entry, offer: Offer, takings: Takings) -> bool:
    book = takings.books
    rows = [row for row in message.rows if row.id in book.invoices and row.open]
    credited = {row.id for row in credit.rows} & book.invoices.keys()
    if not credited or not _went_back(message, takings.books):
        return False
    currency = book.invoices[min(credited)].currency
    mine = [row for row in rows if book.invoices[row.id].currency == currency]
    pay = discounted(offer, _asked(message, mine, currency))
    return _paid(message, mine, takings, pay) < pay


def _went_back(message: Entry, book: Books) -> bool:
    """Whether money was taken back since the message, of its invoices or unapplied."""
    invoices = [book.invoices[r.id] for r in message.rows if r.id in book.invoices]
    moves = [(p.on, p.amount) for each in invoices for p in each.payments]
    moves += [(each.on, each.record.amount) for each in book.receipts]
    return any(
        message.on <= on <= book.as_of and amount.amount < 0 for on, amount in moves
    )


def crediting(account: str, owner: str | None, each: Accepted, book: Books) -> Action:
    """Write down that an offer was accepted; it takes off what is left."""
    doc, pay = each.message.doc, each.pay
    until = doc.valid_until or each.message.on
    lines = tuple(_line(row, doc, book) for row in each.rows)
    paid = f"{pay} {pay.currency} was paid by {until}, as offered on {each.message.on}"
    return Action(
        id="",
        kind="credit",
        account=account,
        step=doc.step or each.offer.name,
        policy=doc.policy,
        owner=owner,
        totals=(total((line.open for line in lines), pay.currency),),
        invoices=lines,
        offer=Offered(each.offer.name, each.offer.kind, until, (pay,)),
        why=(f"{paid}: the rest is let go",),
    )


def _credited(message: Entry, entries: Iterable[Entry]) -> bool:
    """Whether an offer was not made, or was credited already."""
    about = {row.id for row in message.rows}
    if message.doc.kind != "send" or not message.is_out or not about:
        return True
    return any(
        entry.doc.kind == "credit"
        and entry.is_out
        and entry.doc.offer == message.doc.offer
        and entry.on >= message.on
        and any(row.id in about for row in entry.rows)
        for entry in entries
    )


def _taken_up(message: Entry, offer: Offer, takings: Takings) -> Iterable[Accepted]:
    """Judge an offer for each currency that its message asked for."""
    book = takings.books
    rows = [row for row in message.rows if row.id in book.invoices and row.open]
    if len(rows) < len(message.rows) or message.doc.valid_until is None:
        return
    for currency in sorted({book.invoices[row.id].currency for row in rows}):
        mine = [row for row in rows if book.invoices[row.id].currency == currency]
        whole = _asked(message, mine, currency)
        pay = discounted(offer, whole)
        if _paid(message, mine, takings, pay) >= pay:
            off = tuple(_off(mine, whole - pay, book))
            if off:
                yield Accepted(book.as_of, message, offer, pay, off)


def _asked(message: Entry, rows: Iterable[Row], currency: str) -> Money:
    """Return what the message asked for; of an old journal, what was open."""
    asked = dict(message.doc.totals or ()).get(currency)
    if asked is not None:
        return parse_amount(asked, currency)
    return total((parse_amount(row.open or "", currency) for row in rows), currency)


def _paid(message: Entry, rows: Iterable[Row], takings: Takings, pay: Money) -> Money:
    """Add up what came in for the offer: money from the message's day on.

    Unapplied cash from before it was taken off the sum already, so a payment
    that puts it on an invoice later is not counted again.
    """
    until = min(message.doc.valid_until or message.on, takings.books.as_of)
    return takings.received({row.id for row in rows}, message.on, until, pay)


def _off(rows: Iterable[Row], discount: Money, book: Books) -> Iterable[Row]:
    left = discount
    for row in sorted(rows, key=lambda row: (book.invoices[row.id].due, row.id)):
        share = min(left, book.open[row.id])
        if share.amount > 0:
            left -= share
            yield Row(row.id, open=str(share), amount=str(share), policy=row.policy)


def _line(row: Row, doc: Document, book: Books) -> Line:
    invoice = book.invoices[row.id]
    policy = row.policy or doc.policy
    if policy is None:
        raise TypeError("an offer was made under a policy")
    amount = parse_amount(row.amount or "", invoice.currency)
    return Line(
        id=row.id,
        open=amount,
        net=amount,
        due=invoice.due,
        days_overdue=(book.as_of - invoice.due).days,
        step=None,
        policy=policy,
    )
