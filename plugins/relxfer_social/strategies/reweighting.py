"""Structure reweighting: source edges count as the target links classes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, PositiveInt

from relxfer.contract.options import Options
from relxfer.contract.strategies import Cell
from relxfer.errors import Incompatible
from relxfer_social.domain import has_classes
from relxfer_social.strategies.linked_classes import LinkedClasses


class ReweightingOptions(Options):
    """How often weights are estimated, and how much the estimates count."""

    rounds: PositiveInt = 1
    """How many times weights are estimated, each time before an equal share of the steps with a schedule of its own."""
    estimate_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """The weight of an edge, or of a class, is estimate_share · its estimate + 1 - estimate_share; above 0, up to 1."""


class PairAlignOptions(ReweightingOptions):
    """What is weighted, beside how."""

    align: Literal["both", "structure", "labels"] = "both"
    """Edges, the loss of nodes by their class, or both."""


class StruRW:
    """w(u, v) = B_T[y_u, y_v] / B_S[y_u, y_v], B the probability that nodes of two classes are linked (Liu et al.
    2023, "Structural re-weighting improves graph domain adaptation"). Both are of predicted classes: where a model is
    unsure, classes seem linked at random, so that two equal networks would differ if the source's were of its labels.

    The source model is trained on with its edges so weighted, and applied to the target as it is.
    """

    def __init__(self, options: ReweightingOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        import torch

        options, learner = self.options, cell.learner
        if not has_classes(cell.target):
            raise Incompatible("nodes with classes", cell.target.task.kind, "choose another strategy, such as finetune")
        for _ in range(options.rounds):
            estimated = cell.trainer.once(learner, lambda: self.estimate(cell))
            for source, weights in zip(cell.sources, _split(estimated["edges"], cell), strict=True):
                learner.reweigh(source.inputs, torch.from_numpy(_followed(weights, options.estimate_share)))
            cell.trainer.fit(
                learner,
                _loss(learner, _followed(estimated["classes"], options.estimate_share)),
                *[source.train for source in cell.sources],
                share=1 / options.rounds,
                turns=True,
            )
        return learner

    def estimate(self, cell: Cell) -> dict[str, Any]:
        """Weights of the edges of all sources one after the other, and of classes (none here)."""
        target = LinkedClasses(cell.target.inputs, probabilities(cell, cell.target))
        weights = []
        for source in cell.sources:
            seen = LinkedClasses(source.inputs, probabilities(cell, source))
            own = LinkedClasses(source.inputs, given(cell, source))
            weights.append(own.weights(target.shares() / np.maximum(seen.shares(), 1e-12)))
        return {"edges": np.concatenate(weights), "classes": np.ones(0)}


class PairAlign(StruRW):
    """Weights that solve for the target's linked classes although predictions are wrong as often as on the source, and
    weights of the classes alike (Liu et al. 2024, "Pairwise alignment improves graph domain adaptation").

    With C the joint frequencies on source edges of (predicted pair, true pair) and t the target's of predicted pairs:
    w = argmin |C w - t|^2, w >= 0, near 1; an edge into v counts w[y_u, y_v] / w[y_v], so that it is conditioned on v:
    w[y_v] is the mean of w[., y_v] over the source's edges into that class.
    """

    options: PairAlignOptions

    def estimate(self, cell: Cell) -> dict[str, Any]:
        from relxfer_social.estimation.class_weights import class_weights, conditioned, pair_weights

        align, seen = self.options.align, probabilities(cell, cell.target)
        edges, classes = [], []
        for source in cell.sources:
            true, guess = given(cell, source), probabilities(cell, source)
            if align == "labels":
                edges.append(np.ones(source.inputs.edges.shape[1]))
            else:
                pairs = pair_weights(source.inputs, true, guess, cell.target.inputs, seen)
                own = LinkedClasses(source.inputs, true)
                edges.append(own.weights(conditioned(pairs, own.counts())))
            classes.append(np.ones(0) if align == "structure" else class_weights(true, guess, seen))
        return {"edges": np.concatenate(edges), "classes": np.mean(classes, axis=0)}


def probabilities(cell: Cell, domain: Any) -> np.ndarray:
    """[V, C]: softmax of the scores of every node."""
    from relxfer.contract.data import Examples

    nodes = Examples(domain.inputs, np.arange(len(domain.inputs), dtype=np.int64))
    scores = np.concatenate(list(cell.learner.predict(nodes))).astype(np.float64)
    powers = np.exp(scores - scores.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def given(cell: Cell, source: Any) -> np.ndarray:
    """[V, C]: 1 at the label of a node; its predicted probabilities where it has none."""
    shares = probabilities(cell, source)
    shares[source.train.queries] = np.eye(shares.shape[1])[source.train.answers]
    return shares


def _split(weights: np.ndarray, cell: Cell) -> list[np.ndarray]:
    sizes = [source.inputs.edges.shape[1] for source in cell.sources]
    return np.split(weights, np.cumsum(sizes)[:-1])


def _followed(weights: np.ndarray, share: float) -> np.ndarray:
    return (share * weights + 1 - share).astype(np.float32)


def _loss(learner: Any, classes: np.ndarray) -> Any:
    """The task's loss; where classes have weights, the mean over the batch of weight · loss, with those of
    `training.balance` as further factors."""
    import torch
    import torch.nn.functional as F

    def weighted(step: Any, batch: Any) -> Any:
        balanced = learner.class_weights or {}
        own = [weight * balanced.get(place, 1.0) for place, weight in enumerate(classes.tolist())]
        factors = torch.tensor(own, device=batch.labels.device)
        each = F.cross_entropy(learner.scores(batch), batch.labels, reduction="none")
        return (factors[batch.labels] * each).mean()

    return weighted if len(classes) else lambda step, batch: learner.loss(batch)
