"""Computes the results of a learner from its scores, for test splits and for validators alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from relxfer.contract.data import Examples, Task
from relxfer.errors import Incompatible
from relxfer.judge.classification import Predictions
from relxfer.judge.clustering import Clusters
from relxfer.judge.links import Links
from relxfer.judge.ranking import Filter, Ranks, rank_block

_PREDICTIONS: Mapping[str, type[Predictions]] = {
    "classification": Predictions,
    "clustering": Clusters,
    "link-prediction": Links,
}


@dataclass(frozen=True)
class Scored:
    """Per-query results of a learner on a set of queries.

    kind    of the task
    result  ranks, or predictions with their scores
    """

    kind: str
    result: Ranks | Predictions

    def values(self, rule: str = "realistic") -> dict[str, np.ndarray]:
        """metric -> [n] float: each query's contribution, whose mean is the metric.

        rule  how ties count in a ranking, see `Ranks`
        """
        return self.result.values(rule) if isinstance(self.result, Ranks) else self.result.values()

    def arrays(self) -> dict[str, np.ndarray]:
        """The result as arrays by name, for storing."""
        return self.result.to_arrays()

    @classmethod
    def from_arrays(cls, kind: str, arrays: Mapping[str, np.ndarray]) -> Scored:
        """The result that `arrays` returned, for a kind of task."""
        if kind == "ranking":
            return cls(kind, Ranks.from_arrays(arrays))
        return cls(kind, _PREDICTIONS[kind].from_arrays(arrays))


def judge(task: Task, blocks: Iterable[np.ndarray], asked: Examples, known: Sequence[Examples]) -> Scored:
    """Compare blocks of scores with the answers of the queries.

    blocks  [b, C] arrays that follow the order of the queries, as `Learner.predict` yields them
    asked   the queries with their answers
    known   examples whose answers do not compete in a ranking (filtered ranking)

    Raises:
        Incompatible: the kind of task cannot be evaluated, or the scores do not fit the queries and answers.
        RelxferError: a score is NaN.
    """
    assert asked.answers is not None
    columns = len(task.answers) if task.kind in ("ranking", "classification") else None
    if task.kind == "ranking":
        return Scored("ranking", _rank(_checked(blocks, len(asked), columns), asked, known))
    if task.kind in _PREDICTIONS:
        scores = np.concatenate([block for block, _ in _checked(blocks, len(asked), columns)])
        return Scored(task.kind, _PREDICTIONS[task.kind].of(scores, asked.answers))
    kinds = ", ".join(("ranking", *_PREDICTIONS))
    raise Incompatible(f"a task that can be judged ({kinds})", repr(task.kind), "change the data set")


def _rank(blocks: Iterable[tuple[np.ndarray, slice]], asked: Examples, known: Sequence[Examples]) -> Ranks:
    queries = np.concatenate([examples.queries for examples in known])
    answers = np.concatenate([np.asarray(examples.answers) for examples in known])
    leave_out = Filter.build(asked.queries, queries, answers)
    assert asked.answers is not None
    ranks = [rank_block(block, asked.answers[rows], leave_out[rows]) for block, rows in blocks]
    return Ranks.concat(ranks)


def _checked(blocks: Iterable[np.ndarray], total: int, columns: int | None) -> Iterator[tuple[np.ndarray, slice]]:
    """Blocks with the rows of their queries.

    Raises:
        Incompatible: a block has not a column for every answer, or the blocks do not cover all queries.
    """
    start = 0
    for block in blocks:
        if columns is not None and np.shape(block)[1:] != (columns,):
            raise Incompatible(
                f"scores [b, {columns}], a column for each answer of the task",
                str(list(np.shape(block))),
                "correct predict, or the head that the strategy gave the learner",
            )
        yield block, slice(start, start + len(block))
        start += len(block)
    if start != total:
        raise Incompatible(f"scores for {total} queries", f"{start}", "predict must yield every query, in order")
