"""What customers read: templates in, messages out. Pure: no files, no clock."""

from engine.render.templates import Templates, load_templates

__all__ = ["Templates", "load_templates"]
