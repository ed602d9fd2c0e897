"""The ways out of the building, and which of them goodterms.yaml chose."""

from collections.abc import Mapping
from pathlib import Path

from engine.channels.delivery import Channel, Delivery, Handed
from engine.channels.outbox import Outbox
from engine.problem import did_you_mean
from engine.refusal import RefusalError
from engine.settings import Settings

__all__ = ["Channel", "Delivery", "Handed", "Outbox", "open_channels"]

#: What may stand behind a channel in goodterms.yaml.
_KNOWN = {"outbox": Outbox}


def open_channels(settings: Settings, root: Path) -> Mapping[str, Channel]:
    """Make ready what each channel of goodterms.yaml goes through.

    RefusalError names a way out that does not exist, and those that do.
    """
    return {
        channel: _open(channel, through, root)
        for channel, through in settings.channels.items()
    }


def _open(channel: str, through: str, root: Path) -> Channel:
    make = _KNOWN.get(through)
    if make is None:
        raise RefusalError(
            f"goodterms.yaml: channels.{channel}: there is no '{through}'",
            did_you_mean(through, _KNOWN),
        )
    return make(root)
