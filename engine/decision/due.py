"""What of a case has come due, and since when."""

from dataclasses import dataclass
from datetime import date

from engine.decision.situation import Situation
from engine.decision.standing import Stand
from engine.terms import Step


@dataclass(frozen=True, slots=True)
class Ready:
    """A stand whose next step has come due, and since when it is."""

    stand: Stand
    step: Step
    due: date


def ready(here: Situation, stand: Stand) -> Ready | None:
    """Return a stand with the rung that is due, None when none is."""
    rung = stand.rung
    if rung is None or rung.due is None or rung.due > here.as_of or calling(stand):
        return None
    return Ready(stand, rung.step, rung.due)


def calling(stand: Stand) -> bool:
    """Whether its call was handed out and is still to be made."""
    rung = stand.rung
    return rung is not None and rung.step.channel == "phone" and rung.handed is not None
