"""Options of the executors, apart so that listing them imports no cluster's library."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from relxfer.contract.only_with import OnlyWith
from relxfer.contract.options import Options, UserOnly

#: A device of torch.
Device = Annotated[str, Field(pattern=r"^(cpu|cuda(:\d+)?)$")]
_ON_SLURM = OnlyWith(cluster="slurm")


class RayOptions(Options):
    """Options of `ray`."""

    jobs: PositiveInt = 2
    """Number of cells that run at a time, each in a worker of its own, if the cluster has room for so many."""
    address: Annotated[str | None, UserOnly] = None
    """Address of a cluster that is there, such as `auto` or `ray://head:10001`; unset: `RAY_ADDRESS`, or a new one on
    this machine."""
    cpus: PositiveInt = 1
    """Cores of a worker, which are the threads of a cell."""
    gpus: NonNegativeFloat | None = None
    """GPUs of a worker, which sees no other; unset: 1 where the cluster has any."""
    collect: bool = False
    """Experimental: whether workers do not see the run directory; files then travel with each cell and its result."""


class JoblibOptions(Options):
    """Options of `joblib`."""

    jobs: PositiveInt = 2
    """Number of cells that run at a time."""
    backend: str = "loky"
    """Backend that is registered with joblib, such as `loky` or `dask`."""
    backend_options: Annotated[dict[str, Any], UserOnly] = {}
    """Options of the backend, which it explains itself."""
    devices: list[Device] = []
    """Devices, such as `["cuda:0", "cuda:1"]`, of which each worker takes one for itself."""
    collect: bool = False
    """Experimental: whether workers do not see the run directory; files then travel with each cell and its result."""


class SlurmOptions(Options):
    """Options of `slurm`."""

    jobs: PositiveInt = 4
    """Number of tasks of an array that run at a time (`%` of --array)."""
    cells_per_job: PositiveInt | None = None
    """Number of cells that a task of the array runs one after the other; unset: all of them divided by `jobs`."""
    cluster: Literal["slurm", "local"] = "slurm"
    """`local`: processes of this machine in place of Slurm, to try a configuration out."""
    folder: Annotated[str | None, UserOnly] = None
    """Folder for what passes between tasks and the run, and for logs; every node must see it. Unset: below the
    user's cache."""
    time_min: PositiveInt = 60
    """Minutes after which Slurm ends a task; one that is not done by then is saved, requeued and goes on."""
    signal_delay_s: Annotated[PositiveInt, _ON_SLURM] = 90
    """Seconds before its end at which a task begins to save."""
    cpus: PositiveInt = 1
    """Cores of a task (--cpus-per-task), which are the threads of a cell."""
    gpus: NonNegativeInt = 0
    """GPUs of a task (--gpus-per-node), which sees no other."""
    mem_gb: Annotated[PositiveFloat | None, _ON_SLURM] = None
    """Gigabytes of memory of a task; unset: what the partition gives."""
    partition: Annotated[str | None, _ON_SLURM] = None
    """Partition; unset: the default one."""
    account: Annotated[str | None, _ON_SLURM] = None
    """Account that is charged."""
    sbatch: Annotated[dict[str, Any], _ON_SLURM, UserOnly] = {}
    """Further parameters of sbatch, such as `{constraint = "a100", qos = "low"}`."""
    setup: Annotated[list[str], UserOnly] = []
    """Lines of shell that a task runs first, such as `["module load cuda"]`."""
