"""Threads for compiled functions that release the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from types import TracebackType
from typing import Any


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

    def run(self, function: Callable[..., Any], work: int | Sequence[int], *arguments: Any) -> None:
        """Call ``function(thread, begin, end, *arguments)`` on equal shares of 0..work - 1, or on the shares given.

        Args:
            work: how much there is, or the bounds [size + 1] of the shares.
        """
        bounds = [work * thread // self.size for thread in range(self.size + 1)] if isinstance(work, int) else work
        calls = [(thread, int(begin), int(end)) for thread, (begin, end) in enumerate(pairwise(bounds)) if begin < end]
        if self._pool is None or len(calls) < 2:
            for call in calls:
                function(*call, *arguments)
            return
        for future in [self._pool.submit(function, *call, *arguments) for call in calls]:
            future.result()
