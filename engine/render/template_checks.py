"""Checks of templates: each is rendered with samples, in each of its languages."""

from collections.abc import Iterable
from dataclasses import replace

from jinja2 import TemplateError

from goodterms.model.ledger import Account
from goodterms.model.problem import Place, Problem, in_order
from goodterms.model.settings import Settings
from goodterms.render.jinja import TemplateEngine, failed
from goodterms.render.message import render, sources
from goodterms.render.message_variables import message_for
from goodterms.render.samples import SAMPLE_DAY, TemplateSample, samples
from goodterms.render.template_rules import TemplateRefusedError
from goodterms.render.templates import Templates, TemplateText


def check_templates(templates: Templates, settings: Settings) -> tuple[Problem, ...]:
    """Find what is wrong inside templates and partials, with file and line.

    Each is compiled and rendered with samples under these settings. A name
    without a text in the creditor's language is a warning: customers of other
    languages have none to fall back on.
    """
    problems = [*_partials(templates), *_untranslated(templates)]
    for text in templates.texts.values():
        problems += _tried(templates, text, settings)
    return in_order(problems)


def _partials(templates: Templates) -> Iterable[Problem]:
    engine = TemplateEngine(templates.partials)
    for path, source in templates.partials.items():
        try:
            engine.compiled(path, source)
        except TemplateRefusedError as error:
            yield from failed(error, path)


def _untranslated(templates: Templates) -> Iterable[Problem]:
    for text in templates.texts.values():
        if (templates.fallback, text.name) not in templates.texts:
            message = f"'{text.name}' has no text in '{templates.fallback}'"
            path = f"templates/{templates.fallback}/{text.name}.md.j2"
            hint = f"write {path}, which other languages fall back on"
            yield Problem(Place(text.path), message, hint, "warning", "template")


def _tried(
    templates: Templates, text: TemplateText, settings: Settings
) -> Iterable[Problem]:
    contexts = []
    for sample in samples():
        account = _speaking(sample, text.language)
        action = replace(sample.action, template=text.name)
        _, problems = render(
            templates, action, account, settings, SAMPLE_DAY, sample.book
        )
        yield from problems
        contexts.append(message_for(action, account, settings, SAMPLE_DAY, sample.book))
    engine = TemplateEngine(templates.partials)
    for source in sources(text):
        try:
            yield from engine.unknown_parts(text.path, source, contexts)
        except (TemplateError, RecursionError, ValueError):
            return  # it does not compile, and that has been said


def _speaking(sample: TemplateSample, language: str) -> Account:
    profile = replace(sample.account.profile, language=language)
    return replace(sample.account, profile=profile)
