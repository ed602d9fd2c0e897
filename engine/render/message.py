"""An action becomes a message: its subject, its text, its HTML."""

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from hashlib import sha256

from jinja2 import Template

from goodterms.model.ledger import Account
from goodterms.model.paths import account_folder, account_path, invoice_path
from goodterms.model.plan import Action
from goodterms.model.policy import PolicyBook
from goodterms.model.problem import Place, Problem, did_you_mean
from goodterms.model.settings import Creditor, Settings
from goodterms.render.html import as_html
from goodterms.render.jinja import FAILURES, TemplateEngine, failed, run
from goodterms.render.layout import MessageFrame, framed_text, page
from goodterms.render.links import is_address, is_web
from goodterms.render.locale_format import figures
from goodterms.render.long_messages import MessageAttachment, attached
from goodterms.render.markup import blocks
from goodterms.render.message_variables import VARIABLES, language_of, message_for
from goodterms.render.placeholders import Placeholders, one_line
from goodterms.render.template_rules import TemplateFault, TemplateRefusedError
from goodterms.render.templates import Templates, TemplateText, subject_line
from goodterms.render.text import as_text


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A message as it goes out, with what is attached to it.

    ``message_hash`` is over subject, text, HTML and attachments.
    """

    subject: str
    text: str
    html: str
    language: str
    message_hash: str
    attachments: tuple[MessageAttachment, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledTemplate:
    """A template ready to run: its subject and its body."""

    subject: Template
    body: Template


@lru_cache(maxsize=4)
def _engine(templates: Templates) -> TemplateEngine:
    return TemplateEngine(templates.partials)


def sources(text: TemplateText) -> tuple[str, str]:
    """Return a template's subject and its body, each on the lines of its file."""
    above = "\n" * (subject_line(text) - 1)
    before = "\n" * text.source.count("\n", 0, text.body)
    return above + text.subject, before + text.source[text.body :]


@lru_cache(maxsize=512)
def compiled(templates: Templates, text: TemplateText) -> CompiledTemplate:
    """Compile a template once; raise TemplateRefusedError where it is wrong."""
    engine = _engine(templates)
    names = frozenset(VARIABLES)
    template: list[Template] = []
    faults: list[TemplateFault] = []
    for source in sources(text):
        try:
            template.append(engine.compiled(text.path, source, names))
        except TemplateRefusedError as error:
            faults += error.faults
    if faults:
        raise TemplateRefusedError(*faults)
    return CompiledTemplate(*template)


def render(
    templates: Templates,
    action: Action,
    account: Account,
    settings: Settings,
    as_of: date,
    book: PolicyBook,
) -> tuple[RenderedMessage | None, tuple[Problem, ...]]:
    """Render an action's message in its reader's language, strictly.

    None and the problems where that cannot be done: nothing half filled in
    ever leaves. *book* holds the step's policy, and so its deadlines.
    """
    language = language_of(action, account, settings)
    text = templates.find(action.template or "", language)
    if text is None:
        return None, (_not_found(templates, action, language),)
    problems = _unsendable(action, account)
    if problems:
        return None, problems
    context = message_for(action, account, settings, as_of, book, text.language)
    try:
        template = compiled(templates, text)
        subject, data = run(template.subject, context)
        title = one_line(data.fill(subject))
        page_layout = _frame(
            action, account, settings.creditor, text.language, title, as_of
        )
        message = _rendered(page_layout, *run(template.body, context), action.channel)
        invoices = {invoice.id: invoice for invoice in account.invoices}
        return _with(message, attached(action, invoices, as_of)), ()
    except FAILURES as error:
        return None, failed(error, text.path)


def _not_found(templates: Templates, action: Action, language: str) -> Problem:
    if action.template is None:
        place = Place(account_folder(action.account))
        return Problem(place, f"'{action.step}' has no template", rule="template")
    name = action.template
    hint = did_you_mean(name, {names for _, names in templates.texts})
    place = Place(f"templates/{language}/{name}.md.j2")
    return Problem(place, f"there is no template '{name}'", hint, rule="template")


def _unsendable(action: Action, account: Account) -> tuple[Problem, ...]:
    """Find data that must not go out: an address or a pay_url that is none."""
    problems = []
    if action.channel == "email" and not is_address(action.to or ""):
        place = Place(account_path(account.id))
        message = f"'{action.to or ''}' is no plain ASCII e-mail address"
        problems.append(Problem(place, message, "write it like ap@acme.example"))
    shown = {line.id for line in (*action.invoices, *action.listed)}
    for invoice in account.invoices:
        if invoice.id in shown and invoice.pay_url and not is_web(invoice.pay_url):
            place = Place(invoice_path(account.id, invoice.id))
            message = f"pay_url '{invoice.pay_url}' is no address on the web"
            problems.append(
                Problem(place, message, "write it like https://pay.example/1")
            )
    return tuple(problems)


def _frame(
    action: Action,
    account: Account,
    creditor: Creditor,
    language: str,
    title: str,
    as_of: date,
) -> MessageFrame:
    style = figures(language, account.profile.country)
    where = ", ".join(creditor.address)
    lines = tuple(line for line in (where, creditor.phone, creditor.email) if line)
    if action.channel == "phone":
        lines = ()
    to: tuple[str, ...] = ()
    if action.channel == "letter":
        person = action.contact.name if action.contact else ""
        names = dict.fromkeys((account.profile.name, person))
        to = (*filter(None, names), *account.profile.address)
    return MessageFrame(
        sender=creditor.name,
        sender_lines=lines,
        title=title,
        language=language,
        direction=style.locale.text_direction,
        shows_title=action.channel in {"letter", "phone"},
        to=to,
        date=style.day(as_of).replace("\u00a0", " "),
    )


def _rendered(
    page_layout: MessageFrame, source: str, data: Placeholders, channel: str | None
) -> RenderedMessage:
    read = blocks(source.strip())
    text = as_text(read, data)
    if channel != "sms":
        text = framed_text(page_layout, text)
    html = page(page_layout, as_html(read, data))
    whole = f"{page_layout.title}\0{text}\0{html}".encode()
    hash_ = f"sha256:{sha256(whole).hexdigest()}"
    return RenderedMessage(page_layout.title, text, html, page_layout.language, hash_)


def _with(
    rendered_message: RenderedMessage, files: tuple[MessageAttachment, ...]
) -> RenderedMessage:
    if not files:
        return rendered_message
    whole = "\0".join(
        (rendered_message.message_hash, *(f"{f.name}\0{f.content}" for f in files))
    )
    hash_ = f"sha256:{sha256(whole.encode()).hexdigest()}"
    return replace(rendered_message, attachments=files, message_hash=hash_)


def record_text(rendered: RenderedMessage, action: Action) -> str:
    """Return what ``messages/<id>.md`` keeps: the text that went out, and to whom.

    It stands in a fence longer than any inside, so that nothing in it is read
    as Markdown.
    """
    head = f"To:      {one_line(action.to or '')}\n"
    head += f"Channel: {action.channel}\nSubject: {rendered.subject}\n"
    body = rendered.text
    for file in rendered.attachments:
        head += f"Attached: {file.name}\n"
        body += f"\n{file.name}\n\n{file.content}".replace("\r\n", "\n")
    ticks = max(map(len, re.findall("`+", head + body)), default=0)
    fence = "`" * max(3, ticks + 1)
    return f"{fence}text\n{head}\n{body}{fence}\n"


def document(rendered: RenderedMessage) -> dict[str, str]:
    """Return the files of a letter or a call brief, by their suffix."""
    return {".txt": rendered.text, ".html": rendered.html}
