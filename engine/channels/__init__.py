"""The ways out of the building, and which of them goodterms.yaml chose."""

import os
from collections.abc import Mapping
from pathlib import Path

from engine.channels.delivery import Channel, Delivery, Handed
from engine.channels.outbox import Outbox, files_of
from engine.channels.smtp import Smtp, open_smtp
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
    "Smtp",
    "files_of",
    "open_channels",
]

#: What may stand behind a channel in goodterms.yaml.
KNOWN = ("outbox", "smtp", "issue")

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
    if through == "outbox":
        return Outbox(root)
    if through == "smtp":
        return open_smtp(settings, env)
    from engine.channels.issue import open_issues  # noqa: PLC0415 - an extra

    return open_issues(settings, root, env)
