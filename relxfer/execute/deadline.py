"""A time limit for a block of Python: what hangs in a plugin must not hang the run."""

from __future__ import annotations

import math
import signal
import sys
import threading
import time
from contextlib import AbstractContextManager, nullcontext
from types import FrameType, TracebackType

from relxfer.errors import TimedOut

#: Seconds between rings of the alarm once the time is up.
_EVERY = 0.005
#: Seconds after which it is raised again, for code that swallowed it.
_AGAIN = 5.0
#: Seconds that it waits for a context manager to be entered or left.
_GRACE = 5.0
#: Packages that are not interrupted at all: a module that is imported by half, or a register of compiled functions that
#: is filled by half, stays so for everything that comes after.
_WHOLE = frozenset({"importlib", "_frozen_importlib", "_frozen_importlib_external", "numba", "llvmlite", "triton"})
#: The same for single modules: what writes files, and this one, so that nothing is raised before the block or after it.
_OURS = frozenset({"relxfer.store.files", __name__})
_GUARDS = frozenset({"__enter__", "__exit__", "__del__"})


class _Alarm(BaseException):
    """Outside `Exception`, so that a plugin that tries again after any error does not swallow it."""


def deadline(seconds: float | None) -> AbstractContextManager[None]:
    """Raise `TimedOut` in the block when it takes longer; None: no limit.

    By an interval timer (SIGALRM), which Python delivers to the main thread between two bytecodes: a single call
    into compiled code is not cut short, nor is an import or the compilation of a function, which would be left half
    done for all that comes after. Of nested limits the inner one holds inside, and the outer one again after it.
    Without effect in other threads, and on systems without SIGALRM.

    >>> with deadline(60):
    ...     "quick"
    'quick'
    """
    here = threading.current_thread() is threading.main_thread()
    if seconds is None or not here or not hasattr(signal, "setitimer"):
        return nullcontext()
    return _Limit(seconds)


class _Limit:
    """The block's limit: its timer rings from the end of the time until the block is left."""

    block: FrameType | None = None

    def __init__(self, seconds: float):
        self.seconds, self.rung = seconds, False

    def __enter__(self) -> None:
        self.block = sys._getframe(1)
        self.began = time.monotonic()
        self.due = self.began + self.seconds
        self.before = signal.signal(signal.SIGALRM, self.ring)
        self.left, self.every = signal.setitimer(signal.ITIMER_REAL, self.seconds, _EVERY)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.disarm()
        # an exception of the block's own may be what became of the alarm on its way
        if self.rung and isinstance(error, _Alarm | Exception):
            words = (
                f"expected to be done within timeout_seconds = {self.seconds:g}, got no end; raise timeout_seconds, or "
                "run less"
            )
            raise TimedOut(words) from None

    def disarm(self) -> None:
        """Leave the timer and its handler as they were; a ring that is still to be delivered does nothing."""
        self.block = None
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if self.before is None else self.before)
        if self.left:
            left = max(_EVERY, self.left - (time.monotonic() - self.began))
            signal.setitimer(signal.ITIMER_REAL, left, self.every)

    def ring(self, number: int, frame: FrameType | None) -> None:
        if self.block is None:
            return
        patience = _patience(frame, self.block)
        if patience is None:  # the block was left, and an interrupt kept `__exit__` from running
            self.disarm()
        elif time.monotonic() >= self.due + patience:
            self.due, self.rung = time.monotonic() + _AGAIN, True
            raise _Alarm


def _patience(frame: FrameType | None, block: FrameType) -> float | None:
    """Seconds that the alarm waits for what goes on between the block and this frame; None where the block does not.

    A context manager that is interrupted while it is entered or left would leave behind what it keeps in order: locks,
    the mode of gradients, filters of warnings.
    """
    longest = 0.0
    while frame is not block:
        if frame is None:
            return None
        module = str(frame.f_globals.get("__name__"))
        if module in _OURS or module.partition(".")[0] in _WHOLE:
            longest = math.inf
        elif frame.f_code.co_name in _GUARDS:
            longest = max(longest, _GRACE)
        frame = frame.f_back
    return longest
