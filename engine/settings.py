"""The nouns of ``goodterms.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.money import Money

if TYPE_CHECKING:
    from engine.model import Profile


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
    iban: str | None = None
    bic: str | None = None
    region: str | None = None

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
