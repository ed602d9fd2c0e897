"""The tools that a run works with unless a test brings others."""

from zoneinfo import ZoneInfo

from engine import render
from engine.action import Action
from engine.channels import open_channels
from engine.decision.entries import Moment
from engine.forge import open_forge
from engine.model import Account
from engine.planning import make_plan
from engine.running.order import Letter, Problems, Tools
from engine.workspace import Workspace


def tools() -> Tools:
    """Return the real ones."""
    return Tools(Workspace.open, make_plan, write, open_channels, open_forge)


def write(
    workspace: Workspace, account: Account, action: Action, when: Moment
) -> tuple[Letter | None, Problems]:
    """Render a message as text and in the forms that its channel takes.

    Equal arguments give equal bytes: the date in an e-mail is the moment's.
    """
    settings = workspace.settings
    rendered, problems = render.render(
        workspace.templates, action, account, settings, when.day, workspace.book
    )
    if rendered is None:
        return None, problems
    parts = {name: text.encode() for name, text in render.document(rendered).items()}
    if action.channel == "email":
        at = when.time.astimezone(ZoneInfo(settings.creditor.timezone))
        name = render.message_id(action, settings)
        parts = {".eml": render.eml(rendered, action, settings, name, at)}
    text = render.record_text(rendered, action).encode()
    return Letter(text, parts, rendered.message_hash), problems
