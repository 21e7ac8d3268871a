"""A time limit for a block of Python, so that a plugin that hangs does not hang the run."""

from __future__ import annotations

import math
import signal
import sys
import threading
import time
from contextlib import AbstractContextManager, nullcontext
from types import FrameType, TracebackType

from relxfer.errors import TimedOut

#: Seconds between signals once the time is up.
_EVERY = 0.005
#: Seconds after which the exception is raised again, in case the code caught it.
_AGAIN = 5.0
#: Seconds to wait while a context manager is being entered or left.
_GRACE = 5.0
#: Packages that are never interrupted: a module that is half imported, or a registry of compiled functions that is half
#: filled, would stay so for the rest of the process.
_WHOLE = frozenset({"importlib", "_frozen_importlib", "_frozen_importlib_external", "numba", "llvmlite", "triton"})
#: Modules that are never interrupted: the one that writes files, and this one, so that nothing is raised before or
#: after the block.
_OURS = frozenset({"relxfer.store.files", __name__})
_GUARDS = frozenset({"__enter__", "__exit__", "__del__"})


class _Alarm(BaseException):
    """The time is up. It is no `Exception`, so that a plugin that retries after any error does not catch it."""


def deadline(seconds: float | None) -> AbstractContextManager[None]:
    """Limit the time of a `with` block; `seconds=None` sets no limit.

    The limit is an interval timer (SIGALRM), which Python handles in the main thread between two bytecodes. So a single
    call into compiled code is not interrupted. Imports and compilations are not interrupted either, because they would
    be left half done. Limits can be nested: inside the inner block only the inner limit applies. In other threads and
    on systems without SIGALRM there is no limit.

    Raises:
        TimedOut: the block took longer.

    >>> with deadline(60):
    ...     "quick"
    'quick'
    """
    in_main_thread = threading.current_thread() is threading.main_thread()
    if seconds is None or not in_main_thread or not hasattr(signal, "setitimer"):
        return nullcontext()
    return _Limit(seconds)


class _Limit:
    """The limit of one block; once the time is up, its timer sends signals until the block is left."""

    block: FrameType | None = None

    def __init__(self, seconds: float):
        self.seconds, self.raised = seconds, False

    def __enter__(self) -> None:
        self.block = sys._getframe(1)
        self.began = time.monotonic()
        self.due = self.began + self.seconds
        self.before = signal.signal(signal.SIGALRM, self.handle)
        self.left, self.every = signal.setitimer(signal.ITIMER_REAL, self.seconds, _EVERY)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.disarm()
        # the code in the block may have replaced the alarm by an exception of its own
        if self.raised and isinstance(error, _Alarm | Exception):
            words = (
                f"expected to be done within timeout_seconds = {self.seconds:g}, got no end; increase "
                "timeout_seconds, or run less"
            )
            raise TimedOut(words) from None

    def disarm(self) -> None:
        """Restore the timer and its handler; a signal that arrives later has no effect."""
        self.block = None
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if self.before is None else self.before)
        if self.left:
            left = max(_EVERY, self.left - (time.monotonic() - self.began))
            signal.setitimer(signal.ITIMER_REAL, left, self.every)

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal: raise `_Alarm`, unless the code that is running must not be interrupted."""
        if self.block is None:
            return
        delay = _delay(frame, self.block)
        if delay is None:  # the block was left, and an interrupt kept `__exit__` from running
            self.disarm()
        elif time.monotonic() >= self.due + delay:
            self.due, self.raised = time.monotonic() + _AGAIN, True
            raise _Alarm


def _delay(frame: FrameType | None, block: FrameType) -> float | None:
    """Seconds by which the alarm is delayed for the functions between the block and this frame.

    None if the block is not running any more. A context manager must not be interrupted while it is entered or left:
    it would not restore what it changed, such as locks, the mode of gradients or the filters of warnings.
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
