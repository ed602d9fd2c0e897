"""The ways out of the building, and which of them goodterms.yaml chose."""

import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from goodterms.channels.delivery import Channel, Delivery, DeliveryResult
from goodterms.channels.outbox import OutboxChannel, files_of
from goodterms.channels.smtp import SmtpChannel
from goodterms.model.problem import did_you_mean
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Settings

__all__ = [
    "KNOWN",
    "NEEDS",
    "Channel",
    "Delivery",
    "DeliveryResult",
    "OutboxChannel",
    "SmtpChannel",
    "files_of",
    "open_channels",
]

#: What may stand behind a channel in goodterms.yaml.
KNOWN = ("outbox", "smtp", "issue")

#: The module of each; its ``open_channel`` makes it ready.
_MODULES = {
    "outbox": "goodterms.channels.outbox",
    "smtp": "goodterms.channels.smtp",
    "issue": "goodterms.forge.github.issue_channel",
}

#: The variables that each needs in its environment; secrets are nowhere else.
NEEDS: Mapping[str, tuple[str, ...]] = {"issue": ("GITHUB_TOKEN",)}


def open_channels(
    settings: Settings, root: Path, env: Mapping[str, str] = os.environ
) -> Mapping[str, Channel]:
    """Make ready what each channel of goodterms.yaml goes through.

    RefusalError names a way out that does not exist, and those that do; or what
    one lacks in *env*.
    """
    for channel, through in settings.channels.items():
        _refuse(channel, through)
    chosen = dict.fromkeys(settings.channels.values())
    ways = {through: _open(through, settings, root, env) for through in chosen}
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
    if through == "smtp" and channel != "email":
        raise RefusalError(
            f"goodterms.yaml: channels.{channel}: 'smtp' sends e-mails only",
            f"choose another for {channel}: outbox or issue",
        )


def _open(
    through: str, settings: Settings, root: Path, env: Mapping[str, str]
) -> Channel:
    """Import what a provider needs only where it is chosen: some are extras."""
    channel: Channel = import_module(_MODULES[through]).open_channel(
        settings, root, env
    )
    return channel
