"""Customers, invoices and actions for tests of what customers read."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from goodterms.conditions.expressions import compile_condition
from goodterms.load import load_book, load_settings
from goodterms.model.ledger import Account, Contact, Invoice, Profile
from goodterms.model.money import DECIMALS, Money
from goodterms.model.plan import Action, Charge, ConcreteOffer, InvoiceLine
from goodterms.model.policy import PolicyBook
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.problem import Problem
from goodterms.model.records import Call, Promise
from goodterms.model.settings import BankAccount, Creditor, Person, Settings
from goodterms.render import RenderedMessage, Templates, load_templates, render

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 20)
STANDARD = PolicyRef("standard", 1)
DANA = Person("dana", "Dana Lindqvist", "dana@linden.example", phone="+49 30 555 0111")
LINDEN = Creditor(
    name="Linden & Partner GmbH",
    country="DE",
    timezone="Europe/Berlin",
    email="accounts@linden.example",
    address=("Lindenallee 4", "10119 Berlin"),
    phone="+49 30 555 0100",
    bank=(BankAccount(iban="DE02120300000000202051", bic="BYLADEM1001"),),
)
SETTINGS = Settings(LINDEN, people={"dana": DANA})
PETRA = Contact("Petra Vogel", "accounts-payable", "ap@acme.example", "+49 30 1234567")
NO_BOOK = PolicyBook({})


def money(amount: str, currency: str = "EUR") -> Money:
    """Read an amount, ``"1190.00"``."""
    return Money(
        Decimal(amount).quantize(Decimal(1).scaleb(-DECIMALS[currency])), currency
    )


def invoice(id_: str = "INV-1", due: str = "2026-10-01", **changes: object) -> Invoice:
    """Return an invoice over 1190.00 EUR, issued 30 days before it is due."""
    day = date.fromisoformat(due)
    plain = Invoice(id_, day - timedelta(days=30), day, money("1190.00"))
    return replace(plain, **changes)  # type: ignore[arg-type]


def account(*invoices: Invoice, **changes: object) -> Account:
    """Return ACME with some invoices; *changes* are to its profile."""
    plain = Profile(
        name="ACME GmbH",
        contacts=(PETRA,),
        owner="dana",
        address=("Hauptstr. 1", "10115 Berlin"),
    )
    profile = replace(plain, **changes)  # type: ignore[arg-type]
    return Account("acme-gmbh", profile, invoices or (invoice(),))


def line(
    of: Invoice, open_: Money | None = None, step: str = "some-step"
) -> InvoiceLine:
    """Show an invoice as it stands on TODAY; all of it is open unless said."""
    days = (TODAY - of.due).days
    amount = open_ or of.total
    return InvoiceLine(of.id, amount, amount, of.due, days, step, STANDARD)


def action(template: str, of: Account, /, **changes: object) -> Action:
    """Return an e-mail to ACME about all of its invoices."""
    lines = tuple(line(each) for each in of.invoices)
    plain = Action(
        id=f"{of.id}/{TODAY}-{template}",
        kind="send",
        account=of.id,
        step=template,
        policy=STANDARD,
        channel="email",
        tone="warm",
        to="ap@acme.example",
        contact=of.profile.contacts[0],
        template=template,
        owner="dana",
        totals=sums(each.open for each in lines),
        invoices=lines,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def sums(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """Add amounts up, by currency."""
    found: dict[str, Money] = {}
    for each in amounts:
        known = found.get(each.currency)
        found[each.currency] = known + each if known else each
    return tuple(found[currency] for currency in sorted(found))


def templates(files: Mapping[str, str], settings: Settings = SETTINGS) -> Templates:
    """Read templates that have nothing wrong with their front matter."""
    return _templates(tuple(sorted(files.items())), settings.creditor.language)


@cache
def _templates(files: tuple[tuple[str, str], ...], language: str) -> Templates:
    settings = Settings(replace(LINDEN, language=language))
    found, problems = load_templates(
        {path: text.encode() for path, text in files}, settings
    )
    assert problems == ()
    return found


def template(body: str, subject: str = "A subject") -> dict[str, str]:
    """Return the file of an English template called ``note``."""
    return {"templates/en/note.md.j2": f"---\nsubject: '{subject}'\n---\n{body}"}


def rendered(
    files: Mapping[str, str], of: Account, **changes: object
) -> RenderedMessage:
    """Render the template ``note``, which has nothing wrong with it."""
    message, problems = tried(files, of, **changes)
    assert problems == ()
    assert message is not None
    return message


def tried(
    files: Mapping[str, str], of: Account, **changes: object
) -> tuple[RenderedMessage | None, tuple[Problem, ...]]:
    """Render the template ``note``."""
    return render(
        templates(files), action("note", of, **changes), of, SETTINGS, TODAY, NO_BOOK
    )


@cache
def shipped() -> tuple[Templates, tuple[Problem, ...]]:
    """Read the templates that are shipped."""
    found = sorted((ROOT / "templates").rglob("*.j2"))
    files = {str(path.relative_to(ROOT)): path.read_bytes() for path in found}
    return load_templates(files, SETTINGS)


@cache
def shipped_book() -> tuple[PolicyBook, tuple[Problem, ...]]:
    """Read the policies that are shipped."""
    file = ROOT / "goodterms.yaml"
    settings, wrong = load_settings(file.read_bytes(), file.name)
    assert settings is not None
    found = sorted((ROOT / "policies").glob("*/v*.yaml"))
    book, problems = load_book(
        {str(path.relative_to(ROOT)): path.read_bytes() for path in found},
        settings,
        templates=shipped()[0].digests,
        compile_condition=compile_condition,
        holidays=lambda _country: frozenset(),
    )
    return book, (*wrong, *problems)


INSTALMENTS = ConcreteOffer(
    name="three-instalments",
    kind="instalments",
    valid_until=date(2026, 12, 4),
    pay=(money("690.00"),),
    parts=(
        (date(2026, 11, 27), money("230.00")),
        (date(2026, 12, 27), money("230.00")),
        (date(2027, 1, 27), money("230.00")),
    ),
)
DISCOUNT = ConcreteOffer(
    name="settle-10",
    kind="discount",
    valid_until=date(2026, 12, 4),
    pay=(money("621.00"),),
    percent="10",
)
CHARGE = Charge(
    invoice="INV-2026-0042",
    interest=money("16.99"),
    compensation=money("40.00"),
    since=date(2026, 10, 2),
    until=TODAY,
)
PAST = (
    Promise(
        id="2026-10-22-promise",
        on=date(2026, 10, 22),
        by="dana",
        pay_by=date(2026, 11, 5),
        said="Their bank changed; payment run on the 4th.",
    ),
    Call(id="2026-11-02-call", on=date(2026, 11, 2), by="dana", outcome="voicemail"),
)


def worded(made: Action, of: Account) -> RenderedMessage:
    """Render an action in the words that are shipped."""
    message, problems = render(shipped()[0], made, of, SETTINGS, TODAY, NO_BOOK)
    assert problems == ()
    assert message is not None
    return message
