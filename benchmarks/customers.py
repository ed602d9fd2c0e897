"""Made-up customers: ten invoices each, paid as customers of other firms pay.

What is known of public data on late payment sets the figures: each customer has
a habit of paying late, a late invoice is likely to follow a late one, most late
ones are a few days late, a few are very late, nobody pays at the weekend.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from goodterms.model.ledger import (
    Account,
    Contact,
    Credit,
    Invoice,
    Payment,
    Profile,
    Terms,
)
from goodterms.model.money import Money
from goodterms.model.records import CheckIn, Dispute, Note, Record, Resolution

INVOICES = 10

#: Stands for the number of a customer in everything that names one.
NUMBER = "zzzzzzz"

#: What a reference begins with before its check digits are known.
REFERENCE = "RF00"

_COUNTRIES = (
    ("DE", "de", "Europe/Berlin", "EUR"),
    ("AT", "de", "Europe/Vienna", "EUR"),
    ("FR", "en", "Europe/Paris", "EUR"),
    ("NL", "en", "Europe/Amsterdam", "EUR"),
    ("GB", "en", "Europe/London", "GBP"),
    ("US", "en", "America/New_York", "USD"),
)
_TRADES = ("Bakery", "Logistics", "Printing", "Software", "Timber", "Clinics")
_REASONS = ("damaged goods", "short delivery", "price corrected", "returned")
_PEOPLE = ("dana", "omar")
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class _Course:
    """How one invoice goes: when it is settled (None: it never is), and how."""

    issued: date
    due: date
    settled: date | None
    total: int
    currency: str


def customer(random: Random, today: date) -> Account:
    """Make up a customer and everything that will have happened by *today*.

    Facts may be dated after it: for a decision they do not exist yet.
    """
    country, language, zone, currency = random.choice(_COUNTRIES)
    net_days = random.choice((14, 30, 30, 30, 45))
    courses = _courses(random, today, net_days, currency)
    records: list[Record] = [_check_in(random, today), _note(random, today)]
    invoices = []
    for number, course in enumerate(courses, 1):
        name = f"INV-{NUMBER}-{number:02}"
        contested = _dispute(random, name, course, records)
        records += contested
        invoices.append(_invoice(random, name, course, contested))
    return Account(
        id=f"customer-{NUMBER}",
        profile=_profile(random, country, language, zone, net_days, currency),
        invoices=tuple(invoices),
        records=tuple(records),
    )


def known_by(account: Account, today: date) -> Account:
    """Leave out what has not happened by a day."""
    invoices = tuple(
        replace(
            invoice,
            payments=tuple(each for each in invoice.payments if each.on <= today),
            credits=tuple(each for each in invoice.credits if each.on <= today),
        )
        for invoice in account.invoices
    )
    records = tuple(record for record in account.records if record.on <= today)
    return replace(account, invoices=invoices, records=records)


def free_name(on: date, kind: str, records: list[Record] | tuple[Record, ...]) -> str:
    """Return the first name of a record file that no record has."""
    names = {record.id for record in records}
    first = f"{on}-{kind}"
    further = (f"{first}-{number}" for number in range(2, len(names) + 3))
    return next(name for name in (first, *further) if name not in names)


def chance(random: Random, percent: int) -> bool:
    """Draw lots."""
    return random.randrange(100) < percent


def signer(random: Random) -> str:
    """Choose one of us."""
    return random.choice(_PEOPLE)


def _courses(
    random: Random, today: date, net_days: int, currency: str
) -> list[_Course]:
    habit, late = random.betavariate(0.85, 0.87), False
    first = today - timedelta(days=random.randint(289, 320))
    courses = []
    for number in range(INVOICES):
        issued = first + timedelta(days=31 * number + random.randint(0, 9))
        due = issued + timedelta(days=net_days)
        late = random.random() < min(max(habit + (0.12 if late else -0.06), 0), 1)
        never = late and chance(random, 3)
        days = _days_late(random) if late else -int(random.triangular(0, 9, 2))
        settled = None if never else _weekday(due + timedelta(days=days))
        total = max(300, int(random.lognormvariate(7.4, 1.1)))
        courses.append(_Course(issued, due, settled, total, currency))
    return courses


def _days_late(random: Random) -> int:
    if chance(random, 84):
        return random.choices(range(1, 8), (29, 18, 18, 6, 5, 4, 4))[0]
    return 7 + min(int(random.lognormvariate(2.3, 1.18)), 200)


def _weekday(day: date) -> date:
    """Move a payment off the weekend, to the Monday after it."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > _FRIDAY else day


