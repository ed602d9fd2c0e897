"""A message about very many invoices: sums by age, and the whole list beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from goodterms.model.ageing import ageing_buckets
from goodterms.model.ledger import Invoice
from goodterms.model.money import by_currency
from goodterms.model.plan import Action, Charge, InvoiceLine
from goodterms.render.locale_format import LocaleFormat
from goodterms.render.placeholders import one_line
from goodterms.render.template_context import invoice_view
from goodterms.render.template_values import Absent, View, amounts

#: An e-mail shows as many invoices one by one, and no more.
MOST = 25
#: So many of the oldest and of the newest stand in an e-mail about more.
_SHOWN = 5
#: What a spreadsheet may take for the beginning of a formula.
_FORMULA = tuple("=+-@\uff0b\uff0d\uff1d\uff20")
_COLUMNS = (
    "invoice",
    "issued",
    "due",
    "days_overdue",
    "currency",
    "total",
    "open",
    "interest",
    "compensation",
    "reference",
    "purchase_order",
)


@dataclass(frozen=True, slots=True)
class MessageAttachment:
    """A file that goes with an e-mail: its name, and its text."""

    name: str
    content: str


def is_long(action: Action) -> bool:
    """Whether an action is an e-mail about more invoices than it can show."""
    return action.channel == "email" and len(_lines(action)) > MOST


def _lines(action: Action) -> Sequence[InvoiceLine]:
    shown = (*action.invoices, *action.listed)
    return sorted(shown, key=lambda line: (line.due, line.id))


def file_name(as_of: date) -> str:
    """Return the name of the list that is attached."""
    return f"invoices-{as_of}.csv"


def summary_view(
    action: Action, invoices: Mapping[str, Invoice], figures: LocaleFormat, as_of: date
) -> View | Absent:
    """Sum up a message about many invoices; Absent where it shows them all.

    ``ageing`` has a ``first`` and ``last`` day overdue, the ``count`` and what is
    ``open`` of each bucket that is not empty; ``oldest`` and ``newest`` are
    invoices, ``charges`` what is claimed on all, ``file`` the list's name.
    """
    if not is_long(action):
        return Absent("summary")
    lines = _lines(action)
    views = [invoice_view(line, invoices.get(line.id), figures) for line in lines]
    claims = (charge.interest + charge.compensation for charge in action.charges)
    values = {
        "count": len(lines),
        "ageing": tuple(_ageing(lines, figures)),
        "oldest": tuple(views[:_SHOWN]),
        "newest": tuple(views[-_SHOWN:]),
        "charges": amounts(by_currency(claims), figures),
        "file": file_name(as_of),
    }
    return View("summary", values)


def _ageing(lines: Sequence[InvoiceLine], figures: LocaleFormat) -> Iterator[View]:
    for first, last, bucket_lines in ageing_buckets(
        lines, lambda line: line.days_overdue
    ):
        values = {
            "first": first,
            "last": last,
            "count": len(bucket_lines),
            "open": amounts(by_currency(line.open for line in bucket_lines), figures),
        }
        yield View("bucket", values)


def attached(
    action: Action, invoices: Mapping[str, Invoice], as_of: date
) -> tuple[MessageAttachment, ...]:
    """Return the list of a long message's invoices as CSV, the oldest first.

    Each has the number that is printed on it, which the message asks to quote.
    Amounts are plain decimals and dates ISO. A text that a spreadsheet may take for
    a formula begins with an apostrophe. Equal arguments give equal texts.
    """
    if not is_long(action):
        return ()
    charges = {charge.invoice: charge for charge in action.charges}
    rows = (
        _row(line, invoices.get(line.id), charges.get(line.id))
        for line in _lines(action)
    )
    content = "".join(",".join(map(_quoted, row)) + "\r\n" for row in (_COLUMNS, *rows))
    return (MessageAttachment(file_name(as_of), content),)


def _row(
    line: InvoiceLine, invoice: Invoice | None, charge: Charge | None
) -> tuple[str, ...]:
    return (
        _cell(invoice.called if invoice else line.id),
        str(invoice.issued) if invoice else "",
        str(line.due),
        str(line.days_overdue),
        line.open.currency,
        str(invoice.total) if invoice else "",
        str(line.open),
        str(charge.interest) if charge else "",
        str(charge.compensation) if charge else "",
        _cell(invoice.reference if invoice else None),
        _cell(invoice.purchase_order if invoice else None),
    )


def _quoted(text: str) -> str:
    """Write a cell as RFC 4180 does."""
    if not any(character in text for character in ',";'):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _cell(text: str | None) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula."""
    plain = one_line(text or "")
    return f"'{plain}" if plain.startswith(_FORMULA) else plain
