"""The mark on every page that we write: what it is about, and what it says."""

import json
import re
from base64 import b64decode, b64encode
from binascii import Error
from dataclasses import asdict, dataclass
from hashlib import sha256

#: It ends the page, so that nothing quoted above it can be taken for it.
_MARK = re.compile(r"(?:^|\n)<!-- goodterms:([A-Za-z0-9+/]+=*) -->\s*\Z")


@dataclass(frozen=True, slots=True)
class PageMarker:
    """What a page or comment is about, and what it says.

    ``topic`` tells pages of one proposal apart. ``facts`` is the digest that
    the decision is bound to, ``content`` that of everything the page shows:
    equal contents need not be written again.
    """

    topic: str
    account: str
    decision: str
    facts: str
    content: str

    def __str__(self) -> str:
        data = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return f"<!-- goodterms:{b64encode(data.encode()).decode()} -->"


def read_marker(body: str | None) -> PageMarker | None:
    """Find the marker that ends a body; None where it has none of ours."""
    mark = _MARK.search(body or "")
    if not mark:
        return None
    try:
        read = json.loads(b64decode(mark[1], validate=True))
        values = {str(key): str(value) for key, value in dict(read).items()}
        return PageMarker(**values)
    except (Error, ValueError, TypeError):
        return None


def digest(*parts: str) -> str:
    """Digest what a page shows."""
    return "sha256:" + sha256("\0".join(parts).encode()).hexdigest()
