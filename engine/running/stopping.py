"""Asked to stop, a run finishes the message in hand and writes down what it did."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass(slots=True)
class Stop:
    """Whether somebody asked the run to end, and by which signal."""

    asked: str | None = None


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Take SIGTERM and SIGINT as a wish, for as long as the run lasts."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask(number: int, _frame: FrameType | None) -> None:
        stop.asked = signal.Signals(number).name

    before = {each: signal.signal(each, ask) for each in _SIGNALS}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


_SIGNALS = (signal.SIGTERM, signal.SIGINT)
