"""A trained network as a module of torch_geometric with its nodes and edges, for explainers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from relxfer.errors import Incompatible
from relxfer.plugins import in_process
from relxfer.predict import predictions
from relxfer.predict.chosen import ChosenRow, Wanted
from relxfer.results.records import Budget
from relxfer_social import placed
from relxfer_social.architectures.relational_net import Relational
from relxfer_social.architectures.stock_net import NodeScores
from relxfer_social.learner import NodeLearner
from relxfer_social.links.learner import LinkLearner
from relxfer_social.tensors.graph import Graph, dense

if TYPE_CHECKING:
    from torch import Tensor
    from torch_geometric.data import Data


def module(
    run: str | Path,
    *,
    strategy: str | None = None,
    budget: Budget | None = None,
    target: str | None = None,
    seed: int | None = None,
    plugins: Sequence[object] = (),
) -> tuple[NodeScores, Data]:
    """A model of a run as a module, `forward(x, edge_index, edge_weight=None, edge_kinds=None)`, and what to give it.

    The module makes the scores [V, C] that the model has for each node, before calibration. The data are on the
    processor:

    x               [V, F] float: the features as the model sees them, standardised where it does that
    edge_index      [2, E] int: from and to, as messages go; loops come last, in the order of their nodes
    edge_weight     [E] float, where an edge counts other than once: loops that stand several times; else absent
    edge_kinds      [E, K] float, for a model that tells K kinds of edges apart: the weight of each edge as one of a
                    kind, 0 where it is none; else absent
    kinds           names of these kinds
    nodes, columns  names of the nodes, and of the features, where these have names
    answers         names of the columns of the scores

    No label is given out.

    Args:
        run: run directory, the folder of `relxfer refit`, or the file of a model.
        strategy: whose model; default the row to use, the best by validation.
        budget: a number of labels, or "all"; default the largest.
        target: name of the target; default the first.
        seed: the model of one seed; default the first of the row.
        plugins: as for `relxfer.run`.

    Raises:
        Incompatible: the row has no single network that scores nodes.
        UsageError, UnknownName, DataError: as `relxfer.predict.predictions.choose`.
    """
    wanted = Wanted(strategy, target, seed=seed, budget=budget)
    chosen = predictions.choose(Path(run), in_process.load(plugins), wanted).first()
    learner = _learner(chosen)
    network = chosen.domain.inputs
    names = {"nodes": [*network.nodes], "columns": [*learner.model.columns], "answers": [*chosen.domain.task.answers]}
    graph = learner.graph(network)
    tensors = _tensors(graph)
    if isinstance(learner.model.network, Relational):
        kinds = learner.model.network.kinds
        tensors["edge_kinds"], names["kinds"] = _of_kinds(graph, tensors["edge_index"], kinds), [*kinds]
    return NodeScores(learner.model.network), placed.data({**tensors, **names})


def _learner(chosen: ChosenRow) -> NodeLearner:
    learner = chosen.learner
    if not isinstance(learner, NodeLearner) or isinstance(learner, LinkLearner):
        raise Incompatible(
            "a single graph neural network that scores nodes",
            f"{type(learner).__name__} of {chosen.description}",
            "name another row with strategy and target",
        )
    return learner


def _tensors(graph: Graph) -> dict[str, Tensor]:
    """x, edge_index and edge_weight.

    A layer that adds loops takes those that are there for added ones, and puts them last; a mask of edges fits its
    messages only where they stand so, and once each.
    """
    edges = graph.edges.cpu()
    weights = torch.ones(edges.shape[1]) if graph.weights is None else graph.weights.detach().cpu().float()
    loops = edges[0] == edges[1]
    own = torch.bincount(edges[0, loops], weights[loops], graph.count)
    looped = own.nonzero()[:, 0]
    edge_weight = torch.cat([weights[~loops], own[looped].float()])
    made = {
        "x": dense(graph.features).cpu(),
        "edge_index": torch.cat([edges[:, ~loops], looped.expand(2, -1)], 1),
    }
    return made if (edge_weight == 1).all() else {**made, "edge_weight": edge_weight}


def _of_kinds(graph: Graph, edges: Tensor, kinds: Sequence[str]) -> Tensor:
    """[E, K]: the weights of edges [2, E] as edges of each kind."""
    codes = (edges[0] * graph.count + edges[1]).numpy()
    order = np.argsort(codes, kind="stable")  # an edge that stands twice has its kinds once
    made = torch.zeros(len(codes), len(kinds))
    if graph.by_kind is None:
        return made
    held = graph.by_kind.among(edges.numpy())
    for column, kind in enumerate(kinds):
        own = held.of_kind(kind)
        place = order[np.searchsorted(codes, own.edges[0] * graph.count + own.edges[1], sorter=order)]
        weights = np.ones(len(place), np.float32) if own.weights is None else own.weights
        made[:, column].index_add_(0, torch.from_numpy(place), torch.from_numpy(weights))
    return made
