"""Attention learnt on sources: labels are drawn, other nodes predicted from them, and the predictions weighted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from relxfer.contract.data import Examples
from relxfer.contract.strategies import Cell
from relxfer.errors import Incompatible
from relxfer_social.features.node_features import features_of, shared
from relxfer_social.strategies.filter_regression import predicted, solve
from relxfer_social.tensors.graph import graph_of

#: Draws of labels on each source; labels of a class in a draw, least and most; other nodes that are predicted.
DRAWS, LABELS, ASKED = 16, (3, 20), 512


@dataclass
class AttentionLearner:
    """What the trainer needs of a learner: attention is the module, and a batch is of predictions."""

    module: nn.Module

    def batch(self, examples: Examples, rows: np.ndarray, rng: np.random.Generator) -> tuple[nn.Module, Tensor, Tensor]:
        """The module, values [b, 5 · C] and labels [b]."""
        assert examples.answers is not None
        device = next(self.module.parameters()).device
        values, labels = examples.inputs[rows], examples.answers[rows]
        return self.module, torch.from_numpy(values).to(device), torch.from_numpy(labels).to(device)


def attend(step: Any, batch: tuple[nn.Module, Tensor, Tensor]) -> Tensor:
    """mean over nodes of |sum_k a_k y_k - y|^2, y the targets of the regressions."""
    attention, values, labels = batch
    scores = attention(values)
    true = F.one_hot(labels, scores.shape[1]) - 1 / scores.shape[1]
    return (scores - true).square().sum(1).mean()


def drawn_predictions(cell: Cell) -> dict[str, Any]:
    """Values [n, 5 · C] and labels [n] of every source, by its number; the draws are from torch's random numbers."""
    rng = np.random.default_rng(int(torch.randint(2**31, ())))
    drawn: dict[str, Any] = {}
    for number, source in enumerate(cell.sources):
        options, network = cell.learner.options, source.inputs
        # in its own columns: nothing but the attention is carried over
        graph = graph_of(network, features_of(network, shared(options))[0], options.undirected)
        draws = [_draw(graph, source.train, len(source.task.answers), rng) for _ in range(DRAWS)]
        drawn[f"values {number}"], drawn[f"labels {number}"] = (np.concatenate(d) for d in zip(*draws, strict=True))
    return drawn


def _draw(graph: Any, labelled: Any, classes: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    most, order = int(rng.integers(LABELS[0], LABELS[1] + 1)), rng.permutation(len(labelled))
    places = [order[labelled.answers[order] == number] for number in range(classes)]
    own = np.concatenate([place[: min(most, len(place) // 2)] for place in places])
    if not len(own):
        raise Incompatible("a source with several labels of a class", f"{len(labelled)} in all", "name another source")
    asked = rng.permutation(np.setdiff1d(order, own))[:ASKED]
    weights, _ = solve(graph, labelled.queries[own], labelled.answers[own], classes)
    values = predicted(graph, weights, labelled.queries[asked])
    return values.reshape(len(asked), -1).astype(np.float32), labelled.answers[asked]
