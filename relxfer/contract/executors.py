"""What the author of an executor writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol


class Executor(Protocol):
    """Runs jobs; `work` and the jobs can be pickled. `width`: how many run at a time; they share the threads."""

    width: int

    def run(self, work: Callable[[Any], Any], jobs: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        """(job, outcome), in the order in which they end."""
        ...
