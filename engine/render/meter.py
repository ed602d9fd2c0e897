"""How much a template may do: its steps, the size of its values, its output.

Everything that could take long or grow large is charged before it is done, so
that a template ends with a sentence, never in a hang or without memory. The
figures are far above what a message needs.
"""

from collections.abc import Callable, Sized
from itertools import islice
from numbers import Number

from engine.render.values import ValueRefusedError

#: Steps of one text. One is an element looked at, or some characters.
MOST_STEPS = 3_000_000

#: Elements of one list, and characters of one text.
MOST_ELEMENTS = 100_000
MOST_CHARACTERS = 200_000

#: Characters that one text may print in all.
MOST_PRINTED = 250_000

#: The largest number that may be calculated with, and its decimals.
MOST = 10**18
MOST_DECIMALS = 10

_CHARACTERS_A_STEP = 8


class Meter:
    """What one run of a text has used up; raises ValueRefusedError at the bound."""

    def __init__(self) -> None:
        self._steps = 0
        self._printed = 0

    def spend(self, steps: int) -> None:
        """Charge for work that is about to be done."""
        self._steps += steps
        if self._steps > MOST_STEPS:
            raise ValueRefusedError(
                f"it takes more than {MOST_STEPS:,} steps",
                "loop over less, or not in a loop inside another",
            )

    def printed(self, characters: int) -> None:
        """Charge for what lands in the message."""
        self._printed += characters
        if self._printed > MOST_PRINTED:
            raise ValueRefusedError(
                f"it prints more than {MOST_PRINTED:,} characters", "print less"
            )

    def looked_at(self, value: object) -> object:
        """Charge for looking a value through, and return it."""
        self.spend(1 + size(value))
        return value

    def elements(
        self, value: object, steps: int = 1
    ) -> tuple[object, ...] | list[object]:
        """Return what a loop runs over, charged with *steps* for each element."""
        if not isinstance(value, tuple | list):
            value = list(islice(value, MOST_ELEMENTS + 1))  # type: ignore[call-overload]
        fitting(value)
        self.spend(len(value) * steps)
        return value


def size(value: object) -> int:
    """Return how many steps it takes to look a value through."""
    if isinstance(value, str):
        return len(value) // _CHARACTERS_A_STEP
    return len(value) if isinstance(value, Sized) else 0


def fitting(value: object) -> object:
    """Return a value that is not too large; raise ValueRefusedError."""
    if isinstance(value, str):
        fits(len(value))
    elif isinstance(value, int) and abs(value) > MOST:
        raise ValueRefusedError("the number is too large", "calculate with less")
    elif isinstance(value, tuple | list | dict | set) and len(value) > MOST_ELEMENTS:
        raise ValueRefusedError(f"the list has more than {MOST_ELEMENTS:,} elements")
    return value


def fits(characters: int) -> None:
    """Raise ValueRefusedError for a text that would be too long."""
    if characters > MOST_CHARACTERS:
        raise ValueRefusedError(
            f"a text grows beyond {MOST_CHARACTERS:,} characters", "print a shorter one"
        )


def calculated(
    symbol: str, reckon: Callable[[object, object], object], left: object, right: object
) -> object:
    """Apply an operator: to numbers any, to two texts or two lists only ``+``."""
    if _is_number(left) and _is_number(right):
        fitting(left)
        fitting(right)
        return fitting(reckon(left, right))
    if symbol == "+" and isinstance(left, str) and isinstance(right, str):
        fits(len(left) + len(right))
        return left + right
    if (
        symbol == "+"
        and isinstance(left, tuple | list)
        and isinstance(right, type(left))
    ):
        return fitting(reckon(left, right))
    wrong = right if _is_number(left) else left
    raise ValueRefusedError(
        f"'{symbol}' calculates with numbers only, not with {_named(wrong)}",
        "print a value as it is, or let a filter do it",
    )


def _is_number(value: object) -> bool:
    return isinstance(value, Number)


def _named(value: object) -> str:
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, tuple | list) else f"'{value}'"