def _weekday_before(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - _FRIDAY))


def _money(amount: int, currency: str) -> Money:
    return Money(Decimal(amount).quantize(Decimal("0.01")), currency)


def _dispute(
    random: Random, name: str, course: _Course, records: list[Record]
) -> list[Record]:
    on = course.issued + timedelta(days=random.randint(3, 20))
    ended = on + timedelta(days=random.randint(4, 25))
    if not chance(random, 8) or (course.settled and ended >= course.settled):
        return []
    who = signer(random)
    dispute = Dispute(
        id=free_name(on, "dispute", records),
        on=on,
        by=who,
        invoices=(name,),
        review_by=on + timedelta(days=21),
        said="They say that two boxes were missing and sent us photographs.",
        reason="dispute",
    )
    upheld = chance(random, 50)
    resolution = Resolution(
        id=free_name(ended, "resolution", records),
        on=ended,
        by=who,
        invoices=(name,),
        of=dispute.id,
        outcome="partly" if upheld else "rejected",
        credit=str(_money(course.total // 20, course.currency)) if upheld else None,
    )
    return [dispute, resolution]


def _invoice(
    random: Random, name: str, course: _Course, contested: list[Record]
) -> Invoice:
    notes = _credits(random, course, contested)
    left = course.total - int(sum(credit.amount.amount for credit in notes))
    return Invoice(
        id=name,
        issued=course.issued,
        due=course.due,
        total=_money(course.total, course.currency),
        payments=tuple(_payments(random, course, left)),
        credits=notes,
        reference=f"{REFERENCE}{name.replace('-', '')}",
        purchase_order=f"PO-{random.randint(1000, 9999)}",
        pay_url=f"https://pay.example/{name}",
    )


def _credits(
    random: Random, course: _Course, contested: list[Record]
) -> tuple[Credit, ...]:
    amount = _money(course.total // 20, course.currency)
    number = f"CN-{random.randint(100, 999)}"
    for record in contested:
        if isinstance(record, Resolution) and record.credit:
            return (Credit(record.on, amount, "short delivery", number, record.id),)
    if not chance(random, 30):
        return ()
    on = course.issued + timedelta(days=random.randint(1, 12))
    return (Credit(on, amount, random.choice(_REASONS), number),)


def _payments(random: Random, course: _Course, left: int) -> list[Payment]:
    if course.settled is None:
        return []
    parts = random.choices((1, 2, 3, 4, 5), (20, 20, 25, 20, 15))[0]
    days = sorted(random.randint(1, 9) for _ in range(parts - 1))[::-1]
    made = []
    for before in (*days, 0):
        on = _weekday_before(course.settled - timedelta(days=before))
        amount = left if before == 0 else max(1, left // (parts + 1))
        left -= amount
        reference = f"stmt {on}/{random.randint(1, 60)}"
        made.append(Payment(on, _money(amount, course.currency), reference))
    return made


def _check_in(random: Random, today: date) -> Record:
    on = today - timedelta(days=random.randint(20, 300))
    said = "Asked how the new site is doing; they open in spring."
    return CheckIn(id=f"{on}-check-in", on=on, by=signer(random), said=said)


def _note(random: Random, today: date) -> Record:
    on = today - timedelta(days=random.randint(20, 300))
    said = "Their accounts department moved; the address on file is the new one."
    return Note(id=f"{on}-note", on=on, by=signer(random), said=said)


def _profile(
    random: Random, country: str, language: str, zone: str, net_days: int, code: str
) -> Profile:
    trade, host = random.choice(_TRADES), f"{NUMBER}.example"
    return Profile(
        name=f"{trade} {NUMBER} Ltd",
        segment=random.choice(("standard", "standard", "standard", "new", "key")),
        since=date(random.randint(2009, 2025), random.randint(1, 12), 1),
        owner=signer(random),
        language=language,
        country=country,
        timezone=zone,
        contacts=(
            Contact("Accounts payable", "accounts-payable", f"ap@{host}", "+49 30 1"),
            Contact("Robin Hale", "management", f"robin.hale@{host}"),
        ),
        address=(
            f"{random.randint(1, 200)} Harbour Street",
            f"{random.randint(10000, 99999)} Port",
        ),
        channels=("email", "phone", "letter"),
        terms=Terms(net_days, (_money(20000, code),), 0, "monthly"),
        annual_value=(_money(random.randint(2, 90) * 1000, code),),
        notes="They pay in weekly runs.\nAsk for Robin when something is urgent.",
    )
