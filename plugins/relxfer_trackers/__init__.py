"""Trackers, which log the cells of a run where people compare many runs: TensorBoard, MLflow, Weights & Biases."""

from __future__ import annotations

from collections.abc import Iterable

from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import Observer

relxfer_api_version = 2


@hookimpl
def relxfer_observers() -> Iterable[Observer]:
    return [
        Observer(
            name="tensorboard",
            load="relxfer_trackers.tensorboard:TensorBoard",
            options="relxfer_trackers.options:TensorBoardOptions",
            summary="event files for TensorBoard, one folder for each cell",
        ),
        Observer(
            name="mlflow",
            load="relxfer_trackers.mlflow:MLflow",
            options="relxfer_trackers.options:MLflowOptions",
            summary="runs in an MLflow store, one for each cell below one for the whole",
        ),
        Observer(
            name="wandb",
            load="relxfer_trackers.wandb:WandB",
            options="relxfer_trackers.options:WandBOptions",
            summary="runs of Weights & Biases, one for each cell, in one group",
        ),
    ]
