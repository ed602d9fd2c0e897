"""What of a case has come due, and since when."""

from dataclasses import dataclass
from datetime import date

from engine.decision.proposals import gated
from engine.decision.situation import Situation
from engine.decision.standing import Stand
from engine.model import PolicyRef
from engine.terms import TONES, Step


@dataclass(frozen=True, slots=True)
class Ready:
    """A stand whose next step has come due, and since when it is.

    ``gate`` is the policy that lends the step its approval, where its own policy
    asks for none.
    """

    stand: Stand
    step: Step
    due: date
    gate: PolicyRef | None = None


def ready(here: Situation, stand: Stand) -> Ready | None:
    """Return a stand with the rung that is due, None when none is."""
    rung = stand.rung
    if rung is None or rung.due is None or rung.due > here.as_of or calling(stand):
        return None
    gate = gate_for(here, stand, rung.step)
    step = gated(here.rules.book, rung.step, gate) if gate else rung.step
    return Ready(stand, step, rung.due, gate)


def gate_for(here: Situation, stand: Stand, step: Step) -> PolicyRef | None:
    """Return the policy whose approval a step needs though its own asks for none.

    The account was moved to another policy, which does not say how it takes the
    conversation over. A written step is asked about if its tone is firmer than that
    of the last step taken, or as firm as what the account's policy asks about. It
    is that policy's approval, or else that of the invoice's own.
    """
    item = stand.item
    own = here.rules.book.policies.get(item.moved_to) if item.moved_to else None
    if own is None or step.approval or step.channel == "phone":
        return None
    last = item.last[0].rank[0] if item.last else 0
    least = own.gate.rank[0] if own.gate else len(TONES)
    if step.rank[0] <= last and step.rank[0] < least:
        return None
    return own.ref if own.gate or not item.policy.gate else item.policy.ref


def calling(stand: Stand) -> bool:
    """Whether its call was handed out and is still to be made."""
    rung = stand.rung
    return rung is not None and rung.step.channel == "phone" and rung.handed is not None
