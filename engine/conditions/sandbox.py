"""One Jinja expression, compiled so that it can only compare and calculate.

Imports Jinja, so ``goodterms.conditions.expressions`` imports this only when it must.
"""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.environment import Template, TemplateExpression
from jinja2.filters import do_round
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

#: The most decimals to round to.
MOST_DECIMALS = 10

_LOGIC = (nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand, nodes.CondExpr)
_VALUES = (nodes.Name, nodes.Const, nodes.List, nodes.Tuple, nodes.Filter)
_SUMS = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod)
_ALLOWED = (*_LOGIC, *_VALUES, *_SUMS, nodes.Neg, nodes.Pos)

_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}


class NotAllowedError(Exception):
    """An expression that does more than compare and calculate; names the part."""


class _ExpressionSandbox(ImmutableSandboxedEnvironment):
    """Calculates in decimals, and only with numbers."""

    intercepted_binops = frozenset(_ARITHMETIC)

    def call_binop(
        self, _context: Context, symbol: str, left: object, right: object
    ) -> object:
        return _ARITHMETIC[symbol](_number(left), _number(right))


def _number(value: object) -> Decimal:
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    raise TypeError(f"'{value}' is no number")


def _round(value: object, precision: object = 0, method: str = "common") -> object:
    """Round to a few decimals; more would be worked out for hours."""
    if not isinstance(precision, int) or abs(precision) > MOST_DECIMALS:
        shown = str(precision)[:20]
        raise TypeError(f"round takes up to {MOST_DECIMALS} decimals, not {shown}")
    return do_round(_number(value), precision, method)  # type: ignore[arg-type]


class _ExactNumbers(NodeTransformer):
    """Takes the binary fractions out: 0.1 becomes a name for exactly 0.1."""

    def __init__(self) -> None:
        self.decimals: dict[str, Decimal] = {}

    def visit_Const(self, node: nodes.Const) -> nodes.Expr:  # noqa: N802 - Jinja's name
        if not isinstance(node.value, float):
            return node
        name = f"_decimal_{len(self.decimals)}"
        self.decimals[name] = Decimal(repr(node.value))
        return nodes.Name(name, "load", lineno=node.lineno)


@cache
def _sandbox() -> _ExpressionSandbox:
    sandbox = _ExpressionSandbox(undefined=StrictUndefined, optimized=False)
    sandbox.filters["round"] = _round
    return sandbox


def parse(source: str) -> nodes.Expr:
    """Parse one expression; raise TemplateSyntaxError or NotAllowedError."""
    parser = Parser(_sandbox(), source, state="variable")
    expression = parser.parse_expression()
    if not parser.stream.eos:
        raise TemplateSyntaxError("it goes on after its end", lineno=1)
    for node in (expression, *expression.find_all(nodes.Node)):
        if not isinstance(node, _ALLOWED):
            raise NotAllowedError(type(node).__name__.lower())
    return expression


def named(expression: nodes.Expr, kind: type[nodes.Node]) -> list[str]:
    """List what an expression names, of one kind (``nodes.Name``, ``nodes.Filter``)."""
    parts = (expression, *expression.find_all(nodes.Node))
    return [str(getattr(node, "name", "")) for node in parts if type(node) is kind]


def compiled(expression: nodes.Expr) -> Callable[[Mapping[str, object]], object]:
    """Turn an expression into a function of the values it names; it may raise."""
    exact = _ExactNumbers()
    value = exact.visit(expression)
    result = nodes.Assign(nodes.Name("result", "store"), value, lineno=1)
    code = _sandbox().compile(nodes.Template([result], lineno=1))
    template = Template.from_code(_sandbox(), code, {})
    run = TemplateExpression(template, undefined_to_none=False)
    return lambda facts: run({**facts, **exact.decimals})
