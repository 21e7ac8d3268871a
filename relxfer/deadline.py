"""A time limit for a block of Python: what hangs in a plugin must not hang the run."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from relxfer.errors import TimedOut

#: Seconds after which the alarm rings again, for code that swallowed it.
_AGAIN = 1.0


class _Alarm(BaseException):
    """Outside `Exception`, so that a plugin that tries again after any error does not swallow it."""


@contextmanager
def deadline(seconds: float | None) -> Iterator[None]:
    """Raise `TimedOut` in the block when it takes longer; None: no limit.

    By an interval timer (SIGALRM), which Python delivers to the main thread between two bytecodes: a single call
    into compiled code is not cut short. Without effect in other threads, and on systems without SIGALRM.

    >>> with deadline(60):
    ...     "quick"
    'quick'
    """
    here = threading.current_thread() is threading.main_thread()
    if seconds is None or not here or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_: object) -> None:
        raise _Alarm

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    except _Alarm:
        words = f"expected to be done within timeout = {seconds:g} s, got no end; raise timeout, or run less"
        raise TimedOut(words) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
