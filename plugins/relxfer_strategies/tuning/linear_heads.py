"""Linear heads that are solved for, and not trained by gradient steps; written into the learner's own head.

What a head minimises is the task's to say, see `Task.heads`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from relxfer.authoring.linear_fits import Fitted
from relxfer.contract.data import Examples
from relxfer.contract.strategies import Cell
from relxfer.contract.tasks import Task
from relxfer.errors import Incompatible
from relxfer.plugins.finder import load_object

#: Inverse strengths of the penalty that are tried, the strongest first, and the one where too few labels can tell.
STRENGTHS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0)
USUAL = 1.0
#: Parts into which the labels of the budget are cut to choose the strength.
FOLDS = 5


def solve(cell: Cell, kind: str | None) -> None:
    """Give the learner a new head, fitted to its features on the target's labels.

    The strength is chosen by cross-validation over all labels of the budget, and the head fitted on all of them.

    Args:
        cell: its learner gets the head.
        kind: which of the task's heads; None: its first.

    Raises:
        Incompatible: the task has no such head, or the learner's head is not one linear layer.
    """
    learner = cell.learner
    fits = Fits.of(cell.target.task, kind)
    learner.head = head = new_linear(learner)

    def work() -> dict[str, Any]:
        parts = [_labelled(cell, examples) for examples in (cell.target.train, cell.target.val) if examples is not None]
        features, answers = (np.concatenate(both) for both in zip(*parts, strict=True))
        scaled = Scaled(fits, head)
        strength = scaled.strength(features, answers)
        write(head, *scaled.fitted(features, answers, strength))
        return {"strength": strength}

    cell.trainer.once(learner, work)


def new_linear(learner: Any) -> nn.Linear:
    """An untrained head; `Incompatible` where it is not one linear layer on the features."""
    head = learner.new_head()
    if not isinstance(head, nn.Linear) or head.in_features != learner.width or head.bias is None:
        raise Incompatible(
            f"a model whose head is one linear layer on its {learner.width} features",
            type(head).__name__,
            "choose another model, or a head that is trained by gradient steps",
        )
    return head


def write(head: nn.Linear, weight: np.ndarray, bias: np.ndarray) -> None:
    """Set weight [answers, width] and bias [answers]."""
    with torch.no_grad():
        head.weight.copy_(torch.from_numpy(weight))
        head.bias.copy_(torch.from_numpy(bias))


@dataclass(frozen=True)
class Fits:
    """The fit of a head of a task, see `relxfer.authoring.linear_fits`."""

    task: Task
    fit: Any

    @classmethod
    def of(cls, task: Task, kind: str | None) -> Fits:
        """The head of this name, or the first.

        Raises:
            Incompatible: the task has none.
        """
        name = kind or next(iter(task.heads), None)
        if name is None or name not in task.heads:
            raise Incompatible(
                f"a head that can be solved for in {task.kind} ({', '.join(task.heads) or 'none'})",
                repr(name) if name else "none",
                "choose one of these, or train the head by gradient steps (finetune, or feature-extraction without it)",
            )
        return cls(task, load_object(task.heads[name]))


@dataclass(frozen=True)
class Scaled:
    """The fit of a head whose outputs have its own units."""

    fits: Fits
    head: nn.Linear

    @property
    def scale(self) -> np.ndarray | None:
        """[2, C], see `Task.scale`."""
        kept = getattr(self.head, "scale", None)
        return None if kept is None else kept.cpu().numpy().astype(np.float64)

    def fitted(self, features: np.ndarray, answers: np.ndarray, strength: float) -> Fitted:
        """Weight [C, width] and bias [C]."""
        learnt = self.fits.task.encoded(answers, self.scale)
        return self.fits.fit(features.astype(np.float64), learnt, self.head.out_features, strength)

    def strength(self, features: np.ndarray, answers: np.ndarray) -> float:
        """Of the highest merit in cross-validation; of equal ones the strongest penalty."""
        cuts = list(_cuts(self.fits.task.strata(answers), len(answers)))
        if not cuts:
            return USUAL
        return max(STRENGTHS, key=lambda each: np.mean([self._merit(features, answers, each, *cut) for cut in cuts]))

    def _merit(
        self, features: np.ndarray, answers: np.ndarray, strength: float, rows: np.ndarray, held: np.ndarray
    ) -> float:
        """On the rows `held`, of the head of the other rows."""
        task = self.fits.task
        weight, bias = self.fitted(features[rows], answers[rows], strength)
        scores = task.decoded(features[held] @ weight.T + bias, self.scale)
        return float(task.merit(task.results({"scores": scores, "answers": answers[held]})).mean())


def _cuts(strata: np.ndarray | None, count: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Rows to fit and to hold out; none where there are too few to tell. Of classes, each fold has its share."""
    from sklearn.model_selection import KFold, StratifiedKFold

    if strata is None:
        if count >= 2 * FOLDS:
            yield from KFold(FOLDS, shuffle=True, random_state=0).split(np.zeros(count))
        return
    counts = np.unique(strata, return_counts=True)[1]
    if len(counts) > 1 and counts.min() > 1:
        folds = StratifiedKFold(min(FOLDS, int(counts.min())), shuffle=True, random_state=0)
        yield from folds.split(np.zeros(count), strata)


def _labelled(cell: Cell, examples: Examples) -> tuple[np.ndarray, np.ndarray]:
    """Features [n, width] and answers [n, ...]."""
    assert examples.answers is not None
    return cell.trainer.features(cell.learner, examples), examples.answers
