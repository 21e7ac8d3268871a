"""The end of training where it was asked for; a later run goes on from there.

A run asks at a validation point. The system asks with SIGTERM, as a cluster does before it takes a machine back.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: The exit code of a process that SIGTERM ended, after it saved what it had trained.
TERMINATED = 143


class Stopped(BaseException):
    """Training was asked to stop. It is no `Exception`, so that a strategy that tries again after errors lets it pass.

    phase, step  where training goes on

    >>> str(Stopped("fit-0", 40))
    'stopped as asked, at step 40 of phase fit-0; run again to go on from there'
    """

    def __init__(self, phase: str, step: int):
        self.phase, self.step = phase, step
        super().__init__(f"stopped as asked, at step {step} of phase {phase}; run again to go on from there")


class Terminated(KeyboardInterrupt):
    """The process was asked to end, by the signal of this number."""

    def __init__(self, number: int = signal.SIGTERM):
        self.number = number
        super().__init__(number)


class _Handler:
    """Raises `Terminated` when a signal comes; while training goes on, it notes it, and raises at the second one.

    training  whether a step is under way, at whose end training looks
    number    of the signal that came
    """

    def __init__(self) -> None:
        self.training, self.number = False, 0

    def __call__(self, number: int, frame: object) -> None:
        again, self.number = self.number, number
        if again or not self.training:
            raise Terminated(number)


@contextmanager
def terminable(*signals: int) -> Iterator[None]:
    """Inside, these signals (default SIGTERM) raise `Terminated` in the main thread.

    They do so at once, or at the end of a step of training, when it is saved. In another thread nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = _Handler()
    before = {number: signal.signal(number, handler) for number in signals or (signal.SIGTERM,)}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, signal.SIG_DFL if earlier is None else earlier)


@contextmanager
def whole_steps() -> Iterator[Callable[[], int]]:
    """Inside, no step of training is broken off: what is yielded returns the signal that came meanwhile, or 0.

    Whoever trains looks between two steps, saves, and raises `Terminated`.
    """
    handler = _handler()
    if handler is None or handler.training:
        yield lambda: 0
        return
    handler.training = True
    try:
        yield lambda: handler.number
    finally:
        handler.training = False
    if handler.number:  # it came after the last look
        raise Terminated(handler.number)


def ask() -> None:
    """Ask the main thread to end as SIGTERM does, if it is `terminable`."""
    if _handler() is not None:
        signal.raise_signal(signal.SIGTERM)


def _handler() -> _Handler | None:
    """What handles SIGTERM, if it is ours; it concerns the main thread alone."""
    handler = signal.getsignal(signal.SIGTERM)
    here = threading.current_thread() is threading.main_thread()
    return handler if here and isinstance(handler, _Handler) else None
