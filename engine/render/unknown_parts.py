"""Parts of variables that a template names and that nothing has.

Rendering with a sample ends at the first of them; this finds all, also in places
that no sample reaches.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from jinja2 import nodes

from goodterms.model.problem import did_you_mean
from goodterms.render.template_values import View

#: What a name or an expression stands for, one value a sample; none: not known.
_Values: TypeAlias = tuple[object, ...]


def unknown_parts(
    tree: nodes.Template, contexts: Sequence[Mapping[str, object]]
) -> Iterator[tuple[int, str]]:
    """List (line, what is wrong) for parts that are undefined in every context."""
    values_by_name = _named(tree, contexts)
    tested_nodes = _asked_for(tree)
    for part in tree.find_all(nodes.Getattr):
        views = _views(_values(part.node, values_by_name))
        parts = {name for view in views for name in dir(view)}
        hidden = part.attr.startswith("_")  # the sandbox has its own word for it
        if (
            views
            and not hidden
            and part.attr not in parts
            and id(part) not in tested_nodes
        ):
            hint = did_you_mean(part.attr, sorted(parts))
            message = f"'{views[0]!r}.{part.attr}' is undefined"
            yield part.lineno, message + (f"; {hint}" if hint else "")


def _named(
    tree: nodes.Template, contexts: Sequence[Mapping[str, object]]
) -> dict[str, _Values]:
    """Map variables, and what loops over them call their elements, to values."""
    names = {name for context in contexts for name in context}
    values_by_name: dict[str, _Values] = {
        name: tuple(value[name] for value in contexts if name in value)
        for name in names
    }
    own = [node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"]
    for name in own:
        values_by_name.pop(name, None)
    for loop in tree.find_all(nodes.For):
        if isinstance(loop.target, nodes.Name) and own.count(loop.target.name) == 1:
            runs = (
                v for v in _values(loop.iter, values_by_name) if isinstance(v, tuple)
            )
            values_by_name[loop.target.name] = tuple(
                value for run in runs for value in run
            )
    return values_by_name


def _values(node: nodes.Node, values_by_name: Mapping[str, _Values]) -> _Values:
    if isinstance(node, nodes.Name):
        return values_by_name.get(node.name, ())
    if isinstance(node, nodes.Getattr):
        views = _views(_values(node.node, values_by_name))
        return tuple(getattr(v, node.attr) for v in views if node.attr in dir(v))
    return ()


def _views(values: Iterable[object]) -> list[View]:
    return [value for value in values if type(value) is View]


def _asked_for(tree: nodes.Template) -> set[int]:
    """Find what may be missing: ``x.y is defined``, ``x.y | default('')``."""
    tests = (t for t in tree.find_all(nodes.Test) if t.name in ("defined", "undefined"))
    filters = (f for f in tree.find_all(nodes.Filter) if f.name == "default")
    return {id(test.node) for test in (*tests, *filters)}
