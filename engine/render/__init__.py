"""What customers read: templates in, messages out. Pure: no files, no clock.

Reading and digesting templates costs little; everything else here needs Jinja,
Babel and Markdown, and is imported when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from engine.render.templates import Templates, load_templates

if TYPE_CHECKING:
    from engine.render.check import check_templates
    from engine.render.mail import HeaderError, eml, message_id
    from engine.render.message import Rendered, document, record_text, render

__all__ = [
    "HeaderError",
    "Rendered",
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
    "Rendered": "message",
    "check_templates": "check",
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
