"""Threads for compiled functions that release the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from types import TracebackType
from typing import Any

#: Pieces of work per thread.
_PIECES = 4


class Team:
    """So many threads; a team of one runs in the caller's thread.

    >>> with Team(2) as team:
    ...     done = []
    ...     team.run(lambda thread, begin, end: done.extend(range(begin, end)), 5)
    >>> sorted(done)
    [0, 1, 2, 3, 4]
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._pool = ThreadPoolExecutor(size) if size > 1 else None

    def __enter__(self) -> Team:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool:
            self._pool.shutdown()

    @property
    def pieces(self) -> int:
        """The number of pieces that work is divided into: several per thread, unless there is one thread."""
        return 1 if self.size == 1 else _PIECES * self.size

    def run(self, function: Callable[..., Any], work: int | Sequence[int], *arguments: Any) -> None:
        """Call ``function(thread, begin, end, *arguments)`` on pieces of 0..work - 1, or on the pieces given.

        A thread takes the next piece when it has finished one, so that no thread waits long for a slow one.

        Args:
            work: the amount of work, or the bounds of the pieces, one more than there are pieces.
        """
        bounds = [work * piece // self.pieces for piece in range(self.pieces + 1)] if isinstance(work, int) else work
        calls = [(int(begin), int(end)) for begin, end in pairwise(bounds) if begin < end]
        left = iter(calls)  # next() on it is one operation of the interpreter, so that no piece is taken twice

        def work_off(thread: int) -> None:
            for begin, end in left:
                function(thread, begin, end, *arguments)

        if self._pool is None or len(calls) < 2:
            work_off(0)
            return
        for future in [self._pool.submit(work_off, thread) for thread in range(min(self.size, len(calls)))]:
            future.result()
