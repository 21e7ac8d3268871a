"""The protocol that the author of an executor implements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol


class Executor(Protocol):
    """Runs the jobs of a run, such as cells, one after another or at the same time.

    width  how many jobs run at the same time; the threads of the configuration are divided among them
    """

    width: int

    def run(self, work: Callable[[Any], Any], jobs: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        """Call `work(job)` for every job, and yield (job, outcome) in the order in which the jobs end.

        `work` and the jobs can be pickled, so that an executor may send them to other processes.
        """
        ...
