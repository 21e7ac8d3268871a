"""The model, the learner and the adapter of `relxfer.testing.blobs`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from relxfer.authoring import tasks
from relxfer.authoring.torch_learner import TaskLearner, arrays_of, load_arrays
from relxfer.contract.data import Domain, Examples
from relxfer.contract.tasks import Task
from relxfer.judge.metrics.classification import Classification

WIDTH = 8


class Stem(nn.Sequential):
    """The first layer. The contract tests count its calls, each of which is one forward pass of the network."""

    def __init__(self) -> None:
        super().__init__(nn.Linear(2, WIDTH), nn.BatchNorm1d(WIDTH), nn.ReLU(), nn.Dropout(0.1))


class BlobsModel:
    """A network of stem, body and head; its card has the number of outputs, and the kind of task if it is another."""

    def __init__(
        self, options: Any, arrays: Mapping[str, np.ndarray] | None = None, card: dict[str, Any] | None = None
    ):
        body = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.ReLU())
        head = nn.Linear(WIDTH, (card or {}).get("classes", 3))
        self.kind = (card or {}).get("kind", "classification")
        self.network = nn.ModuleDict({"stem": Stem(), "body": body, "head": head})
        if arrays is not None:
            load_arrays(self.network, dict(arrays))

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        card = {"classes": self.network["head"].out_features}
        return arrays_of(self.network), card if self.kind == "classification" else {**card, "kind": self.kind}


@dataclass(frozen=True)
class Batch:
    """A batch of B points.

    points  [B, 2]
    labels  [B], or None
    rows    [B], of the examples
    """

    points: Tensor
    labels: Tensor | None
    rows: np.ndarray

    def __len__(self) -> int:
        return len(self.points)


class BlobsLearner(TaskLearner):
    """Learns any kind of task on points; training batches are augmented with a little noise."""

    module: nn.ModuleDict

    def __init__(self, model: BlobsModel, task: Task | None = None, labels: np.ndarray | None = None):
        """Without a task, that of the three classes."""
        super().__init__(model, task or Classification(("red", "green", "blue")), labels)

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def head(self) -> nn.Module:
        return self.model.network["head"]

    @head.setter
    def head(self, head: nn.Module) -> None:
        self.model.network["head"] = head

    def new_head(self) -> nn.Module:
        return self.scaled(nn.Linear(WIDTH, self.task.width)).to(self.device)

    def parts(self) -> list[tuple[str, nn.Module]]:
        return list(self.module.items())

    def batch(self, examples: Examples, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        asked = examples.take(rows)
        points, labels = torch.from_numpy(asked.inputs[asked.queries]), None
        if asked.answers is not None:
            points = points + torch.from_numpy(rng.normal(0, 0.05, points.shape).astype(np.float32))
            labels = torch.from_numpy(asked.answers).to(self.device)
        return Batch(points.to(self.device), labels, rows)

    def view(self, batch: Batch, corrupt: bool) -> Batch:
        """The points with noise; if corrupted, with each coordinate taken from another point of the batch."""
        if not corrupt:
            return replace(batch, points=batch.points + 0.1 * torch.randn_like(batch.points))
        columns = [column[torch.randperm(len(batch))] for column in batch.points.T]
        return replace(batch, points=torch.stack(columns, 1))

    def tensor(self, batch: Batch) -> Tensor:
        return batch.points

    def mixed(self, batch: Batch, other: Batch, share: float) -> Batch:
        return replace(batch, points=share * batch.points + (1 - share) * other.points)

    def features(self, batch: Batch) -> Tensor:
        return self.module["body"](self.module["stem"](batch.points))


class BlobsAdapter:
    """Attaches the network to points."""

    def __init__(self, options: Any):
        self.options = options

    def attach(self, model: BlobsModel, target: Domain | None, sources: Sequence[Domain]) -> BlobsLearner:
        task = tasks.learnt(Task(model.kind), target, sources)
        learner = BlobsLearner(model, task, tasks.labels(target, sources))
        same = task.width == model.network["head"].out_features and (task.kind == model.kind or task.classes)
        if task.answers and not same:
            learner.head, model.kind = learner.new_head(), task.kind
        return learner
