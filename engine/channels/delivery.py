"""What a channel is handed, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol


def _holds() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message, ready to leave, and the id under which it leaves once.

    ``parts`` maps a file ending (``.eml``, ``.txt``, ``.html``) to the bytes
    of that form; a retry hands over the same bytes under the same id. ``description``
    says in a few words what it is, ``customer`` whom it concerns, ``owner`` who of us
    looks after the account.
    ``holds`` says whether its claim still stands: where it does not, another run
    may have taken it over, and nothing may leave any more. ``waits`` says that main
    does not say yet that it is handed over next.
    """

    account: str
    entry: str
    channel: str
    to: str
    parts: Mapping[str, bytes]
    description: str = ""
    owner: str | None = None
    customer: str = ""
    waits: bool = False
    holds: Callable[[], bool] = field(default=_holds, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What became of it: sent, failed (nothing left) or in-doubt, and why.

    ``files`` are those that it was written to, from the root; ``by_hand`` says that
    one of us was told. Then it waits for somebody to pass it on.
    """

    state: Literal["sent", "failed", "in-doubt"]
    error: str | None = None
    files: tuple[str, ...] = ()
    by_hand: bool = False


class Channel(Protocol):
    """A way out of the building."""

    @property
    def name(self) -> str:
        """What goodterms.yaml calls it."""

    @property
    def deduplicates(self) -> bool:
        """Whether the same bytes under the same id, handed over twice, go once."""

    def deliver(self, delivery: Delivery) -> DeliveryResult:
        """Hand a message over; never raises for what goes wrong outside."""
