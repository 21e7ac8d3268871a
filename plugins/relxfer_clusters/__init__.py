"""Executors that run cells with joblib, on a Ray cluster and under Slurm."""

from __future__ import annotations

from collections.abc import Iterable

from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import Executor

relxfer_api_version = 2


@hookimpl
def relxfer_executors() -> Iterable[Executor]:
    return [
        Executor(
            name="joblib",
            load="relxfer_clusters.joblib_tasks:Joblib",
            options="relxfer_clusters.options:JoblibOptions",
            summary="several cells at a time, by a backend of joblib",
        ),
        Executor(
            name="ray",
            load="relxfer_clusters.ray_actors:Ray",
            options="relxfer_clusters.options:RayOptions",
            summary="on a Ray cluster, or on one that is started here",
        ),
        Executor(
            name="slurm",
            load="relxfer_clusters.slurm_arrays:Slurm",
            options="relxfer_clusters.options:SlurmOptions",
            summary="as arrays of Slurm jobs, which go on after a requeue",
        ),
    ]
