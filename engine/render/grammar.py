"""What of Jinja a template may use."""

from collections.abc import Container

from jinja2 import nodes

from engine.problem import did_you_mean

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


class TemplateRefusedError(Exception):
    """A text that will not be compiled: its ``path``, ``line``, ``what``, ``hint``."""

    def __init__(self, path: str, line: int, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.path = path
        self.line = line
        self.what = what
        self.hint = hint


def check(
    tree: nodes.Template,
    path: str,
    partials: Container[str],
    names: frozenset[str] | None,
) -> None:
    """Refuse what a template may not do; raise TemplateRefusedError."""
    for kind, word in _REFUSED.items():
        for node in tree.find_all(kind):
            what = f"{{% {word} %}} is not available in a template"
            hint = "put what is shared into a partial and include it"
            raise TemplateRefusedError(path, node.lineno, what, hint)
    for include in tree.find_all(nodes.Include):
        _check_include(include, path, partials)
    for used in tree.find_all(nodes.Filter):
        if used.name not in FILTERS:
            hint = did_you_mean(used.name, FILTERS)
            raise TemplateRefusedError(
                path, used.lineno, f"unknown filter '{used.name}'", hint
            )
    if names is not None:
        _check_names(tree, path, names)


def _check_include(include: nodes.Include, path: str, partials: Container[str]) -> None:
    named = include.template
    if not isinstance(named, nodes.Const) or not isinstance(named.value, str):
        what = "an include names its partial as a text"
        hint = "write {% include '_statement.md.j2' %}"
        raise TemplateRefusedError(path, include.lineno, what, hint)
    folder = path.rpartition("/")[0]
    if f"{folder}/{named.value}" not in partials:
        what = f"there is no partial '{named.value}' in {folder}"
        hint = "partials are called _<name>.md.j2"
        raise TemplateRefusedError(path, include.lineno, what, hint)


def _check_names(tree: nodes.Template, path: str, names: frozenset[str]) -> None:
    used = sorted(tree.find_all(nodes.Name), key=lambda node: node.lineno)
    known = {node.name for node in used if node.ctx == "store"} | names | {"loop"}
    for node in used:
        if node.name not in known:
            what = f"'{node.name}' is undefined"
            hint = did_you_mean(node.name, known)
            raise TemplateRefusedError(path, node.lineno, what, hint)
