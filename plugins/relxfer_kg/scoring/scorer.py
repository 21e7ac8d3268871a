"""Scores of every entity for many queries, each computed only where it differs from its background."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, cast

import numpy as np
import torch

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.graph.quotient import Quotient, quotient
from relxfer_kg.kernels.kernel_ball import ball_sizes, list_balls, spread
from relxfer_kg.kernels.team import Team
from relxfer_kg.scoring.background import Backgrounds, Workspace, network_of
from relxfer_kg.scoring.ball import Balls, room
from relxfer_kg.scoring.propagation import propagated
from relxfer_kg.scoring.relation_states import RelationStates
from relxfer_kg.ultra.network import EntityLayer, Ultra, check_queries

#: Bytes of background states held at a time, and of the rows and scores of balls.
_BACKGROUND_BYTES, _BALL_BYTES = 64 * 2**20, 16 * 2**20


class Local(NamedTuple):
    """For each query the entities of its last ball and their scores, as compressed rows, in no order inside a row.

    indptr    int64 [n + 1]
    entities  int32 [indptr[n]]
    scores    float32 [indptr[n]]
    """

    indptr: np.ndarray
    entities: np.ndarray
    scores: np.ndarray

    def take(self, which: np.ndarray) -> Local:
        """Some of the rows, in the order asked for."""
        counts = np.diff(self.indptr)[which]
        indptr = np.append(0, np.cumsum(counts))
        kept = np.arange(indptr[-1]) + np.repeat(self.indptr[which] - indptr[:-1], counts)
        return Local(indptr, self.entities[kept], self.scores[kept])


class _Block(NamedTuple):
    """Queries `start:stop` of the sorted ones, answered: scores [b, K + 1] of the rows of their balls."""

    start: int
    stop: int
    asked: np.ndarray
    ground: np.ndarray
    balls: Balls
    scores: np.ndarray


class Scorer:
    """Exact locality: a message travels one hop per layer, and a query enters the network at its source only.

    After layer l every entity further than l hops from the source therefore holds the state that it would hold
    without any source, given the query relation: the *background*. It is computed once per relation; a query then
    recomputes its l-hop ball in layer l, and takes everything else, scores included, from the background. Nothing is
    approximated unless asked for. Twins, entities that receive the same messages, are computed once (see `Quotient`).

    With `subgraph` each query is answered within a ball of at most so many rows, chosen by personalised PageRank (see
    `Balls.around`), and everything else holds the background: an approximation, except where the ball fits.

    The relation network runs likewise on the relation graph (see `RelationStates`).

    Which queries are asked together, and on how many threads, changes scores by rounding only: of a relation asked
    alone and beside others, torch rounds the projections in its own way. Equal bits are not promised.

    Args:
        module: the plain network in float32 on the CPU. Its weights are read here: a scorer does not follow later
            training.
        graph: the facts.
        weight: [2n], per edge in the order of ``graph.edges``; None means ones.
        subgraph: entities of a ball, the source and one for each class of twins; None means exactly.

    Raises:
        ValueError: `subgraph` is below 1.

    Shapes: V entities, R = 2 x direct relations; a query is (entity, relation id in 0..R - 1).

    >>> import torch
    >>> graph = KnowledgeGraph(("ann", "bob", "eve"), ("knows",), np.array([[0, 0, 1], [1, 0, 2]]))
    >>> module = Ultra(dim=8)
    >>> scores = Scorer(module, graph).scores(np.array([[0, 0], [2, 1]]))
    >>> bool(np.allclose(scores, module(graph, torch.tensor([[0, 0], [2, 1]])).detach(), atol=1e-5))
    True
    """

    def __init__(
        self, module: Ultra, graph: KnowledgeGraph, weight: np.ndarray | None = None, subgraph: int | None = None
    ) -> None:
        if subgraph is not None and subgraph < 1:
            raise ValueError(f"Expected subgraph of at least 1 entity, the source (got {subgraph})")
        self.module, self.graph, self.subgraph = module, graph, subgraph
        self.classes: Quotient = graph.classes if weight is None else quotient(graph.adjacency, weight)
        self.network = network_of(cast("list[EntityLayer]", list(module.entity_model.layers)), module.head)
        self.relations = RelationStates(module, graph)
        self.layers = len(self.network.epsilon)
        self.width = len(self.network.bias) // self.layers
        self._workspace = Workspace()
        self._held: tuple[np.ndarray, Backgrounds] | None = None

    def scores(self, queries: np.ndarray) -> np.ndarray:
        """Logits of every entity, float32 [n, V].

        Raises:
            ValueError: queries are malformed or out of range.
        """
        distinct, inverse = self._sorted(queries)
        return self._spread(distinct)[inverse]

    def blocks(self, queries: np.ndarray, size: int, piece: int) -> Iterator[np.ndarray]:
        """The same in blocks [b, V] in the order of the queries, `size` distinct ones held, `piece` given at a time."""
        for start in range(0, len(queries), size):
            distinct, inverse = self._sorted(queries[start : start + size])
            scores = self._spread(distinct)
            for first in range(0, len(inverse), piece):
                yield scores[inverse[first : first + piece]]

    def local(self, queries: np.ndarray) -> Local:
        """Of each query the last ball: everything outside it scores as `background` says.

        Raises:
            ValueError: queries are malformed or out of range.
        """
        distinct, inverse = self._sorted(queries)
        parts: list[Local] = []
        with _team() as team:
            for block in self._blocks(distinct, team):
                balls = block.balls
                sizes = ball_sizes(block.asked, self.classes, balls.rows, balls.hops, balls.twin)
                indptr = np.append(0, np.cumsum(sizes))
                part = Local(indptr, np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.float32))
                team.run(
                    list_balls, len(block.asked), block.asked, self.classes, balls.rows, balls.hops,
                    block.scores, *part,
                )  # fmt: skip
                parts.append(part)
        return _joined(parts).take(inverse)

    def background(self, relation: int) -> np.ndarray:
        """Scores [V] of a query of this relation, in 0..R - 1, whose source is out of everybody's reach.

        Raises:
            ValueError: the relation is out of range.
        """
        direct = len(self.graph.relations)
        check_queries(self.graph, np.array([[0, relation]]))
        with _team() as team:
            ground = self._backgrounds(np.array([relation % direct]), team)
        return ground.scores[0, relation // direct][self.classes.of]

    def _sorted(self, queries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Distinct queries by direct relation, then direction and entity, and the place of each query in them."""
        check_queries(self.graph, queries)
        direct = len(self.graph.relations)
        entity, relation = queries.T.astype(np.int64)
        key = ((relation % direct) * 2 + relation // direct) * self.graph.num_entities + entity
        keys, inverse = np.unique(key, return_inverse=True)
        pair, entity = np.divmod(keys, self.graph.num_entities)
        return np.stack([entity, pair // 2, pair % 2], 1), inverse.reshape(-1)

    def _spread(self, distinct: np.ndarray) -> np.ndarray:
        out = np.empty((len(distinct), self.graph.num_entities), np.float32)
        with _team() as team:
            for block in self._blocks(distinct, team):
                balls, ground = block.balls, block.ground[:, :, self.classes.of]
                team.run(
                    spread, len(block.asked), block.asked, self.classes, ground, balls.rows, balls.hops,
                    block.scores, out[block.start : block.stop],
                )  # fmt: skip
        return out

    def _blocks(self, distinct: np.ndarray, team: Team) -> Iterator[_Block]:
        """Answer the queries, a few relations and then a few balls at a time."""
        relations, first = np.unique(distinct[:, 1], return_index=True)
        ends = np.append(first, len(distinct))
        many = Backgrounds.room(_BACKGROUND_BYTES, self.layers, self.classes, self.width)
        step = max(1, _BALL_BYTES // (8 * room(self.classes, self.subgraph)))
        for low in range(0, len(relations), many):
            high = min(low + many, len(relations))
            grounds = self._backgrounds(relations[low:high], team)
            for start in range(ends[low], ends[high], step):
                stop = min(start + step, ends[high])
                entity, relation, direction = distinct[start:stop].T
                sources, ball = np.unique(entity, return_inverse=True)
                group = np.searchsorted(relations[low:high], relation)
                asked = np.stack([ball.reshape(-1), entity, group, direction], 1)
                balls = Balls.around(sources, self.layers, self.classes, team, self.subgraph)
                scores = propagated(asked, balls, self.classes, self.network, grounds, self._workspace, team)
                yield _Block(start, stop, asked, grounds.scores, balls, scores)

    def _backgrounds(self, relations: np.ndarray, team: Team) -> Backgrounds:
        """Those of the last call where it asked for the same: they lie first in the workspace, and stay there."""
        held = self._held
        if held is None or not np.array_equal(held[0], relations):
            self._held = None  # they are overwritten from here on, also where this is broken off
            states = self.relations.of(relations, team)
            made = Backgrounds(self.module, states, relations, self.network, self.classes, self._workspace, team)
            held = self._held = relations.copy(), made
        return held[1]


def _team() -> Team:
    return Team(torch.get_num_threads())


def _joined(parts: list[Local]) -> Local:
    counts = [np.diff(part.indptr) for part in parts]
    indptr = np.append(0, np.cumsum(np.concatenate([np.zeros(0, np.int64), *counts])))
    entities = np.concatenate([np.zeros(0, np.int32), *(part.entities for part in parts)])
    return Local(indptr, entities, np.concatenate([np.zeros(0, np.float32), *(part.scores for part in parts)]))
