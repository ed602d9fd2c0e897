"""Asked to stop, a run ends at once while nothing is claimed, and tidily after."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@dataclass(slots=True)
class StopSignal:
    """Whether somebody asked the run to end, and by which signal.

    ``patient`` from the first push of a claim on: from then the wish is noted,
    and what has begun is brought to an end; before, it ends the run.
    """

    asked: str | None = None
    patient: bool = False


@contextmanager
def stoppable() -> Iterator[StopSignal]:
    """Take SIGTERM and SIGINT as a wish, for as long as the run lasts."""
    stop = StopSignal()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    handlers = {each: signal.signal(each, _handler(stop)) for each in _SIGNALS}
    try:
        yield stop
    finally:
        for each, handler in handlers.items():
            signal.signal(each, handler)


def _handler(stop: StopSignal) -> "signal._HANDLER":
    run = os.getpid()

    def ask(number: int, _frame: FrameType | None) -> None:
        if os.getpid() != run:
            _end_helper(number)
            return
        stop.asked = signal.Signals(number).name
        if not stop.patient:
            raise KeyboardInterrupt

    return ask


def _end_helper(number: int) -> None:
    """End a process that was forked to help; on SIGINT the run will see to that."""
    if number == signal.SIGTERM:
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
