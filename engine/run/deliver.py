"""Phases 4 and 5: hand each claimed message over once, and say what came of it."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from goodterms.channels import Channel, Delivery, DeliveryResult
from goodterms.model.journal import OUTBOX
from goodterms.model.paths import message_path
from goodterms.model.problem import Place, Problem
from goodterms.model.settings import Person
from goodterms.run.claim import BATCH
from goodterms.run.journal_entries import outcome
from goodterms.run.lease import ClaimLease
from goodterms.run.outcomes import OutcomeWriter
from goodterms.run.request import WAITS_FOR_A_PERSON, RunResult
from goodterms.run.signals import StopSignal
from goodterms.run.stale_claims import Redelivery
from goodterms.views.wording import called

#: Outcomes are pushed after so many messages, or so many seconds.
FLUSH_MESSAGES = 20
FLUSH_SECONDS = 30.0

#: What one of us does with what was handed over, by the channel.
_DOES = {"phone": "call", "letter": "post"}


@dataclass(slots=True)
class DeliveryWorker:
    """Hands messages over and keeps account of them."""

    channels: Mapping[str, Channel]
    outcomes: OutcomeWriter
    result: RunResult
    stop: StopSignal
    lease: ClaimLease
    flushed: float = field(default_factory=time.monotonic)

    def carry(
        self, stale: Iterable[Redelivery], deliveries: Iterable[Delivery]
    ) -> None:
        """Hand over one after the other, what earlier runs left first.

        Asked to stop, or once other runs might soon take its claims over, leave the
        rest undone: nothing of it has left, and the next run may take it up again.
        """
        try:
            for again in stale:
                self._settle(again)
            for batch in _batches(deliveries):
                for delivery in self._begin(batch):
                    self._hand_over(delivery)
        finally:
            self._flush()

    def _begin(self, batch: Sequence[Delivery]) -> Iterable[Delivery]:
        """Say on main which of a batch are handed over next; those only may be.

        One that another run has settled by then is no longer ours to hand over.
        """
        waiting = {(each.account, each.entry) for each in batch if each.waits}
        if not waiting or self.stop.asked or not self.lease.holds():
            return batch
        ours = self.outcomes.begin(waiting)
        self.flushed = time.monotonic()
        if self.outcomes.lost:
            error = f"it could not be begun: {self.outcomes.lost}; nothing left"
            for each in sorted(batch, key=_name):
                if each.waits:
                    self._note(each, DeliveryResult("failed", error))
            return [each for each in batch if not each.waits]
        return [each for each in batch if not each.waits or _name(each) in ours]

    def _settle(self, again: Redelivery) -> None:
        """Repeat a stale claim; where that fails, the claim stays as it is.

        Whether its first attempt left, nobody knows: so it has not failed.
        """
        claim, delivery = again.claim, again.delivery
        if delivery is None:
            lost = Delivery(claim.account, claim.entry.id, "", "", {})
            self._note(lost, DeliveryResult("in-doubt", again.error))
        elif not self.stop.asked and self.lease.holds():
            held = replace(delivery, holds=self.lease.holds)
            handed = self.channels[delivery.channel].deliver(held)
            if handed.state == "sent":
                self._note(delivery, handed)
            else:
                self.result.problems.append(_still_open(claim.name, handed))

    def _hand_over(self, delivery: Delivery) -> None:
        if self.stop.asked:
            handed = DeliveryResult(
                "failed", f"{self.stop.asked} came before it was sent"
            )
        elif not self.lease.holds():
            handed = DeliveryResult("failed", "the run took too long; nothing left")
        else:
            held = replace(delivery, holds=self.lease.holds)
            handed = self.channels[delivery.channel].deliver(held)
        self._note(delivery, handed)

    def _note(self, delivery: Delivery, handed: DeliveryResult) -> None:
        """Keep an outcome, report it, and push what has gathered in time."""
        when, account, entry = (
            self.outcomes.journal.when,
            delivery.account,
            delivery.entry,
        )
        through = OUTBOX if handed.files else None
        document = outcome(
            entry, handed.state, when, error=handed.error, through=through
        )
        self.outcomes.pending.append((account, document))
        self.result.count(handed.state)
        people = self.outcomes.journal.settings.people
        self.result.tell("deliver", in_words(delivery, handed, people))
        if handed.state == "in-doubt":
            self.result.codes.append(WAITS_FOR_A_PERSON)
        if handed.state == "failed":
            self.result.problems.append(_failed(account, entry, handed))
        waited = time.monotonic() - self.flushed
        if len(self.outcomes.pending) >= FLUSH_MESSAGES or waited > FLUSH_SECONDS:
            self._flush()

    def _flush(self) -> None:
        self.outcomes.flush()
        self.flushed = time.monotonic()


def in_words(
    delivery: Delivery, handed: DeliveryResult, people: Mapping[str, Person]
) -> str:
    """Say what became of a message, and no more: what lies in a file is not sent."""
    name = f"{delivery.account}/{delivery.entry}"
    whom = f" ({delivery.customer})" if delivery.customer else ""
    if handed.state != "sent":
        why = f": {handed.error}" if handed.error else ""
        return f"{handed.state} {name}{whom}{why}"
    where = " and ".join(handed.files)
    if handed.by_hand or (where and delivery.channel == "phone"):
        does = _DOES.get(delivery.channel, "send")
        brief = f"; the brief is {where}" if where else ""
        told = f"handed to {called(delivery.owner, people)}: {does} {name}"
        return f"{told}{whom}{brief}"
    return f"written to {where}{whom}" if where else f"sent {name}{whom}"


def _batches(deliveries: Iterable[Delivery]) -> Iterator[list[Delivery]]:
    """Divide messages so that few have begun at any time; their order stays."""
    batch: list[Delivery] = []
    for delivery in deliveries:
        if delivery.waits and sum(each.waits for each in batch) in (0, BATCH):
            yield batch
            batch = []
        batch.append(delivery)
    yield batch


def _name(delivery: Delivery) -> tuple[str, str]:
    return delivery.account, delivery.entry


def _failed(account: str, entry: str, handed: DeliveryResult) -> Problem:
    return Problem(
        Place(message_path(account, entry)),
        f"it was not sent: {handed.error}",
        "the next run tries again",
        rule="not-sent",
    )


def _still_open(name: str, handed: DeliveryResult) -> Problem:
    account, _, entry = name.partition("/")
    return Problem(
        Place(message_path(account, entry)),
        f"it was claimed before, and could not be handed over again: {handed.error}",
        "the next run tries again",
        rule="not-sent",
    )
