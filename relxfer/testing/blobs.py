"""A plugin with tiny data: three classes of points in the plane, and the same classes rotated and shifted.

The same points also have numbers and labels, for tasks of other kinds.

It is not installed; pass it to a run: `relxfer.run(config, plugins=[blobs])`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import NonNegativeInt, PositiveInt

from relxfer.contract.data import Domain, Examples
from relxfer.contract.hooks import hookimpl
from relxfer.contract.options import Options
from relxfer.contract.records import Dataset, SourceModel, TargetAdapter
from relxfer.contract.tasks import Task
from relxfer.judge.metrics.classification import Classification
from relxfer.judge.metrics.multi_label import MultiLabel
from relxfer.judge.metrics.regression import Regression
from relxfer.seeding import generator

relxfer_api_version = 2

#: How the target differs from the source: it is rotated by 40 degrees, then shifted.
ROTATION, SHIFT = np.deg2rad(40.0), np.array([1.0, -0.5])


class BlobsOptions(Options):
    """Options of `blobs-source` and `blobs-target`."""

    train: PositiveInt = 36
    """Number of training points; there are a third as many for validation, and two thirds as many for the test."""
    answers: tuple[str, str, str] = ("red", "green", "blue")
    """Names of the classes; other names make another task."""
    unlabelled: bool = True
    """Whether all points are also available without their classes."""
    open: bool = False
    """Whether the task declares its answers open, so that there are no fixed classes."""
    task: Literal["classification", "regression", "multi-label"] = "classification"
    """The class of a point; its two coordinates before rotation and shift, times 10; or which of three directions it
    lies in, of which it may have two or none."""
    shuffle_test: NonNegativeInt = 0
    """Seed with which the answers of the test are permuted; 0 leaves them as they are."""


def load_source(options: BlobsOptions, files: Mapping[str, Path]) -> Domain:
    """The source: three classes of points.

    >>> domain = load_source(BlobsOptions(), {})
    >>> len(domain.train), len(domain.val), len(domain.test), domain.inputs.shape
    (36, 12, 24, (72, 2))
    """
    return _domain("blobs-source", options, 0.0, np.zeros(2))


def load_target(options: BlobsOptions, files: Mapping[str, Path]) -> Domain:
    """The target: the same classes, rotated and shifted."""
    return _domain("blobs-target", options, ROTATION, SHIFT)


def _domain(name: str, options: BlobsOptions, rotation: float, shift: np.ndarray) -> Domain:
    rng, count = generator(name), 2 * options.train
    answers = rng.integers(0, 3, count)
    angle = answers * 2 * np.pi / 3 + rotation
    centres = 1.5 * np.stack([np.cos(angle), np.sin(angle)], 1)
    points = (centres + rng.normal(0, 0.7, (count, 2)) + shift).astype(np.float32)
    task, answers = _asked(options, answers, points - shift, rotation)
    whole = Examples(points, np.arange(count), answers)
    train, val, test = np.split(np.arange(count), [options.train, options.train + options.train // 3])
    return Domain(
        name=name,
        task=task,
        inputs=points,
        sha=hashlib.sha256(points.tobytes()).hexdigest(),
        train=whole.take(train),
        val=whole.take(val),
        unlabelled=whole if options.unlabelled else None,
        test=_shuffled(whole.take(test), options.shuffle_test),
    )


def _asked(options: BlobsOptions, classes: np.ndarray, points: np.ndarray, turn: float) -> tuple[Task, np.ndarray]:
    """The task, and its answers for points around the origin."""
    if options.task == "classification":
        return Classification(options.answers, open=options.open), classes
    back = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    unturned = points.astype(float) @ back
    if options.task == "regression":
        return Regression(options.answers[:2]), 10 * unturned
    angles = np.arange(3) * 2 * np.pi / 3
    along = unturned @ np.stack([np.cos(angles), np.sin(angles)])
    return MultiLabel(options.answers), (along > -0.5).astype(np.int64)


def _shuffled(test: Examples, seed: int) -> Examples:
    if not seed or test.answers is None:
        return test
    return Examples(test.inputs, test.queries, generator("shuffle", seed).permutation(test.answers))


@hookimpl
def relxfer_datasets() -> Iterable[Dataset]:
    return [
        Dataset(
            name=name,
            load=f"relxfer.testing.blobs:{load}",
            options="relxfer.testing.blobs:BlobsOptions",
            content="blobs.points",
            licence="CC0-1.0",
            summary=summary,
        )
        for name, load, summary in (
            ("blobs-source", "load_source", "three classes of points in the plane"),
            ("blobs-target", "load_target", "the same, rotated and shifted"),
        )
    ]


@hookimpl
def relxfer_source_models() -> Iterable[SourceModel]:
    return [
        SourceModel(
            name="blobs-mlp",
            load="relxfer.testing.blobs_net:BlobsModel",
            reads=("blobs.points",),
            offers=("gradients", "features", "views", "reconstruction", "mixing"),
            summary="two hidden layers, one of them with batch normalisation",
        ),
        SourceModel(
            name="blobs-closed",
            load="relxfer.testing.blobs_net:BlobsModel",
            reads=("blobs.points",),
            summary="the same network, offering nothing: for refusals",
        ),
    ]


@hookimpl
def relxfer_target_adapters() -> Iterable[TargetAdapter]:
    return [
        TargetAdapter(
            name="blobs",
            load="relxfer.testing.blobs_net:BlobsAdapter",
            reads=("blobs.points",),
            model="blobs-mlp",
            summary="classes, numbers and labels of points",
        )
    ]
