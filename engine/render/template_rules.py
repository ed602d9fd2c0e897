"""What of Jinja a template may use."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from jinja2 import nodes

from goodterms.model.problem import did_you_mean

_LISTS = ("first", "join", "last", "length", "list", "reverse", "sort", "unique")
_CHOICES = ("groupby", "map", "reject", "rejectattr", "select", "selectattr")
_TEXTS = ("capitalize", "lower", "replace", "title", "trim", "truncate", "upper")
_NUMBERS = ("abs", "default", "max", "min", "round", "sum")

#: Filters that change no state, know no chance and make no markup.
FILTERS = (*_LISTS, *_CHOICES, *_TEXTS, *_NUMBERS)

_REFUSED = {
    nodes.Macro: "macro",
    nodes.CallBlock: "call",
    nodes.FilterBlock: "filter",
    nodes.AssignBlock: "set … endset",
    nodes.Block: "block",
    nodes.Extends: "extends",
    nodes.Import: "import",
    nodes.FromImport: "from",
    nodes.ScopedEvalContextModifier: "autoescape",
}

#: Methods that make nothing larger than what they are called on.
METHODS = (
    *("startswith", "endswith", "split", "strip", "lstrip", "rstrip", "count"),
    *("lower", "upper", "title", "capitalize", "isoformat"),
)


_Found: TypeAlias = tuple[int, str, str]

#: The longest source of a template, in characters.
MOST_SOURCE = 100_000


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """What a template may not do, and on which line of which file."""

    path: str
    line: int
    message: str
    hint: str = ""


class TemplateRefusedError(Exception):
    """A text that will not be compiled; ``faults`` are all that was found in it."""

    def __init__(self, *faults: TemplateFault) -> None:
        super().__init__(faults[0].message)
        self.faults = faults


def check(
    tree: nodes.Template,
    path: str,
    partials: Container[str],
    names: frozenset[str] | None,
) -> None:
    """Refuse what a template may not do; raise TemplateRefusedError with all of it."""
    findings = [
        *_blocks(tree),
        *_includes(tree, path, partials),
        *_filters(tree),
        *_calls(tree),
        *(_names(tree, names) if names is not None else ()),
    ]
    if findings:
        faults = {
            TemplateFault(path, line, message, hint): None
            for line, message, hint in findings
        }
        raise TemplateRefusedError(*sorted(faults, key=lambda fault: fault.line))


def _blocks(tree: nodes.Template) -> Iterator[_Found]:
    for kind, word in _REFUSED.items():
        for node in tree.find_all(kind):
            message = f"{{% {word} %}} is not available in a template"
            hint = "put what is shared into a partial and include it"
            yield node.lineno, message, hint


def _includes(
    tree: nodes.Template, path: str, partials: Container[str]
) -> Iterator[_Found]:
    folder = path.rpartition("/")[0]
    for include in tree.find_all(nodes.Include):
        named = include.template
        if not isinstance(named, nodes.Const) or not isinstance(named.value, str):
            message = "an include names its partial as a text"
            yield include.lineno, message, "write {% include '_statement.md.j2' %}"
        elif f"{folder}/{named.value}" not in partials:
            message = f"there is no partial '{named.value}' in {folder}"
            yield include.lineno, message, "partials are called _<name>.md.j2"


def _filters(tree: nodes.Template) -> Iterator[_Found]:
    for used in tree.find_all(nodes.Filter):
        if used.name not in FILTERS:
            hint = did_you_mean(used.name, FILTERS)
            yield used.lineno, f"unknown filter '{used.name}'", hint


def _calls(tree: nodes.Template) -> Iterator[_Found]:
    """Find calls of anything but a few methods, and powers: they know no bound."""
    for power in tree.find_all(nodes.Pow):
        yield power.lineno, "'**' is not available in a template", "multiply"
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Getattr):
            if call.node.attr in METHODS:
                continue
            hint = f"available are {', '.join(sorted(METHODS))}; or use a filter"
            yield call.lineno, f"'{call.node.attr}' cannot be called", hint
        else:
            name = getattr(call.node, "name", "this")
            message = f"'{name}' cannot be called in a template"
            yield call.lineno, message, "use its variables and filters"


def _names(tree: nodes.Template, names: frozenset[str]) -> Iterator[_Found]:
    used = sorted(tree.find_all(nodes.Name), key=lambda node: node.lineno)
    called = {id(call.node) for call in tree.find_all(nodes.Call)}
    defined_names = (
        {node.name for node in used if node.ctx == "store"} | names | {"loop"}
    )
    for node in used:
        if node.name not in defined_names and id(node) not in called:
            hint = did_you_mean(node.name, defined_names)
            yield node.lineno, f"'{node.name}' is undefined", hint
