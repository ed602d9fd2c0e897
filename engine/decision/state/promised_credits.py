"""The credit that a resolution promised, and the credit note that then came."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from goodterms.model.ledger import Credit, Invoice
from goodterms.model.records import Dispute, Record, Resolution


@dataclass(frozen=True, slots=True)
class CreditMatch:
    """A credit note that may be the one which a resolution promised.

    ``index`` is its place among the credits of ``invoice``. ``is_clear`` is
    false where one of the two has several counterparts.
    """

    resolution: Resolution
    invoice: Invoice
    index: int
    is_clear: bool = True

    @property
    def credit(self) -> Credit:
        """The credit note."""
        return self.invoice.credits[self.index]


def credited_resolutions(
    invoices: Iterable[Invoice], records: Iterable[Record], as_of: date
) -> frozenset[str]:
    """Return the resolutions whose credit has come as a credit note by a day.

    Those that a credit quotes (``from``, or as its reference), and those that
    have exactly one counterpart: see ``matches``.
    """
    listed_records, listed_invoices = tuple(records), tuple(invoices)
    promised = _promised(listed_records)
    if not promised:
        return frozenset()
    candidates = credit_matches(listed_invoices, listed_records, as_of)
    clear = {match.resolution.id for match in candidates if match.is_clear}
    return frozenset(clear | {r.id for r in promised} & _quoted(listed_invoices, as_of))


def credit_matches(
    invoices: Iterable[Invoice], records: Iterable[Record], as_of: date
) -> tuple[CreditMatch, ...]:
    """List credit notes that quote nothing beside resolutions that nothing quotes.

    The two may be one where the credit note is on an invoice that the
    resolution is about, of the same amount, and of its day or later.
    """
    listed_records, listed_invoices = tuple(records), tuple(invoices)
    promised = _promised(listed_records)
    if not promised:
        return ()
    quoted = _quoted(listed_invoices, as_of)
    waiting = [r for r in promised if r.id not in quoted and r.on <= as_of]
    ids = {r.id for r in promised}
    disputes = {r.id: r for r in listed_records if isinstance(r, Dispute)}
    unquoted = _unquoted_credits(listed_invoices, ids, as_of)
    pairs = [
        CreditMatch(resolution, invoice, index)
        for resolution in waiting
        for invoice, index in unquoted.get(resolution.credit or "", ())
        if _may_be(resolution, disputes.get(resolution.of), invoice, index)
    ]
    return tuple(_with_clarity(pairs))


def _promised(records: Iterable[Record]) -> list[Resolution]:
    return [r for r in records if isinstance(r, Resolution) and r.credit]


def _quoted(invoices: Iterable[Invoice], as_of: date) -> set[str]:
    credits_ = (c for i in invoices for c in i.credits if c.on <= as_of)
    return {quote for c in credits_ for quote in (c.source, c.reference) if quote}


def _unquoted_credits(
    invoices: Iterable[Invoice], ids: set[str], as_of: date
) -> dict[str, list[tuple[Invoice, int]]]:
    """List the credits that quote no resolution and correct something, by amounts."""
    by_amount: dict[str, list[tuple[Invoice, int]]] = {}
    for invoice in invoices:
        for index, credit in enumerate(invoice.credits):
            bare = credit.source is None and credit.reference not in ids
            bare = bare and not credit.goodwill
            if bare and credit.on <= as_of:
                by_amount.setdefault(str(credit.amount), []).append((invoice, index))
    return by_amount


def _may_be(
    resolution: Resolution, dispute: Dispute | None, invoice: Invoice, index: int
) -> bool:
    named = resolution.invoices or (dispute.invoices if dispute else ())
    issued_by = dispute.on if dispute else resolution.on
    is_about = invoice.id in named if named else invoice.issued <= issued_by
    return is_about and invoice.credits[index].on >= resolution.on


def _with_clarity(pairs: list[CreditMatch]) -> Iterator[CreditMatch]:
    for pair in pairs:
        rivals = [
            other
            for other in pairs
            if other.resolution.id == pair.resolution.id
            or (other.invoice.id, other.index) == (pair.invoice.id, pair.index)
        ]
        clear = len(rivals) == 1
        yield CreditMatch(pair.resolution, pair.invoice, pair.index, is_clear=clear)
