"""What customers read: templates in, messages out. Pure: no files, no clock.

Start here: ``load_templates`` (engine.render.templates) reads and digests them
without Jinja; ``check_templates`` (engine.render.check) renders each with
samples; ``render`` (engine.render.message) turns an action into a message;
``eml`` (engine.render.mail) turns that into bytes.
"""

from engine.render.templates import Templates, load_templates

__all__ = ["Templates", "load_templates"]
