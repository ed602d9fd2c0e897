"""Jinja for messages: strict, in a sandbox, every value printed into a slot.

Macros, blocks and inheritance are refused: they hand finished markup around as
if it were data. Shared pieces are partials: ``{% include '_statement.md.j2' %}``.
"""

import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, Template, pass_context
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from goodterms.model.problem import Place, Problem, did_you_mean
from goodterms.render.message_variables import VARIABLES
from goodterms.render.meter import (
    ARITHMETIC,
    METER,
    TemplateMeter,
    binop,
    charged_tests,
    filters,
    fitting,
    meter,
    prepared,
)
from goodterms.render.placeholders import Placeholders, marked, unmarked
from goodterms.render.template_rules import (
    FILTERS,
    MOST_SOURCE,
    TemplateFault,
    TemplateRefusedError,
    check,
)
from goodterms.render.template_values import ValueRefusedError, View
from goodterms.render.unknown_parts import unknown_parts

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
    MemoryError,
)

_UNCLOSED = re.compile(r"innermost block that needs to be closed is '(\w+)'")

#: Where the slots of a message are kept: no name that a template could write.
_SLOTS = "the slots"


class _MissingName(StrictUndefined):
    """An undefined name; its error message suggests the nearest defined one."""

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
    slots: Placeholders = context.parent[_SLOTS]
    slot = slots.put(str(value) if isinstance(value, _MissingName) else value)
    meter(context).printed(len(slots[-1]))
    return slot


class _MessageSandbox(ImmutableSandboxedEnvironment):
    """A sandbox in which a text includes only the partials of its own folder.

    Whatever it calculates, calls or passes through a filter is charged.
    """

    intercepted_binops = frozenset(ARITHMETIC)

    def call_binop(
        self, context: Context, symbol: str, left: object, right: object
    ) -> object:
        """Calculate within bounds."""
        meter(context).looked_at(left)
        meter(context).looked_at(right)
        return binop(symbol, left, right)

    def call(
        self,
        context: Context,
        called: Callable[..., object],
        *args: object,
        **more: object,
    ) -> object:
        """Call one of the few methods that a template may call."""
        for argument in (getattr(called, "__self__", None), *args, *more.values()):
            meter(context).looked_at(argument)
        return fitting(super().call(context, called, *args, **more))

    def join_path(self, template: str, parent: str) -> str:
        return f"{parent.rpartition('/')[0]}/{template}"

    def getattr(self, obj: object, attribute: str) -> object:
        """Look up an attribute of a View directly, any other by the sandbox's check."""
        if type(obj) is not View or attribute.startswith("_"):
            return super().getattr(obj, attribute)
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return self.undefined(obj=obj, name=attribute)


class TemplateEngine(BaseLoader):
    """Compiles the texts of one repository; *partials* are its own, by path."""

    def __init__(self, partials: Mapping[str, str]) -> None:
        self._partials = partials
        self._sandbox = _MessageSandbox(
            undefined=_MissingName,
            finalize=_into_slot,
            loader=self,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
            optimized=False,
        )
        self._sandbox.globals.clear()
        jinja_filters = self._sandbox.filters
        self._sandbox.filters = filters({name: jinja_filters[name] for name in FILTERS})
        self._sandbox.tests = charged_tests(self._sandbox.tests)

    def compiled(
        self, path: str, source: str, names: frozenset[str] | None = None
    ) -> Template:
        """Compile a text; raise TemplateRefusedError with its path and line.

        With *names*, a name that is none of them, nor set in the text, is
        refused.
        """
        if len(source) > MOST_SOURCE:
            message = f"it has more than {MOST_SOURCE:,} characters"
            raise TemplateRefusedError(
                TemplateFault(path, 1, message, "write a shorter one")
            )
        try:
            tree = self._sandbox.parse(marked(source), path, path)
            check(tree, path, self._partials, names)
            charged = prepared(tree, self._sandbox)
            code = self._sandbox.compile(charged, path, path)
        except TemplateSyntaxError as error:
            message, hint = _in_our_words(str(error.message))
            raise TemplateRefusedError(
                TemplateFault(path, error.lineno, message, hint)
            ) from None
        except RecursionError:
            raise TemplateRefusedError(
                TemplateFault(path, 1, "it is nested too deep")
            ) from None
        except (SyntaxError, ValueError) as error:
            # As for a number of thousands of digits, or loops in a hundred loops.
            raise TemplateRefusedError(TemplateFault(path, 1, str(error))) from None
        return Template.from_code(self._sandbox, code, {})

    def unknown_parts(
        self, path: str, source: str, contexts: Sequence[Mapping[str, object]]
    ) -> tuple[Problem, ...]:
        """Find parts of variables that no context has, in a text that compiles."""
        tree = self._sandbox.parse(marked(source), path, path)
        return tuple(
            Problem(Place(path, line), message, rule="template")
            for line, message in unknown_parts(tree, contexts)
        )

    def load(
        self,
        environment: Environment,  # noqa: ARG002 - there is only ours
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002, ARG002 - Jinja's
    ) -> Template:
        """Compile a partial for Jinja; that it exists has been checked."""
        return self.compiled(name, self._partials[name].rstrip())


def _in_our_words(jinja_message: str) -> tuple[str, str]:
    unclosed = _UNCLOSED.search(jinja_message)
    if unclosed:
        tag = unclosed[1]
        return f"{{% {tag} %}} is never closed", f"close it with {{% end{tag} %}}"
    message = jinja_message.rstrip(".").replace("end of print statement", "}}")
    return message[:1].lower() + message[1:].replace("end of statement block", "%}"), ""


def run(template: Template, context: Mapping[str, object]) -> tuple[str, Placeholders]:
    """Return a template's text and the data for its slots. Raises FAILURES."""
    slots, used = Placeholders(), TemplateMeter()
    pieces = []
    for piece in template.generate({**context, _SLOTS: slots, METER: used}):
        used.printed(len(piece))
        pieces.append(piece)
    return unmarked("".join(pieces)), slots


def failed(error: Exception, path: str) -> tuple[Problem, ...]:
    """Say what went wrong in a template, and on which line of which file."""
    if isinstance(error, TemplateRefusedError):
        return tuple(
            Problem(
                Place(fault.path, fault.line),
                fault.message,
                fault.hint,
                rule="template",
            )
            for fault in error.faults
        )
    place = Place(path)
    trace = error.__traceback__
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith("templates/"):
            place = Place(file, trace.tb_lineno)
        trace = trace.tb_next
    if isinstance(error, ValueRefusedError):
        return (Problem(place, error.what, error.hint, rule="template"),)
    message = str(error).rstrip(".") or type(error).__name__
    return (Problem(place, message, rule="template"),)
