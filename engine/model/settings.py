"""The nouns of ``goodterms.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from goodterms.model.money import Money

if TYPE_CHECKING:
    from goodterms.model.ledger import Profile


#: The numbers by which banks of a country find an account: the one currency that they
#: move, and the countries from which customers pay by them.
DOMESTIC = {
    "sort_code": ("GBP", frozenset({"GB", "GG", "IM", "JE"})),
    "routing": ("USD", frozenset({"US", "AS", "GU", "MP", "PR", "VI"})),
    "bsb": ("AUD", frozenset({"AU", "CC", "CX", "NF"})),
}

#: The rank of an account that a customer reaches by a foreign domestic number only.
_FROM_ABROAD = 2


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account that customers pay to: by IBAN, by a domestic number, or either.

    ``number`` goes with ``sort_code`` (GB), ``routing`` (US) or ``bsb`` (AU). All
    are digits and letters only. ``currency`` is the one that it takes.
    """

    currency: str | None = None
    iban: str | None = None
    bic: str | None = None
    sort_code: str | None = None
    routing: str | None = None
    bsb: str | None = None
    number: str | None = None

    @property
    def scheme(self) -> str | None:
        """Which domestic number it has: a key of ``DOMESTIC``, or none."""
        return next((key for key in DOMESTIC if getattr(self, key)), None)

    def takes(self, currency: str) -> bool:
        """Whether a currency can be paid to it.

        One that names no currency takes any by its IBAN, and by a domestic number
        only what that moves.
        """
        if self.currency or self.iban:
            return self.currency in (None, currency)
        return self.scheme is not None and DOMESTIC[self.scheme][0] == currency

    def reach(self, currency: str, country: str) -> int:
        """Rank how a customer of a country pays to it: 0 is as at home, 2 the worst.

        0: by the domestic number, or an IBAN of that country. 1: by another
        IBAN. 2: by a domestic number from abroad, which needs the BIC.
        """
        if self._at_home(currency, country):
            return 0
        if self.iban is None:
            return _FROM_ABROAD
        return 0 if self.iban.startswith(country) else 1

    def shown(self, currency: str, country: str) -> "BankAccount":
        """Return it with only the numbers that such a customer needs."""
        if self._at_home(currency, country):
            return replace(self, iban=None, bic=None)
        if self.iban is None:
            return self
        return replace(self, sort_code=None, routing=None, bsb=None, number=None)

    def _at_home(self, currency: str, country: str) -> bool:
        moved, countries = DOMESTIC.get(self.scheme or "", ("", frozenset()))
        return currency == moved and country in countries


@dataclass(frozen=True, slots=True)
class Creditor:
    """Who is owed the money, and how to pay it."""

    name: str
    country: str
    timezone: str
    email: str
    language: str = "en"
    address: tuple[str, ...] = ()
    phone: str | None = None
    bank: tuple[BankAccount, ...] = ()
    region: str | None = None

    def pay_to(self, currency: str, country: str) -> BankAccount | None:
        """Choose the account for a currency and the country of a customer.

        Of those that take the currency: no foreign domestic number where there is
        another way; then one that names the currency; then the one that they reach
        best; then the first in the file. It has only the numbers that they need.
        None: no account takes the currency.
        """
        fit = [account for account in self.bank if account.takes(currency)]
        if not fit:
            return None

        def rank(bank_account: BankAccount) -> tuple[bool, bool, int]:
            reach = bank_account.reach(currency, country)
            return reach == _FROM_ABROAD, bank_account.currency is None, reach

        best = min(fit, key=rank)
        return best.shown(currency, country)

    @property
    def place(self) -> str:
        """Where our holidays are: in a country, ``DE``, or a region, ``DE-BY``."""
        return f"{self.country}-{self.region}" if self.region else self.country


@dataclass(frozen=True, slots=True)
class Person:
    """One of us."""

    key: str
    name: str
    email: str | None = None
    github: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Partner:
    """An agency or a lawyer."""

    key: str
    kind: str
    name: str
    email: str | None = None
    fee_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Brakes:
    """How much one run may do; beyond it nothing is done.

    ``share`` is a part of all accounts (from 30 accounts up), ``money`` the
    most that one run's messages may ask for, per currency.
    """

    messages: int = 200
    share: Decimal = Decimal("0.3")
    proposals: int = 20
    money: Mapping[str, Money] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole of ``goodterms.yaml``, with its defaults filled in.

    ``fresh`` maps a source's name to business days of the creditor; ``owner`` is who
    of us looks after accounts that name nobody.
    """

    creditor: Creditor
    people: Mapping[str, Person] = field(default_factory=dict)
    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    partners: Mapping[str, Partner] = field(default_factory=dict)
    default_segment: str = "standard"
    owner: str | None = None
    forge: str = "local"
    channels: Mapping[str, str] = field(
        default_factory=lambda: dict.fromkeys(
            ("email", "letter", "sms", "phone"), "outbox"
        )
    )
    brakes: Brakes = field(default_factory=Brakes)
    fresh: Mapping[str, int] = field(default_factory=dict)
    mode: str = "run"
    suspended: bool = False

    def owner_of(self, profile: "Profile") -> str | None:
        """Return who of us looks after an account: its own owner, else that of all."""
        return profile.owner or self.owner
