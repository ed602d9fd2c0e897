"""Targets that a link in a message may have: a pay_url, an e-mail address."""

import re
from urllib.parse import quote, urlsplit

from goodterms.render.placeholders import pieces
from goodterms.render.template_values import PayUrl, ValueRefusedError

#: Characters that no address on the web holds, and that could end an attribute.
_UNSAFE = re.compile(r"[\x00-\x20\"'<>\\^`{|}\x7f-\xa0\u200b-\u206f\ufeff]")

#: An addr-spec in ASCII, as SMTP without extensions carries it.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+"
)
_LONGEST_ADDRESS = 254


def is_web(text: str) -> bool:
    """Say whether a text is an address on the web, and nothing but that."""
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    plain = not _UNSAFE.search(text) and "@" not in parts.netloc
    return has_host and plain and parts.scheme in {"http", "https"}


def is_address(text: str) -> bool:
    """Say whether a text is one plain ASCII e-mail address."""
    return len(text) <= _LONGEST_ADDRESS and bool(_ADDRESS.fullmatch(text))


def destination(href: str, slots: list[str]) -> str:
    """Put data into the target of a link.

    A target that starts with data must be a checked pay_url; data further on
    is percent-encoded. Raises ValueRefusedError for any other kind of target.
    """
    first, *rest = pieces(href)
    if not first and rest:
        start = slots[int(rest[0])]
        if not isinstance(start, PayUrl):
            raise ValueRefusedError(
                f"a link leads to '{start}'", "only a pay_url may be one"
            )
        first, rest = start, rest[1:]
    filled = [
        quote(slots[part], safe="@.-_+") if isinstance(part, int) else part
        for part in rest
    ]
    target = str(first) + "".join(filled)
    if not target.startswith(("https://", "http://", "mailto:")):
        raise ValueRefusedError(
            f"a link leads to '{target}'",
            "a link starts with https://, http:// or mailto:",
        )
    return target
