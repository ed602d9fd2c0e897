"""The invoices of a proposal, and what is asked for on them."""

from collections.abc import Iterable, Iterator, Sequence

from engine.decision.ageing import in_buckets
from engine.money import by_currency
from engine.page.layout import folded, paragraphs, table
from engine.page.links import Shelf
from engine.page.matter import Matter, Owed
from engine.page.safe import Md, code, column_day, count, joined, say

#: So many invoices are listed; all of them are in the message.
MOST_INVOICES = 60

#: More than so many are folded away.
UNFOLDED = 8


def invoices(about: Matter, files: Shelf) -> Md:
    """List the invoices, the oldest first, and add up what is asked for.

    Many of them fold away under the sums of each age.
    """
    heads = ("Invoice", "Due", "Days", "Open")
    rows = [_row(about, owed, files) for owed in about.owed[:MOST_INVOICES]]
    asked = list(_sums(about))
    more = len(about.owed) - MOST_INVOICES
    note = say("and {} more", count(more, "invoice")) if more > 0 else Md()
    if len(about.owed) <= UNFOLDED:
        return table(heads, [*rows, *asked], (2, 3))
    each = folded(
        say("each of the {}", count(len(about.owed), "invoice")),
        paragraphs(table(heads, rows, (2, 3)), note),
    )
    return paragraphs(_by_age(about, asked), each)


def _row(about: Matter, owed: Owed, files: Shelf) -> tuple[Md, Md, Md, Md]:
    id_ = owed.invoice.id
    link = files.file(f"{about.folder}/invoices/{id_}.yaml", code(id_))
    when = column_day(owed.invoice.due, about.day)
    return link, when, say("{}", owed.days), _open(owed)


def _by_age(about: Matter, asked: Sequence[tuple[Md, Md, Md, Md]]) -> Md:
    """Add up what is open by its age, then what is asked for."""
    rows = [
        (_bucket(first, last), say("{}", len(mine)), _open_of(mine))
        for first, last, mine in in_buckets(about.owed, lambda owed: owed.days)
    ]
    whole = (say("all"), say("{}", len(about.owed)), _open_of(about.owed))
    ends = [(name, Md(), sum_) for name, _, _, sum_ in asked]
    return table(("Days overdue", "Invoices", "Open"), [*rows, whole, *ends], (1, 2))


def _bucket(first: int | None, last: int | None) -> Md:
    if first is None:
        return say("not overdue")
    return say("{} and more", first) if last is None else say("{} to {}", first, last)


def _open_of(owed: Iterable[Owed]) -> Md:
    every = by_currency(each.open for each in owed)
    return joined([say("{}", amount) for amount in every], "<br>")


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
