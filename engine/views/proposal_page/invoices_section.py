"""The invoices of a proposal, and what is asked for on them."""

from collections.abc import Iterable, Iterator, Sequence

from goodterms.model.ageing import ageing_buckets
from goodterms.model.money import by_currency
from goodterms.views.file_links import FileLinks
from goodterms.views.markdown import Markdown, code, column_day, count, joined, say
from goodterms.views.page_layout import folded, paragraphs, table
from goodterms.views.proposal_page.context import OwedInvoice, ProposalContext

#: So many invoices are listed; all of them are in the message.
MOST_INVOICES = 60

#: More than so many are folded away.
UNFOLDED = 8


def invoices_section(context: ProposalContext, files: FileLinks) -> Markdown:
    """List the invoices, the oldest first, and add up what is asked for.

    Many of them fold away under the sums of each age.
    """
    heads = ("Invoice", "Due", "Days", "Open")
    rows = [_row(context, owed, files) for owed in context.owed[:MOST_INVOICES]]
    sum_rows = list(_sums(context))
    more = len(context.owed) - MOST_INVOICES
    note = say("and {} more", count(more, "invoice")) if more > 0 else Markdown()
    if len(context.owed) <= UNFOLDED:
        return table(heads, [*rows, *sum_rows], (2, 3))
    full_list = folded(
        say("each of the {}", count(len(context.owed), "invoice")),
        paragraphs(table(heads, rows, (2, 3)), note),
    )
    return paragraphs(_by_age(context, sum_rows), full_list)


def _row(
    context: ProposalContext, owed: OwedInvoice, files: FileLinks
) -> tuple[Markdown, Markdown, Markdown, Markdown]:
    id_ = owed.invoice.id
    link = files.file(f"{context.folder}/invoices/{id_}.yaml", code(id_))
    when = column_day(owed.invoice.due, context.day)
    return link, when, say("{}", owed.days), _open(owed)


def _by_age(
    context: ProposalContext,
    sum_rows: Sequence[tuple[Markdown, Markdown, Markdown, Markdown]],
) -> Markdown:
    """Add up what is open by its age, then what is asked for."""
    rows = [
        (_bucket(first, last), say("{}", len(in_bucket)), _open_of(in_bucket))
        for first, last, in_bucket in ageing_buckets(
            context.owed, lambda owed: owed.days
        )
    ]
    whole = (say("all"), say("{}", len(context.owed)), _open_of(context.owed))
    ends = [(name, Markdown(), sum_) for name, _, _, sum_ in sum_rows]
    return table(("Days overdue", "Invoices", "Open"), [*rows, whole, *ends], (1, 2))


def _bucket(first: int | None, last: int | None) -> Markdown:
    if first is None:
        return say("not overdue")
    return say("{} and more", first) if last is None else say("{} to {}", first, last)


def _open_of(owed: Iterable[OwedInvoice]) -> Markdown:
    every = by_currency(owed_invoice.open for owed_invoice in owed)
    return joined([say("{}", amount) for amount in every], "<br>")


def _sums(
    context: ProposalContext,
) -> Iterator[tuple[Markdown, Markdown, Markdown, Markdown]]:
    """Add it up where something is taken off or claimed, for each currency."""
    for amount_asked in context.amounts_asked:
        plain = not amount_asked.deductions and not amount_asked.charges.amount
        if plain and len(context.amounts_asked) == 1:
            continue
        for less in amount_asked.deductions:
            word = "in their favour" if less.kind == "credit" else "received, unmatched"
            yield (
                say("{}", word),
                Markdown(),
                Markdown(),
                say("\N{MINUS SIGN}{}", less.amount),
            )
        if amount_asked.charges.amount:
            yield (
                say("interest, compensation"),
                Markdown(),
                Markdown(),
                say("{}", amount_asked.charges),
            )
        yield (
            say("**asked for**"),
            Markdown(),
            Markdown(),
            say("**{}**", amount_asked.net),
        )


def _open(owed: OwedInvoice) -> Markdown:
    """Show what is open, and of how much where something has been paid."""
    if owed.open == owed.invoice.total:
        return say("{}", owed.open)
    return say("{}<br>of {}", owed.open, owed.invoice.total)
