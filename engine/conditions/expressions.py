"""The ``when`` of policies: Jinja expressions over a fixed vocabulary.

Nothing here can call, look inside or change anything: an expression compares
and calculates with the facts it names, exactly, in decimal.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal, DivisionByZero, InvalidOperation

from goodterms.model.policy import Condition, ConditionError
from goodterms.model.problem import did_you_mean

#: Every fact that a condition may name, with a value of its kind.
VOCABULARY: dict[str, object] = {
    "balance": Decimal("1190.00"),
    "overdue": Decimal("1190.00"),
    "oldest_days_overdue": 21,
    "days_overdue": 21,
    "invoices_open": 2,
    "invoices_overdue": 1,
    "currency": "EUR",
    "segment": "standard",
    "country": "DE",
    "annual_value": Decimal("120000.00"),
    "relationship_years": 7,
    "on_time_rate": Decimal("0.8"),
    "average_days_late": Decimal("4.5"),
    "promises_kept": 1,
    "promises_broken": 1,
    "replies": 1,
    "last_reply_days": 21,
    "contacts_30d": 1,
    "disputed": Decimal("90.00"),
}

#: The few filters that a condition may use.
FILTERS = ("abs", "lower", "max", "min", "round", "upper")

#: The longest condition, in characters.
MOST_SOURCE = 10_000


class ExpressionError(ValueError):
    """A text that is no condition. ``what`` is wrong; ``hint`` says what to do."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(f"{what}; {hint}" if hint else what)
        self.what = what
        self.hint = hint


def compile_condition(source: str) -> Condition:
    """Compile a ``when``; raise ExpressionError where it can never be right.

    Names are checked against VOCABULARY, and kinds by one trial run. The
    result counts as a person would read it: a number holds unless it is zero;
    text or a list is no answer to yes or no. What fails on the day itself (a
    fact that is missing, a division by zero) raises ConditionError.
    """
    run = _compile(source)
    try:
        _verdict(run(VOCABULARY))
    except ArithmeticError:
        pass  # on other days the facts are other numbers
    except Exception as error:
        what, hint = in_words(error)
        raise ExpressionError(
            f"'{source}' cannot be worked out: {what}", hint
        ) from error

    def holds(facts: Mapping[str, object]) -> bool:
        try:
            return _verdict(run(facts))
        except ArithmeticError as error:
            why = "a number is too large"
            if isinstance(error, DivisionByZero | InvalidOperation | ZeroDivisionError):
                why = "division by zero"
            raise ConditionError(f"'{source}' failed: {why}") from None
        except Exception as error:
            what, _ = in_words(error)
            raise ConditionError(f"'{source}' failed: {what}") from error

    return Condition(source, holds)


def _verdict(result: object) -> bool:
    verdict = bool(result)  # says which name is undefined, if that is why
    if not isinstance(result, bool | int | float | Decimal):
        raise TypeError(f"it gives {_kind(result)}, not yes or no")
    return verdict


def _kind(value: object) -> str:
    return _kind_called(type(value).__name__)


def _kind_called(kind: str) -> str:
    return {"str": "text", "list": "a list", "tuple": "a list"}.get(kind, "nothing")


#: Signs of other languages, outside of quotes, and what is written here.
_OTHER = (
    (re.compile(r"(?<![=!<>])=(?![=])"), "write == where two things are the same"),
    (re.compile(r"&&"), "write 'and'"),
    (re.compile(r"\|\|"), "write 'or'"),
    (re.compile(r"!(?!=)"), "write 'not'"),
    (re.compile(r"<>"), "write != where two things differ"),
)


def _other_language(source: str) -> str:
    bare = re.sub(r"'[^']*'|\"[^\"]*\"", "''", source)
    return next((hint for sign, hint in _OTHER if sign.search(bare)), "")


#: What Python says of kinds that do not go together: the sign, and both kinds.
_UNFIT = re.compile(
    r"'(?P<sign>[<>=]+)' not supported between instances of"
    r" '(?:decimal\.)?(?P<a>\w+)' and '(?:decimal\.)?(?P<b>\w+)'"
    r"|unsupported operand type\(s\) for (?P<sum>\S+):"
    r" '(?:decimal\.)?(?P<c>\w+)' and '(?:decimal\.)?(?P<d>\w+)'"
)
_NUMBERS = ("int", "float", "Decimal", "bool")


def in_words(error: Exception) -> tuple[str, str]:
    """Say what does not go together, without Python's words for it, and the way out."""
    mismatch = _UNFIT.fullmatch(str(error))
    if mismatch is None:
        return (str(error), "") if not _is_pythons(error) else _DO_NOT_FIT
    one, other = (
        "a number" if kind in _NUMBERS else _kind_called(kind)
        for kind in (mismatch["a"] or mismatch["c"], mismatch["b"] or mismatch["d"])
    )
    sign = mismatch["sign"] or mismatch["sum"]
    return f"'{sign}' stands between {one} and {other}", _PLAIN


_PLAIN = "compare numbers with numbers; an amount is a plain number: overdue >= 500"
_DO_NOT_FIT = ("its parts do not go together", _PLAIN)


def _is_pythons(error: Exception) -> bool:
    """Whether an error is one of Python's own, which speaks of types."""
    return bool(re.search(r"\btype\b|\bobject\b|iterable|__|argument", str(error)))


def _compile(source: str) -> Callable[[Mapping[str, object]], object]:
    from jinja2 import TemplateSyntaxError, nodes  # noqa: PLC0415 - start fast

    from goodterms.conditions import sandbox  # noqa: PLC0415 - start fast

    if len(source) > MOST_SOURCE:
        what = f"the condition has more than {MOST_SOURCE:,} characters"
        raise ExpressionError(what)
    try:
        expression = sandbox.parse(source)
    except TemplateSyntaxError as error:
        what = str(error.message).replace(
            "unexpected 'end of template'", "it ends early"
        )
        hint = _other_language(source)
        raise ExpressionError(f"'{source}' is no condition: {what}", hint) from None
    except RecursionError:
        raise ExpressionError("the condition is nested too deep") from None
    except ValueError as error:  # a number of thousands of digits
        raise ExpressionError(f"the condition cannot be read: {error}") from None
    except sandbox.NotAllowedError as error:
        what = f"'{source}' does more than compare and calculate ('{error}')"
        hint = "use names, numbers, texts, + - * /, comparisons, in, and, or, not"
        raise ExpressionError(what, hint) from None
    _known("name", sandbox.named(expression, nodes.Name), VOCABULARY)
    _known("filter", sandbox.named(expression, nodes.Filter), FILTERS)
    try:
        return sandbox.compiled(expression)
    except (SyntaxError, RecursionError):
        raise ExpressionError("the condition is nested too deep") from None


def _known(kind: str, names: Iterable[str], allowed: Collection[str]) -> None:
    for name in names:
        if name not in allowed:
            hint = did_you_mean(name, allowed) or f"known are {', '.join(allowed)}"
            raise ExpressionError(f"unknown {kind} '{name}'", hint)
