"""Runs for tests: in this process, with another make of what they work with."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from goodterms.channels import Channel, Delivery, DeliveryResult
from goodterms.model.settings import Settings
from goodterms.run import RunRequest, RunResult, run
from goodterms.run.request import RunDependencies, tools
from tests.support.eventful_ledger import BARE, DAY, account

NOON = datetime(2026, 10, 8, 10, tzinfo=UTC)
ALPHA = {**BARE, **account("alpha", "2026-10-01")}

#: How a journal says on a day that a message lies in the outbox.
SENT = "state: sent\nthrough: outbox\nat: {}T10:00:00Z\n"


def go(root: Path, given: RunDependencies | None = None, **order: object) -> RunResult:
    """Run as of the day, in the way that a test asks for."""
    made = RunRequest(root, NOON, "run-0001", date.fromisoformat(DAY))
    return run(replace(made, **order), given or tools(), lambda _line: None)  # type: ignore[arg-type]


@dataclass
class Wire:
    """A channel that remembers, and answers as it is told."""

    answers: Mapping[str, DeliveryResult] = field(default_factory=dict)
    name: str = "wire"
    deduplicates: bool = False
    sent: list[Delivery] = field(default_factory=list)

    def deliver(self, delivery: Delivery) -> DeliveryResult:
        """Keep it, and answer."""
        self.sent.append(delivery)
        return self.answers.get(delivery.account, DeliveryResult("sent"))

    def tools(self) -> RunDependencies:
        """Return tools that send everything through this wire."""

        def channels(settings: Settings, _root: Path) -> Mapping[str, Channel]:
            return dict.fromkeys(settings.channels, self)

        return replace(tools(), channels=channels)


class PowerCutError(BaseException):
    """The process is gone; tests raise it where nothing may be tidied up."""


class Dying(Wire):
    """A wire on which the run dies, after its message has left."""

    def deliver(self, delivery: Delivery) -> DeliveryResult:
        """Take the message, and never answer."""
        super().deliver(delivery)
        raise PowerCutError


def die(root: Path, given: RunDependencies | None = None) -> None:
    """Let a run end between its claims and their outcomes."""
    try:
        go(root, given or Dying().tools(), id="run-dead")
    except PowerCutError:
        return
    raise AssertionError("the run should have died")
