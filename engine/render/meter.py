"""Resource limits of templates: each operation is charged to the meter of its run."""

import operator
from collections.abc import Callable, Mapping, Sized
from itertools import islice
from numbers import Number
from typing import Any

from jinja2 import Environment, nodes, pass_context
from jinja2.runtime import Context
from jinja2.utils import _PassArg
from jinja2.visitor import NodeTransformer

from goodterms.render.template_values import ValueRefusedError

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


class TemplateMeter:
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
    fault = right if _is_number(left) else left
    raise ValueRefusedError(
        f"'{symbol}' calculates with numbers only, not with {_named(fault)}",
        "print a value as it is, or let a filter do it",
    )


def _is_number(value: object) -> bool:
    return isinstance(value, Number)


def _named(value: object) -> str:
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, tuple | list) else f"'{value}'"


#: Where a run keeps its meter: no name that a template could write.
METER = "the meter"

#: Steps that it takes to begin a text or a partial.
_TEXT_STEPS = 100

#: Filters that only the rules below put into a template.
_EACH, _LOOK, _JOIN, _PAY = "the elements", "the look", "the joining", "the toll"

ARITHMETIC: Mapping[str, Callable[[Any, Any], object]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}


def meter(context: Context) -> TemplateMeter:
    """Return the meter of the run that a context belongs to."""
    template_meter: TemplateMeter = context.parent[METER]
    return template_meter


def filters(jinja_filters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filters, each charged, with bounds on what it makes."""
    charged = {
        name: _charged(name, function) for name, function in jinja_filters.items()
    }
    return {
        **charged,
        _EACH: pass_context(lambda c, value, steps: meter(c).elements(value, steps)),
        _LOOK: pass_context(lambda c, value: meter(c).looked_at(value)),
        _JOIN: pass_context(_joining),
        _PAY: pass_context(lambda c, steps: meter(c).spend(steps)),
    }


def charged_tests(
    jinja_tests: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the tests, each charged for what it looks at."""
    return {name: _charged(name, function) for name, function in jinja_tests.items()}


def _charged(name: str, do: Callable[..., Any]) -> Callable[..., Any]:
    passed = _PassArg.from_obj(do)
    bound = _BOUNDS.get(name)

    @pass_context
    def charged(
        context: Context, value: object, *args: object, **more: object
    ) -> object:
        for argument in (value, *args, *more.values()):
            meter(context).looked_at(argument)
        if bound:
            value = bound(value, *args, **more)
        return fitting(do(*_given(passed, context), value, *args, **more))

    return charged


def _given(passed: _PassArg | None, context: Context) -> tuple[object, ...]:
    """Return what Jinja hands to a filter or test before its value."""
    if passed is _PassArg.context:
        return (context,)
    if passed is _PassArg.eval_context:
        return (context.eval_ctx,)
    return (context.environment,) if passed is _PassArg.environment else ()


def _round(value: object, precision: object = 0, *_: object, **__: object) -> object:
    if not isinstance(precision, int) or abs(precision) > MOST_DECIMALS:
        raise ValueRefusedError(
            f"round takes up to {MOST_DECIMALS} decimals, not {str(precision)[:20]}"
        )
    return fitting(value)


def _replace(value: object, old: object = "", new: object = "", *_: object) -> object:
    text, sought, put = str(value), str(old), str(new)
    if sought:
        fits(len(text) + text.count(sought) * max(0, len(put) - len(sought)))
    else:
        fits((len(text) + 1) * (len(put) + 1))
    return value


def _join(value: object, d: object = "", attribute: object = None) -> object:
    items = TemplateMeter().elements(value)
    fits(len(str(d)) * len(items))
    if attribute is None:
        fits(sum(len(str(item)) + len(str(d)) for item in items))
    return items


def _sum(value: object, attribute: object = None, start: object = 0) -> object:  # noqa: ARG001 - Jinja's
    if not isinstance(start, int):
        raise ValueRefusedError("sum adds numbers", "start it with a number")
    return TemplateMeter().elements(value)


_BOUNDS: Mapping[str, Callable[..., object]] = {
    "round": _round,
    "replace": _replace,
    "join": _join,
    "sum": _sum,
    "list": lambda value: TemplateMeter().elements(value),
    "sort": lambda value, *_, **__: TemplateMeter().elements(value),
}


def _joining(context: Context, values: list[object]) -> str:
    texts = [str(value) for value in values]
    length = sum(map(len, texts))
    meter(context).spend(1 + length)
    fits(length)
    return "".join(texts)


def binop(symbol: str, left: object, right: object) -> object:
    """Apply an operator within bounds; raise ValueRefusedError."""
    return calculated(symbol, ARITHMETIC[symbol], left, right)


def prepared(tree: nodes.Template, environment: Environment) -> nodes.Template:
    """Put the charges into a template that has been checked."""
    prepared_: nodes.Template = _MeteredOperations().visit(tree)
    toll = _filter(nodes.Const(_TEXT_STEPS + _weight(tree.body)), _PAY)
    prepared_.body.insert(0, nodes.ExprStmt(toll, lineno=1))
    prepared_.set_environment(environment)
    return prepared_


class _MeteredOperations(NodeTransformer):
    """Charges loops by element, and what is compared, cut or joined by its size."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - Jinja's name
        weight = nodes.Const(1 + _weight(node.body))
        self.generic_visit(node)
        node.iter = _filter(node.iter, _EACH, weight)
        return node

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.expr = _filter(node.expr, _LOOK)
        for operand in node.ops:
            operand.expr = _filter(operand.expr, _LOOK)
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if isinstance(node.arg, nodes.Slice):
            node.node = _filter(node.node, _LOOK)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _filter(nodes.List(node.nodes, lineno=node.lineno), _JOIN)


def _filter(node: nodes.Node, name: str, *args: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, name, list(args), [], None, None, lineno=node.lineno)


def _weight(body: list[nodes.Node]) -> int:
    """Count what a body holds: as many steps as each run through it may take."""
    return sum(1 for statement in body for _ in statement.find_all(nodes.Node))
