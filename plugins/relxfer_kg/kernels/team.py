"""Threads for compiled functions that release the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from types import TracebackType
from typing import Any

#: Pieces of work for each thread.
_PIECES = 4


class Team:
    """As many threads as asked for, the caller's own where that is one.

    >>> with Team(2) as team:
    ...     found = []
    ...     team.run(lambda thread, begin, end: found.extend(range(begin, end)), 5)
    >>> sorted(found)
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
        """Into how many pieces to cut what there is to do: several for each thread, unless there is one thread."""
        return 1 if self.size == 1 else _PIECES * self.size

    def run(self, function: Callable[..., Any], work: int | Sequence[int], *arguments: Any) -> None:
        """Call ``function(thread, begin, end, *arguments)`` on pieces of 0..work - 1, or on the pieces given.

        A thread takes the next piece when it has done one, so that none waits long for one that is held up.

        Args:
            work: how much there is, or the bounds of the pieces, one more than there are.
        """
        bounds = [work * piece // self.pieces for piece in range(self.pieces + 1)] if isinstance(work, int) else work
        calls = [(int(begin), int(end)) for begin, end in pairwise(bounds) if begin < end]
        left = iter(calls)  # taking from it is one operation of the interpreter

        def work_off(thread: int) -> None:
            for begin, end in left:
                function(thread, begin, end, *arguments)

        if self._pool is None or len(calls) < 2:
            work_off(0)
            return
        for future in [self._pool.submit(work_off, thread) for thread in range(min(self.size, len(calls)))]:
            future.result()
