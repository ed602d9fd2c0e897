"""A limit on contacts, as policies and jurisdictions write it."""

from engine.load.fields import span
from engine.load.shapes import mapping, maybe, one_of, whole
from engine.model import CHANNELS
from engine.terms import Limit
from engine.text.source import Value

_contacts = whole(1, 1000)
_channel = one_of(*CHANNELS)


def limit(raw: Value) -> Limit:
    """Read ``{contacts: 1, per: 5d, channel: phone}``."""
    data = mapping(raw, frozenset({"contacts", "per", "channel"}))
    return Limit(
        _contacts(data["contacts"]),
        span(data["per"]),
        maybe(data, "channel", _channel),
    )
