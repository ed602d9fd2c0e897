"""Compare an invoice of the ledger with what another system says of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from goodterms.importers.observations import ImportedInvoice
from goodterms.load.finding import Finding
from goodterms.model.ledger import Invoice, Payment
from goodterms.model.money import Money, total

#: Where these differ nobody knows whether it is the same invoice.
_ESSENTIAL = frozenset({"issued", "due", "currency", "total"})


def compare(
    invoice: Invoice, imported: ImportedInvoice
) -> tuple[tuple[Payment, ...], tuple[Finding, ...]]:
    """Return the payments that the ledger lacks, and what differs, as warnings.

    A payment is the same with the same day and amount, and the same reference
    if both systems name one: the lines that an allocation wrote name none.
    Payments are lacking only if all else is equal; a settled invoice lacks what
    is still open, whatever was paid before.
    """
    facts = tuple(_facts(invoice, imported))
    if any(finding.path[0] in _ESSENTIAL for finding in facts):
        return (), facts
    missing, extra = _unmatched(imported.invoice.payments, invoice.payments)
    money = _money(invoice, imported, missing, extra)
    money_findings = (
        _differs("payments", difference.message, imported) for difference in money
    )
    differences = (*facts, *money_findings)
    lacking = () if extra else missing
    paid = replace(invoice, payments=(*invoice.payments, *lacking))
    return (*lacking, *remainder(paid, imported)), differences


@dataclass(frozen=True, slots=True, order=True)
class PaymentDifference:
    """What two say of a payment: ``what`` differs, as either has it."""

    theirs: str
    ours: str
    message: str


def paid_otherwise(
    invoice: Invoice, imported: ImportedInvoice
) -> tuple[PaymentDifference, ...]:
    """Return the payments of which another system says otherwise, in a fixed order.

    None where the invoice itself differs: then it is that which holds it.
    """
    if any(finding.path[0] in _ESSENTIAL for finding in _facts(invoice, imported)):
        return ()
    missing, extra = _unmatched(imported.invoice.payments, invoice.payments)
    return tuple(sorted(_money(invoice, imported, missing, extra)))


def remainder(invoice: Invoice, imported: ImportedInvoice) -> tuple[Payment, ...]:
    """Return the payment that settled an invoice on the day the system names."""
    still_open = open_amount(invoice)
    if imported.settled is None or still_open.amount <= 0:
        return ()
    return (Payment(imported.settled, still_open),)


def open_amount(invoice: Invoice) -> Money:
    """Return what an invoice's own file leaves open on it."""
    paid = total((payment.amount for payment in invoice.payments), invoice.currency)
    credited = total((credit.amount for credit in invoice.credits), invoice.currency)
    return invoice.total - paid - credited


def _unmatched(
    theirs: Sequence[Payment], ours: Sequence[Payment]
) -> tuple[tuple[Payment, ...], tuple[Payment, ...]]:
    """Pair payments off; return what only they have, and what only we have."""
    left, missing = list(ours), []
    for payment in theirs:
        candidates = [own for own in left if _is_same(payment, own)]
        if candidates:
            left.remove(
                next((own for own in candidates if own.reference), candidates[0])
            )
        else:
            missing.append(payment)
    return tuple(missing), tuple(left)


def _is_same(theirs: Payment, payment: Payment) -> bool:
    if (theirs.on, theirs.amount) != (payment.on, payment.amount):
        return False
    allocated = payment.source is not None and payment.reference is None
    return allocated or theirs.reference in {None, payment.reference}


def _facts(invoice: Invoice, imported: ImportedInvoice) -> Iterator[Finding]:
    theirs = imported.invoice
    for key in ("issued", "due", "currency", "total", "reference", "purchase_order"):
        own, other = getattr(invoice, key), getattr(theirs, key)
        implied = key == "reference" and own is None and other == imported.number
        if other is not None and str(own) != str(other) and not implied:
            stated = "missing" if own is None else own
            yield _differs(key, f"{key} is {stated}, and {other} in", imported)


def _money(
    invoice: Invoice,
    imported: ImportedInvoice,
    missing: Sequence[Payment],
    extra: Sequence[Payment],
) -> Iterator[PaymentDifference]:
    if imported.settled is not None or not extra:
        return
    for payment in missing:
        one = f"a payment of {payment.amount} on {payment.on}"
        yield PaymentDifference(one, "no such payment", f"{one} is not here but in")
    if imported.lists_payments:
        for payment in extra:
            one = f"payment of {payment.amount} on {payment.on}"
            yield PaymentDifference(f"no {one}", "that payment", f"the {one} is not in")
    elif imported.lists_settled and open_amount(invoice).amount <= 0:
        message = "nothing is open, but it is not settled in"
        yield PaymentDifference("not settled", "nothing open", message)


def _differs(key: str, message: str, imported: ImportedInvoice) -> Finding:
    place = f"{imported.place.file}:{imported.place.line}"
    hint = "mend the one that is wrong"
    return Finding((key,), f"{message} {place}", hint, "differs", severity="warning")
