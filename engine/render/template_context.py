"""Views of account, invoices, step and creditor for the variables of a template."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from goodterms.decision import ROLES, concrete_offer
from goodterms.model.calendar import plus
from goodterms.model.ledger import Account, Contact, Invoice
from goodterms.model.plan import (
    Action,
    Charge,
    ConcreteOffer,
    Deduction,
    ExcludedInvoice,
    InvoiceLine,
    OngoingConversation,
)
from goodterms.model.policy import Policy, PolicyBook, Step
from goodterms.model.settings import BankAccount, Creditor, Partner, Settings
from goodterms.render.history import past
from goodterms.render.links import is_web
from goodterms.render.locale_format import LocaleFormat
from goodterms.render.template_values import (
    Amount,
    Day,
    PayUrl,
    View,
    amounts,
)

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
    account: Account, figures: LocaleFormat, as_of: date, settings: Settings
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
        "contacts": tuple(
            contact_view("contact", contact) for contact in profile.contacts
        ),
        "net_days": profile.terms.net_days,
        "annual_value": amounts(profile.annual_value, figures),
        "notes": profile.notes,
        "history": lambda: past(account, figures, as_of, settings),
    }
    return View("account", values)


def is_named(name: str) -> bool:
    """Whether a contact's name can be greeted: no mere number, and no desk's name."""
    words = [word for word in re.split(r"[\W_]+", name.casefold()) if word]
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
    contacts = account.profile.contacts
    if action.channel == "phone":
        return next((contact for contact in contacts if contact.phone), contacts[0])
    return contacts[0]


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


def invoice_view(
    line: InvoiceLine, invoice: Invoice | None, figures: LocaleFormat
) -> View:
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


def apart_view(
    excluded_invoice: ExcludedInvoice, invoice: Invoice | None, figures: LocaleFormat
) -> View:
    """Show an invoice that a message leaves out: as any other, and its ``reason``.

    ``until`` is the day by which payment is promised, or until which there is time.
    """
    values: dict[str, object] = {
        "id": excluded_invoice.line.id,
        "currency": excluded_invoice.line.open.currency,
        "open": Amount(excluded_invoice.line.open, figures),
        "due": Day(excluded_invoice.line.due, figures),
        "days_overdue": excluded_invoice.line.days_overdue,
        "reason": excluded_invoice.reason,
        "until": Day(excluded_invoice.until, figures)
        if excluded_invoice.until
        else None,
    }
    return View(
        "apart", {**values, **_of_file(excluded_invoice.line, invoice, figures)}
    )


def _of_file(
    line: InvoiceLine, invoice: Invoice | None, figures: LocaleFormat
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


def running_view(
    ongoing_conversation: OngoingConversation, figures: LocaleFormat
) -> View:
    """Show since when a conversation runs, and how many invoices are new in it."""
    return View(
        "running",
        {
            "on": Day(ongoing_conversation.on, figures),
            "more": ongoing_conversation.more,
        },
    )


def charge_view(charge: Charge, figures: LocaleFormat, invoice: Invoice | None) -> View:
    """Show what is claimed for one invoice being late."""
    values = {
        "invoice": invoice.called if invoice else charge.invoice,
        "interest": Amount(charge.interest, figures),
        "compensation": Amount(charge.compensation, figures),
        "since": Day(charge.since, figures),
        "until": Day(charge.until, figures),
    }
    return View("charge", values)


def deduction_view(less: Deduction, figures: LocaleFormat) -> View:
    """Show something taken off: its ``kind`` (cash or credit) and its ``amount``."""
    values = {"kind": less.kind, "amount": Amount(less.amount, figures)}
    return View("deduction", values)


def offer_view(offer: ConcreteOffer, figures: LocaleFormat) -> View:
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


def step_view(
    action: Action,
    account: Account,
    as_of: date,
    figures: LocaleFormat,
    book: PolicyBook,
    partners: Mapping[str, Partner],
) -> View:
    """Show the step. What only its policy can tell is absent where that is not known.

    ``deadline`` is the last business day before the next step may follow;
    ``lapses`` the last day for a call; ``may_place`` to whom a later step of
    the ladder can hand the matter, of ``agency`` and ``lawyer``, so that no text
    warns of what is not planned; ``offers`` what a person may offer without
    asking, worked out on what the action asks for.
    """
    values: dict[str, object] = {
        "name": action.step,
        "tone": action.tone,
        "deadline": None,
        "lapses": None,
        "may_place": (),
        "offers": (),
    }
    policy = book.policies.get(action.policy) if action.policy else None
    step = policy.step(action.step) if policy else None
    if policy and step:
        calendar = book.calendar(policy, account.profile.place)
        last = calendar.before(plus(as_of, step.wait))
        if last > as_of:
            values["deadline"] = Day(last, figures)
        if step.lapse is not None:
            values["lapses"] = Day(plus(as_of, step.lapse), figures)
        values["may_place"] = _may_place(policy, step, partners)
        values["offers"] = lambda: _offers(policy, action, as_of, figures)
    return View("step", values)


def _may_place(
    policy: Policy, step: Step, partners: Mapping[str, Partner]
) -> tuple[str, ...]:
    """List the kinds of partners; one that the settings lack is called an agency."""
    later = policy.ladder[step.index + 1 :]
    named = {remedy.place_with for later_step in later for remedy in later_step.choose}
    kinds = {
        partners[key].kind if key in partners else "agency" for key in named if key
    }
    return tuple(sorted(kinds))


def _offers(
    policy: Policy, action: Action, as_of: date, figures: LocaleFormat
) -> tuple[View, ...]:
    """Work out the offers that some step makes without anybody's approval."""
    names = [s.offer for s in policy.ladder if s.offer and s.approval is None]
    free = [policy.offers[name] for name in dict.fromkeys(names)]
    concrete = [concrete_offer(offer, action.totals, as_of) for offer in free]
    return tuple(
        offer_view(offer_terms, figures) for offer_terms in concrete if offer_terms
    )


