"""Executors, which run jobs one after the other or in local processes, and the plugin that offers them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, PositiveInt

from relxfer.contract import records
from relxfer.contract.hooks import hookimpl
from relxfer.contract.options import Options
from relxfer.errors import PluginError

if TYPE_CHECKING:  # every command imports this module, so it must import little
    from relxfer.contract.executors import Executor, Job, Work
    from relxfer.declare.experiment import Chosen

relxfer_api_version = 2


class ProcessOptions(Options):
    """Options of `processes`."""

    jobs: PositiveInt | None = None
    """Number of processes that run at a time, at most one for each core; by default 2, or one for each device."""
    devices: list[Annotated[str, Field(pattern=r"^(cpu|cuda(:\d+)?)$")]] = []
    """Devices on which they compute, such as `["cuda:0", "cuda:1"]`, in turn; by default all on that of the run."""


def build(chosen: Chosen) -> Executor:
    """Build the executor that the configuration names.

    Raises:
        PluginError: it is not an executor.
    """
    made = chosen.build()
    width = getattr(made, "width", None)
    if not (hasattr(made, "run") and isinstance(width, int) and width >= 1):
        raise PluginError(
            f"expected the executor {chosen.name!r} to have run(work, jobs) and width, how many jobs run at a time, "
            f"got {type(made).__name__} with width {width!r}; correct the plugin"
        )
    return made


class Serial:
    """Runs one job after the other, in this process."""

    width = 1

    def __init__(self, options: Any):
        self.options = options

    def run(self, work: Work, jobs: Iterator[Job | None]) -> Iterator[tuple[Job, Any]]:
        for job in jobs:
            if job is not None:  # there is always a job to start when the one before has ended
                yield job, work(job)


@hookimpl
def relxfer_executors() -> Iterable[records.Executor]:
    return [
        records.Executor(
            name="serial",
            load="relxfer.execute.executors:Serial",
            summary="one cell after the other, in this process",
        ),
        records.Executor(
            name="processes",
            load="relxfer.execute.workers.process:Processes",
            options="relxfer.execute.executors:ProcessOptions",
            summary="several cells at a time, in local processes",
        ),
    ]
