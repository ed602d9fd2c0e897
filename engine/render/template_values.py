"""The values that a template prints: each knows how it is shown.

What a template prints is data, never markup: see ``goodterms.render.placeholders``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from goodterms.model.money import Money
from goodterms.render.locale_format import LocaleFormat


class ValueRefusedError(Exception):
    """A value that may not stand where a template puts it; says what and what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message}; {hint}" if hint else message)
        self.what = message
        self.hint = hint


class Absent:
    """Something that is not known here: false when asked for, refused when printed."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[object]:
        return iter(())

    def __getattr__(self, name: str) -> "Absent":
        if name.startswith("_"):
            raise AttributeError(name)
        return Absent(f"{self._name}.{name}")

    def __str__(self) -> str:
        raise ValueRefusedError(
            f"'{self._name}' is empty here", f"ask first: {{% if {self._name} %}}"
        )


class View:
    """A noun as templates see it: named values, read only.

    A value that is None is Absent, a function is called when asked for.
    Printed, a view is its ``name`` or ``id``.
    """

    __slots__ = ("_label", "_values")

    def __init__(self, label: str, values: Mapping[str, object]) -> None:
        self._label = label
        self._values = values

    def __getattr__(self, name: str) -> object:
        try:
            value = self._values[name]
        except KeyError:
            raise AttributeError(name) from None
        if callable(value):
            value = value()
        return Absent(f"{self._label}.{name}") if value is None else value

    def __dir__(self) -> list[str]:
        return list(self._values)

    def __repr__(self) -> str:
        return self._label

    def __str__(self) -> str:
        for name in ("name", "id"):
            if self._values.get(name) is not None:
                return str(self._values[name])
        raise ValueRefusedError(
            f"'{self._label}' is nothing to print", "print one of its parts"
        )

    def __eq__(self, other: object) -> bool:
        return str(self) == other if isinstance(other, str) else self is other

    def __hash__(self) -> int:
        return hash(str(self))


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money in the customer's way of writing it."""

    money: Money
    figures: LocaleFormat = field(repr=False, compare=False)

    @property
    def currency(self) -> str:
        """The ISO 4217 code."""
        return self.money.currency

    def __bool__(self) -> bool:
        return bool(self.money.amount)

    def __str__(self) -> str:
        return self.figures.amount(self.money)


class Amounts(tuple[Amount, ...]):
    """One amount for each currency; printed, they read as a phrase."""

    __slots__ = ()

    def __str__(self) -> str:
        if not self:
            raise ValueRefusedError("there is no amount to print here", "ask first")
        return self[0].figures.listing([str(amount) for amount in self])


@dataclass(frozen=True, slots=True)
class Day:
    """A date in the customer's way of writing it; ``short`` fits into a table."""

    date: date
    figures: LocaleFormat = field(repr=False, compare=False)

    @property
    def short(self) -> str:
        """The date in figures, or nearly so."""
        return self.figures.day(self.date, "medium")

    def __str__(self) -> str:
        return self.figures.day(self.date)


class PayUrl(str):
    """An address on the web that was checked: the only data a link may lead to."""

    __slots__ = ()


def amounts(sums: Iterable[Money], figures: LocaleFormat) -> Amounts:
    """Show sums of different currencies."""
    return Amounts(Amount(money, figures) for money in sums)
