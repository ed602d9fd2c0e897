"""The ways out of the building, and which of them goodterms.yaml chose."""

import os
from collections.abc import Mapping
from pathlib import Path

from engine.channels.delivery import Channel, Delivery, Handed
from engine.channels.outbox import Outbox
from engine.problem import did_you_mean
from engine.refusal import RefusalError
from engine.settings import Settings

__all__ = [
    "KNOWN",
    "NEEDS",
    "Channel",
    "Delivery",
    "Handed",
    "Outbox",
    "open_channels",
]

#: What may stand behind a channel in goodterms.yaml.
KNOWN = ("outbox", "issue")

#: The variables that each needs in its environment; secrets are nowhere else.
NEEDS: Mapping[str, tuple[str, ...]] = {"issue": ("GITHUB_TOKEN",)}


def open_channels(settings: Settings, root: Path) -> Mapping[str, Channel]:
    """Make ready what each channel of goodterms.yaml goes through.

    RefusalError names a way out that does not exist, and those that do.
    """
    for channel, through in settings.channels.items():
        _refuse(channel, through)
    chosen = dict.fromkeys(settings.channels.values())
    ways = {through: _open(through, settings, root) for through in chosen}
    return {channel: ways[through] for channel, through in settings.channels.items()}


def _refuse(channel: str, through: str) -> None:
    if through not in KNOWN:
        raise RefusalError(
            f"goodterms.yaml: channels.{channel}: there is no '{through}'",
            did_you_mean(through, KNOWN),
        )
    if (channel, through) == ("email", "issue"):
        raise RefusalError(
            "goodterms.yaml: channels.email: an issue cannot be an e-mail",
            "'issue' is for phone, letter and sms",
        )


def _open(through: str, settings: Settings, root: Path) -> Channel:
    if through == "outbox":
        return Outbox(root)
    from engine.channels.issue import open_issues  # noqa: PLC0415 - an extra

    return open_issues(settings, root, os.environ)
