"""Predictors of links that learn nothing: they count in the observed network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp

from relxfer.contract.data import Domain, Examples
from relxfer.contract.strategies import Trainer
from relxfer.errors import Incompatible
from relxfer_social.features.common_neighbours import adamic_adar, common, linked, resource_allocation


class Heuristic:
    """A model that is all in the observed network; the same object is its learner."""

    heuristic = True

    def __init__(self, options: Any, arrays: Mapping[str, np.ndarray] | None = None, card: dict | None = None):
        self.options = options

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        return {}, {}

    def bound(self, target: Domain | None) -> Heuristic:
        """`Incompatible` where the target does not ask for links."""
        if target is not None and target.task.kind != "link-prediction":
            raise Incompatible("pairs of nodes to score", f"the nodes of '{target.name}'", 'use task = "links"')
        return self

    def learn(self, examples: Sequence[Examples], trainer: Trainer) -> None:
        """Nothing: the counts are in the inputs of each question."""

    def export(self) -> Heuristic:
        return self

    def predict(self, examples: Examples) -> Iterator[np.ndarray]:
        """[n, 2]: 0, and the score of being linked."""
        links = linked(examples.inputs)
        scores = self.scores(links, np.asarray(links.sum(1)).ravel(), examples.queries)
        yield np.stack([np.zeros_like(scores), scores], 1).astype(np.float32)

    def scores(self, links: sp.csr_matrix, degree: np.ndarray, pairs: np.ndarray) -> np.ndarray:
        """[n] of pairs of nodes [n, 2]; links [V, V] of 0 and 1, symmetric."""
        return common(links, pairs, self.weight(degree))

    def weight(self, degree: np.ndarray) -> np.ndarray:
        """[V]: what a common neighbour counts."""
        return np.ones_like(degree)


class AdamicAdar(Heuristic):
    """Sum over common neighbours of 1 / log(degree) (Adamic and Adar 2003)."""

    def weight(self, degree: np.ndarray) -> np.ndarray:
        return adamic_adar(degree)


class ResourceAllocation(Heuristic):
    """Sum over common neighbours of 1 / degree (Zhou et al. 2009)."""

    def weight(self, degree: np.ndarray) -> np.ndarray:
        return resource_allocation(degree)


class PreferentialAttachment(Heuristic):
    """Product of the degrees (Barabasi and Albert 1999)."""

    def scores(self, links: sp.csr_matrix, degree: np.ndarray, pairs: np.ndarray) -> np.ndarray:
        return degree[pairs].prod(1)
