"""Jinja for messages: strict, in a sandbox, every value printed into a slot.

Macros, blocks and inheritance are refused: they hand finished markup around as
if it were data. Shared pieces are partials: ``{% include '_statement.md.j2' %}``.
"""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, Template, pass_context
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from engine.problem import Place, Problem, did_you_mean
from engine.render.context import VARIABLES
from engine.render.grammar import FILTERS, TemplateRefusedError, check
from engine.render.slots import Slots, marked, unmarked
from engine.render.values import ValueRefusedError, View

#: What a template may do wrong while it runs.
FAILURES = (
    TemplateError,
    TemplateRefusedError,
    ValueRefusedError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
)

_UNCLOSED = re.compile(r"innermost block that needs to be closed is '(\w+)'")

#: Where the slots of a message are kept: no name that a template could write.
_SLOTS = "the slots"


class _Missing(StrictUndefined):
    """A name that nothing stands for; says which one was probably meant."""

    @property
    def _undefined_message(self) -> str:
        name, owner = self._undefined_name, self._undefined_obj
        if self._undefined_hint or not isinstance(name, str):
            return super()._undefined_message
        whole = f"{owner!r}.{name}" if type(owner) is View else name
        parts = VARIABLES if owner is missing else dir(owner)
        hint = did_you_mean(name, [part for part in parts if part[0] != "_"])
        return f"'{whole}' is undefined" + (f"; {hint}" if hint else "")


@pass_context
def _into_slot(context: Context, value: object) -> str:
    """Keep what is printed out of the text; an undefined value raises here."""
    slots: Slots = context.parent[_SLOTS]
    return slots.put(str(value) if isinstance(value, _Missing) else value)


class _Sandbox(ImmutableSandboxedEnvironment):
    """A text reaches the partials in its own folder, and nothing else."""

    def join_path(self, template: str, parent: str) -> str:
        return f"{parent.rpartition('/')[0]}/{template}"

    def getattr(self, obj: object, attribute: str) -> object:
        """Look up a part of a view at once; all else goes the guarded way."""
        if type(obj) is not View or attribute.startswith("_"):
            return super().getattr(obj, attribute)
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return self.undefined(obj=obj, name=attribute)


class Engine(BaseLoader):
    """Compiles the texts of one repository; *partials* are its own, by path."""

    def __init__(self, partials: Mapping[str, str]) -> None:
        self._partials = partials
        self._sandbox = _Sandbox(
            undefined=_Missing,
            finalize=_into_slot,
            loader=self,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        self._sandbox.globals.clear()
        known = self._sandbox.filters
        self._sandbox.filters = {name: known[name] for name in FILTERS}

    def compiled(
        self, path: str, source: str, names: frozenset[str] | None = None
    ) -> Template:
        """Compile a text; raise TemplateRefusedError with its path and line.

        With *names*, a name that is none of them, nor set in the text, is
        refused.
        """
        try:
            tree = self._sandbox.parse(marked(source), path, path)
            check(tree, path, self._partials, names)
            code = self._sandbox.compile(tree, path, path)
        except TemplateSyntaxError as error:
            what, hint = _in_our_words(str(error.message))
            raise TemplateRefusedError(path, error.lineno, what, hint) from None
        return Template.from_code(self._sandbox, code, {})

    def load(
        self,
        environment: Environment,  # noqa: ARG002 - there is only ours
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002, ARG002 - Jinja's
    ) -> Template:
        """Compile a partial for Jinja; that it exists has been checked."""
        return self.compiled(name, self._partials[name].rstrip())


def _in_our_words(told: str) -> tuple[str, str]:
    unclosed = _UNCLOSED.search(told)
    if unclosed:
        tag = unclosed[1]
        return f"{{% {tag} %}} is never closed", f"close it with {{% end{tag} %}}"
    what = told.rstrip(".").replace("end of print statement", "}}")
    return what[:1].lower() + what[1:].replace("end of statement block", "%}"), ""


def run(template: Template, context: Mapping[str, object]) -> tuple[str, Slots]:
    """Return a template's text and the data for its slots. Raises FAILURES."""
    slots = Slots()
    return unmarked(template.render({**context, _SLOTS: slots})), slots


def failed(error: Exception, path: str) -> Problem:
    """Say what went wrong in a template, and on which line of which file."""
    if isinstance(error, TemplateRefusedError):
        place = Place(error.path, error.line)
        return Problem(place, error.what, error.hint, rule="template")
    place = Place(path)
    trace = error.__traceback__
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith("templates/"):
            place = Place(file, trace.tb_lineno)
        trace = trace.tb_next
    if isinstance(error, ValueRefusedError):
        return Problem(place, error.what, error.hint, rule="template")
    what = str(error).rstrip(".") or type(error).__name__
    return Problem(place, what, rule="template")
