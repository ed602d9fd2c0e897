"""Who the customer is: ``ledger/<account>/account.yaml``."""

from collections.abc import Iterator
from functools import partial

from goodterms.load import value_readers
from goodterms.load.finding import Finding, amount_findings, attempt, under
from goodterms.load.load_file import Problems, single
from goodterms.load.schema_errors import explained
from goodterms.load.value_readers import (
    distinct,
    line,
    listed,
    mapping,
    maybe,
    name,
    one_of,
    one_or_more,
    table,
    whole,
)
from goodterms.model.ledger import CHANNELS, FLAGS, Contact, Profile, Terms
from goodterms.model.money import Money
from goodterms.model.settings import Creditor
from goodterms.yaml.events import Value

_KEYS = frozenset(
    {
        "name",
        "segment",
        "since",
        "owner",
        "language",
        "country",
        "timezone",
        "region",
        "contacts",
        "address",
        "channels",
        "terms",
        "annual_value",
        "policy",
        "keys",
        "flags",
        "consumer",
        "notes",
    }
)
_CONTACT_KEYS = frozenset({"name", "role", "email", "phone"})
_TERMS_KEYS = frozenset({"net_days", "credit_limit", "deposit_percent", "billing"})

_channel = one_of(*CHANNELS)
_flag = one_of(*FLAGS)
_net_days = whole(0, 999)
_deposit = whole(0, 100)


def load_profile(
    data: bytes, file: str, creditor: Creditor
) -> tuple[Profile | None, Problems]:
    """Read an account; what it leaves out about language and place is the creditor's.

    Channels that it does not name are those its contacts and address allow.
    """
    return single(data, file, partial(build_profile, creditor), explain_profile)


def build_profile(creditor: Creditor, raw: Value) -> Profile:
    """Build an account from plain values. Raises ValueError or KeyError."""
    data = mapping(raw, _KEYS)
    contacts = listed(data["contacts"], _contact, 1)
    address = listed(data.get("address", []), line)
    own_channels = "channels" in data
    return Profile(
        name=line(data["name"]),
        contacts=contacts,
        segment=maybe(data, "segment", name),
        since=maybe(data, "since", value_readers.read_date),
        owner=maybe(data, "owner", name),
        language=maybe(data, "language", value_readers.language) or creditor.language,
        country=maybe(data, "country", value_readers.country) or creditor.country,
        timezone=maybe(data, "timezone", value_readers.timezone) or creditor.timezone,
        region=maybe(data, "region", value_readers.region),
        address=address,
        channels=distinct(data["channels"], _channel)
        if own_channels
        else _reachable_by(contacts, address),
        terms=maybe(data, "terms", _terms) or Terms(),
        annual_value=_money(data, "annual_value"),
        policy=maybe(data, "policy", name),
        keys=_keys(data.get("keys", {})),
        flags=frozenset(distinct(data.get("flags", []), _flag)),
        consumer=maybe(data, "consumer", value_readers.flag) or False,
        notes=maybe(data, "notes", value_readers.text),
    )


def _keys(raw: Value) -> dict[str, tuple[str, ...]]:
    return {name(key): one_or_more(item, line) for key, item in table(raw).items()}


def _contact(raw: Value) -> Contact:
    data = mapping(raw, _CONTACT_KEYS)
    return Contact(
        line(data["name"]),
        maybe(data, "role", name),
        maybe(data, "email", value_readers.email),
        maybe(data, "phone", line),
    )


def _reachable_by(
    contacts: tuple[Contact, ...], address: tuple[str, ...]
) -> tuple[str, ...]:
    ways = (
        ("email", any(contact.email for contact in contacts)),
        ("phone", any(contact.phone for contact in contacts)),
        ("letter", bool(address)),
    )
    return tuple(channel for channel, there in ways if there)


def _terms(raw: Value) -> Terms:
    data = mapping(raw, _TERMS_KEYS)
    return Terms(
        maybe(data, "net_days", _net_days),
        _money(data, "credit_limit"),
        maybe(data, "deposit_percent", _deposit),
        maybe(data, "billing", name),
    )


def _money(data: dict[str, Value], key: str) -> tuple[Money, ...]:
    return tuple(value_readers.amounts(data[key]).values()) if key in data else ()


def _amounts(raw: Value) -> Iterator[Finding]:
    for place in (("annual_value",), ("terms", "credit_limit")):
        for path, value in under(raw, *place):
            code = attempt(value_readers.currency, path[-1])
            yield from amount_findings([(path, value)], code)


explain_profile = explained("account", _amounts)
