"""What customers read: templates in, messages out. Pure: no files, no clock.

Reading and digesting templates costs little; everything else here needs Jinja,
Babel and Markdown, and is imported when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from goodterms.render.templates import Templates, load_templates

if TYPE_CHECKING:
    from goodterms.render.mail import HeaderError, eml, message_id
    from goodterms.render.message import RenderedMessage, document, record_text, render
    from goodterms.render.template_checks import check_templates

__all__ = [
    "HeaderError",
    "RenderedMessage",
    "Templates",
    "check_templates",
    "document",
    "eml",
    "load_templates",
    "message_id",
    "record_text",
    "render",
]

_LATER = {
    "HeaderError": "mail",
    "RenderedMessage": "message",
    "check_templates": "template_checks",
    "document": "message",
    "eml": "mail",
    "message_id": "mail",
    "record_text": "message",
    "render": "message",
}


def __getattr__(name: str) -> object:
    """Import what a caller asks for, when it does."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
