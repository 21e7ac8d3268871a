"""Exact locality: scores of every entity for many queries, each computed only where it differs from the background."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import numpy as np
import torch

from relxfer_kg.graph.adjacency import adjacency_of
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.graph.quotient import Quotient, quotient, quotient_of
from relxfer_kg.kernels.kernel_ball import ball_sizes, fill_scores, list_balls
from relxfer_kg.kernels.kernel_rows import LayerWeights
from relxfer_kg.layers.count_readout import CountReadout
from relxfer_kg.layers.ids import check_queries
from relxfer_kg.scoring.background import Background, Workspace, groups_within
from relxfer_kg.scoring.balls import Balls, most_rows
from relxfer_kg.scoring.count_scores import CountScores
from relxfer_kg.scoring.propagation import propagated
from relxfer_kg.scoring.team import Team

#: Bytes of background states held at a time, and of the rows and scores of balls.
_BACKGROUND_BYTES, _BALL_BYTES = 64 * 2**20, 16 * 2**20


class Conditioned(Protocol):
    """An architecture that a `Scorer` can run: entity states from layers of conditional message passing over the facts.

    The vectors of the edges, and the query vector at the source, may depend on the relation of the query and on the
    graph, and not on the query's entity: then one background serves all queries of a relation.
    """

    network: LayerWeights
    """Weights of the entity layers and of the head."""
    counts: CountReadout | None
    """What counts add to the scores."""

    def background(self, relations: np.ndarray, classes: Quotient, workspace: Workspace, team: Team) -> Background:
        """The background of direct query relations [G], a group each, its states the first values of `workspace`."""
        ...


class LocalScores(NamedTuple):
    """For each query the entities of its last ball and their scores, as compressed rows, unordered inside a row.

    indptr    int64 [n + 1]
    entities  int32 [indptr[n]]
    scores    float32 [indptr[n]]
    """

    indptr: np.ndarray
    entities: np.ndarray
    scores: np.ndarray

    def take(self, which: np.ndarray) -> LocalScores:
        """The rows `which`, in that order."""
        counts = np.diff(self.indptr)[which]
        indptr = np.append(0, np.cumsum(counts))
        kept = np.arange(indptr[-1]) + np.repeat(self.indptr[which] - indptr[:-1], counts)
        return LocalScores(indptr, self.entities[kept], self.scores[kept])


class _Block(NamedTuple):
    """Scores [b, C] of the rows of their balls, for the queries `start:stop` of the sorted ones."""

    start: int
    stop: int
    asked: np.ndarray
    background: Background
    balls: Balls
    scores: np.ndarray


class Scorer:
    """Exact locality: a message travels one hop per layer, and a query enters the network at its source only.

    After layer l, every entity further than l hops from the source therefore has the state that it would have without
    any source, given the query relation: the *background*. It is computed once per relation. A query then recomputes
    layer l for the entities within l hops, its *ball*, and takes everything else, scores included, from the background.
    Nothing is approximated unless `subgraph` is set. Twins, entities that receive the same messages, are computed once
    (see `Quotient`). What counts add depends on the query's relation and on how many facts of it the entity has: it is
    computed once for each of these, and added to ball and background alike.

    With `subgraph`, each query is answered within a ball of at most so many rows, chosen by personalised PageRank (see
    `Balls.around`), and every other entity keeps the score of the background: an approximation, except where the ball
    is complete.

    The queries asked together and the number of threads change scores by rounding only: torch rounds the projections of
    a relation differently when it is asked alone and when it is asked beside others. Equal bits are not promised.

    Args:
        architecture: what computes backgrounds; its weights are those of this moment, later training is not followed.
        graph: the facts.
        weight: [2n], per edge in the order of ``graph.edges``; None means ones.
        subgraph: entities of a ball, the source and one for each class of twins; None means exactly.

    Raises:
        ValueError: `subgraph` is below 1.

    Shapes: V entities, R = 2 x direct relations; a query is (entity, relation id in 0..R - 1). For an example see
    `relxfer_kg.ultra.locality.scorer_of`.
    """

    def __init__(
        self,
        architecture: Conditioned,
        graph: KnowledgeGraph,
        weight: np.ndarray | None = None,
        subgraph: int | None = None,
    ) -> None:
        if subgraph is not None and subgraph < 1:
            raise ValueError(f"Expected subgraph of at least 1 entity, the source (got {subgraph})")
        self.architecture, self.graph, self.subgraph = architecture, graph, subgraph
        self.classes: Quotient = quotient_of(graph) if weight is None else quotient(adjacency_of(graph), weight)
        self.layers = len(architecture.network.epsilon)
        readout = architecture.counts
        self.counts = None if readout is None else CountScores(readout, graph, weight, self.classes)
        self._workspace = Workspace()
        self._last: tuple[np.ndarray, Background] | None = None

    def scores(self, queries: np.ndarray) -> np.ndarray:
        """Logits of every entity, float32 [n, V].

        Raises:
            ValueError: queries are malformed or out of range.
        """
        distinct, inverse = self._sorted(queries)
        return self._scores_of(distinct)[inverse]

    def blocks(self, queries: np.ndarray, size: int, piece: int) -> Iterator[np.ndarray]:
        """The scores in blocks [b, V] in the order of the queries: `size` queries are held, `piece` are yielded at a
        time."""
        for start in range(0, len(queries), size):
            distinct, inverse = self._sorted(queries[start : start + size])
            scores = self._scores_of(distinct)
            for first in range(0, len(inverse), piece):
                yield scores[inverse[first : first + piece]]

    def local(self, queries: np.ndarray) -> LocalScores:
        """The last ball of each query: every entity outside it has the score that `background` gives.

        Raises:
            ValueError: queries are malformed or out of range.
        """
        distinct, inverse = self._sorted(queries)
        answered: list[LocalScores] = []
        with _team() as team:
            for block in self._blocks(distinct, team):
                balls = block.balls
                sizes = ball_sizes(block.asked, self.classes, balls.rows, balls.hops, balls.twin)
                indptr = np.append(0, np.cumsum(sizes))
                local = LocalScores(indptr, np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.float32))
                team.run(
                    list_balls, len(block.asked), block.asked, self.classes, balls.rows, balls.hops,
                    block.scores, *local,
                )  # fmt: skip
                for rows, added in self._added(distinct, block):
                    inside = np.repeat(np.isin(np.arange(len(sizes)), rows), sizes)
                    local.scores[inside] += added[self.classes.of[local.entities[inside]]]
                answered.append(local)
        return _joined(answered).take(inverse)

    def own(self, queries: np.ndarray) -> np.ndarray:
        """[n], what of the entity of a query decides its background: a bucket of its facts, 0 where nothing does."""
        return np.zeros(len(queries), np.int64) if self.counts is None else self.counts.own(queries)

    def background(self, relation: int, own: int = 0) -> np.ndarray:
        """Scores [V] of a query of this relation, in 0..R - 1, for entities that its source cannot reach.

        Args:
            own: that of the query.

        Raises:
            ValueError: the relation is out of range.
        """
        direct = len(self.graph.relations)
        check_queries(self.graph, np.array([[0, relation]]))
        with _team() as team:
            background = self._background(np.array([relation % direct]), team)
        scores = background.scores[0, relation // direct]
        if self.counts is not None:
            vector = background.vectors[0, relation // direct]
            ((_, added),) = self.counts.each(np.array([relation]), np.array([own]), vector[None])
            scores = scores + added
        return scores[self.classes.of]

    def _sorted(self, queries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Distinct queries (entity, direct relation, direction) by relation, direction and entity; and the place of
        each query among them."""
        check_queries(self.graph, queries)
        direct = len(self.graph.relations)
        entity, relation = queries.T.astype(np.int64)
        key = ((relation % direct) * 2 + relation // direct) * self.graph.num_entities + entity
        keys, inverse = np.unique(key, return_inverse=True)
        pair, entity = np.divmod(keys, self.graph.num_entities)
        return np.stack([entity, pair // 2, pair % 2], 1), inverse.reshape(-1)

    def _scores_of(self, distinct: np.ndarray) -> np.ndarray:
        out = np.empty((len(distinct), self.graph.num_entities), np.float32)
        with _team() as team:
            for block in self._blocks(distinct, team):
                balls, background = block.balls, block.background.scores[:, :, self.classes.of]
                team.run(
                    fill_scores, len(block.asked), block.asked, self.classes, background, balls.rows, balls.hops,
                    block.scores, out[block.start : block.stop],
                )  # fmt: skip
                for rows, added in self._added(distinct, block):
                    out[block.start + rows] += added[self.classes.of]
        return out

    def _added(self, distinct: np.ndarray, block: _Block) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """What counts add to the scores of a block: rows of it, and float32 [K] for each class."""
        if self.counts is None:
            return
        entity, relation, direction = distinct[block.start : block.stop].T
        queries = np.stack([entity, relation + direction * len(self.graph.relations)], 1)
        vectors = block.background.vectors[block.asked[:, 2], block.asked[:, 3]]
        yield from self.counts.each(queries[:, 1], self.counts.own(queries), vectors)

    def _blocks(self, distinct: np.ndarray, team: Team) -> Iterator[_Block]:
        """Answer the queries, a few relations at a time, and of these a few balls at a time."""
        network = self.architecture.network
        relations, first = np.unique(distinct[:, 1], return_index=True)
        ends = np.append(first, len(distinct))
        many = groups_within(_BACKGROUND_BYTES, network, self.classes)
        step = max(1, _BALL_BYTES // (8 * most_rows(self.classes, self.subgraph)))
        for low in range(0, len(relations), many):
            high = min(low + many, len(relations))
            background = self._background(relations[low:high], team)
            for start in range(ends[low], ends[high], step):
                stop = min(start + step, ends[high])
                entity, relation, direction = distinct[start:stop].T
                sources, ball = np.unique(entity, return_inverse=True)
                group = np.searchsorted(relations[low:high], relation)
                asked = np.stack([ball.reshape(-1), entity, group, direction], 1)
                balls = Balls.around(sources, self.layers, self.classes, team, self.subgraph)
                scores = propagated(asked, balls, self.classes, network, background, self._workspace, team)
                yield _Block(start, stop, asked, background, balls, scores)

    def _background(self, relations: np.ndarray, team: Team) -> Background:
        """The background of the last call where that was for the same relations: it is still first in the workspace."""
        last = self._last
        if last is None or not np.array_equal(last[0], relations):
            self._last = None  # its states are overwritten from here on, even if the computation is interrupted
            made = self.architecture.background(relations, self.classes, self._workspace, team)
            last = self._last = relations.copy(), made
        return last[1]


def _team() -> Team:
    return Team(torch.get_num_threads())


def _joined(blocks: list[LocalScores]) -> LocalScores:
    counts = [np.diff(block.indptr) for block in blocks]
    indptr = np.append(0, np.cumsum(np.concatenate([np.zeros(0, np.int64), *counts])))
    entities = np.concatenate([np.zeros(0, np.int32), *(block.entities for block in blocks)])
    return LocalScores(indptr, entities, np.concatenate([np.zeros(0, np.float32), *(block.scores for block in blocks)]))
