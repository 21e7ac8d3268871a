"""Linear heads that are solved for, and not trained by gradient steps; written into the learner's own head.

What a head minimises is the task's to say, see `Task.heads`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from relxfer_strategies.tuning import optimism

#: Inverse strengths of the penalty that are tried, the strongest first, and the one where too few labels can tell.
STRENGTHS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0)
USUAL = 1.0
#: Parts into which the labels of the budget are cut to choose the strength.
FOLDS = 5
Cuts = Sequence[tuple[np.ndarray, np.ndarray]]


def solve(cell: Cell, kind: str | None) -> None:
    """Give the learner a new head, fitted to its features on all labels of the budget, those for validation included.

    What the heads of the chosen strength say of the labels that they did not learn is handed over, see `Cell.left_out`.

    Args:
        cell: its learner gets the head.
        kind: which of the task's heads; None: its first.

    Raises:
        Incompatible: the task has no such head, or the learner's head is not one linear layer.
    """
    parts = [part for part in (cell.target.train, cell.target.val) if part is not None]
    left = fit_head(cell, kind, *parts)
    if left is not None:
        cell.left_out(Examples.joined(parts, cell.target.inputs), left)


def fit_head(cell: Cell, kind: str | None, *parts: Examples) -> np.ndarray | None:
    """Give the learner a new head, fitted to its features on these labelled examples.

    The strength is chosen by cross-validation over all of them, and the head fitted on all of them.

    Returns scores [n, C] of the examples by heads of this strength that did not learn them; None where none were left
    out. Raises as `solve`.
    """
    learner = cell.learner
    fits = Fits.of(cell.target.task, kind)
    learner.head = head = new_linear(learner)
    labelled = Examples.joined(list(parts), cell.target.inputs)

    def work() -> dict[str, Any]:
        features = np.concatenate([cell.trainer.features(learner, part) for part in parts])
        solved = Scaled(fits, head).solved(features.astype(np.float64), labelled)
        write(head, solved.weight, solved.bias)
        return {"strength": solved.strength} | ({} if solved.left is None else {"left": solved.left})

    left: np.ndarray | None = cell.trainer.once(learner, work).get("left")
    return left


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
    """The fit of a head of a task, see `relxfer.authoring.linear_fits`.

    usual  whether the head minimises the loss of the task, beside the penalty
    """

    task: Task
    fit: Any
    usual: bool = True

    @classmethod
    def of(cls, task: Task, kind: str | None) -> Fits:
        """The head of this name, or the first.

        Raises:
            Incompatible: the task has none.
        """
        first = next(iter(task.heads), None)
        name = kind or first
        if name is None or name not in task.heads:
            raise Incompatible(
                f"a head that can be solved for in {task.kind} ({', '.join(task.heads) or 'none'})",
                repr(name) if name else "none",
                "choose one of these, or train the head by gradient steps (finetune, or feature-extraction without it)",
            )
        return cls(task, load_object(task.heads[name]), name == first)


@dataclass(frozen=True)
class Solved:
    """A head [C, width] and [C].

    strength  inverse strength of its penalty
    left      [n, C]: scores of the labels by heads like it that did not learn them; None where none were left out
    """

    weight: np.ndarray
    bias: np.ndarray
    strength: float = USUAL
    left: np.ndarray | None = None


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

    def fitted(self, features: np.ndarray, answers: Any, strength: float) -> Fitted:
        """Weight [C, width] and bias [C]."""
        learnt = self.fits.task.encoded(answers, self.scale)
        return self.fits.fit(features, learnt, self.head.out_features, strength)

    def solved(self, features: np.ndarray, labelled: Examples) -> Solved:
        """The head of all labels; of classes, with the bias that labels left out in turn say, see `optimism`."""
        answers = np.asarray(labelled.answers)
        strata = self.fits.task.strata(answers)
        cuts = list(_cuts(strata, labelled.group_ids()))
        if not cuts:
            return Solved(*self.fitted(features, answers, USUAL))
        strength, left = self._chosen(features, answers, cuts)
        weight, bias = self.fitted(features, answers, strength)
        if strata is None:
            return Solved(weight, bias, strength, left)
        learnt = features @ weight.T + bias
        shifted = bias + optimism.offsets(learnt, left, strata)
        return Solved(weight, shifted, strength, optimism.without_own(learnt, left, strata, cuts))

    def _chosen(self, features: np.ndarray, answers: np.ndarray, cuts: Cuts) -> tuple[float, np.ndarray]:
        """The strength that is best by what the head minimises, of labels left out, and what it says of them.

        Of equal ones it is the strongest penalty.

        A head that minimises something else is chosen by its merit, and of equal merit by the loss of the task. Merit
        alone is the same for many strengths where labels are few: with ten, all are often right, and so is a head with
        hardly any weights that always answers the most frequent class.
        """
        tried = [(each, self._left(features, answers, each, cuts)) for each in STRENGTHS]
        return max(tried, key=lambda each: self._worth(each[1], answers))

    def _left(self, features: np.ndarray, answers: np.ndarray, strength: float, cuts: Cuts) -> np.ndarray:
        """[n, C] scores of each row by the head of the rows of other folds."""
        made = np.zeros((len(features), self.head.out_features))
        for rows, held in cuts:
            weight, bias = self.fitted(features[rows], answers[rows], strength)
            made[held] = self.fits.task.decoded(features[held] @ weight.T + bias, self.scale)
        return made

    def _worth(self, left: np.ndarray, answers: np.ndarray) -> tuple[float, float]:
        task, scale = self.fits.task, self.scale
        outputs = left if scale is None else (left - scale[0]) / scale[1]
        units = None if scale is None else torch.from_numpy(scale)
        loss = float(task.loss(torch.from_numpy(outputs), torch.from_numpy(answers), units))
        merit = task.merit(task.results({"scores": left, "answers": answers})).mean()
        return (0.0 if self.fits.usual else float(merit)), -loss


def _cuts(strata: np.ndarray | None, groups: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Rows to fit and to hold out, groups ([n] int) whole; none where there are too few to tell.

    Of classes, each fold has its share, and those that it leaves have every class.
    """
    from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, StratifiedKFold

    rows = np.zeros(len(groups))
    if strata is None:
        if len(np.unique(groups)) >= 2 * FOLDS:
            yield from GroupKFold(FOLDS).split(rows, groups=_shuffled(groups))
        return
    classes = np.unique(strata)
    least = min(len(np.unique(groups[strata == each])) for each in classes)
    if len(classes) < 2 or least < 2:
        return
    folds = {"n_splits": min(FOLDS, least), "shuffle": True, "random_state": 0}
    whole = len(np.unique(groups)) < len(groups)
    split = (
        StratifiedGroupKFold(**folds).split(rows, strata, groups)
        if whole
        else (StratifiedKFold(**folds).split(rows, strata))
    )
    made = list(split)
    if all(len(np.unique(strata[fitted])) == len(classes) for fitted, _ in made):
        yield from made


def _shuffled(groups: np.ndarray) -> np.ndarray:
    """The groups under random numbers: folds take those of one size in the order of their numbers."""
    _, each = np.unique(groups, return_inverse=True)
    return np.random.default_rng(0).permutation(int(each.max()) + 1)[each.reshape(-1)]
