"""The variables that a template may use."""

from datetime import date
from typing import TypeAlias

from goodterms.model.ledger import Account
from goodterms.model.plan import Action, InvoiceLine
from goodterms.model.policy import PolicyBook
from goodterms.model.settings import Settings
from goodterms.render.locale_format import LocaleFormat, figures, where_spoken
from goodterms.render.long_messages import summary_view
from goodterms.render.template_context import (
    account_view,
    addressee,
    apart_view,
    charge_view,
    contact_view,
    creditor_view,
    deduction_view,
    invoice_view,
    offer_view,
    owner_view,
    running_view,
    step_view,
)
from goodterms.render.template_values import (
    Absent,
    Day,
    View,
    amounts,
)

Context: TypeAlias = dict[str, object]

#: The variables of a template, and no others.
VARIABLES = (
    "creditor",
    "account",
    "contact",
    "owner",
    "invoices",
    "listed",
    "apart",
    "running",
    "summary",
    "totals",
    "deductions",
    "step",
    "as_of",
    "offer",
    "charges",
)

#: Kinds of action whose words are for us or our partners, in our own language.
INWARD = ("call", "place")


def language_of(action: Action, account: Account, settings: Settings) -> str:
    """Return the language that the reader of an action's message reads."""
    inward = action.kind in INWARD
    return settings.creditor.language if inward else account.profile.language


def message_for(
    action: Action,
    account: Account,
    settings: Settings,
    as_of: date,
    book: PolicyBook,
    language: str | None = None,
) -> Context:
    """Gather the variables of a message.

    Figures are written as the reader's language and country do; *language* is
    that of the text, where it is another. A pay_url that is no address on the
    web is left out.
    """
    reads = language or language_of(action, account, settings)
    style = _style(action, account, settings, reads)
    invoices = {invoice.id: invoice for invoice in account.invoices}

    def shown(lines: tuple[InvoiceLine, ...]) -> tuple[View, ...]:
        return tuple(invoice_view(line, invoices.get(line.id), style) for line in lines)

    return {
        "creditor": _creditor(action, account, settings, style),
        "account": account_view(account, style, as_of, settings),
        "contact": contact_view("contact", addressee(action, account, settings)),
        "owner": owner_view(action, account, settings),
        "invoices": shown(action.invoices),
        "listed": shown(action.listed),
        "apart": tuple(
            apart_view(a, invoices.get(a.line.id), style) for a in action.apart
        ),
        "running": running_view(action.running, style)
        if action.running
        else Absent("running"),
        "summary": summary_view(action, invoices, style, as_of),
        "totals": amounts(action.totals, style),
        "deductions": tuple(deduction_view(d, style) for d in action.deductions),
        "step": step_view(action, account, as_of, style, book, settings.partners),
        "as_of": Day(as_of, style),
        "offer": offer_view(action.offer, style) if action.offer else Absent("offer"),
        "charges": tuple(
            charge_view(c, style, invoices.get(c.invoice)) for c in action.charges
        ),
    }


def _creditor(
    action: Action, account: Account, settings: Settings, style: LocaleFormat
) -> View:
    country = account.profile.country
    return creditor_view(settings.creditor, _currencies(action), country, style)


def _currencies(action: Action) -> list[str]:
    """List the currencies in which an action asks for money, sorted."""
    lines = (line.open for line in (*action.invoices, *action.listed))
    return sorted({amount.currency for amount in (*action.totals, *lines)})


def _style(
    action: Action, account: Account, settings: Settings, language: str
) -> LocaleFormat:
    if action.kind in INWARD:
        return figures(language, where_spoken(language, settings.creditor.country))
    return figures(language, account.profile.country)
