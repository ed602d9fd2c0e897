"""The nouns of a message as its template sees them."""

import re
from collections.abc import Mapping
from datetime import date

from engine.action import Action, Apart, Charge, Deduction, Line, Offered, Running
from engine.decision.addressing import ROLES
from engine.model import Account, Contact, Invoice
from engine.render.figures import Figures
from engine.render.links import is_web
from engine.render.past import past
from engine.render.paying import in_fours
from engine.render.values import Amount, Day, PayUrl, View, amounts
from engine.settings import Settings

#: What desks are called, word by word; a name made of these alone is no person's.
_DESK = frozenset(
    {word for roles in ROLES.values() for role in roles for word in role.split("-")}
    | {"team", "department", "dept", "desk", "office", "the", "and", "&", "invoice"}
    | {
        "credit",
        "control",
        "receivable",
        "receivables",
        "payable",
        "reception",
        "purchasing",
        "secretary",
    }
    | {"abteilung", "büro", "zentrale", "sekretariat", "einkauf", "rechnung"}
    | {"rechnungsstelle", "rechnungsabteilung", "rechnungseingang", "rechnungsprüfung"}
    | {"debitorenbuchhaltung", "finanzbuchhaltung", "finanzen", "finanzabteilung"}
    | {"geschäftsführung", "geschäftsleitung", "leitung", "die", "und", "verwaltung"}
)


def account_view(
    account: Account, figures: Figures, as_of: date, settings: Settings
) -> View:
    """Show the customer; ``history`` is their latest records and our messages."""
    profile = account.profile
    values = {
        "id": account.id,
        "name": profile.name,
        "segment": profile.segment or settings.default_segment,
        "since": Day(profile.since, figures) if profile.since else None,
        "address": profile.address,
        "country": profile.country,
        "contacts": tuple(contact_view("contact", each) for each in profile.contacts),
        "net_days": profile.terms.net_days,
        "annual_value": amounts(profile.annual_value, figures),
        "notes": profile.notes,
        "history": lambda: past(account, figures, as_of, settings),
    }
    return View("account", values)


def is_named(name: str) -> bool:
    """Whether a contact's name can be greeted: no mere number, and no desk's name."""
    words = [each for each in re.split(r"[\W_]+", name.casefold()) if each]
    return any(c.isalpha() for c in name) and not all(w in _DESK for w in words)


def contact_view(label: str, contact: Contact) -> View:
    """Show a person or desk; ``named`` says that the name is that of a person."""
    values = {
        "name": contact.name,
        "named": is_named(contact.name),
        "role": contact.role,
        "email": contact.email,
        "phone": contact.phone,
    }
    return View(label, values)


def addressee(action: Action, account: Account, settings: Settings) -> Contact:
    """Return whom a message is for; of a call, whom to ring up."""
    if action.contact:
        return action.contact
    partner = settings.partners.get(action.partner or "")
    if partner:
        return Contact(partner.name, email=partner.email)
    known = account.profile.contacts
    if action.channel == "phone":
        return next((each for each in known if each.phone), known[0])
    return known[0]


def owner_view(action: Action, account: Account, settings: Settings) -> View:
    """Show who at our side looks after the account, or else the creditor."""
    creditor = settings.creditor
    person = settings.people.get(
        action.owner or settings.owner_of(account.profile) or ""
    )
    values = {
        "key": person.key if person else None,
        "name": person.name if person else creditor.name,
        "email": (person and person.email) or creditor.email,
        "phone": (person and person.phone) or creditor.phone,
    }
    return View("owner", values)


def invoice_view(line: Line, invoice: Invoice | None, figures: Figures) -> View:
    """Show an invoice of a message; ``paid`` is what has been taken off its total."""
    values: dict[str, object] = {
        "id": line.id,
        "currency": line.open.currency,
        "open": Amount(line.open, figures),
        "due": Day(line.due, figures),
        "days_overdue": line.days_overdue,
        "step": line.step,
    }
    return View("invoice", {**values, **_of_file(line, invoice, figures)})


def apart_view(each: Apart, invoice: Invoice | None, figures: Figures) -> View:
    """Show an invoice that a message leaves out: as any other, and its ``reason``.

    ``until`` is the day by which payment is promised, or until which there is time.
    """
    values: dict[str, object] = {
        "id": each.line.id,
        "currency": each.line.open.currency,
        "open": Amount(each.line.open, figures),
        "due": Day(each.line.due, figures),
        "days_overdue": each.line.days_overdue,
        "reason": each.reason,
        "until": Day(each.until, figures) if each.until else None,
    }
    return View("apart", {**values, **_of_file(each.line, invoice, figures)})


def _of_file(
    line: Line, invoice: Invoice | None, figures: Figures
) -> Mapping[str, object]:
    if invoice is None:
        keys = ("total", "paid", "issued", "reference", "purchase_order", "pay_url")
        return dict.fromkeys(keys)
    url, paid = invoice.pay_url, invoice.total - line.open
    return {
        "id": invoice.called,
        "total": Amount(invoice.total, figures),
        "paid": Amount(paid, figures) if paid.amount > 0 else None,
        "issued": Day(invoice.issued, figures),
        "reference": _reference(invoice.reference),
        "purchase_order": invoice.purchase_order,
        "pay_url": PayUrl(url) if url and is_web(url) else None,
    }


def _reference(text: str | None) -> str | None:
    return in_fours(text) if text and text.startswith("RF") else text


def running_view(each: Running, figures: Figures) -> View:
    """Show since when a conversation runs, and how many invoices are new in it."""
    return View("running", {"on": Day(each.on, figures), "more": each.more})


def charge_view(charge: Charge, figures: Figures, invoice: Invoice | None) -> View:
    """Show what is claimed for one invoice being late."""
    values = {
        "invoice": invoice.called if invoice else charge.invoice,
        "interest": Amount(charge.interest, figures),
        "compensation": Amount(charge.compensation, figures),
        "since": Day(charge.since, figures),
        "until": Day(charge.until, figures),
    }
    return View("charge", values)


def deduction_view(less: Deduction, figures: Figures) -> View:
    """Show something taken off: its ``kind`` (cash or credit) and its ``amount``."""
    values = {"kind": less.kind, "amount": Amount(less.amount, figures)}
    return View("deduction", values)


def offer_view(offer: Offered, figures: Figures) -> View:
    """Show an offer; ``parts`` have a ``due`` and an ``amount`` each.

    An amount of several currencies is printed as a phrase.
    """
    days = sorted({due for due, _ in offer.parts})
    parts = [
        View(
            "part",
            {
                "due": Day(day, figures),
                "amount": amounts((a for due, a in offer.parts if due == day), figures),
            },
        )
        for day in days
    ]
    values = {
        "name": offer.name,
        "kind": offer.kind,
        "pay": amounts(offer.pay, figures),
        "valid_until": Day(offer.valid_until, figures),
        "percent": figures.percent(offer.percent) if offer.percent else None,
        "parts": tuple(parts),
    }
    return View("offer", values)
