"""Made-up customers and messages on which every template is tried out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from goodterms.model.calendar import Period, plus
from goodterms.model.journal import EntryKind, JournalDocument
from goodterms.model.ledger import Account, Contact, Invoice, Profile
from goodterms.model.money import Money
from goodterms.model.plan import (
    APART,
    Action,
    Charge,
    ConcreteOffer,
    Deduction,
    ExcludedInvoice,
    ExclusionReason,
    InvoiceLine,
    OngoingConversation,
)
from goodterms.model.policy import Offer, OfferKind, Policy, PolicyBook, Remedy, Step
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.record_fields import examples
from goodterms.model.records import (
    KIND_OF,
    KINDS,
    Call,
    Promise,
    Record,
    Reply,
    own_keys,
)
from goodterms.render.history import LATEST
from goodterms.render.long_messages import MOST

_ON = date(2026, 11, 2)


def _records(kind: type[Record]) -> Iterator[Record]:
    """Make a record of a kind, or one for each outcome that it may have."""
    values = examples(kind, required_only=True) | {"on": _ON}
    build: Callable[..., Record] = kind
    outcomes = next((k.type.words for k in own_keys(kind) if k.name == "outcome"), ())
    for outcome in outcomes:
        yield build(**values | {"id": f"{_ON}-{outcome}", "outcome": outcome})
    if not outcomes:
        quoted_words = "They ask for a copy." if not any(own_keys(kind)) else None
        yield build(**values | {"id": KIND_OF[kind], "said": quoted_words})


#: Of every kind of record one at least.
RECORDS = tuple(record for kind in KINDS.values() for record in _records(kind))

SAMPLE_DAY = date(2026, 11, 20)

_POLICY = PolicyRef("sample", 1)
_DUE = date(2026, 10, 1)


def _euro(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def _sent(kind: EntryKind, step: str, on: date) -> JournalDocument:
    id_ = f"{on}-{step}"
    return JournalDocument(id=id_, day=on, on=on, kind=kind, state="sent", step=step)


_OFFERED = ConcreteOffer(
    name="three-instalments",
    kind="instalments",
    valid_until=date(2026, 12, 4),
    pay=(_euro("3271.23"),),
    parts=(
        (date(2026, 11, 27), _euro("1090.41")),
        (date(2026, 12, 27), _euro("1090.41")),
        (date(2027, 1, 27), _euro("1090.41")),
    ),
    percent="10",
)
_INVOICES = (
    Invoice(
        id="INV-2026-0042",
        issued=date(2026, 9, 1),
        due=_DUE,
        total=_euro("1190.00"),
        reference="RF18539007547034",
        purchase_order="PO-7781",
        pay_url="https://pay.example/INV-2026-0042",
    ),
    Invoice("INV-2026-0057", date(2026, 9, 14), date(2026, 10, 14), _euro("2380.00")),
    Invoice(
        "INV-2026-0061",
        date(2026, 10, 1),
        date(2026, 10, 31),
        Money(Decimal("640.00"), "USD"),
    ),
)


_ORDER, _REPAIR, _ABROAD = _INVOICES
_LATER = Invoice("INV-2026-0071", date(2026, 10, 9), date(2026, 11, 8), _euro("99.00"))
_RICH = Account(
    id="sample-gmbh",
    profile=Profile(
        name="Sample GmbH",
        contacts=(
            Contact("Petra Vogel", "accounts-payable", "ap@sample.example", "+49 30 1"),
        ),
        since=date(2019, 4, 1),
        address=("Hauptstr. 1", "10115 Berlin"),
        annual_value=(_euro("120000.00"),),
        notes="Founder is an old friend of the house.",
    ),
    invoices=_INVOICES,
    records=(
        Promise(
            id="2026-10-22-promise",
            on=date(2026, 10, 22),
            by="dana",
            pay_by=date(2026, 11, 5),
            said="Their bank changed.",
        ),
        Call(id="2026-11-02-call", on=date(2026, 11, 2), by="dana", outcome="reached"),
        Reply(id="2026-11-09-reply", on=date(2026, 11, 9), by="dana", answered=True),
    ),
    journal=(
        _sent("send", "friendly-reminder", date(2026, 10, 8)),
        _sent("thank", "thank-you", date(2026, 10, 12)),
        _sent("place", "triage", date(2026, 10, 15)),
    ),
)
_POOR = Account(
    id="sample-ltd",
    profile=Profile(name="Sample Ltd", contacts=(Contact("Accounts"),)),
    invoices=(Invoice(_ORDER.id, _ORDER.issued, date(2026, 11, 25), _ORDER.total),),
)
_LARGE = replace(
    _RICH,
    id="sample-large",
    invoices=tuple(
        Invoice(f"INV-{n:04}", plus(_DUE, n - 30), plus(_DUE, n), _euro("100.00"))
        for n in range(MOST + 15)
    ),
)
_BOOK = PolicyBook(
    {
        _POLICY: Policy(
            name="sample",
            version=1,
            effective=date(2026, 1, 1),
            ladder=(
                Step("sample", 0, 7, wait=14, lapse=10, offer="three-instalments"),
                Step("triage", 1, 90, choose=(Remedy("agency", place_with="agency"),)),
            ),
            offers={
                "three-instalments": Offer(
                    name="three-instalments",
                    kind="instalments",
                    valid=14,
                    count=3,
                    every=Period(1, "month"),
                    first=7,
                )
            },
        )
    }
)


@dataclass(frozen=True, slots=True)
class TemplateSample:
    """A message to try a template on; its action names no template yet."""

    action: Action
    account: Account
    book: PolicyBook


def samples() -> tuple[TemplateSample, ...]:
    """Return messages of all kinds: with everything and with next to nothing.

    The offer of each carries what any kind of offer has, so that a template
    for one kind can be tried on all.
    """
    kinds: tuple[OfferKind, ...] = ("instalments", "discount")
    offers = [replace(_OFFERED, kind=kind) for kind in kinds]
    return (
        *(TemplateSample(_rich(offer), _RICH, _BOOK) for offer in offers),
        *(TemplateSample(_poor(offer), _POOR, PolicyBook({})) for offer in offers),
        TemplateSample(_many(offers[0]), _LARGE, _BOOK),
        *(TemplateSample(_rich(offers[0]), account, _BOOK) for account in _eventful()),
    )


def _eventful() -> tuple[Account, ...]:
    """Return accounts whose latest events are, together, of every kind there is."""
    parts = (RECORDS[at : at + LATEST] for at in range(0, len(RECORDS), LATEST))
    return tuple(replace(_RICH, records=part, journal=()) for part in parts)


def _rich(offer: ConcreteOffer) -> Action:
    opened = (_line(_ORDER, _euro("690.00")), _line(_REPAIR, _REPAIR.total))
    return replace(
        _poor(offer),
        account=_RICH.id,
        contact=_RICH.profile.contacts[0],
        invoices=opened,
        listed=(_line(_ABROAD, _ABROAD.total),),
        running=OngoingConversation(date(2026, 10, 8), len(offer.kind) - 7),
        apart=tuple(_apart(reason) for reason in APART),
        deductions=(
            Deduction("cash", _euro("60.00")),
            Deduction("credit", _euro("40.00")),
        ),
        totals=(_euro("3026.99"), _ABROAD.total),
        charges=(
            Charge(
                invoice=_ORDER.id,
                interest=_euro("16.99"),
                compensation=_euro("40.00"),
                since=date(2026, 10, 2),
                until=SAMPLE_DAY,
            ),
        ),
    )


def _many(offer: ConcreteOffer) -> Action:
    """Return a message about more invoices than an e-mail shows one by one."""
    lines = tuple(_line(invoice, invoice.total) for invoice in _LARGE.invoices)
    return replace(
        _rich(offer), account=_LARGE.id, invoices=lines, listed=(), running=None
    )


def _poor(offer: ConcreteOffer) -> Action:
    invoice = _POOR.invoices[0]
    return Action(
        id="sample/2026-11-20-sample",
        kind="send",
        account=_POOR.id,
        step="sample",
        policy=_POLICY,
        channel="email",
        tone="warm",
        to="ap@sample.example",
        contact=_POOR.profile.contacts[0],
        totals=(invoice.total,),
        invoices=(_line(invoice, invoice.total),),
        offer=offer,
    )


def _apart(reason: ExclusionReason) -> ExcludedInvoice:
    until = date(2026, 12, 1) if reason in ("promised", "extended") else None
    return ExcludedInvoice(_line(_LATER, _LATER.total), reason, until)


def _line(invoice: Invoice, amount: Money) -> InvoiceLine:
    days = (SAMPLE_DAY - invoice.due).days
    return InvoiceLine(invoice.id, amount, amount, invoice.due, days, "sample", _POLICY)
