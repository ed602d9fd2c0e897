"""A template's own operations, each charged to the meter of its run."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, nodes, pass_context
from jinja2.runtime import Context
from jinja2.utils import _PassArg
from jinja2.visitor import NodeTransformer

from engine.render.meter import (
    MOST_DECIMALS,
    Meter,
    calculated,
    fits,
    fitting,
)
from engine.render.values import ValueRefusedError

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


def meter(context: Context) -> Meter:
    """Return the meter of the run that a context belongs to."""
    found: Meter = context.parent[METER]
    return found


def filters(known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filters, each charged, with bounds on what it makes."""
    charged = {name: _charged(name, each) for name, each in known.items()}
    return {
        **charged,
        _EACH: pass_context(lambda c, value, steps: meter(c).elements(value, steps)),
        _LOOK: pass_context(lambda c, value: meter(c).looked_at(value)),
        _JOIN: pass_context(_joining),
        _PAY: pass_context(lambda c, steps: meter(c).spend(steps)),
    }


def charged_tests(
    known: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the tests, each charged for what it looks at."""
    return {name: _charged(name, each) for name, each in known.items()}


def _charged(name: str, do: Callable[..., Any]) -> Callable[..., Any]:
    passed = _PassArg.from_obj(do)
    bound = _BOUNDS.get(name)

    @pass_context
    def charged(
        context: Context, value: object, *args: object, **more: object
    ) -> object:
        for each in (value, *args, *more.values()):
            meter(context).looked_at(each)
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
    items = Meter().elements(value)
    fits(len(str(d)) * len(items))
    if attribute is None:
        fits(sum(len(str(each)) + len(str(d)) for each in items))
    return items


def _sum(value: object, attribute: object = None, start: object = 0) -> object:  # noqa: ARG001 - Jinja's
    if not isinstance(start, int):
        raise ValueRefusedError("sum adds numbers", "start it with a number")
    return Meter().elements(value)


_BOUNDS: Mapping[str, Callable[..., object]] = {
    "round": _round,
    "replace": _replace,
    "join": _join,
    "sum": _sum,
    "list": lambda value: Meter().elements(value),
    "sort": lambda value, *_, **__: Meter().elements(value),
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
    prepared_: nodes.Template = _Charges().visit(tree)
    toll = _filter(nodes.Const(_TEXT_STEPS + _weight(tree.body)), _PAY)
    prepared_.body.insert(0, nodes.ExprStmt(toll, lineno=1))
    prepared_.set_environment(environment)
    return prepared_


class _Charges(NodeTransformer):
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
    return sum(1 for each in body for _ in each.find_all(nodes.Node))
