"""The invoices of a proposal, and what is asked for on them."""

from collections.abc import Iterator

from engine.page.layout import paragraphs, table
from engine.page.links import Shelf
from engine.page.matter import Matter, Owed
from engine.page.safe import Md, code, column_day, count, say

#: So many invoices are listed; all of them are in the message.
MOST_INVOICES = 40


def invoices(about: Matter, files: Shelf) -> Md:
    """List the invoices, the oldest first, and add up what is asked for."""
    rows = []
    for owed in about.owed[:MOST_INVOICES]:
        id_, due = owed.invoice.id, owed.invoice.due
        link = files.file(f"{about.folder}/invoices/{id_}.yaml", code(id_))
        when = column_day(due, about.day)
        rows.append((link, when, say("{}", owed.days), _open(owed)))
    rows += _sums(about)
    more = len(about.owed) - MOST_INVOICES
    note = say("and {} more", count(more, "invoice")) if more > 0 else Md()
    return paragraphs(table(("Invoice", "Due", "Days", "Open"), rows, (2, 3)), note)


def _sums(about: Matter) -> Iterator[tuple[Md, Md, Md, Md]]:
    """Add it up where something is taken off or claimed, for each currency."""
    for each in about.asked:
        plain = not each.deductions and not each.charges.amount
        if plain and len(about.asked) == 1:
            continue
        for less in each.deductions:
            word = "in their favour" if less.kind == "credit" else "received, unmatched"
            yield (say("{}", word), Md(), Md(), say("\N{MINUS SIGN}{}", less.amount))
        if each.charges.amount:
            yield (say("interest, compensation"), Md(), Md(), say("{}", each.charges))
        yield (say("**asked for**"), Md(), Md(), say("**{}**", each.net))


def _open(owed: Owed) -> Md:
    """Show what is open, and of how much where something has been paid."""
    if owed.open == owed.invoice.total:
        return say("{}", owed.open)
    return say("{}<br>of {}", owed.open, owed.invoice.total)
