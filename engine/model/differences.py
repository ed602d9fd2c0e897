"""What another system says otherwise than the ledger, and nobody has mended yet."""

from collections.abc import Callable, Mapping
from datetime import date

from goodterms.model.identity import normalised_text
from goodterms.model.ledger import Account, Difference, Invoice

#: What is said of an invoice that a source listed before and lists no more.
GONE = "no longer listed"

#: What stops an invoice where two say otherwise of it, and how it is said.
OF_INVOICE: Mapping[str, Callable[[Invoice], str]] = {
    "total": lambda invoice: str(invoice.total),
    "due": lambda invoice: invoice.due.isoformat(),
    "issued": lambda invoice: invoice.issued.isoformat(),
    "currency": lambda invoice: invoice.currency,
}


def open_differences(account: Account, as_of: date) -> tuple[Difference, ...]:
    """Return the differences that stand on a day.

    One ends when the ledger says what the other system says, or when the next
    import finds that both agree and takes it out of the file. About payments and rows
    only an import can tell.
    """
    invoices = {invoice.id: invoice for invoice in account.invoices}
    return tuple(
        difference
        for difference in account.differences
        if difference.on <= as_of and not _is_mended(account, invoices, difference)
    )


def _is_mended(
    account: Account, invoices: Mapping[str, Invoice], difference: Difference
) -> bool:
    if difference.field == "name":
        return normalised_text(account.profile.name) == normalised_text(
            difference.theirs
        )
    if difference.field == "email":
        emails = (contact.email or "" for contact in account.profile.contacts)
        return normalised_text(difference.theirs) in map(normalised_text, emails)
    if difference.invoice is None:
        return False
    invoice, says = invoices.get(difference.invoice), OF_INVOICE.get(difference.field)
    return invoice is None or (says is not None and says(invoice) == difference.theirs)


def describe_difference(difference: Difference) -> str:
    """Say what differs, and what mends it."""
    if difference.theirs == GONE:
        return (
            f"{difference.source} lists it no more; record what was paid, or say"
            " 'holds: some' in its mapping"
        )
    if difference.field == "row":
        what = f"{difference.source} has a row that does not go in: {difference.theirs}"
        return f"{what}; mend it there, and import again"
    if difference.field == "payments":
        what = f"{difference.theirs} in {difference.source}, and {difference.ours} here"
        return f"{what}; mend the one that is wrong, and import again"
    theirs = f"{difference.theirs} in {difference.source}"
    what = f"{difference.field} is {difference.ours} here and {theirs}"
    return f"{what}; mend the one that is wrong"