def creditor_view(
    creditor: Creditor, currencies: Iterable[str], country: str, figures: LocaleFormat
) -> View:
    """Show the creditor, and the accounts for some currencies of a customer there.

    ``accounts`` are those to pay to, each with its ``currencies`` and ``parts``;
    one without parts stands for currencies that no account of ours takes. ``iban``
    and ``bic`` are of the first that is shown by IBAN.
    """
    chosen: dict[BankAccount | None, list[str]] = {}
    for currency in currencies if creditor.bank else ():
        account = creditor.pay_to(currency, country)
        chosen.setdefault(account, []).append(currency)
    by_iban = next(
        (
            bank_account
            for bank_account in (*chosen, *creditor.bank)
            if bank_account and bank_account.iban
        ),
        None,
    )
    values = {
        "name": creditor.name,
        "address": creditor.address,
        "country": creditor.country,
        "email": creditor.email,
        "phone": creditor.phone,
        "iban": in_fours(by_iban.iban or "") if by_iban else None,
        "bic": by_iban.bic if by_iban else None,
        "accounts": tuple(
            _account_view(account, figures.listing(of))
            for account, of in chosen.items()
        ),
    }
    return View("creditor", values)


def _account_view(account: BankAccount | None, currencies: str) -> View:
    shown = account or BankAccount()
    numbers = (
        ("sort_code", _grouped(shown.sort_code, 2)),
        ("routing", shown.routing),
        ("bsb", _grouped(shown.bsb, 3)),
        ("account", shown.number),
        ("iban", in_fours(shown.iban) if shown.iban else None),
        ("bic", shown.bic),
    )
    parts = tuple(
        View("part", {"kind": kind, "number": number})
        for kind, number in numbers
        if number
    )
    return View("account", {"currencies": currencies, "parts": parts})


def in_fours(text: str) -> str:
    """Group an IBAN or a creditor reference in fours, as banks print them."""
    return " ".join(_cut(text.replace(" ", ""), 4))


def _grouped(digits: str | None, size: int) -> str | None:
    """Write a sort code or BSB as its country does: 60-16-13, 062-000."""
    return "-".join(_cut(digits, size)) if digits else None


def _cut(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]
